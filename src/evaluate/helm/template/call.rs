//! Calls of functions and methods.

use std::sync::Arc;

use super::exec::{Engine, cost};
use super::host::{DECIDING, Host};
use super::program::Arg;
use super::{Failure, RenderError};
use crate::evaluate::helm::functions::{Function, Want};
use crate::evaluate::helm::value::{Kind, Val};
use crate::trace::{Origin, Place, Span, StepKind, Text, Unknown};

/// What a function knows about its call.
#[derive(Debug)]
pub struct Call<'a> {
    /// The engine that calls.
    pub engine: &'a mut Engine,
    /// The function's name.
    pub name: &'static str,
    /// Where it is called.
    pub at: Option<Span>,
}

impl Call<'_> {
    /// The origin of something made of `args` as a whole: the place of the first that a
    /// person wrote outside of templates, the others as inputs.
    #[must_use]
    pub fn origin(&self, args: &[Val]) -> Origin {
        let mut inputs: Vec<Origin> = Vec::new();
        for arg in args {
            let origin = arg.origin();
            if !matches!(origin.place, Place::Nowhere) && inputs.len() < 16 {
                inputs.push(origin);
            }
        }
        let outside = |o: &Origin| {
            o.span()
                .is_some_and(|s| !self.engine.scope.base.holds(s.source))
        };
        let best = inputs.iter().position(outside).unwrap_or(0);
        if inputs.is_empty() {
            let place = self.at.map_or(Place::Nowhere, Place::Span);
            return Origin { place, via: None };
        }
        let base = inputs.remove(best);
        base.then_with(StepKind::Function, self.at, self.name, inputs)
    }

    /// Why a part of `args` is not known.
    #[must_use]
    pub fn why_unknown(args: &[Val]) -> Option<Arc<Unknown>> {
        args.iter().find_map(|a| a.why_unknown().cloned())
    }

    /// A string made of `args` as a whole; unknown if one of them is.
    #[must_use]
    pub fn opaque(&self, chars: impl Into<String>, args: &[Val]) -> Val {
        let origin = self.origin(args);
        match Self::why_unknown(args) {
            Some(why) => Val::text(Text::of_unknown(chars, why, origin)),
            None => Val::str(chars, origin),
        }
    }

    /// A string that is different each time; `placeholder` stands for it.
    #[must_use]
    pub fn random(&self, placeholder: impl Into<String>, args: &[Val]) -> Val {
        let why = Unknown::new(format!("{} gives something new each time", self.name));
        Val::text(Text::of_unknown(placeholder, why, self.origin(args)))
    }
}

impl Engine {
    /// Calls the function `name`.
    pub(super) fn call(
        &mut self,
        dot: &Val,
        name: &Arc<str>,
        function: Option<&'static Function>,
        head: &Arg,
        args: &[Arg],
        piped: Option<Val>,
    ) -> Result<Val, RenderError> {
        if let Some(host) = self.host.clone()
            && let Some(own) = host.find(name)
        {
            return self.call_host(&*host, own, dot, head, args, piped);
        }
        let Some(function) = function else {
            for arg in args {
                self.eval_arg(dot, arg, Want::Any)?;
            }
            let why = self.note_unknown(name, head.at.span());
            return Ok(Val::unknown(why, head.at.clone()));
        };
        self.work(4)
            .map_err(|m| RenderError::new(m, head.at.span()))?;
        if let Some(short) = function.stops_at() {
            return self.short_circuit(dot, short, function, head, args, piped);
        }
        let vals = self.arguments(dot, function, head, args, piped)?;
        if self.host.is_some()
            && DECIDING.contains(&function.name)
            && vals.iter().any(|v| self.is_unset(v))
        {
            return self.decide(function, &vals, head);
        }
        self.run(function, &vals, head)
    }

    /// A function of the host.
    fn call_host(
        &mut self,
        host: &dyn Host,
        name: &'static str,
        dot: &Val,
        head: &Arg,
        args: &[Arg],
        piped: Option<Val>,
    ) -> Result<Val, RenderError> {
        let at = head.at.span();
        self.work(1).map_err(|m| RenderError::new(m, at))?;
        let mut vals = Vec::with_capacity(args.len() + 1);
        for arg in args {
            vals.push(self.eval_arg(dot, arg, Want::Any)?);
        }
        vals.extend(piped);
        let mut call = Call {
            engine: self,
            name,
            at,
        };
        let val = host
            .call(&mut call, &vals)
            .map_err(|f| failed(name, f, at))?;
        if let Kind::Str(t) = &val.kind {
            self.grow(t.len()).map_err(|m| RenderError::new(m, at))?;
        }
        Ok(val)
    }

