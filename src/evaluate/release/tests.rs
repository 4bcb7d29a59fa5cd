//! How values are merged and set.

use proptest::prelude::*;

use super::{Setting, merge, set, template};
use crate::inventory::dump;
use crate::syntax::yaml::{self, Schema};
use crate::trace::{Node, Role, Sources, StepKind, Text};
use crate::workspace::{Config, Workspace};

fn parse(sources: &Sources, path: &str, text: &str) -> Node {
    let id = sources.add(path, text, Role::Settings);
    yaml::parse(&sources.text(id), Schema::Yaml11)
        .into_first()
        .unwrap()
}

#[test]
fn the_later_file_wins_and_remembers_what_it_replaced() {
    let sources = Sources::new();
    let base = parse(
        &sources,
        "values.yaml",
        "a: {x: 1, w: 2}\nlist: [1]\nkept: 1\n",
    );
    let over = parse(&sources, "values-prod.yaml", "a: {w: 3}\nlist: [2, 3]\n");
    let merged = merge(base, over, "values-prod.yaml");
    let y = merged.at(&["a", "w"]).unwrap();
    assert_eq!(y.as_int(), Some(3));
    assert_eq!(
        sources.get(y.span().unwrap().source).path,
        "values-prod.yaml"
    );
    let step = y.origin.steps()[0];
    assert_eq!(step.kind, StepKind::Override);
    assert_eq!(step.note, "values-prod.yaml overrides `2`");
    let replaced = step.inputs[0].span().unwrap();
    assert_eq!(sources.get(replaced.source).path, "values.yaml");
    assert_eq!(merged.at(&["a", "x"]).unwrap().as_int(), Some(1));
    assert_eq!(merged.get("list").unwrap().as_list().unwrap().len(), 2);
}

#[test]
fn an_empty_file_changes_nothing() {
    let sources = Sources::new();
    let base = parse(&sources, "values.yaml", "a: 1\n");
    let over = parse(&sources, "empty.yaml", "# nothing\n---\n");
    assert_eq!(merge(base.clone(), over, "empty.yaml"), base);
}

fn setting(path: &str, value: &str, how: Setting) -> Result<Node, String> {
    let sources = Sources::new();
    let mut values = parse(&sources, "values.yaml", "a: {b: 1}\nlist: [x]\n");
    let value = Node::text(Text::plain(value));
    set(&mut values, &Text::plain(path), value, how, "--set")?;
    Ok(values)
}

#[test]
fn paths_are_helms() {
    let typed = |path, value| setting(path, value, Setting::Typed).unwrap();
    assert_eq!(
        typed("a.b", "true").at(&["a", "b"]).unwrap().as_bool(),
        Some(true)
    );
    assert_eq!(typed("a.c", "7").at(&["a", "c"]).unwrap().as_int(), Some(7));
    assert_eq!(
        typed("a.c", "007").at(&["a", "c"]).unwrap().as_str(),
        Some("007")
    );
    let escaped = typed("a.x\\.y/z", "v");
    assert_eq!(escaped.at(&["a", "x.y/z"]).unwrap().as_str(), Some("v"));
    let list = typed("list[2].name", "v");
    let list = list.get("list").unwrap().as_list().unwrap();
    assert_eq!(list.len(), 3);
    assert_eq!(list[2].get("name").unwrap().as_str(), Some("v"));
    let text = setting("a.b", "true", Setting::Text).unwrap();
    assert_eq!(text.at(&["a", "b"]).unwrap().as_str(), Some("true"));
}

#[test]
fn paths_have_limits() {
    assert!(setting("a[99999999]", "x", Setting::Text).is_err());
    assert!(setting("a[60000].b[60000]", "x", Setting::Text).is_err());
    assert!(setting(&["a"; 100].join("."), "x", Setting::Text).is_err());
    assert!(setting("a..b", "x", Setting::Text).is_err());
    assert!(setting("a[x]", "x", Setting::Text).is_err());
}

#[test]
fn templates_are_read_as_far_as_they_go() {
    let sources = Sources::new();
    let text = "a: {{ .x }}\n{{- if .y }}\nb: yes\n{{- end }}\n{{ toYaml .z }}\nc: 'x{{ .w }}'\n";
    let id = sources.add("values.yaml.gotmpl", text, Role::Settings);
    let (root, open, problems) = template::values(&sources.text(id));
    let root = root.unwrap();
    assert!(root.get("a").unwrap().why_unknown().is_some());
    assert_eq!(root.get("b").unwrap().as_bool(), Some(true));
    assert!(root.get("c").unwrap().why_unknown().is_some());
    assert_eq!(open.len(), 1);
    assert!(problems.is_empty());
}

proptest! {
    #[test]
    fn nothing_panics(
        text in "([a-c:{}%$\"' .\n\\[\\]-]|\\{\\{|\\}\\}|ä){0,60}",
        path in "[a.\\[\\]0-9\\\\ä]{0,12}",
    ) {
        let sources = Sources::new();
        let id = sources.add("v.yaml", text, Role::Settings);
        let text = sources.text(id);
        let _ = template::plain(&text);
        let (root, _, _) = template::values(&text);
        if let Some(mut root) = root {
            let _ = set(&mut root, &Text::plain(path), Node::text(text), Setting::Typed, "x");
            let _ = merge(root.clone(), root, "x");
        }
    }
}

#[test]
fn the_configuration_declares_what_the_tree_does_not_say() {
    let dir = tempfile::TempDir::new().unwrap();
    let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    write("base.yaml", "recording: {enabled: true, days: 90}\n");
    write("live.yaml", "recording: {enabled: false}\n");
    write(
        "konform.toml",
        "[[deployment]]\nname = \"live\"\nchart = \"oci://charts.example.org/talk\"\n\
         values = [\"base.yaml\", \"live.yaml\"]\nset = { \"recording.days\" = 7 }\n",
    );
    let config = Config::load(&dir.path().join("konform.toml")).unwrap();
    let workspace = Workspace::open(&[".".into()], dir.path(), config);
    let inventory = crate::evaluate::gitops::deployments(&workspace);
    insta::assert_snapshot!(dump(&inventory, workspace.sources()));
}
