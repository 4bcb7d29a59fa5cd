//! Images that are built from the tree: what they start from, and the settings put into them.

mod dockerfile;

use std::path::{Path, PathBuf};

use dockerfile::{Instruction, Stage};

use super::paths::{self, Target, known};
use super::service::{Context, settled};
use super::{Log, merge};
use crate::inventory::{Container, Env, MountedFile};
use crate::trace::{Node, Origin, Span, StepKind, Text};

/// A folder that is copied brings its files if there are no more than these.
const MAX_FILES: usize = 50;

/// Larger files that are copied are not settings.
const MAX_BYTES: usize = 256 * 1024;

/// Images that are built on each other's stages are followed so far.
const MAX_STAGES: usize = 32;

/// Adds what the image that `build` describes holds: the image it starts from (unless the
/// service names one), its variables, and the files that are copied into it.
pub(super) fn built(
    context: &Context<'_>,
    build: &Node,
    note: &str,
    container: &mut Container,
    log: &mut Log,
) {
    let Some((dir, text)) = source(context, build) else {
        return;
    };
    let args = build.get("args").cloned().map(merge::by_name);
    let arg = |name: &str| {
        let value = args.as_ref()?.get(name)?;
        match value.scalar_text() {
            None if value.is_null() => context.variables.get(name).cloned(),
            text => text,
        }
    };
    let stages = dockerfile::stages(&text, &arg);
    let target = build.get("target").and_then(Node::as_text).map(known);
    let chain = chain(&stages, target.as_deref());
    let Some(first) = chain.last() else {
        return;
    };
    if container.image.is_none() && first.from.as_str() != "scratch" {
        container.image = super::service::image(&Node::text(first.from.clone()));
    }
    let mut builder = Builder {
        context,
        dir: &dir,
        note: format!("the image of {note}"),
        work_dir: String::from("/"),
        container,
        log,
    };
    for stage in chain.iter().rev() {
        for instruction in &stage.instructions {
            builder.add(instruction);
        }
    }
}

/// The folder of the build and the text of its Dockerfile.
fn source(context: &Context<'_>, build: &Node) -> Option<(PathBuf, Text)> {
    let plain = Text::plain(".");
    let name = match build.as_map() {
        Some(map) => map.get("context").and_then(Node::as_text).unwrap_or(&plain),
        None => build.as_text()?,
    };
    let Target::Dir(dir) = paths::find(context.workspace, context.dir, name) else {
        return None;
    };
    if let Some(text) = build.get("dockerfile_inline").and_then(Node::as_text) {
        return Some((dir, text.clone()));
    }
    let file = build.get("dockerfile").and_then(Node::as_text).map(known);
    let file = dir.join(file.as_deref().unwrap_or("Dockerfile"));
    let source = context
        .workspace
        .read(&context.workspace.beside(&dir, &file.to_string_lossy()))?;
    Some((dir, context.workspace.text(source)))
}

/// The stage that is built, then the ones it starts from.
fn chain<'s>(stages: &'s [Stage], target: Option<&str>) -> Vec<&'s Stage> {
    let named = |name: &str, before: usize| {
        let before = stages.get(..before).unwrap_or_default();
        before.iter().rposition(|s| s.name.as_deref() == Some(name))
    };
    let target = target.and_then(|name| named(&name.to_lowercase(), stages.len()));
    let mut at = target.or_else(|| stages.len().checked_sub(1));
    let mut out = Vec::new();
    while let Some(stage) = at.and_then(|at| stages.get(at))
        && out.len() < MAX_STAGES
    {
        out.push(stage);
        at = named(&stage.from.as_str().to_lowercase(), at.unwrap_or_default());
    }
    out
}

struct Builder<'a, 'w> {
    context: &'a Context<'w>,
    dir: &'a Path,
    note: String,
    work_dir: String,
    container: &'a mut Container,
    log: &'a mut Log,
}

impl Builder<'_, '_> {
    fn add(&mut self, instruction: &Instruction) {
        match instruction {
            Instruction::Env(name, value) => {
                let value = self.deployed(value.clone(), name.origin().span());
                self.container.env.push(Env {
                    name: name.clone(),
                    value: settled(Node::text(value)),
                });
            }
            Instruction::WorkDir(dir) => self.work_dir = self.absolute(&known(dir)),
            Instruction::Copy { sources, target } => {
                let into = sources.len() > 1 || target.as_str().ends_with('/');
                let path = self.absolute(&known(target));
                for source in sources {
                    self.copy(source, &path, into);
                }
            }
            Instruction::Write { content, target } => {
                let path = self.absolute(&known(target));
                self.push(path, content.clone(), target.origin().span());
            }
        }
    }

    fn absolute(&self, path: &str) -> String {
        let path = path.trim_start_matches("./");
        if path.starts_with('/') {
            path.to_owned()
        } else {
            format!("{}/{path}", self.work_dir.trim_end_matches('/'))
        }
    }

    fn copy(&mut self, source: &Text, target: &str, into: bool) {
        let workspace = self.context.workspace;
        // An absolute source starts at the folder of the build.
        let name = known(source);
        let path = workspace.beside(self.dir, name.trim_start_matches('/'));
        let at = source.origin().span();
        if workspace.is_file(&path) {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let target = if into {
                format!("{}/{name}", target.trim_end_matches('/'))
            } else {
                target.to_owned()
            };
            self.file(&path, target, at);
        } else if path != self.dir && workspace.is_dir(&path) {
            let files = workspace.files_below(&path, MAX_FILES + 1);
            // More is the program itself.
            if files.len() > MAX_FILES {
                return;
            }
            for file in files {
                let below = file.strip_prefix(&path).unwrap_or(&file).to_string_lossy();
                let below = below.replace('\\', "/");
                self.file(
                    &file,
                    format!("{}/{below}", target.trim_end_matches('/')),
                    at,
                );
            }
        }
    }

    fn file(&mut self, path: &Path, target: String, at: Option<Span>) {
        let workspace = self.context.workspace;
        let bytes = workspace.bytes(path);
        if bytes.is_ok_and(|b| b.len() > MAX_BYTES || b.contains(&0)) {
            return;
        }
        if let Some(source) = workspace.read(path) {
            self.push(target, workspace.text(source), at);
        }
    }

    fn push(&mut self, path: String, content: Text, at: Option<Span>) {
        if self.log.spend(content.len(), at) {
            let content = Node::text(self.deployed(content, at));
            self.container.files.push(MountedFile { path, content });
        }
    }

    fn deployed(&self, text: Text, at: Option<Span>) -> Text {
        text.map_origins(&|o: &Origin| {
            o.then(StepKind::Deploy, at, format!("put into {}", self.note))
        })
    }
}
