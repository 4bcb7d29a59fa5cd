//! Containers on Azure.

use super::containers::{env_list, env_map, number, words, workload};
use super::{block, blocks, carry, word};
use crate::evaluate::boot::base64;
use crate::inventory::{Container, MountedFile, Port, Resource, Workload};
use crate::trace::Node;

/// `azurerm_container_group`.
pub(super) fn group(resource: &Resource) -> Workload {
    let all = blocks(&resource.body, "init_container")
        .iter()
        .chain(blocks(&resource.body, "container"));
    let containers = all.map(|c| in_group(resource, c)).collect();
    workload(resource, "container group", containers)
}

fn start(resource: &Resource, node: &Node) -> Container {
    Container {
        name: word(node, "name").unwrap_or("container").to_owned(),
        image: node.get("image").cloned(),
        origin: node.origin.clone(),
        env_at: resource.origin.clone(),
        ..Container::default()
    }
}

fn in_group(resource: &Resource, node: &Node) -> Container {
    let mut out = start(resource, node);
    for key in ["environment_variables", "secure_environment_variables"] {
        if let Some(map) = node.get(key) {
            out.env.extend(env_map(map, &out.name));
        }
    }
    out.args = words(node.get("commands"));
    for port in blocks(node, "ports") {
        out.ports.push(Port {
            container: number(port.get("port")),
            published: number(port.get("port")),
            address: None,
            protocol: word(port, "protocol").unwrap_or("tcp").to_lowercase(),
            origin: port.origin.clone(),
        });
    }
    let step = carry(resource, "volume");
    for volume in blocks(node, "volume") {
        let (Some(path), Some(secret)) = (word(volume, "mount_path"), volume.get("secret")) else {
            continue;
        };
        for (name, encoded) in secret.as_map().into_iter().flat_map(|m| m.iter()) {
            if let Some(content) = base64::decode_node(encoded) {
                out.files.push(MountedFile {
                    path: format!("{}/{name}", path.trim_end_matches('/')),
                    content: content.map_origins(&step),
                });
            }
        }
    }
    out
}

/// `azurerm_container_app` and its jobs.
pub(super) fn app(resource: &Resource) -> Workload {
    let template = block(&resource.body, "template").unwrap_or(&resource.body);
    let all = blocks(template, "init_container")
        .iter()
        .chain(blocks(template, "container"));
    let containers = all.map(|node| {
        let mut out = start(resource, node);
        out.env = env_list(blocks(node, "env"), &out.name);
        out.args = words(node.get("command"));
        out.args.extend(words(node.get("args")));
        out
    });
    workload(resource, "container app", containers.collect())
}
