//! Evaluates pipelines, commands and operands.

use std::sync::Arc;

use super::exec::{Engine, settled};
use super::program::{Arg, Command, Expr, Pipe};
use super::{RenderError, trail};
use crate::evaluate::helm::functions::Want;
use crate::evaluate::helm::objects;
use crate::evaluate::helm::value::{IntType, Kind, Val};
use crate::trace::{Origin, StepKind, Text, Unknown};

impl Engine {
    /// The value of a pipeline; its variables are declared or assigned.
    pub(super) fn eval_pipe(&mut self, dot: &Val, pipe: &Pipe) -> Result<Val, RenderError> {
        self.enter(pipe.mark.span)?;
        let result = self.eval_commands(dot, pipe);
        self.leave();
        let val = match result {
            Err(error) if self.host.is_some() || self.follows(&error) => {
                let at = pipe.mark.span.map(Origin::at).unwrap_or_default();
                Val::unknown(why(&error, &pipe.mark.note), at)
            }
            other => other?,
        };
        for name in &pipe.decl {
            if pipe.assign {
                // Each part of a text is put under the conditions of the place.
                let parts = val.as_text().map_or(0, |t| t.run_count());
                self.work(parts.saturating_mul(32))
                    .map_err(|m| RenderError::new(m, pipe.mark.span))?;
                let kept = self.guarded(val.clone());
                if !self.assign(name, kept) {
                    let message = format!("undefined variable {:?}", &**name);
                    return Err(RenderError::new(message, pipe.mark.span));
                }
            } else {
                self.vars.push((name.clone(), val.clone()));
            }
        }
        Ok(val)
    }

    fn eval_commands(&mut self, dot: &Val, pipe: &Pipe) -> Result<Val, RenderError> {
        let mut last = None;
        for command in &pipe.commands {
            last = Some(settled(self.eval_command(dot, command, last)?));
        }
        last.ok_or_else(|| RenderError::new("missing value for command", pipe.mark.span))
    }

    fn eval_command(
        &mut self,
        dot: &Val,
        command: &Command,
        piped: Option<Val>,
    ) -> Result<Val, RenderError> {
        let Some((head, args)) = command.args.split_first() else {
            return Err(RenderError::new("empty command", None));
        };
        match &head.expr {
            Expr::Function(name, function) => {
                return self.call(dot, name, *function, head, args, piped);
            }
            Expr::Field(path) => return self.chain(dot, dot.clone(), path, head, args, piped),
            Expr::Chain(inner, path) => {
                let base = self.eval_arg(dot, inner, Want::Any)?;
                return self.chain(dot, base, path, head, args, piped);
            }
            Expr::Variable(name, path) if !path.is_empty() => {
                let base = self.variable(name, head)?;
                return self.chain(dot, base, path, head, args, piped);
            }
            _ => {}
        }
        if !args.is_empty() || piped.is_some() {
            return Err(RenderError::new(
                "can't give argument to non-function",
                head.at.span(),
            ));
        }
        match &head.expr {
            Expr::Nil => Err(RenderError::new("nil is not a command", head.at.span())),
            Expr::Pipe(pipe) => self.eval_pipe(dot, pipe),
            _ => self.eval_arg(dot, head, Want::Any),
        }
    }

    fn variable(&mut self, name: &str, arg: &Arg) -> Result<Val, RenderError> {
        let found = self.vars.iter().rev().find(|(n, _)| &**n == name);
        match found {
            Some((_, val)) => {
                let val = val.clone();
                if let Some(reads) = &mut self.reads
                    && !matches!(val.kind, Kind::Map(_))
                {
                    trail::remember(reads, val.origin());
                }
                Ok(val)
            }
            None => {
                let message = format!("undefined variable {name:?}");
                Err(RenderError::new(message, arg.at.span()))
            }
        }
    }

