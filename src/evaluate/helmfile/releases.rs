//! The releases of a helmfile, as charts with values.

use std::path::{Path, PathBuf};

use super::chart;
use super::layers::{Budget, Layers, Place};
use super::render::{Context, Names, Renderer};
use super::state::{State, is_lenient};
use crate::evaluate::kubernetes::{key_origin, list};
use crate::evaluate::release::{ChartSource, Installation, Setting};
use crate::inventory::{Chart, Release};
use crate::syntax::yaml::{self, Schema};
use crate::trace::{Map, Node, Origin, Text, Unknown, Value};

/// A release may inherit from so many templates.
const MAX_INHERITED: usize = 50;

/// Reads the releases of one helmfile in one environment.
pub(super) struct Reader<'r> {
    /// The renderer.
    pub(super) renderer: &'r Renderer<'r>,
    /// The helmfile.
    pub(super) state: &'r State,
    /// The state values.
    pub(super) values: &'r Node,
}

/// A release as it is written, templates of helmfile's second pass filled in.
pub(super) struct Written {
    node: Node,
    names: Names,
    dir: PathBuf,
}

impl Reader<'_> {
    /// The release that an entry of `releases` describes; none without a name.
    pub(super) fn written(&self, entry: &Node) -> Option<Written> {
        let node = self.inherited(entry);
        let node = self.labelled(node);
        let text = |key: &str| node.get(key).and_then(Node::scalar_text);
        let mut names = Names {
            name: text("name").or_else(|| {
                let why = node.get("name")?.why_unknown()?.clone();
                Some(Text::of_unknown("unknown", why, node.origin.clone()))
            })?,
            namespace: text("namespace"),
            chart: text("chart").unwrap_or_default(),
            labels: node
                .get("labels")
                .cloned()
                .unwrap_or_else(|| Node::map(Map::new(), Origin::nowhere())),
        };
        names.name = self.fill(names.name.clone(), &names);
        names.namespace = names.namespace.clone().map(|n| self.fill(n, &names));
        names.chart = self.fill(names.chart.clone(), &names);
        Some(Written {
            node,
            names,
            dir: self.state.dir().to_path_buf(),
        })
    }

    /// Whether the release is known to be left out.
    pub(super) fn is_off(&self, written: &Written) -> bool {
        let node = &written.node;
        let filled = |key: &str| {
            let text = node.get(key)?.as_text()?.clone();
            let text = self.fill(text, &written.names);
            yaml::parse(&text, Schema::Yaml11).into_first()
        };
        let installed = node.get("installed").cloned();
        let installed = filled("installedTemplate").or(installed);
        if installed.is_some_and(|i| i.as_bool() == Some(false)) {
            return true;
        }
        let condition = node.get("condition").and_then(Node::as_str);
        condition.is_some_and(|path| {
            let path: Vec<&str> = path.split('.').collect();
            let found = self.values.at(&path);
            found.is_some_and(|v| v.as_bool() == Some(false))
        })
    }

    /// The values files that the release names, whether it is installed or not.
    pub(super) fn files(&self, written: &Written) -> Layers {
        let mut layers = Layers::default();
        let place = self.place(written, "");
        for key in ["values", "secrets"] {
            for entry in list(&written.node, key) {
                if let Some(text) = entry.as_text() {
                    let name = Node::text(self.fill(text.clone(), &written.names));
                    layers.find(self.renderer, place, &name);
                }
            }
        }
        layers
    }

    /// The chart with its values.
    pub(super) fn installation(&self, written: &Written, budget: &mut Budget) -> Installation {
        let node = &written.node;
        let names = &written.names;
        let owner = format!("release {}", names.name.as_str());
        let place = self.place(written, &owner);
        let context = Context {
            environment: &self.state.environment,
            values: self.values,
            release: Some(names),
        };
        let mut layers = Layers::default();
        for entry in list(node, "values") {
            self.values_entry(&mut layers, entry, place, context, budget);
        }
        for entry in list(node, "valuesTemplate") {
            let filled = self.fill_all(entry.clone(), names);
            layers.entry(self.renderer, &filled, place, context, budget);
        }
        layers.secrets(self.renderer, list(node, "secrets"), place, context, budget);
        for (key, setting) in [
            ("set", Setting::Typed),
            ("setString", Setting::Text),
            ("setTemplate", Setting::Typed),
        ] {
            for entry in list(node, key) {
                self.set(&mut layers, entry, setting, names);
            }
        }
        let (chart, source) = self.chart(written);
        let mut gaps = self.state.layers.gaps.clone();
        gaps.retain(|_| !layers.values.as_map().is_none_or(Map::is_empty));
        gaps.append(&mut layers.gaps);
        let origin = node.get("name").unwrap_or(node).origin.clone();
        let values_at = layers
            .last
            .or_else(|| key_origin(node, "values"))
            .unwrap_or_else(|| origin.clone());
        let namespace = names.namespace.as_ref().filter(|n| n.unknown().is_none());
        Installation {
            release: Release {
                name: names.name.as_str().to_owned(),
                namespace: namespace
                    .map(|n| n.as_str().to_owned())
                    .filter(|n| !n.is_empty()),
                chart,
                values: layers.values,
                gaps,
                origin,
                values_at,
            },
            source,
        }
    }

    /// Which chart it is, and where.
    pub(super) fn chart(&self, written: &Written) -> (Chart, ChartSource) {
        let names = &written.names;
        let version = written.node.get("version").and_then(Node::scalar_text);
        let version = version.map(|v| self.fill(v, names).as_str().to_owned());
        chart::named(
            self.renderer.workspace,
            &written.dir,
            &names.chart,
            version,
            &self.state.repositories,
        )
    }

    fn place<'p>(&self, written: &'p Written, owner: &'p str) -> Place<'p> {
        Place {
            dir: &written.dir,
            or_dir: &written.dir,
            owner,
            lenient: self.state.lenient || is_lenient(&written.node),
        }
    }

    fn values_entry(
        &self,
        layers: &mut Layers,
        entry: &Node,
        place: Place<'_>,
        context: Context<'_>,
        budget: &mut Budget,
    ) {
        match (entry.as_text(), context.release) {
            (Some(text), Some(names)) => {
                let name = Node::text(self.fill(text.clone(), names));
                layers.entry(self.renderer, &name, place, context, budget);
            }
            _ => layers.entry(self.renderer, entry, place, context, budget),
        }
    }

    /// One `set` and its kin: `name` and `value`, `values` or `file`.
    fn set(&self, layers: &mut Layers, entry: &Node, setting: Setting, names: &Names) {
        let Some(name) = entry.get("name").and_then(Node::as_text) else {
            return;
        };
        let name = self.fill(name.clone(), names);
        let value = match (entry.get("value"), entry.get("values"), entry.get("file")) {
            (Some(value), _, _) => match value.scalar_text() {
                Some(text) => Node::new(Value::Text(self.fill(text, names)), value.origin.clone()),
                None => value.clone(),
            },
            (None, Some(values), _) => values.clone(),
            (None, None, Some(file)) => {
                Node::unknown("it is the content of a file", file.origin.clone())
            }
            (None, None, None) => return,
        };
        layers.set(&name, value, setting);
    }

    /// A text of a release in which the second pass fills in what is about the release.
    fn fill(&self, text: Text, names: &Names) -> Text {
        if !text.as_str().contains("{{") || text.unknown().is_some() {
            return text;
        }
        let context = Context {
            environment: &self.state.environment,
            values: self.values,
            release: Some(names),
        };
        match self.renderer.render(&text, self.state.dir(), context) {
            Ok(text) => text,
            Err(error) => {
                let why = Unknown::new(error.to_string());
                Text::of_unknown(text.as_str(), why, text.origin())
            }
        }
    }

    fn fill_all(&self, node: Node, names: &Names) -> Node {
        let Node { value, origin } = node;
        let value = match value {
            Value::Text(text) if text.as_str().contains("{{") => {
                let filled = self.fill(text, names);
                // The tree is written as YAML before it is filled in: types are told anew.
                return yaml::parse(&filled, Schema::Yaml11)
                    .into_first()
                    .unwrap_or_else(|| Node::text(filled));
            }
            Value::List(items) => {
                Value::List(items.into_iter().map(|i| self.fill_all(i, names)).collect())
            }
            Value::Map(map) => Value::Map(
                map.into_iter()
                    .map(|(key, mut slot)| {
                        slot.node = self.fill_all(slot.node, names);
                        (key, slot)
                    })
                    .collect(),
            ),
            other => other,
        };
        Node { value, origin }
    }

    /// The release over the templates it inherits from, lists one behind the other.
    fn inherited(&self, entry: &Node) -> Node {
        let mut out = Map::new();
        for inherit in list(entry, "inherit").iter().take(MAX_INHERITED) {
            let name = inherit.get("template").and_then(Node::as_str);
            let template = name.and_then(|n| self.state.templates.get(n));
            let Some(template) = template.and_then(Node::as_map) else {
                continue;
            };
            let except: Vec<&str> = list(inherit, "except")
                .iter()
                .filter_map(Node::as_str)
                .collect();
            for (key, slot) in template.slots().filter(|(k, _)| !except.contains(k)) {
                lay(&mut out, key, &slot.key, &slot.node);
            }
        }
        if out.is_empty() {
            return entry.clone();
        }
        for (key, slot) in entry.as_map().into_iter().flat_map(Map::slots) {
            lay(&mut out, key, &slot.key, &slot.node);
        }
        Node::map(out, entry.origin.clone())
    }

    /// With the labels that all releases have.
    fn labelled(&self, mut node: Node) -> Node {
        if let Value::Map(map) = &mut node.value
            && !self.state.labels.is_empty()
        {
            let mut labels = self.state.labels.clone();
            for (key, slot) in map
                .get("labels")
                .and_then(Node::as_map)
                .into_iter()
                .flat_map(Map::slots)
            {
                labels.insert(key, slot.key.clone(), slot.node.clone());
            }
            let origin = node.origin.clone();
            map.insert("labels", origin.clone(), Node::map(labels, origin));
        }
        node
    }
}

fn lay(out: &mut Map, key: &str, at: &Origin, node: &Node) {
    let node = match (out.remove(key).map(|s| s.node), &node.value) {
        (Some(old), Value::List(more)) if old.as_list().is_some() => {
            let mut items = old.as_list().unwrap_or_default().to_vec();
            items.extend_from_slice(more);
            Node::list(items, node.origin.clone())
        }
        _ => node.clone(),
    };
    out.insert(key, at.clone(), node);
}

impl Written {
    /// The release's name, for people.
    pub(super) fn name(&self) -> &str {
        self.names.name.as_str()
    }
}

/// Whether a path is among the files to check.
pub(super) fn is_checked(renderer: &Renderer<'_>, path: &Path) -> bool {
    renderer.workspace.file(path).is_some()
}
