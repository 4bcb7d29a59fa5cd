//! `override.tf`, `*_override.tf`: blocks that change blocks of other files.

use std::collections::BTreeMap;

use super::{Declared, Module, provider_key};
use crate::evaluate::terraform::ast::{Block, Body};
use crate::trace::Problem;

/// Whether a file of that name changes others.
pub(super) fn is_override(name: &str) -> bool {
    let stem = name
        .strip_suffix(".json")
        .unwrap_or(name)
        .rsplit_once('.')
        .map_or(name, |(stem, _)| stem);
    stem == "override" || stem.ends_with("_override")
}

impl Module {
    /// Applies the blocks of an override file.
    pub(super) fn override_with(&mut self, body: Body) {
        for block in body.blocks {
            self.override_block(block);
        }
    }

    fn override_block(&mut self, block: Block) {
        let pair = format!("{}.{}", block.label(0), block.label(1));
        let first = block.label(0).to_owned();
        let (into, key): (&mut BTreeMap<String, Declared>, String) = match block.kind.as_str() {
            "variable" => (&mut self.variables, first),
            "output" => (&mut self.outputs, first),
            "module" => (&mut self.calls, first),
            "resource" => (&mut self.resources, pair),
            "data" => (&mut self.data, pair),
            "provider" => {
                let key = provider_key(&block);
                (&mut self.providers, key)
            }
            "locals" => {
                for attribute in block.body.attributes {
                    self.locals.insert(attribute.name.clone(), attribute);
                }
                return;
            }
            "terraform" => {
                let backend = |b: &Block| b.kind == "backend" || b.kind == "cloud";
                if block.body.blocks.iter().any(backend) {
                    self.backends.clear();
                }
                self.settings(block);
                return;
            }
            _ => return,
        };
        match into.get_mut(&key) {
            Some(base) => merge(&mut base.body, block.body),
            None => self.problems.push(Problem::new(
                format!("{} {key} overrides nothing", block.kind),
                block.header.nearest_span(),
            )),
        }
    }
}

/// Arguments replace arguments; blocks of one kind replace all blocks of that kind.
fn merge(base: &mut Body, over: Body) {
    for attribute in over.attributes {
        // A block of that name gives way to an argument, as in `dynamic`'s old form.
        base.blocks.retain(|b| b.kind != attribute.name);
        match base
            .attributes
            .iter_mut()
            .find(|a| a.name == attribute.name)
        {
            Some(old) => *old = attribute,
            None => base.attributes.push(attribute),
        }
    }
    let mut gone: Vec<String> = Vec::new();
    for block in over.blocks {
        if block.kind == "lifecycle"
            && let Some(old) = base.blocks.iter_mut().find(|b| b.kind == "lifecycle")
        {
            merge_flat(&mut old.body, block.body);
            continue;
        }
        let kind = effective_kind(&block).to_owned();
        if !gone.contains(&kind) {
            base.blocks.retain(|b| effective_kind(b) != kind);
            gone.push(kind);
        }
        base.blocks.push(block);
    }
}

fn merge_flat(base: &mut Body, over: Body) {
    for attribute in over.attributes {
        base.attributes.retain(|a| a.name != attribute.name);
        base.attributes.push(attribute);
    }
}

/// What kind of block comes of it.
fn effective_kind(block: &Block) -> &str {
    if block.kind == "dynamic" {
        block.label(0)
    } else {
        &block.kind
    }
}
