//! Values files whose chart isn't in the tree.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::template;
use super::{dependencies, merge, umbrella};
use crate::inventory::{Chart, Deployment, Gap, Inventory, Item, Release};
use crate::syntax::yaml::{self, Schema};
use crate::trace::{Map, Node, Origin, Problem, Unknown};
use crate::workspace::{Kind, Workspace, WorkspaceFile};

/// Words in file and folder names that stand for an environment.
const ENVIRONMENTS: &[&str] = &[
    "acc",
    "acceptance",
    "canary",
    "ci",
    "demo",
    "dev",
    "develop",
    "development",
    "example",
    "int",
    "integration",
    "k3d",
    "k3s",
    "kind",
    "live",
    "local",
    "minikube",
    "preprod",
    "preview",
    "prd",
    "prod",
    "production",
    "qa",
    "review",
    "sandbox",
    "stage",
    "staging",
    "stg",
    "test",
    "testing",
    "uat",
];

/// Those that are nobody's production: beside them, the base stands for itself as well.
const TRIALS: &[&str] = &[
    "ci",
    "demo",
    "dev",
    "develop",
    "development",
    "example",
    "k3d",
    "kind",
    "local",
    "minikube",
    "preview",
    "qa",
    "review",
    "sandbox",
    "test",
    "testing",
];

/// Folders whose subfolders are environments.
const ENVIRONMENT_FOLDERS: &[&str] = &["environments", "environment", "envs", "env", "overlays"];

/// Values files that are laid over each other for one deployment, in order.
#[derive(Debug, Clone)]
pub struct Layers<'w> {
    /// The files, the last one counts most.
    pub files: Vec<&'w WorkspaceFile>,
}

impl Layers<'_> {
    /// The path of the file that gives the deployment its name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.files.last().map_or("", |f| f.path.as_str())
    }
}

/// One deployment for each set of values files whose chart isn't in the tree, and one for each
/// chart of the tree that gathers charts which aren't, if `gather` is set. Files in `claimed`
/// belong to somebody else.
#[must_use]
pub fn bare(workspace: &Workspace, claimed: &BTreeSet<PathBuf>, gather: bool) -> Inventory {
    let mut charts: BTreeMap<PathBuf, Vec<&WorkspaceFile>> = BTreeMap::new();
    let mut files = Vec::new();
    for file in workspace.values_files() {
        // Files with a leading dot configure tools of developers.
        if claimed.contains(&file.abs) || file.name().starts_with('.') {
            continue;
        }
        match chart_of(workspace, file.dir()) {
            Some(dir) => charts.entry(dir).or_default().push(file),
            None => files.push(file),
        }
    }
    let mut out = Inventory::default();
    for layers in layers(workspace, files) {
        out.deployments
            .extend(deployment(workspace, &layers, &mut out.problems));
    }
    if !gather {
        return out;
    }
    for (dir, files) in charts {
        gathered(workspace, &dir, files, &mut out);
    }
    out
}

/// The folder of the chart that a folder belongs to.
fn chart_of(workspace: &Workspace, dir: &Path) -> Option<PathBuf> {
    dir.ancestors()
        .take_while(|d| workspace.is_inside(d))
        .find(|d| workspace.is_file(&d.join("Chart.yaml")))
        .map(Path::to_path_buf)
}

/// The releases of a chart's dependencies that aren't in the tree.
fn gathered(workspace: &Workspace, dir: &Path, files: Vec<&WorkspaceFile>, out: &mut Inventory) {
    let Some(chart) = read_chart(workspace, dir) else {
        return;
    };
    let absent: Vec<_> = dependencies(&chart)
        .into_iter()
        .filter(|d| {
            let name = d.chart.name.as_deref().unwrap_or_default();
            let local = d.chart.repository.as_deref().unwrap_or_default();
            !local.starts_with("file://") && !is_vendored(workspace, dir, name)
        })
        .collect();
    if absent.is_empty() {
        return;
    }
    let name = chart.get("name").and_then(Node::as_str).unwrap_or_default();
    for layers in layers(workspace, files) {
        let read = read(workspace, &layers);
        let releases = umbrella(&absent, &read.values, name, None, &read.gaps);
        out.problems.extend(read.problems);
        out.deployments.push(Deployment {
            name: layers.name().to_owned(),
            kind: "chart",
            items: releases.into_iter().map(Item::Release).collect(),
            notes: Vec::new(),
        });
    }
}

fn read_chart(workspace: &Workspace, dir: &Path) -> Option<Node> {
    let parse = |name: &str| {
        let source = workspace.read(&dir.join(name))?;
        yaml::parse(&workspace.text(source), Schema::Yaml11).into_first()
    };
    let chart = parse("Chart.yaml")?;
    // Charts of the first version keep their dependencies in a file of their own.
    match (chart.get("dependencies"), parse("requirements.yaml")) {
        (None, Some(requirements)) => Some(requirements),
        _ => Some(chart),
    }
}

fn is_vendored(workspace: &Workspace, dir: &Path, name: &str) -> bool {
    let charts = dir.join("charts");
    workspace.is_dir(&charts.join(name))
        || workspace.list(&charts).iter().any(|path| {
            let file = path.file_name().unwrap_or_default().to_string_lossy();
            file.ends_with(".tgz")
                && file
                    .strip_prefix(name)
                    .is_some_and(|rest| rest.starts_with('-'))
        })
}

struct Read {
    values: Node,
    at: Origin,
    gaps: Vec<Gap>,
    problems: Vec<Problem>,
}

