//! What a check found, for people and for machines. One file an output.
//!
//! Nothing here knows how anything was found. Each output is a function
//! `write(&Report, &mut dyn io::Write) -> io::Result<()>`; [`Format`] names them.

mod github;
mod gitlab;
mod human;
mod json;
mod junit;
mod markdown;
mod place;
mod sarif;
mod snippet;
mod summary;
#[cfg(test)]
mod tests;
mod words;

pub(crate) use human::wrap;

use std::io;

use crate::policy::finding::{Finding, Outcome, Severity};
use crate::policy::format::Lang;
use crate::trace::Sources;

/// Everything that an output may tell.
#[derive(Debug, Clone, Copy)]
pub struct Report<'a> {
    /// What the check yielded.
    pub outcome: &'a Outcome,
    /// The texts that its spans lie in.
    pub sources: &'a Sources,
    /// The files that were looked at, by path.
    pub files: &'a [File],
    /// The rules that can be judged, for outputs that explain them.
    pub rules: &'a [Rule],
    /// How it is told.
    pub options: Options,
}

/// A file that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its path for people.
    pub path: String,
    /// What it was taken for: `compose`, `helm-values`, ….
    pub kind: &'static str,
    /// Whether something of it was made use of.
    pub read: bool,
}

/// What there is to say about a rule, whatever it was applied to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its name.
    pub name: String,
    /// What it is about.
    pub concern: String,
    /// How much its findings weigh.
    pub severity: Severity,
    /// `high`, `medium` or `low`.
    pub confidence: String,
    /// What it finds, with placeholders.
    pub message: String,
    /// Why that matters.
    pub reason: String,
    /// What to do, with placeholders.
    pub help: String,
    /// The legal ground.
    pub legal: Vec<String>,
}

/// How a report is told.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// In which language.
    pub lang: Lang,
    /// Findings below this are left out; none: each output decides. Outputs for people start
    /// at warnings, JSON and SARIF tell all.
    pub level: Option<Severity>,
    /// With ANSI colours.
    pub color: bool,
    /// With characters beyond ASCII in frames.
    pub unicode: bool,
    /// Columns that there are.
    pub width: usize,
    /// Without the closing summary.
    pub quiet: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            lang: Lang::En,
            level: None,
            color: false,
            unicode: false,
            width: 100,
            quiet: false,
        }
    }
}

impl Report<'_> {
    /// The findings that an output shows: warnings and errors, if nobody chose a level.
    fn shown(&self) -> impl Iterator<Item = &Finding> {
        let level = self.options.level.unwrap_or(Severity::Warning);
        self.outcome
            .findings
            .iter()
            .filter(move |f| f.severity >= level)
    }

    /// How many findings there are of `severity`, shown or not.
    fn count(&self, severity: Severity) -> usize {
        let all = self.outcome.findings.iter();
        all.filter(|f| f.severity == severity).count()
    }
}

/// An output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Text for people at a terminal.
    Human,
    /// konform's own JSON.
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// Workflow commands of GitHub Actions.
    Github,
    /// GitLab's code quality report.
    Gitlab,
    /// JUnit's XML.
    Junit,
    /// Markdown for a comment or a step summary.
    Markdown,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Human,
        Self::Json,
        Self::Sarif,
        Self::Github,
        Self::Gitlab,
        Self::Junit,
        Self::Markdown,
    ];

    /// Its name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Junit => "junit",
            Self::Markdown => "markdown",
        }
    }

    /// The output of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.name() == name)
    }
}

/// Writes `report` as `format`.
///
/// # Errors
/// If `out` can't be written to.
pub fn write(format: Format, report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    match format {
        Format::Human => human::write(report, out),
        Format::Json => json::write(report, out),
        Format::Sarif => sarif::write(report, out),
        Format::Github => github::write(report, out),
        Format::Gitlab => gitlab::write(report, out),
        Format::Junit => junit::write(report, out),
        Format::Markdown => markdown::write(report, out),
    }
}
