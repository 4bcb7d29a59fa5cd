//! Kustomizations, built as `kustomize build` does it, from what is in the tree.
//!
//! Names keep no content hash: references between the objects hold without it.

mod generate;
mod json_patch;
mod names;
mod patch;
mod replace;
mod strategic;
#[cfg(test)]
mod tests;
mod transform;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::evaluate::kubernetes::{Manifest, list, word};
use crate::evaluate::release::Installation;
use crate::syntax::yaml::{self, Schema};
use crate::trace::{Node, Problem, Text};
use crate::workspace::{Kind, Workspace};

/// Names under which a folder's kustomization is found.
const FILE_NAMES: &[&str] = &["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// Kustomizations that include each other deeper than this are cut off.
const MAX_DEPTH: usize = 32;

/// One build reads no more kustomizations than this, however they include each other.
const MAX_VISITS: usize = 2_000;

/// One build makes no more objects than this.
const MAX_OBJECTS: usize = 20_000;

/// What a kustomization builds.
#[derive(Debug, Clone, Default)]
pub struct Build {
    /// The objects.
    pub manifests: Vec<Manifest>,
    /// Charts it would inflate.
    pub charts: Vec<Installation>,
    /// All files it read, absolute.
    pub reached: BTreeSet<PathBuf>,
    /// What it names and isn't there, or isn't understood.
    pub notes: Vec<Problem>,
    visits: usize,
}

/// An object on its way through a build.
#[derive(Debug, Clone)]
struct Resource {
    manifest: Manifest,
    /// The name it had when it was read: patches and generators may use it still.
    first_name: String,
}

/// Folders of kustomizations: first those that no other one includes, sorted, then the rest,
/// which is built by itself only if no other build reaches it. Components are not among them.
#[must_use]
pub fn folders(workspace: &Workspace) -> Vec<PathBuf> {
    let mut all = BTreeSet::new();
    let mut included = BTreeSet::new();
    for file in workspace.of_kind(Kind::Kustomization) {
        if !FILE_NAMES.contains(&file.name()) {
            continue;
        }
        let dir = file.dir();
        let Some(root) = parse_first(workspace, &file.abs) else {
            continue;
        };
        if root.get("kind").and_then(word) != Some("Component") {
            all.insert(dir.to_path_buf());
        }
        for key in ["resources", "bases", "components"] {
            for entry in list(&root, key).iter().filter_map(word) {
                included.insert(workspace.beside(dir, entry));
            }
        }
    }
    let (rest, mut out): (Vec<_>, Vec<_>) = all.into_iter().partition(|d| included.contains(d));
    out.extend(rest);
    out
}

/// Builds the kustomization in `dir`. Never fails: what isn't there is in the notes.
#[must_use]
pub fn build(workspace: &Workspace, dir: &Path) -> Build {
    let mut out = Build::default();
    let mut resources = Vec::new();
    Layer::accumulate(workspace, dir, &mut Vec::new(), &mut resources, &mut out);
    out.manifests = resources.into_iter().map(|r| r.manifest).collect();
    out
}

/// The kustomization of a folder.
pub(crate) fn kustomization_in(workspace: &Workspace, dir: &Path) -> Option<PathBuf> {
    FILE_NAMES
        .iter()
        .map(|name| dir.join(name))
        .find(|path| workspace.is_file(path))
}

fn parse_first(workspace: &Workspace, path: &Path) -> Option<Node> {
    let text = workspace.text(workspace.read(path)?);
    yaml::parse(&text, Schema::Yaml11).into_first()
}

/// One kustomization being built.
struct Layer<'w> {
    workspace: &'w Workspace,
    dir: &'w Path,
    root: Node,
}

impl<'w> Layer<'w> {
    /// Adds what the kustomization in `dir` makes to `resources`; a component also changes
    /// those that are there.
    fn accumulate(
        workspace: &'w Workspace,
        dir: &'w Path,
        stack: &mut Vec<PathBuf>,
        resources: &mut Vec<Resource>,
        out: &mut Build,
    ) {
        let Some(path) = kustomization_in(workspace, dir) else {
            return;
        };
        out.visits += 1;
        if stack.len() >= MAX_DEPTH || out.visits > MAX_VISITS || stack.contains(&path) {
            let message = format!(
                "the kustomizations include each other too often: \
                 the limit is {MAX_DEPTH} deep, {MAX_VISITS} in all"
            );
            if !out.notes.iter().any(|n| n.message == message) {
                out.notes.push(Problem::new(message, None));
            }
            return;
        }
        out.reached.insert(path.clone());
        let Some(root) = parse_first(workspace, &path) else {
            return;
        };
        stack.push(path);
        let layer = Layer {
            workspace,
            dir,
            root,
        };
        if layer.root.get("kind").and_then(word) == Some("Component") {
            layer.run(stack, resources, out);
        } else {
            let mut own = Vec::new();
            layer.run(stack, &mut own, out);
            resources.extend(own);
        }
        stack.pop();
    }

