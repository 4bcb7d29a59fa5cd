//! The command line. One file a command; each turns its arguments into calls of the library
//! and its results into text and an [`Exit`].

mod check;
mod explain;
mod init;
mod inventory;
mod pipeline;
mod places;
mod products;
mod progress;
mod render;
mod rules;
mod settings;
mod table;
mod terminal;

use std::ffi::OsString;
use std::fmt;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::policy::format::Lang;
use crate::policy::{Policies, PolicyError};
use crate::workspace::{Config, ConfigError};

/// A linter of data-protection policy for the infrastructure code of self-hosted conferencing
/// and chat.
///
/// konform reads Compose projects, Kubernetes manifests, Helm values, GitOps objects and
/// Terraform, works out the configuration that would be deployed, and says where it departs
/// from policy: at the line to edit, with the reason and the way out. It needs no network and
/// starts no other program.
#[derive(Debug, Parser)]
#[command(
    name = "konform",
    version,
    propagate_version = true,
    max_term_width = 100
)]
#[command(after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    global: Global,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  checked; nothing at or above --fail-on
  1  findings at or above --fail-on
  2  something that should have been checked could not be; the rest is reported all the same
  3  bad usage or configuration";

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::CheckArgs),
    Explain(explain::ExplainArgs),
    Rules(rules::RulesArgs),
    Settings(settings::SettingsArgs),
    Products(products::ProductsArgs),
    Places(places::PlacesArgs),
    Render(render::RenderArgs),
    Inventory(inventory::InventoryArgs),
    Init(init::InitArgs),
}

/// Flags that all commands take.
#[derive(Debug, Args)]
#[command(next_help_heading = "Everywhere")]
struct Global {
    /// Language of the output
    ///
    /// Without it the `lang` of konform.toml counts, then English.
    #[arg(long, global = true, value_enum, value_name = "LANG")]
    lang: Option<Language>,

    /// When to use colours
    ///
    /// `auto`: at a terminal, unless NO_COLOR is set or TERM is `dumb`.
    #[arg(
        long,
        global = true,
        value_enum,
        default_value = "auto",
        value_name = "WHEN"
    )]
    color: Color,

    /// How many threads to use; 0: one for each processor
    ///
    /// The output is the same for any number.
    #[arg(long, global = true, default_value_t = 0, value_name = "N", value_parser = clap::value_parser!(u16).range(..=256))]
    threads: u16,

    /// No progress, and no summary in the text for people
    #[arg(long, short, global = true)]
    quiet: bool,

    /// Configuration file, instead of the konform.toml found at or above the checked paths
    #[arg(long, global = true, value_name = "FILE", conflicts_with = "no_config")]
    config: Option<PathBuf>,

    /// Read no configuration file
    #[arg(long, global = true)]
    no_config: bool,

    /// Folder with products, rules, places or processors of your own; may be repeated
    ///
    /// All `*.yaml` in it are read, in the formats of docs/policies.md. What has a name that
    /// konform knows already replaces it.
    #[arg(long, global = true, value_name = "DIR")]
    policies: Vec<PathBuf>,
}

/// A language, as the command line spells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Language {
    /// English
    En,
    /// German
    De,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Color {
    /// At a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// What tables are printed as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TableFormat {
    /// A table for people
    Human,
    /// A JSON array
    Json,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Nothing to complain about.
    Fine,
    /// Findings at or above what was asked for.
    Findings,
    /// Something that should have been read could not be.
    Incomplete,
    /// The command line or the configuration is wrong.
    Usage,
}

impl Exit {
    /// The number that scripts see.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Fine => 0,
            Self::Findings => 1,
            Self::Incomplete => 2,
            Self::Usage => 3,
        }
    }
}

