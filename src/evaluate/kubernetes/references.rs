//! Fields of objects that name other objects.

use crate::trace::{Map, Node, Value};

use super::object::word;

/// References deeper in an object are not followed.
const MAX_DEPTH: usize = 32;

/// The field that holds a reference, the one in it with the name (none: the field itself), and
/// the kind that is meant.
const FIELDS: &[(&str, Option<&str>, &str)] = &[
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

/// Calls `visit` with the kind that is meant and the node that holds the name, for every
/// reference in `root`.
pub(crate) fn each(root: &mut Node, visit: &mut impl FnMut(&str, &mut Node)) {
    walk(root, visit, MAX_DEPTH);
}

/// Kind and name of all that `root` refers to.
pub(crate) fn all(root: &Node) -> Vec<(String, String)> {
    let mut out = Vec::new();
    // A copy, so that there is one walk for both uses; texts are shared in the main.
    each(&mut root.clone(), &mut |kind, node| {
        if let Some(name) = word(node) {
            out.push((kind.to_owned(), name.to_owned()));
        }
    });
    out
}

fn walk(node: &mut Node, visit: &mut impl FnMut(&str, &mut Node), depth: usize) {
    if depth == 0 {
        return;
    }
    match &mut node.value {
        Value::List(items) => {
            for item in items {
                walk(item, visit, depth - 1);
            }
        }
        Value::Map(map) => {
            by_kind(map, visit);
            for (key, slot) in map.slots_mut() {
                for (_, field, kind) in FIELDS.iter().filter(|(k, _, _)| *k == key) {
                    let target = match (field, &mut slot.node.value) {
                        (None, Value::Text(_)) => Some(&mut slot.node),
                        (Some(field), Value::Map(inner)) => inner.get_mut(field),
                        _ => None,
                    };
                    if let Some(target) = target {
                        visit(kind, target);
                    }
                }
                walk(&mut slot.node, visit, depth - 1);
            }
        }
        _ => {}
    }
}

/// References that say their kind themselves: `scaleTargetRef`, `valuesFrom`, `backendRefs`.
fn by_kind(map: &mut Map, visit: &mut impl FnMut(&str, &mut Node)) {
    let kind = map.get("kind").and_then(word).map(str::to_owned);
    if let (Some(kind), false) = (kind, map.contains("metadata"))
        && let Some(name) = map.get_mut("name")
    {
        visit(&kind, name);
    }
}
