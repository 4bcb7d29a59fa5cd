//! Which charts of the tree are deployed with which values, and what they bring.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::objects::Capabilities;
use super::render::{Absent, Library, Rendering, Request};
use super::value::json_numbers;
use super::values::Input;
use crate::evaluate::gitops::{Charts, Rendered};
use crate::evaluate::kubernetes;
use crate::evaluate::release::{self, ChartSource, Installation};
use crate::inventory::{Chart, Deployment, Gap, Inventory, Item, Release};
use crate::trace::{Node, Problem};
use crate::workspace::{Kind, Workspace, WorkspaceFile};

/// More sets of values for one chart than this are not rendered.
const MAX_LAYERS: usize = 300;

/// Folders of a chart in which any YAML file is a set of values.
const VALUES_FOLDERS: &[&str] = &[
    "ci",
    "env",
    "environment",
    "environments",
    "envs",
    "overlays",
    "test-values",
    "values",
];

/// Folders of a chart in which nothing is a set of values.
const OTHER_FOLDERS: &[&str] = &[
    "charts",
    "crds",
    "doc",
    "docs",
    "files",
    "templates",
    "tests",
];

/// The objects that a chart of the tree makes of `values`.
///
/// `chart` is its folder or archive, absolute; `values` the user's values, merged.
#[must_use]
pub fn render_release(
    library: &Library<'_>,
    chart: &Path,
    values: &Node,
    name: &str,
    namespace: Option<&str>,
) -> Rendering {
    let values = json_numbers(values.clone());
    library.render(&Request {
        chart,
        values: &values,
        name,
        namespace: namespace.unwrap_or("default"),
        capabilities: Capabilities::default(),
        strict: false,
    })
}

/// What an installation brings: the rendered chart if it is in the tree, else the release.
#[must_use]
pub fn installed(
    library: &Library<'_>,
    installation: Installation,
    notes: &mut Vec<Problem>,
) -> Vec<Item> {
    let rendered = match &installation.source {
        ChartSource::Path(dir) => library.render_installation(dir, &installation),
        ChartSource::Elsewhere => None,
    };
    let Some(rendered) = rendered else {
        return vec![Item::Release(installation.release)];
    };
    let mut items = kubernetes::inventory(&rendered.manifests);
    let absent = rendered.absent.into_iter();
    items.extend(absent.map(|i| Item::Release(i.release)));
    notes.extend(rendered.notes);
    items
}

impl Charts for Library<'_> {
    fn render(&self, _: &Workspace, dir: &Path, installation: &Installation) -> Option<Rendered> {
        self.render_installation(dir, installation)
    }

    fn alone(&self, workspace: &Workspace, claimed: &mut BTreeSet<PathBuf>) -> Option<Inventory> {
        let mut out = Inventory::default();
        let plans = plans(self, workspace, claimed, &mut out);
        let found: Vec<_> = plans.par_iter().map(|plan| plan.run(self)).collect();
        out.deployments.extend(found.into_iter().flatten());
        out.problems.extend(self.take_problems());
        Some(out)
    }
}

impl Library<'_> {
    /// The objects of an installation whose chart lies in `dir`; none if there is no chart, or
    /// nothing in it.
    fn render_installation(&self, dir: &Path, installation: &Installation) -> Option<Rendered> {
        let release = &installation.release;
        self.load(dir).chart.as_ref()?;
        self.note_installed(dir);
        let namespace = release.namespace.as_deref();
        let rendering = render_release(self, dir, &release.values, &release.name, namespace);
        let mut rendered = self.rendered(rendering, &release.name, namespace);
        if rendered.manifests.is_empty() && rendered.absent.is_empty() {
            return None;
        }
        rendered.notes.extend(release.gaps.iter().map(|gap| {
            let message = format!("the chart is rendered without some values: {}", gap.why.why);
            Problem::new(message, gap.origin.nearest_span())
        }));
        Some(rendered)
    }

    fn rendered(&self, mut rendering: Rendering, name: &str, namespace: Option<&str>) -> Rendered {
        self.add_problems(std::mem::take(&mut rendering.violations));
        self.add_problems(std::mem::take(&mut rendering.problems));
        let absent = std::mem::take(&mut rendering.absent).into_iter();
        let mut notes = std::mem::take(&mut rendering.notes);
        notes.append(&mut rendering.stops);
        Rendered {
            manifests: rendering.manifests(),
            absent: absent.map(|a| elsewhere(a, name, namespace)).collect(),
            notes,
        }
    }
}

