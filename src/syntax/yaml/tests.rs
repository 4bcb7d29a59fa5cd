//! What the YAML reader makes of documents, and where it says they came from.

use super::*;
use crate::trace::{Role, Sources, Value};

fn read(yaml: &str) -> (Sources, Stream) {
    let sources = Sources::new();
    let id = sources.add("a.yaml", yaml, Role::Settings);
    let stream = parse(&sources.text(id), Schema::Yaml11);
    (sources, stream)
}

fn root(yaml: &str) -> (Sources, Node) {
    let (sources, stream) = read(yaml);
    assert_eq!(stream.problems, []);
    let root = stream.into_first().expect("a document");
    (sources, root)
}

/// Every run of every text is a slice of the source, or stands for one.
fn check_runs(sources: &Sources, text: &Text) {
    for (range, run) in text.runs() {
        let span = run.origin.span().expect("a span");
        if span.len() == run.len as usize {
            assert_eq!(sources.slice(span), text.as_str()[range]);
        }
    }
}

fn span(sources: &Sources, node: &Node) -> String {
    sources.slice(node.span().expect("a span"))
}

#[test]
fn keys_are_spelled_as_on_the_way_through_json() {
    let (_, root) = root("on: 1\nn: 2\n0x10: 3\n\"no\": 4\n");
    let keys: Vec<&str> = root.as_map().expect("a map").keys().collect();
    assert_eq!(keys, ["true", "false", "16", "no"]);
}

#[test]
fn scalars_are_typed_as_kubernetes_does() {
    let (_, root) = root(
        "a: yes\nb: 0644\nc: 0x1F\nd: 1_000\ne: .5\nf: 'yes'\ng: ~\nh: 1e3\ni: !!str 1\nj: 08\nk: off\nl:\nm: 1.2.3\np: -.inf\nq: -0.5\nr: -08\no: 2024-01-01\n",
    );
    let value = |key: &str| root.get(key).map(|n| n.value.clone());
    assert_eq!(value("a"), Some(Value::Bool(true)));
    assert_eq!(value("b"), Some(Value::Int(0o644)));
    assert_eq!(value("c"), Some(Value::Int(31)));
    assert_eq!(value("d"), Some(Value::Int(1000)));
    assert_eq!(value("e"), Some(Value::Float(0.5)));
    assert_eq!(root.get("f").and_then(Node::as_str), Some("yes"));
    assert_eq!(value("g"), Some(Value::Null));
    assert_eq!(value("h"), Some(Value::Float(1000.0)));
    assert_eq!(root.get("i").and_then(Node::as_str), Some("1"));
    assert_eq!(value("j"), Some(Value::Float(8.0)));
    assert_eq!(value("k"), Some(Value::Bool(false)));
    assert_eq!(value("l"), Some(Value::Null));
    assert_eq!(root.get("m").and_then(Node::as_str), Some("1.2.3"));
    assert_eq!(value("p"), Some(Value::Float(f64::NEG_INFINITY)));
    assert_eq!(value("q"), Some(Value::Float(-0.5)));
    assert_eq!(value("r"), Some(Value::Float(-8.0)));
    assert_eq!(root.get("o").and_then(Node::as_str), Some("2024-01-01"));
}

#[test]
fn core_schema_knows_only_true_and_false() {
    let stream = parse(
        &Text::plain("[yes, on, true, 0o17, 017, 0x1f]"),
        Schema::Yaml12,
    );
    let root = stream.into_first().expect("a document");
    let values: Vec<_> = root
        .as_list()
        .into_iter()
        .flatten()
        .map(|n| &n.value)
        .collect();
    assert!(matches!(
        values.as_slice(),
        [
            Value::Text(_),
            Value::Text(_),
            Value::Bool(true),
            Value::Int(15),
            Value::Int(17),
            Value::Int(31)
        ]
    ));
}

