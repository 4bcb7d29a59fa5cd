//! Values as `terraform console` prints them, for comparing with it.

use super::value::{Data, Fields, MAX_NESTING, Val};

/// A value as text, as the console prints it.
#[must_use]
pub fn shown(val: &Val) -> String {
    let mut out = String::new();
    show(val, 0, &mut out, 0);
    out
}

fn show(val: &Val, indent: usize, out: &mut String, depth: usize) {
    if depth > MAX_NESTING {
        return;
    }
    if val.sensitive {
        out.push_str("(sensitive value)");
        return;
    }
    match &val.data {
        Data::Null => out.push_str("null"),
        Data::Unknown(_) => out.push_str("(known after apply)"),
        Data::Bool(b) => out.push_str(&b.to_string()),
        Data::Num(n) => out.push_str(&n.to_string()),
        Data::Str(text) if text.unknown().is_some() => out.push_str("(known after apply)"),
        Data::Str(text) => string(text.as_str(), indent, out),
        Data::Tuple(items) => list(items, ("[", "]"), indent, out, depth),
        Data::List(items) => list(items, ("tolist([", "])"), indent, out, depth),
        Data::Set(items) => list(items, ("toset([", "])"), indent, out, depth),
        Data::Object(fields) => map(fields, ("{", "}"), indent, out, depth),
        Data::Map(fields) => map(fields, ("tomap({", "})"), indent, out, depth),
    }
}

fn list(items: &[Val], marks: (&str, &str), indent: usize, out: &mut String, depth: usize) {
    out.push_str(marks.0);
    let pad = " ".repeat(indent + 2);
    for item in items {
        out.push('\n');
        out.push_str(&pad);
        show(item, indent + 2, out, depth + 1);
        out.push(',');
    }
    if !items.is_empty() {
        out.push('\n');
        out.push_str(&" ".repeat(indent));
    }
    out.push_str(marks.1);
}

fn map(fields: &Fields, marks: (&str, &str), indent: usize, out: &mut String, depth: usize) {
    out.push_str(marks.0);
    let pad = " ".repeat(indent + 2);
    for (name, field) in &fields.entries {
        out.push('\n');
        out.push_str(&pad);
        quoted(name, out);
        out.push_str(" = ");
        show(&field.val, indent + 2, out, depth + 1);
    }
    if !fields.entries.is_empty() {
        out.push('\n');
        out.push_str(&" ".repeat(indent));
    }
    out.push_str(marks.1);
}

/// A string of several lines is a heredoc.
fn string(chars: &str, indent: usize, out: &mut String) {
    let lines: Vec<&str> = chars.split('\n').collect();
    if lines.len() < 2 {
        quoted(chars, out);
        return;
    }
    let mut mark = "EOT".to_owned();
    while lines.contains(&mark.as_str()) {
        mark.push('_');
    }
    out.push_str(if indent > 0 { "<<-" } else { "<<" });
    out.push_str(&mark);
    out.push('\n');
    for line in &lines {
        out.push_str(&" ".repeat(indent));
        out.push_str(line);
        out.push('\n');
    }
    out.push_str(&" ".repeat(indent));
    out.push_str(&mark);
}

/// Between quotes, as Go's `%q` writes it.
fn quoted(chars: &str, out: &mut String) {
    out.push('"');
    for c in chars.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{b}' => out.push_str("\\v"),
            c if c.is_ascii_control() => out.push_str(&format!("\\x{:02x}", u32::from(c))),
            '\u{feff}' | '\u{2028}' | '\u{2029}' | '\u{85}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
