variable "stage" {
  type = string
}

variable "recording" {
  type    = bool
  default = false
}

variable "hosts" {
  type = list(string)
}

module "meet" {
  source    = "./modules/release"
  recording = var.recording
  domain    = "meet.${var.stage}.example.org"
  hosts     = var.hosts
}

resource "helm_release" "chat" {
  name  = "chat"
  chart = "./charts/chat"

  values = [
    file("${path.module}/values/chat.yaml"),
    <<-YAML
      ingress:
        host: chat.${var.stage}.example.org
      federation: off
    YAML
  ]

  set {
    name  = "config.guests"
    value = "true"
  }

  set {
    name  = "config.tags"
    value = "{internal,${var.stage}}"
  }

  set_sensitive {
    name  = "config.secret"
    value = random_password.chat.result
  }
}

resource "random_password" "chat" {
  length = 20
}
