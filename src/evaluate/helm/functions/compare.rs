//! `eq`, `lt` and their like, by Go's rules of what can be compared with what.

use std::cmp::Ordering;

use super::args::any;
use super::{Function, pure};
use crate::evaluate::helm::template::{Call, Failure};
use crate::evaluate::helm::value::{Budget, Kind, Val, printf};
use crate::trace::Text;

pub(super) const ALL: &[Function] = &[
    pure("eq", "aa*", eq),
    pure("ne", "aa", ne),
    pure("lt", "aa", |c, a| ordered(c, a, |o| o == Ordering::Less)),
    pure("le", "aa", |c, a| ordered(c, a, |o| o != Ordering::Greater)),
    pure("gt", "aa", |c, a| ordered(c, a, |o| o == Ordering::Greater)),
    pure("ge", "aa", |c, a| ordered(c, a, |o| o != Ordering::Less)),
    pure("deepEqual", "aa", |c, a| {
        let same = deep_equal(c, &any(a, 0), &any(a, 1))?;
        Ok(Val::bool(same, c.origin(a)))
    }),
];

/// Go's "basic kinds", across which nothing is comparable.
#[derive(PartialEq, Clone, Copy)]
enum Basic {
    Bool,
    Int,
    Uint,
    Float,
    Text,
}

fn basic(val: &Val) -> Option<Basic> {
    Some(match &val.kind {
        Kind::Bool(_) => Basic::Bool,
        Kind::Int(t, _) if t.unsigned() => Basic::Uint,
        Kind::Int(..) => Basic::Int,
        Kind::Float(_) => Basic::Float,
        Kind::Str(_) => Basic::Text,
        _ => return None,
    })
}

/// Whether Go's `==` can take `val`, which is compared with a value that isn't nil either.
fn comparable(val: &Val) -> Result<(), Failure> {
    match &val.kind {
        Kind::List(_) | Kind::Map(_) | Kind::Bytes(_) => {
            let shown = printf::sprintf(&Text::plain("%s"), std::slice::from_ref(val));
            Err(format!("non-comparable type {}: {}", shown.as_str(), val.go_type()).into())
        }
        _ => Ok(()),
    }
}

fn eq(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let first = any(args, 0);
    if args.len() < 2 {
        return Err("missing argument for comparison".into());
    }
    for other in args.iter().skip(1) {
        if equal(&first, other)? {
            return Ok(Val::bool(true, c.origin(args)));
        }
    }
    Ok(Val::bool(false, c.origin(args)))
}

fn ne(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let (a, b) = (any(args, 0), any(args, 1));
    Ok(Val::bool(!equal(&a, &b)?, c.origin(args)))
}

fn equal(a: &Val, b: &Val) -> Result<bool, Failure> {
    match (basic(a), basic(b)) {
        (Some(x), Some(y)) if x == y => Ok(match (&a.kind, &b.kind) {
            (Kind::Bool(a), Kind::Bool(b)) => a == b,
            (Kind::Float(a), Kind::Float(b)) => a == b,
            (Kind::Str(a), Kind::Str(b)) => a.as_str() == b.as_str(),
            _ => a.as_integer() == b.as_integer(),
        }),
        (Some(Basic::Int | Basic::Uint), Some(Basic::Int | Basic::Uint)) => {
            Ok(a.as_integer() == b.as_integer())
        }
        (Some(_), Some(_)) => Err("incompatible types for comparison".into()),
        _ => {
            if a.is_nil() || b.is_nil() {
                return Ok(a.is_nil() == b.is_nil());
            }
            if basic(a).is_some() != basic(b).is_some() {
                return Err("incompatible types for comparison".into());
            }
            comparable(a)?;
            comparable(b)?;
            Ok(equal_at(a, b, 0, &Budget::new()))
        }
    }
}

fn ordered(c: &mut Call<'_>, args: &[Val], holds: fn(Ordering) -> bool) -> Result<Val, Failure> {
    let (a, b) = (any(args, 0), any(args, 1));
    let (Some(x), Some(y)) = (basic(&a), basic(&b)) else {
        return Err("invalid type for comparison".into());
    };
    let order = match (&a.kind, &b.kind) {
        (Kind::Float(a), Kind::Float(b)) => a.partial_cmp(b),
        (Kind::Str(a), Kind::Str(b)) => Some(a.as_str().cmp(b.as_str())),
        (Kind::Int(..), Kind::Int(..)) => Some(a.as_integer().cmp(&b.as_integer())),
        _ if x == y => return Err("invalid type for comparison".into()),
        _ => return Err("incompatible types for comparison".into()),
    };
    Ok(Val::bool(order.is_some_and(holds), c.origin(args)))
}

/// `reflect.DeepEqual`: the same types all the way, and the same values.
pub(super) fn deep_equal(c: &mut Call<'_>, a: &Val, b: &Val) -> Result<bool, Failure> {
    let budget = Budget::new();
    let equal = equal_at(a, b, 0, &budget);
    c.engine.work(budget.used() * 3)?;
    Ok(equal)
}

/// Bytes that are compared while a part is gone through.
const LOOKED_AT: usize = 2048;

fn equal_at(a: &Val, b: &Val, depth: usize, budget: &Budget) -> bool {
    if !budget.allows(depth) {
        return false;
    }
    match (&a.kind, &b.kind) {
        (Kind::Invalid | Kind::Nil, Kind::Invalid | Kind::Nil) => true,
        (Kind::Bool(x), Kind::Bool(y)) => x == y,
        (Kind::Int(s, x), Kind::Int(t, y)) => s == t && x == y,
        (Kind::Float(x), Kind::Float(y)) => x == y,
        (Kind::Str(x), Kind::Str(y)) | (Kind::Bytes(x), Kind::Bytes(y)) => {
            if x.len() == y.len() {
                budget.spend(x.len() / LOOKED_AT);
            }
            x.as_str() == y.as_str()
        }
        (Kind::Time(x), Kind::Time(y)) => x == y,
        (Kind::List(x), Kind::List(y)) => {
            x.go_type == y.go_type
                && x.items.len() == y.items.len()
                && x.items
                    .iter()
                    .zip(&y.items)
                    .all(|(x, y)| equal_at(x, y, depth + 1, budget))
        }
        (Kind::Map(x), Kind::Map(y)) => {
            let (xs, ys) = (x.snapshot(), y.snapshot());
            x.go_type == y.go_type
                && xs.len() == ys.len()
                && xs
                    .iter()
                    .zip(&ys)
                    .all(|((j, x), (k, y))| j == k && equal_at(&x.val, &y.val, depth + 1, budget))
        }
        (Kind::Struct(x), Kind::Struct(y)) => {
            x.go_type == y.go_type
                && x.printed == y.printed
                && x.fields
                    .iter()
                    .zip(&y.fields)
                    .all(|(x, y)| equal_at(&x.val, &y.val, depth + 1, budget))
        }
        _ => false,
    }
}
