//! What Helm refuses, the renderer has a problem with; what Helm accepts, it has none with.
//!
//! `testdata/helm/record_verdicts.py` asked Helm about the cases in `verdicts.yaml`.

use std::path::Path;

use indexmap::IndexMap;
use konform::evaluate::helm::command::{RenderArgs, render_command};
use serde_json::{Value, json};

#[derive(serde::Deserialize)]
struct Cases {
    formats: IndexMap<String, Vec<String>>,
    others: Vec<Value>,
    schemas: Vec<Schema>,
    documents: Vec<String>,
    metadata: Vec<String>,
}

#[derive(serde::Deserialize)]
struct Schema {
    schema: Value,
    values: Vec<Value>,
}

#[derive(serde::Deserialize)]
struct Recorded {
    formats: IndexMap<String, Vec<bool>>,
    schemas: Vec<Vec<bool>>,
    documents: Vec<bool>,
    metadata: Vec<bool>,
}

const CHART: &str = "apiVersion: v2\nname: c\nversion: 1.0.0\n";

/// What the renderer says about a chart of these files.
fn problems(files: &[(&str, &str)]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [("Chart.yaml", CHART)].iter().chain(files) {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let args = RenderArgs {
        chart: ".".into(),
        ..RenderArgs::default()
    };
    render_command(&args, folder.path()).problems
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn of_schema(schema: &Value, values: &Value) -> Vec<String> {
    let schema = text(schema);
    problems(&[
        ("values.schema.json", &schema),
        ("values.yaml", &text(values)),
    ])
}

#[test]
fn what_helm_refuses_is_a_problem() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/helm");
    let cases = std::fs::read_to_string(folder.join("verdicts.yaml")).unwrap();
    let cases: Cases = serde_yaml::from_str(&cases).unwrap();
    let recorded = std::fs::read_to_string(folder.join("recorded/verdicts.json")).unwrap();
    let recorded: Recorded = serde_json::from_str(&recorded).unwrap();
    let mut wrong = Vec::new();
    let mut count = 0;
    let mut judge = |what: String, problems: &[String], accepted: bool| {
        count += 1;
        if problems.is_empty() != accepted {
            wrong.push(format!("{what}: Helm accepts it: {accepted}; {problems:?}"));
        }
    };
    for (name, texts) in &cases.formats {
        let schema = json!({"properties": {"x": {"format": name}}});
        let texts = texts.iter().map(|t| json!(t));
        let values = texts.chain(cases.others.iter().cloned());
        for (value, accepted) in values.zip(&recorded.formats[name]) {
            let found = of_schema(&schema, &json!({"x": value}));
            judge(format!("{name} {value}"), &found, *accepted);
        }
    }
    for (case, recorded) in cases.schemas.iter().zip(&recorded.schemas) {
        for (value, accepted) in case.values.iter().zip(recorded) {
            let found = of_schema(&case.schema, value);
            judge(format!("{} {value}", case.schema), &found, *accepted);
        }
    }
    for (document, accepted) in cases.documents.iter().zip(&recorded.documents) {
        let template = r#"{{ .Files.Get "text" }}"#;
        let found = problems(&[("templates/a.yaml", template), ("text", document)]);
        judge(format!("{document:?}"), &found, *accepted);
    }
    for (metadata, accepted) in cases.metadata.iter().zip(&recorded.metadata) {
        let found = problems(&[("Chart.yaml", metadata)]);
        judge(format!("{metadata:?}"), &found, *accepted);
    }
    assert!(
        wrong.is_empty(),
        "{} of {count}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(count > 800, "record again");
}
