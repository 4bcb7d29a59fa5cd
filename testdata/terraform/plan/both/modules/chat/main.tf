variable "image" {}
variable "open" {}

resource "docker_container" "chat" {
  name  = "chat"
  image = var.image
  env   = ["OPEN=${var.open}", "LOG=debug"]
}
