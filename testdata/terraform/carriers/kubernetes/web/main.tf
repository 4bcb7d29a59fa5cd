variable "settings" {}
variable "token" {}

resource "kubernetes_config_map_v1" "web" {
  metadata {
    name      = "web"
    namespace = "meet"
  }

  data = merge(var.settings, {
    "web.properties" = file("${path.module}/web.properties")
  })
}

resource "kubernetes_secret" "web" {
  metadata {
    name      = "web-secret"
    namespace = "meet"
  }

  data = {
    token = var.token
  }
}

resource "kubernetes_deployment" "web" {
  metadata {
    name      = "web"
    namespace = "meet"
    labels    = { app = "web" }
  }

  spec {
    replicas = 2

    selector {
      match_labels = { app = "web" }
    }

    template {
      metadata {
        labels = { app = "web" }
      }

      spec {
        container {
          name  = "web"
          image = "example/web:3"

          env {
            name  = "RECORDING"
            value = "1"
          }

          env {
            name = "TOKEN"
            value_from {
              secret_key_ref {
                name = kubernetes_secret.web.metadata[0].name
                key  = "token"
              }
            }
          }

          env_from {
            config_map_ref {
              name = kubernetes_config_map_v1.web.metadata.0.name
            }
          }

          port {
            container_port = 8080
          }

          volume_mount {
            name       = "config"
            mount_path = "/etc/web"
          }
        }

        volume {
          name = "config"
          config_map {
            name = kubernetes_config_map_v1.web.metadata[0].name
          }
        }
      }
    }
  }
}

resource "kubernetes_service_v1" "web" {
  metadata {
    name      = "web"
    namespace = "meet"
  }
  spec {
    selector = { app = "web" }
    port {
      port        = 80
      target_port = 8080
    }
  }
}

resource "kubernetes_ingress_v1" "web" {
  metadata {
    name      = "web"
    namespace = "meet"
  }
  spec {
    rule {
      host = var.settings["DOMAIN"]
      http {
        path {
          path = "/"
          backend {
            service {
              name = kubernetes_service_v1.web.metadata[0].name
              port {
                number = 80
              }
            }
          }
        }
      }
    }
  }
}
