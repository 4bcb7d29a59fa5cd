//! Module calls: which instances a `module` block makes, and what they yield.

use std::rc::Rc;

use super::resources::{Copies, copies};
use super::world::{Instance, Key, Made, World};
use crate::evaluate::terraform::config::{Declared, literal};
use crate::evaluate::terraform::expr::{Fail, Outcome, Scope};
use crate::evaluate::terraform::limits;
use crate::evaluate::terraform::value::{Data, Fields, Val};
use crate::trace::{Origin, Unknown};

/// What a `module` block makes.
pub(crate) struct Calls {
    pub(super) shape: Copies,
    /// The instances in order; none for a module that isn't in the tree.
    pub(super) ids: Vec<usize>,
    /// Why nothing is known of what it yields.
    pub(super) outside: Option<std::sync::Arc<Unknown>>,
    header: Origin,
}

impl Calls {
    /// Whether there is one instance without an index.
    #[must_use]
    pub(crate) fn is_single(&self) -> bool {
        matches!(self.shape, Copies::One)
    }
}

impl World<'_> {
    /// The instances that the block `module "NAME"` of an instance makes.
    ///
    /// # Errors
    /// If there is no such block, or its number depends on itself.
    pub(crate) fn call(&self, id: usize, name: &str) -> Result<Rc<Calls>, Fail> {
        let instance = self.instance(id);
        let Some(block) = instance.module.calls.get(name) else {
            return Err(Fail::new(format!("there is no module \"{name}\"")));
        };
        let made = self.once(
            Key::Call(id, name.to_owned()),
            &block.header,
            || Made::Calls(self.make_calls(id, name, block, &instance)),
            |fail| Made::Calls(Err(fail)),
        );
        match made {
            Made::Calls(calls) => calls,
            _ => Err(Fail::new("not a module")),
        }
    }

    fn make_calls(
        &self,
        id: usize,
        name: &str,
        block: &Declared,
        instance: &Instance,
    ) -> Result<Rc<Calls>, Fail> {
        let shape = copies(&Scope::of(self, id), &block.body)?;
        let source = block.argument("source");
        let address = source.and_then(literal).unwrap_or("");
        let outside = |why: String| {
            Ok(Rc::new(Calls {
                shape: shape.clone(),
                ids: Vec::new(),
                outside: Some(Unknown::new(why)),
                header: block.header.clone(),
            }))
        };
        let local = address.starts_with("./")
            || address.starts_with("../")
            || address == "."
            || address == "..";
        let Some(library) = self.library.filter(|_| local) else {
            let from = if address.is_empty() {
                "elsewhere"
            } else {
                address
            };
            return outside(format!(
                "module.{name} comes from {from}, which is not in the tree"
            ));
        };
        let workspace = self.files();
        let dir = workspace.map(|w| w.beside(&instance.module.dir, address));
        let Some(dir) = dir.filter(|d| workspace.is_some_and(|w| w.is_dir(d))) else {
            return outside(format!(
                "module.{name} comes from {address}, which is not in the tree"
            ));
        };
        if instance.depth >= limits::MAX_MODULE_DEPTH {
            let message = format!(
                "modules are nested more than {} levels deep",
                limits::MAX_MODULE_DEPTH
            );
            self.problem_once(&message, block.header.nearest_span());
            return outside(message);
        }
        let ids = self.make_instances(id, name, &shape, library.module(&dir), instance)?;
        Ok(Rc::new(Calls {
            shape,
            ids,
            outside: None,
            header: block.header.clone(),
        }))
    }

    fn make_instances(
        &self,
        parent: usize,
        name: &str,
        shape: &Copies,
        module: std::sync::Arc<crate::evaluate::terraform::config::Module>,
        above: &Instance,
    ) -> Result<Vec<usize>, Fail> {
        let base = if above.address.is_empty() {
            format!("module.{name}")
        } else {
            format!("{}.module.{name}", above.address)
        };
        let block = above.module.calls.get(name);
        let guards = block.map_or_else(Vec::new, |b| above.guards_with(shape, b));
        let mut ids = Vec::new();
        for (suffix, repeat) in shape.instances() {
            let mut all = self.instances.borrow_mut();
            if all.len() >= limits::MAX_MODULES {
                let message = format!("there are more than {} modules", limits::MAX_MODULES);
                drop(all);
                self.problem_once(&message, None);
                return Err(Fail::limit(message));
            }
            all.push(Rc::new(Instance {
                module: module.clone(),
                address: format!("{base}{suffix}"),
                parent: Some((parent, name.to_owned())),
                repeat,
                depth: above.depth + 1,
                guards: guards.clone(),
            }));
            ids.push(all.len() - 1);
        }
        Ok(ids)
    }

    /// One output of one instance.
    ///
    /// # Errors
    /// If there is no such instance or output.
    pub(crate) fn output_of(&self, calls: &Calls, index: Option<&Val>, output: &str) -> Outcome {
        if let Some(why) = &calls.outside {
            return Ok(Val::new(Data::Unknown(why.clone()), calls.header.clone()));
        }
        if let Copies::Unknown(why, _) = &calls.shape {
            return Ok(Val::new(Data::Unknown(why.clone()), calls.header.clone()));
        }
        let at = match index {
            None => Some(0),
            Some(index) => calls.shape.position(index),
        };
        let id = at
            .and_then(|i| calls.ids.get(i))
            .ok_or_else(|| Fail::new("there is no such instance of the module"))?;
        self.output(*id, output)
    }

    /// Everything that a module yields.
    ///
    /// # Errors
    /// If an output refers to itself.
    pub(crate) fn module_object(&self, calls: &Calls) -> Outcome {
        if let Some(why) = calls.outside.clone() {
            if calls.is_single() {
                let fields = Fields {
                    rest: Some(why),
                    ..Fields::default()
                };
                return Ok(Val::object(fields, calls.header.clone()));
            }
            return Ok(Val::new(Data::Unknown(why), calls.header.clone()));
        }
        let mut objects = Vec::new();
        for id in &calls.ids {
            let instance = self.instance(*id);
            let mut fields = Fields::default();
            for (name, output) in &instance.module.outputs {
                let val = self.output(*id, name).or_else(|fail| {
                    if fail.limit {
                        return Err(fail);
                    }
                    Ok(Val::unknown(fail.message, output.header.clone()))
                })?;
                fields.set(name.clone(), output.header.clone(), val);
            }
            objects.push(Val::object(fields, calls.header.clone()));
        }
        Ok(calls.shape.gather(objects, &calls.header))
    }
}
