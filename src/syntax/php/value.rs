//! Expressions, as far as they are literals.

use std::ops::Range;

use crate::syntax::escape::{self, Decoded};
use crate::syntax::json;
use crate::syntax::scan::{MAX_DEPTH, Scanner, is_word};
use crate::trace::{Map, Node, Origin, Text, Unknown, Value};

const NO_LITERAL: &str = "it is computed by the script";

/// The expression at the cursor, up to one of `ends` or a closing bracket.
pub(super) fn expression(scan: &mut Scanner, ends: &[char], depth: usize) -> Node {
    let start = scan.at;
    if depth < MAX_DEPTH
        && let Some(node) = joined(scan, ends, depth)
    {
        return node;
    }
    scan.at = start;
    skip(scan, ends);
    let range = scan.since(start);
    scan.unknown(range, NO_LITERAL)
}

/// Moves to the end of the expression; the `>` of `=>` and `->` is no end.
fn skip(scan: &mut Scanner, ends: &[char]) {
    loop {
        scan.skip_to(ends, false);
        if scan.peek() == Some('=') && !scan.rest().starts_with("=>") {
            scan.bump();
            continue;
        }
        return;
    }
}

fn at_end(scan: &Scanner, ends: &[char]) -> bool {
    scan.peek()
        .is_none_or(|c| (ends.contains(&c) && c != '=') || matches!(c, ')' | ']' | '}'))
        || (ends.contains(&'=') && scan.rest().starts_with("=>"))
        || scan.rest().starts_with("?>")
}

/// Values joined by `.` (texts) or `*`, `+` (whole numbers). Parts of a text that are no
/// literals become unknown parts.
fn joined(scan: &mut Scanner, ends: &[char], depth: usize) -> Option<Node> {
    let start = scan.at;
    let mut left = primary(scan, depth);
    loop {
        scan.skip();
        if at_end(scan, ends) {
            return left;
        }
        let sign = scan.peek()?;
        if !matches!(sign, '.' | '*' | '+') || scan.rest()[1..].starts_with(['=', '*', '+']) {
            return None;
        }
        if sign == '.' && left.is_none() {
            left = Some(scan.unknown(scan.since(start), NO_LITERAL));
        }
        scan.bump();
        scan.skip();
        let before = scan.at;
        let right = primary(scan, depth);
        let value = match (left?, right, sign) {
            (left, right, '.') => {
                let right = right.unwrap_or_else(|| scan.unknown(scan.since(before), NO_LITERAL));
                // Long chains: what is there already is not copied.
                let mut text = match left.value {
                    Value::Text(text) => text,
                    _ => part(&left)?,
                };
                text.push(&part(&right)?);
                Value::Text(text)
            }
            (left, Some(right), _) => match (left.value, right.value, sign) {
                (Value::Int(a), Value::Int(b), '*') => Value::Int(a.checked_mul(b)?),
                (Value::Int(a), Value::Int(b), '+') => Value::Int(a.checked_add(b)?),
                _ => return None,
            },
            _ => return None,
        };
        left = Some(Node::new(value, scan.origin(scan.since(start))));
    }
}

/// A value as a part of a text.
fn part(node: &Node) -> Option<Text> {
    match &node.value {
        Value::Unknown(why) => Some(Text::of_unknown("", why.clone(), node.origin.clone())),
        _ => node.scalar_text(),
    }
}

/// A literal, or none behind a name, call or variable that was moved over.
fn primary(scan: &mut Scanner, depth: usize) -> Option<Node> {
    let start = scan.at;
    let value = match scan.peek()? {
        '[' => {
            scan.bump();
            array(scan, "]", depth)
        }
        mark @ ('"' | '\'') => {
            let inside = scan.quoted(mark.encode_utf8(&mut [0; 4]))?;
            Value::Text(string(scan, inside, mark))
        }
        c if c.is_ascii_digit() || matches!(c, '-' | '.') => {
            scan.bump();
            scan.take_while(|c| is_word(c) || c == '.');
            let range = start..scan.at;
            if scan.text.slice(range.clone()).unknown().is_some() {
                return None;
            }
            number(&scan.slice(range).replace('_', ""))?
        }
        _ => return word(scan, depth),
    };
    Some(Node::new(value, scan.origin(start..scan.at)))
}

fn number(digits: &str) -> Option<Value> {
    let whole = digits.strip_prefix('0').filter(|d| !d.is_empty());
    if let Some(octal) = whole
        && octal.bytes().all(|b| (b'0'..=b'7').contains(&b))
    {
        return i64::from_str_radix(octal, 8).ok().map(Value::Int);
    }
    json::number(digits)
}

