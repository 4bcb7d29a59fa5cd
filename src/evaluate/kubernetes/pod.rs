//! Pods, wherever an object keeps its template of one.

use std::collections::BTreeMap;

use super::object::{Object, list, scalar};
use crate::trace::{Map, Node};

/// How deep a custom resource is searched for a pod template.
const MAX_SEARCH_DEPTH: usize = 8;

/// An object that runs containers.
#[derive(Debug, Clone)]
pub(super) struct Pod<'a> {
    /// The object.
    pub(super) object: Object<'a>,
    /// The pod's metadata, if it has any.
    pub(super) metadata: Option<&'a Node>,
    /// The map with the `containers`.
    pub(super) spec: &'a Node,
    /// The labels by which Services and the like pick the pod.
    pub(super) labels: BTreeMap<String, String>,
}

impl<'a> Pod<'a> {
    /// The pod that `object` is or makes.
    pub(super) fn of(object: &Object<'a>) -> Option<Self> {
        let root = object.root;
        let holder = match object.gvk.kind.as_str() {
            "Pod" => Some(root),
            "PodTemplate" => root.get("template"),
            "CronJob" => root.at(&["spec", "jobTemplate", "spec", "template"]),
            "ScaledJob" => root.at(&["spec", "jobTargetRef", "template"]),
            _ => root.at(&["spec", "template"]),
        };
        let known = holder.and_then(|h| Some((h, h.get("spec").filter(|s| runs(s))?)));
        let (holder, spec) = match known {
            Some(found) => found,
            None if is_custom(object) => search(root.get("spec")?, MAX_SEARCH_DEPTH)?,
            None => return None,
        };
        Some(Self {
            object: object.clone(),
            metadata: holder.get("metadata"),
            spec,
            labels: holder
                .at(&["metadata", "labels"])
                .and_then(Node::as_map)
                .into_iter()
                .flat_map(Map::iter)
                .filter_map(|(key, value)| Some((key.to_owned(), scalar(value)?)))
                .collect(),
        })
    }

    /// The containers with the key under which they are listed, init containers first, as
    /// they start.
    pub(super) fn containers(&self) -> impl Iterator<Item = (&'static str, &'a Node)> {
        let spec = self.spec;
        ["initContainers", "containers"]
            .into_iter()
            .flat_map(move |key| list(spec, key).iter().map(move |c| (key, c)))
            .filter(|(_, c)| c.as_map().is_some())
    }
}

fn runs(spec: &Node) -> bool {
    !list(spec, "containers").is_empty() || !list(spec, "initContainers").is_empty()
}

/// Whether the object's kind is not one of Kubernetes' own.
fn is_custom(object: &Object<'_>) -> bool {
    object.gvk.group.contains('.') && !object.gvk.group.ends_with(".k8s.io")
}

/// The first `spec` with containers that have an image, and the map that holds it.
fn search(node: &Node, depth: usize) -> Option<(&Node, &Node)> {
    if depth == 0 {
        return None;
    }
    if list(node, "containers")
        .iter()
        .any(|c| c.get("image").is_some())
    {
        return Some((node, node));
    }
    for (key, child) in node.as_map()?.iter() {
        if key == "spec"
            && list(child, "containers")
                .iter()
                .any(|c| c.get("image").is_some())
        {
            return Some((node, child));
        }
        if let Some(found) = search(child, depth - 1) {
            return Some(found);
        }
    }
    None
}
