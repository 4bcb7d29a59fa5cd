//! Throughput and memory on a generated tree. `cargo bench --bench tree`; `FILES=500` for another size.

#![allow(clippy::print_stdout, reason = "a benchmark tells what it measured")]

mod generate;
mod measure;
mod memory;

use konform::policy::{Options, Policies, check};
use konform::workspace::{Config, Workspace};

fn main() {
    let count = std::env::var("FILES")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(2_000);
    let dir = tempfile::tempdir().expect("a temporary folder");
    let bytes = generate::tree(dir.path(), count);
    let root = dir.path().canonicalize().expect("a temporary folder");
    let policies = Policies::builtin().expect("the embedded policies load");
    let options = Options {
        allowed: vec!["EU".into(), "EEA".into()],
        today: "2026-01-01".into(),
        ..Options::default()
    };
    println!("{count} files, {:.1} MiB", mib(bytes));

    let mut findings = 0;
    let (mut open, mut evaluate, mut judge) = (Vec::new(), Vec::new(), Vec::new());
    let whole = measure::durations(5, || {
        let mut workspace = None;
        open.extend(measure::durations(1, || {
            workspace = Some(Workspace::open(
                std::slice::from_ref(&root),
                &root,
                Config::default(),
            ));
        }));
        let Some(workspace) = workspace else { return };
        let mut inventory = konform::inventory::Inventory::default();
        evaluate.extend(measure::durations(1, || {
            inventory = konform::evaluate::evaluate(&workspace);
        }));
        judge.extend(measure::durations(1, || {
            findings = check(&inventory, &policies, &options, workspace.sources())
                .findings
                .len();
        }));
    });
    for stage in [&mut open, &mut evaluate, &mut judge] {
        stage.sort();
    }
    println!("walk and read   {}", measure::spread(&open));
    println!("evaluate        {}", measure::spread(&evaluate));
    println!("judge           {}", measure::spread(&judge));
    println!("whole           {}", measure::spread(&whole));
    if let Some(middle) = whole.get(whole.len() / 2) {
        let seconds = middle.as_secs_f64();
        #[allow(clippy::cast_precision_loss, reason = "counts are small")]
        let files = count as f64;
        println!(
            "throughput      {:.0} files/s, {:.1} MiB/s, {findings} findings",
            files / seconds,
            mib(bytes) / seconds
        );
    }
    println!("peak memory     {}", memory::peak());
}

#[allow(clippy::cast_precision_loss, reason = "sizes are small")]
fn mib(bytes: usize) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}
