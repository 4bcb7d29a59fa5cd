//! Reading, once and inside the checked root only.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use foldhash::fast::RandomState;

use super::{Coverage, Kind, kind, root};
use crate::trace::{Problem, Role, SourceId, Sources, Span};

/// More entries than this are not listed.
pub(super) const MAX_LIST: usize = 10_000;

/// Folders deeper than this are not looked into.
const MAX_DEPTH: usize = 32;

/// Why a file's text can't be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// There is nothing of that name.
    Missing,
    /// It lies outside of the checked root, or a link in it leads there.
    Outside,
    /// It is a folder, a socket, a device.
    NotAFile,
    /// It is larger than this many bytes.
    TooLarge(u64),
    /// The byte at that offset isn't part of any UTF-8 character.
    NotUtf8(usize),
    /// It isn't text.
    Binary,
    /// It is text or data encrypted in the tree.
    Encrypted,
    /// The system says so.
    Io(String),
}

impl Trouble {
    /// Whether the file is there, should be readable, and isn't.
    #[must_use]
    pub fn is_problem(&self) -> bool {
        match self {
            Self::TooLarge(_) | Self::NotUtf8(_) | Self::Binary | Self::Io(_) => true,
            Self::Missing | Self::Outside | Self::NotAFile | Self::Encrypted => false,
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("is not in the tree"),
            Self::Outside => f.write_str("lies outside of the checked folder"),
            Self::NotAFile => f.write_str("is not a file"),
            Self::TooLarge(limit) => {
                write!(f, "is larger than {limit} bytes, the limit for one file")
            }
            Self::NotUtf8(at) => write!(f, "is not UTF-8 (byte {at})"),
            Self::Binary => f.write_str("is not text"),
            Self::Encrypted => f.write_str("is encrypted"),
            Self::Io(error) => write!(f, "can't be read: {error}"),
        }
    }
}

/// What is in a file.
#[derive(Debug, Clone)]
pub enum Content {
    /// Text.
    Text(SourceId),
    /// Something else.
    Bytes(Vec<u8>),
}

/// What lies in a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Listed {
    /// A file, or a link to one.
    File,
    /// A folder, or a link to one.
    Folder,
    /// A link to what isn't there or lies outside of the checked root.
    Astray,
}

/// A file that was asked for.
#[derive(Debug, Clone)]
struct Entry {
    outcome: Result<SourceId, Trouble>,
    kind: Kind,
    used: bool,
}

#[derive(Debug, Default)]
struct State {
    entries: HashMap<PathBuf, Entry, RandomState>,
    paths: BTreeMap<SourceId, PathBuf>,
    problems: BTreeMap<PathBuf, Problem>,
}

/// Whether that is the beginning of something encrypted.
fn is_encrypted(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\0GITCRYPT\0") || bytes.starts_with(b"-----BEGIN PGP MESSAGE")
}

/// Whether the beginning of something isn't text, as git tells it.
fn is_binary(bytes: &[u8]) -> bool {
    bytes.get(..8000).unwrap_or(bytes).contains(&0)
}

/// The files that were read.
#[derive(Debug)]
pub(super) struct Store {
    cwd: PathBuf,
    roots: Vec<PathBuf>,
    limit: u64,
    /// Whether anybody asks where something was written, or what a file is.
    pub(super) traced: bool,
    sources: Sources,
    state: Mutex<State>,
    /// Where folders really lie; none if there is no such folder.
    folders: Mutex<HashMap<PathBuf, Option<PathBuf>, RandomState>>,
}

