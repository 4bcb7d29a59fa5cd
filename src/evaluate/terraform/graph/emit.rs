//! From an evaluated deployment to the inventory.

use super::resources::{Copies, address};
use super::world::{Key, World};
use crate::evaluate::terraform::config::Declared;
use crate::evaluate::terraform::expr::Scope;
use crate::evaluate::terraform::value::{Stepper, Val};
use crate::inventory::Resource;
use crate::trace::{Origin, Problem, StepKind};

impl World<'_> {
    /// All resources, provider blocks, backends, and calls of modules that aren't in the tree,
    /// ordered by module and address.
    #[must_use]
    pub(crate) fn resources(&self) -> Vec<Resource> {
        let mut out = Vec::new();
        let mut todo = vec![0];
        let mut seen = std::collections::BTreeSet::new();
        // Depth first, in the order of names.
        while let Some(id) = todo.pop() {
            let instance = self.instance(id);
            if seen.insert(instance.module.dir.clone()) {
                for problem in &instance.module.problems {
                    self.problem(problem.clone());
                }
            }
            self.emit_instance(id, &mut out);
            let mut below = Vec::new();
            for name in instance.module.calls.keys() {
                match self.call(id, name) {
                    Ok(calls) => below.extend(calls.ids.iter().copied()),
                    Err(fail) => self.report(&fail.message, instance.module.calls.get(name)),
                }
            }
            todo.extend(below.into_iter().rev());
        }
        out
    }

    fn report(&self, message: &str, block: Option<&Declared>) {
        let span = block.and_then(|b| b.header.nearest_span());
        self.problem(Problem::new(message, span));
    }

    fn emit_instance(&self, id: usize, out: &mut Vec<Resource>) {
        let instance = self.instance(id);
        let place = |key: &str| {
            if instance.address.is_empty() {
                key.to_owned()
            } else {
                format!("{}.{key}", instance.address)
            }
        };
        for (key, block) in &instance.module.providers {
            let (all, refers_to) = self.collect(|| self.configurations(id, key, block));
            let types = &instance.module.provider_types;
            let name = types.get(&block.kind).unwrap_or(&block.kind);
            for (suffix, config) in all {
                out.push(Resource {
                    address: place(&format!("provider.{key}{suffix}")),
                    kind: "provider".to_owned(),
                    provider: name.clone(),
                    body: self.completed(name, config).to_node(),
                    provider_config: None,
                    refers_to: refers_to.iter().cloned().collect(),
                    origin: block.header.clone(),
                });
            }
        }
        if id == 0 {
            for block in &instance.module.backends {
                let Ok(fields) = self.body(&Scope::of(self, id), &block.body) else {
                    continue;
                };
                out.push(Resource {
                    address: format!("backend.{}", block.kind),
                    kind: "backend".to_owned(),
                    provider: block.kind.clone(),
                    body: Val::object(fields, block.header.clone()).to_node(),
                    provider_config: None,
                    refers_to: Vec::new(),
                    origin: block.header.clone(),
                });
            }
        }
        for (key, block) in &instance.module.resources {
            self.emit_resource(id, false, key, block, out);
        }
        for (key, block) in &instance.module.data {
            self.emit_resource(id, true, key, block, out);
        }
        self.emit_outside(id, out);
    }

    fn emit_resource(
        &self,
        id: usize,
        data: bool,
        key: &str,
        block: &Declared,
        out: &mut Vec<Resource>,
    ) {
        let instance = self.instance(id);
        let base = address(&instance.address, data, key);
        let expanded = self.expanded(id, data, key, block);
        let expanded = match expanded {
            Ok(expanded) => expanded,
            Err(fail) => {
                self.report(&format!("{base}: {}", fail.message), Some(block));
                return;
            }
        };
        let provider = self.provider_name(id, block);
        let written = self.references(&Key::Resource(id, data, key.to_owned()));
        for (suffix, repeat, val) in &expanded.instances {
            let mut fields = val.fields().cloned().unwrap_or_default();
            let (later, more) =
                self.collect(|| self.later(id, repeat.as_ref(), &block.body, val, &mut fields));
            if later.is_err() {
                self.count_failure();
            }
            let mut refers_to = written.clone();
            refers_to.extend(more);
            refers_to.remove(&base);
            let config = self.provider_of(id, block, repeat.as_ref());
            let body = Val::object(fields, val.origin.clone());
            let (origin, body) = guarded(&expanded.shape, block, body);
            out.push(Resource {
                address: format!("{base}{suffix}"),
                kind: if data {
                    format!("data.{}", block.kind)
                } else {
                    block.kind.clone()
                },
                provider: provider.clone(),
                body: body.to_node(),
                provider_config: config.map(|v| v.to_node()),
                refers_to: refers_to.into_iter().collect(),
                origin,
            });
        }
    }

    /// Modules that aren't in the tree, with what is passed to them.
    fn emit_outside(&self, id: usize, out: &mut Vec<Resource>) {
        let instance = self.instance(id);
        for (name, block) in &instance.module.calls {
            let Ok(calls) = self.call(id, name) else {
                continue;
            };
            if calls.outside.is_none() {
                continue;
            }
            let base = if instance.address.is_empty() {
                format!("module.{name}")
            } else {
                format!("{}.module.{name}", instance.address)
            };
            for (suffix, repeat) in calls.shape.instances() {
                let scope = Scope {
                    repeat: repeat.as_ref(),
                    ..Scope::of(self, id)
                };
                let (fields, refers_to) = self.collect(|| self.body(&scope, &block.body));
                let Ok(fields) = fields else {
                    continue;
                };
                let body = Val::object(fields, block.header.clone());
                let (origin, body) = guarded(&calls.shape, block, body);
                out.push(Resource {
                    address: format!("{base}{suffix}"),
                    kind: "module".to_owned(),
                    provider: String::new(),
                    body: body.to_node(),
                    provider_config: None,
                    refers_to: refers_to.into_iter().collect(),
                    origin,
                });
            }
        }
    }
}

/// The origin of an instance, and its arguments, as things that are there because `count` or
/// `for_each` say so.
fn guarded(shape: &Copies, block: &Declared, body: Val) -> (Origin, Val) {
    let (Some(by), Some(at)) = (
        shape.by(),
        block
            .argument("count")
            .or_else(|| block.argument("for_each")),
    ) else {
        return (block.header.clone(), body);
    };
    let plain = matches!(
        at.kind,
        crate::evaluate::terraform::ast::ExprKind::Literal(_)
    );
    let each = block.argument("count").is_none();
    let note = match shape {
        Copies::Unknown(why, _) => format!("if it is there at all: {}", why.why),
        _ if plain || each => return (block.header.clone(), body),
        _ => "count".to_owned(),
    };
    let mut stepper = Stepper::new(StepKind::Guard, at.span(), note, vec![by.origin.clone()]);
    (stepper.origin(&block.header), stepper.val(body))
}
