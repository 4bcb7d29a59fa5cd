//! Files as helmfile renders them.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::functions::{Answer, Ask, Functions};
use super::limits;
use crate::evaluate::helm::template::{Engine, RenderError, Templates};
use crate::evaluate::helm::value::{MAP, Val};
use crate::trace::{Node, Origin, SourceId, Text, Unknown};
use crate::workspace::{Trouble, Workspace};

/// What templates of helmfile see.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context<'c> {
    /// The environment's name.
    pub(super) environment: &'c str,
    /// The state values.
    pub(super) values: &'c Node,
    /// The release whose values are rendered.
    pub(super) release: Option<&'c Names>,
}

/// What templates see of a release.
#[derive(Debug, Clone)]
pub(super) struct Names {
    /// Its name.
    pub(super) name: Text,
    /// Its namespace, if it is said.
    pub(super) namespace: Option<Text>,
    /// Its chart.
    pub(super) chart: Text,
    /// Its labels.
    pub(super) labels: Node,
}

impl Context<'_> {
    fn dot(&self) -> Val {
        let nowhere = Origin::nowhere;
        let cluster = || {
            let why = Unknown::new("the cluster is chosen when helmfile is started");
            Val::unknown(why, nowhere())
        };
        let values = match self.values.as_map() {
            Some(_) => Val::from_node(self.values),
            None => Val::map_from(MAP, []),
        };
        let environment = Val::map_from(
            MAP,
            [
                ("Name", Val::str(self.environment, nowhere())),
                ("KubeContext", cluster()),
                ("Values", values.clone()),
            ],
        );
        let mut all = vec![
            ("Values", values.clone()),
            ("StateValues", values),
            ("Environment", environment),
            ("Namespace", Val::str("", nowhere())),
            ("KubeContext", cluster()),
        ];
        if let Some(release) = self.release {
            let namespace = release.namespace.clone().map_or_else(
                || {
                    let why = Unknown::new("the namespace is chosen when helmfile is started");
                    Val::unknown(why, release.name.origin())
                },
                Val::text,
            );
            let names = [
                ("Name", Val::text(release.name.clone())),
                ("Namespace", namespace),
                ("Chart", Val::text(release.chart.clone())),
                ("Labels", Val::from_node(&release.labels)),
                ("KubeContext", cluster()),
            ];
            all.push(("Release", Val::map_from(MAP, names)));
        }
        Val::map_from(MAP, all)
    }
}

type Parsed = Result<Arc<Templates>, RenderError>;

/// Renders, and remembers what it parsed and read; shared by all environments.
#[derive(Debug)]
pub(super) struct Renderer<'w> {
    /// The tree.
    pub(super) workspace: &'w Workspace,
    parsed: Mutex<HashMap<(SourceId, u32, u32), Parsed>>,
    answers: Mutex<HashMap<PathBuf, BTreeMap<Ask, Answer>>>,
    matches: Mutex<HashMap<PathBuf, Vec<PathBuf>>>,
}

const NAME: &str = "helmfile";

impl<'w> Renderer<'w> {
    pub(super) fn new(workspace: &'w Workspace) -> Self {
        Self {
            workspace,
            parsed: Mutex::default(),
            answers: Mutex::default(),
            matches: Mutex::default(),
        }
    }

    /// `text`, which lies in `dir`, as it is rendered in `context`.
    ///
    /// # Errors
    /// If it isn't a template, or takes more than a template may.
    pub(super) fn render(
        &self,
        text: &Text,
        dir: &Path,
        context: Context<'_>,
    ) -> Result<Text, RenderError> {
        let templates = self.parse(text)?;
        let mut round = 0;
        loop {
            let functions = Rc::new(Functions {
                answers: lock(&self.answers).get(dir).cloned().unwrap_or_default(),
                ..Functions::default()
            });
            let limits = limits::of_template();
            let mut engine = Engine::hosted(templates.clone(), limits, functions.clone());
            let out = engine.render(NAME, &context.dot())?;
            let open = functions.open.take();
            round += 1;
            if open.is_empty() || round >= limits::ROUNDS {
                return Ok(out);
            }
            let answers: Vec<_> = open
                .into_iter()
                .map(|ask| {
                    let answer = self.answer(&ask, dir);
                    (ask, answer)
                })
                .collect();
            lock(&self.answers)
                .entry(dir.to_path_buf())
                .or_default()
                .extend(answers);
        }
    }

    fn parse(&self, text: &Text) -> Parsed {
        let parse = || {
            let mut templates = Templates::new();
            templates.add(NAME, text)?;
            Ok(Arc::new(templates))
        };
        // Only a text that is one piece of a file is told by its place.
        let Some(span) = text.origin().span().filter(|s| s.len() == text.len()) else {
            return parse();
        };
        let key = (span.source, span.start, span.end);
        if let Some(parsed) = lock(&self.parsed).get(&key) {
            return parsed.clone();
        }
        let parsed = parse();
        lock(&self.parsed).insert(key, parsed.clone());
        parsed
    }

    fn answer(&self, ask: &Ask, dir: &Path) -> Answer {
        let at = |name: &str| self.workspace.beside(dir, name);
        match ask {
            Ask::File(name) => Answer::Content(self.content(name, &at(name))),
            Ask::IsFile(name) => Answer::Is(self.workspace.is_file(&at(name))),
            Ask::IsFolder(name) => Answer::Is(self.workspace.is_dir(&at(name))),
            Ask::Names(name) => Answer::Names(
                self.workspace
                    .list(&at(name))
                    .iter()
                    .filter_map(|p| p.file_name())
                    .map(|n| format!("{}/{}", name.trim_end_matches('/'), n.to_string_lossy()))
                    .collect(),
            ),
        }
    }

    /// The text of a file; a picture, which templates read to encode it, is no news.
    fn content(&self, name: &str, path: &Path) -> Text {
        let is_text = |bytes: &[u8]| !bytes.contains(&0) && std::str::from_utf8(bytes).is_ok();
        let fetched = match self.workspace.bytes(path) {
            Ok(bytes) if !is_text(&bytes) => Err(Trouble::Binary),
            Ok(_) => self.workspace.fetch(path),
            Err(trouble) => Err(trouble),
        };
        match fetched {
            Ok(source) => self.workspace.text(source),
            Err(trouble) => {
                let why = Unknown::new(format!("{name} {trouble}"));
                Text::of_unknown("<file>", why, Origin::nowhere())
            }
        }
    }

    /// The files that a path or pattern names in a file in `dir`, sorted.
    pub(super) fn matching(&self, dir: &Path, pattern: &str) -> Vec<PathBuf> {
        let is_glob = |part: &str| part.contains(['*', '?', '[', '{']);
        if !is_glob(pattern) {
            let path = self.workspace.beside(dir, pattern);
            let found = self.workspace.is_file(&path);
            return found.then_some(path).into_iter().collect();
        }
        let parts: Vec<&str> = pattern.split('/').collect();
        let fixed = parts.iter().take_while(|p| !is_glob(p)).count();
        let (above, below) = parts.split_at(fixed);
        let folder = match above {
            [] => dir.to_path_buf(),
            _ => self.workspace.beside(dir, &above.join("/")),
        };
        let below = below.join("/");
        let key = folder.join(&below);
        if let Some(found) = lock(&self.matches).get(&key) {
            return found.clone();
        }
        let found = self.workspace.glob(&folder, &below);
        lock(&self.matches).insert(key, found.clone());
        found
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
