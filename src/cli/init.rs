//! `konform init`: a configuration to start from.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;

use super::{Exit, Failure};
use crate::workspace::config::FILE_NAME;

/// What is written. Everything in it is commented out, so that it changes nothing.
pub(super) const TEMPLATE: &str = include_str!("konform.toml");

/// Write a commented konform.toml
#[derive(Debug, Args)]
pub(super) struct InitArgs {
    /// The folder to write it to
    #[arg(default_value = ".", value_name = "DIR")]
    folder: PathBuf,
}

/// Runs the command.
pub(super) fn run(args: &InitArgs, out: &mut dyn Write) -> Result<Exit, Failure> {
    let path = args.folder.join(FILE_NAME);
    let shown = path.display();
    let file = OpenOptions::new().write(true).create_new(true).open(&path);
    let mut file = file.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Failure::Usage(format!("{shown} is there already and is left as it is"))
        }
        _ => Failure::Usage(format!("{shown} can't be written: {error}")),
    })?;
    file.write_all(TEMPLATE.as_bytes())?;
    writeln!(out, "wrote {shown}")?;
    Ok(Exit::Fine)
}
