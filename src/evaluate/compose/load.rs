//! From the files of a project to one tree.

use std::path::{Path, PathBuf};

use super::paths::{self, Target, known};
use super::variables::Variables;
use super::{Log, merge};
use crate::syntax::placeholder;
use crate::syntax::yaml::{self, Schema, Stream};
use crate::trace::{Node, Origin, Problem, Slot, Text, Value};
use crate::workspace::Workspace;

/// Files may include and extend each other so deep.
const MAX_DEPTH: usize = 16;

/// One project includes and extends at most so many files.
const MAX_FILES: usize = 200;

/// Reads the files of one project.
#[derive(Debug)]
pub(super) struct Loader<'w> {
    workspace: &'w Workspace,
    dir: PathBuf,
    pub(super) variables: Variables,
    pub(super) log: Log,
    files: usize,
}

impl<'w> Loader<'w> {
    /// For the project in `dir`.
    pub(super) fn new(workspace: &'w Workspace, dir: &Path) -> Self {
        let mut log = Log::default();
        let outer = Variables::of_command_line(workspace);
        let variables = Variables::of_dir(workspace, dir, Some(&outer), &mut log);
        Self {
            workspace,
            dir: dir.to_path_buf(),
            variables,
            log,
            files: 0,
        }
    }

    /// All `files`, each laid over those before it. Null if none could be read.
    pub(super) fn project(&mut self, files: &[PathBuf]) -> Node {
        let dir = self.dir.clone();
        let variables = self.variables.clone();
        self.files(files, &dir, &variables, 0)
    }

    fn files(
        &mut self,
        files: &[PathBuf],
        dir: &Path,
        variables: &Variables,
        depth: usize,
    ) -> Node {
        let mut merged: Option<Node> = None;
        for file in files {
            let Some(tree) = self.file(file, dir, variables, depth) else {
                continue;
            };
            merged = Some(match merged {
                Some(base) => merge::files(base, tree),
                None => tree,
            });
        }
        merged.unwrap_or_else(|| Node::null(Origin::nowhere()))
    }

    /// One file with what it includes, and its services with what they extend.
    fn file(
        &mut self,
        path: &Path,
        dir: &Path,
        variables: &Variables,
        depth: usize,
    ) -> Option<Node> {
        let mut tree = self.read(path, variables, depth)?;
        let own = path.parent().unwrap_or(dir);
        self.extend_all(&mut tree, path, own, variables, depth);
        let Value::Map(map) = &mut tree.value else {
            return None;
        };
        if let Some(include) = map.remove("include") {
            let included = self.includes(&include.node, dir, variables, depth);
            if let Some(included) = included {
                return Some(merge::files(included, tree));
            }
        }
        Some(tree)
    }

    /// One file by itself, its variables replaced.
    fn read(&mut self, path: &Path, variables: &Variables, depth: usize) -> Option<Node> {
        let source = match self.workspace.fetch(path) {
            Ok(source) => source,
            Err(trouble) => {
                let message = format!("`{}` {trouble}", self.workspace.show(path));
                self.log.notes.push(Problem::new(message, None));
                return None;
            }
        };
        self.files += 1;
        if depth > MAX_DEPTH || self.files > MAX_FILES {
            let message = format!(
                "more than {MAX_FILES} files, or {MAX_DEPTH} of them inside each other, the \
                 limits for one project"
            );
            let at = crate::trace::Span::new(source, 0, 0);
            self.log.problems.push(Problem::new(message, Some(at)));
            return None;
        }
        let stream = parse(&self.workspace.text(source));
        self.log.problems.extend(stream.problems);
        let mut merged: Option<Node> = None;
        for document in stream.documents {
            if document.root.as_map().is_none() {
                continue;
            }
            let mut root = document.root;
            self.interpolate(&mut root, variables);
            merged = Some(match merged {
                Some(base) => merge::files(base, root),
                None => root,
            });
        }
        merged
    }

