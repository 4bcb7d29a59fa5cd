//! `kubernetes_*`, `kubernetes_manifest`, `kubectl_manifest`, `argocd_application` and others
//! that bring documents into a cluster.

use std::path::PathBuf;

use super::{block, carry};
use crate::evaluate::kubernetes::Manifest;
use crate::inventory::Resource;
use crate::syntax::yaml::{self, Schema};
use crate::trace::{Map, Node, Origin, Slot, Text, Value};

/// Arguments nested deeper than this are left out.
const MAX_DEPTH: usize = 40;

/// The documents that a resource brings; none if it is of another kind.
pub(super) fn manifests(resource: &Resource) -> Vec<Manifest> {
    let body = &resource.body;
    let nodes = match resource.kind.as_str() {
        "kubernetes_manifest" | "kubernetes_manifest_v1" => {
            body.get("manifest").cloned().into_iter().collect()
        }
        "kubectl_manifest" | "kubectl_server_version" => {
            body.get("yaml_body").map(documents).unwrap_or_default()
        }
        "kustomization_resource" => body.get("manifest").map(documents).unwrap_or_default(),
        "k8s_manifest" => body.get("content").map(documents).unwrap_or_default(),
        "argocd_application" => vec![application(resource)],
        kind => match typed(kind) {
            Some((version, word)) => vec![object(resource, version, word)],
            None => Vec::new(),
        },
    };
    let step = carry(resource, "manifest");
    nodes
        .into_iter()
        .map(|node| Manifest::new(PathBuf::new(), node.map_origins(&step)))
        .collect()
}

/// The documents of a YAML or JSON text.
fn documents(node: &Node) -> Vec<Node> {
    let Some(text) = node.as_text() else {
        return Vec::new();
    };
    let stream = yaml::parse(text, Schema::Yaml11);
    stream.documents.into_iter().map(|d| d.root).collect()
}

/// Types of resources by what they are in the cluster.
const KINDS: &[(&str, &str, &str)] = &[
    ("config_map", "v1", "ConfigMap"),
    ("config_map_v1_data", "v1", "ConfigMap"),
    ("cron_job", "batch/v1", "CronJob"),
    ("daemon_set", "apps/v1", "DaemonSet"),
    ("daemonset", "apps/v1", "DaemonSet"),
    ("deployment", "apps/v1", "Deployment"),
    ("ingress", "networking.k8s.io/v1", "Ingress"),
    ("job", "batch/v1", "Job"),
    ("persistent_volume", "v1", "PersistentVolume"),
    ("persistent_volume_claim", "v1", "PersistentVolumeClaim"),
    ("pod", "v1", "Pod"),
    ("replication_controller", "v1", "ReplicationController"),
    ("secret", "v1", "Secret"),
    ("service", "v1", "Service"),
    ("stateful_set", "apps/v1", "StatefulSet"),
    ("storage_class", "storage.k8s.io/v1", "StorageClass"),
];

fn typed(kind: &str) -> Option<(&'static str, &'static str)> {
    let name = kind.strip_prefix("kubernetes_")?;
    let bare = match name.rsplit_once("_v") {
        Some((bare, version)) if version.starts_with(|c: char| c.is_ascii_digit()) => bare,
        _ => name,
    };
    let found = KINDS.iter().find(|(n, ..)| *n == name || *n == bare)?;
    Some((found.1, found.2))
}

/// Blocks that are lists in a document, under another name or the same.
const LISTS: &[(&str, &str)] = &[
    ("allowed_topologies", "allowedTopologies"),
    ("capabilities_add", "add"),
    ("container", "containers"),
    ("env", "env"),
    ("env_from", "envFrom"),
    ("host_aliases", "hostAliases"),
    ("http_header", "httpHeaders"),
    ("image_pull_secrets", "imagePullSecrets"),
    ("init_container", "initContainers"),
    ("items", "items"),
    ("match_expressions", "matchExpressions"),
    ("match_fields", "matchFields"),
    ("match_label_expressions", "matchLabelExpressions"),
    ("node_selector_term", "nodeSelectorTerms"),
    ("parameter", "parameters"),
    ("path", "paths"),
    ("port", "ports"),
    (
        "preferred_during_scheduling_ignored_during_execution",
        "preferredDuringSchedulingIgnoredDuringExecution",
    ),
    ("rule", "rules"),
    ("sources", "sources"),
    ("tls", "tls"),
    ("toleration", "tolerations"),
    ("topology_spread_constraint", "topologySpreadConstraints"),
    ("volume", "volumes"),
    ("volume_claim_template", "volumeClaimTemplates"),
    ("volume_device", "volumeDevices"),
    ("volume_mount", "volumeMounts"),
];

