//! `konform.toml`: what to look at, what is allowed, and what the tree alone doesn't say.

mod raw;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use globset::GlobSet;
use jiff::civil::Date;

use super::root;

/// The name of the file that is looked for.
pub const FILE_NAME: &str = "konform.toml";

/// What the configuration says, from all files that apply together.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// The files it was read from, absolute.
    pub files: Vec<PathBuf>,
    /// Which files of the tree to look at.
    pub scopes: Vec<Scope>,
    /// Where data may lie: `EU`, `EEA`, country codes. None: the built-in default.
    pub allowed: Option<Vec<Written<String>>>,
    /// Severity by rule name.
    pub rules: BTreeMap<String, Written<Level>>,
    /// With whom there is a processing agreement.
    pub processors: Vec<Processor>,
    /// What is deployed in a way that can't be seen in the tree.
    pub deployments: Vec<DeploymentConfig>,
    /// Findings that are accepted.
    pub allow: Vec<Allow>,
    /// The language of the output.
    pub lang: Option<Written<String>>,
    /// Folders with policies of the user's own, absolute.
    pub policies: Vec<PathBuf>,
    /// Host names (with `*`) that the operator controls.
    pub own_hosts: Vec<String>,
    /// What the command line sets.
    pub overrides: Overrides,
}

/// Values from the command line, for everything that is checked and can take them.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// Values files for charts, absolute, in order; after those that the tree names.
    pub values: Vec<PathBuf>,
    /// `KEY=VALUE` for charts, in order, as Helm's `--set` takes them; also the variables of
    /// Compose projects.
    pub set: Vec<String>,
    /// Files with Terraform variables, absolute, in order.
    pub var_files: Vec<PathBuf>,
    /// `NAME=VALUE` for Terraform, in order.
    pub vars: Vec<String>,
}

/// A value and the bytes of the configuration file where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written<T> {
    /// The value.
    pub value: T,
    /// Which file.
    pub file: PathBuf,
    /// Bytes in it, quotes included.
    pub range: Range<usize>,
    /// The line, from 1.
    pub line: usize,
}

/// What one configuration file says on which files to look at.
#[derive(Debug, Clone)]
pub struct Scope {
    /// The folder the globs are relative to, and in which they count.
    pub dir: PathBuf,
    /// Only these, if there are any.
    pub include: Option<GlobSet>,
    /// Never these.
    pub exclude: GlobSet,
}

/// What is to become of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// It is not applied.
    Off,
    /// Its findings are notes.
    Note,
    /// Its findings are warnings.
    Warning,
    /// Its findings are errors.
    Error,
}

/// A processing agreement on record.
#[derive(Debug, Clone)]
pub struct Processor {
    /// Name or id of the processor.
    pub name: Written<String>,
    /// When the agreement was made.
    pub agreement: Option<Date>,
    /// Whether sub-processors are covered, or which.
    pub subprocessors: Vec<String>,
    /// Where the document is filed; not read.
    pub document: Option<String>,
}

/// A deployment as the user declares it.
#[derive(Debug, Clone)]
pub struct DeploymentConfig {
    /// How it is called.
    pub name: Written<String>,
    /// The folder that relative paths start from: that of the configuration file.
    pub dir: PathBuf,
    /// A chart's folder, absolute, or a reference to a chart elsewhere as it was written.
    pub chart: Option<Written<String>>,
    /// Values files in order, absolute.
    pub values: Vec<Written<PathBuf>>,
    /// Values set one by one.
    pub set: BTreeMap<String, Written<toml::Value>>,
    /// The release's name.
    pub release: Option<String>,
    /// The namespace.
    pub namespace: Option<String>,
    /// A Terraform root module's folder, absolute.
    pub terraform: Option<Written<PathBuf>>,
    /// Terraform variable files in order, absolute.
    pub var_files: Vec<Written<PathBuf>>,
    /// Terraform variables.
    pub vars: BTreeMap<String, Written<toml::Value>>,
}

/// A finding that is accepted.
#[derive(Debug, Clone)]
pub struct Allow {
    /// The rule; globs are possible.
    pub rule: Written<String>,
    /// Which files; none: all.
    pub path: Option<globset::GlobMatcher>,
    /// The folder the glob is relative to.
    pub dir: PathBuf,
    /// Why.
    pub reason: String,
    /// Until when (that day included).
    pub until: Option<Date>,
}

/// A configuration that can't be used; the run ends with exit code 3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// What is wrong.
    pub message: String,
    /// In which file.
    pub path: PathBuf,
    /// The line, from 1; none if the file as a whole is meant.
    pub line: Option<usize>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for ConfigError {}

impl Config {
    /// Reads the nearest `konform.toml` at or above each of `paths`, up to the checked root.
    ///
    /// `paths` may be relative to `cwd`.
    ///
    /// # Errors
    /// If such a file can't be read or says something that isn't understood.
    pub fn discover(paths: &[PathBuf], cwd: &Path) -> Result<Self, ConfigError> {
        let cwd = cwd.canonicalize().unwrap_or_else(|_| cwd.to_path_buf());
        let mut found = Vec::new();
        for path in paths {
            let path = root::absolute(path, &cwd);
            let top = root::of(&path, &cwd);
            let file = path
                .ancestors()
                .take_while(|dir| dir.starts_with(&top))
                .map(|dir| dir.join(FILE_NAME))
                .find(|file| file.is_file());
            if let Some(file) = file
                && !found.contains(&file)
            {
                found.push(file);
            }
        }
        let mut config = Self::default();
        for file in found {
            config.join(Self::load(&file)?);
        }
        Ok(config)
    }

    /// Reads one configuration file.
    ///
    /// # Errors
    /// If it can't be read or says something that isn't understood.
    pub fn load(file: &Path) -> Result<Self, ConfigError> {
        let file = file.canonicalize().unwrap_or_else(|_| file.to_path_buf());
        let text = std::fs::read_to_string(&file).map_err(|e| ConfigError {
            message: format!("can't be read: {e}"),
            path: file.clone(),
            line: None,
        })?;
        Self::parse(&text, &file)
    }

    /// Reads the text of a configuration file that lies at `file`.
    ///
    /// # Errors
    /// If it says something that isn't understood.
    pub fn parse(text: &str, file: &Path) -> Result<Self, ConfigError> {
        raw::read(text, file)
    }

    /// Adds what another file says; what this one says comes first.
    fn join(&mut self, other: Self) {
        self.files.extend(other.files);
        self.scopes.extend(other.scopes);
        if self.allowed.is_none() {
            self.allowed = other.allowed;
        }
        for (rule, level) in other.rules {
            self.rules.entry(rule).or_insert(level);
        }
        self.processors.extend(other.processors);
        self.deployments.extend(other.deployments);
        self.allow.extend(other.allow);
        if self.lang.is_none() {
            self.lang = other.lang;
        }
        self.policies.extend(other.policies);
        self.own_hosts.extend(other.own_hosts);
    }

    /// Whether the globs let the file `path` (absolute) in.
    #[must_use]
    pub fn wants(&self, path: &Path) -> bool {
        self.scopes.iter().all(|scope| {
            let Ok(below) = path.strip_prefix(&scope.dir) else {
                return true;
            };
            let included = scope.include.as_ref().is_none_or(|set| set.is_match(below));
            included && !scope.exclude.is_match(below)
        })
    }
}
