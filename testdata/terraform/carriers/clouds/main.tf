locals {
  setup = { for name, mail in var.machines : name => templatefile("${path.module}/setup.sh.tftpl", {
    name = name
    mail = mail
  }) }
}

resource "aws_launch_template" "a" {
  user_data = base64encode(local.setup["aws"])
}

resource "azurerm_virtual_machine_extension" "a" {
  name     = "setup"
  settings = jsonencode({ commandToExecute = "apt-get install -y relay-server && echo ${var.machines.azure} > /etc/relay/mail" })
}

resource "google_compute_instance_template" "a" {
  metadata_startup_script = local.setup["google"]
}

resource "openstack_compute_instance_v2" "a" {
  user_data = local.setup["openstack"]
}

resource "opentelekomcloud_compute_instance_v2" "a" {
  user_data = local.setup["otc"]
}

resource "ionoscloud_server" "a" {
  volume {
    user_data = base64encode(local.setup["ionos"])
  }
}

resource "scaleway_instance_server" "a" {
  user_data = {
    cloud-init = local.setup["scaleway"]
  }
}

resource "oci_core_instance" "a" {
  metadata = {
    user_data = base64encode(local.setup["oracle"])
  }
}

resource "linode_instance" "a" {
  metadata {
    user_data = base64encode(local.setup["linode"])
  }
}

resource "vultr_startup_script" "a" {
  script = base64encode(local.setup["vultr"])
}

resource "upcloud_server" "a" {
  user_data = local.setup["upcloud"]
}

resource "exoscale_compute_instance" "a" {
  user_data = local.setup["exoscale"]
}
