//! Arguments as the types that functions take them for.

use crate::evaluate::helm::template::Failure;
use crate::evaluate::helm::value::{Kind, Val, sprint};
use crate::trace::{Origin, Text};

/// Argument `i`; nil if there is none.
pub(super) fn any(args: &[Val], i: usize) -> Val {
    args.get(i)
        .cloned()
        .unwrap_or_else(|| Val::invalid(Origin::nowhere()))
}

/// Argument `i` as a string.
pub(super) fn text(args: &[Val], i: usize) -> Text {
    match args.get(i).map(|v| &v.kind) {
        Some(Kind::Str(t) | Kind::Bytes(t)) => (**t).clone(),
        _ => Text::default(),
    }
}

/// The characters of argument `i`.
pub(super) fn chars(args: &[Val], i: usize) -> &str {
    match args.get(i).map(|v| &v.kind) {
        Some(Kind::Str(t) | Kind::Bytes(t)) => t.as_str(),
        _ => "",
    }
}

/// Argument `i` as a whole number.
pub(super) fn int(args: &[Val], i: usize) -> i64 {
    match args.get(i).map(|v| &v.kind) {
        Some(Kind::Int(_, n)) => *n,
        _ => 0,
    }
}

/// Argument `i` as a truth value.
pub(super) fn bool(args: &[Val], i: usize) -> bool {
    matches!(args.get(i).map(|v| &v.kind), Some(Kind::Bool(true)))
}

/// The string that Sprig makes of anything.
pub(super) fn strval(val: &Val) -> Text {
    match &val.kind {
        Kind::Str(t) | Kind::Bytes(t) => (**t).clone(),
        _ => sprint(val),
    }
}

/// The elements of a slice of any type.
pub(super) fn items(val: &Val) -> Option<Vec<Val>> {
    match &val.kind {
        Kind::List(l) => Some(l.items.clone()),
        Kind::Bytes(t) => Some(
            t.as_str()
                .bytes()
                .map(|b| {
                    let kind = Kind::Int(crate::evaluate::helm::value::IntType::Uint8, b.into());
                    Val::new(kind, t.origin())
                })
                .collect(),
        ),
        _ => None,
    }
}

/// The elements of a slice, or why they can't be had: `Cannot find first on type map`.
pub(super) fn items_or(val: &Val, doing: &str) -> Result<Vec<Val>, Failure> {
    if val.is_nil() {
        return Err(nil_pointer());
    }
    items(val).ok_or_else(|| Failure::Message(format!("{doing} {}", val.go_kind())))
}

/// What Go says when a nil is looked into.
pub(super) fn nil_pointer() -> Failure {
    Failure::from("runtime error: invalid memory address or nil pointer dereference")
}

/// The strings that Sprig makes of a list, nils left out; anything else is a list of one.
pub(super) fn strings(val: &Val) -> Vec<Text> {
    match items(val) {
        Some(items) => items.iter().filter(|v| !v.is_nil()).map(strval).collect(),
        None if val.is_nil() => Vec::new(),
        None => vec![strval(val)],
    }
}
