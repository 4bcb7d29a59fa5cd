//! What a kustomization makes from files: ConfigMaps, Secrets, inflated charts.

use super::{Build, Layer, Resource};
use crate::evaluate::kubernetes::{Manifest, key_origin, list, word};
use crate::evaluate::release::{ChartSource, Installation, merge, overridden, template};
use crate::inventory::{Chart, Release};
use crate::trace::{Map, Node, Origin, StepKind, Text, Value};

/// Runs `configMapGenerator` and `secretGenerator`.
pub(super) fn run(layer: &Layer<'_>, resources: &mut Vec<Resource>, out: &mut Build) {
    for (key, kind, field) in [
        ("configMapGenerator", "ConfigMap", "data"),
        ("secretGenerator", "Secret", "stringData"),
    ] {
        for entry in list(&layer.root, key) {
            let Some(name) = entry.get("name").and_then(Node::as_text) else {
                continue;
            };
            let data = data(layer, entry, out);
            let behavior = entry.get("behavior").and_then(word).unwrap_or("create");
            let existing = resources
                .iter_mut()
                .find(|r| r.kind() == kind && r.is_called(name.as_str()));
            match existing {
                Some(resource) => lay(resource, field, data, behavior, &entry.origin),
                None => {
                    let root = object(layer, entry, name, kind, field, data);
                    let path = layer.dir.join(key);
                    resources.push(Resource::new(Manifest::new(path, root)));
                }
            }
        }
    }
}

/// The entries of one generator in the order files, env files, literals.
fn data(layer: &Layer<'_>, entry: &Node, out: &mut Build) -> Map {
    let mut data = Map::new();
    for file in list(entry, "files") {
        let Some(spec) = file.as_text() else { continue };
        let (key, path) = match spec.as_str().split_once('=') {
            Some((key, path)) => (key.to_owned(), path.to_owned()),
            None => {
                let path = spec.as_str();
                let key = path.rsplit('/').next().unwrap_or(path);
                (key.to_owned(), path.to_owned())
            }
        };
        if let Some(text) = layer.text(file, &path, out) {
            let origin = file.origin.clone();
            let text = text.map_origins(&|o| {
                o.then(StepKind::Reference, origin.span(), format!("file {key}"))
            });
            data.insert(key, origin, Node::text(text));
        }
    }
    let single = entry.get("env").into_iter();
    for file in list(entry, "envs").iter().chain(single) {
        let Some(path) = file.as_str() else { continue };
        let Some(text) = layer.text(file, path, out) else {
            continue;
        };
        for line in text.lines() {
            if let Some((key, node)) = variable(&line) {
                data.insert(key.as_str(), key.origin(), node);
            }
        }
    }
    for literal in list(entry, "literals") {
        let Some(text) = literal.scalar_text() else {
            continue;
        };
        let Some(at) = text.as_str().find('=') else {
            continue;
        };
        let key = text.slice(0..at);
        let value = text
            .slice(at + 1..text.len())
            .trim_matches(|c| c == '"' || c == '\'');
        data.insert(key.as_str(), key.origin(), Node::text(value));
    }
    data
}

/// A line of an env file. Kustomize knows no quotes; a bare name is taken from the environment.
fn variable(line: &Text) -> Option<(Text, Node)> {
    let chars = line.as_str();
    let start = chars.len() - chars.trim_start().len();
    let line = line.slice(start..chars.len());
    if line.is_empty() || line.as_str().starts_with('#') {
        return None;
    }
    Some(match line.as_str().find('=') {
        Some(at) => {
            let value = line.slice(at + 1..line.len());
            (line.slice(0..at), Node::text(value))
        }
        None => {
            let why = format!("{} comes from the environment", line.as_str());
            let origin = line.origin();
            (line, Node::unknown(why, origin))
        }
    })
}

