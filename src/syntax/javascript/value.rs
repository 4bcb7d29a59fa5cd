//! Expressions, as far as they are literals.

use std::ops::Range;

use crate::syntax::scan::{MAX_DEPTH, Scanner, is_word};
use crate::syntax::{escape, json};
use crate::trace::{Map, Node, StepKind, Text, Value};

const NO_LITERAL: &str = "it is computed by the script";

/// Longer texts are not taken over from one variable into another, in bytes.
const MAX_COPIED: usize = 1 << 16;

/// The expression at the cursor, up to what ends it: `,` `;`, a closing bracket, a line break
/// behind a complete value. `known` are the variables that have values.
pub(super) fn expression(scan: &mut Scanner, known: &Map, depth: usize) -> Node {
    let start = scan.at;
    if depth < MAX_DEPTH
        && let Some(node) = sum(scan, known, depth)
        && is_complete(scan)
    {
        return node;
    }
    scan.at = start;
    skip(scan);
    let range = scan.since(start);
    scan.unknown(range, NO_LITERAL)
}

/// Whether nothing follows that would go on with the expression; moves over white space.
fn is_complete(scan: &mut Scanner) -> bool {
    let before = scan.at;
    let new_line = scan.skip();
    let complete = match scan.peek() {
        None | Some(',' | ';' | '}' | ']' | ')') => true,
        Some(c) if new_line => is_word(c) || matches!(c, '"' | '\'' | '{'),
        Some(_) => false,
    };
    if complete {
        scan.at = before;
    }
    complete
}

/// Moves over an expression that is not understood.
fn skip(scan: &mut Scanner) {
    loop {
        scan.skip_to(&[',', ';'], true);
        if scan.peek() != Some('\n') {
            return;
        }
        // A line break inside an expression: it goes on if an operator is at either side.
        let before = scan.slice(0..scan.at).trim_end();
        let goes_on = before.ends_with([
            '+', '-', '*', '/', '?', ':', '&', '|', '=', '(', '.', '>', '<',
        ]);
        let at = scan.at;
        scan.skip();
        let next = scan.peek();
        let follows = next.is_some_and(|c| "+-*/?:&|=.<>".contains(c));
        if !goes_on && !follows {
            scan.at = at;
            return;
        }
    }
}

/// Values joined by `+` (texts) or `*` (whole numbers).
fn sum(scan: &mut Scanner, known: &Map, depth: usize) -> Option<Node> {
    let start = scan.at;
    let mut left = primary(scan, known, depth)?;
    loop {
        let before = scan.at;
        scan.skip();
        let sign = scan.peek();
        if !matches!(sign, Some('+' | '*')) || scan.rest()[1..].starts_with(['+', '=', '*']) {
            scan.at = before;
            return Some(left);
        }
        scan.bump();
        scan.skip();
        let right = primary(scan, known, depth)?;
        let value = match (left.value, &right.value, sign) {
            (Value::Int(a), Value::Int(b), Some('+')) => Value::Int(a.checked_add(*b)?),
            (Value::Int(a), Value::Int(b), Some('*')) => Value::Int(a.checked_mul(*b)?),
            (Value::Text(mut a), Value::Text(b), Some('+')) => {
                a.push(b);
                Value::Text(a)
            }
            _ => return None,
        };
        left = Node::new(value, scan.origin(start..scan.at));
    }
}

fn primary(scan: &mut Scanner, known: &Map, depth: usize) -> Option<Node> {
    let start = scan.at;
    let value = match scan.peek()? {
        '{' => object(scan, known, depth),
        '[' => array(scan, known, depth),
        mark @ ('"' | '\'') => {
            let inside = scan.quoted(mark.encode_utf8(&mut [0; 4]))?;
            Value::Text(unescaped(scan, inside))
        }
        '`' => {
            let inside = scan.quoted("`")?;
            if scan.slice(inside.clone()).contains("${") {
                return None;
            }
            Value::Text(unescaped(scan, inside))
        }
        '!' => {
            scan.bump();
            match scan.take_while(is_word) {
                digit if scan.slice(digit.clone()) == "0" => Value::Bool(true),
                digit if scan.slice(digit.clone()) == "1" => Value::Bool(false),
                _ => return None,
            }
        }
        c if c.is_ascii_digit() || matches!(c, '-' | '+' | '.') => {
            scan.bump();
            scan.take_while(|c| is_word(c) || c == '.');
            let range = start..scan.at;
            if scan.text.slice(range.clone()).unknown().is_some() {
                return None;
            }
            json::number(&scan.slice(range).replace('_', ""))?
        }
        _ => return word(scan, known),
    };
    Some(Node::new(value, scan.origin(start..scan.at)))
}

