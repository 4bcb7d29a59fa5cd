resource "terraform_data" "machine" {
  input = {
    region = var.region
    size   = 2
  }

  provisioner "local-exec" {
    command = "docker run -d --name chat -e REGION=${var.region} -e OPEN=true ${var.image}"
  }
}

resource "terraform_data" "after" {
  count            = 2
  triggers_replace = [terraform_data.machine.id, "fixed"]
  input            = "${var.region}-${count.index}"
}

module "inner" {
  source = "./inner"
  word   = terraform_data.after[0].input
}
