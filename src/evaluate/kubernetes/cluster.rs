//! All objects of a deployment with the lookups that join them.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kube::core::{Selector, SelectorExt as _};

use super::object::{Object, list, scalar, word};
use super::pod::Pod;
use super::store::{Store, kind_of, stores};
use crate::inventory::{Env, Environment, Item, MountedFile};
use crate::trace::{Map, Node, Slot, Text, Unknown, Value};

/// The objects by what refers to them.
pub(super) struct Cluster<'a> {
    pub(super) objects: Vec<Object<'a>>,
    pub(super) pods: Vec<Pod<'a>>,
    stores: Vec<Store>,
    by_name: BTreeMap<(bool, Option<String>, String), usize>,
    /// Which entries of which store somebody reads; none for all of them.
    used: RefCell<BTreeMap<usize, Option<BTreeSet<String>>>>,
}

/// A store that a pod names, or why it can't be had.
pub(super) enum Found<'c> {
    /// It is among the manifests.
    Store(usize, &'c Store),
    /// It isn't.
    Missing(Arc<Unknown>),
}

impl<'a> Cluster<'a> {
    pub(super) fn new(objects: Vec<Object<'a>>) -> Self {
        let mut cluster = Self {
            pods: objects.iter().filter_map(Pod::of).collect(),
            stores: Vec::new(),
            by_name: BTreeMap::new(),
            used: RefCell::default(),
            objects,
        };
        for store in cluster.objects.iter().filter_map(stores) {
            let key = (store.secret, store.namespace.clone(), store.name.clone());
            match cluster.by_name.get(&key) {
                Some(at) => cluster.stores[*at] = store,
                None => {
                    cluster.by_name.insert(key, cluster.stores.len());
                    cluster.stores.push(store);
                }
            }
        }
        cluster.mark_values_sources();
        cluster
    }

    /// The store `name` as a pod of `namespace` sees it.
    pub(super) fn store(&self, secret: bool, namespace: Option<&str>, name: &str) -> Found<'_> {
        let key = (secret, namespace.map(str::to_owned), name.to_owned());
        match self.by_name.get(&key) {
            Some(at) => Found::Store(*at, &self.stores[*at]),
            None => Found::Missing(Unknown::new(format!(
                "{} {name} isn't among the manifests",
                kind_of(secret)
            ))),
        }
    }

    /// Remembers that somebody reads `key` of the store at `index`, or all of it.
    pub(super) fn mark(&self, index: usize, key: Option<&str>) {
        let mut used = self.used.borrow_mut();
        let keys = used.entry(index).or_insert_with(|| Some(BTreeSet::new()));
        match key {
            None => *keys = None,
            Some(key) => {
                if let Some(keys) = keys {
                    keys.insert(key.to_owned());
                }
            }
        }
    }

    /// Stores whose values go into a chart are not files of their own.
    fn mark_values_sources(&self) {
        for object in self
            .objects
            .iter()
            .filter(|o| o.gvk.kind == "HelmRelease" || o.gvk.group == "kustomize.toolkit.fluxcd.io")
        {
            let Some(spec) = object.spec() else { continue };
            let substitutes = spec.get("postBuild").map(|p| list(p, "substituteFrom"));
            let sources = list(spec, "valuesFrom").iter();
            for source in sources.chain(substitutes.unwrap_or_default()) {
                let secret = source.get("kind").and_then(word) == Some("Secret");
                let name = source.get("name").and_then(word).unwrap_or_default();
                // Generators often leave the namespace to whoever applies them.
                for (at, store) in self.stores.iter().enumerate() {
                    if store.secret == secret && store.name == name {
                        self.mark(at, None);
                    }
                }
            }
        }
    }

    /// Names of the workloads behind a Service; its own name if none is known.
    pub(super) fn behind(&self, namespace: Option<&str>, service: &str) -> Vec<String> {
        let found = self.objects.iter().rev().find(|o| {
            o.gvk.group.is_empty()
                && o.gvk.kind == "Service"
                && o.name == service
                && o.namespace == namespace
        });
        let mut names: Vec<String> = found
            .and_then(|o| o.root.at(&["spec", "selector"]))
            .and_then(Node::as_map)
            .into_iter()
            .flat_map(|labels| {
                self.pods
                    .iter()
                    .filter(|pod| pod.object.namespace == namespace && selects(labels, pod))
            })
            .map(|pod| pod.object.name.to_owned())
            .collect();
        if names.is_empty() {
            names.push(service.to_owned());
        }
        names.dedup();
        names
    }

    /// Entries of ConfigMaps and Secrets which no pod among the manifests reads: most likely
    /// one that isn't among them does.
    pub(super) fn leftovers(&self) -> Vec<Item> {
        let used = self.used.borrow();
        let mut items = Vec::new();
        for (index, store) in self.stores.iter().enumerate() {
            let keys = match used.get(&index) {
                Some(None) => continue,
                Some(Some(keys)) => Some(keys),
                None => None,
            };
            let left = store
                .entries
                .iter()
                .filter(|(key, _)| keys.is_none_or(|k| !k.contains(*key)));
            let (variables, files): (Vec<_>, Vec<_>) =
                left.partition(|(key, slot)| is_variable(key, slot));
            items.extend(files.into_iter().filter_map(as_file));
            // A store that is read in part is no list of variables.
            if keys.is_none() {
                items.extend(as_environment(&variables));
            }
        }
        items
    }
}

/// Whether a selector of plain labels picks the pod. One without labels picks none.
pub(super) fn selects(labels: &Map, pod: &Pod<'_>) -> bool {
    let selector: Selector = labels
        .iter()
        .filter_map(|(k, v)| Some((k.to_owned(), scalar(v)?)))
        .collect();
    !selector.selects_all() && selector.matches(&pod.labels)
}

/// Whether an entry looks like an environment variable rather than like a file.
fn is_variable(key: &str, slot: &Slot) -> bool {
    let name = key
        .bytes()
        .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    name && slot
        .node
        .as_text()
        .is_none_or(|t| !t.as_str().contains('\n'))
}

fn as_file((key, slot): (&String, &Slot)) -> Option<Item> {
    if matches!(slot.node.value, Value::Unknown(_)) {
        return None;
    }
    Some(Item::File(MountedFile {
        path: key.clone(),
        content: slot.node.clone(),
    }))
}

fn as_environment(variables: &[(&String, &Slot)]) -> Option<Item> {
    let (_, first) = variables.first()?;
    Some(Item::Environment(Environment {
        origin: first.key.clone(),
        env: variables
            .iter()
            .map(|(key, slot)| Env {
                name: Text::opaque(key.as_str(), slot.key.clone()),
                value: slot.node.clone(),
            })
            .collect(),
    }))
}
