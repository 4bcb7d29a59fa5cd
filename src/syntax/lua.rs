//! Configuration written in Lua, as XMPP servers have it: assignments of literals.
//!
//! `VirtualHost "x"` and `Component "x" "module"` open a section that lasts to the next one; it
//! is a map under `VirtualHost` or `Component` and the name, with the module under
//! `component_module`. Values that are no literals are unknown.

use super::escape::{self, Decoded};
use super::json;
use super::scan::{Comments, MAX_DEPTH, Scanner, is_word};
use super::tree::{self, Key};
use crate::trace::{Map, Node, Origin, Problem, Text, Value};

const NO_LITERAL: &str = "it is computed by the script";

/// Reads the assignments of a configuration file.
#[must_use]
pub fn parse(text: &Text) -> (Node, Vec<Problem>) {
    let comments = Comments {
        dashes: true,
        ..Comments::default()
    };
    let mut scan = Scanner::new(text, comments, &['"', '\'']);
    let mut root = Map::new();
    let mut section: Vec<Key> = Vec::new();
    loop {
        scan.skip();
        while scan.eat(";") {
            scan.skip();
        }
        if scan.is_end() {
            break;
        }
        let start = scan.at;
        statement(&mut scan, &mut root, &mut section);
        if scan.at == start {
            scan.bump();
        }
    }
    scan.finish(root)
}

fn statement(scan: &mut Scanner, root: &mut Map, section: &mut Vec<Key>) {
    let Some(word) = scan.name() else {
        scan.skip_to(&[';'], true);
        return;
    };
    let key = scan.key(word);
    match key.0.as_str() {
        "VirtualHost" | "Component" | "Host" => open(scan, root, section, key),
        "local" => {}
        "if" | "for" | "while" | "function" | "end" | "else" | "elseif" | "do" | "return"
        | "repeat" | "until" => scan.skip_to(&[';'], true),
        _ => {
            let mut path = section.clone();
            path.push(key);
            loop {
                scan.skip_in_line();
                if scan.eat(".") {
                    scan.skip_in_line();
                    match scan.name() {
                        Some(name) if path.len() < 32 => path.push(scan.key(name)),
                        _ => return scan.skip_to(&[';'], true),
                    }
                } else if scan.peek() == Some('[') && path.len() < 32 {
                    scan.bump();
                    scan.skip_in_line();
                    let start = scan.at;
                    let Some(text) = string(scan) else {
                        return scan.skip_to(&[';'], true);
                    };
                    let origin = scan.origin(start..scan.at);
                    path.push((text.as_str().to_owned(), origin));
                    scan.skip_in_line();
                    scan.eat("]");
                } else {
                    break;
                }
            }
            if scan.rest().starts_with('=') && !scan.rest().starts_with("==") {
                scan.bump();
                scan.skip();
                let node = expression(scan, 0, true);
                tree::set(root, &path, node);
            } else {
                // A call, such as `Include "…"`.
                scan.skip_to(&[';'], true);
            }
        }
    }
}

/// `VirtualHost "x"` or `Component "x" "module"`.
fn open(scan: &mut Scanner, root: &mut Map, section: &mut Vec<Key>, kind: Key) {
    let bracket = |scan: &mut Scanner, sign: &str| {
        scan.skip();
        scan.eat(sign);
        scan.skip();
    };
    bracket(scan, "(");
    let start = scan.at;
    let Some(name) = string(scan) else {
        return scan.skip_to(&[';'], true);
    };
    let origin = scan.origin(start..scan.at);
    *section = vec![kind, (name.as_str().to_owned(), origin)];
    let is_component = section[0].0 == "Component";
    tree::enter(tree::enter(root, &section[0]), &section[1]);
    bracket(scan, ")");
    if is_component && matches!(scan.peek(), Some('"' | '\'')) {
        let start = scan.at;
        if let Some(module) = string(scan) {
            let origin = scan.origin(start..scan.at);
            let mut path = section.clone();
            path.push(("component_module".to_owned(), origin.clone()));
            tree::set(root, &path, Node::new(Value::Text(module), origin));
        }
    }
}

