//! What a check yields.

use std::collections::BTreeMap;

use crate::trace::{Problem, Span};

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Should be looked at.
    Warning,
    /// Should be changed.
    Error,
}

impl Severity {
    /// Its name in output and configuration.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// The severity of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "note" => Some(Self::Note),
            "warning" => Some(Self::Warning),
            "error" => Some(Self::Error),
            _ => None,
        }
    }

    /// One step down.
    #[must_use]
    pub fn lower(self) -> Self {
        match self {
            Self::Error => Self::Warning,
            _ => Self::Note,
        }
    }
}

/// Whether somebody wrote the value that departs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Somebody wrote it.
    Written,
    /// Nobody did; a default applies.
    Default,
    /// It can't be told (only with `--strict`).
    Undecided,
}

impl State {
    /// Its name in output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Written => "written",
            Self::Default => "default",
            Self::Undecided => "undecided",
        }
    }
}

/// A departure from policy, at the place where it is put right.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule's name.
    pub rule: String,
    /// What it is about.
    pub concern: String,
    /// How much it weighs.
    pub severity: Severity,
    /// `high`, `medium` or `low`.
    pub confidence: String,
    /// The product's id and title.
    pub product: Option<(String, String)>,
    /// The component.
    pub component: Option<String>,
    /// The setting's name.
    pub setting: Option<String>,
    /// Whether somebody wrote it.
    pub state: State,
    /// What it is, in one line.
    pub message: String,
    /// Why it matters.
    pub reason: String,
    /// What to do.
    pub help: String,
    /// The legal ground.
    pub legal: Vec<String>,
    /// The bytes to look at. Always in a file of the checked tree.
    pub span: Span,
    /// The way from there to the thing that is deployed.
    pub trace: Vec<TraceStep>,
    /// An edit that puts it right.
    pub fix: Option<Fix>,
    /// Stays the same when lines move.
    pub fingerprint: String,
    /// The deployments that share it, by name.
    pub deployments: Vec<String>,
    /// The source of the knowledge behind it.
    pub source: Option<String>,
}

/// A step of the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceStep {
    /// Where.
    pub span: Span,
    /// What happens there.
    pub note: String,
}

/// Edits that put a finding right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// Whether it can be applied without looking.
    pub safe: bool,
    /// The edits; they don't overlap.
    pub edits: Vec<Edit>,
}

/// Bytes that are replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// Which.
    pub span: Span,
    /// By what.
    pub text: String,
}

/// A product that was recognised.
#[derive(Debug, Clone)]
pub struct Recognised {
    /// The product's id.
    pub product: String,
    /// Its title.
    pub title: String,
    /// The component; none if only the product is known.
    pub component: Option<String>,
    /// The deployment's name.
    pub deployment: String,
    /// Where.
    pub span: Option<Span>,
}

/// A setting of which it can't be told whether it departs.
#[derive(Debug, Clone)]
pub struct Undecided {
    /// The product's id.
    pub product: String,
    /// The setting's name.
    pub setting: String,
    /// What it is about.
    pub concern: String,
    /// Which input is missing.
    pub why: String,
    /// Where the value is written that can't be known.
    pub span: Option<Span>,
    /// The deployment's name.
    pub deployment: String,
}

/// Everything a check yields.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Ordered by path, byte, rule.
    pub findings: Vec<Finding>,
    /// What was recognised.
    pub recognised: Vec<Recognised>,
    /// What can't be told.
    pub undecided: Vec<Undecided>,
    /// How many findings comments and configuration took away.
    pub suppressed: usize,
    /// Remarks on how inputs were read.
    pub notes: Vec<Problem>,
    /// What should have been read and could not be.
    pub problems: Vec<Problem>,
    /// The settings that were found to be as they should: product and setting to how often.
    pub conforming: BTreeMap<(String, String), usize>,
}
