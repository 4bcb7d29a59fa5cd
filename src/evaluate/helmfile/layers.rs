//! Values that are laid over each other: files and maps, in the order of a list.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::limits;
use super::render::{Context, Renderer};
use crate::evaluate::kubernetes::mask_encrypted;
use crate::evaluate::release::{self, merge, template};
use crate::inventory::Gap;
use crate::syntax::yaml::{self, Schema};
use crate::trace::{Map, Node, Origin, Problem, Run, StepKind, Text, Unknown, Value};

/// Values with what is missing of them.
#[derive(Debug, Clone)]
pub(super) struct Layers {
    /// The values so far.
    pub(super) values: Node,
    /// What could not be read.
    pub(super) gaps: Vec<Gap>,
    /// The files that were asked for and are there.
    pub(super) files: BTreeSet<PathBuf>,
    /// The content of the last file.
    pub(super) last: Option<Origin>,
}

impl Default for Layers {
    fn default() -> Self {
        Self {
            values: empty(),
            gaps: Vec::new(),
            files: BTreeSet::new(),
            last: None,
        }
    }
}

/// An empty map that nobody wrote.
pub(super) fn empty() -> Node {
    Node::map(Map::new(), Origin::nowhere())
}

/// Where and for whom a list of values is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'p> {
    /// The folder that paths start from.
    pub(super) dir: &'p Path,
    /// Where to look if they aren't there.
    pub(super) or_dir: &'p Path,
    /// Whose values they are, for traces: `environment prod`.
    pub(super) owner: &'p str,
    /// Whether a file that isn't there is fine.
    pub(super) lenient: bool,
}

/// What the evaluation of one helmfile in one environment has used and complained of.
#[derive(Debug, Default)]
pub(super) struct Budget {
    renders: usize,
    over: bool,
    /// What went over a limit.
    pub(super) problems: Vec<Problem>,
    /// What a person should know.
    pub(super) notes: Vec<Problem>,
}

impl Budget {
    /// Whether one more file may be rendered.
    pub(super) fn take(&mut self, at: &Origin) -> bool {
        self.renders += 1;
        if self.renders <= limits::RENDERS {
            return true;
        }
        if !self.over {
            self.over = true;
            let limit = limits::RENDERS;
            let message = format!("the helmfile renders more than {limit} files");
            self.problems.push(Problem::new(message, at.nearest_span()));
        }
        false
    }

