//! What holds for every reader and every input.

use proptest::prelude::*;

use super::{Format, dotenv, json, read, shell, yaml};
use crate::trace::{Node, Role, Sources, Text, Value};

/// Texts of all nodes, with the tokens of scalars.
fn scalars(node: &Node, out: &mut Vec<Node>) {
    match &node.value {
        Value::List(items) => items.iter().for_each(|n| scalars(n, out)),
        Value::Map(map) => map.iter().for_each(|(_, n)| scalars(n, out)),
        _ => out.push(node.clone()),
    }
}

/// The node's span is `token`, and every part of its text that maps byte by byte is the same in
/// the source, inside the token.
fn check(sources: &Sources, node: &Node, token: &str) {
    let span = node.span().expect("a scalar was written somewhere");
    assert_eq!(sources.slice(span), token);
    let Some(text) = node.as_text() else { return };
    for (range, run) in text.runs() {
        let part = run.origin.span().expect("a part was written somewhere");
        assert!(part.start >= span.start, "{part:?} in {span:?}");
        let written = sources.slice(part);
        let content = &text.as_str()[range];
        if written.len() == content.len() && !written.starts_with('\\') {
            // A folded line break is written as one and means a space.
            assert_eq!(written.replace('\n', " "), content.replace('\n', " "));
        }
    }
}

fn escaped(content: &str, yaml: bool) -> String {
    let mut out = String::from("\"");
    for (i, c) in content.chars().enumerate() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            'é' if i % 2 == 0 => out.push_str("\\u00e9"),
            '😀' if yaml => out.push_str("\\U0001F600"),
            '😀' if i % 2 == 0 => out.push_str("\\ud83d\\ude00"),
            c => out.push(c),
        }
    }
    out + "\""
}

/// A scalar as it can be written in YAML: token and value.
fn yaml_scalar() -> impl Strategy<Value = (String, String)> {
    let content = "[a-c'\"\\\\ :#é€😀\n]{0,12}";
    prop_oneof![
        "[a-zé€😀][a-z é€😀]{0,8}[a-z😀]".prop_map(|s| (s.clone(), s)),
        "[a-c\"\\\\ :#é😀]{0,12}".prop_map(|s| (format!("'{}'", s.replace('\'', "''")), s)),
        "[a-c'é]{0,6}".prop_map(|s| (format!("'{}'", s.replace('\'', "''")), s)),
        content.prop_map(|s| (escaped(&s, true), s)),
    ]
}

/// Lines of a block scalar, without the indentation.
fn block_lines() -> impl Strategy<Value = Vec<String>> {
    (
        "[a-cé😀#:'\"]{1,5}",
        prop::collection::vec("([a-cé😀 #:'\"]{0,5}[a-c])?", 0..5),
    )
        .prop_map(|(first, mut rest)| {
            rest.insert(0, first);
            while rest.last().is_some_and(String::is_empty) {
                rest.pop();
            }
            rest
        })
}

fn surroundings() -> impl Strategy<Value = (&'static str, &'static str, bool, bool)> {
    (
        prop::sample::select(vec![
            ("k: ", "\n"),
            ("k: &anchor ", "\nl: *anchor\n"),
            ("- x\n- ", "\n"),
            ("k: {a: ", ", b: c}\n"),
            ("k: [", "]\n"),
            ("a: ü # c\n---\nk:\n    ", " # c\n"),
        ]),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|((before, after), crlf, bom)| (before, after, crlf, bom))
}

fn dressed(text: &str, crlf: bool, bom: bool) -> String {
    let text = if crlf {
        text.replace('\n', "\r\n")
    } else {
        text.to_owned()
    };
    if bom { format!("\u{feff}{text}") } else { text }
}

