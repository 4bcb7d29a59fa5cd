//! `helm_release`.

use super::{Context, carry, word};
use crate::evaluate::release::{ChartSource, Installation, Setting, merge, set};
use crate::inventory::{Chart, Gap, Release, Resource};
use crate::syntax::yaml::{self, Schema};
use crate::trace::{Map, Node, Origin, Text, Unknown, Value};

/// Blocks that set single values, in the provider's order.
const SETS: &[&str] = &["set", "set_list", "set_string", "set_sensitive", "set_wo"];

/// The release with its values.
pub(super) fn release(context: &Context<'_>, resource: &Resource) -> Option<Installation> {
    let body = &resource.body;
    let known = |key: &str| word(body, key).map(str::to_owned);
    let mut values = Values {
        tree: Node::map(Map::new(), resource.origin.clone()),
        gaps: Vec::new(),
    };
    if let Some(given) = body.get("values") {
        for (at, text) in given
            .as_list()
            .unwrap_or(std::slice::from_ref(given))
            .iter()
            .enumerate()
        {
            values.text(resource, text, at);
        }
    }
    for key in SETS {
        let Some(found) = body.get(key) else { continue };
        for entry in found.as_list().unwrap_or(std::slice::from_ref(found)) {
            values.set(resource, key, entry);
        }
    }
    let chart = body.get("chart")?;
    let reference = chart
        .as_text()
        .map(|t| t.as_str().to_owned())
        .unwrap_or_default();
    let last = reference
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or_default();
    let last = last.strip_suffix(".tgz").unwrap_or(last);
    let folder = context.workspace.beside(context.dir, &reference);
    let in_tree = known("repository").is_none()
        && !reference.contains("://")
        && (context.workspace.is_file(&folder.join("Chart.yaml"))
            || reference.ends_with(".tgz") && context.workspace.is_file(&folder));
    let address = reference.contains("://").then(|| {
        reference[..reference.len() - last.len()]
            .trim_end_matches('/')
            .to_owned()
    });
    let values_at = body
        .as_map()
        .and_then(|m| m.slot("values"))
        .map(|s| s.key.clone());
    Some(Installation {
        source: if in_tree {
            ChartSource::Path(folder)
        } else {
            ChartSource::Elsewhere
        },
        release: Release {
            name: known("name").unwrap_or_else(|| resource.address.clone()),
            namespace: known("namespace"),
            chart: Chart {
                name: Some(last.to_owned())
                    .filter(|n| !n.is_empty() && chart.why_unknown().is_none()),
                repository: known("repository").or(address),
                version: known("version"),
            },
            values: values.tree,
            gaps: values.gaps,
            origin: resource.origin.clone(),
            values_at: values_at.unwrap_or_else(|| resource.origin.clone()),
        },
    })
}

struct Values {
    tree: Node,
    gaps: Vec<Gap>,
}

impl Values {
    fn gap(&mut self, why: impl Into<String>, origin: &Origin) {
        self.gaps.push(Gap {
            why: Unknown::new(why),
            origin: origin.clone(),
        });
    }

    /// One text of `values`.
    fn text(&mut self, resource: &Resource, node: &Node, at: usize) {
        let text = match (&node.value, node.why_unknown()) {
            (Value::Text(text), _) if !text.is_wholly_unknown() => text,
            (_, Some(why)) => return self.gap(why.why.clone(), &node.origin),
            (Value::Null, None) => return,
            // A map in place of text is a mistake Terraform would refuse.
            _ => return self.gap("it is no text", &node.origin),
        };
        let step = carry(resource, "values");
        let stream = yaml::parse(&text.clone().map_origins(&step), Schema::Yaml11);
        if let Some(problem) = stream.problems.first() {
            self.gap(problem.message.clone(), &node.origin);
        }
        let Some(root) = stream.into_first() else {
            return;
        };
        if root.is_null() {
            return;
        }
        let old = std::mem::replace(&mut self.tree, Node::null(Origin::nowhere()));
        self.tree = if old.as_map().is_some_and(Map::is_empty) {
            root
        } else {
            merge(old, root, &format!("values[{at}]"))
        };
    }

    /// One `set` and its kin: `name`, `value` and, rarely, `type`.
    fn set(&mut self, resource: &Resource, key: &str, entry: &Node) {
        let Some(name) = entry.get("name").and_then(Node::as_text) else {
            if let Some(why) = entry.why_unknown() {
                self.gap(why.why.clone(), &entry.origin);
            }
            return;
        };
        let Some(value) = entry.get("value").or_else(|| entry.get("value_wo")) else {
            return;
        };
        let step = carry(resource, key);
        let setting = match (key, word(entry, "type")) {
            ("set_string", _) | (_, Some("string" | "literal")) => Setting::Text,
            _ => Setting::Typed,
        };
        let value = match (&value.value, value.scalar_text()) {
            (Value::List(items), _) => {
                let each = items
                    .iter()
                    .map(|i| i.scalar_text().map_or(i.clone(), Node::text));
                Node::list(each.collect(), value.origin.clone())
            }
            (_, Some(text)) => written(&text, value),
            _ => value.clone(),
        };
        let value = value.map_origins(&step);
        if let Err(why) = set(&mut self.tree, name, value, setting, key) {
            self.gap(why, &name.origin());
        }
    }
}

/// A value as it is written for `--set`: `{a,b}` is a list, commas are escaped.
fn written(text: &Text, node: &Node) -> Node {
    let chars = text.as_str();
    if chars.len() >= 2 && chars.starts_with('{') && chars.ends_with('}') {
        let items = text.slice(1..chars.len() - 1).split(",");
        let items = items.into_iter().filter(|i| !i.is_empty());
        return Node::list(items.map(Node::text).collect(), node.origin.clone());
    }
    let plain = text.replace("\\,", &Text::plain(","));
    Node::new(Value::Text(plain), node.origin.clone())
}
