//! Which Compose files are run together.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::load;
use crate::syntax::dotenv;
use crate::trace::Node;
use crate::workspace::{ComposeGroup, Workspace, WorkspaceFile};

/// Files that make one project.
#[derive(Debug)]
pub(super) struct Project {
    /// The path of the file that gives it its name, for people.
    pub(super) name: String,
    /// The folder relative paths start from.
    pub(super) dir: PathBuf,
    /// The files, each laid over those before it.
    pub(super) files: Vec<PathBuf>,
}

/// What matters of a file before it is read properly.
#[derive(Debug, Default)]
struct Outline {
    /// Its services, and whether each could be run without another file.
    services: BTreeMap<String, bool>,
    /// Files that are part of it by `include`.
    includes: Vec<PathBuf>,
    /// Files it takes services from by `extends`.
    bases: Vec<PathBuf>,
}

impl Outline {
    /// Whether some service is only there to be laid over that of another file.
    fn is_overlay(&self) -> bool {
        self.services.values().any(|whole| !whole)
    }
}

/// The projects of the workspace, by path.
pub(super) fn projects(workspace: &Workspace) -> Vec<Project> {
    let groups = workspace.compose_projects();
    let outlines: BTreeMap<&Path, Outline> = groups
        .iter()
        .flat_map(|g| g.main.iter().chain(g.overlay.iter()).chain(&g.others))
        .map(|file| (file.abs.as_path(), outline(workspace, file)))
        .collect();
    let parts: BTreeSet<&PathBuf> = outlines
        .values()
        .flat_map(|o| o.includes.iter().chain(&o.bases))
        .collect();
    let mut out = Vec::new();
    for group in &groups {
        in_group(workspace, group, &outlines, &parts, &mut out);
    }
    out.sort_by(|a, b| a.name.cmp(&b.name));
    out
}

fn in_group(
    workspace: &Workspace,
    group: &ComposeGroup<'_>,
    outlines: &BTreeMap<&Path, Outline>,
    parts: &BTreeSet<&PathBuf>,
    out: &mut Vec<Project>,
) {
    let mut push = |name: &WorkspaceFile, files: Vec<PathBuf>| {
        out.push(Project {
            name: name.path.clone(),
            dir: group.dir.clone(),
            files,
        });
    };
    let named = compose_file_variable(workspace, &group.dir);
    if let (Some(first), Some(files)) = (
        named
            .as_ref()
            .and_then(|files| workspace.file(files.first()?)),
        named.as_ref(),
    ) {
        push(first, files.clone());
    }
    let named = named.unwrap_or_default();
    let main = group.main;
    if let Some(main) = main
        && !named.contains(&main.abs)
        && !parts.contains(&main.abs)
    {
        let mut files = vec![main.abs.clone()];
        files.extend(group.overlay.map(|o| o.abs.clone()));
        push(main, files);
    }
    let mut rest = group.others.clone();
    if main.is_none() {
        rest.extend(group.overlay);
    }
    for file in rest {
        if named.contains(&file.abs) || parts.contains(&file.abs) {
            continue;
        }
        let overlay = outlines
            .get(file.abs.as_path())
            .is_some_and(Outline::is_overlay);
        match main {
            Some(main) if overlay => push(file, vec![main.abs.clone(), file.abs.clone()]),
            _ => push(file, vec![file.abs.clone()]),
        }
    }
}

/// The files that `COMPOSE_FILE` in the project's `.env` names.
fn compose_file_variable(workspace: &Workspace, dir: &Path) -> Option<Vec<PathBuf>> {
    let source = workspace.read(&dir.join(".env"))?;
    let file = dotenv::parse(&workspace.text(source));
    let value = |name: &str| {
        let entry = file.entries.iter().rev().find(|e| e.key.as_str() == name)?;
        Some(entry.value.as_ref()?.as_str().to_owned())
    };
    let names = value("COMPOSE_FILE")?;
    let separator = value("COMPOSE_PATH_SEPARATOR").filter(|s| !s.is_empty());
    let files: Vec<_> = names
        .split(separator.as_deref().unwrap_or(":"))
        .map(|name| workspace.beside(dir, name.trim()))
        .filter(|path| workspace.is_file(path))
        .collect();
    (!files.is_empty()).then_some(files)
}

fn outline(workspace: &Workspace, file: &WorkspaceFile) -> Outline {
    let mut out = Outline::default();
    for document in load::parse(&workspace.text_of(file)).documents {
        let root = document.root;
        let each = |node: &Node| node.as_str().map(|name| workspace.beside(file.dir(), name));
        for include in root
            .get("include")
            .and_then(Node::as_list)
            .unwrap_or_default()
        {
            let path = include.get("path").unwrap_or(include);
            match path.as_list() {
                Some(paths) => out.includes.extend(paths.iter().filter_map(each)),
                None => out.includes.extend(each(path)),
            }
        }
        let Some(services) = root.get("services").and_then(Node::as_map) else {
            continue;
        };
        for (name, service) in services.iter() {
            let has = |key: &str| service.get(key).is_some();
            let whole = has("image") || has("build") || has("extends") || has("provider");
            out.services.insert(name.to_owned(), whole);
            let base = service.at(&["extends", "file"]).and_then(each);
            out.bases.extend(base.filter(|base| *base != file.abs));
        }
    }
    out
}
