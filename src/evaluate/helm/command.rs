//! `konform render`: a chart of the tree, printed as `helm template` would.

use std::path::{Path, PathBuf};

use super::chart::version;
use super::objects::Capabilities;
use super::render::{self, Library, Rendering, Request};
use super::values::{Input, Merged};
use crate::trace::{Problem, Sources};
use crate::workspace::Workspace;

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct RenderArgs {
    /// The chart: a folder or a packed chart.
    pub chart: PathBuf,
    /// Values files and single values.
    pub values: Input,
    /// The release's name; `release-name` if none.
    pub name: Option<String>,
    /// The namespace; `default` if none.
    pub namespace: Option<String>,
    /// The Kubernetes version to render for.
    pub kube_version: Option<String>,
    /// Further API versions that the cluster offers.
    pub api_versions: Vec<String>,
    /// Whether origins are printed instead of the documents.
    pub origins: bool,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct RenderOutput {
    /// What to print.
    pub text: String,
    /// What could not be rendered or read: a line each, with its place.
    pub problems: Vec<String>,
    /// What a person should know, likewise.
    pub notes: Vec<String>,
}

/// Renders a chart. Paths may be relative to `cwd`.
#[must_use]
pub fn render_command(args: &RenderArgs, cwd: &Path) -> RenderOutput {
    // Only those who ask for origins, and complaints, need to know where things were written.
    if !args.origins
        && let Some(text) = plain(args, cwd)
    {
        return RenderOutput {
            text,
            ..RenderOutput::default()
        };
    }
    let workspace = workspace(args, cwd);
    let rendered = Rendered::new(args, cwd, &workspace);
    let sources = workspace.sources();
    let output = RenderOutput {
        text: if args.origins {
            render::origins(&rendered.rendering, sources)
        } else {
            render::manifest(&rendered.rendering)
        },
        problems: rendered.problems().map(|p| line(p, sources)).collect(),
        notes: rendered.notes().map(|p| line(p, sources)).collect(),
    };
    rendered.leave();
    output
}

/// The manifests, if there is nothing else to tell.
fn plain(args: &RenderArgs, cwd: &Path) -> Option<String> {
    let workspace = workspace(args, cwd).untraced();
    let rendered = Rendered::new(args, cwd, &workspace);
    let silent = rendered.problems().chain(rendered.notes()).next().is_none();
    let text = silent.then(|| render::manifest(&rendered.rendering));
    rendered.leave();
    text
}

fn workspace(args: &RenderArgs, cwd: &Path) -> Workspace {
    let mut paths = vec![args.chart.clone()];
    paths.extend(args.values.files.iter().cloned());
    let named = args.values.set_file.iter();
    let named = named.filter_map(|text| Some(PathBuf::from(text.split_once('=')?.1)));
    paths.extend(named.filter(|path| cwd.join(path).is_file()));
    paths.extend(linked(&cwd.join(&args.chart)));
    Workspace::around(&paths, cwd)
}

/// Files and folders looked at for links.
const MAX_LOOKED_AT: usize = 20_000;

/// Where links in the folder of a chart lead: who asks for a chart wants what it links to.
fn linked(chart: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    let mut rest = vec![chart.to_path_buf()];
    let mut left = MAX_LOOKED_AT;
    while let Some(dir) = rest.pop() {
        let entries = std::fs::read_dir(&dir).into_iter().flatten().flatten();
        for entry in entries {
            left = left.saturating_sub(1);
            let Ok(kind) = entry.file_type() else {
                continue;
            };
            if kind.is_symlink() {
                let target = entry.path().canonicalize().ok();
                let target = target.filter(|t| !out.contains(t));
                rest.extend(target.iter().filter(|t| t.is_dir()).cloned());
                out.extend(target);
            } else if kind.is_dir() {
                rest.push(entry.path());
            }
        }
        if left == 0 {
            break;
        }
    }
    out
}

/// A rendered chart with all that it was made of.
struct Rendered<'w> {
    library: Library<'w>,
    merged: Merged,
    rendering: Rendering,
}

impl<'w> Rendered<'w> {
    fn new(args: &RenderArgs, cwd: &Path, workspace: &'w Workspace) -> Self {
        let library = Library::new(workspace);
        let merged = args.values.merge(workspace);
        let mut capabilities = Capabilities::default();
        if let Some(version) = &args.kube_version {
            let full = version::in_full(version);
            let full = full.unwrap_or_else(|| version.trim_start_matches('v').to_owned());
            capabilities.kube_version = format!("v{full}");
        }
        let cwd = cwd.canonicalize().unwrap_or_else(|_| cwd.to_path_buf());
        let chart = workspace.beside(&cwd, &args.chart.to_string_lossy());
        let request = Request {
            chart: &chart,
            values: &merged.values,
            name: args.name.as_deref().unwrap_or("release-name"),
            namespace: args.namespace.as_deref().unwrap_or("default"),
            capabilities: capabilities.with_api_versions(args.api_versions.iter().cloned()),
            strict: true,
        };
        let rendering = library.render(&request);
        Self {
            library,
            merged,
            rendering,
        }
    }

    fn problems(&self) -> impl Iterator<Item = &Problem> {
        let problems = self.merged.problems.iter().chain(&self.rendering.problems);
        problems.chain(&self.rendering.stops)
    }

    fn notes(&self) -> impl Iterator<Item = &Problem> {
        self.rendering.notes.iter()
    }

    /// The program ends soon; taking the trees apart first would take a tenth of its time.
    fn leave(self) {
        std::mem::forget((self.library, self.merged, self.rendering));
    }
}

fn line(problem: &Problem, sources: &Sources) -> String {
    match problem.span {
        Some(span) => {
            let at = sources.position(span);
            let path = &sources.get(span.source).path;
            format!("{path}:{}:{}: {}", at.line, at.column, problem.message)
        }
        None => problem.message.clone(),
    }
}
