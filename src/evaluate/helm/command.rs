//! `konform render`: a chart of the tree, printed as `helm template` would.

use std::path::{Path, PathBuf};

use super::objects::Capabilities;
use super::render::{self, Library, Request};
use super::values::Input;
use crate::trace::{Problem, Sources};
use crate::workspace::{Config, Workspace};

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
    let mut paths = vec![args.chart.clone()];
    paths.extend(args.values.files.iter().cloned());
    let named = args.values.set_file.iter();
    let named = named.filter_map(|text| Some(PathBuf::from(text.split_once('=')?.1)));
    paths.extend(named.filter(|path| cwd.join(path).is_file()));
    let workspace = Workspace::open(&paths, cwd, Config::default());
    let library = Library::new(&workspace);
    let merged = args.values.merge(&workspace);
    let mut capabilities = Capabilities::default();
    if let Some(version) = &args.kube_version {
        capabilities.kube_version = format!("v{}", version.trim_start_matches('v'));
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
    let sources = workspace.sources();
    let problems = merged.problems.iter().chain(&rendering.violations);
    let problems = problems.chain(&rendering.problems);
    let problems = problems.chain(&rendering.stops);
    let output = RenderOutput {
        text: if args.origins {
            render::origins(&rendering, sources)
        } else {
            render::manifest(&rendering)
        },
        problems: problems.map(|p| line(p, sources)).collect(),
        notes: rendering.notes.iter().map(|p| line(p, sources)).collect(),
    };
    // The program ends after this; taking the trees apart first would take a tenth of its time.
    std::mem::forget((rendering, library, merged));
    output
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
