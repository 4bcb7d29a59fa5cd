//! HOCON, the configuration language of Typesafe's library.
//!
//! Objects of the same name are merged, other values replaced. Substitutions are unknown, and
//! files that are included are left out.

use std::ops::Range;

use super::escape;
use super::json;
use super::scan::{Comments, MAX_DEPTH, Scanner};
use super::tree::{self, Key};
use crate::trace::{Map, Node, Problem, Text, Unknown, Value};

/// Reads a HOCON file into a map.
#[must_use]
pub fn parse(text: &Text) -> (Node, Vec<Problem>) {
    let comments = Comments {
        slashes: true,
        hash: true,
        ..Comments::default()
    };
    let mut scan = Scanner::new(text, comments, &['"']);
    scan.skip();
    if scan.eat("{") {
        let mut root = Map::new();
        object(&mut scan, &mut root, 0);
        return scan.finish(root);
    }
    scan.all(|scan, root| object(scan, root, 0))
}

/// Reads entries up to a closing bracket, which is left, or the end.
fn object(scan: &mut Scanner, map: &mut Map, depth: usize) {
    loop {
        scan.skip();
        match scan.peek() {
            None | Some('}' | ']') => return,
            Some(',') => {
                scan.bump();
                continue;
            }
            _ => {}
        }
        let start = scan.at;
        if scan.eat_word("include") {
            scan.skip_to(&[','], true);
            continue;
        }
        let path = path(scan);
        scan.skip_in_line();
        let append = scan.eat("+=");
        let sign = append || scan.eat(":") || scan.eat("=");
        scan.skip();
        let depth = depth + path.len().max(1);
        if path.is_empty() || depth > MAX_DEPTH || !(sign || scan.peek() == Some('{')) {
            scan.skip_to(&[','], true);
            let end = scan.at.max(start + 1).min(scan.chars.len());
            let message = if depth > MAX_DEPTH {
                format!("values are nested deeper than the limit of {MAX_DEPTH}")
            } else {
                "neither an entry nor a comment".to_owned()
            };
            scan.problem(message, start..end);
            if scan.at == start {
                scan.bump();
            }
        } else if scan.peek() == Some('{') && !append {
            // An object is merged into the one that is there.
            let open = scan.at;
            let target = path
                .iter()
                .fold(&mut *map, |map, key| tree::enter(map, key));
            scan.bump();
            object(scan, target, depth);
            scan.eat("}");
            let origin = scan.origin(open..scan.at);
            if let Some(node) = get_mut(map, &path) {
                node.origin = origin;
            }
        } else {
            let node = value(scan, depth);
            if append {
                tree::push(map, &path, node);
            } else {
                tree::set(map, &path, node);
            }
        }
    }
}

fn get_mut<'m>(map: &'m mut Map, path: &[Key]) -> Option<&'m mut Node> {
    let ((first, _), rest) = path.split_first()?;
    let mut node = map.get_mut(first)?;
    for (name, _) in rest {
        node = match &mut node.value {
            Value::Map(inner) => inner.get_mut(name)?,
            _ => return None,
        };
    }
    Some(node)
}

/// `a.b."c.d"` as keys.
fn path(scan: &mut Scanner) -> Vec<Key> {
    let mut keys = Vec::new();
    loop {
        scan.skip_in_line();
        let start = scan.at;
        if scan.peek() == Some('"') {
            let Some(inside) = scan.quoted("\"") else {
                return keys;
            };
            let text = escape::unescape(scan.text, inside, escape::javascript);
            keys.push((text.as_str().to_owned(), scan.origin(start..scan.at)));
        } else {
            scan.take_while(|c| !"{}[]:=+,.\n\"#$`^?!@*&\\".contains(c));
            let range = scan.since(start);
            if range.is_empty() {
                return keys;
            }
            keys.push(scan.key(range));
        }
        if !scan.eat(".") {
            return keys;
        }
    }
}

/// A value, up to the end of its line, a comma or a closing bracket.
fn value(scan: &mut Scanner, depth: usize) -> Node {
    let start = scan.at;
    let mut parts: Vec<Node> = Vec::new();
    let mut ends: Vec<usize> = Vec::new();
    loop {
        let space = scan.at;
        scan.skip_in_line();
        let from = scan.at;
        let Some(part) = part(scan, depth) else {
            scan.at = space;
            break;
        };
        // White space between parts of a text is part of it.
        if let Some(end) = ends.last()
            && *end < from
        {
            parts.push(Node::text(scan.text.slice(*end..from)));
        }
        parts.push(part);
        ends.push(scan.at);
    }
    let range = scan.since(start);
    let origin = scan.origin(range.clone());
    if parts.len() == 1 {
        return parts.swap_remove(0);
    }
    let mut out = scan.text.slice(start..start);
    for part in &parts {
        match &part.value {
            Value::Unknown(why) => {
                let placeholder = Text::of_unknown("", why.clone(), part.origin.clone());
                out.push(&placeholder);
            }
            Value::Text(text) => out.push(text),
            Value::Map(_) | Value::List(_) => {
                return scan.unknown(range, "it is put together from several values");
            }
            _ => out.push(&part.scalar_text().unwrap_or_default()),
        }
    }
    Node::new(Value::Text(out), origin)
}

