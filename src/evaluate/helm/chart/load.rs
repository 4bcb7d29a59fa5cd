//! From files to a chart with its subcharts.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::version;
use super::{Chart, Data, File, Metadata};
use super::{archive, files, schema};
use crate::evaluate::helm::value::json_numbers;
use crate::syntax::yaml::{self, Schema};
use crate::trace::{Map, Node, Origin, Problem, SourceId, Span, Text};
use crate::workspace::Workspace;

pub use archive::Limits;

/// A chart, and what was found while it was read.
#[derive(Debug)]
pub struct Loaded {
    /// The chart; none if there is no usable `Chart.yaml`.
    pub chart: Option<Arc<Chart>>,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// What a person should know.
    pub notes: Vec<Problem>,
}

/// Loads the chart at `path`: a folder with a `Chart.yaml`, or a packed chart.
#[must_use]
pub fn load(workspace: &Workspace, path: &Path, limits: Limits) -> Loaded {
    let mut loader = Loader {
        workspace,
        left: limits,
        open: Vec::new(),
        problems: Vec::new(),
        notes: Vec::new(),
    };
    let chart = if workspace.is_dir(path) {
        loader.folder(path)
    } else {
        loader.packed_file(path)
    };
    Loaded {
        chart: chart.map(Arc::new),
        problems: loader.problems,
        notes: loader.notes,
    }
}

struct Loader<'w> {
    workspace: &'w Workspace,
    left: Limits,
    /// The folders whose charts are being loaded, to notice circles.
    open: Vec<PathBuf>,
    problems: Vec<Problem>,
    notes: Vec<Problem>,
}

impl Loader<'_> {
    fn folder(&mut self, dir: &Path) -> Option<Chart> {
        let (files, astray) = files::of_folder(self.workspace, dir);
        for name in astray {
            let shown = self.workspace.show(&dir.join(name));
            let message = format!("{shown} leads to nothing inside of the checked folder");
            self.notes.push(Problem::new(message, None));
        }
        self.open.push(dir.to_path_buf());
        let chart = self.chart(files, Some(dir), &self.workspace.show(dir));
        self.open.pop();
        chart
    }

    fn packed_file(&mut self, path: &Path) -> Option<Chart> {
        let shown = self.workspace.show(path);
        match self.workspace.bytes(path) {
            Ok(bytes) => self.packed(&bytes, &shown, None),
            Err(trouble) => {
                self.problem(format!("{shown} {trouble}"), None);
                None
            }
        }
    }

    fn packed(&mut self, bytes: &[u8], shown: &str, at: Option<Span>) -> Option<Chart> {
        if self.left.depth == 0 {
            self.problem(format!("{shown} is packed in too many charts"), at);
            return None;
        }
        match files::of_archive(self.workspace, shown, bytes, &mut self.left) {
            Ok(files) => {
                self.left.depth -= 1;
                let chart = self.chart(files, None, shown);
                self.left.depth += 1;
                chart
            }
            Err(why) => {
                self.problem(format!("{shown} {why}"), at);
                None
            }
        }
    }

    fn problem(&mut self, message: String, at: Option<Span>) {
        self.problems.push(Problem::new(message, at));
    }

    /// Builds a chart from its files; `shown` is where they lie, for people.
    fn chart(&mut self, files: Vec<File>, dir: Option<&Path>, shown: &str) -> Option<Chart> {
        if self.left.charts == 0 {
            self.problem(format!("{shown} has too many charts in it"), None);
            return None;
        }
        self.left.charts -= 1;
        let mut parts = Parts::sort(files);
        let Some(root) = parts.meta.and_then(|s| self.yaml(s)) else {
            self.problem(format!("{shown} has no usable Chart.yaml"), None);
            return None;
        };
        let requirements = parts.requirements.and_then(|s| self.yaml(s));
        let metadata = Metadata::new(&root, requirements.as_ref());
        if metadata.api_version == "v1" {
            parts.files.append(&mut parts.old);
        }
        let values = parts.values.and_then(|s| self.yaml(s)).map(json_numbers);
        let values = self.as_table(values, &metadata);
        let schema = parts.schema.map(|s| {
            let (node, problems) = schema::read(&self.text(s));
            self.problems.extend(problems);
            node
        });
        let mut chart = Chart {
            metadata,
            values,
            schema,
            templates: parts.templates,
            files: parts.files,
            dependencies: Vec::new(),
            dir: dir.map(Path::to_path_buf),
        };
        self.subcharts(&mut chart, parts.charts, shown);
        self.local(&mut chart);
        Some(chart)
    }

    fn text(&self, source: SourceId) -> Text {
        let text = self.workspace.text(source);
        if text.as_str().starts_with('\u{feff}') {
            text.slice(3..text.len())
        } else {
            text
        }
    }

    /// The first document of a file; what is odd in it but readable is a note.
    fn yaml(&mut self, source: SourceId) -> Option<Node> {
        let stream = yaml::parse(&self.text(source), Schema::Yaml11);
        if stream.documents.is_empty() {
            self.problems.extend(stream.problems.iter().cloned());
        } else {
            self.notes.extend(stream.problems.iter().cloned());
        }
        stream.into_first()
    }

    fn as_table(&mut self, values: Option<Node>, metadata: &Metadata) -> Node {
        match values {
            Some(node) if node.as_map().is_some() => node,
            Some(node) => {
                if !node.is_null() {
                    self.problem("values have to be a map".to_owned(), node.span());
                }
                Node::map(Map::new(), node.origin)
            }
            // Where one would be added is not known; the chart as a whole is the next best.
            None => Node::map(Map::new(), start(metadata)),
        }
    }

    fn subcharts(&mut self, chart: &mut Chart, charts: BTreeMap<String, Vec<File>>, shown: &str) {
        for (name, mut files) in charts {
            if name.starts_with(['_', '.']) {
                continue;
            }
            let shown = format!("{shown}/charts/{name}");
            let built = if name.ends_with(".tgz") {
                match files.pop().map(|f| f.data) {
                    Some(Data::Bytes(bytes)) => self.packed(&bytes, &shown, chart.start()),
                    Some(Data::Text(source)) => {
                        let text = &self.workspace.sources().get(source).text;
                        self.packed(text.as_bytes(), &shown, chart.start())
                    }
                    None => None,
                }
            } else if files.iter().any(|f| f.name == "Chart.yaml") {
                if self.left.depth == 0 {
                    self.problem(format!("{shown} lies in too many charts"), chart.start());
                    continue;
                }
                self.left.depth -= 1;
                let dir = chart.dir.as_ref().map(|d| d.join("charts").join(&name));
                let built = self.chart(files, dir.as_deref(), &shown);
                self.left.depth += 1;
                built
            } else {
                None
            };
            chart.dependencies.extend(built.map(Arc::new));
        }
    }

    /// Takes in what `file://` names and nobody has copied to `charts/` yet.
    fn local(&mut self, chart: &mut Chart) {
        let Some(dir) = chart.dir.clone() else {
            return;
        };
        // Helm takes charts in `charts/` as they are, and installs nothing that they lack.
        let within = self.open.last() != Some(&dir);
        for index in 0..chart.metadata.dependencies.len() {
            let Some(wanted) = chart.metadata.dependencies.get(index) else {
                break;
            };
            if has(chart, &wanted.name, &wanted.version) {
                continue;
            }
            let Some(path) = wanted.repository.strip_prefix("file://") else {
                continue;
            };
            let at = wanted.node.span();
            let path = self.workspace.beside(&dir, path);
            if !self.workspace.is_file(&path.join("Chart.yaml")) {
                continue;
            }
            if self.open.contains(&path) || self.left.depth == 0 {
                let name = wanted.name.clone();
                self.problem(format!("the chart `{name}` depends on itself"), at);
                continue;
            }
            self.left.depth -= 1;
            let built = self.folder(&path);
            self.left.depth += 1;
            let fits = |c: &Chart| !within || c.is_library();
            chart.dependencies.extend(built.filter(fits).map(Arc::new));
        }
    }
}

