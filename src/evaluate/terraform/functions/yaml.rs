//! `yamlencode` and `yamldecode`.

use super::call::{Call, Function, text};
use crate::evaluate::terraform::expr::{Fail, Outcome};
use crate::evaluate::terraform::value::{Data, Fields, MAX_NESTING, PLACEHOLDER, Val, to_text};
use crate::syntax::yaml::{Schema, parse};
use crate::trace::{Map, Node, Origin, Slot, Text, Value};

pub(super) const FAMILY: &[Function] = &[
    Function::own("yamlencode", 1, 1, encode),
    Function::shallow("yamldecode", 1, 1, decode),
];

/// Quoted text is broken at the first space behind this column.
const WIDTH: usize = 80;

/// Keys longer than this are written with `?`.
const MAX_KEY: usize = 128;

fn encode(call: &Call<'_>) -> Outcome {
    let val = call.arg(0)?;
    let mut writer = Writer {
        out: Text::default(),
    };
    let at = val.origin.clone();
    match &val.data {
        Data::Str(chars) => {
            writer.string(chars, 2, false);
            writer.end_line(&at);
        }
        Data::Null | Data::Bool(_) | Data::Num(_) | Data::Unknown(_) => {
            writer.plain(val);
            writer.put("\n...\n", &at);
        }
        _ => {
            writer.node(val, 0, Place::Top, 0)?;
        }
    }
    text(writer.out)
}

/// Where a node stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Top,
    /// Behind `- `.
    Item,
    /// Behind `key:`.
    Value,
}

struct Writer {
    out: Text,
}

impl Writer {
    fn put(&mut self, chars: &str, origin: &Origin) {
        self.out.push_str(chars, origin);
    }

    fn end_line(&mut self, origin: &Origin) {
        if !self.out.as_str().ends_with('\n') {
            self.put("\n", origin);
        }
    }

    fn column(&self) -> usize {
        let chars = self.out.as_str();
        let start = chars.rfind('\n').map_or(0, |n| n + 1);
        chars[start..].chars().count()
    }

    fn plain(&mut self, val: &Val) {
        match &val.data {
            Data::Null => self.put("null", &val.origin),
            Data::Unknown(why) => {
                let text = Text::of_unknown(PLACEHOLDER, why.clone(), val.origin.clone());
                self.out.push(&text);
            }
            _ => self.out.push(&to_text(val).unwrap_or_default()),
        }
    }

    /// Writes a node whose collection would be indented by `indent`, line break included.
    fn node(&mut self, val: &Val, indent: usize, place: Place, depth: usize) -> Result<(), Fail> {
        if depth > MAX_NESTING {
            return Err(Fail::limit("a value is nested too deeply"));
        }
        let at = &val.origin;
        let pad = " ".repeat(indent);
        match &val.data {
            Data::Tuple(items) | Data::List(items) | Data::Set(items) if !items.is_empty() => {
                if place == Place::Value {
                    self.put("\n", at);
                }
                for (i, item) in items.iter().enumerate() {
                    if i > 0 || place != Place::Item {
                        self.put(&pad, at);
                    }
                    self.put("- ", &item.origin);
                    self.node(item, indent + 2, Place::Item, depth + 1)?;
                }
            }
            Data::Object(fields) | Data::Map(fields) if !fields.entries.is_empty() => {
                if place == Place::Value {
                    self.put("\n", at);
                }
                self.fields(fields, indent, place, depth)?;
            }
            Data::Tuple(_) | Data::List(_) | Data::Set(_) | Data::Object(_) | Data::Map(_) => {
                let empty = if val.items().is_some() { "[]" } else { "{}" };
                let empty = if place == Place::Value {
                    format!(" {empty}")
                } else {
                    empty.to_owned()
                };
                self.put(&empty, at);
                self.put("\n", at);
            }
            Data::Str(chars) => {
                if place == Place::Value {
                    self.put(" ", at);
                }
                // Text belongs to the collection around it, which lies two columns further out
                // for items.
                let outer = if place == Place::Item {
                    indent
                } else {
                    indent + 2
                };
                self.string(chars, outer, false);
                self.end_line(at);
            }
            _ => {
                if place == Place::Value {
                    self.put(" ", at);
                }
                self.plain(val);
                self.put("\n", at);
            }
        }
        Ok(())
    }

    fn fields(
        &mut self,
        fields: &Fields,
        indent: usize,
        place: Place,
        depth: usize,
    ) -> Result<(), Fail> {
        let pad = " ".repeat(indent);
        for (i, (name, field)) in fields.entries.iter().enumerate() {
            let key = Text::opaque(name.clone(), field.key.clone());
            if i > 0 || place != Place::Item {
                self.put(&pad, &field.key);
            }
            if name.contains('\n') || name.len() > MAX_KEY {
                self.put("? ", &field.key);
                self.string(&key, indent + 2, false);
                self.end_line(&field.key);
                self.put(&pad, &field.key);
            } else {
                self.string(&key, indent + 2, true);
            }
            self.put(":", &field.key);
            let nested = &field.val;
            // A list inside a map isn't indented further, a map is.
            let inner = match &nested.data {
                Data::Object(_) | Data::Map(_) => indent + 2,
                _ => indent,
            };
            self.node(nested, inner, Place::Value, depth + 1)?;
        }
        Ok(())
    }

    fn string(&mut self, chars: &Text, indent: usize, key: bool) {
        if chars.as_str().contains('\n') && !key && block_fits(chars.as_str()) {
            self.literal(chars, indent);
        } else {
            self.quoted(chars, indent, key);
        }
    }

