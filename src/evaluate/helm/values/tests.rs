//! What the user's values are, and what they remember.

use super::set::{Way, set};
use super::{Input, Instance, coalesce, schema};
use crate::evaluate::helm::chart::{Limits, load};
use crate::evaluate::helm::value::{Style, Val, json};
use crate::trace::{Map, Node, Origin, StepKind, Text};
use crate::workspace::tests::tree;

fn no_file(name: &str) -> Result<Text, String> {
    Err(format!("{name} is not there"))
}

fn set_all(text: &str, way: Way) -> Result<String, String> {
    let mut values = Node::map(Map::new(), Origin::nowhere());
    set(&mut values, &Text::plain(text), way, &no_file)?;
    let style = Style {
        pretty: false,
        escape_html: true,
    };
    Ok(json(&Val::from_node(&values), style)
        .map(|t| t.as_str().to_owned())
        .unwrap_or_default())
}

#[test]
fn single_values_are_read_as_helm_reads_them() {
    for (text, expected) in [
        ("a=1", r#"{"a":1}"#),
        (
            "a=01,b=TRUE,c=null,d=1.5,e=",
            r#"{"a":"01","b":true,"c":null,"d":"1.5","e":""}"#,
        ),
        (r"a\.b=c\,d", r#"{"a.b":"c,d"}"#),
        ("a.b.c=x,a.b.d=y", r#"{"a":{"b":{"c":"x","d":"y"}}}"#),
        ("a={x,1},b=2", r#"{"a":["x",1],"b":2}"#),
        ("a[1].b=x,a[0]=y", r#"{"a":["y",{"b":"x"}]}"#),
        ("a[0][1]=x", r#"{"a":[[null,"x"]]}"#),
        ("a=b=c", r#"{"a":"b=c"}"#),
    ] {
        assert_eq!(set_all(text, Way::Typed).as_deref(), Ok(expected), "{text}");
    }
}

#[test]
fn what_is_no_setting_says_so() {
    for (text, expected) in [
        ("a", "has no value"),
        ("a,b=1", "cannot end with ,"),
        ("a={x", "must terminate"),
        ("a[x]=1", "no number"),
        ("a[-1]=1", "negative"),
        ("a[70000]=1", "greater than maximum"),
        ("a=1,a.b=2", "not a map"),
        ("a[0]x=1", "unexpected data"),
    ] {
        let error = set_all(text, Way::Typed).unwrap_err();
        assert!(error.contains(expected), "{text}: {error}");
    }
    let deep = format!("{}=1", vec!["a"; 40].join("."));
    assert!(
        set_all(&deep, Way::Typed)
            .unwrap_err()
            .contains("nested level")
    );
    let wide: Vec<String> = (0..10).map(|i| format!("a{i}[60000]=1")).collect();
    assert!(
        set_all(&wide.join(","), Way::Typed)
            .unwrap_err()
            .contains("limit")
    );
}

const CHART: &[(&str, &str)] = &[
    (
        "Chart.yaml",
        "apiVersion: v2\nname: top\nversion: 1.0.0\ndependencies: [{name: sub, version: 1.0.0}]\n",
    ),
    ("values.yaml", "recording: false\nsub:\n  level: 1\n"),
    (
        "charts/sub/Chart.yaml",
        "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
    ),
    ("charts/sub/values.yaml", "level: 0\nother: x\n"),
    ("values-prod.yaml", "recording: true\n"),
    ("values-more.yaml", "recording: 'no'\nsub: {other: y}\n"),
    (
        "values.schema.json",
        r#"{"properties": {"recording": {"type": "boolean"}, "sub": {"required": ["level", "gone"]}}}"#,
    ),
];

#[test]
fn values_remember_what_they_won_over() {
    let (dir, workspace) = tree(CHART);
    let dir = dir.path().canonicalize().unwrap();
    let chart = load(&workspace, &dir, Limits::default()).chart.unwrap();
    let input = Input {
        files: vec!["values-prod.yaml".into(), "values-more.yaml".into()],
        set: vec!["sub.level=7".to_owned()],
        ..Input::default()
    };
    let merged = input.merge(&workspace);
    assert!(merged.problems.is_empty());
    let mut problems = Vec::new();
    let sources = workspace.sources();
    let instance = Instance::resolve(&chart, &merged.values, sources, &mut problems);
    let values = coalesce::values(&instance, &merged.values, sources, &mut problems).to_node();
    assert!(problems.is_empty());

    let story = |path: &[&str]| {
        let node = values.at(path).unwrap();
        let file = sources.get(node.span().unwrap().source).path.clone();
        let steps = node.origin.steps();
        let steps = steps.iter().filter(|s| s.kind == StepKind::Override);
        let steps: Vec<&str> = steps.map(|s| s.note.as_ref()).collect();
        format!("{file}: {}", steps.join(", "))
    };
    assert_eq!(
        story(&["recording"]),
        "values-more.yaml: values-more.yaml overrides `true`, values-more.yaml overrides `false`"
    );
    assert_eq!(
        story(&["sub", "other"]),
        "values-more.yaml: values-more.yaml overrides `x`"
    );
    assert_eq!(
        story(&["sub", "level"]),
        "--set: --set overrides `1`, --set overrides `0`"
    );
}

#[test]
fn a_costly_pattern_is_compiled_once() {
    let values = format!("names: [{}]\n", "a, ".repeat(20_000));
    let (dir, workspace) = tree(&[
        ("Chart.yaml", "name: top\nversion: 1.0.0\n"),
        ("values.yaml", &values),
        (
            "values.schema.json",
            r#"{"properties": {"names": {"items": {"pattern": "^((b{20}){20}){20}$"}}}}"#,
        ),
    ]);
    let dir = dir.path().canonicalize().unwrap();
    let chart = load(&workspace, &dir, Limits::default()).chart.unwrap();
    let none = Node::map(Map::new(), Origin::nowhere());
    let sources = workspace.sources();
    let instance = Instance::resolve(&chart, &none, sources, &mut Vec::new());
    let values = coalesce::values(&instance, &none, sources, &mut Vec::new()).to_node();
    assert_eq!(
        schema::violations(&instance, &values, &mut Vec::new()).len(),
        100
    );
}

#[test]
fn values_that_do_not_fit_the_schema_are_told_at_their_place() {
    let (dir, workspace) = tree(CHART);
    let dir = dir.path().canonicalize().unwrap();
    let chart = load(&workspace, &dir, Limits::default()).chart.unwrap();
    let input = Input {
        files: vec!["values-more.yaml".into()],
        ..Input::default()
    };
    let user = input.merge(&workspace).values;
    let sources = workspace.sources();
    let instance = Instance::resolve(&chart, &user, sources, &mut Vec::new());
    let values = coalesce::values(&instance, &user, sources, &mut Vec::new()).to_node();
    let found: Vec<String> = schema::violations(&instance, &values, &mut Vec::new())
        .iter()
        .map(|p| format!("{} @ {}", p.message, sources.slice(p.span.unwrap())))
        .collect();
    assert_eq!(
        found,
        [
            "values of `top` don't fit its schema: recording: has to be boolean @ 'no'",
            "values of `top` don't fit its schema: sub: gone is required @ {other: y}",
        ]
    );
}