    /// Replaces the variables in all texts under `node`. Depth is bounded by the parser.
    fn interpolate(&mut self, node: &mut Node, variables: &Variables) {
        match &mut node.value {
            Value::Text(text) if text.as_str().contains('$') => {
                let expanded = variables.expand(text);
                // A variable without a value is told where it matters.
                for problem in expanded.problems {
                    if problem.message.contains("the limit") {
                        self.log.problems.push(problem);
                    } else if !problem.message.starts_with("required variable") {
                        self.log.notes.push(problem);
                    }
                }
                let at = node.origin.nearest_span();
                if self.log.spend(expanded.text.len(), at) {
                    node.value = Value::Text(expanded.text);
                }
            }
            Value::List(items) => items
                .iter_mut()
                .for_each(|n| self.interpolate(n, variables)),
            Value::Map(map) => {
                for (_, slot) in map.slots_mut() {
                    self.interpolate(&mut slot.node, variables);
                }
            }
            _ => {}
        }
    }

    fn includes(
        &mut self,
        node: &Node,
        dir: &Path,
        variables: &Variables,
        depth: usize,
    ) -> Option<Node> {
        let mut merged: Option<Node> = None;
        for entry in node.as_list().unwrap_or_default() {
            let names = entry.get("path").unwrap_or(entry);
            let files = self.named(names, dir);
            let Some(first) = files.first() else {
                continue;
            };
            let inner_dir = match entry.get("project_directory").and_then(Node::as_text) {
                Some(text) => self.workspace.beside(dir, &known(text)),
                None => first.parent().unwrap_or(dir).to_path_buf(),
            };
            let inner = match entry.get("env_file") {
                Some(names) => {
                    let env = self.named(names, dir);
                    Variables::of_files(self.workspace, &env, variables, &mut self.log)
                }
                None if inner_dir == dir => variables.clone(),
                None => {
                    let outer = Some(variables);
                    Variables::of_dir(self.workspace, &inner_dir, outer, &mut self.log)
                }
            };
            let mut tree = self.files(&files, &inner_dir, &inner, depth + 1);
            if inner_dir != dir {
                self.rebase_all(&mut tree, &inner_dir);
            }
            merged = Some(match merged {
                Some(base) => merge::files(base, tree),
                None => tree,
            });
        }
        merged.filter(|m| m.as_map().is_some())
    }

    /// The files that a text or a list of texts names.
    fn named(&mut self, names: &Node, dir: &Path) -> Vec<PathBuf> {
        let list = names.as_list().unwrap_or(std::slice::from_ref(names));
        let mut out = Vec::new();
        for name in list {
            let Some(text) = name.as_text() else {
                continue;
            };
            match paths::find(self.workspace, dir, text) {
                Target::File(path) => out.push(path),
                Target::StandIn(_) | Target::Dir(_) => {}
                Target::Nothing(why) => {
                    self.log
                        .notes
                        .push(Problem::new(why, name.origin.nearest_span()));
                }
            }
        }
        out
    }

    /// Resolves the `extends` of all services of a file.
    fn extend_all(
        &mut self,
        tree: &mut Node,
        path: &Path,
        dir: &Path,
        variables: &Variables,
        depth: usize,
    ) {
        let names: Vec<String> = tree
            .get("services")
            .and_then(Node::as_map)
            .map(|all| {
                let extending = all.iter().filter(|(_, s)| s.get("extends").is_some());
                extending.map(|(name, _)| name.to_owned()).collect()
            })
            .unwrap_or_default();
        for name in names {
            let extended = self.extended(tree, &name, path, dir, variables, depth);
            if let Some(extended) = extended
                && let Value::Map(map) = &mut tree.value
                && let Some(services) = map.get_mut("services")
                && let Value::Map(services) = &mut services.value
                && let Some(service) = services.get_mut(&name)
            {
                *service = extended;
            }
        }
    }

