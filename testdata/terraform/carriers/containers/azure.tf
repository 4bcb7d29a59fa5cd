resource "azurerm_container_group" "chat" {
  name     = "chat"
  location = "West Europe"

  container {
    name  = "chat"
    image = "example/chat:6"

    environment_variables        = var.environment
    secure_environment_variables = { PASSWORD = "changeme" }

    ports {
      port     = 443
      protocol = "TCP"
    }

    volume {
      name       = "config"
      mount_path = "/etc/chat"
      secret     = { "chat.conf" = base64encode(file("${path.module}/chat.conf")) }
    }
  }
}

resource "azurerm_container_app" "push" {
  name = "push"
  template {
    container {
      name  = "push"
      image = "example/push:1"
      env {
        name  = "GATEWAY"
        value = "https://push.example.com"
      }
    }
  }
}
