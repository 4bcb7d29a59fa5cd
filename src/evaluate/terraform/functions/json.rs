//! `jsonencode` and `jsondecode`.

use super::call::{Call, Function, text};
use crate::evaluate::terraform::expr::{Fail, Outcome};
use crate::evaluate::terraform::value::{Data, MAX_NESTING, PLACEHOLDER, Val, to_text};
use crate::trace::{Origin, Text};

pub(super) const FAMILY: &[Function] = &[
    Function::own("jsonencode", 1, 1, |c| text(encode(c.arg(0)?)?)),
    Function::shallow("jsondecode", 1, 1, decode),
];

/// A value as JSON without white space, each part traced.
pub(super) fn encode(val: &Val) -> Result<Text, Fail> {
    let mut out = Text::default();
    write(val, &mut out, 0)?;
    Ok(out)
}

fn write(val: &Val, out: &mut Text, depth: usize) -> Result<(), Fail> {
    if depth > MAX_NESTING {
        return Err(Fail::limit("a value is nested too deeply"));
    }
    let at = &val.origin;
    match &val.data {
        Data::Null => out.push_str("null", at),
        Data::Str(chars) => out.push(&quoted(chars)),
        Data::Bool(_) | Data::Num(_) => out.push(&to_text(val).unwrap_or_default()),
        Data::Unknown(why) => {
            out.push(&Text::of_unknown(PLACEHOLDER, why.clone(), at.clone()));
        }
        Data::Tuple(items) | Data::List(items) | Data::Set(items) => {
            out.push_str("[", at);
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push_str(",", at);
                }
                write(item, out, depth + 1)?;
            }
            out.push_str("]", at);
        }
        Data::Object(fields) | Data::Map(fields) => {
            out.push_str("{", at);
            for (i, (name, field)) in fields.entries.iter().enumerate() {
                if i > 0 {
                    out.push_str(",", at);
                }
                out.push(&quoted(&Text::opaque(name.clone(), field.key.clone())));
                out.push_str(":", at);
                write(&field.val, out, depth + 1)?;
            }
            out.push_str("}", at);
        }
    }
    Ok(())
}

/// A JSON string as Go writes it: safe inside HTML.
pub(super) fn quoted(chars: &Text) -> Text {
    chars.quote("\"", |c| match c {
        '"' => Some("\\\"".to_owned()),
        '\\' => Some("\\\\".to_owned()),
        '\n' => Some("\\n".to_owned()),
        '\r' => Some("\\r".to_owned()),
        '\t' => Some("\\t".to_owned()),
        '\u{8}' => Some("\\b".to_owned()),
        '\u{c}' => Some("\\f".to_owned()),
        '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => Some(format!("\\u{:04x}", u32::from(c))),
        c if u32::from(c) < 0x20 => Some(format!("\\u{:04x}", u32::from(c))),
        _ => None,
    })
}

fn decode(call: &Call<'_>) -> Outcome {
    let subject = call.text(0)?;
    let (root, problems) = crate::syntax::json::parse(&subject);
    if let Some(problem) = problems
        .iter()
        .find(|p| !p.message.contains("occurs twice"))
    {
        return Err(Fail::new(problem.message.clone()));
    }
    let val = Val::from_node(&root);
    if val.origin == Origin::nowhere() {
        return Ok(Val {
            origin: subject.origin(),
            ..val
        });
    }
    Ok(val)
}
