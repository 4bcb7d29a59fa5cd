//! Which files there are, what each of them is, and which belong together.
//!
//! All reading goes through [`Workspace`]: it keeps inside the checked root, reads each file
//! once, and records what was read. Paths are absolute ([`WorkspaceFile::abs`]) between the
//! stages and relative to the working directory for people ([`WorkspaceFile::path`]). A
//! relative path given to any function here starts at the working directory; use
//! [`Workspace::beside`] for one that a file names.

pub mod config;
mod group;
mod kind;
mod root;
mod store;
#[cfg(test)]
pub(crate) mod tests;
mod walk;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

pub use config::{Config, ConfigError};
pub use group::{ChartDir, ComposeGroup, ManifestGroup, TerraformRoot};
pub use kind::Kind;
use rayon::prelude::*;
use store::Store;
pub use store::{Content, Listed, Trouble};

use crate::trace::{Problem, Role, SourceId, Sources, Span, Text};

/// Files larger than this are not read.
pub const MAX_FILE_BYTES: u64 = 10 * 1024 * 1024;

/// The files under the given paths, and access to the rest of the checked root.
#[derive(Debug)]
pub struct Workspace {
    store: Store,
    config: Config,
    files: Vec<WorkspaceFile>,
}

/// A file to check.
#[derive(Debug, Clone)]
pub struct WorkspaceFile {
    /// The path for people: relative to the working directory, with `/`.
    pub path: String,
    /// The absolute path, by which everything here is asked.
    pub abs: PathBuf,
    /// What it is.
    pub kind: Kind,
    /// Its text.
    pub source: SourceId,
    /// Whether there are marks of a template language in it (`{{`, `{%`), so that failing to
    /// parse it is no news.
    pub templated: bool,
}

impl WorkspaceFile {
    /// The folder it lies in.
    #[must_use]
    pub fn dir(&self) -> &Path {
        self.abs.parent().unwrap_or(&self.abs)
    }

    /// The last part of its path.
    #[must_use]
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The whole file as a span.
    #[must_use]
    pub fn start(&self) -> Span {
        Span::new(self.source, 0, 0)
    }
}

/// A line of the coverage: what was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// The path for people.
    pub path: String,
    /// What it is.
    pub kind: Kind,
    /// Whether something of it is in the inventory.
    pub read: bool,
}

impl Workspace {
    /// Walks `paths` (files or folders; relative to `cwd`) and tells what each file is.
    ///
    /// Never fails: what could not be read is in [`Workspace::problems`].
    #[must_use]
    pub fn open(paths: &[PathBuf], cwd: &Path, config: Config) -> Self {
        let (mut this, given) = Self::rooted(paths, cwd, config);
        let found = walk::files(&given, &this.store, &this.config);
        this.take_in(&found);
        this
    }

    /// A workspace around `paths` that reads only what it is asked for: it has no
    /// [`Workspace::files`] to check.
    #[must_use]
    pub fn around(paths: &[PathBuf], cwd: &Path) -> Self {
        Self::rooted(paths, cwd, Config::default()).0
    }

    /// The same workspace, of whose texts nobody will ask where they were written: they say
    /// nothing of it, and what is made of them is made faster.
    #[must_use]
    pub fn untraced(mut self) -> Self {
        self.store.traced = false;
        self
    }

    /// Whether texts tell where they were written.
    #[must_use]
    pub fn is_traced(&self) -> bool {
        self.store.traced
    }

    /// An empty workspace with the roots of `paths`, and those of `paths` that are there.
    fn rooted(paths: &[PathBuf], cwd: &Path, config: Config) -> (Self, Vec<PathBuf>) {
        let cwd = cwd.canonicalize().unwrap_or_else(|_| cwd.to_path_buf());
        let mut given = Vec::new();
        let mut missing = Vec::new();
        for path in paths {
            let path = root::absolute(path, &cwd);
            match path.canonicalize() {
                Ok(path) => given.push(path),
                Err(error) => missing.push((path, error.to_string())),
            }
        }
        let mut roots: BTreeSet<PathBuf> = given.iter().map(|p| root::of(p, &cwd)).collect();
        // What the command line names may lie anywhere; nothing else there is read.
        let named = config
            .overrides
            .values
            .iter()
            .chain(&config.overrides.var_files);
        roots.extend(named.filter_map(|file| file.canonicalize().ok()));
        let store = Store::new(cwd, roots.into_iter().collect(), MAX_FILE_BYTES);
        for (path, error) in missing {
            store.problem(&path, format!("can't be read: {error}"));
        }
        let files = Vec::new();
        let this = Self {
            store,
            config,
            files,
        };
        (this, given)
    }

