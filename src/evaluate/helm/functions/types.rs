//! Questions about Go types.

use super::args::{any, text};
use super::{Function, aware};
use crate::evaluate::helm::template::{Call, Failure};
use crate::evaluate::helm::value::{Kind, Val};

pub(super) const ALL: &[Function] = &[
    aware("typeOf", "a", |c, a| {
        Ok(Val::str(any(a, 0).go_type(), c.origin(a)))
    }),
    aware("kindOf", "a", |c, a| {
        Ok(Val::str(any(a, 0).go_kind(), c.origin(a)))
    }),
    aware("typeIs", "sa", |c, a| {
        is(c, a, |val, name| val.go_type() == name)
    }),
    aware("typeIsLike", "sa", |c, a| {
        is(c, a, |val, name| {
            let found = val.go_type();
            found == name || found == format!("*{name}")
        })
    }),
    aware("kindIs", "sa", |c, a| {
        is(c, a, |val, name| val.go_kind() == name)
    }),
];

fn is(c: &mut Call<'_>, args: &[Val], holds: fn(&Val, &str) -> bool) -> Result<Val, Failure> {
    let val = any(args, 1);
    if let Kind::Unknown(why) = &val.kind {
        return Ok(Val::unknown(why.clone(), c.origin(args)));
    }
    Ok(Val::bool(
        holds(&val, text(args, 0).as_str()),
        c.origin(args),
    ))
}