fn read(workspace: &Workspace, layers: &Layers<'_>) -> Read {
    let mut out = Read {
        values: Node::map(Map::new(), Origin::nowhere()),
        at: Origin::nowhere(),
        gaps: Vec::new(),
        problems: Vec::new(),
    };
    for (index, file) in layers.files.iter().enumerate() {
        let (root, open, problems) = template::values(&workspace.text_of(file));
        out.at = Origin::at(file.start());
        // What is called a values file has to be readable; anything else may be no YAML at all.
        if file.kind == Kind::HelmValues {
            out.problems.extend(problems);
        }
        out.gaps.extend(open.into_iter().map(|origin| Gap {
            why: Unknown::new("a template action prints values here"),
            origin,
        }));
        let Some(root) = root.filter(|r| r.as_map().is_some()) else {
            continue;
        };
        let root = crate::evaluate::kubernetes::mask_encrypted(root);
        out.at = root.origin.clone();
        out.values = if index == 0 {
            root
        } else {
            merge(out.values, root, &file.path)
        };
    }
    out
}

/// None if there isn't any value.
fn deployment(
    workspace: &Workspace,
    layers: &Layers<'_>,
    problems: &mut Vec<Problem>,
) -> Option<Deployment> {
    let read = read(workspace, layers);
    problems.extend(read.problems);
    if read.values.as_map().is_none_or(Map::is_empty) {
        return None;
    }
    let first = read.values.as_map().and_then(|m| m.slots().next());
    let at = first.map_or_else(|| read.at.clone(), |(_, slot)| slot.key.clone());
    let name = layers.files.last().map_or("", |f| stem(f.name()));
    Some(Deployment {
        name: layers.name().to_owned(),
        kind: "values",
        items: vec![Item::Release(Release {
            name: name.to_owned(),
            namespace: None,
            chart: Chart::default(),
            values: read.values,
            gaps: read.gaps,
            origin: at,
            values_at: read.at,
        })],
        notes: Vec::new(),
    })
}

fn stem(name: &str) -> &str {
    [".gotmpl", ".tpl", ".tmpl", ".j2", ".yaml", ".yml"]
        .iter()
        .fold(name, |name, ending| {
            name.strip_suffix(ending).unwrap_or(name)
        })
}

/// What a values file is to its neighbours, told by its name.
#[derive(Debug, PartialEq, Eq)]
enum Part<'n> {
    /// `values.yaml`.
    Base,
    /// `values-prod.yaml`, `values.staging.yaml`, `prod-values.yaml`, `values/prod.yaml`.
    Overlay(&'n str),
    /// Anything else.
    Single,
}

fn part(file: &WorkspaceFile) -> Part<'_> {
    if file.kind != Kind::HelmValues {
        return Part::Single;
    }
    let stem = stem(file.name());
    if stem == "values" {
        return Part::Base;
    }
    let after = ["values-", "values.", "values_"]
        .iter()
        .find_map(|p| stem.strip_prefix(p));
    let before = ["-values", ".values", "_values"]
        .iter()
        .find_map(|s| stem.strip_suffix(s));
    match after.or(before.filter(|b| is_environment(b))) {
        Some(word) => Part::Overlay(word),
        None => Part::Single,
    }
}

fn is_environment(word: &str) -> bool {
    ENVIRONMENTS.contains(&word.to_lowercase().as_str())
}

/// Sorts values files into what would be installed together.
#[must_use]
pub fn layers<'w>(workspace: &'w Workspace, files: Vec<&'w WorkspaceFile>) -> Vec<Layers<'w>> {
    let base_in = |dir: &Path| {
        files
            .iter()
            .copied()
            .find(|f| f.dir() == dir && part(f) == Part::Base)
    };
    let mut covered: BTreeMap<&Path, bool> = BTreeMap::new();
    let mut out = Vec::new();
    let mut bases = Vec::new();
    for file in files.iter().copied() {
        let found = match part(file) {
            Part::Single => None,
            Part::Overlay(word) => base_in(file.dir())
                .filter(|base| is_environment(word) || shares_keys(workspace, base, file))
                .map(|base| (base, word)),
            Part::Base => above(file).and_then(|(dir, word)| Some((base_in(dir)?, word))),
        };
        match found {
            Some((base, word)) => {
                let trial = TRIALS.contains(&word.to_lowercase().as_str());
                *covered.entry(&base.abs).or_insert(false) |= !trial;
                out.push(Layers {
                    files: vec![base, file],
                });
            }
            None if part(file) == Part::Base => bases.push(file),
            None => out.push(Layers { files: vec![file] }),
        }
    }
    // A base with overlays is installed through them, unless all of them are for trying out.
    out.extend(
        bases
            .into_iter()
            .filter(|f| covered.get(f.abs.as_path()) != Some(&true))
            .map(|file| Layers { files: vec![file] }),
    );
    out.sort_by(|a, b| a.name().cmp(b.name()));
    out
}

/// For `environments/prod/values.yaml`: the folder that holds `environments`, and `prod`.
fn above(file: &WorkspaceFile) -> Option<(&Path, &str)> {
    let own = file.dir();
    let holder = own.parent()?;
    let name = holder.file_name()?.to_str()?;
    let word = own.file_name()?.to_str()?;
    ENVIRONMENT_FOLDERS
        .contains(&name)
        .then_some((holder.parent()?, word))
}

/// Whether most keys at the top of `over` are in `base` too: then it isn't for another chart.
fn shares_keys(workspace: &Workspace, base: &WorkspaceFile, over: &WorkspaceFile) -> bool {
    let keys = |file: &WorkspaceFile| -> BTreeSet<String> {
        let (root, _, _) = template::values(&workspace.sources().text(file.source));
        root.as_ref()
            .and_then(Node::as_map)
            .map(|m| m.keys().map(str::to_owned).collect())
            .unwrap_or_default()
    };
    let (base, over) = (keys(base), keys(over));
    let shared = over.intersection(&base).count();
    shared > 0 && shared * 2 >= over.len()
}
