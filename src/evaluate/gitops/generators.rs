//! `ApplicationSet`: one application for each element of a list.

use crate::evaluate::kubernetes::{Object, composed, list};
use crate::evaluate::release::template;
use crate::trace::{Map, Node, Slot, StepKind, Text, Value};

/// A set makes no more applications than this.
const MAX_APPLICATIONS: usize = 200;

/// The `template`s of a set, filled in for each element of its lists. What other generators
/// would give stays unknown.
pub(super) fn templates(object: &Object<'_>) -> Vec<Node> {
    let Some(spec) = object.spec() else {
        return Vec::new();
    };
    let Some(template) = spec.get("template") else {
        return Vec::new();
    };
    let mut out = Vec::new();
    let mut others = false;
    for generator in list(spec, "generators") {
        let Some(elements) = generator.at(&["list", "elements"]).and_then(Node::as_list) else {
            others = true;
            continue;
        };
        for element in elements.iter().filter_map(Node::as_map) {
            if out.len() < MAX_APPLICATIONS {
                let filled = fill(template.clone(), element);
                out.push(template::unknown_actions(filled));
            }
        }
    }
    if others || out.is_empty() {
        out.push(template::unknown_actions(template.clone()));
    }
    out
}

fn fill(node: Node, element: &Map) -> Node {
    let Node { value, origin } = node;
    let value = match value {
        Value::Text(text) if text.as_str().contains("{{") => {
            let filled = replace(&text, element);
            return composed(&text, "{{", filled, origin);
        }
        Value::List(items) => Value::List(items.into_iter().map(|i| fill(i, element)).collect()),
        Value::Map(map) => Value::Map(
            map.into_iter()
                .map(|(key, slot)| {
                    let node = fill(slot.node, element);
                    (key, Slot { node, ..slot })
                })
                .collect(),
        ),
        other => other,
    };
    Node { value, origin }
}

/// `{{name}}`, or `{{ .name }}` where Go templates are switched on.
fn replace(text: &Text, element: &Map) -> Text {
    let chars = text.as_str();
    let mut out = Text::default();
    let mut done = 0;
    while let Some(start) = chars[done..].find("{{").map(|i| done + i) {
        let Some(end) = chars[start..].find("}}").map(|i| start + i + 2) else {
            break;
        };
        out.push(&text.slice(done..start));
        let inner = chars[start + 2..end - 2].trim_matches(['-', ' ']);
        let parts: Vec<_> = inner.trim_start_matches('.').split('.').collect();
        let value = parts
            .split_first()
            .and_then(|(first, rest)| element.get(first)?.at(rest)?.scalar_text());
        let written = text.slice(start..end);
        match value {
            Some(value) => {
                let at = written.origin().span();
                let note = format!("list generator {inner}");
                out.push(&value.map_origins(&|o| o.then(StepKind::Template, at, note.clone())));
            }
            None => out.push(&written),
        }
        done = end;
    }
    out.push(&text.slice(done..chars.len()));
    out
}
