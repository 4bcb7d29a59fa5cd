//! Which values a configuration script is read as having.

use super::*;
use crate::trace::{Role, Sources, Value};

fn read(text: &str) -> (Sources, Node) {
    let sources = Sources::new();
    let id = sources.add("config.js", text, Role::Settings);
    let (node, problems) = parse(&sources.text(id));
    assert_eq!(problems, []);
    (sources, node)
}

#[test]
fn object_literals() {
    let (sources, root) = read(
        "/* c */ var config = {\n  // no: 1\n  a: true, 'b-c': \"x\\n\", d: [1, `t`, -2.5,], e: { f: null },\n  g: window.x || 1, h() { return {a: 1}; }, ...rest, i: 60 * 60, j: 'a' +\n 'b', k: !0\n};",
    );
    let get = |path: &[&str]| root.at(path).map(|n| n.value.clone());
    assert_eq!(get(&["config", "a"]), Some(Value::Bool(true)));
    assert_eq!(
        root.at(&["config", "b-c"]).and_then(Node::as_str),
        Some("x\n")
    );
    assert_eq!(
        root.at(&["config", "d"])
            .and_then(Node::as_list)
            .map(<[_]>::len),
        Some(3)
    );
    assert_eq!(get(&["config", "e", "f"]), Some(Value::Null));
    assert!(matches!(get(&["config", "g"]), Some(Value::Unknown(_))));
    assert_eq!(get(&["config", "h"]), None);
    assert_eq!(get(&["config", "i"]), Some(Value::Int(3600)));
    assert_eq!(root.at(&["config", "j"]).and_then(Node::as_str), Some("ab"));
    assert_eq!(get(&["config", "k"]), Some(Value::Bool(true)));
    let a = root
        .at(&["config", "a"])
        .and_then(Node::span)
        .expect("span");
    assert_eq!(sources.slice(a), "true");
}

#[test]
fn assignments_change_what_is_there() {
    let (_, root) = read(
        "config.a = 1\nconfig.a = 2;\nif (!config.hasOwnProperty('hosts')) config.hosts = {};\nconfig.hosts.domain = 'x';\nconfig['b']['c'] = false\nwindow.config.d = config.a\nconfig.t = config.t || {};\nconfig.t.u = 1;\nconfig.t = config.t || {};\n",
    );
    let get = |path: &[&str]| root.at(path).map(|n| n.value.clone());
    assert_eq!(get(&["config", "a"]), Some(Value::Int(2)));
    assert_eq!(
        root.at(&["config", "hosts", "domain"])
            .and_then(Node::as_str),
        Some("x")
    );
    assert_eq!(get(&["config", "b", "c"]), Some(Value::Bool(false)));
    assert!(matches!(get(&["config", "d"]), Some(Value::Unknown(_))));
    assert_eq!(get(&["config", "t", "u"]), Some(Value::Int(1)));
}

#[test]
fn what_is_conditional_is_unknown() {
    let (_, root) = read(
        "config.a = true;\nif (x) {\n  config.a = false;\n} else config.b = 1;\nfunction f() { config.c = 1; }\nconfig.d = x ? 1 : 2; config.e = 3; foo({config: 1});\nconfig.f = function() { return 1; };\nconfig.g = `a${b}`;\nconfig.h = 1",
    );
    let get = |path: &[&str]| root.at(path).map(|n| n.value.clone());
    assert!(matches!(get(&["config", "a"]), Some(Value::Unknown(_))));
    assert!(matches!(get(&["config", "b"]), Some(Value::Unknown(_))));
    assert_eq!(get(&["config", "c"]), None);
    assert!(matches!(get(&["config", "d"]), Some(Value::Unknown(_))));
    assert_eq!(get(&["config", "e"]), Some(Value::Int(3)));
    assert!(matches!(get(&["config", "f"]), Some(Value::Unknown(_))));
    assert!(matches!(get(&["config", "g"]), Some(Value::Unknown(_))));
    assert_eq!(get(&["config", "h"]), Some(Value::Int(1)));
}

#[test]
fn marks_of_other_tools_do_not_stop_the_rest() {
    let (root, _) = parse(&Text::plain(
        "config.a = {{ .Env.A }};\nconfig.b = '{{ x }}';\n{{ if $X -}}\nconfig.c = true;\n{{ end -}}\nconfig.d = 1;",
    ));
    assert_eq!(
        root.at(&["config", "b"]).and_then(Node::as_str),
        Some("{{ x }}")
    );
    assert_eq!(
        root.at(&["config", "c"]).and_then(Node::as_bool),
        Some(true)
    );
    assert_eq!(root.at(&["config", "d"]).and_then(Node::as_int), Some(1));
}
