//! Files of the tree that a service finds in its container.

use std::path::{Path, PathBuf};

use super::Log;
use super::paths::{self, Target, known};
use super::service::Context;
use crate::inventory::{Container, Gap, MountedFile};
use crate::trace::{Node, Origin, Span, StepKind, Text, Unknown, Value};

/// A mounted folder brings at most so many files.
const MAX_FILES: usize = 200;

/// Larger files in a mounted folder are not settings.
const MAX_BYTES: usize = 512 * 1024;

/// Host paths that hold no settings of the program in the container.
const SYSTEM: &[&str] = &[
    "/dev",
    "/etc/hosts",
    "/etc/localtime",
    "/etc/machine-id",
    "/etc/timezone",
    "/lib/modules",
    "/proc",
    "/run",
    "/sys",
    "/tmp",
    "/usr/share/zoneinfo",
    "/var/lib/docker",
    "/var/log",
    "/var/run",
];

/// Adds what the `volumes`, `configs` and `secrets` of `service` bring.
pub(super) fn mounts(
    context: &Context<'_>,
    service: &Node,
    note: &str,
    container: &mut Container,
    log: &mut Log,
) {
    let mut adder = Adder {
        context,
        note,
        container,
        log,
    };
    for mount in items(service, "volumes") {
        adder.volume(mount);
    }
    for config in items(service, "configs") {
        adder.named("configs", config, "/");
    }
    for secret in items(service, "secrets") {
        adder.named("secrets", secret, "/run/secrets/");
    }
}

fn items<'n>(service: &'n Node, key: &str) -> &'n [Node] {
    service.get(key).and_then(Node::as_list).unwrap_or_default()
}

struct Adder<'a, 'w> {
    context: &'a Context<'w>,
    note: &'a str,
    container: &'a mut Container,
    log: &'a mut Log,
}

impl Adder<'_, '_> {
    fn volume(&mut self, mount: &Node) {
        if let Some(text) = mount.as_text() {
            let Some((source, target)) = halves(text) else {
                return;
            };
            if is_path(&source) {
                self.path(&source, &known(&target), &mount.origin);
            }
            return;
        }
        let word = |key: &str| mount.get(key).and_then(Node::as_text);
        if word("type").map(known).as_deref() == Some("bind")
            && let (Some(source), Some(target)) = (word("source"), word("target"))
        {
            self.path(source, &known(target), &mount.origin);
        }
    }

    /// A config or secret by its name in the file.
    fn named(&mut self, kind: &str, entry: &Node, folder: &str) {
        let Some(source) = entry.get("source").unwrap_or(entry).as_text() else {
            return;
        };
        let name = known(source);
        let target = entry.get("target").and_then(Node::as_text).map(known);
        let target = target.unwrap_or_else(|| name.clone());
        let target = if target.starts_with('/') {
            target
        } else {
            format!("{folder}{target}")
        };
        let declared = self.context.tree.at(&[kind, &name]);
        let get = |key: &str| declared.and_then(|d| d.get(key));
        if let Some(file) = get("file").and_then(Node::as_text) {
            self.path(file, &target, &entry.origin);
        } else if let Some(content) = get("content").and_then(Node::as_text) {
            self.push(target, content.clone(), &entry.origin);
        } else if let Some(variable) = get("environment").and_then(Node::as_text) {
            let variable = known(variable);
            match self.context.variables.get(&variable) {
                Some(text) => self.push(target, text.clone(), &entry.origin),
                None => {
                    let why = format!("variable {variable} has no value");
                    self.gap(target, why, &entry.origin);
                }
            }
        } else {
            let kind = kind.trim_end_matches('s');
            let why = format!("the content of {kind} {name} is not in the tree");
            self.gap(target, why, &entry.origin);
        }
    }