fn lay(resource: &mut Resource, field: &str, data: Map, behavior: &str, at: &Origin) {
    let Value::Map(root) = &mut resource.root_mut().value else {
        return;
    };
    let merges = behavior == "merge";
    let Some(Value::Map(old)) = root.get_mut(field).map(|n| &mut n.value) else {
        root.insert(field, at.clone(), Node::map(data, at.clone()));
        return;
    };
    if !merges {
        *old = data;
        return;
    }
    for (key, slot) in data {
        let node = match old.get(&key) {
            Some(before) => overridden(slot.node, before, "the overlay's generator"),
            None => slot.node,
        };
        old.insert(key, slot.key, node);
    }
}

fn object(
    layer: &Layer<'_>,
    entry: &Node,
    name: &Text,
    kind: &str,
    field: &str,
    data: Map,
) -> Node {
    let at = entry.origin.clone();
    let text = |chars: &str| Node::text(Text::opaque(chars, at.clone()));
    let mut metadata = Map::new();
    metadata.insert("name", name.origin(), Node::text(name.clone()));
    if let Some(namespace) = entry.get("namespace") {
        metadata.insert("namespace", namespace.origin.clone(), namespace.clone());
    }
    let options = entry.get("options");
    let shared = layer.root.get("generatorOptions");
    for key in ["labels", "annotations"] {
        let own = options.or(shared).and_then(|o| o.get(key));
        if let Some(map) = own {
            metadata.insert(key, map.origin.clone(), map.clone());
        }
    }
    let mut root = Map::new();
    root.insert("apiVersion", at.clone(), text("v1"));
    root.insert("kind", at.clone(), text(kind));
    root.insert("metadata", at.clone(), Node::map(metadata, at.clone()));
    root.insert(field, at.clone(), Node::map(data, at.clone()));
    Node::map(root, at)
}

/// What `helmCharts` would inflate.
pub(super) fn charts(layer: &Layer<'_>, out: &mut Build) -> Vec<Installation> {
    let home = layer.root.at(&["helmGlobals", "chartHome"]).and_then(word);
    let home = layer.workspace.beside(layer.dir, home.unwrap_or("charts"));
    list(&layer.root, "helmCharts")
        .iter()
        .filter_map(|entry| {
            let field = |key: &str| entry.get(key).and_then(word).map(str::to_owned);
            let name = field("name")?;
            let chart = home.join(&name);
            let mut values = Node::map(Map::new(), entry.origin.clone());
            let main = entry.get("valuesFile").into_iter();
            for file in main.chain(list(entry, "additionalValuesFiles")) {
                let Some(path) = file.as_str() else { continue };
                let Some(text) = layer.text(file, path, out) else {
                    continue;
                };
                if let (Some(node), _, _) = template::values(&text) {
                    values = merge(values, node, path);
                }
            }
            if let Some(inline) = entry.get("valuesInline") {
                values = if field("valuesMerge").as_deref() == Some("replace") {
                    inline.clone()
                } else {
                    merge(values, inline.clone(), "valuesInline")
                };
            }
            let version = entry.get("version").and_then(Node::scalar_text);
            Some(Installation {
                source: if layer.workspace.is_file(&chart.join("Chart.yaml")) {
                    ChartSource::Path(chart)
                } else {
                    ChartSource::Elsewhere
                },
                release: Release {
                    name: field("releaseName").unwrap_or_else(|| name.clone()),
                    namespace: field("namespace").or_else(|| {
                        layer
                            .root
                            .get("namespace")
                            .and_then(word)
                            .map(str::to_owned)
                    }),
                    chart: Chart {
                        name: Some(name),
                        repository: field("repo"),
                        version: version.map(|v| v.as_str().to_owned()),
                    },
                    values,
                    gaps: Vec::new(),
                    origin: entry.get("name").unwrap_or(entry).origin.clone(),
                    values_at: key_origin(entry, "valuesInline")
                        .unwrap_or_else(|| entry.origin.clone()),
                },
            })
        })
        .collect()
}
