//! Strategic merge patches.

use crate::evaluate::kubernetes::scalar;
use crate::evaluate::release::overridden;
use crate::trace::{Map, Node, Slot, Value};

/// Patches nested deeper replace what they meet.
const MAX_DEPTH: usize = 100;

/// Lists of Kubernetes' own kinds whose elements are told apart by a key, and that key.
const MERGE_KEYS: &[(&str, &[&str])] = &[
    ("containers", &["name"]),
    ("initContainers", &["name"]),
    ("ephemeralContainers", &["name"]),
    ("env", &["name"]),
    ("volumes", &["name"]),
    ("volumeMounts", &["mountPath"]),
    ("volumeDevices", &["devicePath"]),
    ("ports", &["containerPort", "port"]),
    ("imagePullSecrets", &["name"]),
    ("hostAliases", &["ip"]),
    ("ownerReferences", &["uid"]),
    ("secrets", &["name"]),
    ("topologySpreadConstraints", &["topologyKey"]),
];

/// Lays `patch` over `base`.
///
/// `typed` says whether the kind is one of Kubernetes' own, whose lists are merged by key; the
/// lists of others are replaced. Kind and name stay as they are in `base`.
pub(super) fn apply(base: &mut Node, patch: &Node, typed: bool) {
    let Some(patch) = patch.as_map() else { return };
    let Value::Map(map) = &mut base.value else {
        return;
    };
    // What the patch names the object by is no change of it.
    let mut patch = patch.clone();
    patch.remove("apiVersion");
    patch.remove("kind");
    if let Some(Value::Map(metadata)) = patch.get_mut("metadata").map(|n| &mut n.value) {
        metadata.remove("name");
        metadata.remove("namespace");
    }
    merge_map(map, patch, typed, MAX_DEPTH);
}

fn merge_map(base: &mut Map, patch: Map, typed: bool, depth: usize) {
    for (key, slot) in patch {
        if key.starts_with('$') {
            continue;
        }
        if slot.node.is_null() {
            base.remove(&key);
            continue;
        }
        match directive(&slot.node) {
            Some("delete") => {
                base.remove(&key);
                continue;
            }
            Some("replace") => {
                base.insert(key, slot.key, without_directive(slot.node));
                continue;
            }
            _ => {}
        }
        let Slot { key: origin, node } = slot;
        match base.get_mut(&key) {
            Some(old) => merge_node(old, node, &key, typed, depth),
            None => {
                base.insert(key, origin, node);
            }
        }
    }
}

fn merge_node(old: &mut Node, new: Node, key: &str, typed: bool, depth: usize) {
    let keys = MERGE_KEYS.iter().find(|(name, _)| *name == key);
    match (&mut old.value, new.value) {
        (Value::Map(base), Value::Map(patch)) if depth > 0 => {
            merge_map(base, patch, typed, depth - 1);
        }
        (Value::List(base), Value::List(patch)) if typed && depth > 0 && keys.is_some() => {
            let keys = keys.map_or(&[][..], |(_, k)| *k);
            merge_list(base, patch, keys, depth - 1);
        }
        (_, value) => {
            let node = Node::new(value, new.origin);
            if *old != node {
                *old = overridden(node, old, "a patch");
            }
        }
    }
}

/// New elements come before the old ones, as kustomize does it.
fn merge_list(base: &mut Vec<Node>, patch: Vec<Node>, keys: &[&str], depth: usize) {
    let id = |node: &Node| keys.iter().find_map(|k| node.get(k).and_then(scalar));
    if patch.iter().any(|e| e.as_map().is_none()) {
        *base = patch;
        return;
    }
    if patch.iter().any(|e| directive(e) == Some("replace")) {
        *base = patch
            .into_iter()
            .filter(|e| directive(e).is_none())
            .collect();
        return;
    }
    let mut fresh = Vec::new();
    for element in patch {
        let wanted = id(&element);
        let at = wanted
            .as_ref()
            .and_then(|w| base.iter().position(|b| id(b).as_ref() == Some(w)));
        match (at, directive(&element)) {
            (Some(at), Some("delete")) => {
                base.remove(at);
            }
            (None, Some("delete")) => {}
            (Some(at), _) => {
                if let (Some(old), Value::Map(map)) = (base.get_mut(at), element.value)
                    && let Value::Map(base) = &mut old.value
                {
                    swap_env_source(base, &map);
                    merge_map(base, map, true, depth);
                }
            }
            (None, _) => fresh.push(element),
        }
    }
    fresh.append(base);
    *base = fresh;
}

/// A variable has either a value or a source; the patch's choice holds.
fn swap_env_source(base: &mut Map, patch: &Map) {
    if patch.contains("value") {
        base.remove("valueFrom");
    } else if patch.contains("valueFrom") {
        base.remove("value");
    }
}

fn directive(node: &Node) -> Option<&str> {
    node.get("$patch")?.as_str()
}

fn without_directive(mut node: Node) -> Node {
    if let Value::Map(map) = &mut node.value {
        map.remove("$patch");
    }
    node
}
