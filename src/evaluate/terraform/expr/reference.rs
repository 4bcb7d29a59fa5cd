//! References: `var.x`, `local.x`, `module.x.y`, `aws_instance.x[0].id`, ….

use super::{Fail, Outcome, Repeat, Scope};
use crate::evaluate::terraform::ast::{Expr, Op};
use crate::evaluate::terraform::value::{Data, Val};
use crate::trace::StepKind;

impl Scope<'_> {
    /// The value behind `root` and `ops`.
    pub(super) fn reference(&self, root: &str, ops: &[Op], expr: &Expr) -> Outcome {
        if let Some(val) = self.bound(root) {
            let val = self.steps(val.clone(), ops)?;
            return Ok(val);
        }
        if self.isolated {
            return Err(Fail::new(format!(
                "\"{root}\" is not among the template's variables"
            )));
        }
        if ops.is_empty() {
            return Err(Fail::new(format!("there is no \"{root}\"")));
        }
        let (val, used) = self.named(root, ops, expr)?;
        let note = shown(root, ops);
        let val = self.steps(val, ops.get(used..).unwrap_or(&[]))?;
        Ok(val.then(StepKind::Reference, expr.span(), note))
    }

    /// The value of a name and how many steps belong to it.
    fn named(&self, root: &str, ops: &[Op], expr: &Expr) -> Result<(Val, usize), Fail> {
        let name = |at: usize| match ops.get(at) {
            Some(Op::Attr(name, _)) => Ok(name.as_str()),
            Some(Op::Index(index)) if at > 0 || root == "var" || root == "local" => {
                crate::evaluate::terraform::config::literal(index)
                    .ok_or_else(|| Fail::new(format!("{root} needs a name")))
            }
            _ => Err(Fail::new(format!("{root} needs a name"))),
        };
        let here = &expr.origin;
        match root {
            "var" => Ok((self.world.variable(self.module, name(0)?)?, 1)),
            "local" => Ok((self.world.local(self.module, name(0)?)?, 1)),
            "each" => match (self.repeat, name(0)?) {
                (Some(Repeat::Each(key, _)), "key") => Ok((key.clone(), 1)),
                (Some(Repeat::Each(_, val)), "value") => Ok((val.clone(), 1)),
                _ => Err(Fail::new("each has no meaning here")),
            },
            "count" => match (self.repeat, name(0)?) {
                (Some(Repeat::Count(index)), "index") => Ok((index.clone(), 1)),
                _ => Err(Fail::new("count has no meaning here")),
            },
            "self" => match self.this {
                Some(val) => Ok((val.clone(), 0)),
                None => Err(Fail::new("self has no meaning here")),
            },
            "path" => match name(0)? {
                "module" => Ok((Val::str(self.world.module_path(self.module), here), 1)),
                "root" | "cwd" => Ok((Val::str(".", here), 1)),
                other => Err(Fail::new(format!("there is no path.{other}"))),
            },
            "terraform" | "tofu" => match name(0)? {
                "workspace" => Ok((self.world.workspace_name(here), 1)),
                other => Ok((
                    Val::unknown(format!("terraform.{other} is not known"), here.clone()),
                    1,
                )),
            },
            "module" => self.module_value(name(0)?, ops),
            "data" => {
                let key = format!("{}.{}", name(0)?, name(1)?);
                Ok((self.world.resource(self.module, true, &key)?, 2))
            }
            "resource" => {
                let key = format!("{}.{}", name(0)?, name(1)?);
                Ok((self.world.resource(self.module, false, &key)?, 2))
            }
            "ephemeral" => Ok((
                Val::unknown("ephemeral values are not known", here.clone()),
                ops.len().min(2),
            )),
            _ => {
                let key = format!("{root}.{}", name(0)?);
                Ok((self.world.resource(self.module, false, &key)?, 1))
            }
        }
    }

    /// One output of a module, without evaluating the others where that is possible.
    fn module_value(&self, call: &str, ops: &[Op]) -> Result<(Val, usize), Fail> {
        let calls = self.world.call(self.module, call)?;
        match (ops.get(1), ops.get(2)) {
            (Some(Op::Attr(output, _)), _) if calls.is_single() => {
                Ok((self.world.output_of(&calls, None, output)?, 2))
            }
            (Some(Op::Index(index)), Some(Op::Attr(output, _))) if !calls.is_single() => {
                let index = self.eval(index)?;
                if let Some(why) = index.why() {
                    return Ok((
                        Val::new(Data::Unknown(why.clone()), index.origin.clone()),
                        3,
                    ));
                }
                Ok((self.world.output_of(&calls, Some(&index), output)?, 3))
            }
            _ => Ok((self.world.module_object(&calls)?, 1)),
        }
    }
}

/// A reference as people write it, up to the first step that isn't a name.
fn shown(root: &str, ops: &[Op]) -> String {
    let mut out = root.to_owned();
    for op in ops {
        match op {
            Op::Attr(name, _) => {
                out.push('.');
                out.push_str(name);
            }
            Op::Index(_) => out.push_str("[…]"),
            Op::Splat(_) => out.push_str("[*]"),
        }
    }
    out
}