    /// The order is kustomize's: resources, generators, components, transformers.
    fn run(&self, stack: &mut Vec<PathBuf>, resources: &mut Vec<Resource>, out: &mut Build) {
        for key in ["resources", "bases"] {
            for entry in list(&self.root, key) {
                self.resource(entry, stack, resources, out);
            }
        }
        generate::run(self, resources, out);
        let charts = generate::charts(self, out);
        out.charts.extend(charts);
        for entry in list(&self.root, "components") {
            if let Some(dir) = self.local(entry, out) {
                Layer::accumulate(self.workspace, &dir, stack, resources, out);
            }
        }
        patch::run(self, resources, out);
        transform::run(self, resources);
        replace::run(self, resources, out);
        for key in ["generators", "transformers", "vars"] {
            if let Some(slot) = self.root.as_map().and_then(|m| m.slot(key)) {
                let message = format!("`{key}` of a kustomization isn't applied");
                out.notes.push(Problem::new(message, slot.key.span()));
            }
        }
    }

    fn resource(
        &self,
        entry: &Node,
        stack: &mut Vec<PathBuf>,
        resources: &mut Vec<Resource>,
        out: &mut Build,
    ) {
        let Some(path) = self.local(entry, out) else {
            return;
        };
        if self.workspace.is_dir(&path) {
            Layer::accumulate(self.workspace, &path, stack, resources, out);
            return;
        }
        for root in self.documents(&path, out) {
            if resources.len() >= MAX_OBJECTS {
                let message = format!("more than {MAX_OBJECTS} objects, the limit");
                out.notes.push(Problem::new(message, entry.span()));
                return;
            }
            resources.push(Resource::new(Manifest::new(path.clone(), root)));
        }
    }

    /// The path that an entry names; a note if it is elsewhere.
    fn local(&self, entry: &Node, out: &mut Build) -> Option<PathBuf> {
        let name = entry.as_str()?;
        let path = self.workspace.beside(self.dir, name);
        if self.workspace.is_file(&path) || self.workspace.is_dir(&path) {
            return Some(path);
        }
        let why = if is_remote(name) {
            "is elsewhere and isn't fetched"
        } else {
            "isn't in the tree"
        };
        let message = format!("`{name}`, which a kustomization includes, {why}");
        out.notes.push(Problem::new(message, entry.span()));
        None
    }

    /// The text of a file of the kustomization.
    fn text(&self, entry: &Node, name: &str, out: &mut Build) -> Option<Text> {
        let path = self.workspace.beside(self.dir, name);
        // Pictures and packed files are fine in a ConfigMap; they are just nothing to read.
        if let Ok(bytes) = self.workspace.bytes(&path)
            && (bytes.contains(&0) || std::str::from_utf8(&bytes).is_err())
        {
            return None;
        }
        match self.workspace.fetch(&path) {
            Ok(source) => {
                out.reached.insert(path);
                Some(self.workspace.text(source))
            }
            Err(trouble) => {
                let message = format!("`{name}`, which a kustomization reads, {trouble}");
                out.notes.push(Problem::new(message, entry.span()));
                None
            }
        }
    }

    fn documents(&self, path: &Path, out: &mut Build) -> Vec<Node> {
        out.reached.insert(path.to_path_buf());
        let Some(source) = self.workspace.read(path) else {
            return Vec::new();
        };
        let stream = yaml::parse(&self.workspace.text(source), Schema::Yaml11);
        stream
            .documents
            .into_iter()
            .map(|d| d.root)
            .filter(|r| r.as_map().is_some())
            .collect()
    }
}

fn is_remote(name: &str) -> bool {
    name.contains("://")
        || name.contains("?ref=")
        || name.starts_with("git@")
        || name.starts_with("git::")
        || name.starts_with("github.com")
        || name.starts_with("gitlab.com")
}

impl Resource {
    fn new(manifest: Manifest) -> Self {
        let mut this = Self {
            manifest,
            first_name: String::new(),
        };
        this.first_name = this.name().to_owned();
        this
    }

    fn root(&self) -> &Node {
        &self.manifest.root
    }

    fn root_mut(&mut self) -> &mut Node {
        &mut self.manifest.root
    }

    fn kind(&self) -> &str {
        self.root().get("kind").and_then(word).unwrap_or_default()
    }

    fn name(&self) -> &str {
        let name = self.root().at(&["metadata", "name"]);
        name.and_then(word).unwrap_or_default()
    }

    fn namespace(&self) -> Option<&str> {
        self.root().at(&["metadata", "namespace"]).and_then(word)
    }

    fn is_called(&self, name: &str) -> bool {
        self.name() == name || self.first_name == name
    }

    /// Group and version of its kind.
    fn api(&self) -> (&str, &str) {
        let api = self.root().get("apiVersion").and_then(word);
        let api = api.unwrap_or_default();
        api.rsplit_once('/').unwrap_or(("", api))
    }
}
