//! What a kustomization does to all objects: namespace, names, labels, images.

use super::{Layer, Resource, names};
use crate::evaluate::kubernetes::{list, word};
use crate::trace::{Map, Node, Origin, Text, Value};

/// Kinds without a namespace.
const CLUSTER_KINDS: &[&str] = &[
    "APIService",
    "CertificateSigningRequest",
    "ClusterIssuer",
    "ClusterRole",
    "ClusterRoleBinding",
    "ClusterSecretStore",
    "CustomResourceDefinition",
    "GatewayClass",
    "IngressClass",
    "MutatingWebhookConfiguration",
    "Namespace",
    "Node",
    "PersistentVolume",
    "PriorityClass",
    "RuntimeClass",
    "StorageClass",
    "ValidatingWebhookConfiguration",
];

/// Maps nested deeper have no images in them.
const MAX_DEPTH: usize = 32;

/// Applies the transformers in kustomize's order.
pub(super) fn run(layer: &Layer<'_>, resources: &mut [Resource]) {
    let root = &layer.root;
    if let Some(namespace) = root.get("namespace").filter(|n| n.as_text().is_some()) {
        for resource in resources.iter_mut() {
            if !CLUSTER_KINDS.contains(&resource.kind()) {
                put(resource.root_mut(), &["metadata"], "namespace", namespace);
            }
        }
    }
    let affix = |key| root.get(key).and_then(Node::as_text);
    names::affix(resources, affix("namePrefix"), affix("nameSuffix"));
    for resource in resources.iter_mut() {
        if let Some(pairs) = root.get("commonLabels").and_then(Node::as_map) {
            label(resource, pairs, true, true);
        }
        for entry in list(root, "labels") {
            let says = |key| entry.get(key).and_then(Node::as_bool) == Some(true);
            if let Some(pairs) = entry.get("pairs").and_then(Node::as_map) {
                let selectors = says("includeSelectors");
                label(
                    resource,
                    pairs,
                    selectors,
                    selectors || says("includeTemplates"),
                );
            }
        }
        if let Some(pairs) = root.get("commonAnnotations").and_then(Node::as_map) {
            put_all(resource.root_mut(), &["metadata", "annotations"], pairs);
        }
        for image in list(root, "images") {
            replace_image(resource.root_mut(), image, MAX_DEPTH);
        }
    }
}

fn label(resource: &mut Resource, pairs: &Map, selectors: bool, templates: bool) {
    let is_service = resource.kind() == "Service";
    let root = resource.root_mut();
    put_all(root, &["metadata", "labels"], pairs);
    if selectors {
        if is_service {
            if root.at(&["spec", "selector"]).is_some() {
                put_all(root, &["spec", "selector"], pairs);
            }
        } else if root.at(&["spec", "selector", "matchLabels"]).is_some() {
            put_all(root, &["spec", "selector", "matchLabels"], pairs);
        }
    }
    if templates {
        for path in [
            &["spec", "template"][..],
            &["spec", "jobTemplate", "spec", "template"],
        ] {
            if root.at(path).is_some() {
                let path = [path, &["metadata", "labels"]].concat();
                put_all(root, &path, pairs);
            }
        }
    }
}

fn put_all(root: &mut Node, path: &[&str], pairs: &Map) {
    for (key, value) in pairs.iter() {
        put(root, path, key, value);
    }
}

/// Sets `key` in the map at `path`, making maps on the way.
fn put(root: &mut Node, path: &[&str], key: &str, value: &Node) {
    let mut node = root;
    for part in path {
        let Value::Map(map) = &mut node.value else {
            return;
        };
        let missing = map.get(part).is_none_or(Node::is_null);
        if missing {
            let at = value.origin.clone();
            map.insert(*part, at.clone(), Node::map(Map::new(), at));
        }
        let Some(next) = map.get_mut(part) else {
            return;
        };
        node = next;
    }
    if let Value::Map(map) = &mut node.value {
        map.insert(key, value.origin.clone(), value.clone());
    }
}

/// Replaces name, tag or digest of an image, wherever containers are listed.
fn replace_image(node: &mut Node, entry: &Node, depth: usize) {
    if depth == 0 {
        return;
    }
    match &mut node.value {
        Value::List(items) => {
            for item in items {
                replace_image(item, entry, depth - 1);
            }
        }
        Value::Map(map) => {
            for (key, slot) in map.slots_mut() {
                let holds = matches!(key, "containers" | "initContainers");
                if let Value::List(items) = &mut slot.node.value
                    && holds
                {
                    for item in items {
                        in_container(item, entry);
                    }
                } else {
                    replace_image(&mut slot.node, entry, depth - 1);
                }
            }
        }
        _ => {}
    }
}

fn in_container(container: &mut Node, entry: &Node) {
    let Value::Map(map) = &mut container.value else {
        return;
    };
    let Some(image) = map.get_mut("image") else {
        return;
    };
    let Some(text) = image.as_text() else { return };
    let (name, rest) = split_image(text);
    if entry.get("name").and_then(word) != Some(name.as_str()) {
        return;
    }
    let part = |key: &str| entry.get(key).and_then(Node::scalar_text);
    let mut new = part("newName").unwrap_or(name);
    let at = Origin::nowhere();
    match (part("newTag"), part("digest")) {
        (_, Some(digest)) => {
            new.push_str("@", &at);
            new.push(&digest);
        }
        (Some(tag), None) => {
            new.push_str(":", &at);
            new.push(&tag);
        }
        (None, None) => new.push(&rest),
    }
    *image = Node::text(new);
}

/// Name, and tag or digest with its mark.
fn split_image(image: &Text) -> (Text, Text) {
    let chars = image.as_str();
    let slash = chars.rfind('/').map_or(0, |i| i + 1);
    let end = chars
        .find('@')
        .or_else(|| chars[slash..].find(':').map(|i| slash + i))
        .unwrap_or(chars.len());
    (image.slice(0..end), image.slice(end..chars.len()))
}
