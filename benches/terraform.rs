//! A large Terraform configuration. `cargo bench --bench terraform`; `MODULES=50` for another size.

#![allow(clippy::print_stdout, reason = "a benchmark tells what it measured")]

mod measure;
mod memory;
mod modules;

use konform::evaluate::terraform;
use konform::inventory::Item;
use konform::policy::{Options, Policies, check};
use konform::workspace::{Config, Workspace};

fn main() {
    let count = std::env::var("MODULES")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(200);
    let dir = tempfile::tempdir().expect("a temporary folder");
    let root = dir.path().canonicalize().expect("a temporary folder");
    let bytes = modules::write(&root, count);
    println!(
        "{count} modules, {} resources, {} KiB",
        count * modules::PER_MODULE,
        bytes / 1024
    );
    let policies = Policies::builtin().expect("the embedded policies load");
    let options = Options {
        allowed: vec!["EU".into(), "EEA".into()],
        today: "2026-01-01".into(),
        ..Options::default()
    };
    let open = || Workspace::open(std::slice::from_ref(&root), &root, Config::default());

    println!("before          {}", memory::peak());
    let (mut resources, mut items) = (0, 0);
    let times = measure::durations(5, || {
        let inventory = terraform::deployments(&open());
        assert!(inventory.problems.is_empty(), "{:?}", inventory.problems);
        let all = || inventory.deployments.iter().flat_map(|d| &d.items);
        let is_resource = |i: &&Item| matches!(i, Item::Resource(r) if r.kind != "provider");
        resources = all().filter(is_resource).count();
        items = all().count();
    });
    println!("evaluate        {}", measure::spread(&times));
    println!("                {resources} resources, {items} items");
    println!("peak memory     {}", memory::peak());
    let mut findings = 0;
    let times = measure::durations(3, || {
        let workspace = open();
        let inventory = konform::evaluate::evaluate(&workspace);
        findings = check(&inventory, &policies, &options, workspace.sources())
            .findings
            .len();
    });
    println!("whole           {}", measure::spread(&times));
    println!("                {findings} findings");
    println!("peak memory     {}", memory::peak());
}
