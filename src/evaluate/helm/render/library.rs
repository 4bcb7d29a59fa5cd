//! Charts that are loaded once, and rendered as often as needed.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::absent;
use super::context::{self, Shared, Template};
use super::{Rendering, documents};
use crate::evaluate::helm::chart::{self, Chart, Loaded, version};
use crate::evaluate::helm::objects::{self, Capabilities};
use crate::evaluate::helm::template::{self, Engine, RenderError, Templates};
use crate::evaluate::helm::value::{VALUES, Val};
use crate::evaluate::helm::values::{Instance, coalesce, schema};
use crate::evaluate::stack::on_large_stack;
use crate::trace::{Node, Origin, Problem, Span, Text};
use crate::workspace::Workspace;

/// The charts of a tree.
#[derive(Debug)]
pub struct Library<'w> {
    workspace: &'w Workspace,
    limits: chart::Limits,
    loaded: Mutex<HashMap<PathBuf, Arc<Loaded>>>,
    /// Parsed templates by their names and texts: subcharts that are switched off have none.
    parsed: Mutex<HashMap<TemplateSet, Arc<Parsed>>>,
    /// Folders of charts that something in the tree installs.
    installed: Mutex<BTreeSet<PathBuf>>,
    /// What could not be rendered.
    problems: Mutex<Vec<Problem>>,
}

/// Names and sources of templates that are parsed together.
type TemplateSet = Vec<(String, u32)>;

/// Parsed templates, and what could not be parsed.
#[derive(Debug)]
struct Parsed {
    templates: Arc<Templates>,
    problems: Vec<Problem>,
    broken: Vec<String>,
}

/// What is to be rendered.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// The chart: its folder or its archive, absolute.
    pub chart: &'a Path,
    /// The user's values, merged; a map.
    pub values: &'a Node,
    /// The release's name.
    pub name: &'a str,
    /// Its namespace.
    pub namespace: &'a str,
    /// What the cluster offers.
    pub capabilities: Capabilities,
    /// Whether what Helm refuses is a problem: a template that gives up by `fail` or `required`
    /// is left out; else it goes on with an unknown value, and with charts that Helm would not
    /// install.
    pub strict: bool,
}

impl<'w> Library<'w> {
    /// The charts of `workspace`.
    #[must_use]
    pub fn new(workspace: &'w Workspace) -> Self {
        Self {
            workspace,
            limits: chart::Limits::default(),
            loaded: Mutex::default(),
            parsed: Mutex::default(),
            installed: Mutex::default(),
            problems: Mutex::default(),
        }
    }

