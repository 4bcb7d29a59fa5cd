//! Laying one Compose file over another.

use crate::trace::{Map, Node, Origin, Slot, StepKind, Text, Value};

/// `over` laid over `base`: whole files.
pub(super) fn files(base: Node, over: Node) -> Node {
    let (Value::Map(mut merged), Value::Map(over)) = (base.value, over.value) else {
        return Node::new(Value::Null, base.origin);
    };
    for (key, slot) in over {
        let both = match (key.as_str(), merged.remove(&key)) {
            ("services", Some(old)) => Slot {
                key: old.key,
                node: each(old.node, slot.node, Keys::First, service),
            },
            ("volumes" | "networks" | "configs" | "secrets", Some(old)) => Slot {
                key: old.key,
                node: each(old.node, slot.node, Keys::Last, deep),
            },
            _ => slot,
        };
        merged.insert(key, both.key, both.node);
    }
    Node::map(merged, base.origin)
}

/// Which of two keys is where an entry is written.
#[derive(Debug, Clone, Copy)]
enum Keys {
    First,
    Last,
}

/// Two maps, with `join` for what is in both. The order is that of the first.
fn each(base: Node, over: Node, keys: Keys, join: fn(Node, Node) -> Node) -> Node {
    let origin = base.origin.clone();
    let (mut merged, over) = match (base.value, over.value) {
        (Value::Map(base), Value::Map(over)) => (base, over),
        (Value::Map(base), Value::Null) => return Node::map(base, origin),
        (_, value) => return Node::new(value, over.origin),
    };
    for (key, slot) in over {
        match merged.get_mut(&key) {
            Some(node) => {
                let old = std::mem::replace(node, Node::null(Origin::nowhere()));
                let both = join(old, slot.node);
                let at = match (keys, merged.slot(&key)) {
                    (Keys::First, Some(first)) => first.key.clone(),
                    _ => slot.key,
                };
                merged.insert(key, at, both);
            }
            None => {
                merged.insert(key, slot.key, slot.node);
            }
        }
    }
    Node::map(merged, origin)
}

/// One service over another of the same name, or over the one it extends.
pub(super) fn service(base: Node, over: Node) -> Node {
    let origin = over.origin.clone();
    let mut merged = match base.value {
        Value::Map(base) => base,
        _ => return over,
    };
    let Value::Map(over) = over.value else {
        return Node::map(merged, base.origin);
    };
    for (key, slot) in over {
        let Some(old) = merged.get_mut(&key) else {
            merged.insert(key, slot.key, slot.node);
            continue;
        };
        let old = std::mem::replace(old, Node::null(Origin::nowhere()));
        let new = match key.as_str() {
            "environment" | "labels" | "annotations" | "sysctls" | "extra_hosts" => {
                each(by_name(old), by_name(slot.node), Keys::Last, replace)
            }
            "command" | "entrypoint" | "healthcheck" => replace(old, slot.node),
            "volumes" | "devices" => by_target(old, slot.node),
            _ => deep(old, slot.node),
        };
        // The later key is where people look, the earlier one keeps its position.
        merged.insert(key, slot.key, new);
    }
    Node::map(merged, origin)
}

/// Maps are merged, lists appended, anything else replaced.
fn deep(base: Node, over: Node) -> Node {
    match (&base.value, &over.value) {
        (Value::Map(_), Value::Map(_)) => each(base, over, Keys::Last, deep),
        (Value::List(_), Value::List(_)) | (Value::List(_), Value::Text(_)) => {
            let origin = over.origin.clone();
            let mut items = listed(base);
            for item in listed(over) {
                if !items.iter().any(|i| i.value == item.value) {
                    items.push(item);
                }
            }
            Node::list(items, origin)
        }
        (_, Value::Null) => base,
        _ => replace(base, over),
    }
}

fn replace(base: Node, over: Node) -> Node {
    let at = over.span();
    over.map_origins(&|origin| {
        origin.then_with(
            StepKind::Override,
            at,
            "overrides",
            vec![base.origin.clone()],
        )
    })
}

fn listed(node: Node) -> Vec<Node> {
    match node.value {
        Value::List(items) => items,
        Value::Null => Vec::new(),
        value => vec![Node::new(value, node.origin)],
    }
}

/// `NAME=value` lines as a map; a bare name becomes null.
pub(super) fn by_name(node: Node) -> Node {
    let Value::List(items) = node.value else {
        return node;
    };
    let mut map = Map::new();
    for item in items {
        match item.value {
            Value::Text(text) => {
                let Some(at) = text.as_str().find('=') else {
                    let name = text.trim();
                    map.insert(name.as_str(), name.origin(), Node::null(item.origin));
                    continue;
                };
                let name = text.slice(0..at);
                let value = text.slice(at + 1..text.len());
                let value = if value.is_empty() {
                    let end = text.origin_at(text.len());
                    Node::new(Value::Text(Text::opaque("", end)), item.origin)
                } else {
                    Node::text(value)
                };
                // Of two entries the later counts, and is where it stands.
                map.remove(name.as_str());
                map.insert(name.as_str(), name.origin(), value);
            }
            // `- NAME: value`, which Compose refuses and people write.
            Value::Map(inner) => {
                for (name, slot) in inner {
                    map.insert(name, slot.key, slot.node);
                }
            }
            _ => {}
        }
    }
    Node::map(map, node.origin)
}

/// Mounts; of two with one target the later counts.
fn by_target(base: Node, over: Node) -> Node {
    let origin = over.origin.clone();
    let mut items = listed(base);
    for item in listed(over) {
        let target = target_of(&item);
        items.retain(|i| target.is_none() || target_of(i) != target);
        items.push(item);
    }
    Node::list(items, origin)
}

fn target_of(mount: &Node) -> Option<String> {
    if let Some(target) = mount.get("target") {
        return target.as_text().map(|t| t.as_str().to_owned());
    }
    let text = mount.as_text()?.as_str();
    let mut parts = text.split(':');
    let first = parts.next()?;
    Some(parts.next().unwrap_or(first).to_owned())
}
