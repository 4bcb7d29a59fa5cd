//! Flux: `HelmRelease`.

use std::path::Path;

use super::groups::Group;
use super::tree::{Tree, from_top};
use crate::evaluate::kubernetes::{
    Manifest, Object, key_origin, list, mask_encrypted, objects, word,
};
use crate::evaluate::release::{self, ChartSource, Installation, Setting, merge};
use crate::inventory::{Chart, Gap, Release};
use crate::syntax::yaml::{self, Schema};
use crate::trace::{Map, Node, Origin, StepKind, Unknown};
use crate::workspace::Workspace;

/// The releases of a document.
pub(super) fn releases(
    workspace: &Workspace,
    manifest: &Manifest,
    group: &Group,
    tree: &Tree<'_>,
) -> Vec<Installation> {
    let root = mask_encrypted(manifest.root.clone());
    objects([&root])
        .iter()
        .filter(|o| o.gvk.kind == "HelmRelease" && o.gvk.group == "helm.toolkit.fluxcd.io")
        .filter_map(|object| {
            let reader = Reader {
                workspace,
                tree,
                near: &group.dir,
                from: manifest.path.parent().unwrap_or(&group.dir),
                object,
                spec: object.spec()?,
            };
            Some(reader.installation())
        })
        .collect()
}

struct Reader<'r> {
    workspace: &'r Workspace,
    tree: &'r Tree<'r>,
    /// The group's folder.
    near: &'r Path,
    /// The folder of the file.
    from: &'r Path,
    object: &'r Object<'r>,
    spec: &'r Node,
}

