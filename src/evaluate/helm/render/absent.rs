//! Dependencies that aren't in the tree: what is known of them, and what of their values isn't.

use std::sync::Arc;

use super::Absent;
use crate::evaluate::helm::chart::{Import, Requirement};
use crate::evaluate::helm::value::{MAX_DEPTH, PLACEHOLDER};
use crate::evaluate::helm::values::{Instance, input};
use crate::trace::{Map, Node, Origin, Unknown, Value};

/// The dependencies that take part and aren't there.
pub(super) fn dependencies(instance: &Instance, values: &Node) -> Vec<Absent> {
    let mut out = Vec::new();
    let mut rest = vec![(instance, values.clone())];
    while let Some((chart, values)) = rest.pop() {
        let global = values.as_map().and_then(|m| m.slot("global")).cloned();
        for wanted in &chart.requirements {
            if chart.children.iter().any(|c| c.name == wanted.name) {
                continue;
            }
            let mut own = match values.get(&wanted.name) {
                Some(node) if node.as_map().is_some() => node.clone(),
                _ => Node::map(Map::new(), values.origin.clone()),
            };
            if let Some(global) = &global {
                let origin = own.origin.clone();
                let mut shared = Map::new();
                shared.insert("global", global.key.clone(), global.node.clone());
                let shared = Node::map(shared, origin.clone());
                own = input::over(own, shared, "the parent chart");
                own.origin = origin;
            }
            out.push(Absent {
                node: wanted.node.clone(),
                name: real_name(chart, wanted).to_owned(),
                repository: wanted.repository.clone(),
                version: wanted.version.clone(),
                values: own,
            });
        }
        for child in &chart.children {
            let inner = values.get(&child.name).cloned();
            rest.push((
                child,
                inner.unwrap_or_else(|| Node::map(Map::new(), Origin::nowhere())),
            ));
        }
    }
    out
}

/// Why what the charts in `absent` would have brought is not known; none if there are none.
pub(super) fn why(absent: &[Absent]) -> Option<Arc<Unknown>> {
    let mut names: Vec<&str> = absent.iter().map(|a| a.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    match names.as_slice() {
        [] => None,
        [one] => Some(missing(one)),
        many => Some(Unknown::new(format!(
            "the charts `{}` are not in the tree",
            many.join("`, `")
        ))),
    }
}

/// Why what the chart `name` brings is not known.
pub(super) fn missing(name: &str) -> Arc<Unknown> {
    Unknown::new(format!("the chart `{name}` is not in the tree"))
}

/// Opens the values of charts that aren't there: what nobody wrote has a default that nobody
/// can know.
///
/// Only those that the chart itself asks for. Helm refuses to go on without them; what a
/// subchart asks for it doesn't miss, and installs the rest as it is.
pub(super) fn open(values: &mut Node, chart: &Instance) {
    for wanted in &chart.requirements {
        if chart.children.iter().any(|c| c.name == wanted.name) {
            continue;
        }
        let why = missing(real_name(chart, wanted));
        let at = values.origin.clone();
        let Value::Map(map) = &mut values.value else {
            return;
        };
        if map.get(&wanted.name).is_none() {
            let none = Node::map(Map::new(), at.clone());
            map.insert(&wanted.name, at, none);
        }
        if let Some(own) = map.get_mut(&wanted.name) {
            open_all(own, &why, 0);
        }
        for import in &wanted.imports {
            let parent = match import {
                Import::Export(_) => ".",
                Import::Path { parent, .. } => parent,
            };
            let mut keys = parent.split('.').filter(|key| !key.is_empty());
            let target = keys.try_fold(&mut *values, |node, key| match &mut node.value {
                Value::Map(map) => map.get_mut(key),
                _ => None,
            });
            if let Some(node) = target {
                open_one(node, &why);
            }
        }
    }
}

/// Opens a map and all maps in it.
fn open_all(node: &mut Node, why: &Arc<Unknown>, depth: usize) {
    if let Value::Map(map) = &mut node.value
        && depth < MAX_DEPTH
    {
        for (_, slot) in map.slots_mut() {
            open_all(&mut slot.node, why, depth + 1);
        }
    }
    open_one(node, why);
}

fn open_one(node: &mut Node, why: &Arc<Unknown>) {
    let at = node.origin.clone();
    if let Value::Map(map) = &mut node.value {
        let rest = Node::new(Value::Unknown(Arc::clone(why)), at.clone());
        map.insert(PLACEHOLDER, at, rest);
    }
}

/// The name of a chart that may go by an alias.
fn real_name<'c>(chart: &'c Instance, wanted: &'c Requirement) -> &'c str {
    let mut all = chart.chart.metadata.dependencies.iter();
    all.find(|d| d.key() == wanted.name)
        .map_or(&wanted.name, |d| &d.name)
}
