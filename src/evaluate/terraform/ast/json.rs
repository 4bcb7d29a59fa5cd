//! From `.tf.json` to the tree that is evaluated.
//!
//! JSON doesn't tell arguments from nested blocks; both become arguments, which read the same.
//! Strings are templates, except where Terraform wants a plain name.

use super::hcl;
use super::{Attribute, Block, Body, Expr, ExprKind, Key, Label};
use crate::evaluate::terraform::value::Val;
use crate::trace::{Map, Node, Origin, Problem, Slot, Text, Value};

/// Blocks at the top, and how many labels they have.
const TOP: &[(&str, usize)] = &[
    ("resource", 2),
    ("data", 2),
    ("ephemeral", 2),
    ("variable", 1),
    ("output", 1),
    ("module", 1),
    ("provider", 1),
    ("locals", 0),
    ("terraform", 0),
    ("moved", 0),
    ("import", 0),
    ("removed", 0),
    ("check", 1),
];

/// Nested blocks that are known everywhere, and how many labels they have.
const NESTED: &[(&str, usize)] = &[
    ("dynamic", 1),
    ("provisioner", 1),
    ("connection", 0),
    ("lifecycle", 0),
    ("backend", 1),
    ("cloud", 0),
    ("required_providers", 0),
];

/// Nested deeper than this isn't read.
const MAX_DEPTH: usize = 100;

/// Reads a `.tf.json` file.
#[must_use]
pub fn body(text: &Text) -> (Body, Vec<Problem>) {
    let (root, problems) = crate::syntax::json::parse(text);
    let mut out = Body::default();
    for map in objects(&root) {
        for (name, slot) in map {
            if let Some((_, labels)) = TOP.iter().find(|(kind, _)| *kind == name) {
                blocks(name, slot, *labels, &mut out.blocks, 0);
            }
        }
    }
    (out, problems)
}

/// Reads a `.tfvars.json` file: names and plain values.
#[must_use]
pub fn values(text: &Text) -> (Body, Vec<Problem>) {
    let (root, problems) = crate::syntax::json::parse(text);
    let mut out = Body::default();
    for map in objects(&root) {
        for (name, slot) in map {
            let val = Val::from_node(&slot.node);
            out.attributes.push(Attribute {
                name: (*name).to_owned(),
                key: slot.key.clone(),
                value: Expr::new(ExprKind::Literal(val), slot.node.origin.clone()),
            });
        }
    }
    (out, problems)
}

/// An object, or a list of them, as entries.
fn objects(node: &Node) -> Vec<Vec<(&str, &Slot)>> {
    match &node.value {
        Value::Map(map) => vec![entries(map)],
        Value::List(items) => items.iter().filter_map(Node::as_map).map(entries).collect(),
        _ => Vec::new(),
    }
}

/// What is in an object; `//` is how comments are written.
fn entries(map: &Map) -> Vec<(&str, &Slot)> {
    map.slots().filter(|(name, _)| *name != "//").collect()
}

fn blocks(kind: &str, slot: &Slot, labels: usize, out: &mut Vec<Block>, depth: usize) {
    collect(kind, &slot.key, &slot.node, labels, Vec::new(), out, depth);
}

fn collect(
    kind: &str,
    key: &Origin,
    node: &Node,
    labels: usize,
    have: Vec<Label>,
    out: &mut Vec<Block>,
    depth: usize,
) {
    if depth > MAX_DEPTH {
        return;
    }
    for map in objects(node) {
        if labels == 0 {
            let header = have
                .last()
                .map_or_else(|| key.clone(), |l| l.origin.clone());
            out.push(Block {
                kind: kind.to_owned(),
                labels: have.clone(),
                body: nested(kind, &map, depth + 1),
                header,
            });
            continue;
        }
        for (name, slot) in map {
            let mut have = have.clone();
            have.push(Label {
                name: name.to_owned(),
                origin: slot.key.clone(),
            });
            collect(kind, key, &slot.node, labels - 1, have, out, depth + 1);
        }
    }
}

fn nested(kind: &str, map: &[(&str, &Slot)], depth: usize) -> Body {
    let mut out = Body::default();
    for (name, slot) in map {
        let known = NESTED.iter().find(|(kind, _)| kind == name);
        match known {
            Some((_, labels)) if kind != "variable" && kind != "locals" => {
                blocks(name, slot, *labels, &mut out.blocks, depth);
            }
            _ if *name == "content" && kind == "dynamic" => {
                blocks(name, slot, 0, &mut out.blocks, depth);
            }
            _ => out.attributes.push(Attribute {
                name: (*name).to_owned(),
                key: slot.key.clone(),
                value: value(kind, name, &slot.node, depth),
            }),
        }
    }
    out
}

fn value(kind: &str, name: &str, node: &Node, depth: usize) -> Expr {
    let plain = matches!(
        (kind, name),
        ("variable", "default" | "description") | ("module", "source" | "version")
    );
    if plain {
        let val = Val::from_node(node);
        return Expr::new(ExprKind::Literal(val), node.origin.clone());
    }
    if kind == "variable"
        && name == "type"
        && let Some(text) = node.as_text()
    {
        return read(hcl::expression(text), node);
    }
    expr(node, depth)
}

fn read(result: Result<Expr, hcl::SyntaxError>, node: &Node) -> Expr {
    result.unwrap_or_else(|error| Expr::new(ExprKind::Broken(error.message), node.origin.clone()))
}

fn expr(node: &Node, depth: usize) -> Expr {
    let origin = node.origin.clone();
    if depth > MAX_DEPTH {
        return Expr::new(ExprKind::Broken("nested too deeply".to_owned()), origin);
    }
    match &node.value {
        Value::Text(text) => Expr {
            origin,
            ..read(hcl::template(text), node)
        },
        Value::List(items) => Expr::new(
            ExprKind::List(items.iter().map(|n| expr(n, depth + 1)).collect()),
            origin,
        ),
        Value::Map(map) => {
            let entries = map.slots().map(|(name, slot)| {
                let key = Key::Name(name.to_owned(), slot.key.clone());
                (key, expr(&slot.node, depth + 1))
            });
            Expr::new(ExprKind::Object(entries.collect()), origin)
        }
        _ => Expr::new(ExprKind::Literal(Val::from_node(node)), origin),
    }
}
