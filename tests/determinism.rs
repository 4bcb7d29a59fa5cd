//! The same bytes out, whatever the number of threads, the order of files or of what is in them.

use std::path::{Path, PathBuf};

use konform::policy::{Options, Policies, check};
use konform::workspace::{Config, Workspace};

fn files(dir: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).expect("testdata is readable") {
        let path = entry.expect("testdata is readable").path();
        // What is there to be measured is long and of one kind.
        if path.is_dir() && path.ends_with("bench") {
            continue;
        }
        if path.is_dir() {
            files(&path, out);
        } else {
            out.push(path);
        }
    }
}

/// The trees of `testdata`, and one with products in it, as path and content.
fn tree() -> Vec<(PathBuf, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let mut paths = Vec::new();
    files(&root, &mut paths);
    paths.sort();
    let mut tree: Vec<(PathBuf, Vec<u8>)> = paths
        .iter()
        .map(|p| {
            let content = std::fs::read(p).expect("testdata is readable");
            (
                p.strip_prefix(&root).expect("below testdata").to_path_buf(),
                content,
            )
        })
        .collect();
    // The code blocks of the cases are the richest trees there are.
    let cases: Vec<(PathBuf, Vec<u8>)> = tree
        .iter()
        .filter(|(p, _)| p.extension().is_some_and(|e| e == "md"))
        .flat_map(|(p, content)| blocks(p, &String::from_utf8_lossy(content)))
        .collect();
    tree.extend(cases);
    tree
}

/// The files in the code blocks of a Markdown file, in a folder for each section.
fn blocks(path: &Path, text: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let mut out: Vec<(PathBuf, Vec<u8>)> = Vec::new();
    let (mut section, mut open) = (0, false);
    for line in text.lines() {
        if line.starts_with("## ") {
            section += 1;
        } else if line.starts_with("```") {
            open = line.contains("file=");
            if let Some(name) = line.split_once("file=").map(|(_, n)| n.trim()) {
                let folder = Path::new("trees").join(path).join(section.to_string());
                out.push((folder.join(name), Vec::new()));
            }
        } else if open && let Some((_, content)) = out.last_mut() {
            content.extend_from_slice(line.as_bytes());
            content.push(b'\n');
        }
    }
    out
}

fn write<'f>(dir: &Path, tree: impl IntoIterator<Item = &'f (PathBuf, Vec<u8>)>) {
    for (path, content) in tree {
        let path = dir.join(path);
        std::fs::create_dir_all(path.parent().expect("in the folder")).expect("a folder");
        std::fs::write(path, content).expect("a file");
    }
}

/// Everything a check yields, as text.
fn outcome(dir: &Path, threads: usize) -> String {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .expect("a pool of threads");
    pool.install(|| {
        let dir = dir.canonicalize().expect("the folder is there");
        let workspace = Workspace::open(std::slice::from_ref(&dir), &dir, Config::default());
        let inventory = konform::evaluate::evaluate(&workspace);
        let policies = Policies::builtin().expect("the embedded policies load");
        let options = Options {
            allowed: vec!["EU".into(), "EEA".into()],
            today: "2026-01-01".into(),
            ..Options::default()
        };
        let outcome = check(&inventory, &policies, &options, workspace.sources());
        let place = |span: konform::trace::Span| {
            let source = workspace.sources().get(span.source);
            format!("{}:{}-{}", source.path, span.start, span.end)
        };
        let mut lines: Vec<String> = Vec::new();
        for f in &outcome.findings {
            lines.push(format!(
                "{} {} {} {} {:?} {:?} {}",
                place(f.span),
                f.rule,
                f.severity.name(),
                f.message,
                f.setting,
                f.deployments,
                f.fingerprint
            ));
            lines.extend(
                f.trace
                    .iter()
                    .map(|t| format!("  {} {}", place(t.span), t.note)),
            );
        }
        lines.extend(outcome.undecided.iter().map(|u| {
            format!(
                "? {} {} {} {:?}",
                u.product,
                u.setting,
                u.why,
                u.span.map(place)
            )
        }));
        lines.extend(
            outcome
                .problems
                .iter()
                .map(|p| format!("! {} {:?}", p.message, p.span.map(place))),
        );
        lines.extend(
            outcome
                .recognised
                .iter()
                .map(|r| format!("= {} {:?} {}", r.product, r.component, r.deployment)),
        );
        lines.join("\n")
    })
}

/// Where two texts part, with some lines around.
fn assert_same(left: &str, right: &str, what: &str) {
    if left == right {
        return;
    }
    let at = left
        .lines()
        .zip(right.lines())
        .position(|(a, b)| a != b)
        .unwrap_or(0);
    panic!(
        "{what}: they part at line {at}\n< {}\n> {}",
        left.lines().nth(at).unwrap_or("(end)"),
        right.lines().nth(at).unwrap_or("(end)")
    );
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    write(dir.path(), &tree());
    let one = outcome(dir.path(), 1);
    assert!(one.lines().count() > 100, "there is something to compare");
    for threads in [2, 4] {
        assert_same(
            &one,
            &outcome(dir.path(), threads),
            &format!("{threads} threads"),
        );
    }
}

#[test]
fn the_order_in_which_files_were_made_changes_nothing() {
    let tree = tree();
    let forwards = tempfile::tempdir().expect("a temporary folder");
    let backwards = tempfile::tempdir().expect("a temporary folder");
    write(forwards.path(), &tree);
    write(backwards.path(), tree.iter().rev());
    assert_same(
        &outcome(forwards.path(), 2),
        &outcome(backwards.path(), 2),
        "files made in another order",
    );
}

#[test]
fn the_order_of_documents_changes_no_finding() {
    let documents: [&str; 4] = [
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {ENABLE_RECORDING: \"1\"}\n",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\ndata: {LOG_LEVEL: debug}\n",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {containers: [{name: web, image: 'jitsi/web:stable-10314', envFrom: [{configMapRef: {name: a}}]}]}}}\n",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: xmpp}\nspec: {template: {spec: {containers: [{name: xmpp, image: 'jitsi/prosody:stable-10314', envFrom: [{configMapRef: {name: b}}]}]}}}\n",
    ];
    let rules = |order: [usize; 4]| {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let text = order.map(|i| documents[i]).join("---\n");
        std::fs::write(dir.path().join("all.yaml"), text).expect("a file");
        let mut found: Vec<String> = outcome(dir.path(), 1)
            .lines()
            .filter(|l| l.starts_with("all.yaml") || l.starts_with("./all.yaml"))
            // Bytes move with the documents; what is said must not.
            .filter_map(|l| l.split_once(' ').map(|(_, said)| said.to_owned()))
            .map(|said| {
                said.rsplit_once(' ')
                    .map_or(said.clone(), |(s, _)| s.to_owned())
            })
            .collect();
        found.sort();
        found
    };
    let first = rules([0, 1, 2, 3]);
    assert!(first.iter().any(|l| l.contains("recording")), "{first:?}");
    for order in [[3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 0, 2]] {
        assert_eq!(first, rules(order), "documents in the order {order:?}");
    }
}