/// A keyword, or a variable that has a value.
fn word(scan: &mut Scanner, known: &Map) -> Option<Node> {
    let range = scan.name()?;
    let word = scan.slice(range.clone());
    let origin = scan.origin(range.clone());
    if scan.text.slice(range).unknown().is_some() {
        return None;
    }
    let value = match word {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        "null" | "undefined" => Value::Null,
        name => {
            let node = small(known, name)?;
            let at = origin.nearest_span();
            return Some(node.map_origins(&|o| o.then(StepKind::Reference, at, "variable")));
        }
    };
    Some(Node::new(value, origin))
}

/// The value of a variable, if copying it over and over can't make much of little.
fn small(known: &Map, name: &str) -> Option<Node> {
    let node = known.get(name)?;
    match &node.value {
        Value::List(_) | Value::Map(_) => None,
        Value::Text(text) if text.len() > MAX_COPIED => None,
        _ => Some(node.clone()),
    }
}

pub(super) fn unescaped(scan: &Scanner, inside: Range<usize>) -> Text {
    escape::unescape(scan.text, inside, escape::javascript)
}

fn array(scan: &mut Scanner, known: &Map, depth: usize) -> Value {
    let mut items = Vec::new();
    scan.bump();
    loop {
        scan.skip();
        match scan.peek() {
            None => break,
            Some(']') => {
                scan.bump();
                break;
            }
            Some(',') => scan.bump(),
            Some('}' | ')' | ';') => break,
            Some(_) => items.push(element(scan, known, depth)),
        }
    }
    Value::List(items)
}

/// An expression inside brackets, where a line break ends nothing.
fn element(scan: &mut Scanner, known: &Map, depth: usize) -> Node {
    let start = scan.at;
    if depth < MAX_DEPTH
        && let Some(node) = sum(scan, known, depth + 1)
    {
        let end = scan.at;
        scan.skip();
        if matches!(scan.peek(), None | Some(',' | '}' | ']')) {
            return node;
        }
        scan.at = end;
    }
    scan.at = start;
    scan.skip_to(&[',', ';'], false);
    if scan.at == start {
        scan.bump();
    }
    let range = scan.since(start);
    scan.unknown(range, NO_LITERAL)
}

fn object(scan: &mut Scanner, known: &Map, depth: usize) -> Value {
    let mut map = Map::new();
    scan.bump();
    loop {
        scan.skip();
        match scan.peek() {
            None | Some(')' | ']' | ';') => break,
            Some('}') => {
                scan.bump();
                break;
            }
            Some(',') => scan.bump(),
            Some(_) => property(scan, &mut map, known, depth),
        }
    }
    Value::Map(map)
}

fn property(scan: &mut Scanner, map: &mut Map, known: &Map, depth: usize) {
    let start = scan.at;
    let name = match scan.peek() {
        Some(mark @ ('"' | '\'')) => scan
            .quoted(mark.encode_utf8(&mut [0; 4]))
            .map(|inside| unescaped(scan, inside).as_str().to_owned()),
        _ => {
            let range = scan.take_while(is_word);
            (!range.is_empty()).then(|| scan.slice(range).to_owned())
        }
    };
    let key = scan.origin(start..scan.at);
    scan.skip();
    let node = match (name, scan.peek()) {
        (Some(name), Some(':')) => {
            scan.bump();
            scan.skip();
            Some((name, element(scan, known, depth)))
        }
        (Some(name), Some(',' | '}')) => {
            let node = small(known, &name);
            let node = node.unwrap_or_else(|| Node::unknown(NO_LITERAL, key.clone()));
            Some((name, node))
        }
        // Spread, computed names, methods, and what is no property at all.
        (_, Some(_)) => {
            scan.skip_to(&[',', ';'], false);
            if scan.at == start {
                scan.bump();
            }
            None
        }
        (_, None) => None,
    };
    if let Some((name, node)) = node {
        map.insert(name, key, node);
    }
}
