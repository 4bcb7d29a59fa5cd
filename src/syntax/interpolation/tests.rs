//! How references are taken apart and replaced.

use super::*;
use crate::trace::{Role, Sources};

fn expanded(text: &str) -> Expanded {
    let get = |name: &str| match name {
        "SET" => Some(Text::plain("value")),
        "EMPTY" => Some(Text::plain("")),
        "UNKNOWN" => Some(Text::of_unknown(
            "?",
            Unknown::new("no value"),
            Origin::nowhere(),
        )),
        _ => None,
    };
    expand(&Text::plain(text), &get, &|_| Text::plain("<none>"))
}

#[test]
fn operators_do_as_in_compose() {
    let cases = [
        ("a $SET-b ${SET}c", "a value-b valuec"),
        ("$$SET $NO", "$SET <none>"),
        ("${NO:-d} ${NO-d} ${EMPTY:-d} ${EMPTY-d}", "d d d "),
        ("${SET:+r} ${EMPTY:+r} ${EMPTY+r} ${NO+r}", "r  r "),
        ("${NO:-${EMPTY:-x$SET}}y", "xvaluey"),
        ("${NO:-http://{a}}", "http://{a}"),
        ("${SET:?must be}", "value"),
    ];
    for (text, expect) in cases {
        let out = expanded(text);
        assert_eq!(out.text.as_str(), expect, "{text}");
        assert_eq!(out.problems, [], "{text}");
    }
}

#[test]
fn mistakes_are_problems() {
    for text in ["a $ b", "a ${SET", "${SET!x}", "${}", "$1"] {
        let out = expanded(text);
        assert_eq!(out.text.as_str(), text);
        assert_eq!(out.problems.len(), 1, "{text}");
    }
    let out = expanded("${NO:?must be set}");
    assert!(out.problems[0].message.contains("must be set"));
    assert!(out.text.is_wholly_unknown());
}

#[test]
fn what_is_unknown_stays_so() {
    for text in ["$UNKNOWN", "${UNKNOWN:-d}", "${UNKNOWN:+r}"] {
        assert!(expanded(text).text.unknown().is_some(), "{text}");
    }
}

#[test]
fn origins_are_kept() {
    let sources = Sources::new();
    let id = sources.add("compose.yaml", "x-$A-${B:-dé}", Role::Code);
    let env = sources.add(".env", "A=one", Role::Settings);
    let value = sources.text(env).slice(2..5);
    let get = |name: &str| (name == "A").then(|| value.clone());
    let out = expand(&sources.text(id), &get, &|_| Text::default()).text;
    assert_eq!(out.as_str(), "x-one-dé");
    let places: Vec<_> = out
        .runs()
        .filter_map(|(_, run)| Some((run.origin.span()?.source, sources.slice(run.origin.span()?))))
        .collect();
    assert_eq!(
        places,
        [
            (id, "x-".into()),
            (env, "one".into()),
            (id, "-".into()),
            (id, "dé".into())
        ]
    );
    let step = out.slice(2..5).origin();
    assert_eq!(sources.slice(step.steps()[0].at.expect("a span")), "$A");
}

#[test]
fn hostile_nesting_is_bounded() {
    let deep = "${A:-".repeat(10_000);
    assert_eq!(expanded(&deep).text.as_str(), deep);
    let closed = deep + &"}".repeat(10_000);
    let _ = expanded(&closed);
}
