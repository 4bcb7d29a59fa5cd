//! Values as Go's `encoding/json` writes them.

use super::{Budget, Kind, Val, number, too_large};
use crate::trace::{Origin, Text};

/// How to write JSON.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Indented by two spaces a level, one member a line.
    pub pretty: bool,
    /// `<`, `>` and `&` as escapes, as Go does unless told not to.
    pub escape_html: bool,
}

/// The value as JSON.
///
/// # Errors
///
/// Numbers that JSON can't hold, and values that are too large, cyclic ones among them.
pub fn json(val: &Val, style: Style) -> Result<Text, String> {
    let mut writer = Writer {
        out: Text::default(),
        style,
        budget: Budget::new(),
    };
    writer.value(val, 0)?;
    Ok(writer.out)
}

struct Writer {
    out: Text,
    style: Style,
    budget: Budget,
}

impl Writer {
    fn value(&mut self, val: &Val, depth: usize) -> Result<(), String> {
        if !self.budget.allows(depth) {
            return Err(too_large());
        }
        let origin = val.origin();
        match &val.kind {
            Kind::Invalid | Kind::Nil => self.out.push_str("null", &origin),
            Kind::Bool(b) => self.out.push_str(&b.to_string(), &origin),
            Kind::Int(..) => {
                let i = val.as_integer().unwrap_or(0);
                self.out.push_str(&i.to_string(), &origin);
            }
            Kind::Float(f) if !f.is_finite() => {
                return Err(format!("json: unsupported value: {}", number::plain(*f)));
            }
            Kind::Float(f) => self.out.push_str(&number::json(*f), &origin),
            Kind::Str(t) => self.string(t),
            Kind::Bytes(t) => {
                use base64::Engine as _;
                let b64 = base64::engine::general_purpose::STANDARD.encode(t.as_str());
                self.string(&t.replaced_by(b64));
            }
            Kind::Time(secs) => {
                let s = crate::evaluate::helm::functions::date::rfc3339(*secs);
                self.string(&Text::opaque(s, origin));
            }
            Kind::Unknown(why) => {
                let text = Text::of_unknown(super::print::PLACEHOLDER, why.clone(), origin);
                self.string(&text);
            }
            Kind::List(l) if l.is_nil => self.out.push_str("null", &origin),
            Kind::List(l) => {
                let n = l.items.len();
                self.out.push_str("[", &origin);
                for (i, item) in l.items.iter().enumerate() {
                    self.new_line(depth + 1, &origin);
                    self.value(item, depth + 1)?;
                    self.comma(i, n, &origin);
                }
                self.close("]", n, depth, &origin);
            }
            Kind::Map(m) => {
                let entries = m.snapshot();
                let n = entries.len();
                self.out.push_str("{", &origin);
                for (i, (key, slot)) in entries.into_iter().enumerate() {
                    self.member(&Text::opaque(&*key, slot.key), depth, &origin);
                    self.value(&slot.val, depth + 1)?;
                    self.comma(i, n, &origin);
                }
                self.close("}", n, depth, &origin);
            }
            Kind::Struct(s) if s.as_encoded_text().is_some() => {
                let text = s.as_encoded_text().unwrap_or_default();
                self.string(&Text::opaque(text, origin));
            }
            Kind::Struct(s) => {
                let kept: Vec<_> = s
                    .fields
                    .iter()
                    .filter(|f| !f.json.is_empty())
                    .filter(|f| !(f.omit_empty && f.val.is_empty()))
                    .collect();
                let n = kept.len();
                self.out.push_str("{", &origin);
                for (i, field) in kept.into_iter().enumerate() {
                    self.member(&Text::opaque(field.json, origin.clone()), depth, &origin);
                    self.value(&field.val, depth + 1)?;
                    self.comma(i, n, &origin);
                }
                self.close("}", n, depth, &origin);
            }
        }
        Ok(())
    }

    fn member(&mut self, key: &Text, depth: usize, origin: &Origin) {
        self.new_line(depth + 1, origin);
        self.string(key);
        self.out
            .push_str(if self.style.pretty { ": " } else { ":" }, origin);
    }

    fn comma(&mut self, i: usize, n: usize, origin: &Origin) {
        if i + 1 < n {
            self.out.push_str(",", origin);
        }
    }

    fn close(&mut self, mark: &str, n: usize, depth: usize, origin: &Origin) {
        if n > 0 {
            self.new_line(depth, origin);
        }
        self.out.push_str(mark, origin);
    }

    fn new_line(&mut self, depth: usize, origin: &Origin) {
        if self.style.pretty {
            self.out.push_str("\n", origin);
            self.out.push_str(&"  ".repeat(depth), origin);
        }
    }

    fn string(&mut self, text: &Text) {
        let html = self.style.escape_html;
        let edge = Text::opaque("\"", text.origin());
        self.out.push(&edge);
        let plain = |c: char| {
            !(matches!(c, '"' | '\\' | '\u{2028}' | '\u{2029}' | '<' | '>' | '&')
                || (c as u32) < 0x20)
        };
        if text.as_str().chars().all(plain) {
            self.out.push(text);
        } else {
            self.out.push(&text.map_chars(|c| match c {
                '"' => "\\\"".to_owned(),
                '\\' => "\\\\".to_owned(),
                '\n' => "\\n".to_owned(),
                '\r' => "\\r".to_owned(),
                '\t' => "\\t".to_owned(),
                '\u{8}' => "\\b".to_owned(),
                '\u{c}' => "\\f".to_owned(),
                '<' | '>' | '&' if html => format!("\\u{:04x}", c as u32),
                '\u{2028}' | '\u{2029}' => format!("\\u{:04x}", c as u32),
                c if (c as u32) < 0x20 => format!("\\u{:04x}", c as u32),
                c => c.to_string(),
            }));
        }
        self.out.push(&edge);
    }
}