fn start(metadata: &Metadata) -> Origin {
    metadata
        .node
        .span()
        .map_or_else(Origin::nowhere, |s| Origin::at(Span::new(s.source, 0, 0)))
}

fn has(chart: &Chart, name: &str, range: &str) -> bool {
    chart.dependencies.iter().any(|d| {
        let fits = range.is_empty() || version::is_in_range(range, &d.metadata.version);
        d.metadata.name == name && fits
    })
}

/// The files of a chart by what they are for.
#[derive(Default)]
struct Parts {
    meta: Option<SourceId>,
    values: Option<SourceId>,
    schema: Option<SourceId>,
    requirements: Option<SourceId>,
    /// Files that only charts of the first version can read.
    old: Vec<File>,
    templates: Vec<File>,
    files: Vec<File>,
    charts: BTreeMap<String, Vec<File>>,
}

impl Parts {
    fn sort(files: Vec<File>) -> Self {
        let mut out = Self::default();
        for file in files {
            let text = match file.data {
                Data::Text(source) => Some(source),
                Data::Bytes(_) => None,
            };
            match file.name.as_str() {
                "Chart.yaml" => out.meta = text,
                "Chart.lock" => {}
                "values.yaml" => out.values = text,
                "values.schema.json" => out.schema = text,
                "requirements.yaml" => {
                    out.requirements = text;
                    out.old.push(file);
                }
                "requirements.lock" => out.old.push(file),
                name if name.starts_with("templates/") => out.templates.push(file),
                name => match name.strip_prefix("charts/") {
                    Some(below) if !below.ends_with(".prov") => out.in_charts(below, &file),
                    _ => out.files.push(file),
                },
            }
        }
        out
    }

    fn in_charts(&mut self, below: &str, file: &File) {
        let (name, rest) = below.split_once('/').unwrap_or((below, ""));
        let file = File {
            name: rest.to_owned(),
            data: file.data.clone(),
        };
        if !rest.is_empty() || name.ends_with(".tgz") {
            self.charts.entry(name.to_owned()).or_default().push(file);
        }
    }
}
