//! Configurations that are made to do harm: each ends soon, in a diagnostic that names the limit where
//! there is one, and what else is in the tree is still found.

use std::path::Path;

use konform::policy::{Options, Policies, check};
use konform::trace::Sources;
use konform::workspace::{Config, Workspace};

/// What is wrong with it is found in every tree, whatever stands beside it.
const CONTAINER: &str = "resource \"docker_container\" \"web\" {\n  image = \"jitsi/web:stable-10314\"\n  \
                         env   = [\"ENABLE_TRANSCRIPTIONS=1\"]\n}\n";

/// What came of a tree.
struct Told {
    rules: Vec<String>,
    problems: Vec<String>,
    /// Everything that was read.
    texts: Vec<String>,
}

impl Told {
    /// Whether one of the problems says that.
    fn says(&self, part: &str) -> bool {
        self.problems.iter().any(|p| p.contains(part))
    }
}

fn told(root: &Path) -> Told {
    let workspace = Workspace::open(&[root.to_path_buf()], root, Config::default());
    let inventory = konform::evaluate::evaluate(&workspace);
    let policies = Policies::builtin().expect("the embedded policies load");
    let options = Options {
        today: "2026-01-01".into(),
        ..Options::default()
    };
    let sources: &Sources = workspace.sources();
    let outcome = check(&inventory, &policies, &options, sources);
    let all = outcome.problems.iter().chain(&outcome.notes);
    Told {
        rules: outcome.findings.iter().map(|f| f.rule.clone()).collect(),
        problems: all.map(|p| p.message.clone()).collect(),
        texts: sources
            .ids()
            .into_iter()
            .map(|id| sources.get(id).text.to_string())
            .collect(),
    }
}

/// A tree of these files and [`CONTAINER`].
fn tree(files: &[(&str, String)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder");
    write(dir.path(), "container.tf", CONTAINER);
    for (path, text) in files {
        write(dir.path(), path, text);
    }
    dir
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    std::fs::create_dir_all(path.parent().expect("in the folder")).expect("a folder");
    std::fs::write(path, text).expect("a file");
}

fn of(files: &[(&str, String)]) -> Told {
    let dir = tree(files);
    let root = dir.path().canonicalize().expect("a temporary folder");
    let told = told(&root);
    assert!(
        told.rules.iter().any(|r| r == "transcription-on"),
        "the rest is still found: {:?}",
        told.problems
    );
    told
}

fn local(value: &str) -> String {
    format!("locals {{\n  x = {value}\n}}\nresource \"a_b\" \"c\" {{\n  x = local.x\n}}\n")
}

#[test]
fn what_is_nested_too_deeply_is_refused() {
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("{a=", "}"),
        ("f(", ")"),
        ("a[", "]"),
        ("\"${", "}\""),
        ("[for x in ", " : x]"),
        ("true ? (", ") : 1"),
        ("(<<E\n${", "}\nE\n)"),
    ] {
        let value = format!("{}1{}", open.repeat(20_000), close.repeat(20_000));
        let told = of(&[("main.tf", local(&value))]);
        assert!(told.says("levels"), "{open}: {:?}", told.problems);
    }
    let blocks = format!("{}{}", "a {\n".repeat(20_000), "}\n".repeat(20_000));
    assert!(of(&[("main.tf", blocks)]).says("levels"));
    let json = format!(
        "{{\"locals\": {{\"x\": {}{}}}}}",
        "[".repeat(20_000),
        "]".repeat(20_000)
    );
    assert!(of(&[("main.tf.json", json)]).says("nesting"));
    let template = format!(
        "{}x{}",
        "%{ if true }".repeat(20_000),
        "%{ endif }".repeat(20_000)
    );
    let main = local("templatefile(\"t.tftpl\", {})");
    assert!(of(&[("main.tf", main), ("t.tftpl", template)]).says("levels"));
}