fn part(scan: &mut Scanner, depth: usize) -> Option<Node> {
    let start = scan.at;
    let value = match scan.peek()? {
        '\n' | ',' | '}' | ']' => return None,
        '{' | '[' if depth >= MAX_DEPTH => return Some(scan.too_deep("values", start)),
        '{' => {
            scan.bump();
            let mut map = Map::new();
            object(scan, &mut map, depth + 1);
            scan.eat("}");
            Value::Map(map)
        }
        '[' => Value::List(scan.items(&[']'], &['}'], |scan| value(scan, depth + 1))),
        '"' => Value::Text(quoted(scan)?),
        '$' if scan.rest().starts_with("${") => {
            let close = scan.rest().find('}')?;
            scan.at += close + 1;
            let range = start..scan.at;
            let why = format!("substitution {}", scan.slice(range));
            Value::Unknown(Unknown::new(why))
        }
        _ => return unquoted(scan),
    };
    Some(Node::new(value, scan.origin(start..scan.at)))
}

fn quoted(scan: &mut Scanner) -> Option<Text> {
    if scan.rest().starts_with("\"\"\"") {
        let start = scan.at + 3;
        let len = scan.chars[start..].find("\"\"\"")?;
        scan.at = start + len + 3;
        return Some(scan.text.slice(start..start + len));
    }
    let inside = scan.quoted("\"")?;
    Some(escape::unescape(scan.text, inside, escape::javascript))
}

/// A word that is not quoted: a truth value, a number, or a text up to white space.
fn unquoted(scan: &mut Scanner) -> Option<Node> {
    let start = scan.at;
    while let Some(c) = scan.peek() {
        if "{}[],\n\"$ \t\r#".contains(c) || scan.rest().starts_with("//") {
            break;
        }
        scan.bump();
    }
    if scan.at == start {
        // A lone `$` or the like.
        if matches!(scan.peek(), Some('$')) {
            scan.bump();
        } else {
            return None;
        }
    }
    let range: Range<usize> = start..scan.at;
    let text = scan.text.slice(range.clone());
    let value = match (text.as_str(), text.unknown()) {
        (_, Some(why)) if text.is_wholly_unknown() => Value::Unknown(why.clone()),
        (_, Some(_)) => Value::Text(text),
        ("true" | "yes" | "on", _) => Value::Bool(true),
        ("false" | "no" | "off", _) => Value::Bool(false),
        ("null", _) => Value::Null,
        (word, _) => json::number(word).unwrap_or(Value::Text(text)),
    };
    Some(Node::new(value, scan.origin(range)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::{Role, Sources};

    #[test]
    fn paths_objects_and_substitutions() {
        let hocon = "// c\ninclude \"base.conf\"\na.b { c = true # c\n d: 5 seconds, e = \"x\\n\" }\na.b.c = false\na { f = [1, two, {g: 3}] }\nh = ${?X}\ni = pre-${X}-post\nj += k\nl = \"\"\"raw \"q\" \"\"\"\n\"m.n\" = \"https://x/y\"\n";
        let sources = Sources::new();
        let id = sources.add("a.conf", hocon, Role::Settings);
        let (root, problems) = parse(&sources.text(id));
        assert_eq!(problems, []);
        assert_eq!(
            root.at(&["a", "b", "c"]).and_then(Node::as_bool),
            Some(false)
        );
        assert_eq!(
            root.at(&["a", "b", "d"]).and_then(Node::as_str),
            Some("5 seconds")
        );
        assert_eq!(
            root.at(&["a", "b", "e"]).and_then(Node::as_str),
            Some("x\n")
        );
        let list = root.at(&["a", "f"]).and_then(Node::as_list).expect("list");
        assert_eq!(list[0].as_int(), Some(1));
        assert_eq!(list[2].get("g").and_then(Node::as_int), Some(3));
        assert!(matches!(
            root.get("h").map(|n| &n.value),
            Some(Value::Unknown(_))
        ));
        assert!(root.get("i").is_some_and(|n| n.why_unknown().is_some()));
        assert_eq!(
            root.get("j").and_then(Node::as_list).map(<[_]>::len),
            Some(1)
        );
        assert_eq!(root.get("l").and_then(Node::as_str), Some("raw \"q\" "));
        assert_eq!(root.get("m.n").and_then(Node::as_str), Some("https://x/y"));
        let d = root
            .at(&["a", "b", "d"])
            .and_then(Node::span)
            .expect("span");
        assert_eq!(sources.slice(d), "5 seconds");
    }

    #[test]
    fn marks_and_hostile_nesting() {
        let (root, problems) = parse(&Text::plain(
            "{{ $X := 1 -}}\na {\n{{ if $X }}\nb = 1\n{{ end }}\n}\n",
        ));
        assert_eq!(problems, []);
        assert_eq!(root.at(&["a", "b"]).and_then(Node::as_int), Some(1));
        let (_, problems) = parse(&Text::plain("a{".repeat(10_000)));
        assert!(!problems.is_empty());
        let _ = parse(&Text::plain("a=[".to_owned() + &"[".repeat(10_000)));
        let _ = parse(&Text::plain("a.".repeat(10_000) + "b = 1"));
    }
}
