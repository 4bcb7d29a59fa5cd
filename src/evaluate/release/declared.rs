//! Deployments that the configuration declares, of charts that aren't in the tree.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{Setting, merge, set, template};
use crate::inventory::{Chart, Deployment, Gap, Inventory, Item, Release};
use crate::trace::{Map, Node, Origin, Problem, Span, StepKind, Text, Unknown, Value};
use crate::workspace::Workspace;
use crate::workspace::config::{DeploymentConfig, Written};

/// Values set one by one may be nested so deep.
const MAX_DEPTH: usize = 32;

/// One deployment for each `[[deployment]]` with values whose chart is elsewhere; their values
/// files are added to `claimed`.
#[must_use]
pub fn declared(workspace: &Workspace, claimed: &mut BTreeSet<PathBuf>) -> Inventory {
    let mut out = Inventory::default();
    for config in &workspace.config().deployments {
        let in_tree = config
            .chart
            .as_ref()
            .is_some_and(|c| workspace.is_dir(Path::new(&c.value)));
        let has_values = !config.values.is_empty() || !config.set.is_empty();
        if in_tree || config.chart.is_none() && !has_values {
            continue;
        }
        out.deployments
            .push(deployment(workspace, config, claimed, &mut out.problems));
    }
    out
}

fn deployment(
    workspace: &Workspace,
    config: &DeploymentConfig,
    claimed: &mut BTreeSet<PathBuf>,
    problems: &mut Vec<Problem>,
) -> Deployment {
    Deployment {
        name: config.name.value.clone(),
        kind: "values",
        items: vec![Item::Release(release(workspace, config, claimed, problems))],
        notes: Vec::new(),
    }
}

/// The release that a `[[deployment]]` declares, its values merged.
pub(crate) fn release(
    workspace: &Workspace,
    config: &DeploymentConfig,
    claimed: &mut BTreeSet<PathBuf>,
    problems: &mut Vec<Problem>,
) -> Release {
    let origin = origin(workspace, &config.name);
    let mut values = Node::map(Map::new(), origin.clone());
    let mut values_at = origin.clone();
    let mut gaps = Vec::new();
    for file in &config.values {
        claimed.insert(file.value.clone());
        let at = self::origin(workspace, file);
        let source = match workspace.fetch(&file.value) {
            Ok(source) => source,
            Err(trouble) => {
                let why = format!("{} {trouble}", workspace.show(&file.value));
                problems.push(Problem::new(why.clone(), at.span()));
                gaps.push(Gap {
                    why: Unknown::new(why),
                    origin: at,
                });
                continue;
            }
        };
        let (root, open, found) = template::values(&workspace.text(source));
        problems.extend(found);
        gaps.extend(open.into_iter().map(|origin| Gap {
            why: Unknown::new("a template action prints values here"),
            origin,
        }));
        if let Some(root) = root.filter(|r| r.as_map().is_some()) {
            let root = crate::evaluate::kubernetes::mask_encrypted(root);
            values_at = root.origin.clone();
            values = merge(values, root, &workspace.show(&file.value));
        }
    }
    for (path, value) in &config.set {
        let at = self::origin(workspace, value);
        let node = node(&value.value, &at, MAX_DEPTH);
        let path = Text::opaque(path.as_str(), at.clone());
        if let Err(why) = set(&mut values, &path, node, Setting::Text, "konform.toml") {
            problems.push(Problem::new(why, at.span()));
        }
    }
    let chart = config.chart.as_ref().map(|c| c.value.trim_end_matches('/'));
    let (repository, name) = match chart.map(|c| c.rsplit_once('/').ok_or(c)) {
        Some(Ok((repository, name))) => (Some(repository.to_owned()), Some(name.to_owned())),
        Some(Err(name)) => (None, Some(name.to_owned())),
        None => (None, None),
    };
    Release {
        name: config
            .release
            .clone()
            .unwrap_or_else(|| config.name.value.clone()),
        namespace: config.namespace.clone(),
        chart: Chart {
            name,
            repository,
            version: None,
        },
        values,
        gaps,
        origin,
        values_at,
    }
}

/// Where something is written in the configuration.
fn origin<T>(workspace: &Workspace, written: &Written<T>) -> Origin {
    match workspace.read(&written.file) {
        Some(source) => Origin::at(Span::new(source, written.range.start, written.range.end)),
        None => Origin::nowhere(),
    }
}

fn node(value: &toml::Value, at: &Origin, depth: usize) -> Node {
    let origin = at.then(StepKind::Reference, None, "set in the configuration");
    let value = match value {
        toml::Value::String(text) => Value::Text(Text::opaque(text.as_str(), origin.clone())),
        toml::Value::Integer(number) => Value::Int(*number),
        toml::Value::Float(number) => Value::Float(*number),
        toml::Value::Boolean(truth) => Value::Bool(*truth),
        toml::Value::Datetime(time) => Value::Text(Text::opaque(time.to_string(), origin.clone())),
        toml::Value::Array(items) if depth > 0 => {
            Value::List(items.iter().map(|i| node(i, at, depth - 1)).collect())
        }
        toml::Value::Table(table) if depth > 0 => {
            let mut map = Map::new();
            for (key, value) in table {
                map.insert(key.as_str(), at.clone(), node(value, at, depth - 1));
            }
            Value::Map(map)
        }
        toml::Value::Array(_) | toml::Value::Table(_) => Value::Unknown(Unknown::new(format!(
            "it is nested deeper than {MAX_DEPTH}"
        ))),
    };
    Node::new(value, origin)
}
