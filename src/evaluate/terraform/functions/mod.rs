//! Terraform's functions, one file a family.

mod call;
mod collections;
mod dates;
mod encoding;
mod files;
mod format;
mod hashes;
mod json;
mod maps;
mod networks;
mod numbers;
mod regexes;
mod strings;
mod types;
mod yaml;

pub(super) use call::{Call, Function, Unknowns};
pub(super) use files::file;

use std::collections::HashMap;
use std::sync::OnceLock;

use super::ast::Expr;
use super::expr::{Fail, Outcome, Scope};
use super::limits;
use super::value::{Data, Stepper, Val};
use crate::trace::{Origin, StepKind};

/// All families.
const FAMILIES: &[&[Function]] = &[
    collections::FAMILY,
    dates::FAMILY,
    encoding::FAMILY,
    files::FAMILY,
    format::FAMILY,
    hashes::FAMILY,
    json::FAMILY,
    maps::FAMILY,
    networks::FAMILY,
    numbers::FAMILY,
    regexes::FAMILY,
    strings::FAMILY,
    types::FAMILY,
    yaml::FAMILY,
];

/// Functions whose result nobody can tell beforehand.
const IMPURE: &[&str] = &["timestamp", "plantimestamp", "uuid", "bcrypt", "rsadecrypt"];

/// Functions that say themselves what is hidden.
const BARE: &[&str] = &["sensitive", "nonsensitive", "issensitive"];

fn function(name: &str) -> Option<&'static Function> {
    static ALL: OnceLock<HashMap<&'static str, &'static Function>> = OnceLock::new();
    let all = ALL.get_or_init(|| {
        let all = FAMILIES.iter().flat_map(|f| f.iter());
        all.map(|f| (f.name, f)).collect()
    });
    all.get(name).copied()
}

/// Calls the function `name`.
///
/// # Errors
/// As the function's, or if there is no such function.
pub(super) fn call(
    scope: &Scope<'_>,
    name: &str,
    args: &[Expr],
    expand: bool,
    expr: &Expr,
) -> Outcome {
    let name = name.strip_prefix("core::").unwrap_or(name);
    match name {
        "try" => return attempt(scope, args),
        "can" => return can(scope, args, expr),
        _ => {}
    }
    if name.contains("::") {
        return Ok(Val::unknown(
            format!("{name} is a provider's function"),
            expr.origin.clone(),
        ));
    }
    if IMPURE.contains(&name) {
        for arg in args {
            scope.eval(arg)?;
        }
        return Ok(Val::unknown(
            format!("{name}() is different each time"),
            expr.origin.clone(),
        ));
    }
    let Some(function) = function(name) else {
        return Err(Fail::new(format!("there is no function {name}")));
    };
    let mut vals = Vec::with_capacity(args.len());
    for (i, arg) in args.iter().enumerate() {
        let val = scope.eval(arg)?;
        if !expand || i + 1 < args.len() {
            vals.push(val);
            continue;
        }
        if let Data::Unknown(why) = &val.data {
            return Ok(Val::new(Data::Unknown(why.clone()), val.origin.clone()));
        }
        let items = val
            .items()
            .ok_or("only a list can be expanded into arguments")?;
        scope.world.spend(items.len())?;
        vals.extend(items.iter().cloned());
    }
    run(scope, function, &vals, expr)
}

fn run(scope: &Scope<'_>, function: &'static Function, vals: &[Val], expr: &Expr) -> Outcome {
    let name = function.name;
    if vals.len() < function.min || vals.len() > function.max {
        return Err(Fail::new(format!(
            "{name} takes another number of arguments"
        )));
    }
    scope.world.spend(effort(function, vals))?;
    let call = Call {
        args: vals,
        scope,
        expr,
    };
    let unknown = vals.iter().find_map(|v| match function.unknowns {
        Unknowns::Own => None,
        Unknowns::Shallow => v.why().map(|w| (w.clone(), &v.origin)),
        Unknowns::Deep => v.why_deep().map(|w| (w, &v.origin)),
    });
    if let Some((why, origin)) = unknown {
        return Ok(Val::new(Data::Unknown(why), origin.clone()));
    }
    let hidden = match function.unknowns {
        _ if BARE.contains(&name) => false,
        Unknowns::Own => vals.iter().any(|v| v.sensitive),
        Unknowns::Deep | Unknowns::Shallow => vals.iter().any(Val::sensitive_deep),
    };
    let val = (function.run)(&call).map_err(|fail| Fail {
        message: format!("{name}: {}", fail.message),
        limit: fail.limit,
    })?;
    let val = scope.sized(val, expr)?;
    let inputs = vals
        .iter()
        .skip(1)
        .map(|v| v.origin.clone())
        .filter(|o| *o != Origin::nowhere());
    let inputs: Vec<Origin> = inputs.take(4).collect();
    // It has told its step already, with the file.
    if name == "templatefile" {
        return Ok(val);
    }
    let mut stepper = Stepper::new(StepKind::Function, expr.span(), name, inputs);
    Ok(stepper.val(val).hidden_if(hidden))
}

/// How many steps it takes to read the arguments.
fn effort(function: &Function, vals: &[Val]) -> usize {
    let of = |val: &Val| match (&val.data, function.unknowns) {
        (Data::Str(text), _) => text.len() / limits::BYTES_PER_STEP,
        (_, Unknowns::Deep) => val.parts(limits::MAX_PARTS) / 8,
        _ => 0,
    };
    let read: usize = vals.iter().map(of).sum();
    // A pattern is made anew for each call, and few characters can ask for a large one.
    let pattern = match (function.name, vals) {
        ("regex" | "regexall", [pattern, ..]) => pattern.as_str(),
        ("replace", [_, pattern, ..]) => pattern.as_str().filter(|p| p.starts_with('/')),
        _ => None,
    };
    let pattern = pattern.map_or(0, |p| p.len() * if p.contains('{') { 64 } else { 8 });
    (read + pattern).min(limits::MAX_ELEMENTS)
}

/// `try(a, b, …)`: the first that doesn't fail.
fn attempt(scope: &Scope<'_>, args: &[Expr]) -> Outcome {
    let _strict = scope.world.strictly();
    let mut last = Fail::new("try takes at least one argument");
    for arg in args {
        match scope.eval(arg) {
            Ok(val) => return Ok(val),
            Err(fail) if fail.limit => return Err(fail),
            Err(fail) => last = fail,
        }
    }
    Err(last)
}

/// `can(a)`: whether it doesn't fail.
fn can(scope: &Scope<'_>, args: &[Expr], expr: &Expr) -> Outcome {
    let [arg] = args else {
        return Err(Fail::new("can takes one argument"));
    };
    let _strict = scope.world.strictly();
    match scope.eval(arg) {
        Ok(val) => Ok(match val.why_deep() {
            Some(why) => Val::new(Data::Unknown(why), val.origin),
            None => Val::bool(true, val.origin),
        }),
        Err(fail) if fail.limit => Err(fail),
        Err(_) => Ok(Val::bool(false, expr.origin.clone())),
    }
}
