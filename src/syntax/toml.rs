//! TOML.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::escape::{self, Decoded};
use super::json;
use crate::trace::{Map, Node, Problem, Text, Value};

/// Reads TOML; what is wrong is left out.
#[must_use]
pub fn parse(text: &Text) -> (Node, Vec<Problem>) {
    let chars = text.as_str();
    let (table, errors) = DeTable::parse_recoverable(chars);
    let problems = errors
        .iter()
        .map(|e| {
            let span = e.span().unwrap_or(0..0);
            let message = format!("not valid TOML: {}", e.message().replace('\n', ", "));
            Problem::new(message, text.origin_of(span).nearest_span())
        })
        .collect();
    let value = table_value(text, table.get_ref());
    (Node::new(value, text.origin_of(0..text.len())), problems)
}

/// Depth is bounded by the parser.
fn node(text: &Text, value: &Spanned<DeValue<'_>>) -> Node {
    let range = value.span();
    let origin = text.origin_of(range.clone());
    let token = text.as_str().get(range.clone()).unwrap_or_default();
    let value = match value.get_ref() {
        DeValue::String(content) => Value::Text(string(text, range, content)),
        DeValue::Integer(n) => i64::from_str_radix(n.as_str(), n.radix())
            .map_or_else(|_| Value::Text(text.slice(range)), Value::Int),
        DeValue::Float(f) => match f.as_str().trim_start_matches(['+', '-']) {
            "inf" if token.starts_with('-') => Value::Float(f64::NEG_INFINITY),
            "inf" => Value::Float(f64::INFINITY),
            "nan" => Value::Float(f64::NAN),
            _ => json::number(f.as_str()).unwrap_or(Value::Text(text.slice(range))),
        },
        DeValue::Boolean(b) => Value::Bool(*b),
        DeValue::Datetime(_) => Value::Text(text.slice(range)),
        DeValue::Array(items) => Value::List(items.iter().map(|i| node(text, i)).collect()),
        DeValue::Table(table) => table_value(text, table),
    };
    Node::new(value, origin)
}

fn table_value(text: &Text, table: &DeTable<'_>) -> Value {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    let mut map = Map::new();
    for (key, value) in entries {
        let origin = text.origin_of(key.span());
        map.insert(key.get_ref().as_ref(), origin, node(text, value));
    }
    Value::Map(map)
}

fn string(text: &Text, token: Range<usize>, content: &str) -> Text {
    let chars = text.as_str().get(token.clone()).unwrap_or_default();
    let marks = if chars.starts_with("\"\"\"") || chars.starts_with("'''") {
        3
    } else {
        1
    };
    let mut inside = token.start + marks..token.end.saturating_sub(marks).max(token.start + marks);
    if marks == 3 {
        // The line break right behind the opening marks is not content.
        let after = text.as_str().get(inside.clone()).unwrap_or_default();
        let bare = after.strip_prefix("\r\n").or(after.strip_prefix('\n'));
        inside.start += bare.map_or(0, |b| after.len() - b.len());
    }
    let out = if chars.starts_with('"') {
        escape::unescape(text, inside, basic)
    } else {
        text.slice(inside)
    };
    if out.as_str() == content {
        out
    } else {
        text.slice(token).replaced_by(content)
    }
}

/// The escapes of basic strings; `\` at the end of a line takes all white space behind it.
fn basic(rest: &str) -> Option<Decoded> {
    let after = rest.get(1..)?;
    let spaces = after.len() - after.trim_start().len();
    if after[..spaces].contains('\n') {
        return Some((String::new(), 1 + spaces));
    }
    match after.as_bytes().first()? {
        b'e' => Some(("\x1b".into(), 2)),
        b'U' => {
            let c = char::from_u32(escape::hex(rest, 2, 8)?)?;
            Some((c.into(), 10))
        }
        _ => escape::javascript(rest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::{Role, Sources};

    #[test]
    fn values_point_at_their_tokens() {
        let toml = "z = \"a\\tb\"\n[t.u]\nn = 0x1F\nm = '''\nx\ny'''\nd = 2020-01-01\n[[l]]\na=1.5\n[[l]]\na=-inf\n";
        let sources = Sources::new();
        let id = sources.add("a.toml", toml, Role::Settings);
        let (root, problems) = parse(&sources.text(id));
        assert_eq!(problems, []);
        let z = root.get("z").expect("z");
        assert_eq!(z.as_str(), Some("a\tb"));
        assert_eq!(sources.slice(z.span().expect("span")), "\"a\\tb\"");
        assert_eq!(root.at(&["t", "u", "n"]).and_then(Node::as_int), Some(31));
        assert_eq!(
            root.at(&["t", "u", "m"]).and_then(Node::as_str),
            Some("x\ny")
        );
        assert_eq!(
            root.get("l").and_then(Node::as_list).map(<[_]>::len),
            Some(2)
        );
        assert_eq!(
            root.as_map()
                .and_then(|m| m.keys().next().map(str::to_owned)),
            Some("z".into())
        );
    }

    #[test]
    fn mistakes_are_problems_and_the_rest_is_read() {
        let (root, problems) = parse(&Text::plain("a = \nb = 2\n"));
        assert!(!problems.is_empty());
        assert_eq!(root.get("b").and_then(Node::as_int), Some(2));
    }
}
