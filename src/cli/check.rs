//! `konform check`: lints.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::{Args, ValueEnum};

use super::progress::Progress;
use super::{Exit, Failure, Global, current_dir, pipeline, terminal};
use crate::policy::Policies;
use crate::policy::finding::{Outcome, Severity};
use crate::report::{self, Format, Report};
use crate::workspace::Config;
use crate::workspace::config::Overrides;

/// Names of findings on konform's own comments, which no policy file holds.
const OWN_RULES: [&str; 1] = ["suppression-without-effect"];

/// Check files and folders
///
/// Everything below the given paths is looked at that .gitignore and konform.toml don't
/// exclude. What can't be told from the files is counted, never guessed.
#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Files and folders to check
    #[arg(default_value = ".", value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// What to print on standard output
    #[arg(long, value_enum, default_value = "human", value_name = "FORMAT")]
    format: OutputFormat,

    /// Write a report to a file as well; may be repeated
    ///
    /// For example `--output sarif=konform.sarif --output junit=konform.xml`.
    #[arg(long, value_name = "FORMAT=FILE")]
    output: Vec<Output>,

    /// From which severity on findings make the exit code 1
    #[arg(long, value_enum, default_value = "warning", value_name = "SEVERITY")]
    fail_on: FailOn,

    /// From which severity on findings are shown
    ///
    /// Errors and warnings, if it isn't given. The counts are of all findings, shown or not.
    #[arg(long, value_enum, value_name = "SEVERITY")]
    level: Option<Level>,

    /// Apply only rules whose name matches; may be repeated, `*` allowed
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    only: Vec<String>,

    /// Don't apply rules whose name matches; may be repeated, `*` allowed
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    skip: Vec<String>,

    /// What can't be decided is a finding too
    #[arg(long)]
    strict: bool,

    #[command(flatten)]
    given: Given,
}

/// Values that the tree doesn't hold.
#[derive(Debug, Args)]
#[command(next_help_heading = "Values that are not in the tree")]
pub(super) struct Given {
    /// Values file for the charts that are checked, after their own; may be repeated
    #[arg(long, value_name = "FILE")]
    values: Vec<PathBuf>,

    /// A value for the charts that are checked, or a variable for Compose; may be repeated
    ///
    /// As Helm's own `--set` takes it: `jibri.enabled=false`.
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,

    /// A Terraform variable; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    var: Vec<String>,

    /// A file with Terraform variables; may be repeated
    #[arg(long, value_name = "FILE")]
    var_file: Vec<PathBuf>,
}

/// A format, as the command line spells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OutputFormat {
    /// Text with the lines in question
    Human,
    /// JSON, schema konform/1
    Json,
    /// SARIF 2.1.0
    Sarif,
    /// Annotations of GitHub Actions
    Github,
    /// GitLab code quality
    Gitlab,
    /// JUnit XML
    Junit,
    /// Markdown for comments and summaries
    Markdown,
}

