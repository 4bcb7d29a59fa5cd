//! The formats of `policies/`, as described in `docs/policies.md`.

mod places;
mod processors;
mod product;
mod rules;
mod setting;

use serde::Deserialize;

pub use places::{
    Adequacy, HostPattern, Jurisdictions, Kubernetes, Normalise, PlaceFile, PlacePath, Region,
    RolePath, Terraform,
};
pub use processors::{Processor, ProcessorFile};
pub use product::{
    Assembly, Chart, ChartComponent, ChartEnv, ChartFile, ChartRoute, Component,
    ConditionalComponent, Conditions, ConfigFile, Marks, Named, NamedComponent, Product, Shared,
};
pub use rules::{Judges, Rule, RuleFile};
pub use setting::{Default, Empty, Otherwise, Scalar, Setting, Spelling, Type, Unit, Written};

/// Words in the languages that konform speaks.
#[derive(Debug, Clone, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// English.
    pub en: String,
    /// German.
    pub de: String,
}

impl Words {
    /// The words in `lang`.
    #[must_use]
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.en,
            Lang::De => &self.de,
        }
    }
}

/// A language that konform speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// German.
    De,
}

/// One or several, so that a list of one can be written without brackets.
#[derive(Debug, Clone, Deserialize, PartialEq, Eq)]
#[serde(untagged)]
pub enum OneOrMany {
    /// Just one.
    One(String),
    /// A list.
    Many(Vec<String>),
}

impl OneOrMany {
    /// All of them.
    #[must_use]
    pub fn as_slice(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}

impl std::default::Default for OneOrMany {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}
