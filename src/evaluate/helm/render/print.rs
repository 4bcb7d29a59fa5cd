//! Rendered documents as text.

use std::fmt::Write as _;

use super::Rendering;
use crate::trace::{Node, Origin, Sources, Span, Value};

/// Everything as `helm template` prints it.
#[must_use]
pub fn manifest(rendering: &Rendering) -> String {
    let mut out = String::new();
    for document in &rendering.documents {
        let text = document.text.as_str();
        let _ = write!(out, "---\n# Source: {}\n{text}\n", document.path);
    }
    out
}

/// Deeper values are not printed.
const MAX_DEPTH: usize = 100;

/// Every scalar of every document with the place where it was written and the way it took.
#[must_use]
pub fn origins(rendering: &Rendering, sources: &Sources) -> String {
    let mut printer = Printer {
        sources,
        out: String::new(),
    };
    for document in &rendering.documents {
        let _ = write!(printer.out, "---\n# Source: {}\n", document.path);
        if let Some(root) = &document.root {
            printer.node(root, "", 0);
        }
    }
    printer.out
}

struct Printer<'s> {
    sources: &'s Sources,
    out: String,
}

impl Printer<'_> {
    fn node(&mut self, node: &Node, path: &str, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        match &node.value {
            Value::Map(map) if !map.is_empty() => {
                for (key, child) in map.iter() {
                    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
                    let path = if !key.chars().all(plain) {
                        format!("{path}[{key:?}]")
                    } else if path.is_empty() {
                        key.to_owned()
                    } else {
                        format!("{path}.{key}")
                    };
                    self.node(child, &path, depth + 1);
                }
            }
            Value::List(items) if !items.is_empty() => {
                for (index, child) in items.iter().enumerate() {
                    self.node(child, &format!("{path}[{index}]"), depth + 1);
                }
            }
            _ => self.scalar(node, path),
        }
    }

    fn scalar(&mut self, node: &Node, path: &str) {
        let _ = writeln!(self.out, "{path}: {}", shown(node));
        let origin = match node.as_text() {
            Some(text) => text.primary(self.sources),
            None => node.origin.clone(),
        };
        let place = match origin.span() {
            Some(span) => self.place(span),
            None => match &origin.place {
                crate::trace::Place::Default(default) => {
                    format!("default of {} ({})", default.layer, default.source)
                }
                _ => "made by the chart or its functions".to_owned(),
            },
        };
        let _ = writeln!(self.out, "    {place}");
        self.steps(&origin);
    }

    fn steps(&mut self, origin: &Origin) {
        for step in origin.steps() {
            let at = step
                .at
                .map(|s| format!("{}  ", self.place(s)))
                .unwrap_or_default();
            let _ = writeln!(self.out, "      → {at}{}", step.note);
        }
    }

    fn place(&self, span: Span) -> String {
        let at = self.sources.position(span);
        let path = &self.sources.get(span.source).path;
        format!("{path}:{}:{}", at.line, at.column)
    }
}

/// The value on one line.
fn shown(node: &Node) -> String {
    match &node.value {
        Value::Null => "null".to_owned(),
        Value::List(_) => "[]".to_owned(),
        Value::Map(_) => "{}".to_owned(),
        Value::Unknown(why) => format!("unknown: {}", why.why),
        Value::Text(text) => {
            let short: String = text.as_str().chars().take(100).collect();
            let mark = if short.len() < text.len() { " …" } else { "" };
            format!("{short:?}{mark}")
        }
        _ => node
            .scalar_text()
            .map_or_else(String::new, |t| t.as_str().to_owned()),
    }
}
