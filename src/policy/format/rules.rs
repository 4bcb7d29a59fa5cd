//! `policies/rules/*.yaml`: what is judged, and the words.

use indexmap::IndexMap;
use serde::Deserialize;

use super::Words;

/// A file of rules.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleFile {
    /// By name.
    pub rules: IndexMap<String, Rule>,
}

/// A rule.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// What it is about.
    pub concern: String,
    /// `error`, `warning` or `note`.
    pub severity: String,
    /// The same for a default nobody wrote; `none`: those aren't judged.
    #[serde(default)]
    pub default_severity: Option<String>,
    /// `high`, `medium` or `low`.
    pub confidence: String,
    /// What it judges besides the settings that name it.
    #[serde(default)]
    pub judges: Judges,
    /// When it departs, in CEL.
    pub when: String,
    /// What it is.
    pub message: Words,
    /// Why it matters.
    pub reason: Words,
    /// What to do.
    pub help: Words,
    /// The legal ground.
    #[serde(default)]
    pub legal: Vec<String>,
}

/// What a rule judges.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct Judges {
    /// Globs over `PRODUCT:SETTING`.
    #[serde(default)]
    pub settings: Vec<String>,
    /// Items of the inventory: `place`, `route`, `port`, `processor`.
    #[serde(default)]
    pub items: Option<String>,
}
