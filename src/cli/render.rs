//! `konform render`: a chart as it would be installed.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use super::{Exit, Failure, Global};

/// Render a chart as `helm template` would
#[derive(Debug, Args)]
pub(super) struct RenderArgs {
    /// The chart's folder, or its package (`.tgz`)
    #[arg(value_name = "CHART")]
    chart: PathBuf,

    /// Values file; may be repeated, later ones win
    #[arg(long, short = 'f', value_name = "FILE")]
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
    #[arg(long, default_value = "default", value_name = "NAMESPACE")]
    namespace: String,

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
///
/// The one place that calls the evaluator of charts.
fn rendered(args: &RenderArgs, _global: &Global) -> Result<(String, Exit), Failure> {
    let message = format!("{}: charts can't be rendered yet", args.chart.display());
    Err(Failure::Incomplete(message))
}
