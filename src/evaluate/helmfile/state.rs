//! A helmfile with its bases, in one environment.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::layers::{Budget, Layers, Place, empty};
use super::limits;
use super::render::{Context, Renderer};
use crate::evaluate::kubernetes::list;
use crate::evaluate::release::{merge, template};
use crate::syntax::yaml::{self, Schema};
use crate::trace::{Map, Node, Origin, Text};

/// What a helmfile and its bases say.
#[derive(Debug)]
pub(super) struct State {
    /// The helmfile.
    pub(super) file: PathBuf,
    /// The environment's name.
    pub(super) environment: String,
    /// Helmfiles that it calls.
    pub(super) helmfiles: Vec<Node>,
    /// Releases.
    pub(super) releases: Vec<Node>,
    /// Templates that releases inherit.
    pub(super) templates: Map,
    /// Repositories: name and address.
    pub(super) repositories: BTreeMap<String, String>,
    /// Labels of all releases.
    pub(super) labels: Map,
    /// Whether files that aren't there are fine.
    pub(super) lenient: bool,
    /// The helmfile and its bases.
    pub(super) sources: Vec<PathBuf>,
    defaults: Node,
    /// The environment's values.
    pub(super) layers: Layers,
    /// What the calling helmfile passes.
    over: Node,
    merged: Option<Node>,
}

impl State {
    /// Reads `file` in `environment`; `over` is what the calling helmfile passes.
    pub(super) fn load(
        renderer: &Renderer<'_>,
        file: &Path,
        environment: &str,
        over: Layers,
        budget: &mut Budget,
    ) -> Self {
        let mut state = Self {
            file: file.to_path_buf(),
            environment: environment.to_owned(),
            helmfiles: Vec::new(),
            releases: Vec::new(),
            templates: Map::new(),
            repositories: BTreeMap::new(),
            labels: Map::new(),
            lenient: false,
            sources: Vec::new(),
            defaults: empty(),
            layers: Layers {
                gaps: over.gaps,
                files: over.files,
                ..Layers::default()
            },
            over: over.values,
            merged: None,
        };
        state.take_in(renderer, file, 0, budget);
        state
    }

    /// The helmfile's folder.
    pub(super) fn dir(&self) -> &Path {
        self.file.parent().unwrap_or(&self.file)
    }

    /// The values that templates see.
    pub(super) fn values(&mut self) -> Node {
        if let Some(values) = &self.merged {
            return values.clone();
        }
        let name = format!("environment {}", self.environment);
        let mut all = Layers::default();
        all.lay(self.defaults.clone(), "values");
        all.lay(self.layers.values.clone(), &name);
        all.lay(self.over.clone(), "the calling helmfile");
        self.merged = Some(all.values.clone());
        all.values
    }

    /// `file` or a base of it.
    fn take_in(&mut self, renderer: &Renderer<'_>, file: &Path, depth: usize, budget: &mut Budget) {
        let Ok(source) = renderer.workspace.fetch(file) else {
            return;
        };
        self.sources.push(file.to_path_buf());
        let text = renderer.workspace.text(source);
        for part in parts(&text) {
            if !budget.take(&part.origin_at(0)) {
                return;
            }
            let told = budget.notes.len();
            let Some(mut root) = self.read(renderer, file, &part, budget) else {
                continue;
            };
            let first = budget.notes.split_off(told);
            let bases = list(&root, "bases").to_vec();
            for base in &bases {
                self.base(renderer, file, base, depth, budget);
            }
            let declares = self.environment_of(renderer, file, &root, budget);
            let has_own = self.own_values(renderer, file, &root, budget);
            let changed = declares || has_own || !bases.is_empty();
            if changed && part.as_str().contains("{{") {
                // Now that there are values, the rest of the part says what it means.
                match self.read(renderer, file, &part, budget) {
                    Some(again) => root = again,
                    None => continue,
                }
            } else {
                budget.notes.extend(first);
            }
            self.gather(&root);
        }
    }

    fn read(
        &mut self,
        renderer: &Renderer<'_>,
        file: &Path,
        part: &Text,
        budget: &mut Budget,
    ) -> Option<Node> {
        let plain = || template::plain(part).text;
        let text = if part.as_str().contains("{{") {
            let values = self.values();
            let context = self.context(&values);
            let dir = file.parent().unwrap_or(file);
            match renderer.render(part, dir, context) {
                Ok(text) => text,
                Err(error) => {
                    let shown = renderer.workspace.show(file);
                    let message = format!("{shown} can't be rendered: {error}");
                    budget.note(message, &part.origin_at(0));
                    plain()
                }
            }
        } else {
            part.clone()
        };
        let stream = yaml::parse(&text, Schema::Yaml11);
        if let Some(problem) = stream.problems.first() {
            let at = problem.span.map(Origin::at).unwrap_or_default();
            budget.note(problem.message.clone(), &at);
        }
        stream.into_first().filter(|r| r.as_map().is_some())
    }

