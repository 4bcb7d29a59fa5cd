//! A machine while it is set up: its files, and the commands that ran.

use std::path::{Path, PathBuf};

use indexmap::IndexMap;

use super::decode::{self, Payload};
use super::holes::Holes;
use super::{cloud_config, ignition, mime, packages, started, unit};
use crate::evaluate::release::Installation;
use crate::inventory::{Command, Env, Host, Item, MountedFile};
use crate::syntax::shell;
use crate::syntax::{json, yaml};
use crate::trace::{Node, Origin, Problem, Span, StepKind, Text, Value};
use crate::workspace::Workspace;

/// Scripts may start scripts so deep.
const MAX_DEPTH: usize = 6;

/// One machine runs at most so many commands.
const MAX_COMMANDS: usize = 20_000;

/// One machine gets at most so many files.
const MAX_FILES: usize = 5_000;

/// A machine that is given user data, scripts and files.
///
/// Hand it over what it gets in the order in which it would get it, then ask for what has
/// become of it with [`Machine::finish`].
#[derive(Debug)]
pub struct Machine<'w> {
    pub(super) workspace: &'w Workspace,
    /// The folder of the tree in which its commands run, if they run in the tree at all.
    pub(super) here: Option<PathBuf>,
    host: Host,
    files: IndexMap<String, Node>,
    /// The folder each command ran in.
    pub(super) folders: Vec<Option<String>>,
    /// What each command reads.
    pub(super) inputs: Vec<Option<Text>>,
    exported: IndexMap<String, Text>,
    directory: Option<Text>,
    depth: usize,
    holes: Holes,
    done: Vec<String>,
    notes: Vec<Problem>,
}

/// What has become of a machine.
#[derive(Debug, Default)]
pub struct Booted {
    /// The machine itself, then the workloads, releases and other things it starts.
    pub items: Vec<Item>,
    /// Charts it installs.
    pub charts: Vec<Installation>,
    /// Remarks.
    pub notes: Vec<Problem>,
}

