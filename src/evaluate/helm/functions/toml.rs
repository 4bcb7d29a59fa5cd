//! `toToml` and `fromToml`.

use super::args::text;
use super::encoding::error_map;
use crate::evaluate::helm::template::{Call, Failure};
use crate::evaluate::helm::value::{Budget, Kind, Val, number, quoted, too_large};
use crate::trace::{Origin, Text};

/// The value as TOML; Go's complaint if it can't be.
pub(super) fn encode(c: &mut Call<'_>, val: &Val) -> Result<Val, Failure> {
    let mut out = Text::opaque("", val.origin());
    if val.is_nil() {
        let message = "toml: cannot encode a nil value";
        return Ok(c.opaque(message, std::slice::from_ref(val)));
    }
    if val.as_map().is_none() {
        inline(val, &mut out, 0, &Budget::new());
        return Ok(Val::text(out));
    }
    let budget = Budget::new();
    table(val, &mut Vec::new(), &mut out, &budget);
    if !budget.allows(0) {
        return Err(too_large().into());
    }
    Ok(Val::text(out))
}

fn is_table_list(val: &Val) -> bool {
    val.as_list()
        .is_some_and(|l| !l.is_empty() && l.iter().all(|v| v.as_map().is_some()))
}

/// Plain entries first, then the tables, each indented by its depth.
fn table(val: &Val, path: &mut Vec<Text>, out: &mut Text, budget: &Budget) {
    let Some(map) = val.as_map() else { return };
    if !budget.allows(path.len()) {
        return;
    }
    let origin = val.origin();
    let indent = "  ".repeat(path.len());
    let entries = map.snapshot();
    for (name, slot) in &entries {
        let v = &slot.val;
        if v.is_nil() || v.as_map().is_some() || is_table_list(v) {
            continue;
        }
        out.push_str(&indent, &origin);
        out.push(&key(name, &slot.key));
        out.push_str(" = ", &origin);
        inline(v, out, 0, budget);
        out.push_str("\n", &origin);
    }
    for (name, slot) in &entries {
        path.push(key(name, &slot.key));
        // Each header has the whole path.
        budget.spend(path.len());
        if slot.val.as_map().is_some() {
            header(path, "[", "]", &indent, &origin, out);
            table(&slot.val, path, out, budget);
        } else if is_table_list(&slot.val) {
            for item in slot.val.as_list().unwrap_or(&[]) {
                header(path, "[[", "]]", &indent, &origin, out);
                table(item, path, out, budget);
            }
        }
        path.pop();
    }
}

fn header(path: &[Text], open: &str, close: &str, indent: &str, origin: &Origin, out: &mut Text) {
    if path.len() == 1 && !out.is_empty() || open == "[[" && !out.is_empty() {
        out.push_str("\n", origin);
    }
    out.push_str(indent, origin);
    out.push_str(open, origin);
    out.push(&Text::join(path, &Text::opaque(".", origin.clone())));
    out.push_str(close, origin);
    out.push_str("\n", origin);
}

fn key(name: &str, origin: &Origin) -> Text {
    let text = Text::opaque(name, origin.clone());
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !name.is_empty() && name.chars().all(bare) {
        text
    } else {
        quoted(&text)
    }
}

fn inline(val: &Val, out: &mut Text, depth: usize, budget: &Budget) {
    let origin = val.origin();
    if !budget.allows(depth) {
        return;
    }
    match &val.kind {
        Kind::Str(t) => out.push(&quoted(t)),
        Kind::Float(f) => {
            let s = number::plain(*f);
            out.push_str(&s, &origin);
            if f.fract() == 0.0 && !s.contains(['e', '.']) {
                out.push_str(".0", &origin);
            }
        }
        Kind::List(l) => {
            out.push_str("[", &origin);
            for (i, item) in l.items.iter().enumerate() {
                if i > 0 {
                    out.push_str(", ", &origin);
                }
                inline(item, out, depth + 1, budget);
            }
            out.push_str("]", &origin);
        }
        Kind::Map(m) => {
            out.push_str("{", &origin);
            for (i, (name, slot)) in m.snapshot().into_iter().enumerate() {
                if i > 0 {
                    out.push_str(", ", &origin);
                }
                out.push(&key(&name, &slot.key));
                out.push_str(" = ", &origin);
                inline(&slot.val, out, depth + 1, budget);
            }
            out.push_str("}", &origin);
        }
        _ => out.push(&crate::evaluate::helm::value::sprint(val)),
    }
}

/// The map in a TOML text.
pub(super) fn decode(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let read = crate::syntax::read(crate::syntax::Format::Toml, &text(args, 0));
    match read.problems.into_iter().next() {
        Some(p) => Ok(error_map(c, args, format!("toml: {}", p.message))),
        None => Ok(Val::from_node(&read.root)),
    }
}