    /// Adds a problem, once.
    pub(super) fn problem(&mut self, problem: Problem) {
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    /// Adds a remark, once.
    pub(super) fn note(&mut self, message: String, at: &Origin) {
        let note = Problem::new(message, at.nearest_span());
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}

/// Names of files that lie on other machines or in a secret store.
pub(super) fn is_remote(name: &str) -> bool {
    name.contains("://") || name.contains("::") || name.starts_with("ref+")
}

impl Layers {
    fn gap(&mut self, why: impl Into<String>, origin: &Origin) {
        self.gaps.push(Gap {
            why: Unknown::new(why),
            origin: origin.clone(),
        });
    }

    /// Lays a map over what is there.
    pub(super) fn lay(&mut self, over: Node, layer: &str) {
        let old = std::mem::replace(&mut self.values, empty());
        self.values = if old.as_map().is_some_and(Map::is_empty) {
            over
        } else {
            merge(old, over, layer)
        };
    }

    /// An inline map.
    pub(super) fn inline(&mut self, map: &Node, owner: &str) {
        let step = |o: &Origin| o.then(StepKind::Reference, None, owner.to_owned());
        self.lay(map.clone().map_origins(&step), owner);
    }

    /// An entry of a list of values: a map, or files. Later files see what earlier ones say.
    pub(super) fn entry(
        &mut self,
        renderer: &Renderer<'_>,
        entry: &Node,
        place: Place<'_>,
        context: Context<'_>,
        budget: &mut Budget,
    ) {
        match &entry.value {
            Value::Map(_) => self.inline(entry, place.owner),
            Value::Null => {}
            _ => {
                for path in self.find(renderer, place, entry) {
                    self.file(renderer, &path, place, context, budget);
                }
            }
        }
    }

    /// The files that `name` stands for.
    pub(super) fn find(
        &mut self,
        renderer: &Renderer<'_>,
        place: Place<'_>,
        name: &Node,
    ) -> Vec<PathBuf> {
        let Some(text) = name.as_str() else {
            let why = name.why_unknown().map(|u| u.why.clone());
            self.gap(
                why.unwrap_or_else(|| "it is no path".to_owned()),
                &name.origin,
            );
            return Vec::new();
        };
        if is_remote(text) {
            self.gap(format!("{text} is not in the tree"), &name.origin);
            return Vec::new();
        }
        let mut found = renderer.matching(place.dir, text);
        if found.is_empty() && place.or_dir != place.dir {
            found = renderer.matching(place.or_dir, text);
        }
        // A pattern may match nothing; a name is missed.
        if found.is_empty() && !place.lenient && !text.contains('*') {
            self.gap(format!("{text} is not in the tree"), &name.origin);
        }
        self.files.extend(found.iter().cloned());
        found
    }

    /// Reads one file over what is there, rendered if it is a template.
    pub(super) fn file(
        &mut self,
        renderer: &Renderer<'_>,
        path: &Path,
        place: Place<'_>,
        context: Context<'_>,
        budget: &mut Budget,
    ) {
        let workspace = renderer.workspace;
        let shown = workspace.show(path);
        let source = match workspace.fetch(path) {
            Ok(source) => source,
            Err(trouble) => {
                let at = self.values.origin.clone();
                return self.gap(format!("{shown} {trouble}"), &at);
            }
        };
        let text = workspace.text(source);
        let at = text.origin_at(0);
        let is_template = path.extension().is_some_and(|e| e == "gotmpl");
        let root = if is_template {
            if !budget.take(&at) {
                return self.gap("the helmfile renders too many files", &at);
            }
            let dir = path.parent().unwrap_or(path);
            match renderer.render(&text, dir, context) {
                Ok(text) => self.parse(&text, budget, &shown),
                Err(error) => {
                    budget.note(format!("{shown} can't be rendered: {error}"), &at);
                    self.plain(&text)
                }
            }
        } else {
            self.plain(&text)
        };
        self.last = Some(at);
        let Some(root) = root.filter(|r| r.as_map().is_some()) else {
            return;
        };
        self.last = Some(root.origin.clone());
        let owner = place.owner.to_owned();
        let step = |o: &Origin| o.then(StepKind::Reference, None, owner.clone());
        let root = whole(mask_encrypted(root)).map_origins(&step);
        self.lay(root, &shown);
    }

    /// The content of a rendered file; what stands before a mistake if there is one.
    fn parse(&mut self, text: &Text, budget: &mut Budget, shown: &str) -> Option<Node> {
        let mut stream = yaml::parse(text, Schema::Yaml11);
        if let Some(problem) = stream.problems.first().cloned() {
            let at = problem.span.map(Origin::at).unwrap_or_default();
            let why = format!("{shown} is {}", problem.message);
            // What isn't known may be why the rest makes no sense.
            if text.unknown().is_none() {
                budget.problem(problem.clone());
            } else {
                budget.note(why.clone(), &at);
            }
            if stream.documents.is_empty() {
                self.gap(why, &at);
                let sound = text.slice(0..before(text, &problem));
                stream = yaml::parse(&sound, Schema::Yaml11);
            }
        }
        for hole in &stream.holes {
            self.gap(hole.why.why.clone(), &hole.origin);
        }
        stream.into_first()
    }

    fn plain(&mut self, text: &Text) -> Option<Node> {
        let (root, open, _) = template::values(text);
        for origin in open {
            self.gap("a template action prints values here", &origin);
        }
        root
    }

    /// Files of `secrets`: what is encrypted in them isn't known.
    pub(super) fn secrets(
        &mut self,
        renderer: &Renderer<'_>,
        entries: &[Node],
        place: Place<'_>,
        context: Context<'_>,
        budget: &mut Budget,
    ) {
        for entry in entries {
            for path in self.find(renderer, place, entry) {
                let before = self.gaps.len();
                self.file(renderer, &path, place, context, budget);
                if self.gaps.len() == before && self.values.as_map().is_none_or(Map::is_empty) {
                    self.gap("it is encrypted", &entry.origin);
                }
            }
        }
    }

    /// A value set by its path, as `helm --set`.
    pub(super) fn set(&mut self, name: &Text, value: Node, setting: release::Setting) {
        if let Err(why) = release::set(&mut self.values, name, value, setting, "set") {
            self.gap(why, &name.origin());
        }
    }
}

/// The end of the lines before the one that `problem` is in.
fn before(text: &Text, problem: &Problem) -> usize {
    let Some(at) = problem.span else { return 0 };
    let holds = |run: &Run| {
        let span = run.origin.span();
        span.is_some_and(|s| s.source == at.source && s.start <= at.start && at.start <= s.end)
    };
    let found = text.runs().find(|(_, run)| holds(run));
    let offset = found.map_or(0, |(range, run)| {
        let into = run
            .origin
            .span()
            .map_or(0, |s| (at.start - s.start) as usize);
        (range.start + into).min(range.end)
    });
    let chars = text.as_str();
    let lines = chars.as_bytes()[..offset.min(chars.len())]
        .iter()
        .rposition(|b| *b == b'\n');
    lines.map_or(0, |i| i + 1)
}

/// With every text of which nothing is known as something that may be no text at all.
fn whole(node: Node) -> Node {
    node.map_leaves(&|leaf| match leaf {
        Value::Text(text) if text.is_wholly_unknown() => match text.unknown() {
            Some(why) => Value::Unknown(why.clone()),
            None => Value::Text(text),
        },
        other => other,
    })
}
