//! nginx configuration: directives and blocks.
//!
//! Every directive is a list under its name, because most may occur again. A simple directive is
//! a text (its arguments, with one space between them); a block is a map of its content, with its
//! arguments as a text under `_`.

use super::escape::{self, Decoded};
use super::scan::{Comments, MAX_DEPTH, Scanner};
use super::tree;
use crate::trace::{Map, Node, Problem, Text, Value};

/// Reads an nginx configuration into a map of lists.
#[must_use]
pub fn parse(text: &Text) -> (Node, Vec<Problem>) {
    let comments = Comments {
        hash: true,
        ..Comments::default()
    };
    let mut scan = Scanner::new(text, comments, &['"', '\'']);
    scan.long_strings = true;
    scan.all(|scan, root| block(scan, root, 0))
}

/// Reads directives up to a closing brace, which is left, or the end.
fn block(scan: &mut Scanner, map: &mut Map, depth: usize) {
    loop {
        scan.skip();
        match scan.peek() {
            None | Some('}') => return,
            Some(';') => {
                scan.bump();
                continue;
            }
            _ => {}
        }
        let start = scan.at;
        let mut words = Vec::new();
        while let Some(word) = word(scan) {
            words.push(word);
            scan.skip();
        }
        let end = scan.since(start).end;
        let Some((name, arguments)) = words.split_first() else {
            // Only a brace without a name gets here.
            scan.skip_brackets();
            scan.problem("block without a name", start..start + 1);
            continue;
        };
        let text = Text::join(arguments, &Text::plain(" "));
        let text = if arguments.is_empty() {
            scan.text.slice(end..end)
        } else {
            text
        };
        let node = if scan.peek() == Some('{') {
            inner(scan, start, text, depth)
        } else {
            if !scan.eat(";") {
                scan.problem("directive is not ended by `;`", start..end);
            }
            let origin = scan.origin(start..end);
            Node::new(Value::Text(text), origin)
        };
        tree::push(map, &[(name.as_str().to_owned(), name.origin())], node);
    }
}

fn inner(scan: &mut Scanner, start: usize, arguments: Text, depth: usize) -> Node {
    if depth >= MAX_DEPTH {
        return scan.too_deep("blocks", start);
    }
    scan.bump();
    let mut map = Map::new();
    if !arguments.is_empty() {
        let origin = arguments.origin();
        let node = Node::new(Value::Text(arguments), origin.clone());
        map.insert("_", origin, node);
    }
    block(scan, &mut map, depth + 1);
    scan.eat("}");
    Node::map(map, scan.origin(start..scan.at))
}

/// A word of a directive, without quotes.
fn word(scan: &mut Scanner) -> Option<Text> {
    let mark = scan.peek()?;
    if matches!(mark, '"' | '\'')
        && let Some(inside) = scan.quoted(mark.encode_utf8(&mut [0; 4]))
    {
        return Some(escape::unescape(scan.text, inside, escapes));
    }
    let start = scan.at;
    while let Some(c) = scan.peek() {
        match c {
            '\\' => {
                scan.bump();
                scan.bump();
            }
            '$' if scan.rest().starts_with("${") => {
                scan.take_while(|c| c != '}');
                scan.bump();
            }
            ';' | '{' | '}' => break,
            c if c.is_whitespace() => break,
            _ => scan.bump(),
        }
    }
    (scan.at > start).then(|| scan.text.slice(start..scan.at))
}

fn escapes(rest: &str) -> Option<Decoded> {
    match rest.as_bytes().get(1)? {
        b'"' => Some(("\"".into(), 2)),
        b'\'' => Some(("'".into(), 2)),
        b'\\' => Some(("\\".into(), 2)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_are_lists() {
        let (root, problems) = parse(&Text::plain(
            "# c\nserver {\n  listen 443 ssl;\n  listen [::]:443 ssl;\n  location ~ \"^/(a|b){2}\" { deny all; }\n  add_header X \"a; b\" always;\n}\ngzip on;\n",
        ));
        assert_eq!(problems, []);
        let server = &root.get("server").and_then(Node::as_list).expect("server")[0];
        let listen = server
            .get("listen")
            .and_then(Node::as_list)
            .expect("listen");
        assert_eq!(listen[1].as_str(), Some("[::]:443 ssl"));
        let header = server
            .get("add_header")
            .and_then(Node::as_list)
            .expect("header");
        assert_eq!(header[0].as_str(), Some("X a; b always"));
        assert!(root.get("gzip").is_some());
    }

    #[test]
    fn blocks_have_arguments() {
        let (root, problems) = parse(&Text::plain(
            "http { server { location /x { deny all; } } }",
        ));
        assert_eq!(problems, []);
        let server = root.get("http").and_then(Node::as_list).expect("http")[0].clone();
        let server = server
            .get("server")
            .and_then(Node::as_list)
            .expect("server")[0]
            .clone();
        let location = &server
            .get("location")
            .and_then(Node::as_list)
            .expect("location")[0];
        assert_eq!(location.get("_").and_then(Node::as_str), Some("/x"));
        let _ = parse(&Text::plain("a {".repeat(10_000)));
    }
}