impl<'w> Machine<'w> {
    /// A machine called `name`, written at `origin`.
    #[must_use]
    pub fn new(workspace: &'w Workspace, name: impl Into<String>, origin: Origin) -> Self {
        Self {
            workspace,
            here: None,
            host: Host {
                name: name.into(),
                origin,
                ..Host::default()
            },
            files: IndexMap::new(),
            folders: Vec::new(),
            inputs: Vec::new(),
            exported: IndexMap::new(),
            directory: None,
            depth: 0,
            holes: Holes::default(),
            done: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Lets its commands run in the folder `dir` of the tree.
    #[must_use]
    pub fn running_in(mut self, dir: impl Into<PathBuf>) -> Self {
        self.here = Some(dir.into());
        self
    }

    /// Says which resource the machine is.
    #[must_use]
    pub fn of_resource(mut self, address: impl Into<String>) -> Self {
        self.host.resource = Some(address.into());
        self
    }

    /// Sets a variable for the scripts that follow.
    pub fn set(&mut self, name: &str, value: Text) {
        let value = self.holes.named(&value);
        self.exported.insert(name.to_owned(), value);
    }

    /// Remarks something.
    pub fn note(&mut self, message: impl Into<String>, at: &Origin) {
        let note = Problem::new(message, at.nearest_span());
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// Gives the machine a text of any of the kinds that machines are started with.
    pub fn boot(&mut self, text: &Text) {
        if self.too_deep(text) {
            return;
        }
        self.depth += 1;
        let text = self.holes.named(&decode::unwrapped(text));
        self.payload(&text, decode::payload(&text));
        self.depth -= 1;
    }

    fn payload(&mut self, text: &Text, payload: Payload) {
        if text.is_wholly_unknown() {
            if let Some(why) = text.unknown() {
                let message = format!("what sets up {} is not known: {}", self.host.name, why.why);
                self.note(message, &text.origin());
            }
            return;
        }
        match payload {
            Payload::CloudConfig => {
                let root = self.yaml(text);
                cloud_config::apply(self, &root);
            }
            Payload::Butane => {
                let root = self.yaml(text);
                ignition::apply(self, &root);
            }
            Payload::Archive => {
                let root = self.yaml(text);
                for part in cloud_config::archive(&root) {
                    self.boot(&part);
                }
            }
            Payload::Ignition => {
                let (root, problems) = json::parse(text);
                self.notes.extend(problems);
                ignition::apply(self, &root);
            }
            Payload::Multipart => {
                for part in mime::parts(text) {
                    let text = decode::unwrapped(&part.body);
                    match (decode::payload(&text), decode::of_type(&part.kind)) {
                        // What begins like a script may still be marked as something else.
                        (Payload::Script, Some(told)) => self.payload(&text, told),
                        (Payload::Multipart, _) => self.boot(&text),
                        (found, _) => self.payload(&text, found),
                    }
                }
            }
            Payload::Include => {
                let message = "the addresses it includes are not read";
                self.note(message, &text.origin_of(0..text.len().min(8)));
            }
            Payload::Script => self.script(text),
            Payload::Foreign => {}
        }
    }

    fn yaml(&mut self, text: &Text) -> Node {
        let stream = yaml::parse(text, yaml::Schema::Yaml11);
        self.notes.extend(stream.problems.iter().cloned());
        stream
            .into_first()
            .unwrap_or_else(|| Node::null(text.origin()))
    }

    fn too_deep(&mut self, text: &Text) -> bool {
        if self.depth < MAX_DEPTH {
            return false;
        }
        let message = format!("scripts start scripts deeper than {MAX_DEPTH}, the limit");
        self.note(message, &text.origin());
        true
    }

    /// Runs a shell script.
    pub fn script(&mut self, text: &Text) {
        if self.too_deep(text) {
            return;
        }
        self.depth += 1;
        let text = self.holes.named(text);
        self.run(&text);
        self.depth -= 1;
    }

    fn run(&mut self, text: &Text) {
        let script = shell::parse(text);
        self.notes.extend(script.problems.iter().cloned());
        let variables = |name: &str| self.exported.get(name).cloned();
        let files = |path: &str| self.text_at(path);
        let around = shell::Around {
            variables: &variables,
            files: &files,
            directory: self.directory.clone(),
        };
        let run = shell::run_in(&script, text, &around);
        self.notes.extend(run.problems.iter().cloned());
        self.directory = run.directory.clone();
        for (name, value) in &run.exported {
            self.exported
                .insert(name.as_str().to_owned(), value.clone());
        }
        // A file that is written under a condition counts unless it is written anyway.
        let (sure, perhaps): (Vec<_>, Vec<_>) = run.files.into_iter().partition(|f| !f.conditional);
        for file in sure {
            let at = file.origin.nearest_span();
            self.put(&file.path, settled(file.content), file.append, at);
        }
        for file in perhaps {
            if !self.files.contains_key(&normal(file.path.as_str())) || file.append {
                let at = file.origin.nearest_span();
                self.put(&file.path, settled(file.content), file.append, at);
            }
        }
        for ran in run.commands {
            let folder = ran.directory.as_ref().map(|d| normal(d.as_str()));
            let called = self.called(&ran.words, folder.as_deref());
            let env = ran.env.into_iter().map(|(name, value)| Env {
                name,
                value: settled(value),
            });
            let command = Command {
                words: ran.words.into_iter().map(settled).collect(),
                env: env.collect(),
                origin: ran.origin,
            };
            self.push(command, folder, ran.stdin);
            if let Some((path, script)) = called {
                self.done.push(path);
                let before = self.directory.take();
                self.script(&script);
                self.directory = before;
            }
        }
    }

    /// The script of the machine that a command runs, unless it ran before.
    fn called(&self, words: &[Text], folder: Option<&str>) -> Option<(String, Text)> {
        let words: Vec<&str> = words.iter().map(Text::as_str).collect();
        let words = packages::program(&words);
        let name = match words {
            [
                "bash" | "sh" | "dash" | "source" | "." | "/bin/bash" | "/bin/sh",
                rest @ ..,
            ] => rest.iter().find(|w| !w.starts_with('-'))?,
            [first, ..] if first.contains('/') => first,
            _ => return None,
        };
        let path = in_folder(folder, name);
        if self.done.contains(&path) {
            return None;
        }
        let text = self.files.get(&path)?.as_text()?.clone();
        let is_script = matches!(decode::payload(&text), Payload::Script);
        (is_script && !self.done.contains(&path)).then_some((path, text))
    }

    /// A command ran, from no folder in particular.
    pub fn command(&mut self, command: Command) {
        self.push(command, None, None);
    }

    fn push(&mut self, mut command: Command, folder: Option<String>, input: Option<Text>) {
        if self.host.commands.len() >= MAX_COMMANDS {
            let message = format!("more than {MAX_COMMANDS} commands, the limit for one machine");
            let at = self.host.origin.clone();
            self.note(message, &at);
            return;
        }
        packages::installed(&command, &mut self.host.packages);
        let reads_answers = command
            .words
            .iter()
            .filter_map(Node::as_str)
            .any(|w| w.ends_with("debconf-set-selections"));
        if let (true, Some(input)) = (reads_answers, &input) {
            command.words.push(settled(input.clone()));
        }
        self.host.commands.push(command);
        self.folders.push(folder);
        self.inputs.push(input);
    }

    /// A package is installed.
    pub fn package(&mut self, name: Text) {
        self.host.packages.push(name);
    }

    /// Writes a file, or puts `content` behind what is in it.
    pub fn write(&mut self, path: &Text, content: Node, append: bool) {
        let at = path.origin().nearest_span();
        let path = self.holes.named(path);
        let content = self.holes.named_node(content);
        self.put(&path, content, append, at);
    }

    fn put(&mut self, path: &Text, content: Node, append: bool, at: Option<Span>) {
        let path = normal(path.as_str());
        let note = format!("written to {path}");
        let content = content.map_origins(&|o| o.then(StepKind::Deploy, at, note.clone()));
        let content = match (append, self.files.get(&path), content.as_text()) {
            (true, Some(old), Some(new)) => match old.as_text() {
                Some(old) => Node::text(Text::concat([old, new])),
                None => content,
            },
            _ => content,
        };
        if !self.files.contains_key(&path) && self.files.len() >= MAX_FILES {
            let message = format!("more than {MAX_FILES} files, the limit for one machine");
            let at = self.host.origin.clone();
            self.note(message, &at);
            return;
        }
        self.files.insert(path, content);
    }

    /// The files it has by now.
    pub(super) fn files(&self) -> impl Iterator<Item = (&str, &Node)> {
        self.files
            .iter()
            .map(|(path, content)| (path.as_str(), content))
    }

    /// The commands that ran.
    pub(super) fn commands(&self) -> &[Command] {
        &self.host.commands
    }

    /// The content of a file that was written, or that lies in the tree the commands run in.
    pub(super) fn content(&self, folder: Option<&str>, name: &str) -> Option<Node> {
        let path = in_folder(folder, name);
        if let Some(content) = self.files.get(&path) {
            return Some(content.clone());
        }
        let source = self.workspace.read(&self.in_tree(folder, name)?)?;
        Some(Node::text(self.workspace.text(source)))
    }

    /// Where `name` would be in the tree, if the commands run there.
    pub(super) fn in_tree(&self, folder: Option<&str>, name: &str) -> Option<PathBuf> {
        if name.starts_with(['/', '~', '$', '-']) {
            return None;
        }
        let path = self
            .workspace
            .beside(self.here.as_deref()?, &in_folder(folder, name));
        self.workspace.is_inside(&path).then_some(path)
    }

    fn text_at(&self, path: &str) -> Option<Text> {
        self.content(None, path)?.as_text().cloned()
    }

    /// What has become of it.
    #[must_use]
    pub fn finish(mut self) -> Booted {
        let units: Vec<Text> = self
            .files
            .iter()
            .filter(|(path, _)| unit::is_unit(path))
            .filter_map(|(_, content)| content.as_text().map(unit::script))
            .collect();
        for script in units {
            self.directory = None;
            self.script(&script);
        }
        let begun = started::started(&self);
        self.notes.extend(begun.notes);
        self.host.files = self
            .files
            .into_iter()
            .map(|(path, content)| MountedFile { path, content })
            .collect();
        let mut items = Vec::new();
        let anything = !self.host.commands.is_empty()
            || !self.host.files.is_empty()
            || !self.host.packages.is_empty();
        if anything {
            items.push(Item::Host(self.host));
        }
        items.extend(begun.items);
        Booted {
            items,
            charts: begun.charts,
            notes: self.notes,
        }
    }
}

/// A text as a node; one of which nothing is known as unknown.
pub(super) fn settled(text: Text) -> Node {
    match text.unknown().cloned() {
        Some(why) if text.is_wholly_unknown() => Node::new(Value::Unknown(why), text.origin()),
        _ => Node::text(text),
    }
}

/// `name` as seen from `folder`.
pub(super) fn in_folder(folder: Option<&str>, name: &str) -> String {
    match folder {
        Some(folder) if !name.starts_with(['/', '~', '$']) => normal(&format!("{folder}/{name}")),
        _ => normal(name),
    }
}

/// A path without `.`, `..` and doubled slashes, as far as that can be told.
pub(super) fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => match parts.last() {
                Some(last) if *last != ".." => {
                    parts.pop();
                }
                _ => parts.push(part),
            },
            _ => parts.push(part),
        }
    }
    let joined = parts.join("/");
    if path.starts_with('/') {
        format!("/{joined}")
    } else {
        joined
    }
}

/// The folder a path lies in.
pub(super) fn parent(path: &str) -> &str {
    Path::new(path)
        .parent()
        .and_then(Path::to_str)
        .unwrap_or_default()
}