    /// A host path mounted at `target`.
    fn path(&mut self, source: &Text, target: &str, origin: &Origin) {
        let plain = known(source);
        // A tree may itself lie in one of these folders.
        let ours = self.context.workspace.is_inside(Path::new(&plain));
        let system = SYSTEM.iter().any(|s| Path::new(&plain).starts_with(s));
        if plain == "/" || (system && !ours) {
            return;
        }
        match paths::find(self.context.workspace, self.context.dir, source) {
            Target::File(path) => self.file(&path, target.to_owned(), origin, false),
            Target::StandIn(path) => {
                let shown = self.context.workspace.show(&path);
                self.log.stand_in(&plain, &shown, origin);
                self.file(&path, target.to_owned(), origin, false);
            }
            Target::Dir(dir) => self.folder(&dir, target, origin),
            Target::Nothing(why) => self.gap(target.to_owned(), why, origin),
        }
    }

    fn folder(&mut self, dir: &Path, target: &str, origin: &Origin) {
        let workspace = self.context.workspace;
        let files: Vec<PathBuf> = workspace.files_below(dir, MAX_FILES + 1);
        if files.len() > MAX_FILES {
            let why = format!("holds more than {MAX_FILES} files, the limit for one mount");
            self.gap(target.to_owned(), why, origin);
        }
        for file in files.iter().take(MAX_FILES) {
            let Ok(below) = file.strip_prefix(dir) else {
                continue;
            };
            let below = below.to_string_lossy().replace('\\', "/");
            let path = format!("{}/{below}", target.trim_end_matches('/'));
            self.file(file, path, origin, true);
        }
    }

    fn file(&mut self, path: &Path, target: String, origin: &Origin, in_folder: bool) {
        let workspace = self.context.workspace;
        // Pictures and data in a folder are no loss; a file that is named is.
        if in_folder
            && workspace
                .bytes(path)
                .is_ok_and(|b| b.len() > MAX_BYTES || b.contains(&0))
        {
            return;
        }
        match workspace.fetch(path) {
            Ok(source) => {
                let text = workspace.text(source);
                let text = if text.is_empty() {
                    Text::opaque("", Origin::at(Span::new(source, 0, 0)))
                } else {
                    text
                };
                self.push(target, text, origin);
            }
            Err(trouble) => self.gap(target, format!("the file {trouble}"), origin),
        }
    }

    fn push(&mut self, path: String, content: Text, origin: &Origin) {
        let at = origin.nearest_span();
        if !self.log.spend(content.len(), at) {
            return;
        }
        let note = format!("mounted into {}", self.note);
        let content = content.map_origins(&|o| o.then(StepKind::Deploy, at, note.clone()));
        let node = if content.is_wholly_unknown() {
            let why = content.unknown().cloned();
            let why = why.unwrap_or_else(|| Unknown::new("unknown"));
            Node::new(Value::Unknown(why), content.origin())
        } else {
            Node::text(content)
        };
        self.container.files.push(MountedFile {
            path,
            content: node,
        });
    }

    fn gap(&mut self, path: String, why: String, origin: &Origin) {
        let gap = Gap {
            why: Unknown::new(why),
            origin: origin.clone(),
        };
        self.container.file_gaps.push((path, gap));
    }
}

/// Source and target of `source:target[:mode]`.
fn halves(text: &Text) -> Option<(Text, Text)> {
    let chars = text.as_str();
    // `C:\…` is one word.
    let drive = chars.as_bytes().get(1) == Some(&b':')
        && chars
            .as_bytes()
            .first()
            .is_some_and(u8::is_ascii_alphabetic)
        && matches!(chars.as_bytes().get(2), Some(b'\\' | b'/'));
    let from = if drive { 2 } else { 0 };
    let colon = from + chars.get(from..)?.find(':')?;
    let end = chars
        .get(colon + 1..)?
        .find(':')
        .map_or(chars.len(), |at| colon + 1 + at);
    Some((text.slice(0..colon), text.slice(colon + 1..end)))
}

/// Whether it is a path of the host, not the name of a volume.
fn is_path(source: &Text) -> bool {
    let begins_unknown = source
        .runs()
        .next()
        .is_some_and(|(_, run)| run.unknown.is_some());
    let chars = source.as_str();
    chars.starts_with(['.', '/', '~', '\\']) || begins_unknown && chars.contains('/')
}
