locals {
  chart = yamldecode(file("${path.module}/chart.yaml"))
}

resource "argocd_application" "meet" {
  metadata {
    name      = "meet"
    namespace = "argocd"
  }

  spec {
    destination {
      server    = "https://kubernetes.default.svc"
      namespace = "meet"
    }

    source {
      repo_url        = local.chart.repository
      chart           = local.chart.name
      target_revision = local.chart.version

      helm {
        release_name = "meet"
        values = templatefile("${path.module}/values.yaml", {
          notice = var.notice
        })
        parameter {
          name  = "recorder.enabled"
          value = "true"
        }
      }
    }
  }
}
