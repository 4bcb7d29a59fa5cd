//! Choices between values.

use super::args::{any, bool, text};
use super::builtin::chosen;
use super::{Function, aware, pure};
use crate::evaluate::helm::template::{Call, Failure};
use crate::evaluate::helm::value::{Kind, Val};

pub(super) const ALL: &[Function] = &[
    aware("default", "aa*", default),
    pure("empty", "a", |c, a| {
        Ok(Val::bool(any(a, 0).is_empty(), c.origin(a)))
    }),
    aware("coalesce", "a*", coalesce),
    pure("all", "a*", |c, a| {
        Ok(Val::bool(a.iter().all(Val::truth), c.origin(a)))
    }),
    pure("any", "a*", |c, a| {
        Ok(Val::bool(a.iter().any(Val::truth), c.origin(a)))
    }),
    aware("ternary", "aab", ternary),
    pure("fail", "s", |_, a| {
        Err(Failure::Said(text(a, 0).as_str().to_owned()))
    }),
    aware("required", "sa", required),
];

fn default(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    match args.get(1) {
        Some(given) if !given.is_empty() => Ok(given.clone()),
        Some(given) => Ok(chosen(c, any(args, 0), &[given])),
        None => Ok(any(args, 0)),
    }
}

fn coalesce(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let Some(i) = args.iter().position(Val::truth) else {
        return Ok(Val::nil(c.origin(args)));
    };
    let before: Vec<&Val> = args.iter().take(i).collect();
    let val = any(args, i);
    Ok(if before.is_empty() {
        val
    } else {
        chosen(c, val, &before)
    })
}

fn ternary(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let condition = any(args, 2);
    if let Kind::Unknown(why) = &condition.kind {
        return Ok(Val::unknown(why.clone(), c.origin(args)));
    }
    let val = any(args, usize::from(!bool(args, 2)));
    Ok(chosen(c, val, &[&condition]))
}

fn required(_: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let val = any(args, 1);
    let empty = val.is_nil() || val.as_text().is_some_and(|t| t.is_empty());
    if empty {
        return Err(Failure::Said(text(args, 0).as_str().to_owned()));
    }
    Ok(val)
}
