//! The configuration language of libconfig (`.jcfg`, `.cfg`).

use super::escape;
use super::json;
use super::scan::{Comments, MAX_DEPTH, Scanner, is_word};
use crate::trace::{Map, Node, Problem, Text, Value};

/// Reads a libconfig file into a map. Files that are included are left out.
#[must_use]
pub fn parse(text: &Text) -> (Node, Vec<Problem>) {
    let comments = Comments {
        slashes: true,
        block: true,
        hash: true,
        ..Comments::default()
    };
    Scanner::new(text, comments, &['"']).all(|scan, root| group(scan, root, 0))
}

/// Reads settings up to a closing bracket, which is left, or the end.
fn group(scan: &mut Scanner, map: &mut Map, depth: usize) {
    loop {
        scan.skip();
        match scan.peek() {
            None | Some('}' | ')' | ']') => return,
            Some(';' | ',') => {
                scan.bump();
                continue;
            }
            Some('@') => {
                scan.take_while(|c| c != '\n');
                continue;
            }
            _ => {}
        }
        let start = scan.at;
        let name = scan.take_while(|c| is_word(c) || matches!(c, '-' | '*' | '.'));
        scan.skip();
        if name.is_empty() || !(scan.eat("=") || scan.eat(":")) {
            scan.skip_to(&[';'], true);
            if scan.at == start {
                scan.bump();
            }
            let range = scan.since(start);
            scan.problem("neither a setting nor a comment", range);
            continue;
        }
        scan.skip();
        let node = value(scan, depth + 1);
        let key = scan.origin(name.clone());
        let name = scan.slice(name).to_owned();
        if map.insert(name.clone(), key.clone(), node).is_some() {
            let message = format!("setting {name} occurs twice; the last one counts");
            scan.problems
                .push(Problem::new(message, key.nearest_span()));
        }
    }
}

fn value(scan: &mut Scanner, depth: usize) -> Node {
    let start = scan.at;
    let value = match scan.peek() {
        Some('{' | '(' | '[') if depth >= MAX_DEPTH => return scan.too_deep("values", start),
        Some('{') => {
            scan.bump();
            let mut map = Map::new();
            group(scan, &mut map, depth);
            scan.eat("}");
            Value::Map(map)
        }
        Some('(' | '[') => {
            let items = scan.items(&[')', ']'], &['}', ';'], |scan| value(scan, depth + 1));
            Value::List(items)
        }
        Some('"') => match string(scan) {
            Some(text) => Value::Text(text),
            None => return word(scan),
        },
        _ => return word(scan),
    };
    Node::new(value, scan.origin(start..scan.at))
}

/// Adjacent strings are one.
fn string(scan: &mut Scanner) -> Option<Text> {
    let mut out = scan.text.slice(scan.at + 1..scan.at + 1);
    let mut found = false;
    loop {
        let before = scan.at;
        scan.skip();
        let Some(inside) = scan.quoted("\"") else {
            scan.at = before;
            return found.then_some(out);
        };
        out.push(&escape::unescape(scan.text, inside, escape::javascript));
        found = true;
    }
}

fn word(scan: &mut Scanner) -> Node {
    let start = scan.at;
    scan.take_while(|c| !c.is_whitespace() && !";,(){}[]".contains(c));
    let range = start..scan.at;
    let text = scan.text.slice(range.clone());
    if text.unknown().is_some() {
        return scan.unknown(range, "");
    }
    let digits = text.as_str().trim_end_matches('L');
    let value = match text.as_str().to_ascii_lowercase().as_str() {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ => match json::number(digits) {
            Some(number) => number,
            None => return scan.unknown(range, "it is no value of this language"),
        },
    };
    Node::new(value, scan.origin(range))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_lists_and_strings() {
        let (root, problems) = parse(&Text::plain(
            "# c\ngeneral: {\n  debug_level = 4 // c\n  secret = \"a\" \"b\\n\";\n  on = TRUE\n  /* c */ big: 10L;\n}\nnat: { list = ( \"x\", { a = 0x10; } ); arr = [1, 2] }\n@include \"x.cfg\"\n",
        ));
        assert_eq!(problems, []);
        assert_eq!(
            root.at(&["general", "debug_level"]).and_then(Node::as_int),
            Some(4)
        );
        assert_eq!(
            root.at(&["general", "secret"]).and_then(Node::as_str),
            Some("ab\n")
        );
        assert_eq!(
            root.at(&["general", "on"]).and_then(Node::as_bool),
            Some(true)
        );
        assert_eq!(
            root.at(&["general", "big"]).and_then(Node::as_int),
            Some(10)
        );
        let list = root
            .at(&["nat", "list"])
            .and_then(Node::as_list)
            .expect("list");
        assert_eq!(list[1].get("a").and_then(Node::as_int), Some(16));
    }

    #[test]
    fn hostile_nesting_ends() {
        let _ = parse(&Text::plain("a={".repeat(10_000)));
        let _ = parse(&Text::plain("a=(".to_owned() + &"(".repeat(10_000)));
    }
}
