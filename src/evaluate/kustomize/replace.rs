//! Replacements: values copied from one object into others.

use super::{Build, Layer, Resource};
use crate::evaluate::kubernetes::{list, word};
use crate::evaluate::release::overridden;
use crate::syntax::yaml::{self, Schema};
use crate::trace::{Map, Node, Problem, StepKind, Text, Value};

/// Applies the `replacements` of a kustomization, those in files of their own included.
pub(super) fn run(layer: &Layer<'_>, resources: &mut [Resource], out: &mut Build) {
    for entry in list(&layer.root, "replacements") {
        let Some(path) = entry.get("path").and_then(Node::as_str) else {
            one(entry, resources, out);
            continue;
        };
        let Some(text) = layer.text(entry, path, out) else {
            continue;
        };
        for document in yaml::parse(&text, Schema::Yaml11).documents {
            match document.root.as_list() {
                Some(entries) => entries.iter().for_each(|e| one(e, resources, out)),
                None => one(&document.root, resources, out),
            }
        }
    }
}

fn one(entry: &Node, resources: &mut [Resource], out: &mut Build) {
    let Some(source) = entry.get("source") else {
        return;
    };
    let Some(value) = read(source, resources) else {
        let message = "the source of a replacement isn't among the objects";
        out.notes.push(Problem::new(message, source.span()));
        return;
    };
    let at = source.span();
    let value = value.map_origins(&|o| o.then(StepKind::Reference, at, "replacement"));
    for target in list(entry, "targets") {
        let Some(select) = target.get("select") else {
            continue;
        };
        let rejected = |r: &Resource| list(target, "reject").iter().any(|s| picks(s, r));
        let options = target.get("options");
        for resource in resources.iter_mut() {
            if !picks(select, resource) || rejected(resource) {
                continue;
            }
            for path in list(target, "fieldPaths").iter().filter_map(word) {
                let path = parts(path);
                put(resource.root_mut(), &path, &value, options);
            }
        }
    }
}

fn read(source: &Node, resources: &[Resource]) -> Option<Node> {
    let resource = resources.iter().find(|r| picks(source, r))?;
    let path = source.get("fieldPath").and_then(word);
    let path = parts(path.unwrap_or("metadata.name"));
    let node = path
        .iter()
        .try_fold(resource.root(), |node, part| step(node, part))?;
    let Some((delimiter, index)) = delimiter(source.get("options")) else {
        return Some(node.clone());
    };
    let split = node.scalar_text()?.split(delimiter);
    split.into_iter().nth(index).map(Node::text)
}

fn delimiter(options: Option<&Node>) -> Option<(&str, usize)> {
    let delimiter = options?.get("delimiter").and_then(word)?;
    let index = options?.get("index").and_then(Node::as_int).unwrap_or(0);
    Some((delimiter, usize::try_from(index).ok()?))
}

fn picks(select: &Node, resource: &Resource) -> bool {
    let field = |key: &str| select.get(key).and_then(word).filter(|v| !v.is_empty());
    let (group, version) = resource.api();
    field("kind").is_none_or(|v| v == resource.kind())
        && field("name").is_none_or(|v| resource.is_called(v))
        && field("namespace").is_none_or(|v| Some(v) == resource.namespace())
        && field("group").is_none_or(|v| v == group)
        && field("version").is_none_or(|v| v == version)
}

/// The parts of `spec.template.[name=web].image`; brackets keep dots.
fn parts(path: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut part = String::new();
    let mut inside = false;
    let mut chars = path.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => part.extend(chars.next()),
            '.' if !inside => out.push(std::mem::take(&mut part)),
            '[' => {
                inside = true;
                part.push(c);
            }
            ']' => {
                inside = false;
                part.push(c);
            }
            other => part.push(other),
        }
    }
    out.push(part);
    out.retain(|p| !p.is_empty());
    out
}

/// What stands between the brackets of `[name=web]`.
fn filter(part: &str) -> Option<(&str, &str)> {
    let inner = part.strip_prefix('[')?.strip_suffix(']')?;
    inner.split_once('=')
}

fn step<'n>(node: &'n Node, part: &str) -> Option<&'n Node> {
    match &node.value {
        Value::Map(map) => map.get(part.trim_start_matches('[').trim_end_matches(']')),
        Value::List(items) => match filter(part) {
            Some((key, value)) => items
                .iter()
                .find(|i| i.get(key).and_then(word) == Some(value)),
            None => items.get(part.parse::<usize>().ok()?),
        },
        _ => None,
    }
}

/// Sets the field at `path`, of all elements where it says `*`.
fn put(node: &mut Node, path: &[String], value: &Node, options: Option<&Node>) {
    let Some((part, rest)) = path.split_first() else {
        *node = replaced(node, value, options);
        return;
    };
    match &mut node.value {
        Value::Map(map) => {
            let key = part.trim_start_matches('[').trim_end_matches(']');
            let create = options
                .and_then(|o| o.get("create"))
                .and_then(Node::as_bool)
                == Some(true);
            if create && !map.contains(key) {
                let at = value.origin.clone();
                let fresh = if rest.is_empty() {
                    Node::null(at.clone())
                } else {
                    Node::map(Map::new(), at.clone())
                };
                map.insert(key, at, fresh);
            }
            if let Some(child) = map.get_mut(key) {
                put(child, rest, value, options);
            }
        }
        Value::List(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                let fits = match filter(part) {
                    Some((key, wanted)) => item.get(key).and_then(word) == Some(wanted),
                    None => part == "*" || part.parse() == Ok(index),
                };
                if fits {
                    put(item, rest, value, options);
                }
            }
        }
        _ => {}
    }
}

/// The new field: the value, or the old text with the value as one of its parts.
fn replaced(old: &Node, value: &Node, options: Option<&Node>) -> Node {
    let parts = delimiter(options)
        .zip(old.scalar_text())
        .zip(value.scalar_text());
    let Some((((delimiter, index), text), value_text)) = parts else {
        return overridden(value.clone(), old, "a replacement");
    };
    let mut pieces = text.split(delimiter);
    match pieces.get_mut(index) {
        Some(piece) => *piece = value_text,
        None => pieces.push(value_text),
    }
    let separator = Text::opaque(delimiter, old.origin.clone());
    Node::text(Text::join(&pieces, &separator))
}
