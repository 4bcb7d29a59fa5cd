module "web" {
  source   = "./web"
  settings = var.settings
  token    = "s3cret"
}

resource "kubernetes_manifest" "extra" {
  manifest = yamldecode(file("${path.module}/manifests/worker.yaml"))
}

resource "kubectl_manifest" "relay" {
  yaml_body = templatefile("${path.module}/manifests/relay.yaml.tftpl", {
    realm = var.settings.DOMAIN
  })
}
