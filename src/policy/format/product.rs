//! `policies/products/*.yaml`: how a product is recognised.

use indexmap::IndexMap;
use serde::Deserialize;

use super::{OneOrMany, Scalar, Setting, Spelling};

/// A product.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// Its id.
    pub product: String,
    /// Its name for people.
    pub title: String,
    /// Where it lives.
    #[serde(default)]
    pub homepage: Option<String>,
    /// The programs it is made of.
    #[serde(default)]
    pub components: IndexMap<String, Component>,
    /// What it shares with other products; empty once that is taken in.
    #[serde(default)]
    pub include: Vec<String>,
    /// System packages.
    #[serde(default)]
    pub packages: Vec<Named>,
    /// Programs and scripts that are run.
    #[serde(default)]
    pub scripts: Vec<Named>,
    /// Its configuration files, by the name that settings refer to.
    #[serde(default)]
    pub files: IndexMap<String, ConfigFile>,
    /// Charts that deploy it, by name.
    #[serde(default)]
    pub charts: IndexMap<String, Chart>,
    /// How its programs spell truth values.
    #[serde(default)]
    pub spellings: IndexMap<String, Spelling>,
    /// What can be set.
    #[serde(default)]
    pub settings: IndexMap<String, Setting>,
}

/// What several products share.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shared {
    /// Its name.
    pub shared: String,
    /// Configuration files.
    #[serde(default)]
    pub files: IndexMap<String, ConfigFile>,
    /// What can be set in them.
    #[serde(default)]
    pub settings: IndexMap<String, Setting>,
}

impl Product {
    /// Takes in what it shares with others; what it says itself stays. Names for which `shared`
    /// has nothing stay in `include`.
    pub fn take_in<'s>(&mut self, shared: impl Fn(&str) -> Option<&'s Shared>) {
        let Self {
            include,
            files,
            settings,
            ..
        } = self;
        include.retain(|name| {
            let Some(part) = shared(name) else {
                return true;
            };
            for (name, file) in &part.files {
                files.entry(name.clone()).or_insert_with(|| file.clone());
            }
            for (name, setting) in &part.settings {
                let entry = settings.entry(name.clone());
                entry.or_insert_with(|| setting.clone());
            }
            false
        });
    }
}

/// A program of a product.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct Component {
    /// Its name for people.
    #[serde(default)]
    pub title: Option<String>,
    /// Image repositories.
    #[serde(default)]
    pub images: Vec<String>,
    /// What must hold besides.
    #[serde(default)]
    pub also: Conditions,
    /// Signs by which it is known without its image.
    #[serde(default)]
    pub marks: Option<Marks>,
    /// Ports on which it speaks without TLS.
    #[serde(default)]
    pub plaintext_ports: Vec<u16>,
}

/// Conditions on a container.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct Conditions {
    /// Environment variables with these values (`*`: any value).
    #[serde(default)]
    pub env: IndexMap<String, Scalar>,
    /// A word that stands among command and arguments; a glob.
    #[serde(default)]
    pub argument: Option<String>,
    /// Images that are excluded although their name matches; globs with tag.
    #[serde(default)]
    pub not_image: Vec<String>,
}

/// Environment variables by which a container is known.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Marks {
    /// Their names; `*` allowed at the end.
    pub env: Vec<String>,
    /// How many of them must be there.
    pub at_least: usize,
}

/// A name, and which component it stands for.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Named {
    /// A glob over names.
    Name(String),
    /// The same with its component.
    Component(NamedComponent),
}

/// A name that stands for a component.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedComponent {
    /// A glob over names.
    pub name: String,
    /// The component that is there.
    pub component: String,
    /// Whether it being run sets the product up. One that only looks after it proves no
    /// deployment: what the script doesn't set may be set elsewhere.
    #[serde(default = "yes")]
    pub installs: bool,
}

fn yes() -> bool {
    true
}

impl Named {
    /// The glob.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Name(name) => name,
            Self::Component(named) => &named.name,
        }
    }

    /// The component, if one is named.
    #[must_use]
    pub fn component(&self) -> Option<&str> {
        match self {
            Self::Name(_) => None,
            Self::Component(named) => Some(&named.component),
        }
    }

    /// Whether it sets the product up.
    #[must_use]
    pub fn installs(&self) -> bool {
        match self {
            Self::Name(_) => true,
            Self::Component(named) => named.installs,
        }
    }
}