/// Why a command could not do what it was asked for.
#[derive(Debug)]
enum Failure {
    /// The user has to change something in the call or the configuration.
    Usage(String),
    /// Something could not be read or is over a limit.
    Incomplete(String),
    /// The output could not be written.
    Output(io::Error),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(message) | Self::Incomplete(message) => f.write_str(message),
            Self::Output(error) => write!(f, "the output can't be written: {error}"),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<PolicyError> for Failure {
    fn from(error: PolicyError) -> Self {
        Self::Usage(error.to_string())
    }
}

/// Runs the program with `args`, the program's name first.
///
/// Results go to standard output, complaints and progress to standard error.
#[must_use]
pub fn run(args: impl IntoIterator<Item = OsString>) -> Exit {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            let failed = error.use_stderr();
            // Nobody is left to be told if this can't be written.
            let _ = error.print();
            return if failed { Exit::Usage } else { Exit::Fine };
        }
    };
    let mut out = io::BufWriter::new(io::stdout().lock());
    let result = dispatch(&cli, &mut out);
    let flushed = out.flush();
    let failure = match (result, flushed) {
        // The reader (`head`, a pager) has seen enough; what was found stays true.
        (Ok(exit), Err(error)) if error.kind() == io::ErrorKind::BrokenPipe => return exit,
        (Err(Failure::Output(error)), _) if error.kind() == io::ErrorKind::BrokenPipe => {
            return Exit::Fine;
        }
        (Ok(exit), Ok(())) => return exit,
        (Ok(_), Err(error)) => Failure::Output(error),
        (Err(failure), _) => failure,
    };
    let _ = writeln!(io::stderr(), "konform: {failure}");
    match failure {
        Failure::Usage(_) => Exit::Usage,
        Failure::Incomplete(_) | Failure::Output(_) => Exit::Incomplete,
    }
}

fn dispatch(cli: &Cli, out: &mut dyn Write) -> Result<Exit, Failure> {
    let global = &cli.global;
    match &cli.command {
        Command::Check(args) => check::run(args, global, out),
        Command::Explain(args) => explain::run(args, global, out),
        Command::Rules(args) => rules::run(args, global, out),
        Command::Settings(args) => settings::run(args, global, out),
        Command::Products(args) => products::run(args, global, out),
        Command::Places(args) => places::run(args, global, out),
        Command::Render(args) => render::run(args, global, out),
        Command::Inventory(args) => inventory::run(args, global, out),
        Command::Init(args) => init::run(args, out),
    }
}

impl Global {
    /// The configuration for `paths`.
    fn config(&self, paths: &[PathBuf]) -> Result<Config, Failure> {
        if self.no_config {
            return Ok(Config::default());
        }
        match &self.config {
            Some(file) => Ok(Config::load(file)?),
            None => Ok(Config::discover(paths, &current_dir()?)?),
        }
    }

    /// The configuration where no path is checked: that of the working directory.
    fn config_here(&self) -> Result<Config, Failure> {
        self.config(&[PathBuf::from(".")])
    }

    /// All policies: built in, of the configuration, of the command line.
    fn policies(&self, config: &Config) -> Result<Policies, Failure> {
        let mut policies = Policies::builtin()?;
        for folder in config.policies.iter().chain(&self.policies) {
            policies.add_folder(folder)?;
        }
        Ok(policies)
    }

    fn lang(&self, config: &Config) -> Lang {
        match (self.lang, &config.lang) {
            (Some(Language::De), _) => Lang::De,
            (Some(Language::En), _) => Lang::En,
            (None, Some(lang)) if lang.value == "de" => Lang::De,
            (None, _) => Lang::En,
        }
    }
}

fn current_dir() -> Result<PathBuf, Failure> {
    std::env::current_dir()
        .map_err(|e| Failure::Incomplete(format!("the working directory can't be read: {e}")))
}

/// Whether one of `globs` matches one of `names`; without globs, everything does.
fn matches_any(globs: &[String], names: &[&str]) -> bool {
    globs.is_empty()
        || globs.iter().any(|pattern| {
            globset::Glob::new(pattern)
                .map(|glob| glob.compile_matcher())
                .is_ok_and(|glob| names.iter().any(|name| glob.is_match(name)))
        })
}