    fn literal(&mut self, chars: &Text, indent: usize) {
        let at = chars.origin();
        let s = chars.as_str();
        self.put("|", &at);
        if s.starts_with([' ', '\n']) {
            self.put("2", &at);
        }
        let keep = s == "\n" || s.ends_with("\n\n");
        if keep {
            self.put("+", &at);
        } else if !s.ends_with('\n') {
            self.put("-", &at);
        }
        self.put("\n", &at);
        let pad = " ".repeat(indent);
        let mut start = 0;
        for line in s.split_inclusive('\n') {
            if line != "\n" {
                self.put(&pad, &at);
            }
            self.out.push(&chars.slice(start..start + line.len()));
            start += line.len();
        }
    }

    fn quoted(&mut self, chars: &Text, indent: usize, key: bool) {
        let at = chars.origin();
        self.put("\"", &at);
        let s = chars.as_str();
        let pad = " ".repeat(indent);
        let mut column = self.column();
        let mut plain = 0;
        let mut after_space = false;
        for (i, c) in s.char_indices() {
            let end = i + c.len_utf8();
            if let Some(escape) = escaped(c) {
                self.out.push(&chars.slice(plain..i));
                column += escape.len();
                let piece = chars.slice(i..end);
                self.out.push(&piece.replaced_by(escape));
                plain = end;
                after_space = false;
            } else if c == ' ' {
                let inside = i > 0 && end < s.len();
                if !key && !after_space && column > WIDTH && inside {
                    self.out.push(&chars.slice(plain..i));
                    let escape = if s[end..].starts_with(' ') { "\\" } else { "" };
                    self.put(&format!("\n{pad}{escape}"), &at);
                    column = pad.len() + escape.len();
                    plain = end;
                } else {
                    column += 1;
                }
                after_space = true;
            } else {
                column += 1;
                after_space = false;
            }
        }
        self.out.push(&chars.slice(plain..s.len()));
        self.put("\"", &chars.origin_at(chars.len()));
    }
}

/// Whether a string can stand as a block: nothing to escape, no space before a line break or
/// at the end.
fn block_fits(s: &str) -> bool {
    let printable = s
        .chars()
        .all(|c| c == '\n' || escaped(c).is_none() || matches!(c, '"' | '\\'));
    printable && !s.contains(" \n") && !s.ends_with(' ')
}

/// The escape for a character that can't stand between quotes.
fn escaped(c: char) -> Option<String> {
    let short = match c {
        '\0' => "\\0",
        '\u{7}' => "\\a",
        '\u{8}' => "\\b",
        '\t' => "\\t",
        '\n' => "\\n",
        '\u{b}' => "\\v",
        '\u{c}' => "\\f",
        '\r' => "\\r",
        '\u{1b}' => "\\e",
        '"' => "\\\"",
        '\\' => "\\\\",
        '\u{85}' => "\\N",
        '\u{2028}' => "\\L",
        '\u{2029}' => "\\P",
        _ => "",
    };
    if !short.is_empty() {
        return Some(short.to_owned());
    }
    let code = u32::from(c);
    let printable = matches!(code, 0x20..=0x7e | 0xa0..=0xd7ff | 0xe000..=0xfffd) && code != 0xfeff;
    if printable {
        return None;
    }
    Some(match code {
        0..=0xff => format!("\\x{code:02X}"),
        0x100..=0xffff => format!("\\u{code:04X}"),
        _ => format!("\\U{code:08X}"),
    })
}

fn decode(call: &Call<'_>) -> Outcome {
    let subject = call.text(0)?;
    let mut core = parse(&subject, Schema::Yaml12);
    let old = parse(&subject, Schema::Yaml11);
    if let Some(problem) = core
        .problems
        .iter()
        .find(|p| !p.message.contains("duplicate") && !p.message.contains("twice"))
    {
        return Err(Fail::new(problem.message.clone()));
    }
    if core.documents.len() > 1 {
        return Err(Fail::new("there is more than one document"));
    }
    let Some(document) = core.documents.pop() else {
        return Err(Fail::new("there is no document"));
    };
    if subject.as_str().trim().is_empty() {
        return Err(Fail::new("there is no document"));
    }
    let root = match old.documents.into_iter().next() {
        Some(old) => merged(document.root, &old.root, 0),
        None => document.root,
    };
    Ok(Val::from_node(&root))
}

/// Numbers as YAML 1.2 reads them, truth values as YAML 1.1 does.
fn merged(core: Node, old: &Node, depth: usize) -> Node {
    if depth > MAX_NESTING {
        return core;
    }
    let value = match (core.value, &old.value) {
        (Value::Text(_), Value::Bool(b)) => Value::Bool(*b),
        (Value::List(items), Value::List(others)) if items.len() == others.len() => Value::List(
            items
                .into_iter()
                .zip(others)
                .map(|(a, b)| merged(a, b, depth + 1))
                .collect(),
        ),
        (Value::Map(map), Value::Map(others)) if map.len() == others.len() => {
            let pairs = map.into_iter().zip(others.slots());
            let slots = pairs.map(|((name, slot), (_, other))| {
                let node = merged(slot.node, &other.node, depth + 1);
                (
                    name,
                    Slot {
                        key: slot.key,
                        node,
                    },
                )
            });
            Value::Map(slots.collect::<Map>())
        }
        (value, _) => value,
    };
    Node {
        value,
        origin: core.origin,
    }
}
