//! `konform inventory`: what is deployed, where, and what it talks to.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use super::check::Given;
use super::progress::Progress;
use super::{Exit, Failure, Global, pipeline};
use crate::inventory::dump;

/// Show what would be deployed
///
/// Workloads, machines, resources and ways in, with the values that they get. Behind `@`
/// stands where a value was written, behind each arrow a step of its way.
#[derive(Debug, Args)]
pub(super) struct InventoryArgs {
    /// Files and folders
    #[arg(default_value = ".", value_name = "PATH")]
    paths: Vec<PathBuf>,

    #[command(flatten)]
    given: Given,
}

/// Runs the command.
pub(super) fn run(
    args: &InventoryArgs,
    global: &Global,
    out: &mut dyn Write,
) -> Result<Exit, Failure> {
    let mut config = global.config(&args.paths)?;
    config.overrides = args.given.overrides()?;
    let progress = Progress::new(global.quiet);
    let reading = pipeline::read(&args.paths, config, global, &progress)?;
    drop(progress);
    let text = dump(&reading.inventory, reading.workspace.sources());
    out.write_all(text.as_bytes())?;
    if reading.inventory.problems.is_empty() {
        Ok(Exit::Fine)
    } else {
        Ok(Exit::Incomplete)
    }
}
