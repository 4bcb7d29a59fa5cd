//! Which arguments of which resources carry what a machine is started with.

/// Arguments that hold text a machine runs or reads when it starts.
const STARTS: &[&str] = &[
    "cloud_init",
    "custom_data",
    "metadata_startup_script",
    "server_init_script",
    "startup_script",
    "user_data",
    "user_data_base64",
    "user_data_raw",
    "userdata",
    "user_init",
    "custom_userdata",
    "cloud_init_user_data",
    "init_script",
    "script",
    "ignition",
];

/// Types, by what they begin and end with, that are machines or what machines are made from.
///
/// The first part is the provider's prefix; nothing is a machine only because an argument is
/// called `script`.
const MACHINES: &[(&str, &[&str])] = &[
    (
        "aws_",
        &[
            "instance",
            "launch_template",
            "launch_configuration",
            "spot_instance_request",
            "spot_fleet_request",
            "lightsail_instance",
            "worker_launch_template",
        ],
    ),
    (
        "google_compute_",
        &[
            "instance",
            "instance_template",
            "region_instance_template",
            "instance_from_template",
            "instance_from_machine_image",
        ],
    ),
    (
        "azurerm_",
        &[
            "virtual_machine",
            "linux_virtual_machine",
            "virtual_machine_scale_set",
            "linux_virtual_machine_scale_set",
            "orchestrated_virtual_machine_scale_set",
            "virtual_machine_extension",
            "virtual_machine_scale_set_extension",
        ],
    ),
    ("hcloud_", &["server"]),
    ("digitalocean_", &["droplet", "droplet_autoscale"]),
    (
        "scaleway_",
        &["instance_server", "instance_user_data", "server"],
    ),
    (
        "ovh_",
        &[
            "cloud_project_instance",
            "vps",
            "dedicated_server_reinstall_task",
        ],
    ),
    ("openstack_compute_", &["instance_v2"]),
    (
        "opentelekomcloud_",
        &[
            "compute_instance_v2",
            "ecs_instance_v1",
            "as_configuration_v1",
            "cce_node_v3",
            "cce_node_pool_v3",
        ],
    ),
    ("stackit_", &["server"]),
    (
        "ionoscloud_",
        &["server", "cube_server", "vcpu_server", "volume"],
    ),
    (
        "exoscale_",
        &["compute", "compute_instance", "instance_pool"],
    ),
    ("linode_", &["instance", "stackscript"]),
    (
        "vultr_",
        &["instance", "bare_metal_server", "startup_script"],
    ),
    ("upcloud_", &["server"]),
    ("oci_core_", &["instance", "instance_configuration"]),
    (
        "ibm_",
        &["is_instance", "is_instance_template", "compute_vm_instance"],
    ),
    (
        "alicloud_",
        &[
            "instance",
            "ecs_launch_template",
            "ess_scaling_configuration",
        ],
    ),
    ("tencentcloud_", &["instance", "as_scaling_config"]),
    ("huaweicloud_", &["compute_instance", "as_configuration"]),
    ("yandex_compute_", &["instance", "instance_group"]),
    ("equinix_", &["metal_device"]),
    ("packet_", &["device"]),
    ("proxmox_", &["vm_qemu", "lxc", "cloud_init_disk"]),
    ("proxmox_virtual_environment_", &["vm", "container", "file"]),
    ("libvirt_", &["cloudinit_disk", "ignition", "domain"]),
    ("vsphere_", &["virtual_machine"]),
    ("vcd_", &["vapp_vm", "vm"]),
    ("xenorchestra_", &["vm", "cloud_config"]),
    ("civo_", &["instance"]),
    ("brightbox_", &["server"]),
    ("cloudstack_", &["instance"]),
    ("gridscale_", &["server"]),
    ("lxd_", &["instance", "container", "profile"]),
    ("incus_", &["instance", "profile"]),
    ("multipass_", &["instance"]),
    ("null_", &["resource"]),
    ("terraform_", &["data"]),
];

/// Keys of metadata that hold such text.
pub(super) const METADATA: &[&str] = &[
    "startup-script",
    "startup_script",
    "user-data",
    "user_data",
    "user.user-data",
    "cloud-init.user-data",
    "user.cloud-init",
    "guestinfo.userdata",
    "guestinfo.ignition.config.data",
];

/// Arguments that are maps of metadata.
pub(super) const METADATA_MAPS: &[&str] = &[
    "metadata",
    "extra_config",
    "config",
    "user_data",
    "properties",
    "metadata_options_user_data",
];

/// Whether resources of this type are machines, or templates of machines.
pub(super) fn is_machine(kind: &str) -> bool {
    MACHINES.iter().any(|(prefix, rests)| {
        kind.strip_prefix(prefix)
            .is_some_and(|rest| rests.contains(&rest))
    })
}

/// Whether the argument holds text that a machine is started with.
pub(super) fn starts_machine(name: &str) -> bool {
    STARTS.contains(&name)
}
