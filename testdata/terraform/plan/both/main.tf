terraform {
  required_providers {
    hcloud = {
      source = "hetznercloud/hcloud"
    }
  }
}

provider "aws" {
  region = var.region
}

provider "aws" {
  alias  = "backup"
  region = "eu-central-1"
}

data "aws_ami" "debian" {
  most_recent = true
}

resource "aws_instance" "web" {
  ami       = data.aws_ami.debian.id
  user_data = templatefile("${path.module}/setup.sh.tftpl", { recording = var.recording, address = aws_eip.web.public_ip })

  ebs_block_device {
    device_name = "/dev/sdg"
    volume_size = 20
  }
  ebs_block_device {
    device_name = "/dev/sdf"
    volume_size = "10"
  }
}

resource "aws_eip" "web" {}

resource "hcloud_server" "relay" {
  name      = "relay"
  location  = "ash"
  user_data = "#!/bin/sh\ndocker run -d -e SECURE=false example/relay:1\n"
}

resource "aws_s3_bucket" "backup" {
  provider = aws.backup
  bucket   = "backup"
}

module "chat" {
  source = "./modules/chat"
  image  = "example/chat:${data.aws_ami.debian.tags.chat}"
  open   = var.open
}
