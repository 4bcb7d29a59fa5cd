variable "domain" {}
variable "mail" {}

resource "aws_instance" "this" {
  ami           = "ami-1"
  instance_type = "t3.large"
  user_data = templatefile("${path.module}/install.sh.tftpl", {
    domain = var.domain
    mail   = var.mail
  })
}