/// A dependency that isn't in the tree, told by its values.
fn elsewhere(absent: Absent, name: &str, namespace: Option<&str>) -> Installation {
    let said = |text: String| Some(text).filter(|t| !t.is_empty());
    Installation {
        release: Release {
            name: name.to_owned(),
            namespace: namespace.map(str::to_owned),
            chart: Chart {
                name: said(absent.name),
                repository: said(absent.repository),
                version: said(absent.version),
            },
            values_at: absent.values.origin.clone(),
            values: absent.values,
            gaps: Vec::<Gap>::new(),
            origin: absent.node.origin,
        },
        source: ChartSource::Elsewhere,
    }
}

/// A chart to be rendered with one set of values.
struct Plan {
    /// The deployment's name.
    name: String,
    chart: PathBuf,
    release: String,
    namespace: Option<String>,
    values: Node,
    /// Said in the configuration: it is there even if it has no containers.
    declared: bool,
}

impl Plan {
    /// Nobody said that these values are all there are. If the chart wants others, what goes
    /// wrong without them is no flaw of the tree.
    fn forgive(&self, rendering: &mut Rendering) {
        let refused = !rendering.stops.is_empty() || !rendering.violations.is_empty();
        if !refused {
            return;
        }
        let curable = std::mem::take(&mut rendering.curable);
        let (mut wanting, problems) = std::mem::take(&mut rendering.problems)
            .into_iter()
            .partition::<Vec<_>, _>(|p| curable.contains(p));
        rendering.problems = problems;
        wanting.splice(..0, std::mem::take(&mut rendering.violations));
        let more = wanting.len().saturating_sub(1);
        if let Some(mut first) = wanting.into_iter().next() {
            let rest = match more {
                0 => String::new(),
                n => format!(" ({n} more)"),
            };
            first.message = format!(
                "{} alone is not enough for the chart: {}{rest}",
                self.name, first.message
            );
            rendering.notes.push(first);
        }
    }

    fn run(&self, library: &Library<'_>) -> Option<Deployment> {
        let namespace = self.namespace.as_deref();
        let mut rendering =
            render_release(library, &self.chart, &self.values, &self.release, namespace);
        if !self.declared {
            self.forgive(&mut rendering);
        }
        let rendered = library.rendered(rendering, &self.release, namespace);
        let mut items = kubernetes::inventory(&rendered.manifests);
        let absent = rendered.absent.into_iter();
        items.extend(absent.map(|i| Item::Release(i.release)));
        let runs = |item: &Item| matches!(item, Item::Workload(_) | Item::Release(_));
        if !self.declared && !items.iter().any(runs) {
            return None;
        }
        Some(Deployment {
            name: self.name.clone(),
            kind: "chart",
            items,
            notes: rendered.notes,
        })
    }
}

fn plans(
    library: &Library<'_>,
    workspace: &Workspace,
    claimed: &mut BTreeSet<PathBuf>,
    out: &mut Inventory,
) -> Vec<Plan> {
    let mut plans = Vec::new();
    let mut exact = BTreeSet::new();
    for config in &workspace.config().deployments {
        let Some(chart) = &config.chart else {
            continue;
        };
        let dir = PathBuf::from(&chart.value);
        if !workspace.is_dir(&dir) && !workspace.is_file(&dir) {
            continue;
        }
        let release = release::release(workspace, config, claimed, &mut out.problems);
        plans.push(Plan {
            name: config.name.value.clone(),
            chart: dir.clone(),
            release: release.name,
            namespace: release.namespace,
            values: release.values,
            declared: true,
        });
        exact.insert(dir);
    }
    let charts = tops(library, workspace);
    let mut files: BTreeMap<&Path, Vec<&WorkspaceFile>> = BTreeMap::new();
    for file in workspace.values_files() {
        let home = file
            .dir()
            .ancestors()
            .find(|dir| charts.contains_key(*dir) || workspace.is_file(&dir.join("Chart.yaml")));
        if let Some((dir, _)) = home.and_then(|dir| charts.get_key_value(dir))
            && !claimed.contains(&file.abs)
            && is_values(file, dir)
        {
            files.entry(dir.as_path()).or_default().push(file);
        }
    }
    for (dir, name) in &charts {
        if exact.contains(dir) {
            continue;
        }
        let files = files.remove(dir.as_path()).unwrap_or_default();
        by_convention(library, workspace, dir, name, files, &mut plans);
    }
    plans
}

