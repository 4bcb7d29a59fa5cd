//! One door to all languages that are trees.

use std::fmt;
use std::str::FromStr;

use super::{dotenv, hocon, javascript, jcfg, json, lua, nginx, php, properties, toml, yaml};
use crate::trace::{Node, Problem, Text};

/// A language in which a tree of settings can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// YAML with the core schema; the first document.
    Yaml,
    /// Strict JSON.
    Json,
    /// JSON with comments, trailing commas and the like.
    Json5,
    /// `NAME=value` lines with variables.
    Dotenv,
    /// Java properties.
    Properties,
    /// `key = value` lines with sections.
    Ini,
    /// TOML.
    Toml,
    /// PHP arrays.
    Php,
    /// JavaScript assignments.
    JavaScript,
    /// HOCON.
    Hocon,
    /// Lua assignments.
    Lua,
    /// nginx directives.
    Nginx,
    /// libconfig.
    Jcfg,
}

/// What [`read`] found.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    /// The tree; unknown if nothing could be read.
    pub root: Node,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

impl Format {
    /// All formats, in the order of their declaration.
    pub const ALL: [Self; 13] = [
        Self::Yaml,
        Self::Json,
        Self::Json5,
        Self::Dotenv,
        Self::Properties,
        Self::Ini,
        Self::Toml,
        Self::Php,
        Self::JavaScript,
        Self::Hocon,
        Self::Lua,
        Self::Nginx,
        Self::Jcfg,
    ];

    /// The one in which charts take their values.
    pub const OF_VALUES: Self = Self::Yaml;

    /// The name by which policy files call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Yaml => "yaml",
            Self::Json => "json",
            Self::Json5 => "json5",
            Self::Dotenv => "dotenv",
            Self::Properties => "properties",
            Self::Ini => "ini",
            Self::Toml => "toml",
            Self::Php => "php",
            Self::JavaScript => "javascript",
            Self::Hocon => "hocon",
            Self::Lua => "lua",
            Self::Nginx => "nginx",
            Self::Jcfg => "jcfg",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that is none of a [`Format`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownFormat(pub String);

impl fmt::Display for UnknownFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown format {:?}; one of:", self.0)?;
        Format::ALL.iter().try_for_each(|x| write!(f, " {x}"))
    }
}

impl std::error::Error for UnknownFormat {}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|f| f.name() == name)
            .ok_or_else(|| UnknownFormat(name.to_owned()))
    }
}

/// Reads `text` as `format`.
///
/// Variables in dotenv files are looked up in the file itself only.
#[must_use]
pub fn read(format: Format, text: &Text) -> Read {
    let (root, problems) = match format {
        Format::Yaml => {
            let stream = yaml::parse(text, yaml::Schema::Yaml12);
            let problems = stream.problems.clone();
            let origin = || text.origin_of(0..text.len());
            let failed = !problems.is_empty();
            let root = stream.into_first().unwrap_or_else(|| {
                if failed {
                    Node::unknown("not valid YAML", origin())
                } else {
                    Node::null(origin())
                }
            });
            (root, problems)
        }
        Format::Json => json::parse(text),
        Format::Json5 => json::parse_as(text, json::Dialect::Lenient),
        Format::Dotenv => dotenv::parse(text).to_node(&|_| None),
        Format::Properties => properties::parse(text, properties::JAVA),
        Format::Ini => properties::parse(text, properties::INI),
        Format::Toml => toml::parse(text),
        Format::Php => php::parse(text),
        Format::JavaScript => javascript::parse(text),
        Format::Hocon => hocon::parse(text),
        Format::Lua => lua::parse(text),
        Format::Nginx => nginx::parse(text),
        Format::Jcfg => jcfg::parse(text),
    };
    Read { root, problems }
}
