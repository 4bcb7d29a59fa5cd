//! The charts under `testdata/bench`, with one and with all of their sets of values.
//! `cargo bench --bench helm`.
//!
//! `HELM=helm cargo bench --bench helm` compares the CPU time of `konform render` with that of
//! `helm template`; arguments behind `--` are a chart and the options that both take, instead
//! of those charts.

#![allow(clippy::print_stdout, reason = "a benchmark tells what it measured")]
#![allow(
    clippy::disallowed_types,
    reason = "it starts the real program to compare with; konform never does"
)]

mod measure;

use std::path::Path;
use std::process::{Command, Stdio};

use konform::evaluate::helm::command::{RenderArgs, render_command};
use konform::evaluate::helm::values::Input;
use konform::workspace::{Config, Workspace};

/// The set of values with which each chart is rendered alone: with most parts switched on.
const SET: &str = "ci/all-values.yaml";

fn main() {
    let given: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| a != "--bench")
        .collect();
    if !given.is_empty() {
        compare(&given);
        return;
    }
    for name in ["stack", "meet"] {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/bench");
        let root = root.join(name).canonicalize().expect("the chart");
        let sets = std::fs::read_dir(root.join("ci"))
            .expect("its sets")
            .count();
        println!("{name}: {sets} sets of values");
        one(&root);
        all(&root);
        let overlay = root.join(SET).display().to_string();
        compare(&[root.display().to_string(), "-f".to_owned(), overlay]);
    }
}

/// One render, as the command does it.
fn one(root: &Path) {
    let args = RenderArgs {
        chart: root.to_path_buf(),
        values: Input {
            files: vec![root.join(SET)],
            ..Input::default()
        },
        ..RenderArgs::default()
    };
    let mut size = 0;
    let times = measure::durations(20, || {
        let output = render_command(&args, root);
        assert!(output.problems.is_empty(), "{:?}", output.problems);
        size = output.text.len();
    });
    println!(
        "render          {}   {} KiB",
        measure::spread(&times),
        size / 1024
    );
}

/// All sets of values as deployments, as a check does it.
fn all(root: &Path) {
    let mut deployments = 0;
    let times = measure::durations(3, || {
        let paths = [root.to_path_buf()];
        let workspace = Workspace::open(&paths, root, Config::default());
        deployments = konform::evaluate::evaluate(&workspace).deployments.len();
    });
    println!(
        "all sets        {}   {deployments} deployments",
        measure::spread(&times)
    );
}

/// CPU time of both programs for the same arguments, if the other one is there.
fn compare(arguments: &[String]) {
    let Ok(helm) = std::env::var("HELM") else {
        return;
    };
    let konform = env!("CARGO_BIN_EXE_konform");
    let theirs = cpu(&helm, &["template", "release-name"], arguments);
    let ours = cpu(konform, &["render"], arguments);
    match (theirs, ours) {
        (Some(theirs), Some(ours)) => println!(
            "CPU             helm template {theirs:.1} ms, konform render {ours:.1} ms: {:.1} times less",
            theirs / ours
        ),
        _ => println!("CPU             not told by this system"),
    }
}

/// Milliseconds of CPU that a run takes, user and system, over many runs.
fn cpu(program: &str, first: &[&str], arguments: &[String]) -> Option<f64> {
    const RUNS: u32 = 20;
    let before = children()?;
    for _ in 0..RUNS {
        let mut command = Command::new(program);
        command.args(first).args(arguments);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.status().ok()?;
    }
    Some((children()? - before) / f64::from(RUNS))
}

/// CPU time of all processes that ended so far, in milliseconds, where the system tells.
fn children() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(13);
    let user: f64 = fields.next()?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    // Linux counts in hundredths of a second, whatever its own clock does.
    Some((user + system) * 10.0)
}