    /// Reads and classifies `found`, which is sorted.
    fn take_in(&mut self, found: &[walk::Found]) {
        let charts: BTreeSet<&Path> = found
            .iter()
            .filter(|f| f.abs.file_name().is_some_and(|n| n == "Chart.yaml"))
            .filter_map(|f| f.abs.parent())
            .collect();
        let read: Vec<_> = found
            .par_iter()
            .map(|file| {
                let hint = kind::by_name(&self.store.below_root(&file.abs));
                if hint == kind::Hint::Ignore && !file.given {
                    return None;
                }
                let limit = hint.limit(file.given);
                Some((file, hint, self.store.load(&file.abs, limit)))
            })
            .collect();
        let mut homes = BTreeMap::new();
        for (file, hint, loaded) in read.into_iter().flatten() {
            let text = match loaded {
                Ok(text) => text,
                Err(trouble) => {
                    if trouble.is_problem() && (file.given || hint.is_wanted()) {
                        self.store.problem(&file.abs, trouble.to_string());
                    }
                    continue;
                }
            };
            let dir = file.abs.parent().unwrap_or(&file.abs);
            let chart = homes
                .entry(dir)
                .or_insert_with(|| self.chart_above(dir, &charts))
                .as_deref()
                .and_then(|chart| file.abs.strip_prefix(chart).ok());
            let below = self.store.below_root(&file.abs);
            let kind = kind::of(&below, hint, &text, chart);
            if kind == Kind::Ignored {
                continue;
            }
            let role = self.store.role(&file.abs, kind);
            let templated = text.contains("{{") || text.contains("{%");
            let source = self.store.keep(&file.abs, text, role, kind);
            self.files.push(WorkspaceFile {
                path: self.show(&file.abs),
                abs: file.abs.clone(),
                kind,
                source,
                templated,
            });
        }
    }

    /// The innermost chart that `dir` is or lies in.
    fn chart_above(&self, dir: &Path, charts: &BTreeSet<&Path>) -> Option<PathBuf> {
        dir.ancestors()
            .take_while(|dir| self.store.is_inside(dir))
            .find(|dir| charts.contains(dir) || self.store.is_file(&dir.join("Chart.yaml")))
            .map(Path::to_path_buf)
    }

    /// The configuration in force.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// All texts that were read.
    #[must_use]
    pub fn sources(&self) -> &Sources {
        self.store.sources()
    }

    /// The files to check, ordered by path. Ignored ones are not among them.
    #[must_use]
    pub fn files(&self) -> &[WorkspaceFile] {
        &self.files
    }

