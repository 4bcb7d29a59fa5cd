//! What Helm refuses in a chart's `Chart.yaml`: fields of another type than its own, and what
//! it validates when it loads the chart.

use std::collections::HashSet;

use super::{Chart, Metadata, Requirement};
use crate::evaluate::helm::functions::in_full;
use crate::trace::{Map, Node, Value};

/// The fields that hold a text, or anything that can be written as one.
const TEXTS: &[&str] = &[
    "name",
    "home",
    "version",
    "description",
    "icon",
    "apiVersion",
    "condition",
    "tags",
    "appVersion",
    "kubeVersion",
    "type",
];

/// Those of a maintainer.
const OF_MAINTAINER: &[&str] = &["name", "email", "url"];

/// Those of a dependency.
const OF_DEPENDENCY: &[&str] = &["name", "version", "repository", "condition", "alias"];

impl Chart {
    /// Why Helm would refuse to load the chart, or one of those in it.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        let own = of_types(&self.metadata.node).or_else(|| of_content(&self.metadata));
        own.or_else(|| self.dependencies.iter().find_map(|chart| chart.fault()))
    }
}

fn of_types(node: &Node) -> Option<String> {
    let map = match &node.value {
        Value::Map(map) => map,
        Value::Null | Value::Unknown(_) => return None,
        _ => return Some("Chart.yaml is no mapping".to_owned()),
    };
    let is_flag = |n: &Node| matches!(n.value, Value::Bool(_) | Value::Null);
    if map.get("deprecated").is_some_and(|n| !is_flag(n)) {
        return Some("`deprecated` has to be true or false".to_owned());
    }
    let annotated = map.get("annotations");
    let wrong = match annotated.map(|n| (&n.value, n.as_map())) {
        Some((_, Some(map))) => map.iter().any(|(_, n)| !is_text(n)),
        Some((Value::Null | Value::Unknown(_), _)) | None => false,
        Some(_) => true,
    };
    if wrong {
        return Some("`annotations` has to be a mapping of texts".to_owned());
    }
    let is_list = |n: &Node| match &n.value {
        Value::List(items) => items.iter().all(is_text),
        Value::Null | Value::Unknown(_) => true,
        _ => false,
    };
    for key in ["sources", "keywords"] {
        if map.get(key).is_some_and(|n| !is_list(n)) {
            return Some(format!("`{key}` has to be a list of texts"));
        }
    }
    texts(map, TEXTS)
        .or_else(|| entries(map, "maintainers", OF_MAINTAINER))
        .or_else(|| entries(map, "dependencies", OF_DEPENDENCY))
}

/// Whether Go's string can hold it: numbers and truth values are written as texts.
fn is_text(node: &Node) -> bool {
    !matches!(node.value, Value::List(_) | Value::Map(_))
}

fn texts(map: &Map, keys: &[&str]) -> Option<String> {
    let is_wrong = |key: &&&str| map.get(key).is_some_and(|n| !is_text(n));
    let key = keys.iter().find(is_wrong)?;
    Some(format!("`{key}` has to be a text"))
}

/// The list of mappings under `key`, of which these fields are texts.
fn entries(map: &Map, key: &str, fields: &[&str]) -> Option<String> {
    let list = match map.get(key).map(|n| &n.value) {
        Some(Value::List(list)) => list,
        None | Some(Value::Null | Value::Unknown(_)) => return None,
        Some(_) => return Some(format!("`{key}` has to be a list")),
    };
    list.iter().find_map(|entry| match &entry.value {
        Value::Map(map) => texts(map, fields),
        Value::Null => Some(format!("`{key}` has an empty entry")),
        Value::Unknown(_) => None,
        _ => Some(format!("`{key}` has an entry that is no mapping")),
    })
}

fn of_content(metadata: &Metadata) -> Option<String> {
    let name = &metadata.name;
    let version = &metadata.version;
    if name.is_empty() || version.is_empty() {
        let key = if name.is_empty() { "name" } else { "version" };
        return Some(format!("`{key}` is missing"));
    }
    if name.contains('/') {
        return Some(format!("the name `{name}` is a path"));
    }
    if in_full(version).is_none() {
        return Some(format!("the version `{version}` is none"));
    }
    if !matches!(metadata.kind.as_str(), "" | "application" | "library") {
        return Some(format!("a chart can't be of the type `{}`", metadata.kind));
    }
    let mut known = HashSet::new();
    metadata.dependencies.iter().find_map(|dependency| {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
        let key = Requirement::key(dependency);
        if !dependency.alias.chars().all(is_plain) {
            return Some(format!(
                "the alias `{key}` has characters that it can't have"
            ));
        }
        let is_new = known.insert(key);
        (!is_new).then(|| format!("two dependencies have the name `{key}`"))
    })
}
