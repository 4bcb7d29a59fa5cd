//! The charts under `testdata/helm/charts` render to what the real Helm rendered.
//!
//! `testdata/helm/record_charts.py` made the recordings. `KONFORM_CHART=name` takes one chart
//! only.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use konform::evaluate::helm::command::{RenderArgs, render_command};
use konform::evaluate::helm::objects::Capabilities;
use konform::evaluate::helm::render::{Library, Request, manifest};
use konform::workspace::Workspace;

/// `-f FILE --set K=V …` as the command line would be read.
fn parse(chart: &str, words: &[String]) -> RenderArgs {
    let mut args = RenderArgs {
        chart: PathBuf::from(chart),
        ..RenderArgs::default()
    };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let value = words.next().expect("every flag has a value").clone();
        match word.as_str() {
            "-f" => args.values.files.push(Path::new(chart).join(value)),
            "--set" => args.values.set.push(value),
            "--set-string" => args.values.set_string.push(value),
            "--set-json" => args.values.set_json.push(value),
            "--set-literal" => args.values.set_literal.push(value),
            "--set-file" => {
                let (key, file) = value.split_once('=').expect("KEY=FILE");
                args.values.set_file.push(format!("{key}={chart}/{file}"));
            }
            "--name" => args.name = Some(value),
            "--namespace" => args.namespace = Some(value),
            "--kube-version" => args.kube_version = Some(value),
            "--api-versions" => args.api_versions.push(value),
            other => panic!("unknown flag {other}"),
        }
    }
    args
}

/// The lines without those that Helm itself never prints twice.
fn lines(text: &str, unstable: &BTreeSet<usize>) -> Vec<String> {
    text.lines()
        .enumerate()
        .filter(|(index, _)| !unstable.contains(&(index + 1)))
        .map(|(_, line)| line.to_owned())
        .collect()
}

fn difference(expected: &[String], got: &[String]) -> String {
    let at = (0..)
        .find(|i| expected.get(*i) != got.get(*i))
        .unwrap_or_default();
    let line = |all: &[String]| all.get(at).cloned().unwrap_or_default();
    format!(
        "line {}:\n  Helm:    {}\n  konform: {}",
        at + 1,
        line(expected),
        line(got)
    )
}

/// The arguments of each case of each chart, and where the charts lie.
fn cases() -> (PathBuf, BTreeMap<String, BTreeMap<String, Vec<String>>>) {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/helm/charts");
    let cases = std::fs::read_to_string(dir.join("cases.yaml")).expect("the cases");
    (dir, serde_yaml::from_str(&cases).expect("the cases"))
}

#[test]
fn charts_render_as_helm_renders_them() {
    let (dir, cases) = cases();
    let only = std::env::var("KONFORM_CHART").ok();
    let mut failures = Vec::new();
    let mut count = 0;
    for (chart, cases) in &cases {
        if only.as_ref().is_some_and(|name| name != chart) {
            continue;
        }
        for (name, words) in cases {
            count += 1;
            let recorded = dir.join("recorded").join(format!("{chart}.{name}.yaml"));
            let expected = std::fs::read_to_string(recorded).unwrap();
            let unstable = dir
                .join("recorded")
                .join(format!("{chart}.{name}.unstable"));
            let unstable: BTreeSet<usize> = std::fs::read_to_string(unstable)
                .unwrap_or_default()
                .lines()
                .map(|line| line.parse().unwrap())
                .collect();
            let output = render_command(&parse(chart, words), &dir);
            if !output.problems.is_empty() {
                failures.push(format!("{chart}.{name}: {}", output.problems.join("\n  ")));
                continue;
            }
            let (expected, got) = (lines(&expected, &unstable), lines(&output.text, &unstable));
            if expected != got {
                failures.push(format!("{chart}.{name}, {}", difference(&expected, &got)));
            }
        }
    }
    assert!(
        failures.is_empty(),
        "{} of {count} differ:\n{}",
        failures.len(),
        failures.join("\n")
    );
    assert!(only.is_some() || count >= 40, "cases are missing");
}

/// Where nobody asks for origins the command renders without them, a way of its own through
/// much of the evaluator.
#[test]
fn charts_render_the_same_with_and_without_traces() {
    let (dir, cases) = cases();
    let cases = cases
        .iter()
        .flat_map(|(c, all)| all.iter().map(move |(n, w)| (c, n, w)));
    let mut same = 0;
    for (chart, name, words) in cases {
        let args = parse(chart, words);
        if args.kube_version.is_some() || !args.api_versions.is_empty() {
            continue;
        }
        let workspace = Workspace::around(std::slice::from_ref(&dir), &dir);
        assert!(workspace.is_traced());
        let values = args.values.merge(&workspace).values;
        let traced = Library::new(&workspace).render(&Request {
            chart: &dir.join(chart),
            values: &values,
            name: args.name.as_deref().unwrap_or("release-name"),
            namespace: args.namespace.as_deref().unwrap_or("default"),
            capabilities: Capabilities::default(),
            strict: true,
        });
        assert_eq!(
            manifest(&traced),
            render_command(&args, &dir).text,
            "{chart}.{name}"
        );
        same += 1;
    }
    assert!(same >= 40, "cases are missing");
}
