provider "aws" {
  region = "eu-central-1"
}

module "meet" {
  source = "./modules/machine"
  domain = var.domain
  mail   = "admin@${var.domain}"
}

resource "hcloud_server" "chat" {
  name     = "chat"
  location = "fsn1"
  user_data = templatefile("${path.module}/templates/chat.yaml.tftpl", {
    compose = base64encode(file("${path.module}/files/compose.yaml"))
    env     = base64encode(templatefile("${path.module}/templates/chat.env.tftpl", { domain = var.domain, guests = var.guests }))
  })
}

resource "google_compute_instance" "bridge" {
  name = "bridge"
  zone = "europe-west3-a"
  metadata = {
    "startup-script" = join("\n", [
      "#!/bin/bash",
      "export BRIDGE_NICK=b1",
      templatefile("${path.module}/templates/bridge.sh.tftpl", {
        properties = file("${path.module}/files/bridge.properties")
        secret     = random_id.bridge.b64_std
      }),
    ])
  }
}

resource "random_id" "bridge" {
  byte_length = 8
}

resource "azurerm_linux_virtual_machine" "relay" {
  name        = "relay"
  custom_data = data.cloudinit_config.relay.rendered
}

data "cloudinit_config" "relay" {
  gzip          = true
  base64_encode = true

  part {
    content_type = "text/cloud-config"
    content = yamlencode({
      packages = ["relay-server"]
      write_files = [{
        path    = "/etc/relay.conf"
        content = "realm=${var.domain}\nverbose\n"
      }]
    })
  }

  part {
    content_type = "text/x-shellscript"
    content      = file("${path.module}/files/relay.sh")
  }
}
