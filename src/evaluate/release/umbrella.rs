//! Charts that only gather others: the values of the dependencies, each for itself.

use crate::evaluate::kubernetes::{key_origin, list, word};
use crate::inventory::{Chart, Gap, Release};
use crate::trace::{Map, Node, Origin};

use super::merge;

/// An entry of `dependencies` in `Chart.yaml` or `requirements.yaml`.
#[derive(Debug, Clone)]
pub struct Dependency {
    /// The chart.
    pub chart: Chart,
    /// The key of its values: the alias, else the name.
    pub key: String,
    /// `condition`: paths of values that switch it, the first that is set counts.
    pub conditions: Vec<String>,
    /// Where it is written.
    pub origin: Origin,
}

/// The dependencies that `Chart.yaml` names.
#[must_use]
pub fn dependencies(chart: &Node) -> Vec<Dependency> {
    list(chart, "dependencies")
        .iter()
        .filter_map(|entry| {
            let field = |key: &str| entry.get(key).and_then(word).map(str::to_owned);
            let name = field("name")?;
            Some(Dependency {
                key: field("alias")
                    .filter(|a| !a.is_empty())
                    .unwrap_or_else(|| name.clone()),
                conditions: field("condition")
                    .unwrap_or_default()
                    .split(',')
                    .map(|c| c.trim().to_owned())
                    .filter(|c| !c.is_empty())
                    .collect(),
                chart: Chart {
                    name: Some(name),
                    repository: field("repository"),
                    version: entry
                        .get("version")
                        .and_then(Node::scalar_text)
                        .map(|v| v.as_str().to_owned()),
                },
                origin: entry.get("name").unwrap_or(entry).origin.clone(),
            })
        })
        .collect()
}

/// One release for each dependency that isn't switched off, with its part of `values` and what
/// is `global`.
#[must_use]
pub fn umbrella(
    dependencies: &[Dependency],
    values: &Node,
    release: &str,
    namespace: Option<&str>,
    gaps: &[Gap],
) -> Vec<Release> {
    dependencies
        .iter()
        .filter(|d| !is_off(d, values))
        .map(|d| Release {
            name: release.to_owned(),
            namespace: namespace.map(str::to_owned),
            chart: d.chart.clone(),
            values: part(values, &d.key),
            gaps: gaps.to_vec(),
            origin: d.origin.clone(),
            values_at: key_origin(values, &d.key).unwrap_or_else(|| values.origin.clone()),
        })
        .collect()
}

fn is_off(dependency: &Dependency, values: &Node) -> bool {
    dependency
        .conditions
        .iter()
        .find_map(|path| {
            let parts: Vec<_> = path.split('.').collect();
            values.at(&parts)?.as_bool()
        })
        .is_some_and(|on| !on)
}

/// The values that a subchart sees.
fn part(values: &Node, key: &str) -> Node {
    let own = match values.get(key) {
        Some(node) if !node.is_null() => node.clone(),
        _ => Node::map(Map::new(), values.origin.clone()),
    };
    let Some(slot) = values.as_map().and_then(|m| m.slot("global")) else {
        return own;
    };
    let mut shared = Map::new();
    shared.insert("global", slot.key.clone(), slot.node.clone());
    let origin = own.origin.clone();
    let mut all = merge(own, Node::map(shared, origin.clone()), "the parent chart");
    all.origin = origin;
    all
}
