//! The arguments and nested blocks of a block as one value.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::world::World;
use crate::evaluate::terraform::ast::{Block, Body};
use crate::evaluate::terraform::expr::{Fail, Repeat, Scope, entries};
use crate::evaluate::terraform::limits;
use crate::evaluate::terraform::value::{Data, Fields, Val};
use crate::trace::{Origin, Unknown};

/// Arguments that say something about the block, not about the thing.
const META: &[&str] = &[
    "count",
    "for_each",
    "provider",
    "providers",
    "depends_on",
    "lifecycle",
];

/// Blocks that are evaluated apart, because they may say `self`.
const LATER: &[&str] = &["provisioner", "connection", "lifecycle"];

impl World<'_> {
    /// What is written in a block: arguments as they are, nested blocks as lists of objects.
    /// An argument that is null is as good as not written.
    ///
    /// # Errors
    /// Limits only; an argument whose expression fails is unknown.
    pub(super) fn body(&self, scope: &Scope<'_>, body: &Body) -> Result<Fields, Fail> {
        self.body_within(scope, body, None, 0)
    }

    /// As [`World::body`]; nested blocks may have more than is written, for the reason `rest`.
    pub(super) fn open_body(
        &self,
        scope: &Scope<'_>,
        body: &Body,
        rest: &Arc<Unknown>,
    ) -> Result<Fields, Fail> {
        self.body_within(scope, body, Some(rest), 0)
    }

    fn body_within(
        &self,
        scope: &Scope<'_>,
        body: &Body,
        rest: Option<&Arc<Unknown>>,
        depth: usize,
    ) -> Result<Fields, Fail> {
        if depth > limits::MAX_MODULE_DEPTH {
            return Err(Fail::limit("blocks are nested too deeply"));
        }
        let mut fields = Fields {
            rest: rest.cloned(),
            ..Fields::default()
        };
        for attribute in &body.attributes {
            if depth == 0 && META.contains(&attribute.name.as_str()) {
                continue;
            }
            let val = match scope.eval(&attribute.value) {
                Ok(val) => val,
                // `when = destroy`, `on_failure = continue`.
                Err(_) if matches!(attribute.name.as_str(), "when" | "on_failure") => {
                    let word = attribute
                        .value
                        .path()
                        .map(|p| p.join("."))
                        .unwrap_or_default();
                    Val::str(word, &attribute.value.origin)
                }
                Err(fail) => {
                    self.count_failure();
                    Val::unknown(fail.message, attribute.value.origin.clone())
                }
            };
            if !val.is_null() {
                fields.set(attribute.name.clone(), attribute.key.clone(), val);
            }
        }
        let mut blocks: BTreeMap<&str, (Origin, Vec<Val>)> = BTreeMap::new();
        for block in &body.blocks {
            if depth == 0 && LATER.contains(&block.kind.as_str()) {
                continue;
            }
            if block.kind == "dynamic" {
                let made = self.dynamic(scope, block, rest, depth)?;
                blocks
                    .entry(block.label(0))
                    .or_insert_with(|| (block.header.clone(), Vec::new()))
                    .1
                    .extend(made);
                continue;
            }
            let val = self.block(scope, block, rest, depth)?;
            blocks
                .entry(&block.kind)
                .or_insert_with(|| (block.header.clone(), Vec::new()))
                .1
                .push(val);
        }
        for (kind, (header, vals)) in blocks {
            if vals.is_empty() {
                continue;
            }
            fields.set(kind, header.clone(), Val::tuple(vals, header));
        }
        Ok(fields)
    }

    /// A nested block; labels are levels around it.
    fn block(
        &self,
        scope: &Scope<'_>,
        block: &Block,
        rest: Option<&Arc<Unknown>>,
        depth: usize,
    ) -> Result<Val, Fail> {
        let fields = self.body_within(scope, &block.body, rest, depth + 1)?;
        let mut val = Val::object(fields, block.header.clone());
        for label in block.labels.iter().rev() {
            let mut outer = Fields::default();
            outer.set(label.name.clone(), label.origin.clone(), val);
            val = Val::object(outer, block.header.clone());
        }
        Ok(val)
    }

    /// The blocks that a `dynamic` block makes.
    fn dynamic(
        &self,
        scope: &Scope<'_>,
        block: &Block,
        rest: Option<&Arc<Unknown>>,
        depth: usize,
    ) -> Result<Vec<Val>, Fail> {
        let name = block.label(0);
        let (Some(over), Some(content)) = (
            block.body.attribute("for_each"),
            block.body.of_kind("content").next(),
        ) else {
            return Ok(Vec::new());
        };
        let unknown = |val: &Val, why| vec![Val::new(Data::Unknown(why), val.origin.clone())];
        let over = scope.eval_or_unknown(&over.value);
        if over.is_null() {
            return Ok(Vec::new());
        }
        if let Some(why) = over.why() {
            return Ok(unknown(&over, why.clone()));
        }
        let iterator = block
            .body
            .attribute("iterator")
            .and_then(|a| a.value.path())
            .and_then(|p| p.first().map(|s| (*s).to_owned()))
            .unwrap_or_else(|| name.to_owned());
        let Ok(entries) = entries(&over) else {
            return Ok(Vec::new());
        };
        self.spend(entries.len())?;
        let mut out = Vec::new();
        for (key, val) in entries {
            let mut fields = Fields::default();
            fields.set("key", key.origin.clone(), key);
            fields.set("value", val.origin.clone(), val);
            let bound = [(iterator.clone(), Val::object(fields, over.origin.clone()))];
            let inner = scope.with(&bound);
            let fields = self.body_within(&inner.scope(), &content.body, rest, depth + 1)?;
            out.push(Val::object(fields, block.header.clone()));
        }
        Ok(out)
    }

    /// Provisioners and the connection of a resource, with `self`.
    pub(super) fn later(
        &self,
        id: usize,
        repeat: Option<&Repeat>,
        body: &Body,
        this: &Val,
        into: &mut Fields,
    ) -> Result<(), Fail> {
        let scope = Scope {
            repeat,
            this: Some(this),
            ..Scope::of(self, id)
        };
        for kind in ["provisioner", "connection"] {
            let mut vals = Vec::new();
            let mut header = None;
            for block in body.of_kind(kind) {
                vals.push(self.block(&scope, block, None, 1)?);
                header.get_or_insert_with(|| block.header.clone());
            }
            if let Some(header) = header {
                into.set(kind, header.clone(), Val::tuple(vals, header));
            }
        }
        Ok(())
    }
}
