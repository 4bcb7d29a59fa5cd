//! Variables, locals and outputs.

use super::world::{Key, Made, World};
use crate::evaluate::terraform::ast::{Expr, ExprKind, hcl};
use crate::evaluate::terraform::config::Declared;
use crate::evaluate::terraform::expr::{Fail, Outcome, Scope};
use crate::evaluate::terraform::value::{Data, Type, Val, convert};
use crate::trace::{Origin, StepKind, Text};

/// A value for a variable of the root module.
#[derive(Debug, Clone)]
pub(in crate::evaluate::terraform) enum Given {
    /// From a file with variables.
    Expr(Expr),
    /// As text, from the command line: for a variable that isn't a string, an expression.
    Text(Text),
    /// As a value.
    Val(Val),
}

impl World<'_> {
    /// `var.NAME` of a module instance.
    ///
    /// # Errors
    /// If there is no such variable, or its value refers to itself.
    pub(crate) fn variable(&self, id: usize, name: &str) -> Outcome {
        let instance = self.instance(id);
        let Some(declared) = instance.module.variables.get(name) else {
            // Older modules forget to declare; the value may still be given.
            if let (None, Some(given)) = (&instance.parent, self.given.get(name)) {
                return self.given(given, None);
            }
            return Err(Fail::new(format!("variable \"{name}\" is not declared")));
        };
        let made = self.once(
            Key::Variable(id, name.to_owned()),
            &declared.header,
            || Made::Val(self.make_variable(id, name, declared)),
            |fail| Made::Val(Err(fail)),
        );
        val(made)
    }

    fn make_variable(&self, id: usize, name: &str, declared: &Declared) -> Outcome {
        let to = declared.argument("type").and_then(Type::written);
        let instance = self.instance(id);
        let written = match &instance.parent {
            None => self
                .given
                .get(name)
                .map(|g| self.given(g, to.as_ref()))
                .transpose()?,
            Some((parent, call)) => self.passed(*parent, call, name, &instance)?,
        };
        let default = declared.argument("default");
        let scope = Scope::of(self, id);
        let nullable = !says(declared, "nullable", false);
        let written = written.filter(|v| !v.is_null() || nullable || default.is_none());
        let val = match (written, default) {
            (Some(val), Some(default)) => {
                let inputs = vec![default.origin.clone()];
                val.then_with(
                    StepKind::Override,
                    declared.header.nearest_span(),
                    format!("variable \"{name}\""),
                    inputs,
                )
            }
            (Some(val), None) => val,
            (None, Some(default)) => scope.eval(default)?,
            (None, None) => {
                return Ok(Val::unknown(
                    format!("variable \"{name}\" has no value"),
                    declared.header.clone(),
                ));
            }
        };
        let Some(to) = to else {
            return Ok(val);
        };
        let defaults = |e: &Expr| scope.eval_or_unknown(e);
        let sensitive = says(declared, "sensitive", true);
        match convert(&val, &to, &defaults) {
            Ok(new) => Ok(new.hidden_if(sensitive)),
            Err(why) => Err(Fail::new(format!("variable \"{name}\": {why}"))),
        }
    }

    fn given(&self, given: &Given, to: Option<&Type>) -> Outcome {
        let scope = Scope::of(self, 0);
        match given {
            Given::Expr(expr) => scope.eval(expr),
            Given::Val(val) => Ok(val.clone()),
            Given::Text(text) => {
                if to.is_none_or(Type::is_primitive) {
                    return Ok(Val::text(text.clone()));
                }
                match hcl::expression(text) {
                    Ok(expr) => scope.eval(&expr),
                    Err(_) => Ok(Val::text(text.clone())),
                }
            }
        }
    }

    /// The argument that the calling block passes.
    fn passed(
        &self,
        parent: usize,
        call: &str,
        name: &str,
        instance: &super::world::Instance,
    ) -> Result<Option<Val>, Fail> {
        let above = self.instance(parent);
        let Some(argument) = above
            .module
            .calls
            .get(call)
            .and_then(|c| c.body.attribute(name))
        else {
            return Ok(None);
        };
        let scope = Scope {
            repeat: instance.repeat.as_ref(),
            ..Scope::of(self, parent)
        };
        let val = match scope.eval(&argument.value) {
            Ok(val) => val,
            Err(fail) if fail.limit => return Err(fail),
            Err(fail) => Val::unknown(fail.message, argument.value.origin.clone()),
        };
        let at = argument.key.span();
        Ok(Some(val.then(
            StepKind::Reference,
            at,
            format!("module.{call}, {name}"),
        )))
    }

    /// `local.NAME` of a module instance.
    ///
    /// # Errors
    /// If there is no such local, it refers to itself, or has no value.
    pub(crate) fn local(&self, id: usize, name: &str) -> Outcome {
        let instance = self.instance(id);
        let Some(local) = instance.module.locals.get(name) else {
            return Err(Fail::new(format!("local \"{name}\" is not defined")));
        };
        let made = self.once(
            Key::Local(id, name.to_owned()),
            &local.key,
            || Made::Val(Scope::of(self, id).eval(&local.value)),
            |fail| Made::Val(Err(fail)),
        );
        val(made)
    }

    /// The output `name` of a module instance.
    ///
    /// # Errors
    /// If there is no such output, it refers to itself, or has no value.
    pub(super) fn output(&self, id: usize, name: &str) -> Outcome {
        let instance = self.instance(id);
        let Some(output) = instance.module.outputs.get(name) else {
            return Err(Fail::new(format!(
                "{} has no output \"{name}\"",
                instance.address
            )));
        };
        let made = self.once(
            Key::Output(id, name.to_owned()),
            &output.header,
            || {
                Made::Val(match output.argument("value") {
                    Some(expr) => Scope::of(self, id).eval(expr),
                    None => Ok(Val::null(output.header.clone())),
                })
            },
            |fail| Made::Val(Err(fail)),
        );
        val(made)
    }
}

/// Whether an argument is that truth value, written out.
fn says(declared: &Declared, argument: &str, truth: bool) -> bool {
    let expr = declared.argument(argument);
    expr.is_some_and(|e| match &e.kind {
        ExprKind::Literal(val) => matches!(val.data, Data::Bool(b) if b == truth),
        _ => false,
    })
}

fn val(made: Made) -> Outcome {
    match made {
        Made::Val(outcome) => outcome,
        _ => Ok(Val::null(Origin::nowhere())),
    }
}
