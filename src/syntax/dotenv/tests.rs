//! What Compose's rules make of dotenv files, and where it came from.

use super::*;
use crate::trace::{Role, Sources};

fn read(text: &str) -> (Sources, File) {
    let sources = Sources::new();
    let id = sources.add(".env", text, Role::Settings);
    let file = parse(&sources.text(id));
    (sources, file)
}

#[test]
fn values_are_those_of_compose() {
    let (_, file) = read(concat!(
        "\u{feff}# comment\r\n",
        "A=1\r\n",
        "export B = two # comment\n",
        "D=\"a\\n$A \\$x \\\"q\\\"\" # c\n",
        "E: yaml\n",
        "F=\n",
        "G=a#b\n",
        "H=\"two\r\nlines\"\n",
        "I= # nothing\n",
        "J",
    ));
    assert_eq!(file.problems, []);
    let entries: Vec<_> = file
        .entries
        .iter()
        .map(|e| (e.key.as_str(), e.value.as_ref().map(Text::as_str)))
        .collect();
    assert_eq!(
        entries,
        [
            ("A", Some("1")),
            ("B", Some("two")),
            ("D", Some("a\n$A $$x \"q\"")),
            ("E", Some("yaml")),
            ("F", Some("")),
            ("G", Some("a#b")),
            ("H", Some("two\nlines")),
            ("I", Some("")),
            ("J", None),
        ]
    );
    let (node, _) = file.to_node(&|_| None);
    assert_eq!(node.get("D").and_then(Node::as_str), Some("a\n1 $x \"q\""));
    assert!(node.get("J").is_some_and(|n| n.why_unknown().is_some()));
}

#[test]
fn single_quotes_are_literal() {
    let (sources, file) = read("A='$B \\n it\\'s é'\nB=${A:-x}");
    let a = &file.entries[0];
    assert_eq!(a.value.as_ref().map(Text::as_str), Some("$B \\n it's é"));
    assert_eq!(
        sources.slice(a.origin.span().expect("span")),
        "'$B \\n it\\'s é'"
    );
    let (node, _) = file.to_node(&|_| None);
    assert_eq!(node.get("B").and_then(Node::as_str), Some("$B \\n it's é"));
}

#[test]
fn mistakes_do_not_stop_the_rest() {
    let (sources, file) = read("A B\nB=\"open\nC=3\n");
    assert_eq!(file.problems.len(), 2);
    let at = |i: usize| sources.position(file.problems[i].span.expect("span")).line;
    assert_eq!((at(0), at(1)), (1, 2));
    assert_eq!(file.entries.len(), 1);
    assert_eq!(file.entries[0].key.as_str(), "C");
}

#[test]
fn the_last_one_counts_and_unset_is_unknown() {
    let (_, file) = read("A=1\nA=2\nB=$NOPE\n");
    let (node, _) = file.to_node(&|_| None);
    assert_eq!(node.get("A").and_then(Node::as_str), Some("2"));
    let why = node.get("B").and_then(Node::why_unknown).expect("unknown");
    assert!(why.why.contains("NOPE"));
}

#[test]
fn raw_values_are_taken_as_they_are() {
    let file = parse_raw(&Text::plain("# c\n A=\"x $B\" # d\r\nC\n"));
    let entries: Vec<_> = file
        .entries
        .iter()
        .map(|e| (e.key.as_str(), e.value.as_ref().map(Text::as_str)))
        .collect();
    assert_eq!(entries, [("A", Some("\"x $B\" # d")), ("C", None)]);
    let (node, _) = file.to_node(&|_| None);
    assert_eq!(node.get("A").and_then(Node::as_str), Some("\"x $B\" # d"));
}
