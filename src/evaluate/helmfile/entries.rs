//! The helmfiles that people start, and the environments for which they do.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::limits;
use super::render::Renderer;
use super::state::parts;
use crate::evaluate::kubernetes::list;
use crate::evaluate::release::template;
use crate::syntax::yaml::{self, Schema};
use crate::trace::Node;
use crate::workspace::{Kind, Workspace, WorkspaceFile};

/// What is read of a helmfile without rendering it.
#[derive(Debug, Default, Clone)]
struct Outline {
    /// Helmfiles it calls.
    calls: Vec<PathBuf>,
    /// Its bases.
    bases: Vec<PathBuf>,
    /// Environments it declares, in order.
    environments: Vec<String>,
    /// Whether it has releases of its own.
    has_releases: bool,
}

/// Outlines by path.
#[derive(Debug, Default)]
struct Outlines {
    known: BTreeMap<PathBuf, Outline>,
}

/// A helmfile that people start, with its environments.
#[derive(Debug)]
pub(super) struct Entry {
    /// The helmfile.
    pub(super) file: PathBuf,
    /// The environments.
    pub(super) environments: Vec<String>,
}

/// The entries that lead to files to check, in order of their paths.
pub(super) fn entries(renderer: &Renderer<'_>) -> Vec<Entry> {
    let workspace = renderer.workspace;
    let mut outlines = Outlines::default();
    let candidates = candidates(workspace);
    let mut called = BTreeSet::new();
    for file in &candidates {
        let mut reached = outlines.reach(renderer, file);
        reached.remove(file);
        called.extend(reached);
    }
    let mut all: Vec<&PathBuf> = candidates.iter().filter(|f| !called.contains(*f)).collect();
    if all.is_empty() {
        // They call each other in a circle.
        all.extend(candidates.iter().next());
    }
    // Outer helmfiles first: one that only calls what an outer one calls is another way in.
    all.sort_by_key(|f| (f.components().count(), (*f).clone()));
    let mut reached: BTreeSet<PathBuf> = BTreeSet::new();
    let mut out = Vec::new();
    for file in all {
        let mut own = outlines.reach(renderer, file);
        own.remove(file);
        let adds = outlines.of(renderer, file).has_releases || !own.is_subset(&reached);
        if adds {
            reached.extend(own);
            out.push(Entry {
                file: file.clone(),
                environments: outlines.environments(renderer, file),
            });
        }
    }
    out.sort_by(|a, b| a.file.cmp(&b.file));
    out
}

/// The helmfiles to check, and those in the folders above files to check.
fn candidates(workspace: &Workspace) -> BTreeSet<PathBuf> {
    let mut out: BTreeSet<PathBuf> = workspace
        .of_kind(Kind::Helmfile)
        .map(|f| f.abs.clone())
        .collect();
    let dirs: BTreeSet<&Path> = workspace
        .files()
        .iter()
        .flat_map(|f| WorkspaceFile::dir(f).ancestors())
        .take_while(|_| true)
        .filter(|d| workspace.is_inside(d))
        .collect();
    for dir in dirs {
        out.extend(in_folder(workspace, dir));
        for path in workspace.list(&dir.join("helmfile.d")) {
            if is_yaml(&path) && workspace.is_file(&path) {
                out.insert(path);
            }
        }
    }
    out
}

/// The helmfile that a folder stands for.
fn in_folder(workspace: &Workspace, dir: &Path) -> Option<PathBuf> {
    ["helmfile.yaml.gotmpl", "helmfile.yaml"]
        .iter()
        .map(|name| dir.join(name))
        .find(|path| workspace.is_file(path))
}

fn is_yaml(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = name.strip_suffix(".gotmpl").unwrap_or(&name);
    name.ends_with(".yaml") || name.ends_with(".yml")
}

/// The helmfiles that `name` in a helmfile in `dir` stands for.
pub(super) fn called(renderer: &Renderer<'_>, dir: &Path, name: &str) -> Vec<PathBuf> {
    let workspace = renderer.workspace;
    let folder = workspace.beside(dir, name);
    if !workspace.is_dir(&folder) {
        return renderer.matching(dir, name);
    }
    match in_folder(workspace, &folder) {
        Some(file) => vec![file],
        None => {
            let mut files = workspace.list(&folder);
            files.retain(|f| is_yaml(f) && workspace.is_file(f));
            files
        }
    }
}

impl Outlines {
    fn of(&mut self, renderer: &Renderer<'_>, file: &Path) -> Outline {
        if let Some(outline) = self.known.get(file) {
            return outline.clone();
        }
        let outline = read(renderer, file);
        self.known.insert(file.to_path_buf(), outline.clone());
        outline
    }

    /// All that a helmfile reads as helmfiles, itself included.
    fn reach(&mut self, renderer: &Renderer<'_>, file: &Path) -> BTreeSet<PathBuf> {
        let mut out = BTreeSet::new();
        let mut rest = vec![file.to_path_buf()];
        while let Some(path) = rest.pop() {
            if out.insert(path.clone()) {
                let outline = self.of(renderer, &path);
                rest.extend(outline.calls);
                rest.extend(outline.bases);
            }
        }
        out
    }

    /// The environments of a helmfile and its bases; failing that, of those it calls; failing
    /// that, the one that is always there.
    fn environments(&mut self, renderer: &Renderer<'_>, file: &Path) -> Vec<String> {
        let mut level = vec![file.to_path_buf()];
        let mut seen = BTreeSet::new();
        while !level.is_empty() {
            let mut out: Vec<String> = Vec::new();
            let mut next = Vec::new();
            let mut rest = level;
            while let Some(path) = rest.pop() {
                if !seen.insert(path.clone()) {
                    continue;
                }
                let outline = self.of(renderer, &path);
                for name in outline.environments {
                    if !out.contains(&name) {
                        out.push(name);
                    }
                }
                rest.extend(outline.bases);
                next.extend(outline.calls);
            }
            if !out.is_empty() {
                out.truncate(limits::ENVIRONMENTS);
                return out;
            }
            level = next;
        }
        vec!["default".to_owned()]
    }
}

fn read(renderer: &Renderer<'_>, file: &Path) -> Outline {
    let mut out = Outline::default();
    let Ok(source) = renderer.workspace.fetch(file) else {
        return out;
    };
    let dir = file.parent().unwrap_or(file);
    let text = renderer.workspace.sources().text(source);
    for part in parts(&text) {
        let plain = template::plain(&part).text;
        let Some(root) = yaml::parse(&plain, Schema::Yaml11).into_first() else {
            continue;
        };
        for entry in list(&root, "helmfiles") {
            let path = entry.get("path").unwrap_or(entry).as_str();
            out.calls
                .extend(path.into_iter().flat_map(|p| called(renderer, dir, p)));
        }
        for base in list(&root, "bases").iter().filter_map(Node::as_str) {
            out.bases.extend(renderer.matching(dir, base));
        }
        let environments = root.get("environments").and_then(Node::as_map);
        let names = environments.into_iter().flat_map(|m| m.keys());
        out.environments.extend(names.map(str::to_owned));
        out.has_releases |= !list(&root, "releases").is_empty();
    }
    out
}