#[test]
fn what_grows_without_bound_is_cut() {
    let products = local(
        "[for a in range(1000) : [for b in range(1000) : [for c in range(1000) : setproduct(range(1000), range(1000))]]]",
    );
    assert!(of(&[("main.tf", products)]).says("elements"));
    let copies = "module \"a\" {\n  count  = 2000\n  source = \"./m\"\n}\n".to_owned();
    let more = "module \"b\" {\n  count  = 2000\n  source = \"./n\"\n}\n".to_owned();
    let leaf = "locals {}\n".to_owned();
    let told = of(&[
        ("main.tf", copies),
        ("m/main.tf", more),
        ("m/n/main.tf", leaf),
    ]);
    assert!(told.says("more than 10000 modules"), "{:?}", told.problems);
    let again = "module \"a\" {\n  source = \".\"\n}\nmodule \"b\" {\n  source = \".\"\n}\n";
    let start = "module \"a\" {\n  source = \"./m\"\n}\n".to_owned();
    let told = of(&[("main.tf", start), ("m/main.tf", again.to_owned())]);
    assert!(
        told.says("nested more than 32 levels deep"),
        "{:?}",
        told.problems
    );
    let itself = "a${templatefile(\"t.tftpl\", {})}${templatefile(\"t.tftpl\", {})}".to_owned();
    let main = local("templatefile(\"t.tftpl\", {})");
    assert!(of(&[("main.tf", main), ("t.tftpl", itself)]).says("templates render templates"));
    let circle =
        "locals {\n  a = local.b\n  b = local.a\n}\nresource \"a_b\" \"c\" {\n  x = local.a\n}\n";
    assert!(of(&[("main.tf", circle.to_owned())]).says("refers to itself"));
}

#[test]
fn long_texts_are_read_or_refused() {
    let line = "echo ${1 + 1} and so on >> /tmp/log\n".repeat(150_000);
    let script = format!(
        "resource \"hcloud_server\" \"x\" {{\n  user_data = <<EOT\n#!/bin/sh\n{line}EOT\n}}\n"
    );
    assert!(script.len() > 5_000_000);
    let told = of(&[("main.tf", script.clone())]);
    assert!(told.says("more than 20000 commands"), "{:?}", told.problems);
    let encoded = script
        .replace("<<EOT", "base64encode(<<EOT")
        .replace("EOT\n}", "EOT\n)\n}");
    assert!(of(&[("main.tf", encoded)]).says("parts"));
    let unclosed = format!(
        "locals {{\n  x = <<EOT\n{}",
        "echo <<X ${ \n".repeat(100_000)
    );
    assert!(!of(&[("main.tf", unclosed)]).problems.is_empty());
}

#[test]
fn files_outside_are_not_read() {
    let outside = tempfile::tempdir().expect("a temporary folder");
    write(outside.path(), "secret", "kept-to-itself");
    write(outside.path(), "main.tf", "# kept-to-itself\n");
    let secret = outside.path().join("secret").display().to_string();
    let up = format!("{}{secret}", "../".repeat(40).trim_end_matches('/'));
    let main = format!(
        "resource \"hcloud_server\" \"x\" {{\n  a = file(\"{secret}\")\n  b = file(\"{up}\")\n  \
         c = templatefile(\"{secret}\", {{}})\n  d = filebase64(\"{secret}\")\n  e = file(\"link\")\n  \
         f = file(\"folder/secret\")\n  user_data = file(\"{secret}\")\n}}\n\
         module \"out\" {{\n  source = \"./folder\"\n}}\nmodule \"up\" {{\n  source = \"{up}/..\"\n}}\n"
    );
    let dir = tree(&[("main.tf", main)]);
    #[cfg(unix)]
    {
        let link = |to: &Path, name: &str| {
            std::os::unix::fs::symlink(to, dir.path().join(name)).expect("a link");
        };
        link(&outside.path().join("secret"), "link");
        link(outside.path(), "folder");
        link(&outside.path().join("secret"), "terraform.tfvars");
    }
    let root = dir.path().canonicalize().expect("a temporary folder");
    let told = told(&root);
    assert!(told.rules.iter().any(|r| r == "transcription-on"));
    assert!(
        told.says("lies outside of the checked folder"),
        "{:?}",
        told.problems
    );
    assert!(!told.texts.iter().any(|t| t.contains("kept-to-itself")));
}

#[test]
#[cfg(unix)]
fn folders_that_lead_into_themselves_end() {
    let dir = tree(&[(
        "main.tf",
        "module \"again\" {\n  source = \"./loop/loop/loop\"\n}\n".to_owned(),
    )]);
    std::os::unix::fs::symlink(".", dir.path().join("loop")).expect("a link");
    let root = dir.path().canonicalize().expect("a temporary folder");
    let told = told(&root);
    assert!(told.rules.iter().any(|r| r == "transcription-on"));
}
