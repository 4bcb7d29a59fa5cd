variable "recording" {}
variable "domain" {}
variable "hosts" {}

locals {
  bridge = {
    log_level = "INFO"
    replicas  = length(var.hosts)
  }
}

resource "helm_release" "this" {
  name       = "meet"
  repository = "https://charts.example.org"
  chart      = "conference"
  version    = "2.1.0"
  namespace  = "meet"

  values = [
    templatefile("${path.module}/values.yaml.tftpl", {
      recording = var.recording
      domain    = var.domain
      hosts     = var.hosts
    }),
    yamlencode({
      bridge = local.bridge
      web = {
        extraEnvs = { ENABLE_GUESTS = "1", CONTACT = "ops@${var.domain}" }
      }
    }),
  ]

  set = [
    { name = "web.replicas", value = 2 },
    { name = "web.notice", value = "on", type = "string" },
  ]

  set_list = [{ name = "bridge.peers", value = var.hosts }]
}