/// A configuration file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfigFile {
    /// The program that reads it; none if several do.
    #[serde(default)]
    pub component: Option<String>,
    /// Its language, a name that `syntax::Format` knows.
    pub format: String,
    /// Globs over its name or path.
    #[serde(default)]
    pub names: Vec<String>,
    /// Top-level keys by which it is known.
    #[serde(default)]
    pub marks: Vec<String>,
    /// How many of them must be there.
    #[serde(default)]
    pub at_least: usize,
    /// What the keys are under.
    #[serde(default)]
    pub root: String,
    /// Its keys are environment variables.
    #[serde(default)]
    pub env: bool,
    /// Environment variables that hold its text.
    #[serde(default)]
    pub variables: Vec<String>,
    /// Whether it being there shows that the product is. A file that other software has too
    /// (a web server's) is believed only where the product is known otherwise.
    #[serde(default = "yes")]
    pub proves: bool,
    /// The program doesn't run without it: if it can't be seen, its settings can't be told.
    #[serde(default)]
    pub required: bool,
    /// How another container beside the program may put it together.
    #[serde(default)]
    pub assembled: Option<Assembly>,
}

/// A command that lays files over each other: `merge -output FILE PIECE PIECE`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assembly {
    /// A word among its arguments by which it is known.
    pub command: String,
    /// The word before the file that it writes; the pieces follow the file.
    pub output: String,
    /// Globs over pieces that hold no settings, such as keys that are made in the cluster.
    #[serde(default)]
    pub apart: Vec<String>,
}

/// How a chart's values become containers and files.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct Chart {
    /// Where it is published; globs.
    #[serde(default)]
    pub repositories: Vec<String>,
    /// Other names it goes by.
    #[serde(default)]
    pub names: Vec<String>,
    /// Ranges of its versions, and the version of the program that they deploy if the values
    /// name none; other versions deploy the newest.
    #[serde(default)]
    pub apps: IndexMap<String, String>,
    /// Only from those repositories.
    #[serde(default)]
    pub strict: bool,
    /// Keys by which its values are known (dotted paths allowed).
    #[serde(default)]
    pub marks: Vec<String>,
    /// How many of them must be there.
    #[serde(default)]
    pub at_least: usize,
    /// What it deploys.
    #[serde(default)]
    pub components: Vec<ChartComponent>,
    /// Values that end up as environment variables.
    #[serde(default)]
    pub env: Vec<ChartEnv>,
    /// Values that end up as files.
    #[serde(default)]
    pub files: Vec<ChartFile>,
    /// Values that are shell text.
    #[serde(default)]
    pub scripts: Vec<String>,
    /// Values that open it to the outside.
    #[serde(default)]
    pub routes: Vec<ChartRoute>,
}

/// A component that a chart deploys.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum ChartComponent {
    /// Always.
    Always(String),
    /// If a value is true.
    When(ConditionalComponent),
}

/// A component that a chart deploys under a condition.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConditionalComponent {
    /// The component.
    pub name: String,
    /// The path of the value.
    pub when: String,
    /// What holds if the value isn't set.
    #[serde(default)]
    pub default: bool,
}

/// Values that end up as environment variables.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct ChartEnv {
    /// A map of names to values.
    #[serde(default)]
    pub map: Option<String>,
    /// A list of `{name, value}`.
    #[serde(default)]
    pub list: Option<String>,
    /// That list as YAML text.
    #[serde(default)]
    pub text: Option<String>,
    /// One value that becomes the variable `name`.
    #[serde(default)]
    pub value: Option<String>,
    /// The variable for `value`.
    #[serde(default)]
    pub name: Option<String>,
    /// The name of a Secret or ConfigMap whose content can't be seen.
    #[serde(default)]
    pub secret: Option<String>,
    /// What stands before each name.
    #[serde(default)]
    pub prefix: String,
    /// The component that gets them; all if none.
    #[serde(default)]
    pub component: Option<String>,
}

/// Values that end up as a configuration file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChartFile {
    /// Which file of the product.
    pub file: String,
    /// The value is its text.
    #[serde(default)]
    pub text: Option<String>,
    /// The value is the tree of it.
    #[serde(default)]
    pub map: Option<String>,
    /// What the tree is under in the file.
    #[serde(default)]
    pub under: Option<String>,
}

/// Values that open a product to the outside.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChartRoute {
    /// The switch.
    #[serde(default)]
    pub enabled: Option<String>,
    /// Whether it is on if the switch isn't set.
    #[serde(default)]
    pub default: bool,
    /// The TLS part; a route is in clear text if it is missing, false or empty.
    #[serde(default)]
    pub tls: Option<String>,
    /// The host names.
    #[serde(default)]
    pub hosts: Option<String>,
    /// The component behind it.
    #[serde(default)]
    pub component: Option<String>,
    /// Values (annotations) that say that TLS ends elsewhere; any of them being set means so.
    #[serde(default)]
    pub tls_elsewhere: OneOrMany,
}
