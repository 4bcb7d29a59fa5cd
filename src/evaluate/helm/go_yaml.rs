//! What Helm's reader of YAML refuses though it can be read: it makes JSON of it, and reads the
//! heads of manifests into fields of Go.

use crate::syntax::yaml::Stream;
use crate::trace::{Node, Problem, Text, Value};

/// Why a text that was read as `stream` can't be made JSON, in Go's words as far as they are
/// known: `yaml: …` or `json: …`.
pub(super) fn refusal(text: &Text, stream: &Stream) -> Option<String> {
    let is_fatal = |p: &&Problem| !p.message.contains("duplicate") && !p.message.contains("twice");
    if let Some(problem) = stream.problems.iter().find(is_fatal) {
        return Some(format!("yaml: {}", problem.message));
    }
    if begins_with_end(text.as_str()) {
        return Some("yaml: did not find expected node content".to_owned());
    }
    let root = &stream.documents.first()?.root;
    if has_empty_key(root) && text.as_str().lines().any(starts_with_colon) {
        return Some("yaml: did not find expected key".to_owned());
    }
    no_number(root).map(|name| format!("json: unsupported value: {name}"))
}

/// Whether the first thing in `text` is the mark for the end of a document.
fn begins_with_end(text: &str) -> bool {
    let is_comment = |line: &&str| line.trim().is_empty() || line.starts_with('#');
    let first = text.lines().find(|line| !is_comment(line));
    let after = first.and_then(|line| line.strip_prefix("..."));
    after.is_some_and(|after| after.is_empty() || after.starts_with([' ', '\t']))
}

/// Whether a key in `node` is empty: it is quoted, or missing before its colon.
fn has_empty_key(node: &Node) -> bool {
    match &node.value {
        Value::List(items) => items.iter().any(has_empty_key),
        Value::Map(map) => map
            .iter()
            .any(|(key, inner)| key.is_empty() || has_empty_key(inner)),
        _ => false,
    }
}

fn starts_with_colon(line: &str) -> bool {
    let entry = line.trim_start_matches([' ', '-']);
    entry
        .strip_prefix(':')
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

/// Go's name of a float in `node` that JSON has no word for.
fn no_number(node: &Node) -> Option<&'static str> {
    match &node.value {
        Value::Float(f) if f.is_nan() => Some("NaN"),
        Value::Float(f) if f.is_infinite() => Some(if *f > 0.0 { "+Inf" } else { "-Inf" }),
        Value::List(items) => items.iter().find_map(no_number),
        Value::Map(map) => map.iter().find_map(|(_, inner)| no_number(inner)),
        _ => None,
    }
}

/// Why a document is no manifest to Helm: it is no mapping, or its kind, version, name or
/// annotations are not of the type they have to be.
pub(super) fn misfit(root: &Node) -> Option<String> {
    let is_text = |node: &Node| !matches!(node.value, Value::List(_) | Value::Map(_));
    let wrong = |what: &str, at: &Node| Some(format!("{what} can't be {}", kind(at)));
    let head = match &root.value {
        Value::Map(map) => map,
        Value::Null | Value::Unknown(_) => return None,
        _ => return wrong("a manifest", root),
    };
    for (key, value) in head.iter() {
        match key.to_ascii_lowercase().as_str() {
            "apiversion" | "kind" if !is_text(value) => return wrong(key, value),
            "metadata" => {
                let inner = match &value.value {
                    Value::Map(map) => map,
                    Value::Null | Value::Unknown(_) => continue,
                    _ => return wrong(key, value),
                };
                for (key, value) in inner.iter() {
                    match key.to_ascii_lowercase().as_str() {
                        "name" if !is_text(value) => return wrong("the name", value),
                        "annotations" => match &value.value {
                            Value::Map(map) => {
                                if let Some((name, value)) = map.iter().find(|(_, v)| !is_text(v)) {
                                    return wrong(&format!("the annotation {name}"), value);
                                }
                            }
                            Value::Null | Value::Unknown(_) => {}
                            _ => return wrong("what annotates a manifest", value),
                        },
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    None
}

fn kind(node: &Node) -> &'static str {
    match node.value {
        Value::List(_) => "a list",
        Value::Map(_) => "a mapping",
        Value::Bool(_) => "a truth value",
        Value::Int(_) | Value::Float(_) => "a number",
        _ => "a text",
    }
}
