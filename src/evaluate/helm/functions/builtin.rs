//! Functions of `text/template` itself, but for the comparisons.

use super::args::{any, text};
use super::{Function, aware, pure};
use crate::evaluate::helm::template::{Call, Failure, NO_VALUE};
use crate::evaluate::helm::value::{Kind, Val, printf, sprint};
use crate::trace::{StepKind, Text};

pub(super) const ALL: &[Function] = &[
    aware("and", "a*", first),
    aware("or", "a*", first),
    aware("not", "a", not),
    pure("len", "a", len),
    aware("index", "aa*", index),
    aware("print", "a*", print),
    aware("printf", "sa*", printf),
    aware("println", "a*", println),
    pure("html", "a*", html),
    pure("js", "a*", js),
    pure("urlquery", "a*", urlquery),
    pure("call", "aa*", call),
];

/// `and` and `or` never come here: the engine evaluates them.
fn first(_: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    Ok(any(args, 0))
}

fn not(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let val = any(args, 0);
    if let Some(why) = val.why_unknown() {
        return Ok(Val::unknown(why.clone(), c.origin(args)));
    }
    Ok(Val::bool(!val.truth(), c.origin(args)))
}

fn len(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let val = any(args, 0);
    let n = match &val.kind {
        Kind::Str(t) | Kind::Bytes(t) => t.len(),
        Kind::List(l) => l.items.len(),
        Kind::Map(m) => match m.open() {
            Some(why) => return Ok(Val::unknown(why, c.origin(args))),
            None => m.entries.borrow().len(),
        },
        Kind::Invalid => return Err("reflect: call of reflect.Value.Type on zero Value".into()),
        Kind::Nil => return Err("len of nil pointer".into()),
        _ => return Err(format!("len of type {}", val.go_type()).into()),
    };
    Ok(Val::int(
        i64::try_from(n).unwrap_or(i64::MAX),
        c.origin(args),
    ))
}

fn index(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let mut val = any(args, 0);
    if val.is_nil() {
        return Err("index of untyped nil".into());
    }
    for key in args.iter().skip(1) {
        if let Some(why) = key.why_unknown() {
            return Ok(Val::unknown(why.clone(), c.origin(args)));
        }
        val = match &val.kind {
            Kind::Unknown(_) => return Ok(val),
            Kind::Invalid | Kind::Nil => return Err("index of nil pointer".into()),
            Kind::List(l) => {
                let i = position(key, l.items.len())?;
                l.items
                    .get(i)
                    .cloned()
                    .unwrap_or_else(|| any(args, usize::MAX))
            }
            Kind::Str(t) | Kind::Bytes(t) => {
                let i = position(key, t.len())?;
                let byte = t.as_str().as_bytes().get(i).copied().unwrap_or(0);
                let kind = Kind::Int(crate::evaluate::helm::value::IntType::Uint8, byte.into());
                Val::new(kind, t.slice(i..i + 1).origin())
            }
            Kind::Map(m) => {
                let Kind::Str(name) = &key.kind else {
                    return Err(if key.is_nil() {
                        "value is nil; should be of type string".into()
                    } else {
                        format!("value has type {}; should be string", key.go_type()).into()
                    });
                };
                match m.get(name.as_str()) {
                    Some(v) => v,
                    None => {
                        let origin = crate::evaluate::helm::template::missing(&val, name.as_str());
                        m.zero(origin)
                    }
                }
            }
            _ => return Err(format!("can't index item of type {}", val.go_type()).into()),
        };
    }
    c.engine.read(&val);
    Ok(val)
}

fn position(key: &Val, len: usize) -> Result<usize, Failure> {
    let Kind::Int(_, i) = key.kind else {
        return Err(if key.is_nil() {
            "cannot index slice/array with nil".into()
        } else {
            format!("cannot index slice/array with type {}", key.go_type()).into()
        });
    };
    match usize::try_from(i) {
        Ok(n) if n < len => Ok(n),
        _ => Err(format!("index out of range: {i}").into()),
    }
}

fn print(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let mut out = Text::default();
    for (i, arg) in args.iter().enumerate() {
        // A space goes between two neighbours if neither is a string.
        if i > 0
            && arg.as_text().is_none()
            && args.get(i - 1).is_some_and(|a| a.as_text().is_none())
        {
            out.push_str(" ", &c.origin(&[]));
        }
        out.push(&sprint(arg));
    }
    Ok(Val::text(out))
}

fn println(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let place = c.origin(&[]);
    let texts: Vec<Text> = args.iter().map(sprint).collect();
    let mut out = Text::join(&texts, &Text::opaque(" ", place.clone()));
    out.push_str("\n", &place);
    Ok(Val::text(out))
}

fn printf(_: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let format = text(args, 0);
    Ok(Val::text(printf::sprintf(
        &format,
        args.get(1..).unwrap_or(&[]),
    )))
}

/// The arguments as `print` joins them.
fn joined(c: &mut Call<'_>, args: &[Val]) -> Result<Text, Failure> {
    // Here a nil is the text that an action prints for it.
    let printable = |v: &Val| match v.kind {
        Kind::Invalid | Kind::Nil => Val::str(NO_VALUE, v.origin()),
        _ => v.clone(),
    };
    let args: Vec<Val> = args.iter().map(printable).collect();
    match print(c, &args)?.kind {
        Kind::Str(t) => Ok((*t).clone()),
        _ => Ok(Text::default()),
    }
}

fn html(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    Ok(Val::text(joined(c, args)?.map_chars(|ch| match ch {
        '"' => "&#34;".to_owned(),
        '\'' => "&#39;".to_owned(),
        '&' => "&amp;".to_owned(),
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        '\0' => "\u{fffd}".to_owned(),
        other => other.to_string(),
    })))
}

fn js(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    Ok(Val::text(joined(c, args)?.map_chars(|ch| match ch {
        '\\' => "\\\\".to_owned(),
        '\'' => "\\'".to_owned(),
        '"' => "\\\"".to_owned(),
        '<' | '>' | '&' | '=' => format!("\\u{:04X}", ch as u32),
        other if (other as u32) < 0x20 => format!("\\u{:04X}", other as u32),
        other => other.to_string(),
    })))
}

fn urlquery(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    Ok(Val::text(joined(c, args)?.map_chars(|ch| match ch {
        ' ' => "+".to_owned(),
        ch if ch.is_ascii_alphanumeric() || "-_.~".contains(ch) => ch.to_string(),
        ch => {
            let mut bytes = [0; 4];
            ch.encode_utf8(&mut bytes)
                .bytes()
                .map(|b| format!("%{b:02X}"))
                .collect()
        }
    })))
}

fn call(_: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let val = any(args, 0);
    if val.is_nil() {
        return Err("call of nil".into());
    }
    Err(format!("non-function of type {}", val.go_type()).into())
}

/// `val` as the outcome of a choice in which `inputs` took part.
pub(super) fn chosen(c: &Call<'_>, val: Val, inputs: &[&Val]) -> Val {
    if !c.engine.traced() {
        return val;
    }
    let inputs: Vec<_> = inputs.iter().map(|v| v.origin()).collect();
    val.map_origin(&|o| o.then_with(StepKind::Function, c.at, c.name, inputs.clone()))
}
