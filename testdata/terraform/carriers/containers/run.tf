resource "google_cloud_run_service" "web" {
  name     = "web"
  location = "europe-west1"
  template {
    spec {
      containers {
        image = "example/web:${var.tag}"
        env {
          name  = "DOMAIN"
          value = var.environment["DOMAIN"]
        }
      }
    }
  }
}

resource "google_cloud_run_v2_service" "api" {
  name     = "api"
  location = "europe-west1"
  template {
    containers {
      image = "example/api:2"
      env {
        name  = "TRACKING"
        value = "on"
      }
    }
  }
}