/// The folders and names of the charts that are installed for themselves: no libraries, and
/// none that another chart of the tree takes in.
fn tops(library: &Library<'_>, workspace: &Workspace) -> BTreeMap<PathBuf, String> {
    let all = workspace.charts();
    let dirs = all.iter().filter(|c| c.parent.is_none());
    let mut tops = BTreeMap::new();
    let mut taken = BTreeSet::new();
    for dir in dirs {
        let loaded = library.load(&dir.dir);
        let Some(chart) = &loaded.chart else {
            library.add_problems(loaded.problems.clone());
            continue;
        };
        for wanted in &chart.metadata.dependencies {
            if let Some(path) = wanted.repository.strip_prefix("file://") {
                taken.insert(workspace.beside(&dir.dir, path));
            }
        }
        if !chart.is_library() {
            tops.insert(dir.dir.clone(), chart.metadata.name.clone());
        }
    }
    tops.retain(|dir, _| !taken.contains(dir));
    tops
}

/// Whether a file of the chart in `dir` is a set of values for it, by its name.
fn is_values(file: &WorkspaceFile, dir: &Path) -> bool {
    let below = file.abs.strip_prefix(dir).unwrap_or(&file.abs);
    let mut parts = below.iter().filter_map(|p| p.to_str());
    let first = parts.next().unwrap_or_default();
    if OTHER_FOLDERS.contains(&first) || file.name().starts_with('.') {
        return false;
    }
    // Anything else makes values files first.
    let mut endings = [".yaml", ".yml", ".json"].iter();
    if !endings.any(|end| file.name().ends_with(end)) {
        return false;
    }
    let Some(second) = parts.next() else {
        return file.kind == Kind::HelmValues;
    };
    // What lies deeper in there are pieces that somebody puts sets together from.
    if first == "ci" && second != file.name() {
        return false;
    }
    file.kind == Kind::HelmValues || VALUES_FOLDERS.contains(&first)
}

fn by_convention(
    library: &Library<'_>,
    workspace: &Workspace,
    dir: &Path,
    name: &str,
    files: Vec<&WorkspaceFile>,
    plans: &mut Vec<Plan>,
) {
    let base = dir.join("values.yaml");
    let fitting = files
        .into_iter()
        .filter(|f| f.abs == base || library.fits(workspace, dir, f))
        .collect();
    let layers = release::layers(workspace, fitting);
    let mut sets: Vec<(String, Vec<PathBuf>)> = layers
        .iter()
        .map(|layers| {
            let own = layers.files.iter().filter(|f| f.abs != base);
            (
                layers.name().to_owned(),
                own.map(|f| f.abs.clone()).collect(),
            )
        })
        .collect();
    if sets.is_empty() {
        sets.push((workspace.show(&dir.join("Chart.yaml")), Vec::new()));
    }
    if sets.len() > MAX_LAYERS {
        let at = library.load(dir).chart.as_ref().and_then(|c| c.start());
        let message = format!("of its values files only {MAX_LAYERS} are rendered, the limit");
        library.add_problems(vec![Problem::new(message, at)]);
        sets.truncate(MAX_LAYERS);
    }
    for (title, files) in sets {
        // Whoever installs it says with which values.
        if files.is_empty() && library.is_installed(dir) {
            continue;
        }
        let input = Input {
            files,
            ..Input::default()
        };
        let merged = input.merge(workspace);
        library.add_problems(merged.problems);
        plans.push(Plan {
            name: title,
            chart: dir.to_path_buf(),
            release: name.to_owned(),
            namespace: None,
            values: kubernetes::mask_encrypted(merged.values),
            declared: false,
        });
    }
}

impl Library<'_> {
    /// Whether a values file has anything to do with the chart: a key at its top is one of the
    /// chart's, or of its subcharts'.
    fn fits(&self, workspace: &Workspace, dir: &Path, file: &WorkspaceFile) -> bool {
        let loaded = self.load(dir);
        let Some(chart) = &loaded.chart else {
            return false;
        };
        let text = workspace.sources().text(file.source);
        let (root, _, _) = release::template::values(&text);
        let Some(map) = root.as_ref().and_then(Node::as_map) else {
            // An empty file installs the chart as it is.
            return file.kind == Kind::HelmValues && root.is_none_or(|r| r.is_null());
        };
        map.is_empty()
            || chart
                .values
                .as_map()
                .is_none_or(crate::trace::Map::is_empty)
            || map.keys().any(|key| {
                key == "global"
                    || chart.values.get(key).is_some()
                    || chart.dependencies.iter().any(|d| d.metadata.name == key)
                    || chart.metadata.dependencies.iter().any(|d| d.key() == key)
            })
    }
}