impl Store {
    pub(super) fn new(cwd: PathBuf, roots: Vec<PathBuf>, limit: u64) -> Self {
        Self {
            cwd,
            roots,
            limit,
            traced: true,
            sources: Sources::new(),
            state: Mutex::default(),
            folders: Mutex::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn cwd(&self) -> &Path {
        &self.cwd
    }

    pub(super) fn sources(&self) -> &Sources {
        &self.sources
    }

    /// The outermost root that holds `path`.
    pub(super) fn root_of(&self, path: &Path) -> Option<&Path> {
        self.roots
            .iter()
            .map(PathBuf::as_path)
            .find(|root| path.starts_with(root))
    }

    pub(super) fn is_inside(&self, path: &Path) -> bool {
        self.root_of(path).is_some()
    }

    /// `path` without its root, for telling a file by its name.
    pub(super) fn below_root(&self, path: &Path) -> PathBuf {
        let below = self.root_of(path).and_then(|r| path.strip_prefix(r).ok());
        below.unwrap_or(path).to_path_buf()
    }

    /// Where `path` really lies and what is there, if that is inside the roots.
    fn real(&self, path: &Path) -> Result<(PathBuf, fs::Metadata), Trouble> {
        if !self.is_inside(path) {
            return Err(Trouble::Outside);
        }
        let (real, meta) = self.resolved(path).ok_or(Trouble::Missing)?;
        if real == path || self.is_inside(&real) {
            Ok((real, meta))
        } else {
            Err(Trouble::Outside)
        }
    }

    /// Where `path` really lies and what is there. Links are looked for in each folder once
    /// only.
    fn resolved(&self, path: &Path) -> Option<(PathBuf, fs::Metadata)> {
        let whole = match (path.parent(), path.file_name()) {
            (Some(folder), Some(name)) => self.folder(folder)?.join(name),
            _ => path.canonicalize().ok()?,
        };
        let meta = fs::symlink_metadata(&whole).ok()?;
        if !meta.is_symlink() {
            return Some((whole, meta));
        }
        let whole = whole.canonicalize().ok()?;
        let meta = fs::metadata(&whole).ok()?;
        Some((whole, meta))
    }

    /// Where a folder really lies, if there is such a folder.
    fn folder(&self, path: &Path) -> Option<PathBuf> {
        if let Some(known) = self.folders().get(path) {
            return known.clone();
        }
        let found = path.canonicalize().ok();
        self.folders().insert(path.to_path_buf(), found.clone());
        found
    }

    fn folders(&self) -> MutexGuard<'_, HashMap<PathBuf, Option<PathBuf>, RandomState>> {
        self.folders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whose text a file of this kind is.
    pub(super) fn role(&self, path: &Path, kind: Kind) -> Role {
        if self.is_in_subchart(path) {
            Role::Vendored
        } else {
            kind.role(&self.below_root(path))
        }
    }

    /// Whether it lies in the `charts/` folder of a chart: a copy of what was made elsewhere.
    fn is_in_subchart(&self, path: &Path) -> bool {
        path.ancestors()
            .skip(2)
            .take_while(|dir| self.is_inside(dir))
            .filter(|dir| dir.ends_with("charts"))
            .filter_map(Path::parent)
            .any(|dir| self.is_file(&dir.join("Chart.yaml")))
    }

    pub(super) fn is_file(&self, path: &Path) -> bool {
        self.real(path).is_ok_and(|(_, meta)| meta.is_file())
    }

    pub(super) fn is_dir(&self, path: &Path) -> bool {
        self.real(path).is_ok_and(|(_, meta)| meta.is_dir())
    }

    pub(super) fn bytes(&self, path: &Path, limit: u64) -> Result<Vec<u8>, Trouble> {
        // Asked before opening: opening a pipe would wait for its other end.
        let (real, meta) = self.real(path)?;
        if !meta.is_file() {
            return Err(Trouble::NotAFile);
        }
        let io = |e: std::io::Error| Trouble::Io(e.to_string());
        let size = usize::try_from(meta.len().min(limit)).unwrap_or(0);
        let mut file = fs::File::open(&real).map_err(io)?;
        let mut bytes = vec![0; size + 1];
        let mut read = 0;
        // One read is the whole file, unless it is of the kind whose size is told as nothing.
        while read == 0 || read != size {
            if read as u64 > limit {
                return Err(Trouble::TooLarge(limit));
            }
            if read == bytes.len() {
                bytes.resize(read * 2, 0);
            }
            match file.read(bytes.get_mut(read..).unwrap_or_default()) {
                Ok(0) => break,
                Ok(n) => read += n,
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
                Err(e) => return Err(io(e)),
            }
        }
        bytes.truncate(read);
        Ok(bytes)
    }

    /// The text of a file, past all caches.
    pub(super) fn load(&self, path: &Path, limit: u64) -> Result<String, Trouble> {
        Self::text(self.bytes(path, limit.min(self.limit))?)
    }

    fn text(bytes: Vec<u8>) -> Result<String, Trouble> {
        if is_encrypted(&bytes) {
            return Err(Trouble::Encrypted);
        }
        if is_binary(&bytes) {
            return Err(Trouble::Binary);
        }
        String::from_utf8(bytes).map_err(|e| Trouble::NotUtf8(e.utf8_error().valid_up_to()))
    }

    /// Takes in a text that was loaded.
    pub(super) fn keep(&self, path: &Path, text: String, role: Role, kind: Kind) -> SourceId {
        let mut state = self.state();
        let source = self.sources.add(root::shown(path, &self.cwd), text, role);
        state.paths.insert(source, path.to_path_buf());
        let entry = Entry {
            outcome: Ok(source),
            kind,
            used: false,
        };
        state.entries.insert(path.to_path_buf(), entry);
        source
    }

    pub(super) fn fetch(&self, path: &Path) -> Result<SourceId, Trouble> {
        if let Some(entry) = self.state().entries.get_mut(path) {
            entry.used = true;
            return entry.outcome.clone();
        }
        self.keep_once(path, self.load(path, self.limit))
    }

    /// The file at `path`, which may be a picture as well as text.
    pub(super) fn content(&self, path: &Path) -> Result<Content, Trouble> {
        if let Some(entry) = self.state().entries.get_mut(path)
            && let Ok(source) = entry.outcome
        {
            entry.used = true;
            return Ok(Content::Text(source));
        }
        let bytes = self.bytes(path, self.limit)?;
        if bytes.contains(&0) {
            return Ok(Content::Bytes(bytes));
        }
        if is_encrypted(&bytes) {
            let loaded = Err(Trouble::Encrypted);
            return self.keep_once(path, loaded).map(Content::Text);
        }
        match String::from_utf8(bytes) {
            Ok(text) => self.keep_once(path, Ok(text)).map(Content::Text),
            Err(error) => Ok(Content::Bytes(error.into_bytes())),
        }
    }

    /// Takes in what was loaded, unless that was done in the meantime.
    fn keep_once(&self, path: &Path, loaded: Result<String, Trouble>) -> Result<SourceId, Trouble> {
        let loaded = loaded.map(|text| {
            if !self.traced {
                return (Role::default(), Kind::Ignored, text);
            }
            let below = self.below_root(path);
            let kind = kind::of(&below, kind::by_name(&below), &text, None);
            (self.role(path, kind), kind, text)
        });
        let mut state = self.state();
        // Another thread may have been faster.
        if let Some(entry) = state.entries.get(path) {
            return entry.outcome.clone();
        }
        let (outcome, kind) = match loaded {
            Ok((role, kind, text)) => {
                let shown = root::shown(path, &self.cwd);
                let source = self.sources.add(shown, text, role);
                state.paths.insert(source, path.to_path_buf());
                (Ok(source), kind)
            }
            Err(trouble) => {
                if trouble.is_problem() {
                    let problem = self.problem_at(path, trouble.to_string());
                    state.problems.insert(path.to_path_buf(), problem);
                }
                (Err(trouble), Kind::Ignored)
            }
        };
        let entry = Entry {
            outcome: outcome.clone(),
            kind,
            used: true,
        };
        state.entries.insert(path.to_path_buf(), entry);
        outcome
    }

    pub(super) fn mark(&self, source: SourceId) {
        let mut state = self.state();
        let State { entries, paths, .. } = &mut *state;
        if let Some(entry) = paths.get(&source).and_then(|p| entries.get_mut(p)) {
            entry.used = true;
        }
    }

    pub(super) fn is_used(&self, source: SourceId) -> bool {
        let state = self.state();
        let entry = state.paths.get(&source).and_then(|p| state.entries.get(p));
        entry.is_some_and(|e| e.used)
    }

    fn problem_at(&self, path: &Path, message: String) -> Problem {
        let shown = root::shown(path, &self.cwd);
        let source = self.sources.add(shown, "", Role::Code);
        Problem::new(message, Some(Span::new(source, 0, 0)))
    }

    pub(super) fn problem(&self, path: &Path, message: String) {
        let problem = self.problem_at(path, message);
        self.state().problems.insert(path.to_path_buf(), problem);
    }

    pub(super) fn problems(&self) -> Vec<Problem> {
        self.state().problems.values().cloned().collect()
    }

    pub(super) fn list(&self, dir: &Path) -> Vec<PathBuf> {
        let entries = self.list_kinds(dir).into_iter();
        let there = entries.filter(|(_, kind)| *kind != Listed::Astray);
        there.map(|(path, _)| path).collect()
    }

    /// What lies directly in a folder, sorted. What is neither a file nor a folder is left out.
    pub(super) fn list_kinds(&self, dir: &Path) -> Vec<(PathBuf, Listed)> {
        let Ok(entries) = self.real(dir).map(|(real, _)| fs::read_dir(real)) else {
            return Vec::new();
        };
        let mut out: Vec<_> = entries
            .into_iter()
            .flatten()
            .take(MAX_LIST)
            .flatten()
            .filter(|e| e.file_name() != ".git")
            .filter_map(|e| {
                let path = dir.join(e.file_name());
                let kind = e.file_type().ok()?;
                let kind = if kind.is_symlink() {
                    match self.real(&path) {
                        Ok((_, meta)) if meta.is_dir() => Listed::Folder,
                        Ok((_, meta)) if meta.is_file() => Listed::File,
                        Ok(_) => return None,
                        Err(_) => Listed::Astray,
                    }
                } else if kind.is_dir() {
                    Listed::Folder
                } else if kind.is_file() {
                    Listed::File
                } else {
                    return None;
                };
                Some((path, kind))
            })
            .collect();
        out.sort();
        out
    }

    pub(super) fn files_below(&self, dir: &Path, limit: usize) -> Vec<PathBuf> {
        let mut out = Vec::new();
        let mut seen = BTreeSet::new();
        let mut rest = vec![(dir.to_path_buf(), 0)];
        while let Some((dir, depth)) = rest.pop() {
            // A link can lead back up.
            let fresh = self.real(&dir).is_ok_and(|(real, _)| seen.insert(real));
            if !fresh || depth > MAX_DEPTH {
                continue;
            }
            for (path, kind) in self.list_kinds(&dir) {
                if kind == Listed::Folder {
                    rest.push((path, depth + 1));
                } else if kind == Listed::File {
                    if out.len() >= limit {
                        out.sort();
                        return out;
                    }
                    out.push(path);
                }
            }
        }
        out.sort();
        out
    }

    pub(super) fn coverage(&self) -> Vec<Coverage> {
        let state = self.state();
        let there = state.entries.iter().filter(|(_, e)| {
            e.outcome.is_ok() || e.outcome.as_ref().is_err_and(Trouble::is_problem)
        });
        let mut out: Vec<Coverage> = there
            .map(|(path, entry)| Coverage {
                path: root::shown(path, &self.cwd),
                kind: entry.kind,
                read: entry.used && entry.outcome.is_ok(),
            })
            .collect();
        out.sort_by(|a, b| a.path.cmp(&b.path));
        out
    }
}
