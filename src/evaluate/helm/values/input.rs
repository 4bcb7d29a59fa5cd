//! What the user says: values files in order, then single values.

use std::path::{Path, PathBuf};

use super::set::{self, Way};
use crate::evaluate::helm::value::json_numbers;
use crate::syntax::yaml::{self, Schema};
use crate::trace::{Map, Node, Note, Origin, Problem, Role, Slot, StepKind, Text, Value};
use crate::workspace::Workspace;

/// The user's values as given on a command line.
#[derive(Debug, Clone, Default)]
pub struct Input {
    /// `-f`: values files; later ones win.
    pub files: Vec<PathBuf>,
    /// `--set-json`.
    pub set_json: Vec<String>,
    /// `--set`.
    pub set: Vec<String>,
    /// `--set-string`.
    pub set_string: Vec<String>,
    /// `--set-file`.
    pub set_file: Vec<String>,
    /// `--set-literal`.
    pub set_literal: Vec<String>,
}

/// The user's values as one tree.
#[derive(Debug)]
pub struct Merged {
    /// The values; a map.
    pub values: Node,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

impl Input {
    /// Reads and merges everything in Helm's order: files, then `--set-json`, `--set`,
    /// `--set-string`, `--set-file`, `--set-literal`.
    #[must_use]
    pub fn merge(&self, workspace: &Workspace) -> Merged {
        let mut out = Merged {
            values: Node::map(Map::new(), Origin::nowhere()),
            problems: Vec::new(),
        };
        for file in &self.files {
            out.file(workspace, file);
        }
        let sets = [
            (&self.set_json, Way::Json, "--set-json"),
            (&self.set, Way::Typed, "--set"),
            (&self.set_string, Way::Text, "--set-string"),
            (&self.set_file, Way::File, "--set-file"),
            (&self.set_literal, Way::Literal, "--set-literal"),
        ];
        let file = |name: &str| {
            let path = Path::new(name);
            let source = workspace.fetch(path).map_err(|t| format!("{name} {t}"))?;
            Ok(workspace.text(source))
        };
        for (texts, way, flag) in sets {
            for text in texts {
                let source = workspace.add(flag, text.clone(), Role::Settings);
                let text = workspace.sources().text(source);
                if let Err(why) = set::set(&mut out.values, &text, way, &file) {
                    let message = format!("{flag}: {why}");
                    out.problems
                        .push(Problem::new(message, text.origin().span()));
                }
            }
        }
        out
    }
}

impl Merged {
    fn file(&mut self, workspace: &Workspace, path: &Path) {
        let source = match workspace.fetch(path) {
            Ok(source) => source,
            Err(trouble) => {
                let message = format!("{} {trouble}", workspace.show(path));
                self.problems.push(Problem::new(message, None));
                return;
            }
        };
        let text = workspace.text(source);
        let text = if text.as_str().starts_with('\u{feff}') {
            text.slice(3..text.len())
        } else {
            text
        };
        let stream = yaml::parse(&text, Schema::Yaml11);
        if stream.documents.is_empty() {
            self.problems.extend(stream.problems.iter().cloned());
        }
        let Some(root) = stream.into_first().filter(|r| !r.is_null()) else {
            return;
        };
        if root.as_map().is_none() {
            let message = "values have to be a map".to_owned();
            self.problems.push(Problem::new(message, root.span()));
            return;
        }
        let name = workspace.sources().get(source).path.clone();
        let name = name.rsplit('/').next().unwrap_or(&name);
        let old = std::mem::replace(&mut self.values, Node::null(Origin::nowhere()));
        self.values = over(old, json_numbers(root), name);
    }
}

/// Deeper trees are replaced as a whole, which only values made to hurt will notice.
const MAX_DEPTH: usize = 400;

/// `high` laid over `low` as values files are: maps by key, everything else is replaced, nulls
/// stay. `layer` names what lies on top.
#[must_use]
pub fn over(low: Node, high: Node, layer: &str) -> Node {
    at_depth(low, high, layer, 0)
}

fn at_depth(low: Node, high: Node, layer: &str, depth: usize) -> Node {
    match (low.value, high.value) {
        (Value::Map(mut out), Value::Map(map)) if depth < MAX_DEPTH => {
            for (key, Slot { key: origin, node }) in map {
                let node = match out.get_mut(&key) {
                    Some(old) => {
                        let old = std::mem::replace(old, Node::null(Origin::nowhere()));
                        at_depth(old, node, layer, depth + 1)
                    }
                    None => node,
                };
                out.insert(key, origin, node);
            }
            // A place to add something is in the layer that counts.
            Node::map(out, high.origin)
        }
        (low_value, high_value) => {
            let old = Node::new(low_value, low.origin);
            replaced(Node::new(high_value, high.origin), &old, layer)
        }
    }
}

/// `new`, remembering that it took the place of `old`.
pub(super) fn replaced(new: Node, old: &Node, layer: &str) -> Node {
    if old.is_null() || new.origin.is_silent() {
        return new;
    }
    let note = Note::from(format!("{layer} overrides {}", shown(old)));
    let at = new.span();
    let inputs = vec![old.origin.clone()];
    new.map_origins(&|o| o.then_with(StepKind::Override, at, note.clone(), inputs.clone()))
}

/// What was there, for people.
pub(super) fn shown(node: &Node) -> String {
    match &node.value {
        Value::List(_) => "a list".to_owned(),
        Value::Map(_) => "a map".to_owned(),
        Value::Unknown(_) | Value::Null => "what was there".to_owned(),
        _ => {
            let text: Text = node.scalar_text().unwrap_or_default();
            let line = text.as_str().lines().next().unwrap_or_default();
            let short: String = line.chars().take(40).collect();
            if short.is_empty() {
                "an empty text".to_owned()
            } else {
                format!("`{short}`")
            }
        }
    }
}
