//! `policies/processors/*.yaml`: who operates which host.

use indexmap::IndexMap;
use serde::Deserialize;

/// A file of operators.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProcessorFile {
    /// By id.
    pub processors: IndexMap<String, Processor>,
}

/// A service outside the control of whoever deploys.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Processor {
    /// Who operates it.
    pub operator: String,
    /// Where: ISO 3166-1 alpha-2, `EU`, or `ZZ`.
    pub country: String,
    /// What it is for.
    pub category: String,
    /// Its host names; globs, `*.x` is `x` too.
    pub hosts: Vec<String>,
    /// How sure this is.
    #[serde(default)]
    pub certainty: Option<String>,
    /// Whether this endpoint stays in the EU.
    #[serde(default)]
    pub eu: Option<bool>,
    /// Remarks.
    #[serde(default)]
    pub note: Option<String>,
    /// Where this is known from.
    #[serde(default)]
    pub source: Option<String>,
}
