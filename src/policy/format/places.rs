//! `policies/places/*.yaml`: clouds, regions, countries.

use indexmap::IndexMap;
use serde::Deserialize;

use super::{OneOrMany, Words};

/// A cloud and its regions.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaceFile {
    /// Its id.
    pub provider: String,
    /// Its name.
    pub title: String,
    /// The country of the company that controls it.
    #[serde(default)]
    pub owner: Option<String>,
    /// Where Terraform names its places.
    #[serde(default)]
    pub terraform: Option<Terraform>,
    /// Where Kubernetes does.
    #[serde(default)]
    pub kubernetes: Option<Kubernetes>,
    /// How its host names tell the place.
    #[serde(default)]
    pub hosts: Vec<HostPattern>,
    /// What is done with an id that isn't found as it is.
    #[serde(default)]
    pub normalise: Normalise,
    /// By id.
    #[serde(default)]
    pub regions: IndexMap<String, Region>,
    /// Remarks for maintainers.
    #[serde(default)]
    pub note: Option<String>,
    /// Where the regions are known from.
    #[serde(default)]
    pub source: Option<String>,
}

/// A pattern over host names, with `{region}` where the id stands.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum HostPattern {
    /// Just the pattern.
    Pattern(String),
    /// The pattern and where it leads if it holds no region.
    Fixed {
        /// The pattern.
        host: String,
        /// The country.
        #[serde(default)]
        country: Option<String>,
        /// The region.
        #[serde(default)]
        region: Option<String>,
    },
}

/// Where Terraform names places.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct Terraform {
    /// The providers' names.
    pub providers: Vec<String>,
    /// Arguments of the provider block.
    #[serde(default)]
    pub config: Vec<PlacePath>,
    /// Arguments of every resource.
    #[serde(default)]
    pub default_arguments: Vec<PlacePath>,
    /// Arguments of particular resources; the types are globs.
    #[serde(default)]
    pub resources: IndexMap<String, Vec<PlacePath>>,
    /// Arguments of state backends.
    #[serde(default)]
    pub backends: IndexMap<String, Vec<PlacePath>>,
    /// Types that have no place; globs.
    #[serde(default)]
    pub global: Vec<String>,
    /// `TYPE.ARGUMENT` that looks like a place and is none; globs.
    #[serde(default)]
    pub ignore: Vec<String>,
}

/// A path and what it means.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum PlacePath {
    /// Only the path.
    Path(String),
    /// With its role.
    Role(RolePath),
}

impl PlacePath {
    /// The path.
    #[must_use]
    pub fn argument(&self) -> &str {
        match self {
            Self::Path(path) => path,
            Self::Role(role) => &role.argument,
        }
    }

    /// What happens in the place; none if nothing particular is said.
    #[must_use]
    pub fn role(&self) -> Option<&str> {
        match self {
            Self::Path(_) => None,
            Self::Role(role) => role.role.as_deref(),
        }
    }
}

/// The path of an argument and what happens in the place it names.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RolePath {
    /// The path.
    pub argument: String,
    /// `runs`, `stores`, `replica`, `backup`, `state`, `default`, `hint`.
    #[serde(default)]
    pub role: Option<String>,
    /// What applies if it isn't set.
    #[serde(default)]
    pub default: Option<String>,
    /// Remarks.
    #[serde(default)]
    pub note: Option<String>,
}

/// Where Kubernetes names places.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct Kubernetes {
    /// Storage provisioners; globs.
    #[serde(default)]
    pub provisioners: Vec<String>,
}

/// What is done with an id that isn't found as it is.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct Normalise {
    /// To lower case.
    #[serde(default)]
    pub lower: bool,
    /// White space is taken out.
    #[serde(default)]
    pub spaces: bool,
    /// Regular expressions that are taken out, one after the other, until the id is found.
    #[serde(default)]
    pub strip: OneOrMany,
}

/// A region.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// Its town.
    #[serde(default)]
    pub city: Option<String>,
    /// Its country, see `docs/policies.md`.
    pub country: String,
    /// Other names; `re:` begins a regular expression; other prefixes are remarks.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// How sure this is.
    #[serde(default)]
    pub certainty: Option<String>,
    /// Where this is known from, if not as the rest.
    #[serde(default)]
    pub source: Option<String>,
    /// Remarks.
    #[serde(default)]
    pub note: Option<String>,
}

/// `policies/places/jurisdictions.yaml`.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct Jurisdictions {
    /// Members of the EU.
    pub eu: Vec<String>,
    /// Territories with their own code inside the EU for the GDPR.
    #[serde(default)]
    pub eu_territories: Vec<String>,
    /// Members of the EEA outside the EU.
    pub eea: Vec<String>,
    /// Countries with an adequacy decision.
    pub adequacy: IndexMap<String, Adequacy>,
    /// Remarks.
    #[serde(default)]
    pub note: Option<String>,
    /// Where this is known from.
    #[serde(default)]
    pub source: Option<String>,
}

/// An adequacy decision (Art. 45 GDPR).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Adequacy {
    /// `full`, `partial` or `org`.
    pub status: String,
    /// In force since.
    #[serde(default)]
    pub since: Option<String>,
    /// Until.
    #[serde(default)]
    pub expires: Option<String>,
    /// What it does not cover.
    #[serde(default)]
    pub caveat: Option<Words>,
    /// Where this is known from.
    #[serde(default)]
    pub source: Option<String>,
}
