//! Resources of the Docker provider.

use super::containers::{assignment, env_map, number, words, workload};
use super::{Context, block, blocks, carry, word};
use crate::evaluate::boot::base64;
use crate::inventory::{Container, Gap, Labels, MountedFile, Port, Resource, Workload};
use crate::trace::{Node, Unknown};

/// `docker_container`.
pub(super) fn container(context: &Context<'_>, resource: &Resource) -> Option<Workload> {
    let body = &resource.body;
    let name = word(body, "name").unwrap_or("container").to_owned();
    let mut out = Container {
        image: image(context, resource, body),
        env: env(body, &name),
        args: words(body.get("entrypoint")),
        origin: resource.origin.clone(),
        env_at: key_of(body, "env", resource),
        ..Container::default()
    };
    out.args.extend(words(body.get("command")));
    for port in blocks(body, "ports") {
        out.ports.push(Port {
            container: number(port.get("internal")),
            published: Some(number(port.get("external")).unwrap_or(0)),
            address: word(port, "ip")
                .filter(|ip| !matches!(*ip, "0.0.0.0" | "::"))
                .map(str::to_owned),
            protocol: word(port, "protocol").unwrap_or("tcp").to_owned(),
            origin: port.origin.clone(),
        });
    }
    for upload in blocks(body, "upload") {
        uploaded(context, resource, upload, &mut out);
    }
    for volume in blocks(body, "volumes").iter().chain(blocks(body, "mounts")) {
        mounted(context, resource, volume, &mut out);
    }
    out.name.clone_from(&name);
    let mut made = workload(resource, "docker_container", vec![out]);
    made.labels = labels(body);
    Some(made)
}

/// `docker_service`.
pub(super) fn service(context: &Context<'_>, resource: &Resource) -> Option<Workload> {
    let task = block(&resource.body, "task_spec")?;
    let spec = block(task, "container_spec")?;
    let name = word(&resource.body, "name").unwrap_or("service").to_owned();
    let mut out = Container {
        image: image(context, resource, spec),
        env: env(spec, &name),
        args: words(spec.get("command")),
        origin: resource.origin.clone(),
        env_at: key_of(spec, "env", resource),
        ..Container::default()
    };
    out.args.extend(words(spec.get("args")));
    for config in blocks(spec, "configs") {
        let Some(path) = word(config, "file_name") else {
            continue;
        };
        let found = context
            .resources
            .iter()
            .filter(|r| r.kind == "docker_config" && resource.refers_to.contains(&r.address))
            .find_map(|r| base64::decode_node(r.body.get("data")?));
        out.push_file(resource, path, found, config);
    }
    for endpoint in blocks(&resource.body, "endpoint_spec") {
        for port in blocks(endpoint, "ports") {
            out.ports.push(Port {
                container: number(port.get("target_port")),
                published: Some(number(port.get("published_port")).unwrap_or(0)),
                address: None,
                protocol: word(port, "protocol").unwrap_or("tcp").to_owned(),
                origin: port.origin.clone(),
            });
        }
    }
    out.name.clone_from(&name);
    let mut made = workload(resource, "docker_service", vec![out]);
    made.labels = labels(&resource.body);
    Some(made)
}

/// The image: named here, or by the `docker_image` this refers to.
fn image(context: &Context<'_>, resource: &Resource, body: &Node) -> Option<Node> {
    let own = body.get("image");
    if let Some(own) = own.filter(|n| n.as_text().is_some_and(|t| !t.is_wholly_unknown())) {
        return Some(own.clone());
    }
    let images = context
        .resources
        .iter()
        .filter(|r| r.kind == "docker_image");
    let named = |r: &Resource| r.body.get("name").cloned();
    let mut referred = images.filter(|r| resource.refers_to.contains(&r.address));
    referred.find_map(named).or_else(|| own.cloned())
}

fn env(body: &Node, name: &str) -> Vec<crate::inventory::Env> {
    match body.get("env") {
        Some(node) if node.as_map().is_some() => env_map(node, name),
        Some(node) => {
            let items = node.as_list().unwrap_or_default();
            items.iter().filter_map(|i| assignment(i, name)).collect()
        }
        None => Vec::new(),
    }
}

fn key_of(body: &Node, key: &str, resource: &Resource) -> crate::trace::Origin {
    let slot = body.as_map().and_then(|m| m.slot(key));
    slot.map_or_else(|| resource.origin.clone(), |s| s.key.clone())
}

fn labels(body: &Node) -> Labels {
    let each = |label: &Node| {
        let value = label.get("value")?.scalar_text()?;
        Some((word(label, "label")?.to_owned(), Node::text(value)))
    };
    blocks(body, "labels").iter().filter_map(each).collect()
}

fn uploaded(context: &Context<'_>, resource: &Resource, upload: &Node, out: &mut Container) {
    let Some(path) = word(upload, "file") else {
        return;
    };
    let content = match (upload.get("content"), upload.get("content_base64")) {
        (Some(content), _) if !content.is_null() => Some(content.clone()),
        (_, Some(encoded)) if !encoded.is_null() => base64::decode_node(encoded),
        _ => word(upload, "source").and_then(|source| {
            let path = context.workspace.beside(context.dir, source);
            let source = context.workspace.read(&path)?;
            Some(Node::text(context.workspace.text(source)))
        }),
    };
    out.push_file(resource, path, content, upload);
}

fn mounted(context: &Context<'_>, resource: &Resource, volume: &Node, out: &mut Container) {
    let source = word(volume, "host_path").or_else(|| word(volume, "source"));
    let target = word(volume, "container_path").or_else(|| word(volume, "target"));
    let (Some(source), Some(target)) = (source, target) else {
        return;
    };
    let path = context.workspace.beside(context.dir, source);
    let step = carry(resource, "mount");
    if context.workspace.is_dir(&path) {
        for file in context.workspace.files_below(&path, 200) {
            let (Ok(below), Some(source)) =
                (file.strip_prefix(&path), context.workspace.read(&file))
            else {
                continue;
            };
            let content = Node::text(context.workspace.text(source)).map_origins(&step);
            out.files.push(MountedFile {
                path: format!(
                    "{}/{}",
                    target.trim_end_matches('/'),
                    below.to_string_lossy()
                ),
                content,
            });
        }
        return;
    }
    let content = context.workspace.read(&path);
    let content = content.map(|source| Node::text(context.workspace.text(source)));
    out.push_file(resource, target, content, volume);
}

impl Container {
    /// Adds a file, or the gap where it would be.
    fn push_file(&mut self, resource: &Resource, path: &str, content: Option<Node>, at: &Node) {
        let step = carry(resource, "file");
        match content {
            Some(content) => self.files.push(MountedFile {
                path: path.to_owned(),
                content: content.map_origins(&step),
            }),
            None => self.file_gaps.push((
                path.to_owned(),
                Gap {
                    why: Unknown::new("its content is not in the tree"),
                    origin: at.origin.clone(),
                },
            )),
        }
    }
}