impl From<OutputFormat> for Format {
    fn from(format: OutputFormat) -> Self {
        match format {
            OutputFormat::Human => Self::Human,
            OutputFormat::Json => Self::Json,
            OutputFormat::Sarif => Self::Sarif,
            OutputFormat::Github => Self::Github,
            OutputFormat::Gitlab => Self::Gitlab,
            OutputFormat::Junit => Self::Junit,
            OutputFormat::Markdown => Self::Markdown,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    /// Only errors
    Error,
    /// Errors and warnings
    Warning,
    /// Any finding
    Note,
    /// No finding
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Level {
    /// Only errors
    Error,
    /// Errors and warnings
    Warning,
    /// All
    Note,
}

/// A report for a file.
#[derive(Debug, Clone)]
struct Output {
    format: Format,
    path: PathBuf,
}

impl FromStr for Output {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let names = || Format::ALL.map(Format::name).join(", ");
        let Some((format, path)) = text.split_once('=') else {
            return Err(format!("expected FORMAT=FILE with a format of {}", names()));
        };
        let Some(format) = Format::from_name(format) else {
            return Err(format!("there is no format `{format}`, but {}", names()));
        };
        if path.is_empty() {
            return Err("there is no file name after `=`".to_owned());
        }
        Ok(Self {
            format,
            path: PathBuf::from(path),
        })
    }
}

/// Runs the command.
pub(super) fn run(args: &CheckArgs, global: &Global, out: &mut dyn Write) -> Result<Exit, Failure> {
    let mut config = global.config(&args.paths)?;
    config.overrides = args.given.overrides()?;
    let lang = global.lang(&config);
    let policies = global.policies(&config)?;
    check_rule_names(args, &config, &policies)?;

    let progress = Progress::new(global.quiet);
    let reading = pipeline::read(&args.paths, config, global, &progress)?;
    let mut options = pipeline::options(&reading, lang);
    options.only.clone_from(&args.only);
    options.skip.clone_from(&args.skip);
    options.strict = args.strict;
    let outcome = pipeline::judge(&reading, &policies, &options, global, &progress)?;
    drop(progress);

    let files = pipeline::files(&reading.workspace);
    let rules = pipeline::rules(&policies, lang);
    let report = Report {
        outcome: &outcome,
        sources: reading.workspace.sources(),
        files: &files,
        rules: &rules,
        options: report::Options {
            lang,
            level: args.level.map(severity_of_level),
            color: terminal::color(global.color),
            unicode: terminal::unicode(),
            width: terminal::width(),
            quiet: global.quiet,
        },
    };
    // Files first: whoever reads the output may stop reading.
    for output in &args.output {
        write_file(output, &report)?;
    }
    let exit = exit(&outcome, args.fail_on);
    match report::write(args.format.into(), &report, out).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(exit),
        Err(error) => Err(Failure::Output(error)),
        Ok(()) => Ok(exit),
    }
}

fn write_file(output: &Output, report: &Report<'_>) -> Result<(), Failure> {
    let report = Report {
        options: report::Options {
            color: false,
            width: report::Options::default().width,
            ..report.options
        },
        ..*report
    };
    let write = || {
        let mut file = BufWriter::new(File::create(&output.path)?);
        report::write(output.format, &report, &mut file)?;
        file.flush()
    };
    write().map_err(|e| Failure::Usage(format!("{} can't be written: {e}", output.path.display())))
}

fn exit(outcome: &Outcome, fail_on: FailOn) -> Exit {
    let from = match fail_on {
        FailOn::Error => Some(Severity::Error),
        FailOn::Warning => Some(Severity::Warning),
        FailOn::Note => Some(Severity::Note),
        FailOn::Never => None,
    };
    if !outcome.problems.is_empty() {
        Exit::Incomplete
    } else if from.is_some_and(|from| outcome.findings.iter().any(|f| f.severity >= from)) {
        Exit::Findings
    } else {
        Exit::Fine
    }
}

fn severity_of_level(level: Level) -> Severity {
    match level {
        Level::Error => Severity::Error,
        Level::Warning => Severity::Warning,
        Level::Note => Severity::Note,
    }
}

/// A misspelt rule would silently change what is checked.
fn check_rule_names(args: &CheckArgs, config: &Config, policies: &Policies) -> Result<(), Failure> {
    let known = |pattern: &str| {
        let glob = globset::Glob::new(pattern).map(|g| g.compile_matcher());
        glob.is_ok_and(|glob| policies.rules.keys().any(|rule| glob.is_match(rule)))
            || OWN_RULES.contains(&pattern)
    };
    for pattern in args.only.iter().chain(&args.skip) {
        if !known(pattern) {
            let hint = "`konform rules` lists them";
            return Err(Failure::Usage(format!(
                "no rule is called `{pattern}`; {hint}"
            )));
        }
    }
    let rules = config
        .rules
        .iter()
        .map(|(name, at)| (name.as_str(), &at.file, at.line));
    let allowed = config
        .allow
        .iter()
        .map(|a| (a.rule.value.as_str(), &a.rule.file, a.rule.line));
    for (name, file, line) in rules.chain(allowed) {
        if !known(name) {
            let place = format!("{}:{line}", file.display());
            return Err(Failure::Usage(format!(
                "{place}: no rule is called `{name}`"
            )));
        }
    }
    Ok(())
}

impl Given {
    /// What is given, with absolute paths; a file that isn't there is a mistake of the call.
    pub(super) fn overrides(&self) -> Result<Overrides, Failure> {
        let cwd = current_dir()?;
        let absolute = |path: &PathBuf| -> Result<PathBuf, Failure> {
            match cwd.join(path).canonicalize() {
                Ok(path) if path.is_file() => Ok(path),
                _ => Err(Failure::Usage(format!("there is no file {}", shown(path)))),
            }
        };
        for pair in self.set.iter().chain(&self.var) {
            if !pair.contains('=') {
                let message = format!("`{pair}`: expected NAME=VALUE");
                return Err(Failure::Usage(message));
            }
        }
        Ok(Overrides {
            values: self.values.iter().map(absolute).collect::<Result<_, _>>()?,
            set: self.set.clone(),
            var_files: self
                .var_file
                .iter()
                .map(absolute)
                .collect::<Result<_, _>>()?,
            vars: self.var.clone(),
        })
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