    /// The service `name` of `tree` with what it extends under it.
    fn extended(
        &mut self,
        tree: &Node,
        name: &str,
        path: &Path,
        dir: &Path,
        variables: &Variables,
        depth: usize,
    ) -> Option<Node> {
        let service = tree.get("services")?.get(name)?.clone();
        let Some(extends) = service.get("extends") else {
            return Some(service);
        };
        if depth > MAX_DEPTH {
            let message = format!("`extends` goes deeper than {MAX_DEPTH}, or in a circle");
            let at = extends.origin.nearest_span();
            self.log.problems.push(Problem::new(message, at));
            return Some(service);
        }
        let base_name = extends
            .get("service")
            .unwrap_or(extends)
            .as_text()
            .map(known)?;
        let file = match extends.get("file").and_then(Node::as_text) {
            Some(file) => match paths::find(self.workspace, dir, file) {
                Target::File(file) => Some(file).filter(|f| f != path),
                Target::StandIn(_) | Target::Dir(_) => return Some(service),
                Target::Nothing(why) => {
                    let at = extends.origin.nearest_span();
                    self.log.notes.push(Problem::new(why, at));
                    return Some(service);
                }
            },
            None => None,
        };
        let base = match file {
            Some(file) => {
                let other = self.read(&file, variables, depth + 1)?;
                let home = file.parent().unwrap_or(dir).to_path_buf();
                let mut base =
                    self.extended(&other, &base_name, &file, &home, variables, depth + 1)?;
                if home != dir {
                    self.rebase(&mut base, &home);
                }
                base
            }
            None => self.extended(tree, &base_name, path, dir, variables, depth + 1)?,
        };
        let mut merged = merge::service(base, service);
        if let Value::Map(map) = &mut merged.value {
            map.remove("extends");
        }
        Some(merged)
    }

    /// Makes the relative paths of a file from another folder absolute.
    fn rebase_all(&self, tree: &mut Node, dir: &Path) {
        let Value::Map(map) = &mut tree.value else {
            return;
        };
        for (key, slot) in map.slots_mut() {
            let Value::Map(entries) = &mut slot.node.value else {
                continue;
            };
            for (_, entry) in entries.slots_mut() {
                match key {
                    "services" => self.rebase(&mut entry.node, dir),
                    "configs" | "secrets" => self.rebase_key(&mut entry.node, "file", dir),
                    _ => {}
                }
            }
        }
    }

    /// Makes the relative paths of a service absolute.
    fn rebase(&self, service: &mut Node, dir: &Path) {
        let Value::Map(map) = &mut service.value else {
            return;
        };
        if let Some(files) = map.get_mut("env_file") {
            match &mut files.value {
                Value::List(items) => {
                    for item in items {
                        self.rebase_text(item, dir);
                        self.rebase_key(item, "path", dir);
                    }
                }
                _ => self.rebase_text(files, dir),
            }
        }
        if let Some(Value::List(mounts)) = map.get_mut("volumes").map(|v| &mut v.value) {
            for mount in mounts {
                if mount.as_text().is_some_and(|t| t.as_str().starts_with('.')) {
                    self.rebase_text(mount, dir);
                } else if mount.get("type").and_then(Node::as_str) == Some("bind") {
                    self.rebase_key(mount, "source", dir);
                }
            }
        }
    }

    fn rebase_key(&self, node: &mut Node, key: &str, dir: &Path) {
        if let Value::Map(map) = &mut node.value
            && let Some(value) = map.get_mut(key)
        {
            self.rebase_text(value, dir);
        }
    }

    fn rebase_text(&self, node: &mut Node, dir: &Path) {
        let Value::Text(text) = &mut node.value else {
            return;
        };
        let absolute = text.as_str().starts_with(['/', '~']);
        if !absolute
            && text
                .unknown()
                .is_none_or(|_| text.as_str().starts_with('.'))
        {
            let prefix = format!("{}/", dir.to_string_lossy());
            let mut joined = Text::plain(prefix);
            joined.push(text);
            *text = joined;
        }
    }
}

/// The documents of a Compose file. One that can't be read as it is may be the template of one.
pub(super) fn parse(text: &Text) -> Stream {
    let plain = yaml::parse(text, Schema::Yaml12);
    let chars = text.as_str();
    let marked = chars.contains("{{") || chars.contains("{%") || chars.contains("<%");
    if plain.problems.is_empty() || !marked {
        return plain;
    }
    let mut masked = yaml::parse(&placeholder::mask(text), Schema::Yaml12);
    masked.problems.clear();
    masked
}

/// The slot's key as a text where it is written.
pub(super) fn key_text(name: &str, slot: &Slot) -> Text {
    Text::opaque(name, slot.key.clone())
}
