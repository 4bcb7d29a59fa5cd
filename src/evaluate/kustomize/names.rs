//! Prefixes and suffixes of names, and the references that follow them.

use std::collections::BTreeMap;

use super::Resource;
use crate::evaluate::kubernetes::word;
use crate::trace::{Node, Text, Value};

/// References deeper in an object are not followed.
const MAX_DEPTH: usize = 32;

/// Fields that name another object: the field that holds the reference, the one in it with the
/// name (none: the field itself), and the kind that is meant.
const REFERENCES: &[(&str, Option<&str>, &str)] = &[
    ("configMapRef", Some("name"), "ConfigMap"),
    ("configMapKeyRef", Some("name"), "ConfigMap"),
    ("configMap", Some("name"), "ConfigMap"),
    ("secretRef", Some("name"), "Secret"),
    ("secretKeyRef", Some("name"), "Secret"),
    ("secret", Some("name"), "Secret"),
    ("secret", Some("secretName"), "Secret"),
    ("secretName", None, "Secret"),
    ("service", Some("name"), "Service"),
    ("serviceName", None, "Service"),
    ("to", Some("name"), "Service"),
    ("claimName", None, "PersistentVolumeClaim"),
    ("serviceAccountName", None, "ServiceAccount"),
];

/// Kinds whose names kustomize leaves alone.
const FIXED: &[&str] = &["APIService", "CustomResourceDefinition", "Namespace"];

/// Puts `prefix` and `suffix` around all names and the references to them.
pub(super) fn affix(resources: &mut [Resource], prefix: Option<&Text>, suffix: Option<&Text>) {
    if prefix.is_none_or(Text::is_empty) && suffix.is_none_or(Text::is_empty) {
        return;
    }
    let mut renamed: BTreeMap<(String, String), Text> = BTreeMap::new();
    for resource in resources.iter_mut() {
        let kind = resource.kind().to_owned();
        if FIXED.contains(&kind.as_str()) {
            continue;
        }
        let Some(name) = name_of(resource.root_mut()) else {
            continue;
        };
        let Some(old) = name.as_text().cloned() else {
            continue;
        };
        let parts = [prefix, Some(&old), suffix];
        let new = Text::concat(parts.into_iter().flatten());
        *name = Node::text(new.clone());
        renamed.insert((kind, old.as_str().to_owned()), new);
    }
    for resource in resources {
        follow(resource.root_mut(), &renamed, MAX_DEPTH);
    }
}

fn name_of(root: &mut Node) -> Option<&mut Node> {
    let Value::Map(map) = &mut root.value else {
        return None;
    };
    let Value::Map(metadata) = &mut map.get_mut("metadata")?.value else {
        return None;
    };
    metadata.get_mut("name")
}

fn follow(node: &mut Node, renamed: &BTreeMap<(String, String), Text>, depth: usize) {
    if depth == 0 {
        return;
    }
    match &mut node.value {
        Value::List(items) => {
            for item in items {
                follow(item, renamed, depth - 1);
            }
        }
        Value::Map(map) => {
            by_kind(map, renamed);
            for (key, slot) in map.slots_mut() {
                for (_, field, kind) in REFERENCES.iter().filter(|(k, _, _)| *k == key) {
                    let target = match (field, &mut slot.node.value) {
                        (None, Value::Text(_)) => Some(&mut slot.node),
                        (Some(field), Value::Map(inner)) => inner.get_mut(field),
                        _ => None,
                    };
                    if let Some(target) = target {
                        rename(target, kind, renamed);
                    }
                }
                follow(&mut slot.node, renamed, depth - 1);
            }
        }
        _ => {}
    }
}

/// References that say their kind themselves: `scaleTargetRef`, `valuesFrom`, `backendRefs`.
fn by_kind(map: &mut crate::trace::Map, renamed: &BTreeMap<(String, String), Text>) {
    let kind = map.get("kind").and_then(word).map(str::to_owned);
    let is_object = map.contains("metadata");
    if let (Some(kind), false) = (kind, is_object)
        && let Some(name) = map.get_mut("name")
    {
        rename(name, &kind, renamed);
    }
}

fn rename(node: &mut Node, kind: &str, renamed: &BTreeMap<(String, String), Text>) {
    let Some(name) = word(node) else { return };
    if let Some(new) = renamed.get(&(kind.to_owned(), name.to_owned())) {
        node.value = Value::Text(new.clone());
    }
}