impl Reader<'_> {
    fn installation(&self) -> Installation {
        let field = |key: &str| self.spec.get(key).and_then(word).map(str::to_owned);
        let (chart, source) = self.chart();
        let (values, gaps, file) = self.values();
        let release = Release {
            name: field("releaseName").unwrap_or_else(|| self.object.name.to_owned()),
            namespace: field("targetNamespace")
                .or_else(|| self.object.namespace.map(str::to_owned)),
            chart,
            values_at: key_origin(self.spec, "values")
                .or(file)
                .or_else(|| key_origin(self.object.root, "spec"))
                .unwrap_or_else(|| self.object.origin()),
            values,
            gaps,
            origin: self.object.origin(),
        };
        Installation { release, source }
    }

    fn chart(&self) -> (Chart, ChartSource) {
        if let Some(spec) = self.spec.at(&["chart", "spec"]) {
            return self.chart_of(spec);
        }
        let Some(reference) = self.spec.get("chartRef") else {
            return (Chart::default(), ChartSource::Elsewhere);
        };
        let found = self.source(reference);
        let name = reference.get("name").and_then(word);
        match found {
            Some(object) if object.gvk.kind == "HelmChart" => match object.spec() {
                Some(spec) => self.chart_of(spec),
                None => (named(name), ChartSource::Elsewhere),
            },
            Some(object) => (oci(object), ChartSource::Elsewhere),
            // Nobody knows better than the reference's name what it is.
            None => (named(name), ChartSource::Elsewhere),
        }
    }

    /// The chart of `spec.chart.spec`, or of a `HelmChart`.
    fn chart_of(&self, spec: &Node) -> (Chart, ChartSource) {
        let written = spec.get("chart").and_then(word).unwrap_or_default();
        let source = spec.get("sourceRef").and_then(|r| self.source(r));
        let kind = spec.at(&["sourceRef", "kind"]).and_then(word);
        let repository = source
            .and_then(|o| o.spec()?.get("url"))
            .and_then(word)
            .map(str::to_owned);
        let version = spec.get("version").and_then(Node::scalar_text);
        let chart = Chart {
            name: last(written).map(str::to_owned),
            repository,
            version: version.map(|v| v.as_str().to_owned()),
        };
        let in_git = kind.is_some_and(|k| k != "HelmRepository");
        let path = from_top(self.from, written, |dir| {
            self.workspace.is_file(&dir.join("Chart.yaml"))
        });
        let source = match path {
            Some(path) if in_git && !written.is_empty() => ChartSource::Path(path),
            _ => ChartSource::Elsewhere,
        };
        (chart, source)
    }

    fn source(&self, reference: &Node) -> Option<&Object<'_>> {
        let kind = reference.get("kind").and_then(word)?;
        let name = reference.get("name").and_then(word)?;
        let namespace = reference.get("namespace").and_then(word);
        let namespace = namespace.or(self.object.namespace);
        self.tree.find(kind, name, namespace)
    }

    /// `valuesFrom` in order, then `values`; and where the last whole set of values is that
    /// stands elsewhere.
    fn values(&self) -> (Node, Vec<Gap>, Option<Origin>) {
        let mut file = None;
        let mut values = Node::map(Map::new(), self.object.origin());
        let mut gaps = Vec::new();
        for source in list(self.spec, "valuesFrom") {
            if let Err(why) = self.add(&mut values, source, &mut file) {
                let origin = source.get("name").unwrap_or(source).origin.clone();
                gaps.push(Gap {
                    why: Unknown::new(why),
                    origin,
                });
            }
        }
        if let Some(own) = self.spec.get("values") {
            let origin = own.origin.clone();
            if own.as_map().is_some() {
                values = merge(values, own.clone(), "spec.values");
                values.origin = origin;
            } else if let Some(why) = own.why_unknown() {
                gaps.push(Gap {
                    why: why.clone(),
                    origin,
                });
            }
        }
        (values, gaps, file)
    }

    /// Adds what an entry of `valuesFrom` brings.
    fn add(
        &self,
        values: &mut Node,
        source: &Node,
        file: &mut Option<Origin>,
    ) -> Result<(), String> {
        let kind = source.get("kind").and_then(word).unwrap_or_default();
        let name = source.get("name").and_then(word).unwrap_or_default();
        let key = source.get("valuesKey").and_then(word);
        let key = key.unwrap_or("values.yaml");
        let path = source.get("targetPath").and_then(Node::as_text);
        let title = format!("{kind} {name}");
        let secret = kind == "Secret";
        let store = self
            .tree
            .store(secret, name, self.object.namespace, self.near);
        let found = match store {
            None => Err(format!("{title} isn't in the tree")),
            Some(store) => match (store.entries.get(key), store.open) {
                (Some(slot), _) => Ok(slot.node.clone()),
                (None, Some(why)) => Err(why.why.clone()),
                (None, None) => Err(format!("{title} has no key {key}")),
            },
        };
        let at = source.span();
        let note = format!("valuesFrom {title}");
        let found =
            found.map(|n| n.map_origins(&|o| o.then(StepKind::Reference, at, note.clone())));
        match (path, found) {
            (Some(path), Ok(node)) => release::set(values, path, node, Setting::Typed, &title),
            (Some(path), Err(why)) => {
                let node = Node::unknown(why, path.origin());
                release::set(values, path, node, Setting::Text, &title)
            }
            (None, Ok(node)) => {
                let Some(text) = node.as_text() else {
                    let why = node.why_unknown().map(|w| w.why.clone());
                    return Err(why.unwrap_or_else(|| format!("{title} is no text")));
                };
                let stream = yaml::parse(text, Schema::Yaml11);
                if let Some(root) = stream.into_first() {
                    *file = Some(root.origin.clone());
                    let old = std::mem::replace(values, Node::null(Origin::nowhere()));
                    *values = merge(old, root, &title);
                }
                Ok(())
            }
            (None, Err(why)) => Err(why),
        }
    }
}

fn named(name: Option<&str>) -> Chart {
    Chart {
        name: name.map(str::to_owned),
        ..Chart::default()
    }
}

/// The chart of an `OCIRepository`: its address ends with the chart's name.
fn oci(object: &Object<'_>) -> Chart {
    let spec = object.spec();
    let url = spec.and_then(|s| s.get("url")).and_then(word);
    let (repository, name) = match url.and_then(|u| u.trim_end_matches('/').rsplit_once('/')) {
        Some((repository, name)) => (Some(repository.to_owned()), name),
        None => (None, object.name),
    };
    let reference = spec.and_then(|s| s.get("ref"));
    let version = ["semver", "tag"]
        .iter()
        .find_map(|key| reference?.get(key)?.scalar_text());
    Chart {
        name: Some(name.to_owned()),
        repository,
        version: version.map(|v| v.as_str().to_owned()),
    }
}

/// The last part of a path.
pub(super) fn last(path: &str) -> Option<&str> {
    path.trim_end_matches('/')
        .rsplit('/')
        .next()
        .filter(|name| !name.is_empty() && *name != ".")
}
