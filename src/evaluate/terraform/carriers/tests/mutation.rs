//! Every place that is told is the right one: what is changed there changes the value.

use std::path::Path;

use super::carried;
use super::facts::{Facts, facts};
use crate::trace::Span;
use crate::workspace::tests::tree;

/// The trees that are tried.
const TREES: &[&str] = &[
    "argocd",
    "clouds",
    "containers",
    "docker",
    "helm",
    "kubernetes",
    "machines",
    "provisioners",
];

/// So many values are tried at least, over all trees.
const ENOUGH: usize = 300;

type Files = Vec<(String, String)>;

fn files(dir: &Path, below: &Path, out: &mut Files) {
    let mut entries: Vec<_> = std::fs::read_dir(dir.join(below))
        .unwrap()
        .map(|e| below.join(e.unwrap().file_name()))
        .collect();
    entries.sort();
    for entry in entries {
        if dir.join(&entry).is_dir() {
            files(dir, &entry, out);
        } else {
            let text = std::fs::read_to_string(dir.join(&entry)).unwrap();
            out.push((entry.to_string_lossy().into_owned(), text));
        }
    }
}

/// The facts of a tree, their places as file and byte range.
fn evaluated(files: &Files) -> (Facts, Vec<(String, String, std::ops::Range<usize>)>) {
    let all: Vec<(&str, &str)> = files
        .iter()
        .map(|(p, t)| (p.as_str(), t.as_str()))
        .collect();
    let (_dir, workspace) = tree(&all);
    let facts = facts(&carried(&workspace));
    let place = |span: Span| {
        let source = workspace.sources().get(span.source);
        (source.path.clone(), span.start as usize..span.end as usize)
    };
    let places = facts
        .iter()
        .filter_map(|(name, fact)| {
            let (path, range) = place(fact.place?);
            Some((name.clone(), path, range))
        })
        .collect();
    (facts, places)
}

/// Other bytes of the same kind.
fn changed(text: &str) -> Option<String> {
    match text.trim_matches('"') {
        "true" => return Some(text.replace("true", "false")),
        "false" => return Some(text.replace("false", "true")),
        _ => {}
    }
    // Of a list it may be the length that counts.
    if text.starts_with('[')
        && let Some(comma) = text.rfind(',')
    {
        return Some(format!("{}]", &text[..comma]));
    }
    let at = text.rfind(|c: char| c.is_ascii_alphanumeric())?;
    let other = match text.as_bytes().get(at)? {
        b'9' => '8',
        digit if digit.is_ascii_digit() => char::from(digit + 1),
        b'q' => 'w',
        _ => 'q',
    };
    Some(format!("{}{other}{}", &text[..at], &text[at + 1..]))
}

#[test]
fn what_is_changed_where_it_is_written_changes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/terraform/carriers");
    let (mut tried, mut wrong) = (0, Vec::new());
    for name in TREES {
        let mut files_of = Files::new();
        files(&root.join(name), Path::new(""), &mut files_of);
        let (before, places) = evaluated(&files_of);
        for (fact, path, range) in places {
            let mut other = files_of.clone();
            let Some((_, text)) = other.iter_mut().find(|(p, _)| *p == path) else {
                wrong.push(format!("{name}: {fact} is not in the tree but in {path}"));
                continue;
            };
            let Some(new) = changed(&text[range.clone()]) else {
                continue;
            };
            text.replace_range(range.clone(), &new);
            tried += 1;
            let (after, _) = evaluated(&other);
            if after.get(&fact).map(|f| &f.value) == before.get(&fact).map(|f| &f.value) {
                wrong.push(format!("{name}: {fact} at {path}:{range:?} ({new})"));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {tried}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(tried >= ENOUGH, "only {tried} values");
}
