//! OpenShift's `Template`: objects with parameters.

use std::collections::BTreeMap;

use super::object::{list, word};
use crate::trace::{Node, Origin, Slot, StepKind, Text, Unknown, Value};

/// Fills in the parameters of a `Template`; every other document is returned as it is.
pub(super) fn filled(node: Node) -> Node {
    let is_template = node.get("kind").and_then(word) == Some("Template")
        && node.get("objects").is_some_and(|o| o.as_list().is_some());
    if !is_template {
        return node;
    }
    let parameters = list(&node, "parameters")
        .iter()
        .filter_map(|p| Some((word(p.get("name")?)?.to_owned(), value(p))))
        .collect();
    let Node { value, origin } = node;
    let Value::Map(mut map) = value else {
        return Node { value, origin };
    };
    if let Some(objects) = map.get_mut("objects") {
        let whole = std::mem::replace(objects, Node::null(origin.clone()));
        *objects = fill(whole, &parameters);
    }
    Node::map(map, origin)
}

/// The value of a parameter that nobody sets.
fn value(parameter: &Node) -> Text {
    let name = parameter.get("name").and_then(word).unwrap_or_default();
    let written = parameter.get("value").and_then(Node::scalar_text);
    let at = parameter.span();
    match written {
        Some(text) => {
            text.map_origins(&|o| o.then(StepKind::Reference, at, format!("parameter {name}")))
        }
        None => Text::of_unknown(
            name,
            Unknown::new(format!("the parameter {name} has no value")),
            parameter.origin.clone(),
        ),
    }
}

fn fill(node: Node, parameters: &BTreeMap<String, Text>) -> Node {
    let Node { value, origin } = node;
    let value = match value {
        Value::Text(text) if text.as_str().contains("${") => {
            return composed(&text, "${", replace(&text, parameters), origin);
        }
        Value::List(items) => Value::List(items.into_iter().map(|i| fill(i, parameters)).collect()),
        Value::Map(map) => Value::Map(
            map.into_iter()
                .map(|(key, slot)| {
                    let node = fill(slot.node, parameters);
                    (key, Slot { node, ..slot })
                })
                .collect(),
        ),
        other => other,
    };
    Node { value, origin }
}

/// A text of which variables were filled in, as a node: one that was a variable and nothing
/// else comes from where its value was written, any other from where it was composed.
pub(crate) fn composed(written: &Text, mark: &str, filled: Text, origin: Origin) -> Node {
    let chars = written.as_str();
    let alone = chars.starts_with(mark) && chars.ends_with('}') && chars.matches(mark).count() == 1;
    let origin = if alone { filled.origin() } else { origin };
    Node::new(Value::Text(filled), origin)
}

/// `${NAME}`, and `${{NAME}}` for what isn't text; unknown names stay as they are.
fn replace(text: &Text, parameters: &BTreeMap<String, Text>) -> Text {
    let chars = text.as_str();
    let mut out = Text::default();
    let mut done = 0;
    while let Some(start) = chars[done..].find("${").map(|i| done + i) {
        let (open, close) = match chars[start..].starts_with("${{") {
            true => (start + 3, "}}"),
            false => (start + 2, "}"),
        };
        let Some(end) = chars[open..].find(close).map(|i| open + i) else {
            break;
        };
        let after = end + close.len();
        out.push(&text.slice(done..start));
        match parameters.get(chars[open..end].trim()) {
            Some(value) => out.push(value),
            None => out.push(&text.slice(start..after)),
        }
        done = after;
    }
    out.push(&text.slice(done..chars.len()));
    out
}
