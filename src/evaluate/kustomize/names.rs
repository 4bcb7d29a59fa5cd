//! Prefixes and suffixes of names, and the references that follow them.

use std::collections::BTreeMap;

use super::Resource;
use crate::evaluate::kubernetes::{references, word};
use crate::trace::{Node, Text, Value};

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
        name.value = Value::Text(new.clone());
        renamed.insert((kind, old.as_str().to_owned()), new);
    }
    for resource in resources {
        references::each(resource.root_mut(), &mut |kind, name| {
            rename(name, kind, &renamed);
        });
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

fn rename(node: &mut Node, kind: &str, renamed: &BTreeMap<(String, String), Text>) {
    let Some(name) = word(node) else { return };
    if let Some(new) = renamed.get(&(kind.to_owned(), name.to_owned())) {
        node.value = Value::Text(new.clone());
    }
}
