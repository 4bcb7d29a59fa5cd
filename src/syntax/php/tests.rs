//! Which values a PHP configuration is read as having.

use super::*;
use crate::trace::{Role, Sources, Value};

fn read(text: &str) -> (Sources, Node) {
    let sources = Sources::new();
    let id = sources.add("config.php", text, Role::Settings);
    let (node, problems) = parse(&sources.text(id));
    assert_eq!(problems, []);
    (sources, node)
}

#[test]
fn arrays_in_both_spellings() {
    let (sources, root) = read(
        "<?php\n// c\n# c\n$CONFIG = array (\n  'a' => true,\n  \"b\" => ['x', 'y',],\n  'c' => array(0 => 'p', 1 => 'q'),\n  'd' => 60 * 60 * 24,\n  'e' => 'it\\'s' . \"\\n\",\n  'f' => getenv('X') ?: 'no',\n  'g' => 'https://' . getenv('HOST') . '/x',\n  'h' => NULL, /* c */ 'i' => -1, 'j' => \\OC\\Foo::class,\n  'k' => \"a $b c\",\n);\n",
    );
    let get = |key: &str| root.at(&["CONFIG", key]);
    assert_eq!(get("a").and_then(Node::as_bool), Some(true));
    assert_eq!(get("b").and_then(Node::as_list).map(<[_]>::len), Some(2));
    assert_eq!(get("c").and_then(Node::as_list).map(<[_]>::len), Some(2));
    assert_eq!(get("d").and_then(Node::as_int), Some(86_400));
    assert_eq!(get("e").and_then(Node::as_str), Some("it's\n"));
    assert!(matches!(
        get("f").map(|n| &n.value),
        Some(Value::Unknown(_))
    ));
    let g = get("g").and_then(Node::as_text).expect("g");
    assert!(g.unknown().is_some() && g.as_str().starts_with("https://"));
    assert!(get("h").is_some_and(Node::is_null));
    assert_eq!(get("i").and_then(Node::as_int), Some(-1));
    assert!(get("j").is_some_and(|n| n.why_unknown().is_some()));
    assert!(get("k").is_some_and(|n| n.why_unknown().is_some()));
    let a = get("a").and_then(Node::span).expect("span");
    assert_eq!(sources.slice(a), "true");
}

#[test]
fn later_assignments_change_what_is_there() {
    let (_, root) = read(
        "<?php\n$CONFIG = ['a' => 1, 'l' => ['x']];\n$CONFIG['a'] = 2;\n$CONFIG['n']['m'] = 'v';\n$CONFIG['l'][] = 'y';\nif (getenv('Z')) {\n  $CONFIG['z'] = 1;\n}\nfunction f() { $CONFIG['q'] = 1; }\ndefine('DEBUG', true);\nreturn ['r' => false];\n",
    );
    assert_eq!(root.at(&["CONFIG", "a"]).and_then(Node::as_int), Some(2));
    assert_eq!(
        root.at(&["CONFIG", "n", "m"]).and_then(Node::as_str),
        Some("v")
    );
    assert_eq!(
        root.at(&["CONFIG", "l"])
            .and_then(Node::as_list)
            .map(<[_]>::len),
        Some(2)
    );
    assert!(
        root.at(&["CONFIG", "z"])
            .is_some_and(|n| n.why_unknown().is_some())
    );
    assert!(root.at(&["CONFIG", "q"]).is_none());
    assert_eq!(root.get("DEBUG").and_then(Node::as_bool), Some(true));
    assert_eq!(
        root.at(&["return", "r"]).and_then(Node::as_bool),
        Some(false)
    );
}

#[test]
fn hostile_input_ends() {
    let (_, _) = parse(&Text::plain("<?php $a = ".to_owned() + &"[".repeat(10_000)));
    let (_, _) = parse(&Text::plain(
        "<?php ".to_owned() + &"if (1) {".repeat(10_000),
    ));
}

#[test]
fn a_long_chain_of_texts_is_read_in_one_pass() {
    let (_, root) = read(&format!(
        "<?php\n$CONFIG = ['a' => {}'y'];\n",
        "'x' . ".repeat(20_000)
    ));
    let a = root
        .at(&["CONFIG", "a"])
        .and_then(Node::as_text)
        .expect("a");
    assert_eq!(a.len(), 20_001);
}