    /// The tree.
    #[must_use]
    pub fn workspace(&self) -> &'w Workspace {
        self.workspace
    }

    /// Remembers that something in the tree installs the chart in `dir`.
    pub fn note_installed(&self, dir: &Path) {
        lock(&self.installed).insert(dir.to_path_buf());
    }

    /// Whether something in the tree installs the chart in `dir`.
    #[must_use]
    pub fn is_installed(&self, dir: &Path) -> bool {
        lock(&self.installed).contains(dir)
    }

    /// Keeps what could not be rendered until somebody asks.
    pub fn add_problems(&self, problems: Vec<Problem>) {
        lock(&self.problems).extend(problems);
    }

    /// What could not be rendered so far.
    #[must_use]
    pub fn take_problems(&self) -> Vec<Problem> {
        std::mem::take(&mut lock(&self.problems))
    }

    #[cfg(test)]
    pub(super) fn parsed_sets(&self) -> usize {
        lock(&self.parsed).len()
    }

    /// The chart at `path`.
    #[must_use]
    pub fn load(&self, path: &Path) -> Arc<Loaded> {
        if let Some(loaded) = lock(&self.loaded).get(path) {
            return Arc::clone(loaded);
        }
        let loaded = Arc::new(chart::load(self.workspace, path, self.limits));
        lock(&self.loaded)
            .entry(path.to_path_buf())
            .or_insert(loaded)
            .clone()
    }

    /// Renders a chart. Never fails as a whole: what could not be rendered is among the
    /// problems.
    #[must_use]
    pub fn render(&self, request: &Request<'_>) -> Rendering {
        let loaded = self.load(request.chart);
        let mut out = Rendering {
            problems: loaded.problems.clone(),
            notes: loaded.notes.clone(),
            ..Rendering::default()
        };
        let Some(chart) = &loaded.chart else {
            return out;
        };
        let result = on_large_stack(|| self.render_chart(chart, request));
        match result {
            Ok(more) => {
                out.problems.extend(more.problems);
                out.violations = more.violations;
                out.curable = more.curable;
                out.notes.extend(more.notes);
                out.stops = more.stops;
                out.documents = more.documents;
                out.values = more.values;
                out.absent = more.absent;
            }
            Err(error) => {
                let message = format!("the chart can't be rendered: {error}");
                out.problems.push(Problem::new(message, chart.start()));
            }
        }
        out
    }

    fn render_chart(&self, chart: &Arc<Chart>, request: &Request<'_>) -> Rendering {
        let mut out = Rendering::default();
        let sources = self.workspace.sources();
        let kube = &request.capabilities.kube_version;
        let wanted = &chart.metadata.kube_version;
        // Helm gives up where others may go on.
        let mut refused = Vec::new();
        if !wanted.is_empty() && !version::is_in_range(wanted, kube) {
            let message = format!("the chart wants Kubernetes {wanted}; it is rendered for {kube}");
            refused.push(Problem::new(message, chart.start()));
        }
        if chart.is_library() {
            let message = "a library chart can't be installed".to_owned();
            refused.push(Problem::new(message, chart.start()));
        }
        if request.strict {
            let fault = chart.fault();
            refused.extend(fault.map(|why| Problem::new(why, chart.start())));
            out.problems.append(&mut refused);
        } else {
            out.notes.append(&mut refused);
        }
        let instance = Instance::resolve(chart, request.values, sources, &mut out.notes);
        let values = coalesce::values(&instance, request.values, sources, &mut out.problems);
        let values = values.to_node();
        out.violations = schema::violations(&instance, &values, &mut out.notes);
        out.absent = absent::dependencies(&instance, &values);
        out.notes.extend(out.absent.iter().map(|a| {
            let message = format!("the chart `{}` is not in the tree", a.name);
            Problem::new(message, a.node.span())
        }));
        let shared = Shared {
            workspace: self.workspace,
            release: objects::release(request.name, request.namespace),
            capabilities: request.capabilities.object(),
        };
        let kept = if request.strict {
            &mut out.problems
        } else {
            &mut out.notes
        };
        context::unreadable(&instance, kept);
        let templates = context::templates(&instance);
        let parsed = self.parse(&templates);
        out.problems.extend(parsed.problems.iter().cloned());
        let contexts = if out.absent.is_empty() {
            context::contexts(&shared, &instance, &values)
        } else {
            let mut opened = values.clone();
            absent::open(&mut opened, &instance);
            context::contexts(&shared, &instance, &opened)
        };
        let files = run(&templates, &parsed, &contexts, request.strict, &mut out);
        documents::sorted(files, request.strict, &mut out);
        out.values = Some(values);
        out
    }

    fn parse(&self, templates: &[Template]) -> Arc<Parsed> {
        let key: Vec<_> = templates
            .iter()
            .map(|t| (t.name.clone(), t.source.0))
            .collect();
        if let Some(parsed) = lock(&self.parsed).get(&key) {
            return Arc::clone(parsed);
        }
        let mut all = if self.workspace.is_traced() {
            Templates::new()
        } else {
            Templates::untraced()
        };
        let mut problems = Vec::new();
        let mut broken = Vec::new();
        for name in template::order(templates.iter().map(|t| t.name.as_str())) {
            let Some(found) = templates.iter().find(|t| t.name == name) else {
                continue;
            };
            let text = context::without_mark(self.workspace.text(found.source));
            if let Err(error) = all.add(name, &text) {
                problems.push(named(name, &error, Some(Span::new(found.source, 0, 0))));
                broken.push(name.to_owned());
            }
        }
        let parsed = Arc::new(Parsed {
            templates: Arc::new(all),
            problems,
            broken,
        });
        lock(&self.parsed).entry(key).or_insert(parsed).clone()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// `at` stands for the template as a whole.
fn named(name: &str, error: &RenderError, at: Option<Span>) -> Problem {
    let mut problem = error.problem();
    // What is made up at run time has no place; what made it up has.
    problem.span = problem
        .span
        .or_else(|| error.through.first().copied())
        .or(at);
    problem.message = match error.said {
        Some(_) => format!("the chart stops in {name}: {}", problem.message),
        None => format!("{name} can't be rendered: {}", problem.message),
    };
    problem
}

/// Renders the files in Helm's order.
fn run(
    templates: &[Template],
    parsed: &Parsed,
    contexts: &[Val],
    strict: bool,
    out: &mut Rendering,
) -> Vec<(String, Text)> {
    let mut engine = Engine::new(Arc::clone(&parsed.templates), template::Limits::default())
        .lacking(absent::why(&out.absent));
    if !strict {
        engine = engine.going_on();
    }
    let mut files = Vec::new();
    for name in template::order(templates.iter().map(|t| t.name.as_str())) {
        let last = name.rsplit('/').next().unwrap_or(name);
        if last.starts_with('_') || parsed.broken.iter().any(|b| b == name) {
            continue;
        }
        // What it prints is for people, but Helm stops where it stops.
        if last.ends_with("NOTES.txt") && !strict {
            continue;
        }
        let Some(found) = templates.iter().find(|t| t.name == name) else {
            continue;
        };
        let Some(context) = contexts.get(found.chart) else {
            continue;
        };
        if let Some(map) = context.as_map() {
            let text = |s: &str| Val::str(s, Origin::nowhere());
            let own = [("Name", text(name)), ("BasePath", text(&found.base))];
            map.set("Template", Origin::nowhere(), Val::map_from(VALUES, own));
        }
        let at = Some(Span::new(found.source, 0, 0));
        match engine.render(name, context) {
            Ok(text) => files.push((name.to_owned(), text)),
            // A chart that stops by itself wants something of its user; that is no flaw.
            Err(error) if error.said.is_some() => out.stops.push(named(name, &error, at)),
            Err(error) => {
                let problem = named(name, &error, at);
                if !engine.is_limited() {
                    out.curable.push(problem.clone());
                }
                out.problems.push(problem);
            }
        }
        let stops = engine.take_stops();
        out.stops
            .extend(stops.iter().map(|error| named(name, error, at)));
    }
    for (name, span) in engine.unknown_functions() {
        let message = format!("nothing is known about the template function `{name}`");
        out.problems.push(Problem::new(message, *span));
    }
    files
}
