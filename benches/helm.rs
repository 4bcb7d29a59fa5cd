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
use std::time::Duration;

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
    let (Some(theirs), Some(ours)) = (middle(&theirs), middle(&ours)) else {
        println!("CPU             not told by this system");
        return;
    };
    let ratio = theirs.as_secs_f64() / ours.as_secs_f64();
    println!(
        "CPU, medians    helm template {theirs:.1?}, konform render {ours:.1?}: {ratio:.1} times less"
    );
}

/// The CPU time that each of many runs takes, user and system, the start of the program
/// included; sorted. Empty if a run can't be started or the system doesn't tell.
fn cpu(program: &str, first: &[&str], arguments: &[String]) -> Vec<Duration> {
    const RUNS: usize = 21;
    let mut all = Vec::new();
    for _ in 0..RUNS {
        let before = children();
        let mut command = Command::new(program);
        command.args(first).args(arguments);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        if command.status().is_ok() {
            all.extend(children().zip(before).map(|(after, before)| after - before));
        }
    }
    all.sort();
    all
}

fn middle(sorted: &[Duration]) -> Option<Duration> {
    sorted.get(sorted.len() / 2).copied()
}

/// CPU time of all processes that ended so far, where the system tells.
#[cfg(unix)]
fn children() -> Option<Duration> {
    use nix::sys::resource::{UsageWho, getrusage};
    let used = getrusage(UsageWho::RUSAGE_CHILDREN).ok()?;
    let used = used.user_time() + used.system_time();
    #[allow(
        clippy::useless_conversion,
        reason = "the type isn't the same everywhere"
    )]
    let micros = used.tv_sec() * 1_000_000 + i64::from(used.tv_usec());
    u64::try_from(micros).ok().map(Duration::from_micros)
}

#[cfg(not(unix))]
fn children() -> Option<Duration> {
    None
}
