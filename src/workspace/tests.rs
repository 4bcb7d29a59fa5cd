//! What is found in small trees; and the trees for the tests of other modules.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::{Config, Kind, Workspace};

/// A folder with these files, and the workspace of all of it.
pub(crate) fn tree(files: &[(&str, &str)]) -> (TempDir, Workspace) {
    let dir = write(files);
    let workspace = Workspace::open(&[PathBuf::from(".")], dir.path(), Config::default());
    (dir, workspace)
}

/// The workspace of a folder of `testdata/`, with paths shown from there.
pub(crate) fn testdata(path: &str) -> Workspace {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testdata")
        .join(path);
    let config = Config::default();
    Workspace::open(&[PathBuf::from(".")], &dir, config)
}

fn write(files: &[(&str, &str)]) -> TempDir {
    let dir = TempDir::new().unwrap();
    for (path, text) in files {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    dir
}

fn kinds(workspace: &Workspace) -> Vec<(&str, &'static str)> {
    workspace
        .files()
        .iter()
        .map(|f| (f.path.as_str(), f.kind.word()))
        .collect()
}

#[test]
fn files_are_told_by_name_and_content() {
    let (_dir, workspace) = tree(&[
        (".env", "A=1\n"),
        ("stack.yml", "services:\n  web:\n    image: nginx\n"),
        ("docker-compose.yml", "services: {}\n"),
        (".gitlab-ci.yml", "services:\n  - docker\nimage: x\n"),
        ("k8s/web.yaml", "# c\napiVersion: v1\nkind: Service\n"),
        ("k8s/kustomization.yaml", "resources: [web.yaml]\n"),
        (
            "k8s/list.json",
            "{\"apiVersion\": \"v1\", \"kind\": \"List\"}",
        ),
        ("chart/Chart.yaml", "name: a\n"),
        ("chart/values.yaml", "a: 1\n"),
        ("chart/templates/x.yaml", "apiVersion: v1\nkind: {{ .x }}\n"),
        (
            "chart/templates/_helpers.tpl",
            "{{ define \"x\" }}{{ end }}",
        ),
        ("tf/main.tf", "provider \"aws\" {}\n"),
        ("tf/prod.tfvars", "a = 1\n"),
        ("tf/user-data.tpl", "#cloud-config\npackages: []\n"),
        ("tf/boot.sh.tpl", "#!/bin/bash\n"),
        ("play.yml", "- hosts: all\n  tasks: []\n"),
        ("prod-values.yaml", "a: 1\n"),
        ("app.yaml", "server_name: x\n"),
        ("conf/custom-config.js", "config.a = 1;\n"),
        ("env.example", "A=2\n"),
        ("conf/x.env.tpl", "A=2\n"),
        ("run", "#!/usr/bin/env bash\n"),
        ("README.md", "services:\n"),
        ("web/package.json", "{}"),
        ("node_modules/a/values.yaml", "a: 1\n"),
    ]);
    insta::assert_snapshot!(
        kinds(&workspace).iter().map(|(p, k)| format!("{p}: {k}")).collect::<Vec<_>>().join("\n"),
        @r"
    .env: dotenv
    app.yaml: config
    chart/Chart.yaml: helm-chart
    chart/templates/_helpers.tpl: helm-template
    chart/templates/x.yaml: helm-template
    chart/values.yaml: helm-values
    conf/custom-config.js: config
    conf/x.env.tpl: dotenv
    docker-compose.yml: compose
    env.example: dotenv
    k8s/kustomization.yaml: kustomization
    k8s/list.json: kubernetes
    k8s/web.yaml: kubernetes
    play.yml: ansible
    prod-values.yaml: helm-values
    run: shell
    stack.yml: compose
    tf/boot.sh.tpl: shell
    tf/main.tf: terraform
    tf/prod.tfvars: tfvars
    tf/user-data.tpl: cloud-init
    "
    );
}

#[test]
fn ignored_files_are_left_out_unless_they_are_named_or_needed() {
    let dir = write(&[
        (".gitignore", ".env\n/old/\n"),
        (".env", "A=1\n"),
        ("old/values.yaml", "a: 1\n"),
        ("new/values.yaml", "a: 1\n"),
    ]);
    let open = |path: &str| Workspace::open(&[path.into()], dir.path(), Config::default());
    assert_eq!(kinds(&open(".")), [("new/values.yaml", "helm-values")]);
    assert_eq!(kinds(&open("old")), [("old/values.yaml", "helm-values")]);
    assert_eq!(kinds(&open(".env")), [(".env", "dotenv")]);
    assert!(
        open(".")
            .read(&dir.path().join(".env").canonicalize().unwrap())
            .is_some()
    );
}

#[test]
fn include_and_exclude_come_from_the_nearest_configuration() {
    let dir = write(&[
        ("konform.toml", "exclude = [\"old\"]\n"),
        ("a/old/values.yaml", "a: 1\n"),
        ("a/values.yaml", "a: 1\n"),
    ]);
    let config = Config::discover(&["a".into()], dir.path()).unwrap();
    let workspace = Workspace::open(&["a".into()], dir.path(), config);
    assert_eq!(kinds(&workspace), [("a/values.yaml", "helm-values")]);
}

#[cfg(unix)]
#[test]
fn links_do_not_lead_out_of_the_root() {
    use std::os::unix::fs::symlink;

    let outside = write(&[("secret.yaml", "a: 1\n"), ("more/values.yaml", "a: 1\n")]);
    let dir = write(&[("shared/prod.env", "A=1\n"), ("values.yaml", "a: 1\n")]);
    symlink(
        outside.path().join("secret.yaml"),
        dir.path().join("link.yaml"),
    )
    .unwrap();
    symlink(outside.path().join("more"), dir.path().join("more")).unwrap();
    symlink("shared/prod.env", dir.path().join(".env")).unwrap();
    let workspace = Workspace::open(&[".".into()], dir.path(), Config::default());
    assert_eq!(
        kinds(&workspace),
        [
            ("shared/prod.env", "dotenv"),
            ("values.yaml", "helm-values")
        ]
    );
    let inside = dir.path().canonicalize().unwrap();
    assert!(workspace.read(&inside.join("link.yaml")).is_none());
    assert!(workspace.read(&inside.join("more/values.yaml")).is_none());
    assert!(
        workspace
            .read(&outside.path().canonicalize().unwrap().join("secret.yaml"))
            .is_none()
    );
    assert!(workspace.read(Path::new("/etc/hostname")).is_none());
    assert!(workspace.read(&inside.join(".env")).is_some());
    assert!(workspace.list(&inside.join("more")).is_empty());
    assert_eq!(workspace.problems(), []);
}

#[test]
fn what_should_have_been_read_and_could_not_be_is_a_problem() {
    let dir = write(&[("ok.yaml", "a: 1\n")]);
    fs::write(dir.path().join("latin.yaml"), b"name: M\xfcller\n").unwrap();
    fs::write(
        dir.path().join("huge.yaml"),
        vec![b'a'; 10 * 1024 * 1024 + 1],
    )
    .unwrap();
    fs::write(dir.path().join("data.yaml"), b"a\0b").unwrap();
    fs::write(dir.path().join("crypt.yaml"), b"\0GITCRYPT\0xyz").unwrap();
    fs::write(dir.path().join("picture.png"), b"\x89PNG\0").unwrap();
    let paths = [".".into(), "nowhere".into()];
    let workspace = Workspace::open(&paths, dir.path(), Config::default());
    let shown: Vec<_> = workspace
        .problems()
        .iter()
        .map(|p| {
            let path = workspace.sources().get(p.span.unwrap().source).path.clone();
            format!("{path} {}", p.message)
        })
        .collect();
    assert_eq!(
        shown,
        [
            "data.yaml is not text",
            "huge.yaml is larger than 10485760 bytes, the limit for one file",
            "latin.yaml is not UTF-8 (byte 7)",
            "nowhere can't be read: No such file or directory (os error 2)",
        ]
    );
}

#[test]
fn what_belongs_together() {
    let (dir, workspace) = tree(&[
        ("a/compose.yaml", "services: {}\n"),
        ("a/compose.override.yaml", "services: {}\n"),
        ("a/compose.prod.yaml", "services: {}\n"),
        ("tf/main.tf", "module \"x\" {\n  source = \"./mod\"\n}\n"),
        ("tf/env/prod.tfvars", "a = 1\n"),
        ("tf/mod/main.tf", "variable \"a\" {}\n"),
        ("k/kustomization.yaml", "resources: []\n"),
        ("k/deep/x.yaml", "apiVersion: v1\nkind: Service\n"),
        ("c/Chart.yaml", "name: c\n"),
        ("c/charts/d/Chart.yaml", "name: d\n"),
    ]);
    let top = dir.path().canonicalize().unwrap();
    let compose = workspace.compose_projects();
    assert_eq!(compose[0].main.unwrap().path, "a/compose.yaml");
    assert_eq!(compose[0].overlay.unwrap().path, "a/compose.override.yaml");
    assert_eq!(compose[0].others[0].path, "a/compose.prod.yaml");
    let roots = workspace.terraform_roots();
    assert_eq!(roots.len(), 1);
    assert_eq!(roots[0].dir, top.join("tf"));
    assert_eq!(roots[0].tfvars[0].path, "tf/env/prod.tfvars");
    let manifests = workspace.manifests();
    assert_eq!(manifests[0].files[0].path, "k/deep/x.yaml");
    assert!(manifests[0].kustomization.is_some());
    let charts = workspace.charts();
    assert_eq!(charts[1].parent.as_deref(), Some(top.join("c").as_path()));
    assert_eq!(workspace.of_kind(Kind::HelmChart).count(), 2);
}