/// A keyword or an array; calls, constants and variables are moved over.
fn word(scan: &mut Scanner, depth: usize) -> Option<Node> {
    let start = scan.at;
    scan.take_while(|c| is_word(c) || matches!(c, '\\' | ':'));
    let range = start..scan.at;
    let value = match scan.slice(range.clone()).to_ascii_lowercase().as_str() {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        "null" => Value::Null,
        "array" => {
            scan.skip();
            if !scan.eat("(") {
                return None;
            }
            array(scan, ")", depth)
        }
        _ => {
            while matches!(scan.peek(), Some('(' | '[')) || scan.rest().starts_with("->") {
                if scan.eat("->") {
                    scan.take_while(is_word);
                } else {
                    scan.skip_brackets();
                }
            }
            return None;
        }
    };
    if scan.text.slice(range).unknown().is_some() {
        return None;
    }
    Some(Node::new(value, scan.origin(start..scan.at)))
}

/// The elements up to `close`: a list, unless a key is written that is not simply the next
/// number.
fn array(scan: &mut Scanner, close: &str, depth: usize) -> Value {
    let mut items: Vec<(Option<(String, Origin)>, Node)> = Vec::new();
    loop {
        scan.skip();
        if scan.is_end() || scan.eat(close) {
            break;
        }
        match scan.peek() {
            Some(',' | ';') => {
                scan.bump();
                continue;
            }
            Some(')' | ']' | '}') => break,
            _ => {}
        }
        let before = scan.at;
        let first = expression(scan, &[',', ';', '='], depth + 1);
        scan.skip();
        if scan.eat("=>") {
            scan.skip();
            let value = expression(scan, &[',', ';'], depth + 1);
            if let Some(name) = first.scalar_text() {
                items.push((Some((name.as_str().to_owned(), first.origin)), value));
            }
        } else {
            items.push((None, first));
        }
        if scan.at == before {
            scan.bump();
        }
    }
    let is_list = items
        .iter()
        .enumerate()
        .all(|(i, (key, _))| key.as_ref().is_none_or(|(k, _)| *k == i.to_string()));
    if is_list {
        return Value::List(items.into_iter().map(|(_, node)| node).collect());
    }
    let mut map = Map::new();
    let mut next = 0_u64;
    for (key, node) in items {
        let (name, origin) = key.unwrap_or_else(|| (next.to_string(), node.origin.clone()));
        if let Ok(n) = name.parse::<u64>() {
            next = next.max(n.saturating_add(1));
        }
        map.insert(name, origin, node);
    }
    Value::Map(map)
}

/// The content of a string; variables in double quotes are unknown parts.
pub(super) fn string(scan: &Scanner, inside: Range<usize>, mark: char) -> Text {
    if mark == '\'' {
        return escape::unescape(scan.text, inside, |rest| match rest.as_bytes().get(1) {
            Some(b'\'') => Some(("'".into(), 2)),
            Some(b'\\') => Some(("\\".into(), 2)),
            _ => None,
        });
    }
    let mut out = scan.text.slice(inside.start..inside.start);
    let mut at = inside.start;
    while let Some(variable) = next_variable(scan.chars, at..inside.end) {
        out.push(&escape::unescape(
            scan.text,
            at..variable.start,
            double_quoted,
        ));
        let why = format!("the script's variable {}", &scan.chars[variable.clone()]);
        let origin = scan.origin(variable.clone());
        out.push(&Text::of_unknown(
            &scan.chars[variable.clone()],
            Unknown::new(why),
            origin,
        ));
        at = variable.end;
    }
    out.push(&escape::unescape(scan.text, at..inside.end, double_quoted));
    out
}

/// The next `$name`, `{$…}` or `${…}` that no backslash escapes.
fn next_variable(chars: &str, within: Range<usize>) -> Option<Range<usize>> {
    let bytes = chars.as_bytes();
    let mut i = within.start;
    while i < within.end {
        match bytes[i] {
            b'\\' => i += 1,
            b'$' if bytes
                .get(i + 1)
                .is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_') =>
            {
                let rest = &chars[i + 1..within.end];
                let len = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
                return Some(i..i + 1 + len);
            }
            b'{' | b'$' if chars[i + 1..within.end].starts_with(['$', '{']) => {
                let open = bytes[i] == b'{' && bytes[i + 1] == b'$' || bytes[i + 1] == b'{';
                let close = chars[i..within.end].find('}');
                if let (true, Some(close)) = (open, close) {
                    return Some(i..i + close + 1);
                }
            }
            _ => {}
        }
        i += 1;
    }
    None
}

fn double_quoted(rest: &str) -> Option<Decoded> {
    let kind = *rest.as_bytes().get(1)?;
    let plain = match kind {
        b'n' => "\n",
        b't' => "\t",
        b'r' => "\r",
        b'v' => "\x0b",
        b'e' => "\x1b",
        b'f' => "\x0c",
        b'\\' => "\\",
        b'$' => "$",
        b'"' => "\"",
        b'x' => return escape::javascript(rest),
        b'u' => return escape::braced(rest),
        b'0'..=b'7' => return escape::octal(rest, 3),
        _ => return None,
    };
    Some((plain.to_owned(), 2))
}