    /// The files to check of one kind.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &WorkspaceFile> {
        self.files.iter().filter(move |f| f.kind == kind)
    }

    /// The file to check at `abs`, if it is one.
    #[must_use]
    pub fn file(&self, abs: &Path) -> Option<&WorkspaceFile> {
        let at = self.files.binary_search_by(|f| f.abs.as_path().cmp(abs));
        self.files.get(at.ok()?)
    }

    /// What can't be read because it isn't text, is too large, …
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        self.store.problems()
    }

    /// The text of a file anywhere in the checked root; none if there is no such file or it
    /// can't be read.
    #[must_use]
    pub fn read(&self, path: &Path) -> Option<SourceId> {
        self.fetch(path).ok()
    }

    /// Like [`Workspace::read`], with the reason.
    ///
    /// # Errors
    /// If it isn't there, lies outside of the checked root, is too large, or isn't UTF-8. The
    /// latter two are also among [`Workspace::problems`].
    pub fn fetch(&self, path: &Path) -> Result<SourceId, Trouble> {
        self.store.fetch(&self.absolute(path))
    }

    /// A file of which it isn't known whether it is text; what isn't is no problem.
    ///
    /// # Errors
    /// As [`Workspace::fetch`].
    pub fn content(&self, path: &Path) -> Result<Content, Trouble> {
        self.store.content(&self.absolute(path))
    }

    /// A file that was read, as traced text; marks it as read.
    #[must_use]
    pub fn text(&self, source: SourceId) -> Text {
        if self.is_traced() {
            self.store.mark(source);
            self.sources().text(source)
        } else {
            Text::plain(&*self.sources().get(source).text)
        }
    }

    /// The traced text of a file to check; marks it as read.
    #[must_use]
    pub fn text_of(&self, file: &WorkspaceFile) -> Text {
        self.text(file.source)
    }

    /// Whether something took the text of a file in.
    #[must_use]
    pub fn was_read(&self, source: SourceId) -> bool {
        self.store.is_used(source)
    }

    /// `name` as a file or folder named in a file in `dir`: absolute, without dots.
    #[must_use]
    pub fn beside(&self, dir: &Path, name: &str) -> PathBuf {
        root::absolute(Path::new(name), dir)
    }

    fn absolute(&self, path: &Path) -> PathBuf {
        root::absolute(path, self.store.cwd())
    }

    /// Whether it is a file inside the checked root.
    #[must_use]
    pub fn is_file(&self, path: &Path) -> bool {
        self.store.is_file(&self.absolute(path))
    }

    /// Whether it is a folder inside the checked root.
    #[must_use]
    pub fn is_dir(&self, path: &Path) -> bool {
        self.store.is_dir(&self.absolute(path))
    }

    /// Whether it may be read at all: lies inside the checked root, by name.
    #[must_use]
    pub fn is_inside(&self, path: &Path) -> bool {
        self.store.is_inside(&self.absolute(path))
    }

    /// What lies directly in a folder, sorted; nothing if it isn't one. Version control's own
    /// folders are left out.
    #[must_use]
    pub fn list(&self, dir: &Path) -> Vec<PathBuf> {
        self.store.list(&self.absolute(dir))
    }

    /// Like [`Workspace::list`], with what each is; links that can't be followed come too.
    #[must_use]
    pub fn list_kinds(&self, dir: &Path) -> Vec<(PathBuf, Listed)> {
        self.store.list_kinds(&self.absolute(dir))
    }

    /// The files in a folder and its subfolders, sorted, at most `limit`.
    #[must_use]
    pub fn files_below(&self, dir: &Path, limit: usize) -> Vec<PathBuf> {
        self.store.files_below(&self.absolute(dir), limit)
    }

    /// The files below `dir` whose path there matches `pattern`, sorted.
    #[must_use]
    pub fn glob(&self, dir: &Path, pattern: &str) -> Vec<PathBuf> {
        let dir = self.absolute(dir);
        let pattern = pattern.trim_start_matches("./");
        let glob = globset::GlobBuilder::new(pattern)
            .literal_separator(true)
            .build();
        let Ok(glob) = glob.map(|g| g.compile_matcher()) else {
            return Vec::new();
        };
        let mut files = self.files_below(&dir, store::MAX_LIST);
        files.retain(|f| f.strip_prefix(&dir).is_ok_and(|below| glob.is_match(below)));
        files
    }

    /// `path` as people are shown it.
    #[must_use]
    pub fn show(&self, path: &Path) -> String {
        root::shown(path, self.store.cwd())
    }

    /// The bytes of a file in the checked root that isn't text, such as a packed chart.
    ///
    /// # Errors
    /// As [`Workspace::fetch`], but for the text.
    pub fn bytes(&self, path: &Path) -> Result<Vec<u8>, Trouble> {
        self.store.bytes(&self.absolute(path), MAX_FILE_BYTES)
    }

    /// Takes in a text that is no file of its own (a file in a packed chart, an argument of
    /// the command line) under the name people know it by.
    #[must_use]
    pub fn add(&self, path: impl Into<String>, text: impl Into<String>, role: Role) -> SourceId {
        self.sources().add(path, text, role)
    }

    /// What was looked at, by path: the files to check, and what they led to.
    #[must_use]
    pub fn coverage(&self) -> Vec<Coverage> {
        self.store.coverage()
    }
}