#[test]
fn texts_point_at_their_bytes() {
    let yaml = "\u{feff}# x\r\na: \"é\\n\\\r\n   ü\"\r\nb: |-\r\n  one\r\n\r\n   two\r\nc: >\r\n  f\r\n  g\r\n\r\n  h\r\nd: 'it''s'\r\ne: plain\r\n  more\r\n";
    let (sources, root) = root(yaml);
    let expect = [
        ("a", "é\nü"),
        ("b", "one\n\n two"),
        ("c", "f g\nh\n"),
        ("d", "it's"),
        ("e", "plain more"),
    ];
    for (key, value) in expect {
        let text = root.get(key).and_then(Node::as_text).expect("a text");
        assert_eq!(text.as_str(), value);
        check_runs(&sources, text);
        assert!(text.runs().count() > 1, "{key} was not taken apart");
    }
    assert_eq!(span(&sources, root.get("d").expect("d")), "'it''s'");
    assert_eq!(
        span(&sources, root.get("b").expect("b")),
        "|-\r\n  one\r\n\r\n   two"
    );
    let two = root
        .get("b")
        .and_then(Node::as_text)
        .expect("b")
        .split("\n");
    assert_eq!(sources.slice(two[2].origin().span().expect("span")), " two");
}

#[test]
fn aliases_and_merge_keys_come_from_the_anchor() {
    let (sources, root) = root(
        "base: &b {kept: 1, \"x\": 2}\nuse:\n  x: 3\n  <<: *b\nmore: [*b]\nlist:\n  <<: [{k: 1}, {k: 2, l: 3}]\n",
    );
    assert_eq!(root.at(&["use", "x"]).and_then(Node::as_int), Some(3));
    let merged = root.at(&["use", "kept"]).expect("merged");
    assert_eq!(merged.as_int(), Some(1));
    assert_eq!(span(&sources, merged), "1");
    assert_eq!(
        sources.slice(merged.origin.steps()[0].at.expect("at")),
        "*b"
    );
    assert_eq!(root.at(&["list", "k"]).and_then(Node::as_int), Some(1));
    assert_eq!(root.at(&["list", "l"]).and_then(Node::as_int), Some(3));
}

#[test]
fn collections_and_keys_have_extents() {
    let (sources, root) = root("a: [1, {b: c}]\n\"k\":\n  - x # no\n  - y\n\n# tail\nz:\n");
    assert_eq!(span(&sources, root.get("a").expect("a")), "[1, {b: c}]");
    assert_eq!(span(&sources, root.get("k").expect("k")), "- x # no\n  - y");
    let slot = root.as_map().and_then(|m| m.slot("k")).expect("k");
    assert_eq!(sources.slice(slot.key.span().expect("key")), "\"k\"");
    let null = root.get("z").expect("z").span().expect("span");
    assert_eq!(
        null.start as usize,
        "a: [1, {b: c}]\n\"k\":\n  - x # no\n  - y\n\n# tail\nz:".len()
    );
}

#[test]
fn a_broken_document_does_not_hide_the_next() {
    let (_, stream) = read("a: 1\n---\nb: [\n---\nc: 3\n");
    assert_eq!(stream.documents.len(), 2);
    assert_eq!(stream.problems.len(), 1);
    assert_eq!(
        stream.documents[1].root.get("c").and_then(Node::as_int),
        Some(3)
    );
}

#[test]
fn duplicate_keys_are_a_problem_and_the_last_one_wins() {
    let (sources, stream) = read("a: 1\na: 2\n");
    assert_eq!(stream.problems.len(), 1);
    let at = stream.problems[0].span.expect("a span");
    assert_eq!(sources.position(at).line, 2);
    let root = stream.into_first().expect("a document");
    assert_eq!(root.get("a").and_then(Node::as_int), Some(2));
}

#[test]
fn expansion_of_aliases_is_limited() {
    use std::fmt::Write;
    let mut yaml = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for i in 1..10 {
        let list = format!("*a{}", i - 1);
        let list = vec![list; 10].join(", ");
        writeln!(yaml, "a{i}: &a{i} [{list}]").expect("written");
    }
    let (_, stream) = read(&yaml);
    assert!(stream.problems.iter().any(|p| p.message.contains("limit")));
    let (_, stream) = read("a: &a [*a]\n");
    assert!(stream.problems[0].message.contains("contains it"));
}

