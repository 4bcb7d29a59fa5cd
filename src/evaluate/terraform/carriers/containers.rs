//! What containers have in common, wherever they are written.

use crate::inventory::{Container, Env, Resource, Workload};
use crate::trace::{Node, Origin, StepKind, Text, Value};

/// A workload of `kind` for a resource.
pub(super) fn workload(resource: &Resource, kind: &str, containers: Vec<Container>) -> Workload {
    let name = resource
        .body
        .get("name")
        .or_else(|| resource.body.get("family"));
    Workload {
        name: name
            .and_then(Node::as_str)
            .map_or_else(|| resource.address.clone(), str::to_owned),
        kind: kind.to_owned(),
        containers,
        origin: resource.origin.clone(),
        ..Workload::default()
    }
}

/// A step into the environment of a container.
fn into_env(origin: &Origin, name: &Text, container: &str) -> Origin {
    origin.then(
        StepKind::Deploy,
        name.origin().nearest_span(),
        format!("env {} of container {container}", name.as_str()),
    )
}

/// A variable; what is not a single value is unknown.
pub(super) fn env(name: &Text, value: &Node, container: &str) -> Env {
    let value = match (value.scalar_text(), &value.value) {
        (Some(text), _) => match text.unknown().cloned() {
            Some(why) if text.is_wholly_unknown() => {
                Node::new(Value::Unknown(why), value.origin.clone())
            }
            _ => Node::new(Value::Text(text), value.origin.clone()),
        },
        (None, Value::Unknown(_)) => value.clone(),
        (None, Value::Null) => Node::text(Text::opaque("", value.origin.clone())),
        (None, _) => Node::unknown("not a single value", value.origin.clone()),
    };
    Env {
        value: value.map_origins(&|o| into_env(o, name, container)),
        name: name.clone(),
    }
}

/// `NAME=value`; none if there is no name.
pub(super) fn assignment(node: &Node, container: &str) -> Option<Env> {
    let text = node.as_text()?;
    let at = text.as_str().find('=')?;
    let value = Node::text(text.slice(at + 1..text.len()));
    Some(env(&text.slice(0..at), &value, container))
}

/// Variables of a map.
pub(super) fn env_map(node: &Node, container: &str) -> Vec<Env> {
    let slots = node.as_map().into_iter().flat_map(|m| m.slots());
    slots
        .map(|(name, slot)| env(&Text::opaque(name, slot.key.clone()), &slot.node, container))
        .collect()
}

/// Variables of a list of maps with `name` and `value`.
pub(super) fn env_list(items: &[Node], container: &str) -> Vec<Env> {
    let each = |item: &Node| {
        let name = item.get("name")?.as_text()?;
        match item.get("value").filter(|v| !v.is_null()) {
            Some(value) => Some(env(name, value, container)),
            None => {
                let why = "its value is kept elsewhere";
                let value = Node::unknown(why, item.origin.clone());
                Some(env(name, &value, container))
            }
        }
    };
    items.iter().filter_map(each).collect()
}

/// Words of a command: a list, or one text.
pub(super) fn words(node: Option<&Node>) -> Vec<Node> {
    let Some(node) = node.filter(|n| !n.is_null()) else {
        return Vec::new();
    };
    let items = node.as_list().unwrap_or(std::slice::from_ref(node));
    items
        .iter()
        .map(|i| i.scalar_text().map_or_else(|| i.clone(), Node::text))
        .collect()
}

/// A number of an argument.
pub(super) fn number(node: Option<&Node>) -> Option<u16> {
    let text = node?.scalar_text()?;
    text.as_str().parse().ok()
}
