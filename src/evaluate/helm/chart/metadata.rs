//! `Chart.yaml`, and `requirements.yaml` of older charts.

use crate::evaluate::helm::value::number::general;
use crate::trace::{Map, Node, Text, Value};

/// What `Chart.yaml` says.
#[derive(Debug, Clone)]
pub struct Metadata {
    /// The file, with scalars as Helm's fields have them: all of them strings but `deprecated`.
    pub node: Node,
    /// `name`.
    pub name: String,
    /// `version`.
    pub version: String,
    /// `apiVersion`; `v1` if there is none.
    pub api_version: String,
    /// `kubeVersion`, a range; empty if there is none.
    pub kube_version: String,
    /// `type`: `application`, `library` or empty.
    pub kind: String,
    /// `dependencies`; none if the key is missing or empty.
    pub dependencies: Vec<Requirement>,
}

/// An entry of `dependencies`.
#[derive(Debug, Clone)]
pub struct Requirement {
    /// The entry.
    pub node: Node,
    /// The name of the chart; the alias once dependencies are resolved.
    pub name: String,
    /// The range of versions.
    pub version: String,
    /// Where it would be fetched from.
    pub repository: String,
    /// `condition`: paths of values, separated by commas.
    pub condition: String,
    /// `tags`.
    pub tags: Vec<String>,
    /// `alias`; empty if there is none.
    pub alias: String,
    /// `import-values`.
    pub imports: Vec<Import>,
}

/// An entry of `import-values`.
#[derive(Debug, Clone)]
pub enum Import {
    /// A key below the child's `exports`.
    Export(String),
    /// From a path in the child's values to one in the parent's.
    Path {
        /// The path in the child.
        child: String,
        /// The path in the parent.
        parent: String,
    },
}

/// Deeper than any chart's metadata.
const MAX_DEPTH: usize = 20;

impl Metadata {
    /// Reads `Chart.yaml`, and `requirements.yaml` if there is one.
    #[must_use]
    pub fn new(chart: &Node, requirements: Option<&Node>) -> Self {
        let field = |key: &str| field(chart, key);
        let list = requirements
            .and_then(|r| r.get("dependencies"))
            .or_else(|| chart.get("dependencies"))
            .and_then(Node::as_list)
            .unwrap_or_default();
        let api_version = field("apiVersion");
        Self {
            node: strings(chart, 0),
            name: field("name"),
            version: field("version"),
            api_version: if api_version.is_empty() {
                "v1".to_owned()
            } else {
                api_version
            },
            kube_version: field("kubeVersion"),
            kind: field("type"),
            dependencies: list
                .iter()
                .filter(|n| n.as_map().is_some())
                .map(Requirement::new)
                .collect(),
        }
    }

    /// The string under `key`, if there is one.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&Text> {
        self.node.get(key)?.as_text()
    }
}

impl Requirement {
    fn new(node: &Node) -> Self {
        let list = |key: &str| {
            node.get(key)
                .and_then(Node::as_list)
                .unwrap_or_default()
                .iter()
        };
        Self {
            node: strings(node, 0),
            name: field(node, "name"),
            version: field(node, "version"),
            repository: field(node, "repository"),
            condition: field(node, "condition"),
            tags: list("tags")
                .filter_map(|n| Some(n.scalar_text()?.as_str().to_owned()))
                .collect(),
            alias: field(node, "alias"),
            imports: list("import-values")
                .filter_map(|n| {
                    if n.as_map().is_some() {
                        return Some(Import::Path {
                            child: field(n, "child"),
                            parent: field(n, "parent"),
                        });
                    }
                    Some(Import::Export(n.scalar_text()?.as_str().to_owned()))
                })
                .collect(),
        }
    }

    /// The key of its values, and its name in the chart that needs it.
    #[must_use]
    pub fn key(&self) -> &str {
        if self.alias.is_empty() {
            &self.name
        } else {
            &self.alias
        }
    }
}

fn field(node: &Node, key: &str) -> String {
    node.get(key)
        .and_then(scalar)
        .map(|t| t.as_str().to_owned())
        .unwrap_or_default()
}

/// A scalar as the string that a Go field of type string holds: `1e7` is `1e+07` there.
fn scalar(node: &Node) -> Option<Text> {
    match node.value {
        Value::Float(f) => Some(Text::opaque(general(f, None, 'e'), node.origin.clone())),
        _ => node.scalar_text(),
    }
}

/// Numbers and truth values as the strings that Go fields of type string hold.
fn strings(node: &Node, depth: usize) -> Node {
    let value = match &node.value {
        _ if depth > MAX_DEPTH => Value::Null,
        Value::List(items) => Value::List(items.iter().map(|n| strings(n, depth + 1)).collect()),
        Value::Map(map) => {
            let mut out = Map::new();
            for (key, slot) in map.slots() {
                let typed = key == "deprecated" && depth == 0;
                let node = if typed {
                    slot.node.clone()
                } else {
                    strings(&slot.node, depth + 1)
                };
                out.insert(key, slot.key.clone(), node);
            }
            Value::Map(out)
        }
        Value::Null | Value::Unknown(_) | Value::Text(_) => node.value.clone(),
        _ => match scalar(node) {
            Some(text) => Value::Text(text),
            None => Value::Null,
        },
    };
    Node::new(value, node.origin.clone())
}