/// Blocks with the name of a list that are none when they hold a number or sit alone in these.
const SINGLE_IN: &[(&str, &str)] = &[
    ("service", "port"),
    ("http_get", "port"),
    ("tcp_socket", "port"),
];

/// A resource as the document it makes.
fn object(resource: &Resource, version: &str, word: &str) -> Node {
    let mut out = Map::new();
    head(&mut out, version, word, &resource.origin);
    for (key, slot) in resource.body.as_map().into_iter().flat_map(|m| m.slots()) {
        // Secrets are given in the clear.
        if word == "Secret" && key == "data" {
            out.insert("stringData", slot.key.clone(), slot.node.clone());
            continue;
        }
        insert(&mut out, word, key, slot, 0);
    }
    Node::map(out, resource.origin.clone())
}

fn head(out: &mut Map, version: &str, word: &str, origin: &Origin) {
    let text = |t: &str| Node::text(Text::opaque(t, origin.clone()));
    out.insert("apiVersion", origin.clone(), text(version));
    out.insert("kind", origin.clone(), text(word));
}

fn insert(out: &mut Map, parent: &str, key: &str, slot: &Slot, depth: usize) {
    if slot.node.is_null() || depth > MAX_DEPTH {
        return;
    }
    let is_block = |n: &Node| n.as_map().is_some();
    let is_blocks = slot
        .node
        .as_list()
        .is_some_and(|l| !l.is_empty() && l.iter().all(is_block));
    let listed = LISTS.iter().find(|(name, _)| *name == key);
    let single = SINGLE_IN.contains(&(parent, key));
    let node = match &slot.node.value {
        Value::List(items) if is_blocks => {
            let mut each: Vec<Node> = items.iter().map(|n| converted(n, key, depth)).collect();
            if (listed.is_none() || single) && each.len() == 1 {
                each.remove(0)
            } else {
                Node::list(each, slot.node.origin.clone())
            }
        }
        // Maps that are arguments have keys of their own: labels, data, limits.
        _ => slot.node.clone(),
    };
    let name = match listed {
        Some((_, name)) if is_blocks && !single => (*name).to_owned(),
        _ => camel(key),
    };
    out.insert(name, slot.key.clone(), node);
}

fn converted(node: &Node, parent: &str, depth: usize) -> Node {
    let Some(map) = node.as_map() else {
        return node.clone();
    };
    let mut out = Map::new();
    for (key, slot) in map.slots() {
        insert(&mut out, parent, key, slot, depth + 1);
    }
    Node::map(out, node.origin.clone())
}

/// `host_path` as `hostPath`.
fn camel(name: &str) -> String {
    match name {
        "cluster_ip" => return "clusterIP".to_owned(),
        "load_balancer_ip" => return "loadBalancerIP".to_owned(),
        "external_ips" => return "externalIPs".to_owned(),
        "repo_url" => return "repoURL".to_owned(),
        "host_pid" => return "hostPID".to_owned(),
        "host_ipc" => return "hostIPC".to_owned(),
        _ => {}
    }
    let mut out = String::with_capacity(name.len());
    let mut up = false;
    for c in name.chars() {
        if c == '_' {
            up = true;
        } else if std::mem::take(&mut up) {
            out.extend(c.to_uppercase());
        } else {
            out.push(c);
        }
    }
    out
}

/// An application of Argo CD as the document it makes.
fn application(resource: &Resource) -> Node {
    let mut out = Map::new();
    head(
        &mut out,
        "argoproj.io/v1alpha1",
        "Application",
        &resource.origin,
    );
    let body = &resource.body;
    for key in ["metadata", "spec"] {
        let Some(slot) = body.as_map().and_then(|m| m.slot(key)) else {
            continue;
        };
        insert(&mut out, "application", key, slot, 0);
    }
    // One source is not written as a list.
    let several = block(body, "spec")
        .and_then(|s| s.get("source"))
        .and_then(Node::as_list)
        .is_some_and(|l| l.len() > 1);
    if several
        && let Some(spec) = out.get_mut("spec")
        && let Value::Map(spec) = &mut spec.value
        && let Some(sources) = spec.remove("source")
    {
        spec.insert("sources", sources.key, sources.node);
    }
    Node::map(out, resource.origin.clone())
}