proptest! {
    #[test]
    fn yaml_scalars_point_at_their_tokens(
        (token, value) in yaml_scalar(),
        (before, after, crlf, bom) in surroundings(),
    ) {
        let sources = Sources::new();
        let file = dressed(&format!("{before}{token}{after}"), crlf, bom);
        let id = sources.add("a.yaml", file, Role::Settings);
        let stream = yaml::parse(&sources.text(id), yaml::Schema::Yaml12);
        prop_assert_eq!(&stream.problems, &[]);
        let mut found = Vec::new();
        stream.documents.iter().for_each(|d| scalars(&d.root, &mut found));
        let node = found.iter().find(|n| n.as_str() == Some(&value));
        prop_assert!(node.is_some(), "{} is not in {:?}", value, found);
        if let Some(node) = node {
            check(&sources, node, &token);
        }
        if before.contains("&anchor") {
            let alias = found.last().expect("an alias");
            prop_assert_eq!(alias.as_str(), Some(&*value));
            let at = alias.origin.steps()[0].at.expect("a place");
            prop_assert_eq!(sources.slice(at), "*anchor");
        }
    }

    #[test]
    fn yaml_block_scalars_point_at_their_lines(
        lines in block_lines(),
        style in prop::sample::select(vec!["|", "|-", "|+", ">", ">-", "|2", ">2-"]),
        after in prop::sample::select(vec!["  z: 1\n", "y: 1\n", "\n\n  # c\n", ""]),
        crlf in any::<bool>(),
        bom in any::<bool>(),
    ) {
        let sources = Sources::new();
        let body: String = lines
            .iter()
            .map(|l| if l.is_empty() { "\n".to_owned() } else { format!("    {l}\n") })
            .collect();
        let file = dressed(&format!("a:\n  k: {style} # c\n{body}{after}"), crlf, bom);
        let id = sources.add("a.yaml", file, Role::Settings);
        let stream = yaml::parse(&sources.text(id), yaml::Schema::Yaml12);
        prop_assert_eq!(&stream.problems, &[]);
        let root = stream.into_first().expect("a document");
        let node = root.at(&["a", "k"]).expect("the scalar");
        let text = node.as_text().expect("a text");
        if style.starts_with('|') {
            let joined = lines.join("\n");
            prop_assert_eq!(text.as_str().trim_end_matches('\n'), joined);
        }
        let token = format!("{style} # c\n{}", body.trim_end());
        check(&sources, node, &dressed(&token, crlf, false));
        // Each line's content is found at its own line.
        for (i, line) in lines.iter().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
            let word = line.trim();
            // Occurrences may overlap, where folding joins lines.
            let found = text.as_str().char_indices().map(|(at, _)| at);
            let hit = found.filter(|at| text.as_str()[*at..].starts_with(word)).any(|at| {
                let part = text.slice(at..at + word.len()).origin();
                part.span().is_some_and(|s| {
                    sources.slice(s) == word && sources.position(s).line == i + 3
                })
            });
            prop_assert!(hit, "{} of {:?}", word, text);
        }
    }

    #[test]
    fn json_scalars_point_at_their_tokens(
        content in "[a-c'\"\\\\ :#é€😀\n]{0,12}",
        number in any::<i64>(),
        crlf in any::<bool>(),
    ) {
        let token = escaped(&content, false);
        let sources = Sources::new();
        let file = dressed(&format!("{{\n  \"ü\": [{token}, {number}, true]\n}}\n"), crlf, false);
        let id = sources.add("a.json", file, Role::Settings);
        let (root, problems) = json::parse(&sources.text(id));
        prop_assert_eq!(problems, []);
        let mut found = Vec::new();
        scalars(&root, &mut found);
        prop_assert_eq!(found[0].as_str(), Some(&*content));
        check(&sources, &found[0], &token);
        prop_assert_eq!(found[1].as_int(), Some(number));
        check(&sources, &found[1], &number.to_string());
        check(&sources, &found[2], "true");
    }

    #[test]
    fn dotenv_values_point_at_their_tokens(
        (token, value) in prop_oneof![
            "[a-cé😀]([a-cé😀#= ]{0,8}[a-c])?"
                .prop_filter("no comment", |s| !s.contains(" #"))
                .prop_map(|s| (s.clone(), s)),
            "[a-cé😀#=$ \"]{0,8}".prop_map(|s| (format!("'{s}'"), s)),
            "[a-cé😀#= '\n\"\\\\]{0,8}".prop_map(|s| {
                let inner = s.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
                (format!("\"{inner}\""), s)
            }),
        ],
        crlf in any::<bool>(),
        bom in any::<bool>(),
    ) {
        let sources = Sources::new();
        let file = dressed(&format!("# c\nexport A=1\nK={token}\nZ=2\n"), crlf, bom);
        let id = sources.add(".env", file, Role::Settings);
        let parsed = dotenv::parse(&sources.text(id));
        prop_assert_eq!(&parsed.problems, &[]);
        let (root, _) = parsed.to_node(&|_| None);
        let node = root.get("K").expect("the entry");
        prop_assert_eq!(node.as_str(), Some(&*value));
        check(&sources, node, &token);
        prop_assert_eq!(root.get("Z").and_then(Node::as_str), Some("2"));
    }

    #[test]
    fn text_in_text_points_at_the_outer_file(
        words in prop::collection::vec("[a-zé😀]{1,5}", 1..4),
        crlf in any::<bool>(),
    ) {
        // YAML in a block scalar of YAML, JSON in a quoted scalar of that.
        let json = serde_json::to_string(&words).expect("texts are JSON");
        let inner = format!("x:\n  json: {}\n", escaped(&json, true));
        let body: String = inner.lines().map(|l| format!("    {l}\n")).collect();
        let sources = Sources::new();
        let file = dressed(&format!("data:\n  inner.yaml: |\n{body}"), crlf, false);
        let id = sources.add("a.yaml", file, Role::Code);
        let one = |text: &Text| yaml::parse(text, yaml::Schema::Yaml11).into_first();
        let outer = one(&sources.text(id)).expect("a document");
        let text = outer.at(&["data", "inner.yaml"]).and_then(Node::as_text).expect("a text");
        let middle = one(text).expect("a document");
        let text = middle.at(&["x", "json"]).and_then(Node::as_text).expect("a text");
        let (list, problems) = json::parse(text);
        prop_assert_eq!(problems, []);
        let list = list.as_list().expect("a list");
        for (node, word) in list.iter().zip(&words) {
            prop_assert_eq!(node.as_str(), Some(&**word));
            let span = node.as_text().expect("a text").origin().span().expect("a span");
            let written = sources.slice(span);
            let plain = written.replace("\\u00e9", "é").replace("\\U0001F600", "😀");
            prop_assert_eq!(&plain, word);
        }
    }

    #[test]
    fn no_reader_panics(input in "(\\PC|[\n\r\t\"'\\\\{}\\[\\]()$:=,;#&*!|><%@`~.-]|true|<<|EOF|<\\?php|array|var |if |case |--\\[\\[|\u{feff}){0,40}") {
        let text = Text::plain(input);
        for format in Format::ALL {
            let _ = read(format, &text);
        }
        let script = shell::parse(&text);
        let _ = shell::run(&script, &text, &|_| None);
    }

    #[test]
    fn no_reader_panics_on_parts_of_texts(cut in 0_usize..400, format in prop::sample::select(Format::ALL.to_vec())) {
        const SAMPLE: &str = "# é\n<?php $CONFIG = array('a' => \"b${x}\\\"\", 'c' => [1, 2 * 3,],);\nvar config = { a: 'b', \"c\": [1, `d`], e: function() { return {}; } };\nconfig.x['y'] = !0 || {};\nVirtualHost \"x\"\n  key = { \"a\"; b = 1 } .. [[x]]\nserver { listen 80; location ~ \"x\" { deny all; } }\na { b.c = ${?X} \"\"\"raw\"\"\" } # c\n[section]\nk=\"v\" ; c\n- &a {x: *a, <<: {y: |\n}}\nK=\"multi\nline\" # c\ncat <<EOF > f\nx $A ${B:-c}\nEOF\n";
        let mut at = cut.min(SAMPLE.len());
        while !SAMPLE.is_char_boundary(at) {
            at -= 1;
        }
        for part in [&SAMPLE[..at], &SAMPLE[at..]] {
            let text = Text::plain(part);
            let _ = read(format, &text);
            let script = shell::parse(&text);
            let _ = shell::run(&script, &text, &|_| None);
        }
    }
}

#[test]
fn deep_nesting_is_read_or_refused() {
    for depth in [100, 250, 500, 2_000] {
        for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("- ", ""), ("(", ")")] {
            let text = Text::plain(open.repeat(depth) + "1" + &close.repeat(depth));
            for format in Format::ALL {
                let _ = read(format, &text);
            }
            let assigned = Text::plain(format!("a = {}", text.as_str()));
            for format in Format::ALL {
                let _ = read(format, &assigned);
            }
        }
    }
}
