//! JSON, and its lenient relatives with comments and trailing commas.

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::ops::Range;

use jsonc_parser::ast::{self, ObjectPropName};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::escape;
use crate::trace::{Map, Node, Origin, Problem, Text, Value};

/// What is allowed besides plain JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// Nothing. A text that is fine but for such things is read all the same, with a problem.
    Strict,
    /// Comments, trailing commas, unquoted keys, single quotes, and the numbers of JSON5.
    Lenient,
}

/// Reads strict JSON; what could not be read at all is an unknown value.
#[must_use]
pub fn parse(text: &Text) -> (Node, Vec<Problem>) {
    parse_as(text, Dialect::Strict)
}

/// Reads JSON in a dialect.
#[must_use]
pub fn parse_as(text: &Text, dialect: Dialect) -> (Node, Vec<Problem>) {
    let chars = with_numbers_for_unknown(text);
    let bom = if chars.starts_with('\u{feff}') { 3 } else { 0 };
    let mut reader = Reader {
        text,
        offset: bom,
        problems: Vec::new(),
    };
    let mut dialects = vec![options(Dialect::Lenient)];
    if dialect == Dialect::Strict {
        dialects.insert(0, options(Dialect::Strict));
    }
    for options in dialects {
        match parse_to_ast(&chars[bom..], &CollectOptions::default(), &options) {
            Ok(parsed) => {
                let root = match &parsed.value {
                    Some(value) => reader.node(value),
                    None => {
                        let origin = text.origin_at(text.len());
                        reader.problem("not valid JSON: there is no value", bom..text.len());
                        Node::null(origin)
                    }
                };
                return (root, reader.problems);
            }
            Err(error) => {
                if reader.problems.is_empty() {
                    let range = error.range();
                    let message = format!("not valid JSON: {}", error.kind());
                    reader.problem(message, range.start + bom..range.end + bom);
                }
            }
        }
    }
    let origin = text.origin_of(0..text.len());
    (Node::unknown("not valid JSON", origin), reader.problems)
}

fn options(dialect: Dialect) -> ParseOptions {
    let lenient = dialect == Dialect::Lenient;
    ParseOptions {
        allow_comments: lenient,
        allow_loose_object_property_names: lenient,
        allow_trailing_commas: lenient,
        allow_missing_commas: false,
        allow_single_quoted_strings: lenient,
        allow_hexadecimal_numbers: lenient,
        allow_unary_plus_numbers: lenient,
        allow_bare_decimal_point_numbers: lenient,
        allow_non_finite_numbers: lenient,
        allow_extended_string_escapes: lenient,
    }
}

/// The characters with a number of the same length in place of every unknown run, so that it
/// reads as a value outside quotes and as harmless text inside them.
fn with_numbers_for_unknown(text: &Text) -> Cow<'_, str> {
    if text.unknown().is_none() {
        return Cow::Borrowed(text.as_str());
    }
    let mut out = String::with_capacity(text.len());
    for (range, run) in text.runs() {
        if run.unknown.is_some() {
            out.extend(std::iter::repeat_n('1', range.len()));
        } else {
            out.push_str(&text.as_str()[range]);
        }
    }
    Cow::Owned(out)
}

struct Reader<'a> {
    text: &'a Text,
    offset: usize,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn problem(&mut self, message: impl Into<String>, range: Range<usize>) {
        let span = self.text.origin_of(range).nearest_span();
        self.problems.push(Problem::new(message, span));
    }

    fn range(&self, ranged: &impl Ranged) -> Range<usize> {
        let range = ranged.range();
        range.start + self.offset..range.end + self.offset
    }

    /// Depth is bounded by the parser, at 512.
    fn node(&mut self, value: &ast::Value<'_>) -> Node {
        let range = self.range(value);
        let origin = self.text.origin_of(range.clone());
        let value = match value {
            ast::Value::NullKeyword(_) => Value::Null,
            ast::Value::BooleanLit(lit) => Value::Bool(lit.value),
            ast::Value::NumberLit(lit) => self.number(lit.value, range),
            ast::Value::StringLit(lit) => Value::Text(self.string(&lit.value, range)),
            ast::Value::Array(array) => {
                Value::List(array.elements.iter().map(|e| self.node(e)).collect())
            }
            ast::Value::Object(object) => self.object(object),
        };
        Node::new(value, origin)
    }

    fn number(&self, chars: &str, range: Range<usize>) -> Value {
        let text = self.text.slice(range);
        match text.unknown() {
            Some(why) if text.is_wholly_unknown() => Value::Unknown(why.clone()),
            Some(_) => Value::Text(text),
            None => number(chars).unwrap_or(Value::Text(text)),
        }
    }

    fn string(&self, value: &str, range: Range<usize>) -> Text {
        let inside = range.start + 1..range.end.saturating_sub(1).max(range.start + 1);
        let text = escape::unescape(self.text, inside, escape::javascript);
        if text.as_str() == value || text.unknown().is_some() {
            return text;
        }
        self.text.slice(range).replaced_by(value)
    }

    fn object(&mut self, object: &ast::Object<'_>) -> Value {
        let mut map = Map::new();
        for property in &object.properties {
            let (name, origin) = self.name(&property.name);
            let node = self.node(&property.value);
            if map.insert(name.clone(), origin.clone(), node).is_some() {
                let message = format!("key {name} occurs twice; the last one counts");
                self.problems
                    .push(Problem::new(message, origin.nearest_span()));
            }
        }
        Value::Map(map)
    }

    fn name(&self, name: &ObjectPropName<'_>) -> (String, Origin) {
        match name {
            ObjectPropName::String(lit) => {
                let range = self.range(lit);
                let text = self.string(&lit.value, range.clone());
                (text.as_str().to_owned(), self.text.origin_of(range))
            }
            ObjectPropName::Word(lit) => {
                let range = self.range(lit);
                let text = self.text.slice(range.clone());
                (text.as_str().to_owned(), self.text.origin_of(range))
            }
        }
    }
}

/// A number of JSON or JSON5.
pub(super) fn number(chars: &str) -> Option<Value> {
    let (negative, digits) = match chars.as_bytes().first()? {
        b'-' => (true, &chars[1..]),
        b'+' => (false, &chars[1..]),
        _ => (false, chars),
    };
    let signed = |f: f64| Value::Float(if negative { -f } else { f });
    match digits {
        "Infinity" => return Some(signed(f64::INFINITY)),
        "NaN" => return Some(Value::Float(f64::NAN)),
        _ => {}
    }
    let hexadecimal = digits
        .strip_prefix("0x")
        .or_else(|| digits.strip_prefix("0X"));
    if let Some(hexadecimal) = hexadecimal {
        let n = i64::from_str_radix(hexadecimal, 16).ok()?;
        return Some(Value::Int(if negative { -n } else { n }));
    }
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    if let Ok(n) = chars.strip_prefix('+').unwrap_or(chars).parse::<i64>() {
        return Some(Value::Int(n));
    }
    digits.parse::<f64>().ok().map(signed)
}