    /// A function that decides, with what may be unset taken for empty. If that leaves nothing
    /// to print, the result is what may be unset.
    fn decide(
        &mut self,
        function: &Function,
        vals: &[Val],
        head: &Arg,
    ) -> Result<Val, RenderError> {
        let unset = vals.iter().find(|v| self.is_unset(v)).cloned();
        let emptied: Vec<Val> = vals
            .iter()
            .map(|v| {
                if self.is_unset(v) {
                    Val::str("", v.origin())
                } else {
                    v.clone()
                }
            })
            .collect();
        let val = self.run(function, &emptied, head)?;
        Ok(match (unset, &val.kind) {
            (Some(unset), Kind::Str(t)) if t.is_empty() => unset,
            (Some(unset), Kind::Nil | Kind::Invalid) => unset,
            _ => val,
        })
    }

    /// `and` and `or`, which don't evaluate what they don't need.
    fn short_circuit(
        &mut self,
        dot: &Val,
        stop: bool,
        function: &Function,
        head: &Arg,
        args: &[Arg],
        piped: Option<Val>,
    ) -> Result<Val, RenderError> {
        if args.is_empty() && piped.is_none() {
            let message = format!(
                "wrong number of args for {}: want at least 1 got 0",
                function.name
            );
            return Err(RenderError::new(message, head.at.span()));
        }
        let mut last = None;
        for arg in args {
            let val = self.eval_arg(dot, arg, Want::Any)?;
            if self.holds(&val) == stop {
                return Ok(val);
            }
            last = Some(val);
        }
        Ok(piped.or(last).unwrap_or_else(super::no_dot))
    }

    fn arguments(
        &mut self,
        dot: &Val,
        function: &Function,
        head: &Arg,
        args: &[Arg],
        piped: Option<Val>,
    ) -> Result<Vec<Val>, RenderError> {
        let given = args.len() + usize::from(piped.is_some());
        let fixed = function.fixed();
        let wrong = if function.variadic() {
            given < fixed
        } else {
            given != fixed
        };
        if wrong {
            let least = if function.variadic() { "at least " } else { "" };
            let counted = if function.variadic() {
                args.len()
            } else {
                given
            };
            let message = format!(
                "wrong number of args for {}: want {least}{fixed} got {counted}",
                function.name
            );
            return Err(RenderError::new(message, head.at.span()));
        }
        let mut vals = Vec::with_capacity(given);
        for (i, arg) in args.iter().enumerate() {
            vals.push(self.eval_arg(dot, arg, function.want(i))?);
        }
        if let Some(val) = piped {
            let val = function
                .want(vals.len())
                .check(val)
                .map_err(|m| RenderError::new(m, head.at.span()))?;
            vals.push(val);
        }
        Ok(vals)
    }

    pub(super) fn run(
        &mut self,
        function: &Function,
        vals: &[Val],
        head: &Arg,
    ) -> Result<Val, RenderError> {
        let at = head.at.span();
        let mut call = Call {
            engine: self,
            name: function.name,
            at,
        };
        if !function.knows_unknown
            && let Some(why) = vals.iter().find_map(|v| match &v.kind {
                Kind::Unknown(why) => Some(why.clone()),
                _ => None,
            })
        {
            let origin = call.origin(vals);
            return Ok(Val::unknown(why, origin));
        }
        call.engine
            .work(function.effort(vals))
            .and_then(|()| call.engine.keep(function.room_before(vals)))
            .map_err(|m| RenderError::new(m, at))?;
        let result = (function.run)(&mut call, vals);
        let val = match result {
            Ok(val) => val,
            Err(failure) => {
                let origin = call.origin(vals);
                let error = failed(function.name, failure, at);
                let words = error.said.clone().unwrap_or_default();
                self.pass(error)?;
                // What a guard prints is nothing; what is required has to come from somewhere.
                return Ok(match function.name {
                    "required" => Val::unknown(Unknown::new(words), origin),
                    _ => Val::str("", origin),
                });
            }
        };
        if matches!(val.kind, Kind::Bool(_) | Kind::Int(..) | Kind::Float(_))
            && !function.knows_unknown
            && let Some(why) = Call::why_unknown(vals)
        {
            return Ok(Val::unknown(why, val.origin()));
        }
        self.work(function.effort_for(&val))
            .map_err(|m| RenderError::new(m, at))?;
        let room = match &val.kind {
            Kind::Str(t) => cost(t),
            _ => function.room_for(&val),
        };
        self.grow(room).map_err(|m| RenderError::new(m, at))?;
        Ok(val)
    }

    pub(super) fn call_method(
        &mut self,
        dot: &Val,
        receiver: &Val,
        method: &'static Function,
        head: &Arg,
        args: &[Arg],
        piped: Option<Val>,
    ) -> Result<Val, RenderError> {
        let mut vals = self.arguments(dot, method, head, args, piped)?;
        vals.insert(0, receiver.clone());
        self.run(method, &vals, head)
    }
}

fn failed(name: &str, failure: Failure, at: Option<Span>) -> RenderError {
    match failure {
        Failure::Message(m) => RenderError::new(format!("error calling {name}: {m}"), at),
        Failure::Said(words) => RenderError {
            message: format!("error calling {name}: {words}"),
            said: Some(words),
            ..RenderError::new("", at)
        },
        Failure::Nested(e) => e,
    }
}
