//! What is read of a chart, and what can't hurt.

use std::io::Write as _;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::ignore::matches;
use super::{Limits, Loaded, load};
use crate::trace::Role;
use crate::workspace::tests::tree;
use crate::workspace::{Config, Workspace};

fn messages(loaded: &Loaded) -> Vec<&str> {
    loaded.problems.iter().map(|p| p.message.as_str()).collect()
}

/// A packed chart with these entries.
fn packed(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (path, data) in entries {
        let mut header = tar::Header::new_gnu();
        // Set by hand: the library refuses to write names that lead outside.
        header.as_gnu_mut().unwrap().name[..path.len()].copy_from_slice(path.as_bytes());
        header.set_size(data.len() as u64);
        header.set_entry_type(tar::EntryType::Regular);
        header.set_cksum();
        archive.append(&header, *data).unwrap();
    }
    archive.into_inner().unwrap().finish().unwrap()
}

/// A chart `top` with a packed chart in `charts/`.
fn with_packed(bytes: &[u8]) -> (tempfile::TempDir, Workspace) {
    let dir = tempfile::TempDir::new().unwrap();
    std::fs::create_dir(dir.path().join("charts")).unwrap();
    let mut file = std::fs::File::create(dir.path().join("charts/in-1.0.0.tgz")).unwrap();
    file.write_all(bytes).unwrap();
    let meta = "apiVersion: v2\nname: top\nversion: 1.0.0\n";
    std::fs::write(dir.path().join("Chart.yaml"), meta).unwrap();
    let workspace = Workspace::open(&[".".into()], dir.path(), Config::default());
    (dir, workspace)
}

fn load_top(workspace: &Workspace, dir: &tempfile::TempDir, limits: Limits) -> Loaded {
    load(workspace, &dir.path().canonicalize().unwrap(), limits)
}

#[test]
fn a_packed_subchart_is_read_and_marked_as_vendored() {
    let bytes = packed(&[
        ("in/Chart.yaml", b"name: in\nversion: 1.0.0\n"),
        ("in/values.yaml", b"a: 1\n"),
        ("in/templates/a.yaml", b"kind: X\n"),
    ]);
    let (dir, workspace) = with_packed(&bytes);
    let loaded = load_top(&workspace, &dir, Limits::default());
    assert_eq!(messages(&loaded), Vec::<&str>::new());
    let inner = &loaded.chart.unwrap().dependencies[0];
    assert_eq!(inner.metadata.name, "in");
    assert_eq!(inner.templates.len(), 1);
    let span = inner.values.get("a").unwrap().span().unwrap();
    assert_eq!(workspace.sources().role(span), Role::Vendored);
    assert_eq!(
        workspace.sources().get(span.source).path,
        "./charts/in-1.0.0.tgz/values.yaml"
    );
}

#[test]
fn archives_can_not_lead_outside_or_grow_without_bound() {
    let meta: (&str, &[u8]) = ("in/Chart.yaml", b"name: in\nversion: 1.0.0\n");
    let cases: Vec<(Vec<u8>, &str)> = vec![
        (packed(&[meta, ("in/../../x", b"x")]), "outside of itself"),
        (packed(&[meta, ("/etc/x", b"x")]), "outside of itself"),
        (
            packed(&[("Chart.yaml", b"name: in\n")]),
            "not in the chart's folder",
        ),
        (
            packed(&[meta, ("in/big", &[b'a'; 5000])]),
            "the limit for one file",
        ),
        (
            packed(&[
                meta,
                ("in/a", &[b'a'; 900]),
                ("in/b", &[b'b'; 900]),
                ("in/c", &[b'c'; 900]),
            ]),
            "the limit for packed charts",
        ),
        (b"no archive".to_vec(), "can't be unpacked"),
    ];
    let limits = Limits {
        file: 1000,
        total: 2000,
        ..Limits::default()
    };
    for (bytes, expected) in cases {
        let (dir, workspace) = with_packed(&bytes);
        let loaded = load_top(&workspace, &dir, limits);
        let found = messages(&loaded);
        assert!(
            found.len() == 1 && found[0].contains(expected),
            "{expected}: {found:?}"
        );
        assert!(loaded.chart.is_some(), "the rest is still there");
    }
}

#[test]
fn charts_that_depend_on_each_other_end() {
    let (dir, workspace) = tree(&[
        (
            "a/Chart.yaml",
            "name: a\nversion: 1.0.0\ndependencies: [{name: b, version: 1.0.0, repository: 'file://../b'}]\n",
        ),
        (
            "b/Chart.yaml",
            "name: b\nversion: 1.0.0\ndependencies: [{name: a, version: 1.0.0, repository: 'file://../a'}]\n",
        ),
    ]);
    let path = dir.path().canonicalize().unwrap().join("a");
    let loaded = load(&workspace, &path, Limits::default());
    assert_eq!(messages(&loaded), ["the chart `a` depends on itself"]);
    assert_eq!(loaded.chart.unwrap().dependencies[0].metadata.name, "b");
}

#[test]
fn names_are_matched_as_go_does() {
    for (glob, name, expected) in [
        ("*.bak", "a.bak", true),
        ("*.bak", "dir/a.bak", false),
        ("a?c", "abc", true),
        ("a?c", "a/c", false),
        ("[a-c]x", "bx", true),
        ("[^a-c]x", "bx", false),
        ("[^a-c]x", "dx", true),
        ("a\\*b", "a*b", true),
        ("a\\*b", "axb", false),
        ("a*b*c", "a-b-b-c", true),
        ("[", "[", false),
        ("*", "", true),
    ] {
        let chars = |s: &str| s.chars().collect::<Vec<_>>();
        assert_eq!(
            matches(&chars(glob), &chars(name)),
            expected,
            "{glob} {name}"
        );
    }
}

#[test]
fn a_path_that_is_no_chart_is_a_problem() {
    let (dir, workspace) = tree(&[("values.yaml", "a: 1\n")]);
    let loaded = load_top(&workspace, &dir, Limits::default());
    assert!(loaded.chart.is_none());
    assert!(messages(&loaded)[0].contains("has no usable Chart.yaml"));
    let loaded = load(&workspace, Path::new("/nowhere"), Limits::default());
    assert_eq!(loaded.problems.len(), 1);
}
