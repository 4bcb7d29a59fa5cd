//! `policies/products/*.yaml`: what can be set, where, and what it means.

use indexmap::IndexMap;
use serde::Deserialize;

use super::{OneOrMany, Words};

/// A scalar in a policy file.
#[derive(Debug, Clone, Deserialize, PartialEq)]
#[serde(untagged)]
pub enum Scalar {
    /// `true`, `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Another number.
    Float(f64),
    /// Text.
    Text(String),
    /// A list of texts.
    List(Vec<String>),
    /// Nothing.
    Null(()),
}

impl std::fmt::Display for Scalar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bool(b) => b.fmt(f),
            Self::Int(i) => i.fmt(f),
            Self::Float(x) => x.fmt(f),
            Self::Text(s) => s.fmt(f),
            Self::List(items) => items.join(", ").fmt(f),
            Self::Null(()) => f.write_str("null"),
        }
    }
}

/// How a program reads truth values.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spelling {
    /// What is true.
    #[serde(default, rename = "true")]
    pub yes: Vec<Scalar>,
    /// What is false.
    #[serde(default, rename = "false")]
    pub no: Vec<Scalar>,
    /// What the empty string is.
    #[serde(default)]
    pub empty: Otherwise,
    /// What anything else is.
    #[serde(default)]
    pub otherwise: Otherwise,
    /// Case does not matter.
    #[serde(default)]
    pub ignore_case: bool,
    /// Characters that are taken off both ends first.
    #[serde(default)]
    pub trim: Vec<String>,
    /// What is listed must have the same type as what is written.
    #[serde(default)]
    pub typed: bool,
}

/// What a value means that is neither of the listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Otherwise {
    /// True.
    True,
    /// False.
    False,
    /// As if nobody had written it.
    #[default]
    Unset,
    /// Can't be told, or the program refuses it.
    Invalid,
}

impl<'de> Deserialize<'de> for Otherwise {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Scalar::deserialize(deserializer)?.to_string().as_str() {
            "true" => Ok(Self::True),
            "false" => Ok(Self::False),
            "unset" => Ok(Self::Unset),
            "invalid" => Ok(Self::Invalid),
            other => Err(serde::de::Error::custom(format!(
                "`{other}`: expected true, false, unset or invalid"
            ))),
        }
    }
}

/// A setting of a product.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// Its name for people.
    pub title: Words,
    /// What it is about.
    pub concern: String,
    /// What its value is.
    #[serde(rename = "type")]
    pub kind: Type,
    /// For booleans: a name of the product's spellings.
    #[serde(default)]
    pub spelling: Option<String>,
    /// Written the other way round.
    #[serde(default)]
    pub invert: bool,
    /// The components it concerns.
    #[serde(default, rename = "in")]
    pub components: OneOrMany,
    /// The rules that judge it.
    #[serde(default)]
    pub rules: Vec<String>,
    /// Where it can be written.
    #[serde(default)]
    pub written: Vec<Written>,
    /// The words of an enumeration.
    #[serde(default)]
    pub values: IndexMap<String, Scalar>,
    /// In what a bare number counts.
    #[serde(default)]
    pub unit: Option<Unit>,
    /// What null and the empty text are.
    #[serde(default)]
    pub empty: Empty,
    /// For places: the provider whose ids these are.
    #[serde(default)]
    pub provider: Option<String>,
    /// For places: what happens there (`runs`, `stores`, `replica`, `backup`).
    #[serde(default)]
    pub role: Option<String>,
    /// What applies if nobody wrote it.
    #[serde(default)]
    pub default: Vec<Default>,
    /// Replaces the rules' condition.
    #[serde(default)]
    pub when: Option<String>,
    /// Replaces the rules' severity.
    #[serde(default)]
    pub severity: Option<String>,
    /// Replaces the rules' severity for defaults.
    #[serde(default)]
    pub default_severity: Option<String>,
    /// What to write instead.
    #[serde(default)]
    pub good: Option<Scalar>,
    /// Why this one matters.
    #[serde(default)]
    pub why: Option<Words>,
    /// Where this is known from.
    pub source: String,
}

/// What null and the empty text are.
#[derive(Debug, Clone, Copy, Deserialize, PartialEq, Eq, std::default::Default)]
#[serde(rename_all = "lowercase")]
pub enum Empty {
    /// As if nobody had written them.
    #[default]
    Unset,
    /// A value: an empty list, or null.
    Written,
}

/// What a setting's value is.
#[derive(Debug, Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Type {
    /// On or off.
    Boolean,
    /// Text.
    String,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// A length of time.
    Duration,
    /// Host names or URLs.
    Hosts,
    /// Whether there is anything.
    Presence,
    /// Several words.
    List,
    /// The id of a region or zone.
    Place,
}

/// In what a bare number counts.
#[derive(Debug, Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Milliseconds.
    Ms,
    /// Seconds.
    Seconds,
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
    /// Days.
    Days,
}

/// A place where a setting can be written.
#[derive(Debug, Clone, Deserialize, std::default::Default)]
#[serde(deny_unknown_fields)]
pub struct Written {
    /// Environment variables, of which the first that is set counts.
    #[serde(default)]
    pub env: Option<OneOrMany>,
    /// A file of the product.
    #[serde(default)]
    pub file: Option<String>,
    /// The key in that file.
    #[serde(default)]
    pub key: Option<String>,
    /// A chart.
    #[serde(default)]
    pub chart: Option<String>,
    /// The path in its values.
    #[serde(default)]
    pub value: Option<String>,
    /// Values that must be so for it to have an effect.
    #[serde(default)]
    pub with: IndexMap<String, Scalar>,
    /// A command-line flag.
    #[serde(default)]
    pub argument: Option<String>,
    /// A command.
    #[serde(default)]
    pub command: Option<String>,
    /// What it means that the command is run, if it holds no value.
    #[serde(default)]
    pub means: Option<Scalar>,
    /// A word with which the command does not count.
    #[serde(default)]
    pub without: Option<String>,
    /// A package that asks a question at its installation.
    #[serde(default)]
    pub package: Option<String>,
    /// That question.
    #[serde(default)]
    pub debconf: Option<String>,
    /// An image whose being deployed is the setting.
    #[serde(default)]
    pub deployed: Option<String>,
    /// The components that read it here.
    #[serde(default, rename = "in")]
    pub components: OneOrMany,
    /// Versions in which this place counts.
    #[serde(default)]
    pub versions: Option<String>,
    /// Instead of the setting's.
    #[serde(default)]
    pub spelling: Option<String>,
    /// Instead of the setting's.
    #[serde(default)]
    pub invert: Option<bool>,
    /// Instead of the setting's.
    #[serde(default, rename = "type")]
    pub kind: Option<Type>,
    /// Instead of the setting's.
    #[serde(default)]
    pub values: IndexMap<String, Scalar>,
    /// Instead of the setting's.
    #[serde(default)]
    pub unit: Option<Unit>,
    /// Instead of the setting's.
    #[serde(default)]
    pub good: Option<Scalar>,
}

/// What applies if nobody wrote a setting.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Default {
    /// The value, in the setting's own meaning (not inverted).
    pub value: Scalar,
    /// Only if this chart deploys it.
    #[serde(default)]
    pub chart: Option<String>,
    /// Only in these components.
    #[serde(default, rename = "in")]
    pub components: OneOrMany,
    /// Only in these versions.
    #[serde(default)]
    pub versions: Option<String>,
    /// Only if these values of the chart are written so.
    #[serde(default)]
    pub with: IndexMap<String, Scalar>,
    /// Where that is known from.
    #[serde(default)]
    pub source: Option<String>,
}
