terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}

provider "aws" {
  region = var.region
}

data "aws_ami" "ubuntu" {
  most_recent = true
  owners      = ["099720109477"]

  filter {
    name   = "name"
    values = ["ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-*"]
  }
}

resource "aws_instance" "classroom" {
  ami           = data.aws_ami.ubuntu.id
  instance_type = "c6i.2xlarge"

  user_data = <<-SETUP
    #!/bin/bash
    set -eu
    wget -qO- https://raw.githubusercontent.com/bigbluebutton/bbb-install/v3.0.x-release/bbb-install.sh \
      | bash -s -- -v jammy-300 -s ${var.hostname} -e it@example.org -g

    cat > /etc/bigbluebutton/bbb-web.properties <<'EOF'
    autoStartRecording=true
    allowStartStopRecording=false
    notifyRecordingIsOn=false
    defaultGuestPolicy=ALWAYS_ACCEPT
    EOF

    bbb-conf --restart
  SETUP

  tags = {
    Name = "classroom"
  }
}

resource "aws_s3_bucket" "recordings" {
  bucket = "example-classroom-recordings"
}