    fn base(
        &mut self,
        renderer: &Renderer<'_>,
        file: &Path,
        base: &Node,
        depth: usize,
        budget: &mut Budget,
    ) {
        if depth >= limits::DEPTH {
            let message = format!("bases are nested deeper than {}", limits::DEPTH);
            budget.note(message, &base.origin);
            return;
        }
        let Some(name) = base.as_str() else { return };
        let own = file.parent().unwrap_or(file);
        let mut found = renderer.matching(self.dir(), name);
        if found.is_empty() {
            found = renderer.matching(own, name);
        }
        if found.is_empty() {
            budget.note(format!("the base {name} is not in the tree"), &base.origin);
        }
        for path in found {
            if path != file {
                self.take_in(renderer, &path, depth + 1, budget);
            }
        }
    }

    /// The values of the environment, if it is declared here.
    fn environment_of(
        &mut self,
        renderer: &Renderer<'_>,
        file: &Path,
        root: &Node,
        budget: &mut Budget,
    ) -> bool {
        let declared = root
            .at(&["environments", self.environment.as_str()])
            .cloned();
        let Some(declared) = declared else {
            return false;
        };
        let lenient = self.lenient || is_lenient(root) || is_lenient(&declared);
        let owner = format!("environment {}", self.environment);
        let dir = self.dir().to_path_buf();
        let place = Place {
            dir: &dir,
            or_dir: file.parent().unwrap_or(file),
            owner: &owner,
            lenient,
        };
        for entry in list(&declared, "values") {
            let values = self.values();
            let mut layers = std::mem::take(&mut self.layers);
            let context = self.context(&values);
            layers.entry(renderer, entry, place, context, budget);
            self.layers = layers;
            self.merged = None;
        }
        let values = self.values();
        let context = Context {
            environment: &self.environment,
            values: &values,
            release: None,
        };
        let secrets = list(&declared, "secrets");
        self.layers
            .secrets(renderer, secrets, place, context, budget);
        self.merged = None;
        true
    }

    /// What templates see.
    pub(super) fn context<'c>(&'c self, values: &'c Node) -> Context<'c> {
        Context {
            environment: &self.environment,
            values,
            release: None,
        }
    }

    /// The values that the helmfile has in all environments.
    fn own_values(
        &mut self,
        renderer: &Renderer<'_>,
        file: &Path,
        root: &Node,
        budget: &mut Budget,
    ) -> bool {
        let own = list(root, "values");
        if own.is_empty() {
            return false;
        }
        let dir = self.dir().to_path_buf();
        let place = Place {
            dir: &dir,
            or_dir: file.parent().unwrap_or(file),
            owner: "values of the helmfile",
            lenient: self.lenient,
        };
        let mut layers = Layers {
            values: std::mem::replace(&mut self.defaults, empty()),
            ..Layers::default()
        };
        let values = self.values();
        for entry in own {
            let context = self.context(&values);
            layers.entry(renderer, entry, place, context, budget);
        }
        self.defaults = layers.values;
        self.layers.gaps.extend(layers.gaps);
        self.layers.files.extend(layers.files);
        self.merged = None;
        true
    }

    /// What isn't about values.
    fn gather(&mut self, root: &Node) {
        self.lenient |= is_lenient(root);
        self.helmfiles.extend_from_slice(list(root, "helmfiles"));
        self.releases.extend_from_slice(list(root, "releases"));
        for repository in list(root, "repositories") {
            let field = |key: &str| repository.get(key).and_then(Node::as_str);
            if let (Some(name), Some(url)) = (field("name"), field("url")) {
                let is_oci = repository.get("oci").and_then(Node::as_bool) == Some(true);
                let url = match is_oci && !url.contains("://") {
                    true => format!("oci://{url}"),
                    false => url.to_owned(),
                };
                self.repositories.insert(name.to_owned(), url);
            }
        }
        for (key, into) in [
            ("templates", &mut self.templates),
            ("commonLabels", &mut self.labels),
        ] {
            let Some(map) = root.get(key).and_then(Node::as_map) else {
                continue;
            };
            for (name, slot) in map.slots() {
                let node = match into.remove(name) {
                    Some(old) => merge(old.node, slot.node.clone(), key),
                    None => slot.node.clone(),
                };
                into.insert(name, slot.key.clone(), node);
            }
        }
    }
}

/// Whether files that aren't there are no error.
pub(super) fn is_lenient(node: &Node) -> bool {
    let handler = node.get("missingFileHandler").and_then(Node::as_str);
    handler.is_some_and(|h| h != "Error")
}

/// The parts of a helmfile, which are rendered one after the other.
pub(super) fn parts(text: &Text) -> Vec<Text> {
    let mut out = Vec::new();
    let (mut start, mut at) = (0, 0);
    for line in text.as_str().split_inclusive('\n') {
        if line.trim_end() == "---" {
            out.push(text.slice(start..at));
            start = at + line.len();
        }
        at += line.len();
    }
    out.push(text.slice(start..text.len()));
    out.retain(|part| !part.as_str().trim().is_empty());
    out
}