/// The expression at the cursor; at the top level a line break may end it.
fn expression(scan: &mut Scanner, depth: usize, top: bool) -> Node {
    let start = scan.at;
    if depth < MAX_DEPTH
        && let Some(node) = joined(scan, depth, top)
    {
        return node;
    }
    scan.at = start;
    scan.skip_to(&[';', ','], top);
    if scan.at == start {
        scan.bump();
    }
    let range = scan.since(start);
    scan.unknown(range, NO_LITERAL)
}

/// Values joined by `..` (texts) or `*`, `+` (whole numbers).
fn joined(scan: &mut Scanner, depth: usize, top: bool) -> Option<Node> {
    let start = scan.at;
    let mut left = primary(scan, depth)?;
    loop {
        let end = scan.at;
        let new_line = scan.skip();
        let next = scan.peek();
        let sign = if scan.eat("..") {
            '.'
        } else if matches!(next, Some('*' | '+')) {
            scan.bump();
            next?
        } else {
            let ended = matches!(next, None | Some(';' | ',' | '}' | ')' | ']'));
            let other = top && next.is_some_and(is_word) && !is_operator(scan.rest());
            if !(ended || (other && new_line)) {
                return None;
            }
            scan.at = end;
            return Some(left);
        };
        scan.skip();
        let right = primary(scan, depth)?;
        let value = match (left.value, &right.value, sign) {
            (Value::Int(a), Value::Int(b), '*') => Value::Int(a.checked_mul(*b)?),
            (Value::Int(a), Value::Int(b), '+') => Value::Int(a.checked_add(*b)?),
            (Value::Text(mut a), Value::Text(b), '.') => {
                a.push(b);
                Value::Text(a)
            }
            _ => return None,
        };
        left = Node::new(value, scan.origin(start..scan.at));
    }
}

fn is_operator(rest: &str) -> bool {
    ["and", "or"].iter().any(|word| {
        rest.strip_prefix(word)
            .is_some_and(|after| !after.starts_with(is_word))
    })
}

fn primary(scan: &mut Scanner, depth: usize) -> Option<Node> {
    let start = scan.at;
    let value = match scan.peek()? {
        '{' => table(scan, depth),
        '"' | '\'' | '[' => Value::Text(string(scan)?),
        c if c.is_ascii_digit() || matches!(c, '-' | '.') => {
            scan.bump();
            scan.take_while(|c| is_word(c) || c == '.');
            let range = start..scan.at;
            if scan.text.slice(range.clone()).unknown().is_some() {
                return None;
            }
            json::number(scan.slice(range))?
        }
        _ => {
            let word = scan.name()?;
            if scan.text.slice(word.clone()).unknown().is_some() {
                return None;
            }
            match scan.slice(word) {
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                "nil" => Value::Null,
                _ => return None,
            }
        }
    };
    Some(Node::new(value, scan.origin(start..scan.at)))
}

/// A quoted or bracketed string at the cursor.
fn string(scan: &mut Scanner) -> Option<Text> {
    if let Some(inside) = scan.long_bracket() {
        let marks = inside.start - scan.at;
        scan.at = (inside.end + marks).min(scan.chars.len());
        let chars = scan.slice(inside.clone());
        let first = chars.strip_prefix("\r\n").or(chars.strip_prefix('\n'));
        let skip = first.map_or(0, |rest| chars.len() - rest.len());
        return Some(scan.text.slice(inside.start + skip..inside.end));
    }
    let mark = scan.peek().filter(|c| matches!(c, '"' | '\''))?;
    let inside = scan.quoted(mark.encode_utf8(&mut [0; 4]))?;
    Some(escape::unescape(scan.text, inside, escapes))
}

fn escapes(rest: &str) -> Option<Decoded> {
    let after = rest.get(1..)?;
    match *after.as_bytes().first()? {
        b'a' => Some(("\x07".into(), 2)),
        b'z' => {
            let spaces = after[1..].len() - after[1..].trim_start().len();
            Some((String::new(), 2 + spaces))
        }
        b'\n' => Some(("\n".into(), 2)),
        b'u' => escape::braced(rest),
        b'0'..=b'9' => {
            let digits = after.bytes().take(3).take_while(u8::is_ascii_digit).count();
            let code: u32 = after[..digits].parse().ok()?;
            Some((char::from_u32(code)?.into(), 1 + digits))
        }
        _ => escape::javascript(rest),
    }
}

