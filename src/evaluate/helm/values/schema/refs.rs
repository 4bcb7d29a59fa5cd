//! Where a `$ref` leads: to a place in the schema, or to one that has its `$id`.

use std::collections::HashMap;

use super::MAX_DEPTH;
use crate::evaluate::helm::chart::Schema;

/// A schema with its parts that have names.
pub(super) struct Refs<'s> {
    root: &'s Schema,
    /// The address of the whole; empty if it has none.
    base: String,
    named: HashMap<String, &'s Schema>,
    /// The addresses of the parts with references in which another base counts, by where they
    /// are in memory.
    bases: HashMap<*const Schema, String>,
}

/// Where a reference leads.
pub(super) enum Target<'s> {
    Here(&'s Schema),
    /// To another file or host, which is not looked at.
    Elsewhere,
    /// Nowhere, and why.
    Nowhere(String),
}

impl<'s> Refs<'s> {
    pub(super) fn new(root: &'s Schema) -> Self {
        let base = name(root).unwrap_or("").trim_end_matches('#').to_owned();
        let mut out = Self {
            root,
            base: base.clone(),
            named: HashMap::new(),
            bases: HashMap::new(),
        };
        out.collect(root, &base, 0);
        out
    }

    fn collect(&mut self, node: &'s Schema, base: &str, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        match node {
            Schema::Map(map) => {
                let id = name(node).map(|id| resolved(base, id));
                if let Some(id) = &id {
                    self.named.entry(id.clone()).or_insert(node);
                }
                let own = id.as_deref().and_then(|id| id.split('#').next());
                let base = own.filter(|_| depth > 0).unwrap_or(base);
                if base != self.base && map.get("$ref").is_some() {
                    self.bases.insert(node, base.to_owned());
                }
                // What stands in these is data.
                let inner = map.iter().filter(|(k, _)| !matches!(*k, "enum" | "const"));
                inner.for_each(|(_, inner)| self.collect(inner, base, depth + 1));
            }
            Schema::List(items) => {
                let each = items.iter();
                each.for_each(|inner| self.collect(inner, base, depth + 1));
            }
            _ => {}
        }
    }

    /// Where the `$ref` of `node` leads in the end; none if it is out of the tree, or round.
    pub(super) fn end(&self, node: &'s Schema) -> Option<&'s Schema> {
        let mut node = node;
        for _ in 0..MAX_DEPTH {
            let Some(reference) = node.get("$ref").and_then(Schema::as_str) else {
                return Some(node);
            };
            let Target::Here(next) = self.find(node, reference) else {
                return None;
            };
            node = next;
        }
        None
    }

    /// The part of the schema that `reference`, which stands in `node`, leads to.
    pub(super) fn find(&self, node: &Schema, reference: &str) -> Target<'s> {
        let own = self.bases.get(&std::ptr::from_ref(node));
        let whole = resolved(own.unwrap_or(&self.base), reference);
        if let Some(node) = self.named.get(&whole) {
            return Target::Here(node);
        }
        let (file, pointer) = whole.split_once('#').unwrap_or((&whole, ""));
        let start = if file == self.base {
            self.root
        } else if let Some(node) = self.named.get(file) {
            node
        } else if file.contains("://") {
            return Target::Elsewhere;
        } else {
            return Target::Nowhere(format!("the reference `{reference}` has to be canonical"));
        };
        // A name that nothing has is the whole, as it is to the validator.
        let Some(pointer) = pointer.strip_prefix('/') else {
            return Target::Here(start);
        };
        let found = unescaped(pointer).split('/').try_fold(start, |node, part| {
            let part = part.replace("~1", "/").replace("~0", "~");
            match node {
                Schema::List(items) => items.get(part.parse::<usize>().ok()?),
                _ => node.get(&part),
            }
        });
        match found {
            Some(node) if matches!(node, Schema::Map(_) | Schema::Bool(_)) => Target::Here(node),
            Some(_) => Target::Nowhere(format!("what `{reference}` leads to is no schema")),
            None => Target::Nowhere(format!("the reference `{reference}` leads nowhere")),
        }
    }
}

/// The whole address that `reference` means where `base` counts.
fn resolved(base: &str, reference: &str) -> String {
    if reference.starts_with('#') {
        return format!("{base}{reference}");
    }
    match base.split_once("://") {
        Some((scheme, rest)) if !reference.contains("://") => {
            let host = rest.find('/').unwrap_or(rest.len());
            let kept = match reference.strip_prefix('/') {
                Some(_) => rest.get(..host),
                None => rest.get(..rest.rfind('/').unwrap_or(host)),
            };
            let tail = reference.trim_start_matches('/');
            format!("{scheme}://{}/{tail}", kept.unwrap_or(""))
        }
        _ => reference.to_owned(),
    }
}

fn name(node: &Schema) -> Option<&str> {
    let name = |key: &str| node.get(key).and_then(Schema::as_str);
    name("$id").or_else(|| name("id"))
}

/// `%20` as a space.
fn unescaped(pointer: &str) -> String {
    let bytes = crate::evaluate::helm::url::unescaped(pointer);
    bytes.map_or_else(
        || pointer.to_owned(),
        |b| String::from_utf8_lossy(&b).into_owned(),
    )
}
