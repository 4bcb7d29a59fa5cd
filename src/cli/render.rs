//! `konform render`: a chart as it would be installed.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use super::{Exit, Failure, Global};
use crate::evaluate::helm::command::{self as evaluate, render_command};
use crate::evaluate::helm::values::Input;

/// Render a chart as `helm template` would
#[derive(Debug, Args)]
pub(super) struct RenderArgs {
    /// The chart's folder, or its package (`.tgz`)
    #[arg(value_name = "CHART")]
    chart: PathBuf,

    /// Values file; may be repeated, later ones win
    #[arg(long, short = 'f', value_name = "FILE", value_delimiter = ',')]
    values: Vec<PathBuf>,

    /// A value; may be repeated, later ones win
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,

    /// A value that stays text even if it looks like a number; may be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    set_string: Vec<String>,

    /// A value as JSON; may be repeated
    #[arg(long, value_name = "KEY=JSON")]
    set_json: Vec<String>,

    /// A value that is the text of a file; may be repeated
    #[arg(long, value_name = "KEY=FILE")]
    set_file: Vec<String>,

    /// The release's name
    #[arg(long, default_value = "release-name", value_name = "NAME")]
    name: String,

    /// The namespace
    #[arg(long, short = 'n', default_value = "default", value_name = "NAMESPACE")]
    namespace: String,

    /// The Kubernetes version to render for
    #[arg(long, value_name = "VERSION")]
    kube_version: Option<String>,

    /// A further API version that the cluster offers; may be repeated
    #[arg(long, short = 'a', value_name = "VERSION", value_delimiter = ',')]
    api_versions: Vec<String>,

    /// Print beside every scalar where it came from
    #[arg(long)]
    origins: bool,
}

/// Runs the command.
pub(super) fn run(
    args: &RenderArgs,
    global: &Global,
    out: &mut dyn Write,
) -> Result<Exit, Failure> {
    if !args.chart.exists() {
        let message = format!("there is no chart {}", args.chart.display());
        return Err(Failure::Usage(message));
    }
    let (text, exit) = rendered(args, global)?;
    out.write_all(text.as_bytes())?;
    Ok(exit)
}

/// The manifests, and whether all of them are there.
fn rendered(args: &RenderArgs, global: &Global) -> Result<(String, Exit), Failure> {
    let cwd = std::env::current_dir()?;
    let output = render_command(
        &evaluate::RenderArgs {
            chart: args.chart.clone(),
            values: Input {
                files: args.values.clone(),
                set: args.set.clone(),
                set_string: args.set_string.clone(),
                set_json: args.set_json.clone(),
                set_file: args.set_file.clone(),
                ..Input::default()
            },
            name: Some(args.name.clone()),
            namespace: Some(args.namespace.clone()),
            kube_version: args.kube_version.clone(),
            api_versions: args.api_versions.clone(),
            origins: args.origins,
        },
        &cwd,
    );
    let mut err = std::io::stderr().lock();
    if !global.quiet {
        for note in &output.notes {
            writeln!(err, "note: {note}")?;
        }
    }
    for problem in &output.problems {
        writeln!(err, "error: {problem}")?;
    }
    let exit = if output.problems.is_empty() {
        Exit::Fine
    } else {
        Exit::Incomplete
    };
    Ok((output.text, exit))
}
