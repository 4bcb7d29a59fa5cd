//! Services that publish ports of workloads outside of the cluster.

use super::cluster::{Cluster, selects};
use super::object::{Object, list, scalar, word};
use super::pod::Pod;
use crate::inventory::{Port, Workload};
use crate::trace::Node;

/// Marks the ports of `workload` that a Service opens to the outside.
pub(super) fn publish(workload: &mut Workload, pod: &Pod<'_>, cluster: &Cluster<'_>) {
    for object in cluster.objects.iter().filter(|o| opens(o)) {
        let Some(spec) = object.spec() else { continue };
        let picks = object.namespace == pod.object.namespace
            && spec
                .get("selector")
                .and_then(Node::as_map)
                .is_some_and(|labels| selects(labels, pod));
        if !picks {
            continue;
        }
        for port in list(spec, "ports") {
            publish_port(workload, pod, spec, port);
        }
    }
}

fn opens(object: &Object<'_>) -> bool {
    object.gvk.group.is_empty()
        && object.gvk.kind == "Service"
        && object.spec().is_some_and(|spec| {
            let kind = spec.get("type").and_then(word);
            matches!(kind, Some("LoadBalancer" | "NodePort"))
                || !list(spec, "externalIPs").is_empty()
        })
}

fn publish_port(workload: &mut Workload, pod: &Pod<'_>, spec: &Node, port: &Node) {
    let Some(outside) = port.get("port").and_then(number) else {
        return;
    };
    let target = port.get("targetPort");
    let inside = match target {
        None => Some(outside),
        Some(target) => number(target).or_else(|| named(pod, word(target)?)),
    };
    let node_port = spec.get("type").and_then(word) == Some("NodePort");
    let published = port.get("nodePort").and_then(number).filter(|_| node_port);
    let published = Port {
        container: inside,
        published: published.or(Some(outside)),
        address: None,
        protocol: protocol(port),
        origin: port.get("port").unwrap_or(port).origin.clone(),
    };
    let listens = |ports: &[Port]| {
        ports
            .iter()
            .any(|p| p.container == inside && p.protocol == published.protocol)
    };
    // Declaring ports is optional; without a declaration the main container is the best guess.
    let main = pod.containers().position(|(key, _)| key == "containers");
    let owner = workload
        .containers
        .iter()
        .position(|c| listens(&c.ports))
        .or(main);
    if let Some(container) = owner.and_then(|i| workload.containers.get_mut(i)) {
        container.ports.retain(|p| {
            p.published.is_some() || p.container != inside || p.protocol != published.protocol
        });
        container.ports.push(published);
    }
}

fn named(pod: &Pod<'_>, name: &str) -> Option<u16> {
    pod.containers()
        .flat_map(|(_, c)| list(c, "ports"))
        .find(|p| p.get("name").and_then(word) == Some(name))
        .and_then(|p| number(p.get("containerPort")?))
}

/// A port number, also if it is written as text.
pub(super) fn number(node: &Node) -> Option<u16> {
    match node.as_int() {
        Some(number) => u16::try_from(number).ok(),
        None => scalar(node)?.parse().ok(),
    }
}

/// `tcp` unless something else is said.
pub(super) fn protocol(port: &Node) -> String {
    port.get("protocol")
        .and_then(word)
        .unwrap_or("tcp")
        .to_ascii_lowercase()
}
