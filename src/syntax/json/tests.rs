//! What the JSON reader makes of texts, and where it says they came from.

use super::*;
use crate::trace::{Role, Sources, Unknown};

fn read(json: &str) -> (Sources, Node, Vec<Problem>) {
    let sources = Sources::new();
    let id = sources.add("a.json", json, Role::Settings);
    let (node, problems) = parse(&sources.text(id));
    (sources, node, problems)
}

#[test]
fn values_point_at_their_tokens() {
    let (sources, root, problems) = read(
        "\u{feff}{\"a\": \"x\\u00e9\\n\\ud83d\\ude00y\",\r\n \"b\\\"\": [1, -2.5, true, null]}",
    );
    assert_eq!(problems, []);
    let a = root.get("a").expect("a");
    assert_eq!(a.as_str(), Some("xé\n😀y"));
    let token = sources.slice(a.span().expect("span"));
    assert_eq!(token, "\"x\\u00e9\\n\\ud83d\\ude00y\"");
    let text = a.as_text().expect("text");
    let slice = |from, to| sources.slice(text.slice(from..to).origin().span().expect("span"));
    assert_eq!(slice(0, 1), "x");
    assert_eq!(slice(1, 3), "\\u00e9");
    assert_eq!(slice(4, 8), "\\ud83d\\ude00");
    assert_eq!(slice(8, 9), "y");
    let list = root.get("b\"").and_then(Node::as_list).expect("list");
    assert_eq!(list[0].as_int(), Some(1));
    assert_eq!(list[1].value, Value::Float(-2.5));
    assert_eq!(sources.slice(list[2].span().expect("span")), "true");
    let slot = root.as_map().and_then(|m| m.slot("b\"")).expect("slot");
    assert_eq!(sources.slice(slot.key.span().expect("span")), "\"b\\\"\"");
}

#[test]
fn mistakes_are_problems_and_the_rest_is_read() {
    let (sources, root, problems) = read("{\"a\": 1, // c\n \"a\": 2,}");
    assert_eq!(root.get("a").and_then(Node::as_int), Some(2));
    assert_eq!(problems.len(), 2);
    let twice = problems[1].span.expect("span");
    assert_eq!(sources.position(twice).line, 2);
    let (_, root, problems) = read("{\"a\": ");
    assert!(root.why_unknown().is_some());
    assert_eq!(problems.len(), 1);
    let (_, root, _) = read(&"[".repeat(100_000));
    assert!(root.why_unknown().is_some());
}

#[test]
fn lenient_takes_what_json5_allows() {
    let text = Text::plain("{a: 'it\\'s', b: 0x10, c: +.5, /* x */ d: [1,],}");
    let (root, problems) = parse_as(&text, Dialect::Lenient);
    assert_eq!(problems, []);
    assert_eq!(root.get("a").and_then(Node::as_str), Some("it's"));
    assert_eq!(root.get("b").and_then(Node::as_int), Some(16));
    assert_eq!(root.get("c").map(|n| &n.value), Some(&Value::Float(0.5)));
}

#[test]
fn unknown_parts_are_values() {
    let unknown = Text::of_unknown("<?>", Unknown::new("no value"), Origin::nowhere());
    let text = Text::concat([
        &Text::plain("{\"a\": "),
        &unknown,
        &Text::plain(", \"b\": \"x-"),
        &unknown,
        &Text::plain("\"}"),
    ]);
    let (root, problems) = parse(&text);
    assert_eq!(problems, []);
    assert!(matches!(
        root.get("a").map(|n| &n.value),
        Some(Value::Unknown(_))
    ));
    let b = root.get("b").and_then(Node::as_text).expect("text");
    assert_eq!(b.as_str(), "x-<?>");
    assert!(b.unknown().is_some());
}
