//! Values as Go's `fmt` prints them, strings with their origins.

use super::{Budget, Kind, Val, number};
use crate::trace::{Origin, Text};

/// What stands in the output for a value that can't be known.
pub(crate) const PLACEHOLDER: &str = "__unknown__";

/// What `%v` prints for `val`.
#[must_use]
pub fn sprint(val: &Val) -> Text {
    if let Kind::Str(t) = &val.kind {
        return (**t).clone();
    }
    let mut out = Text::opaque("", val.origin());
    print(val, &mut out, 0, &Budget::new());
    out
}

fn print(val: &Val, out: &mut Text, depth: usize, budget: &Budget) {
    let nowhere = Origin::nowhere();
    let origin = val.origin.as_deref().unwrap_or(&nowhere);
    if !budget.allows(depth) {
        out.push_str("...", origin);
        return;
    }
    match &val.kind {
        Kind::Invalid | Kind::Nil => out.push_str("<nil>", origin),
        Kind::Bool(b) => out.push_str(if *b { "true" } else { "false" }, origin),
        Kind::Int(..) => out.push_str(&val.as_integer().unwrap_or(0).to_string(), origin),
        Kind::Float(f) => out.push_str(&number::plain(*f), origin),
        Kind::Str(t) => out.push(t),
        Kind::Bytes(t) => {
            let bytes: Vec<String> = t.as_str().bytes().map(|b| b.to_string()).collect();
            out.push(&t.replaced_by(format!("[{}]", bytes.join(" "))));
        }
        Kind::List(l) => {
            out.push_str("[", origin);
            for (i, item) in l.items.iter().enumerate() {
                if i > 0 {
                    out.push_str(" ", origin);
                }
                print(item, out, depth + 1, budget);
            }
            out.push_str("]", origin);
        }
        Kind::Map(m) => {
            out.push_str("map[", origin);
            for (i, (key, slot)) in m.snapshot().into_iter().enumerate() {
                if i > 0 {
                    out.push_str(" ", origin);
                }
                out.push_str(&key, &slot.key);
                out.push_str(":", origin);
                print(&slot.val, out, depth + 1, budget);
            }
            out.push_str("]", origin);
        }
        Kind::Struct(s) => {
            if let Some(printed) = &s.printed {
                out.push_str(printed, origin);
                return;
            }
            out.push_str(if s.pointer { "&{" } else { "{" }, origin);
            for (i, field) in s.fields.iter().enumerate() {
                if i > 0 {
                    out.push_str(" ", origin);
                }
                print(&field.val, out, depth + 1, budget);
            }
            out.push_str("}", origin);
        }
        Kind::Time(secs) => out.push_str(
            &crate::evaluate::helm::functions::date::print(*secs),
            origin,
        ),
        Kind::Unknown(why) => {
            out.push(&Text::of_unknown(PLACEHOLDER, why.clone(), origin.clone()));
        }
    }
}

/// `strconv.Quote`: between double quotes, with Go's escapes.
#[must_use]
pub fn quoted(text: &Text) -> Text {
    let mark = Text::opaque("\"", edge(text));
    if text.as_str().chars().all(|c| escape(c).is_none()) {
        return Text::concat([&mark, text, &mark]);
    }
    let inner = text.map_chars(|c| match escape(c) {
        Some(s) => s,
        None => c.to_string(),
    });
    Text::concat([&mark, &inner, &mark])
}

/// Where the quotation marks around a text come from: its first byte's place, whole.
fn edge(text: &Text) -> Origin {
    text.origin()
}

fn escape(c: char) -> Option<String> {
    if matches!(c, ' ' | '!' | '#'..='[' | ']'..='~') {
        return None;
    }
    Some(match c {
        '"' => "\\\"".to_owned(),
        '\\' => "\\\\".to_owned(),
        '\u{7}' => "\\a".to_owned(),
        '\u{8}' => "\\b".to_owned(),
        '\u{c}' => "\\f".to_owned(),
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        '\t' => "\\t".to_owned(),
        '\u{b}' => "\\v".to_owned(),
        c if (c as u32) < 0x20 || c as u32 == 0x7f => format!("\\x{:02x}", c as u32),
        c if is_printable(c) => return None,
        c if (c as u32) < 0x10000 => format!("\\u{:04x}", c as u32),
        c => format!("\\U{:08x}", c as u32),
    })
}

/// Whether Go prints a character as it is: everything but controls, format characters,
/// separators other than the space, and what is private or unassigned.
fn is_printable(c: char) -> bool {
    match c {
        ' ' => true,
        '\u{80}'..='\u{a0}' | '\u{ad}' => false,
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{205f}'..='\u{206f}' => false,
        '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{3000}' | '\u{feff}' => false,
        '\u{e000}'..='\u{f8ff}' | '\u{fff0}'..='\u{fffb}' | '\u{fffe}'..='\u{ffff}' => false,
        '\u{e0000}'..='\u{e007f}' | '\u{f0000}'.. => false,
        _ => true,
    }
}