    /// An operand, as the parameter type `want` takes it.
    pub(super) fn eval_arg(
        &mut self,
        dot: &Val,
        arg: &Arg,
        want: Want,
    ) -> Result<Val, RenderError> {
        let fail = |message: String| RenderError::new(message, arg.at.span());
        let val = match &arg.expr {
            Expr::Dot => dot.clone(),
            Expr::Nil => {
                return if want.takes_nil() {
                    Ok(Val::invalid(arg.at.clone()))
                } else {
                    Err(fail(format!("cannot assign nil to {}", want.name())))
                };
            }
            Expr::Bool(b) => {
                return literal(arg, want, Val::bool(*b, arg.at.clone()), || b.to_string());
            }
            Expr::Int(i) => {
                let val = match want {
                    #[allow(clippy::cast_precision_loss)]
                    Want::Float => Val::float(*i as f64, arg.at.clone()),
                    Want::Int64 => Val::int64(*i, arg.at.clone()),
                    _ => Val::int(*i, arg.at.clone()),
                };
                return literal(arg, want, val, || i.to_string());
            }
            Expr::Uint(u) => {
                let kind = Kind::Int(IntType::Uint64, u.cast_signed());
                return literal(arg, want, Val::new(kind, arg.at.clone()), || u.to_string());
            }
            Expr::Float(f) => {
                #[allow(clippy::cast_possible_truncation)]
                let val = match want {
                    Want::Int if f.fract() == 0.0 => Val::int(*f as i64, arg.at.clone()),
                    Want::Int64 if f.fract() == 0.0 => Val::int64(*f as i64, arg.at.clone()),
                    _ => Val::float(*f, arg.at.clone()),
                };
                return literal(arg, want, val, || f.to_string());
            }
            Expr::Str(t) => {
                let shown = || format!("{:?}", t.as_str());
                return literal(arg, want, Val::text(Text::clone(t)), shown);
            }
            Expr::Field(path) => self.chain(dot, dot.clone(), path, arg, &[], None)?,
            Expr::Variable(name, path) => {
                let base = self.variable(name, arg)?;
                if path.is_empty() {
                    base
                } else {
                    self.chain(dot, base, path, arg, &[], None)?
                }
            }
            Expr::Function(name, function) => self.call(dot, name, *function, arg, &[], None)?,
            Expr::Pipe(pipe) => self.eval_pipe(dot, pipe)?,
            Expr::Chain(inner, path) => {
                let base = self.eval_arg(dot, inner, Want::Any)?;
                self.chain(dot, base, path, arg, &[], None)?
            }
        };
        want.check(val).map_err(fail)
    }

    /// The fields `path` of `base`; the last may be a method that takes arguments.
    fn chain(
        &mut self,
        dot: &Val,
        base: Val,
        path: &[Arc<str>],
        arg: &Arg,
        args: &[Arg],
        piped: Option<Val>,
    ) -> Result<Val, RenderError> {
        let Some((last, firsts)) = path.split_last() else {
            return Ok(base);
        };
        let mut val = base;
        for name in firsts {
            val = self.field(dot, val, name, arg, &[], None)?;
        }
        let val = self.field(dot, val, last, arg, args, piped)?;
        if let Some(reads) = &mut self.reads {
            trail::remember(reads, val.origin());
        }
        Ok(val)
    }

    fn field(
        &mut self,
        dot: &Val,
        val: Val,
        name: &str,
        arg: &Arg,
        args: &[Arg],
        piped: Option<Val>,
    ) -> Result<Val, RenderError> {
        let fail = |message: String| Err(RenderError::new(message, arg.at.span()));
        match &val.kind {
            Kind::Invalid => return Ok(val),
            Kind::Nil => {
                return fail(format!("nil pointer evaluating interface {{}}.{name}"));
            }
            Kind::Unknown(_) => return Ok(val),
            _ => {}
        }
        if let Some(method) = objects::method(&val, name) {
            return self.call_method(dot, &val, method, arg, args, piped);
        }
        let has_args = !args.is_empty() || piped.is_some();
        match &val.kind {
            Kind::Struct(s) => {
                if let Some(field) = s.field(name) {
                    if has_args {
                        return fail(format!(
                            "{name} has arguments but cannot be invoked as function"
                        ));
                    }
                    return Ok(field.clone());
                }
            }
            Kind::Map(m) => {
                if has_args {
                    return fail(format!("{name} is not a method but has arguments"));
                }
                return Ok(m.get(name).unwrap_or_else(|| m.zero(missing(&val, name))));
            }
            _ => {}
        }
        fail(format!(
            "can't evaluate field {name} in type {}",
            val.go_type()
        ))
    }
}

/// Why a pipeline that ended in an error has no value.
fn why(error: &RenderError, note: &str) -> Arc<Unknown> {
    if error.message.starts_with("nil pointer evaluating") {
        return Unknown::new(format!("there is no value for {note}"));
    }
    Unknown::new(error.message.clone())
}

/// The origin of what isn't there: the map that lacks it.
pub(crate) fn missing(map: &Val, key: &str) -> Origin {
    let origin = map.origin();
    if origin.is_silent() {
        return origin;
    }
    origin.then(StepKind::Reference, None, format!("has no key {key:?}"))
}

/// A literal where a parameter wants a certain type.
fn literal(
    arg: &Arg,
    want: Want,
    val: Val,
    shown: impl FnOnce() -> String,
) -> Result<Val, RenderError> {
    if want.fits(&val) {
        return Ok(val);
    }
    let message = format!("expected {}; found {}", want.literal_name(), shown());
    Err(RenderError::new(message, arg.at.span()))
}
