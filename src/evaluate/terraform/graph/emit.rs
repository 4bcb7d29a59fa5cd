//! From an evaluated deployment to the inventory.

use super::resources::{Copies, address};
use super::world::{Key, World};
use crate::evaluate::terraform::ast::ExprKind;
use crate::evaluate::terraform::config::Declared;
use crate::evaluate::terraform::expr::Scope;
use crate::evaluate::terraform::value::{Stepper, Val};
use crate::inventory::Resource;
use crate::trace::{Origin, Problem, Span, StepKind};

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
        let guards = instance.guards_with(&expanded.shape, block);
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
            let (origin, body) = guarded(&guards, block, body);
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
            let guards = instance.guards_with(&calls.shape, block);
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
                let (origin, body) = guarded(&guards, block, body);
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

/// A condition under which something is there.
#[derive(Debug, Clone)]
pub(super) struct Guard {
    kind: StepKind,
    at: Option<Span>,
    note: String,
    by: Origin,
}

impl Guard {
    /// The condition that `count` or `for_each` of a block is; none if it is written out how
    /// often the block is there.
    pub(super) fn of(shape: &Copies, block: &Declared) -> Option<Self> {
        let by = shape.by()?;
        let count = block.argument("count");
        let at = count.or_else(|| block.argument("for_each"))?;
        let (kind, note) = match shape {
            Copies::Unknown(why, _) => (
                StepKind::Doubt,
                format!("it isn't known whether it is there at all: {}", why.why),
            ),
            _ if count.is_none() || matches!(at.kind, ExprKind::Literal(_)) => return None,
            _ => (StepKind::Guard, "count".to_owned()),
        };
        Some(Self {
            kind,
            at: at.span(),
            note,
            by: by.origin.clone(),
        })
    }
}

/// The origin of an instance, and its arguments, as things that are there because of all
/// `guards`.
fn guarded(guards: &[Guard], block: &Declared, mut body: Val) -> (Origin, Val) {
    let mut origin = block.header.clone();
    for guard in guards {
        let by = vec![guard.by.clone()];
        let mut stepper = Stepper::new(guard.kind, guard.at, guard.note.clone(), by);
        origin = stepper.origin(&origin);
        body = stepper.val(body);
    }
    (origin, body)
}
