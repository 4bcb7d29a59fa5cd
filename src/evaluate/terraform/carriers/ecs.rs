//! Task definitions of Amazon ECS.

use super::carry;
use super::containers::{env_list, number, words, workload};
use crate::inventory::{Container, Gap, Port, Resource, Workload};
use crate::syntax::json;
use crate::trace::{Node, Unknown, Value};

/// `aws_ecs_task_definition`.
pub(super) fn task(resource: &Resource) -> Option<Workload> {
    let given = resource.body.get("container_definitions")?;
    let step = carry(resource, "container_definitions");
    let root = match &given.value {
        Value::Text(text) if !text.is_wholly_unknown() => {
            json::parse(&text.clone().map_origins(&step)).0
        }
        Value::List(_) => given.clone().map_origins(&step),
        _ => return None,
    };
    let containers = root.as_list().unwrap_or_default().iter();
    let containers = containers.map(|c| container(resource, c)).collect();
    Some(workload(resource, "task definition", containers))
}

fn container(resource: &Resource, node: &Node) -> Container {
    let name = node
        .get("name")
        .and_then(Node::as_str)
        .unwrap_or("container")
        .to_owned();
    let list = |key: &str| node.get(key).and_then(Node::as_list).unwrap_or_default();
    let mut env = env_list(list("environment"), &name);
    for secret in list("secrets") {
        let Some(key) = secret.get("name").and_then(Node::as_text) else {
            continue;
        };
        let value = Node::unknown("it is a secret kept elsewhere", secret.origin.clone());
        env.push(super::containers::env(key, &value, &name));
    }
    let gap = |file: &Node| Gap {
        why: Unknown::new("its environment file is kept elsewhere"),
        origin: file.origin.clone(),
    };
    let mut args = words(node.get("entryPoint"));
    args.extend(words(node.get("command")));
    let ports = list("portMappings").iter().map(|port| Port {
        container: number(port.get("containerPort")),
        // What is reachable from where is up to the network.
        published: None,
        address: None,
        protocol: "tcp".to_owned(),
        origin: port.origin.clone(),
    });
    let slot = node.as_map().and_then(|m| m.slot("environment"));
    let origin = if node.origin.nearest_span().is_some() {
        node.origin.clone()
    } else {
        resource.origin.clone()
    };
    Container {
        image: node.get("image").cloned(),
        env_gaps: list("environmentFiles").iter().map(gap).collect(),
        env_at: slot.map_or_else(|| origin.clone(), |s| s.key.clone()),
        ports: ports.collect(),
        env,
        args,
        origin,
        name,
        ..Container::default()
    }
}
