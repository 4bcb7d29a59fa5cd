//! What scripts and CI rely on: exit codes, what goes where, and the shape of the JSON.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

const COMPOSE: &str = "\
services:
  web:
    image: jitsi/web:stable-9823
    environment:
      - ENABLE_RECORDING=1
  prosody:
    image: jitsi/prosody:stable-9823
";

fn tree(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    dir
}

fn konform(dir: &Path) -> Command {
    let mut command = Command::cargo_bin("konform").unwrap();
    command
        .current_dir(dir)
        .env_remove("NO_COLOR")
        .env_remove("CI");
    command
}

fn json(command: &mut Command) -> Value {
    let output = command.output().unwrap();
    assert!(output.stderr.is_empty(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn findings_decide_the_exit_code() {
    let dir = tree(&[("docker-compose.yml", COMPOSE)]);
    konform(dir.path()).arg("check").assert().code(1);
    konform(dir.path())
        .args(["check", "--fail-on", "never"])
        .assert()
        .code(0);
    konform(dir.path())
        .args(["check", "--only", "calendar-sync"])
        .assert()
        .code(0);
    konform(dir.path())
        .args([
            "check",
            "--only",
            "recording-without-consent",
            "--fail-on",
            "error",
        ])
        .assert()
        .code(1);
}

#[test]
fn an_empty_folder_is_fine() {
    let dir = tree(&[]);
    konform(dir.path()).arg("check").assert().code(0);
}

#[test]
fn what_cannot_be_read_weighs_more_than_findings() {
    let dir = tree(&[
        ("docker-compose.yml", COMPOSE),
        ("b/compose.yaml", "services: [\n"),
    ]);
    let report = json(konform(dir.path()).args(["check", "--format", "json"]));
    assert!(report["summary"]["errors"].as_u64().unwrap() > 0);
    assert_eq!(report["problems"][0]["location"]["path"], "b/compose.yaml");
    konform(dir.path()).arg("check").assert().code(2);
    konform(dir.path())
        .args(["check", "not-there"])
        .assert()
        .code(2);
}

#[test]
fn mistakes_of_the_call_and_the_configuration_are_3() {
    let dir = tree(&[
        ("konform.toml", "alowed = [\"EU\"]\n"),
        ("policies/x.yaml", "rules: 1\n"),
    ]);
    for args in [
        &["chek"][..],
        &["check"],
        &["check", "--format", "yaml"],
        &["check", "--no-config", "--only", "no-such-rule"],
        &["check", "--no-config", "--output", "json"],
        &["check", "--no-config", "--values", "not-there.yaml"],
        &["check", "--no-config", "--policies", "policies"],
        &["explain", "--no-config", "no-such-thing"],
    ] {
        let output = konform(dir.path()).args(args).output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{args:?}: {output:?}");
        assert!(output.stdout.is_empty(), "{args:?}: {output:?}");
        assert!(!output.stderr.is_empty(), "{args:?}: {output:?}");
    }
}

#[test]
fn json_has_what_others_rely_on() {
    let dir = tree(&[("docker-compose.yml", COMPOSE)]);
    let report = json(konform(dir.path()).args([
        "check",
        "--format",
        "json",
        "--only",
        "recording-without-consent",
    ]));
    assert_eq!(report["schema"], "konform/1");
    for key in ["errors", "warnings", "notes", "undecided", "suppressed"] {
        assert!(report["summary"][key].is_u64(), "{key}");
    }
    assert_eq!(report["coverage"]["files"][0]["path"], "docker-compose.yml");
    assert_eq!(report["coverage"]["files"][0]["as"], "compose");
    assert_eq!(report["coverage"]["files"][0]["read"], true);
    assert!(report["coverage"]["undecided"].is_array());
    assert_eq!(report["coverage"]["products"][0]["product"], "jitsi");
    let finding = &report["findings"][0];
    for key in [
        "concern",
        "severity",
        "confidence",
        "state",
        "message",
        "reason",
        "help",
    ] {
        assert!(finding[key].is_string(), "{key}");
    }
    for key in ["legal", "trace"] {
        assert!(finding[key].is_array(), "{key}");
    }
    assert!(finding.get("fix").is_some());
    let location = &finding["location"];
    assert_eq!(location["path"], "docker-compose.yml");
    assert_eq!(location["start"]["line"], 5);
    let range = |point: &str| location[point]["byte"].as_u64().unwrap() as usize;
    assert_eq!(&COMPOSE[range("start")..range("end")], "1");
}

#[test]
fn reports_are_written_to_files_as_well() {
    let dir = tree(&[("docker-compose.yml", COMPOSE)]);
    let output = konform(dir.path())
        .args(["check", "--format", "github"])
        .args(["--output", "sarif=k.sarif", "--output", "junit=k.xml"])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.lines().all(|line| line.starts_with("::")), "{text}");
    let sarif: Value =
        serde_json::from_str(&fs::read_to_string(dir.path().join("k.sarif")).unwrap()).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    assert!(
        fs::read_to_string(dir.path().join("k.xml"))
            .unwrap()
            .starts_with("<?xml")
    );
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let showcase = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/showcase");
    let report = |threads: &str| {
        let args = ["check", "--format", "json", "--threads", threads];
        konform(&showcase).args(args).output().unwrap().stdout
    };
    let one = report("1");
    assert!(!one.is_empty());
    assert_eq!(one, report("2"));
    assert_eq!(one, report("7"));
}

#[test]
fn colours_only_where_they_are_wanted() {
    let dir = tree(&[("docker-compose.yml", COMPOSE)]);
    let text = |args: &[&str]| {
        let output = konform(dir.path())
            .arg("check")
            .args(args)
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(!text(&[]).contains('\x1b'));
    assert!(text(&["--color", "always"]).contains('\x1b'));
}

#[test]
fn german_is_spoken() {
    let dir = tree(&[("docker-compose.yml", COMPOSE)]);
    let output = konform(dir.path())
        .args(["check", "--lang", "de"])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("Befunde"), "{text}");
}

#[test]
fn init_writes_a_configuration_that_changes_nothing_and_never_overwrites() {
    let dir = tree(&[("docker-compose.yml", COMPOSE)]);
    let before = konform(dir.path())
        .args(["check", "--format", "json"])
        .output()
        .unwrap();
    konform(dir.path()).arg("init").assert().code(0);
    let after = konform(dir.path())
        .args(["check", "--format", "json"])
        .output()
        .unwrap();
    assert_eq!(before.status, after.status);
    let findings = |output: &[u8]| {
        let report: Value = serde_json::from_slice(output).unwrap();
        report["findings"].clone()
    };
    assert_eq!(findings(&before.stdout), findings(&after.stdout));
    konform(dir.path()).arg("init").assert().code(3);
}

#[test]
fn every_example_of_the_written_configuration_is_understood() {
    let dir = tree(&[]);
    konform(dir.path()).arg("init").assert().code(0);
    let path = dir.path().join("konform.toml");
    let text = fs::read_to_string(&path).unwrap();
    // `# key = value` and `# [table]` are examples, the rest is prose.
    let is_example = |line: &str| {
        let code = line.trim_start_matches("# ");
        code.starts_with('[')
            || code
                .split_once(" = ")
                .is_some_and(|(key, _)| !key.contains(' '))
    };
    let mut examples = String::new();
    for line in text
        .lines()
        .filter(|l| l.starts_with("# ") && is_example(l))
    {
        examples.push_str(&line[2..]);
        examples.push('\n');
    }
    assert!(examples.contains("[[deployment]]"));
    fs::write(&path, &examples).unwrap();
    fs::create_dir(dir.path().join("policies")).unwrap();
    let output = konform(dir.path()).arg("check").output().unwrap();
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_ne!(output.status.code(), Some(3), "{message}\n{examples}");
}

#[test]
fn tables_and_explanations() {
    let dir = tree(&[]);
    for table in ["rules", "settings", "products", "places"] {
        let rows = json(konform(dir.path()).args([table, "--format", "json"]));
        assert!(rows.as_array().unwrap().len() > 4, "{table}");
        konform(dir.path()).arg(table).assert().code(0);
    }
    for name in [
        "recording-without-consent",
        "jitsi",
        "jitsi:recording.file",
        "recording.file",
        "aws:eu-central-1",
        "eu-west-2",
    ] {
        let output = konform(dir.path())
            .args(["explain", name])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{name}");
        assert!(output.stdout.len() > 80, "{name}");
    }
}

#[test]
fn what_is_not_in_the_tree_can_be_said() {
    let compose = "\
services:
  web:
    image: jitsi/web:stable-9823
    environment:
      - ENABLE_RECORDING
";
    let dir = tree(&[("docker-compose.yml", compose)]);
    let report = |args: &[&str]| {
        let rule = ["--only", "recording-without-consent"];
        json(
            konform(dir.path())
                .args(["check", "--format", "json"])
                .args(rule)
                .args(args),
        )
    };
    assert_eq!(report(&[])["findings"].as_array().unwrap().len(), 0);
    let told = report(&["--set", "ENABLE_RECORDING=1"]);
    assert_eq!(
        told["findings"][0]["location"]["path"],
        "docker-compose.yml"
    );
    assert_eq!(told["findings"][0]["location"]["start"]["line"], 5);
}

#[test]
fn variables_of_terraform_can_be_given() {
    let main = "variable \"region\" {}\n\nprovider \"aws\" {\n  region = var.region\n}\n\nresource \"aws_instance\" \"meet\" {\n  user_data = \"apt-get install -y jitsi-meet\"\n}\n";
    let dir = tree(&[("infra/main.tf", main)]);
    let elsewhere = tree(&[("given.tfvars", "region = \"us-east-1\"\n")]);
    let file = elsewhere.path().join("given.tfvars");
    let findings = |args: &[&str]| {
        let rule = ["--only", "region-not-allowed"];
        let report = json(
            konform(dir.path())
                .args(["check", "infra", "--format", "json"])
                .args(rule)
                .args(args),
        );
        report["findings"].as_array().unwrap().len()
    };
    assert_eq!(findings(&[]), 0);
    assert_eq!(findings(&["--var", "region=us-east-1"]), 1);
    assert_eq!(findings(&["--var", "region=eu-central-1"]), 0);
    assert_eq!(findings(&["--var-file", file.to_str().unwrap()]), 1);
}

#[cfg(unix)]
#[test]
fn render_follows_the_links_in_a_chart() {
    let dir = tree(&[
        (
            "chart/Chart.yaml",
            "apiVersion: v2\nname: c\nversion: 1.0.0\n",
        ),
        ("shared/a.yaml", "kind: A\n"),
        (
            "lib/Chart.yaml",
            "apiVersion: v2\nname: lib\nversion: 1.0.0\n",
        ),
        ("lib/templates/b.yaml", "kind: B\n"),
        ("elsewhere/keep", ""),
        (".git/HEAD", ""),
    ]);
    let link = |to: &str, from: &str| {
        std::os::unix::fs::symlink(to, dir.path().join("chart").join(from)).unwrap();
    };
    link("../shared", "templates");
    fs::create_dir(dir.path().join("chart/charts")).unwrap();
    link("../../lib", "charts/lib");
    for (cwd, chart) in [("chart", "."), (".", "chart"), ("elsewhere", "../chart")] {
        let rendered = konform(&dir.path().join(cwd))
            .args(["render", chart])
            .output()
            .unwrap();
        let text = String::from_utf8(rendered.stdout).unwrap();
        assert_eq!(
            text,
            "---\n# Source: c/templates/a.yaml\nkind: A\n---\n# Source: c/charts/lib/templates/b.yaml\nkind: B\n",
        );
    }
    // An unpacked archive of a repository has no history.
    fs::rename(dir.path().join(".git"), dir.path().join(".github")).unwrap();
    let rendered = konform(&dir.path().join("chart"))
        .args(["render", "."])
        .output()
        .unwrap();
    assert!(
        String::from_utf8(rendered.stdout)
            .unwrap()
            .contains("kind: B")
    );
    // Without the repository around them they lead out of what was asked for.
    fs::remove_dir_all(dir.path().join(".github")).unwrap();
    let rendered = konform(&dir.path().join("elsewhere"))
        .args(["render", "../chart"])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(rendered.stdout).unwrap(), "");
    let told = String::from_utf8(rendered.stderr).unwrap();
    assert!(
        told.contains("../chart/templates leads to nothing inside of the checked folder"),
        "{told}"
    );
}
