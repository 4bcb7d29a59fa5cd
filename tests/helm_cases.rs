//! Every case under `testdata/helm/cases` gives what the real Helm gave for it.
//!
//! `testdata/helm/record.py` made the recordings. `KONFORM_CASES=name` runs one file only.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use konform::evaluate::helm::objects;
use konform::evaluate::helm::template::{Engine, Limits, RenderError, Templates, order};
use konform::evaluate::helm::value::{MAP, VALUES, Val, json_numbers};
use konform::evaluate::stack::on_large_stack;
use konform::syntax::yaml;
use konform::trace::{Map, Node, Origin, Role, Sources, Text, Value};

#[derive(serde::Deserialize)]
struct File {
    #[serde(default)]
    values: String,
    cases: Vec<Entry>,
}

#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Entry {
    Template(String),
    Case(Case),
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    template: String,
    values: Option<String>,
    #[serde(default)]
    files: BTreeMap<String, String>,
    #[serde(default)]
    templates: BTreeMap<String, String>,
    #[serde(default)]
    flags: Vec<String>,
}

#[derive(serde::Deserialize)]
struct Recording {
    cases: Vec<Recorded>,
}

#[derive(serde::Deserialize)]
struct Recorded {
    template: String,
    output: Option<String>,
    error: Option<String>,
}

const CHART: &str = r#"
apiVersion: v2
name: c
version: 1.2.3
appVersion: "4.5"
description: A chart
keywords: [one, two]
"#;

fn read(sources: &Sources, path: &str, text: &str, role: Role) -> Text {
    let source = sources.add(path, text, role);
    Text::from_source(source, text)
}

/// The values file, and over it what `--set` and `--set-string` say.
fn values(text: &Text, flags: &[String]) -> Node {
    let root = yaml::parse(text, yaml::Schema::Yaml11).into_first();
    let mut root = json_numbers(root.unwrap_or_else(|| Node::null(Origin::nowhere())));
    if !matches!(root.value, Value::Map(_)) {
        root.value = Value::Map(Map::new());
    }
    for pair in flags.chunks(2) {
        let [flag, setting] = pair else { continue };
        let (key, value) = setting.split_once('=').expect("a setting");
        let value = match value.parse() {
            Ok(n) if flag == "--set" => Value::Int(n),
            _ => Value::Text(Text::plain(value)),
        };
        if let Value::Map(map) = &mut root.value {
            map.insert(key, Origin::nowhere(), Node::new(value, Origin::nowhere()));
        }
    }
    root
}

fn render(case: &Case, default_values: &str) -> Result<String, RenderError> {
    let sources = Sources::new();
    let mut templates = Templates::new();
    let name = "c/templates/_case.tpl";
    let mut texts = BTreeMap::from([(name.to_owned(), case.template.as_str())]);
    for (name, text) in &case.templates {
        texts.insert(format!("c/templates/{name}"), text);
    }
    for name in order(texts.keys().map(String::as_str)) {
        templates.add(name, &read(&sources, name, texts[name], Role::Code))?;
    }
    let written = case.values.as_deref().unwrap_or(default_values);
    let values = values(
        &read(&sources, "values.yaml", written, Role::Settings),
        &case.flags,
    );
    let meta = yaml::parse(
        &read(&sources, "Chart.yaml", CHART, Role::Code),
        yaml::Schema::Yaml11,
    );
    let files = case
        .files
        .iter()
        .map(|(path, text)| (path.as_str(), read(&sources, path, text, Role::Code)));
    let text = |s: &str| Val::str(s, Origin::nowhere());
    let dot = Val::map_from(
        VALUES,
        [
            ("Values", Val::typed_from_node(VALUES, &values)),
            (
                "Chart",
                objects::chart(&meta.into_first().expect("a document"), true),
            ),
            ("Release", objects::release("r", "default")),
            ("Capabilities", objects::Capabilities::default().object()),
            ("Files", objects::files(files)),
            ("Subcharts", Val::map_from(MAP, [])),
            (
                "Template",
                Val::map_from(
                    VALUES,
                    [
                        ("Name", text("c/templates/main.yaml")),
                        ("BasePath", text("c/templates")),
                    ],
                ),
            ),
        ],
    );
    let mut engine = Engine::new(Arc::new(templates), Limits::default());
    engine.render(name, &dot).map(|t| t.as_str().to_owned())
}

/// What of a message must be the same: letters and digits, without quotes and places. Go says
/// of values from maps that their type is an interface; we say what they are.
fn core(message: &str) -> String {
    let end = message.find(" in type ").unwrap_or(message.len());
    message[..end]
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect()
}

/// The first lines that differ.
fn difference(ours: &str, theirs: &str) -> String {
    let mut pairs = ours.split('\n').zip(theirs.split('\n'));
    let (a, b) = pairs.find(|(a, b)| a != b).unwrap_or((ours, theirs));
    format!("  ours   {a:?}\n  theirs {b:?}")
}

fn check(path: &Path) -> Vec<String> {
    let cases = std::fs::read_to_string(path).expect("a file of cases");
    let file: File = serde_yaml::from_str(&cases).expect("cases");
    let name = path.file_stem().and_then(|s| s.to_str()).expect("a name");
    let recorded = path.with_file_name(format!("../recorded/{name}.json"));
    let recorded = std::fs::read_to_string(recorded).expect("a recording");
    let recording: Recording = serde_json::from_str(&recorded).expect("recordings");
    assert_eq!(
        file.cases.len(),
        recording.cases.len(),
        "{name}: record again"
    );
    let mut wrong = Vec::new();
    for (entry, recorded) in file.cases.into_iter().zip(recording.cases) {
        let case = match entry {
            Entry::Case(case) => case,
            Entry::Template(template) => Case {
                template,
                values: None,
                files: BTreeMap::new(),
                templates: BTreeMap::new(),
                flags: Vec::new(),
            },
        };
        assert_eq!(case.template, recorded.template, "{name}: record again");
        let default = file.values.as_str();
        let ours = on_large_stack(|| render(&case, default));
        let ours = ours.unwrap_or_else(|_| Err(RenderError::new("PANIC", None)));
        let fits = match (&ours, &recorded.output, &recorded.error) {
            (Ok(ours), Some(theirs), _) => ours == theirs,
            (Err(e), _, Some(theirs)) => core(theirs).contains(&core(&e.problem().message)),
            _ => false,
        };
        if !fits {
            let theirs = recorded.output.or(recorded.error).unwrap_or_default();
            let ours = ours.unwrap_or_else(|e| format!("Error: {}", e.problem().message));
            wrong.push(format!(
                "{name}: {:?}\n{}",
                case.template,
                difference(&ours, &theirs)
            ));
        }
    }
    wrong
}

#[test]
fn every_case_gives_what_helm_gives() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/helm/cases");
    let only = std::env::var("KONFORM_CASES").ok();
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| {
            only.as_ref()
                .is_none_or(|o| p.file_stem().is_some_and(|s| s == o.as_str()))
        })
        .collect();
    paths.sort();
    let wrong: Vec<String> = paths.iter().flat_map(|p| check(p)).collect();
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
