//! What Helm refuses, the renderer has a problem with; what Helm accepts, it has none with.
//!
//! `testdata/helm/record_verdicts.py` asked Helm about the cases in `verdicts.yaml`.

use std::path::Path;

use indexmap::IndexMap;
use konform::evaluate::helm::command::{RenderArgs, render_command};
use rayon::prelude::*;
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

/// A chart, and whether Helm accepts it.
struct Case {
    files: Vec<(&'static str, String)>,
    accepted: bool,
}

impl Case {
    fn of_schema(schema: &Value, values: &Value, accepted: bool) -> Self {
        let files = vec![
            ("values.schema.json", text(schema)),
            ("values.yaml", text(values)),
        ];
        Self { files, accepted }
    }

    /// What the renderer says otherwise.
    fn wrong(&self) -> Option<String> {
        let folder = tempfile::tempdir().expect("a folder");
        let chart = ("Chart.yaml", CHART.to_owned());
        for (name, text) in [chart].iter().chain(&self.files) {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            std::fs::write(path, text).expect("a file");
        }
        let args = RenderArgs {
            chart: ".".into(),
            ..RenderArgs::default()
        };
        let found = render_command(&args, folder.path()).problems;
        let says = || format!("{:?}: Helm: {}; {found:?}", self.files, self.accepted);
        (found.is_empty() != self.accepted).then(says)
    }
}

fn text(value: &Value) -> String {
    let text = value.as_str();
    text.map_or_else(|| value.to_string(), str::to_owned)
}

fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/helm");
    let cases = std::fs::read_to_string(folder.join("verdicts.yaml")).expect("the cases");
    let cases: Cases = serde_yaml::from_str(&cases).expect("the cases");
    let recorded = std::fs::read_to_string(folder.join("verdicts.json")).expect("verdicts");
    let recorded: Recorded = serde_json::from_str(&recorded).expect("verdicts");
    let mut out = Vec::new();
    for (name, texts) in &cases.formats {
        let schema = json!({"properties": {"x": {"format": name}}});
        let texts = texts.iter().map(|t| json!(t));
        let values = texts.chain(cases.others.iter().cloned());
        let judged = values.zip(&recorded.formats[name]);
        out.extend(
            judged.map(|(x, accepted)| Case::of_schema(&schema, &json!({"x": x}), *accepted)),
        );
    }
    for (case, recorded) in cases.schemas.iter().zip(&recorded.schemas) {
        let judged = case.values.iter().zip(recorded);
        out.extend(
            judged.map(|(values, accepted)| Case::of_schema(&case.schema, values, *accepted)),
        );
    }
    for (document, accepted) in cases.documents.into_iter().zip(recorded.documents) {
        let template = r#"{{ .Files.Get "text" }}"#.to_owned();
        let files = vec![("templates/a.yaml", template), ("text", document)];
        out.push(Case { files, accepted });
    }
    for (metadata, accepted) in cases.metadata.into_iter().zip(recorded.metadata) {
        let files = vec![("Chart.yaml", metadata)];
        out.push(Case { files, accepted });
    }
    out
}

#[test]
fn what_helm_refuses_is_a_problem() {
    let cases = cases();
    let wrong: Vec<String> = cases.par_iter().filter_map(Case::wrong).collect();
    let count = cases.len();
    assert!(
        wrong.is_empty(),
        "{} of {count}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(count > 800, "record again");
}
