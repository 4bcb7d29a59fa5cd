//! Why a template could not be rendered.

use std::fmt;

use crate::trace::{Problem, Span};

/// A template that ended in an error, as Go's or Helm's would.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderError {
    /// What went wrong: `error calling required: a host is needed`.
    pub message: String,
    /// Where in the template it happened.
    pub span: Option<Span>,
    /// The actions that led there through `include`, `template` and `tpl`, innermost first.
    pub through: Vec<Span>,
    /// The chart's own words if it gave up by `fail` or `required`.
    pub said: Option<String>,
}

impl RenderError {
    /// An error at `span`.
    #[must_use]
    pub fn new(message: impl Into<String>, span: Option<Span>) -> Self {
        Self {
            message: message.into(),
            span,
            through: Vec::new(),
            said: None,
        }
    }

    /// The error as something that could not be read.
    #[must_use]
    pub fn problem(&self) -> Problem {
        let message = self.said.as_ref().unwrap_or(&self.message);
        Problem::new(message.clone(), self.span)
    }
}

impl fmt::Display for RenderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for RenderError {}

/// What ends a function call.
#[derive(Debug)]
pub enum Failure {
    /// The function returned an error.
    Message(String),
    /// A template run by the function failed.
    Nested(RenderError),
    /// The chart gave up by `fail` or `required`, in these words.
    Said(String),
}

impl From<String> for Failure {
    fn from(message: String) -> Self {
        Self::Message(message)
    }
}

impl From<&str> for Failure {
    fn from(message: &str) -> Self {
        Self::Message(message.to_owned())
    }
}