/// A list if no key is written, otherwise a map in which the rest is numbered from 1.
fn table(scan: &mut Scanner, depth: usize) -> Value {
    let mut items: Vec<(Option<(String, Origin)>, Node)> = Vec::new();
    scan.bump();
    loop {
        scan.skip();
        match scan.peek() {
            None | Some(')' | ']') => break,
            Some('}') => {
                scan.bump();
                break;
            }
            Some(',' | ';') => scan.bump(),
            Some(_) => {
                let key = table_key(scan);
                scan.skip();
                items.push((key, expression(scan, depth + 1, false)));
            }
        }
    }
    if items.iter().all(|(key, _)| key.is_none()) {
        return Value::List(items.into_iter().map(|(_, node)| node).collect());
    }
    let mut map = Map::new();
    let mut next = 1;
    for (key, node) in items {
        let (name, origin) = key.unwrap_or_else(|| {
            next += 1;
            ((next - 1).to_string(), node.origin.clone())
        });
        map.insert(name, origin, node);
    }
    Value::Map(map)
}

/// `name =` or `["name"] =`; the cursor does not move if there is none.
fn table_key(scan: &mut Scanner) -> Option<(String, Origin)> {
    let start = scan.at;
    let key = if scan.eat("[") && !scan.rest().starts_with(['[', '=']) {
        scan.skip();
        let from = scan.at;
        let name = match string(scan) {
            Some(text) => text.as_str().to_owned(),
            None => {
                let range = scan.take_while(is_word);
                scan.slice(range).to_owned()
            }
        };
        let origin = scan.origin(from..scan.at);
        scan.skip();
        scan.eat("]").then_some((name, origin))
    } else {
        scan.at = start;
        scan.name().map(|range| scan.key(range))
    };
    scan.skip();
    if key.is_some() && scan.rest().starts_with('=') && !scan.rest().starts_with("==") {
        scan.bump();
        return key;
    }
    scan.at = start;
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::{Role, Sources};

    #[test]
    fn sections_and_tables() {
        let lua = "-- c\n--[[ long\ncomment = 1 ]]\nadmins = { \"a@x\", \"b@x\" }\nallow_registration = false;\nVirtualHost \"x.org\"\n  authentication = \"internal_\" .. 'hashed'\n  modules_enabled = {\n    \"bosh\"; -- c\n    \"ping\";\n  }\n  t = { a = 1, [\"b\"] = 60 * 60, \"c\" }\nComponent \"conf.x.org\" \"muc\"\n  restrict = true\n  key = os.getenv(\"KEY\")\n  s = [[raw\ntext]]\nInclude \"conf.d/*.cfg.lua\"\n";
        let sources = Sources::new();
        let id = sources.add("a.cfg.lua", lua, Role::Settings);
        let (root, problems) = parse(&sources.text(id));
        assert_eq!(problems, []);
        assert_eq!(
            root.get("admins").and_then(Node::as_list).map(<[_]>::len),
            Some(2)
        );
        assert_eq!(
            root.get("allow_registration").and_then(Node::as_bool),
            Some(false)
        );
        let host = root.at(&["VirtualHost", "x.org"]).expect("host");
        assert_eq!(
            host.get("authentication").and_then(Node::as_str),
            Some("internal_hashed")
        );
        assert_eq!(
            host.get("modules_enabled")
                .and_then(Node::as_list)
                .map(<[_]>::len),
            Some(2)
        );
        assert_eq!(host.at(&["t", "b"]).and_then(Node::as_int), Some(3600));
        assert_eq!(host.at(&["t", "1"]).and_then(Node::as_str), Some("c"));
        let component = root.at(&["Component", "conf.x.org"]).expect("component");
        assert_eq!(
            component.get("component_module").and_then(Node::as_str),
            Some("muc")
        );
        assert_eq!(
            component.get("restrict").and_then(Node::as_bool),
            Some(true)
        );
        assert!(
            component
                .get("key")
                .is_some_and(|n| n.why_unknown().is_some())
        );
        assert_eq!(component.get("s").and_then(Node::as_str), Some("raw\ntext"));
        let on = component
            .get("restrict")
            .and_then(Node::span)
            .expect("span");
        assert_eq!(sources.slice(on), "true");
    }

    #[test]
    fn hostile_nesting_ends() {
        let _ = parse(&Text::plain("a = ".to_owned() + &"{".repeat(10_000)));
        let _ = parse(&Text::plain("a = --[[".to_owned() + &"[".repeat(10_000)));
    }
}
