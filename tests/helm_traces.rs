//! Where a value is said to come from, changing it there changes it.
//!
//! Every scalar of the charts under `testdata/helm/charts` that has a place in a values file:
//! the bytes at that place are changed, the chart is rendered again, and the scalar has to be
//! another one.

#![allow(clippy::unwrap_used)] // helpers of tests, too

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use konform::evaluate::helm::objects::Capabilities;
use konform::evaluate::helm::render::{Library, Rendering, Request};
use konform::evaluate::helm::values::Input;
use konform::trace::{Node, Sources, Span, Value};
use konform::workspace::{Config, Workspace};

/// A scalar by its document and the path in it.
type Scalars = BTreeMap<String, String>;

struct Rendered {
    scalars: Scalars,
    /// Paths of scalars with the file and the bytes that a part of them is said to come from.
    pairs: Vec<(String, PathBuf, Range<usize>)>,
}

fn render(dir: &Path, files: &[String]) -> Rendered {
    let workspace = Workspace::open(&[".".into()], dir, Config::default());
    let input = Input {
        files: files.iter().map(PathBuf::from).collect(),
        ..Input::default()
    };
    let values = input.merge(&workspace).values;
    let rendering = Library::new(&workspace).render(&Request {
        chart: dir,
        values: &values,
        name: "r",
        namespace: "n",
        capabilities: Capabilities::default(),
        strict: true,
    });
    read(&rendering, workspace.sources(), dir)
}

fn read(rendering: &Rendering, sources: &Sources, dir: &Path) -> Rendered {
    let mut out = Rendered {
        scalars: Scalars::new(),
        pairs: Vec::new(),
    };
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for document in &rendering.documents {
        let Some(root) = &document.root else { continue };
        let count = seen.entry(document.path.clone()).or_default();
        *count += 1;
        walk(
            root,
            &format!("{}#{count}", document.path),
            sources,
            dir,
            &mut out,
        );
    }
    out
}

fn walk(node: &Node, path: &str, sources: &Sources, dir: &Path, out: &mut Rendered) {
    match &node.value {
        Value::Map(map) => {
            for (key, child) in map.iter() {
                walk(child, &format!("{path}.{key}"), sources, dir, out);
            }
        }
        Value::List(items) => {
            for (index, child) in items.iter().enumerate() {
                walk(child, &format!("{path}[{index}]"), sources, dir, out);
            }
        }
        _ => {
            let Some(text) = node.scalar_text() else {
                return;
            };
            out.scalars
                .insert(path.to_owned(), text.as_str().to_owned());
            for (_, run) in text.runs() {
                let span = run.origin.span().or_else(|| node.span());
                if let Some((file, range)) = span.and_then(|s| in_values(s, sources, dir)) {
                    out.pairs.push((path.to_owned(), file, range));
                }
            }
        }
    }
}

/// The place, if it is in a values file that can be changed.
fn in_values(span: Span, sources: &Sources, dir: &Path) -> Option<(PathBuf, Range<usize>)> {
    let source = sources.get(span.source);
    let file = dir.join(&source.path);
    let is_values = source.path.ends_with(".yaml")
        && !source.path.contains("templates/")
        && !source.path.ends_with("Chart.yaml");
    (is_values && file.is_file()).then(|| (file, span.range()))
}

/// Other texts of the file, of which one should make a difference: the value changed in several
/// ways, or its key.
fn changes(text: &str, range: &Range<usize>) -> Vec<String> {
    let old = &text[range.clone()];
    let with = |new: &str| [&text[..range.start], new, &text[range.end..]].concat();
    let mut out = Vec::new();
    match old {
        "true" => out.push(with("false")),
        "false" => out.push(with("true")),
        _ => {}
    }
    if let Some(at) = old.find(|c: char| c.is_ascii_alphanumeric()) {
        let new = match old.as_bytes()[at] {
            b'9' => '8',
            b'z' => 'y',
            b'Z' => 'Y',
            c => char::from(c + 1),
        };
        out.push(with(&format!("{}{new}{}", &old[..at], &old[at + 1..])));
        out.push(with(&format!("{}{}", &old[..at], &old[at + 1..])));
    }
    out.push(with("0"));
    out.push(with("null"));
    if let Some(at) = text[..range.start].rfind(|c: char| c.is_ascii_alphanumeric()) {
        out.push(format!("{}_{}", &text[..at], &text[at + 1..]));
    }
    out
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn changing_the_place_changes_the_scalar() {
    let charts = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/helm/charts");
    let cases: BTreeMap<String, BTreeMap<String, Vec<String>>> =
        serde_yaml::from_str(&fs::read_to_string(charts.join("cases.yaml")).unwrap()).unwrap();
    let temp = tempfile::TempDir::new().unwrap();
    let mut count = 0;
    let mut failures = Vec::new();
    for (chart, cases) in &cases {
        let dir = temp.path().canonicalize().unwrap().join(chart);
        copy(&charts.join(chart), &dir);
        for (name, words) in cases {
            // Only cases whose values are all in files.
            let files: Vec<String> = words
                .chunks(2)
                .filter(|pair| pair[0] == "-f")
                .map(|pair| pair[1].clone())
                .collect();
            if files.len() * 2 != words.len() {
                continue;
            }
            let before = render(&dir, &files);
            let mut done: BTreeMap<(PathBuf, usize, usize), Vec<Scalars>> = BTreeMap::new();
            for (path, file, range) in &before.pairs {
                let text = fs::read_to_string(file).unwrap();
                let Some(old) = text.get(range.clone()) else {
                    continue;
                };
                if !old.contains(|c: char| c.is_ascii_alphanumeric()) {
                    continue;
                }
                count += 1;
                let key = (file.clone(), range.start, range.end);
                let tried = done.entry(key).or_default();
                let is_other = |a: &Scalars| a.get(path) != before.scalars.get(path);
                let mut differs = tried.iter().any(is_other);
                for changed in changes(&text, range).into_iter().skip(tried.len()) {
                    if differs {
                        break;
                    }
                    fs::write(file, changed).unwrap();
                    let after = render(&dir, &files).scalars;
                    differs = is_other(&after);
                    tried.push(after);
                }
                fs::write(file, &text).unwrap();
                if !differs {
                    let shown = file.strip_prefix(&dir).unwrap().display();
                    failures.push(format!(
                        "{chart}.{name}: {path} is said to come from {old:?} in {shown}"
                    ));
                }
            }
        }
    }
    assert!(
        failures.is_empty(),
        "{} of {count}:\n{}",
        failures.len(),
        failures.join("\n")
    );
    assert!(count >= 500, "only {count} pairs");
}