#[test]
fn unknown_parts_stay_unknown() {
    use crate::trace::{Origin, Unknown};
    let unknown = Text::of_unknown("?", Unknown::new("no value"), Origin::nowhere());
    let text = Text::concat([
        &Text::plain("a: "),
        &unknown,
        &Text::plain("\nb: x"),
        &unknown,
        &Text::plain("\nc: yes\n"),
    ]);
    let root = parse(&text, Schema::Yaml11)
        .into_first()
        .expect("a document");
    assert!(matches!(
        root.get("a").map(|n| &n.value),
        Some(Value::Unknown(_))
    ));
    assert!(
        root.get("b")
            .and_then(Node::as_text)
            .is_some_and(|t| t.unknown().is_some())
    );
    assert_eq!(root.get("c").and_then(Node::as_bool), Some(true));
}

#[test]
fn unknown_lines_among_entries_are_holes() {
    use crate::trace::{Origin, Unknown};
    let unknown = Text::of_unknown("", Unknown::new("no value"), Origin::nowhere());
    let text = Text::concat([
        &Text::plain("a:\n  "),
        &unknown,
        &Text::plain("\n  b: 1\nc:\n  "),
        &unknown,
        &Text::plain("\nd: |\n  x\n  "),
        &unknown,
        &Text::plain("\n"),
    ]);
    let stream = parse(&text, Schema::Yaml11);
    assert_eq!(stream.problems, []);
    assert_eq!(stream.holes.len(), 1);
    let root = stream.into_first().expect("a document");
    assert_eq!(root.at(&["a", "b"]).and_then(Node::as_int), Some(1));
    assert!(root.get("c").is_some_and(|n| n.why_unknown().is_some()));
    assert!(root.get("d").is_some_and(|n| n.why_unknown().is_some()));
}

#[test]
fn yaml_in_a_block_scalar_points_at_the_outer_file() {
    let (sources, root) = root("files:\n  app.yaml: |\n    rec:\n      on: \"y\\u0065s\"\n");
    let inner = root
        .at(&["files", "app.yaml"])
        .and_then(Node::as_text)
        .expect("text");
    let inner = parse(inner, Schema::Yaml12)
        .into_first()
        .expect("a document");
    let on = inner.at(&["rec", "on"]).expect("on");
    assert_eq!(on.as_str(), Some("yes"));
    assert_eq!(span(&sources, on), "\"y\\u0065s\"");
}

#[test]
fn a_block_scalar_ends_where_a_shallower_key_begins() {
    let (sources, root) = root("a:\n  b: |\n    x: 1\n    y: 2\n  c: 3\n");
    let text = root
        .at(&["a", "b"])
        .and_then(Node::as_text)
        .expect("a text");
    assert_eq!(text.as_str(), "x: 1\ny: 2\n");
    assert_eq!(text.runs().count(), 2);
    check_runs(&sources, text);
}

#[test]
fn a_block_scalar_before_another_key_still_maps_byte_by_byte() {
    let (sources, root) = root("x:\n  - a: |\n      b: 1\n      c:\n        d: 2\n    z: 1\n");
    let list = root.get("x").and_then(Node::as_list).unwrap();
    let inner = list[0].get("a").and_then(Node::as_text).unwrap();
    let inner = parse(inner, Schema::Yaml11).into_first().unwrap();
    let d = inner.at(&["c", "d"]).unwrap();
    assert_eq!(span(&sources, d), "2");
    assert_eq!(sources.position(d.span().unwrap()).line, 5);
}

#[test]
fn a_line_of_very_many_unknown_parts_is_looked_at_once() {
    use crate::trace::{Origin, Unknown};
    let unknown = Text::of_unknown("x", Unknown::new("no value"), Origin::nowhere());
    let mut text = Text::plain("a: b: ");
    for _ in 0..20_000 {
        text.push(&unknown);
        text.push(&Text::plain("-"));
    }
    let stream = parse(&text, Schema::Yaml11);
    assert_eq!(stream.problems.len(), 1);
}
