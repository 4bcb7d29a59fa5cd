resource "null_resource" "chat" {
  connection {
    host = var.host
  }

  provisioner "file" {
    source      = "files/"
    destination = "/opt/chat"
  }

  provisioner "file" {
    content     = templatefile("${path.module}/chat.env.tftpl", { host = var.host })
    destination = "/opt/chat/.env"
  }

  provisioner "remote-exec" {
    inline = [
      "cd /opt/chat",
      "docker compose --env-file .env up -d",
      "docker exec chat occ config:app:set talk recording --value ${var.recording}",
    ]
  }

  provisioner "remote-exec" {
    script = "setup.sh"
  }

  provisioner "local-exec" {
    command = "helm upgrade --install push oci://registry.example.org/charts/push -f push.yaml --set debug=true"
    environment = {
      KUBECONFIG = "kube.yaml"
    }
  }

  provisioner "local-exec" {
    when    = destroy
    command = "helm uninstall push"
  }
}
