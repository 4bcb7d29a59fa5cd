//! Charts rendered to documents, as `helm template` does.

mod absent;
mod context;
mod documents;
mod entries;
mod library;
mod manifest;
mod print;

#[cfg(test)]
mod tests;

use crate::trace::{Node, Problem, Text};

pub use library::{Library, Request};
pub use print::{manifest, origins};

/// What a chart with values comes to.
#[derive(Debug, Default)]
pub struct Rendering {
    /// The documents in the order in which Helm installs them; hooks are at the end.
    pub documents: Vec<Document>,
    /// The values that the templates saw.
    pub values: Option<Node>,
    /// The dependencies that are switched on but not in the tree, by the key of their values.
    pub absent: Vec<Absent>,
    /// Where the values break the chart's own schema.
    pub violations: Vec<Problem>,
    /// What could not be rendered or read.
    pub problems: Vec<Problem>,
    /// Those of the problems that other values could cure: what went wrong in a template.
    pub curable: Vec<Problem>,
    /// Where the chart stopped by itself, in its own words.
    pub stops: Vec<Problem>,
    /// What a person should know.
    pub notes: Vec<Problem>,
}

/// One document.
#[derive(Debug, Clone)]
pub struct Document {
    /// The template it came from: `chart/templates/web.yaml`.
    pub path: String,
    /// Its text, without space around it.
    pub text: Text,
    /// Its content; none if it isn't YAML.
    pub root: Option<Node>,
    /// Its `kind`; empty if there is none.
    pub kind: String,
    /// What `helm.sh/hook` says: `pre-install`, `test` …; empty if it is an ordinary object.
    pub hooks: Vec<String>,
}

impl Document {
    /// Whether it only runs when somebody tests the release.
    #[must_use]
    pub fn is_test(&self) -> bool {
        self.hooks.iter().any(|h| h.starts_with("test"))
    }
}

/// A dependency that isn't in the tree.
#[derive(Debug, Clone)]
pub struct Absent {
    /// Its entry in `dependencies`.
    pub node: Node,
    /// Its name.
    pub name: String,
    /// Its repository.
    pub repository: String,
    /// Its versions.
    pub version: String,
    /// Its values, with what is global.
    pub values: Node,
}
