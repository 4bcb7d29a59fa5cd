//! Finding the files under the given paths.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ignore::{DirEntry, WalkBuilder};

use super::Config;
use super::store::Store;

/// More files than this are not looked at.
const MAX_FILES: usize = 200_000;

/// Deeper folders are not looked into.
const MAX_DEPTH: usize = 64;

/// Folders of tools, full of files nobody here wrote.
const SKIPPED: &[&str] = &[
    ".git",
    ".hg",
    ".svn",
    ".terraform",
    ".terragrunt-cache",
    ".venv",
    ".direnv",
    ".tox",
    ".cache",
    "node_modules",
    "bower_components",
    "__pycache__",
];

/// A file that was found.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) abs: PathBuf,
    /// Named by the user, so that neither ignore rules nor its looks keep it out.
    pub(super) given: bool,
}

/// All files under `given` (canonical), ordered by path.
pub(super) fn files(given: &[PathBuf], store: &Store, config: &Config) -> Vec<Found> {
    let mut found = BTreeMap::new();
    for path in given {
        if path.is_file() {
            found.insert(path.clone(), true);
            continue;
        }
        let root = store.root_of(path).unwrap_or(path).to_path_buf();
        // From the root down, so that ignore files above the path count; a folder that they
        // would hide was asked for all the same.
        if !walk(&root, path, store, config, &mut found) {
            walk(path, path, store, config, &mut found);
        }
    }
    found
        .into_iter()
        .map(|(abs, given)| Found { abs, given })
        .collect()
}

/// Adds the files under `path`, coming from `root`; whether the way led there.
fn walk(
    root: &Path,
    path: &Path,
    store: &Store,
    config: &Config,
    found: &mut BTreeMap<PathBuf, bool>,
) -> bool {
    let target = path.to_path_buf();
    let entries = WalkBuilder::new(root)
        .hidden(false)
        .parents(false)
        .git_global(false)
        .git_exclude(false)
        .require_git(false)
        .max_depth(Some(MAX_DEPTH))
        .filter_entry(move |entry| {
            let on_the_way = target.starts_with(entry.path());
            on_the_way || (entry.path().starts_with(&target) && !is_skipped(entry))
        })
        .build();
    let mut reached = false;
    let mut links = Vec::new();
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                store.problem(path, format!("can't be walked: {error}"));
                continue;
            }
        };
        reached |= entry.path() == path;
        if !entry.path().starts_with(path) || !config.wants(entry.path()) {
            continue;
        }
        let Some(kind) = entry.file_type() else {
            continue;
        };
        if kind.is_symlink() {
            links.push(entry.into_path());
        } else if kind.is_file() {
            if found.len() >= MAX_FILES {
                let message = format!("holds more than {MAX_FILES} files, the limit for one run");
                store.problem(path, message);
                break;
            }
            found.entry(entry.into_path()).or_insert(false);
        }
    }
    // A linked file counts where its target isn't met anyway.
    for link in links {
        let target = link.canonicalize().ok();
        if target.is_some_and(|t| store.is_file(&t) && !found.contains_key(&t)) {
            found.entry(link).or_insert(false);
        }
    }
    reached
}

fn is_skipped(entry: &DirEntry) -> bool {
    if !entry.file_type().is_some_and(|t| t.is_dir()) || entry.depth() == 0 {
        return false;
    }
    let dir = entry.path();
    let name = entry.file_name().to_string_lossy();
    match name.as_ref() {
        "target" => dir.join("CACHEDIR.TAG").exists(),
        "venv" | "env" => dir.join("pyvenv.cfg").exists(),
        "vendor" => {
            dir.join("modules.txt").exists()
                || dir.join("autoload.php").exists()
                || dir.join("bundle").is_dir()
        }
        name => SKIPPED.contains(&name),
    }
}
