resource "docker_image" "web" {
  name = "example/web:${var.tag}"
}

resource "docker_container" "web" {
  name  = "web"
  image = docker_image.web.image_id
  env   = concat(["PUBLIC_URL=https://${var.domain}", "GUESTS=1"], [for k, v in local.more : "${k}=${v}"])

  command = ["serve", "--log=debug"]

  ports {
    internal = 80
    external = 8000
  }

  labels {
    label = "traefik.enable"
    value = "true"
  }

  upload {
    file    = "/etc/web/web.conf"
    content = templatefile("${path.module}/web.conf.tftpl", { domain = var.domain })
  }

  volumes {
    host_path      = abspath("${path.module}/static.json")
    container_path = "/etc/web/static.json"
  }
}
