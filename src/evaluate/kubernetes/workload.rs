//! Workloads with their containers.

use super::cluster::Cluster;
use super::env;
use super::mounts;
use super::object::{key_origin, list, scalar, word};
use super::pod::Pod;
use super::service;
use crate::inventory::{Container, Item, Labels, Port, Workload};
use crate::trace::{Node, StepKind, Value};

/// Whose environment or files are being read.
pub(super) struct Owner<'a> {
    /// The pod.
    pub(super) pod: &'a Pod<'a>,
    /// The container, for people: `container web of Deployment meet`.
    pub(super) container: String,
}

impl Owner<'_> {
    pub(super) fn namespace(&self) -> Option<&str> {
        self.pod.object.namespace
    }
}

/// One workload for each object that runs containers.
pub(super) fn items(cluster: &Cluster<'_>) -> Vec<Item> {
    cluster
        .pods
        .iter()
        .map(|pod| Item::Workload(workload(pod, cluster)))
        .collect()
}

fn workload(pod: &Pod<'_>, cluster: &Cluster<'_>) -> Workload {
    let mut workload = Workload {
        name: pod.object.name.to_owned(),
        namespace: pod.object.namespace.map(str::to_owned),
        kind: pod.object.gvk.kind.clone(),
        labels: labels(pod),
        containers: pod
            .containers()
            .map(|(_, node)| container(node, pod, cluster))
            .collect(),
        origin: pod.object.origin(),
    };
    service::publish(&mut workload, pod, cluster);
    workload
}

/// The object's own labels, then the pod's: Services pick by the latter.
fn labels(pod: &Pod<'_>) -> Labels {
    let own = pod.object.root.get("metadata");
    [own, pod.metadata]
        .into_iter()
        .flatten()
        .filter_map(|m| m.get("labels")?.as_map())
        .flat_map(|map| map.iter())
        .map(|(key, node)| (key.to_owned(), node.clone()))
        .collect()
}

fn container(node: &Node, pod: &Pod<'_>, cluster: &Cluster<'_>) -> Container {
    let name = node.get("name").and_then(word).unwrap_or_default();
    let owner = Owner {
        pod,
        container: format!("container {name} of {}", pod.object.title()),
    };
    let variables = env::read(node, &owner, cluster);
    let files = mounts::read(node, pod, &owner, cluster);
    let args = ["command", "args"]
        .into_iter()
        .flat_map(|key| list(node, key))
        .map(|arg| argument(arg, &variables, &owner))
        .collect();
    let named = node.get("name").or_else(|| node.get("image"));
    let origin = named.unwrap_or(node).origin.clone();
    Container {
        name: name.to_owned(),
        image: node.get("image").cloned(),
        env_at: key_origin(node, "env").unwrap_or_else(|| origin.clone()),
        env: variables.env,
        env_gaps: variables.gaps,
        files: files.files,
        file_gaps: files.gaps,
        args,
        ports: ports(node, pod),
        origin,
    }
}

fn argument(arg: &Node, variables: &env::Variables, owner: &Owner<'_>) -> Node {
    let Some(text) = arg.scalar_text() else {
        return arg.clone();
    };
    let value = match variables.expand(&text) {
        Ok(text) => Value::Text(text),
        Err(why) => Value::Unknown(why),
    };
    let node = Node::new(value, arg.origin.clone());
    let note = format!("argument of {}", owner.container);
    env::step(&node, StepKind::Deploy, &arg.origin, &note)
}

fn ports(container: &Node, pod: &Pod<'_>) -> Vec<Port> {
    let on_host = pod.spec.get("hostNetwork").and_then(Node::as_bool) == Some(true);
    list(container, "ports")
        .iter()
        .filter_map(|port| {
            let number = port.get("containerPort").and_then(service::number)?;
            let published = port.get("hostPort").and_then(service::number);
            Some(Port {
                container: Some(number),
                published: published.or(on_host.then_some(number)),
                address: port.get("hostIP").and_then(scalar),
                protocol: service::protocol(port),
                origin: port
                    .get("hostPort")
                    .or_else(|| port.get("containerPort"))
                    .unwrap_or(port)
                    .origin
                    .clone(),
            })
        })
        .collect()
}
