//! From rendered files to documents, sorted as Helm sorts them.

use std::sync::OnceLock;

use regex::Regex;

use super::{Document, Rendering, entries};
use crate::evaluate::helm::go_yaml;
use crate::syntax::yaml::{self, Schema};
use crate::trace::{Node, Problem, Text};

/// What can stand in `helm.sh/hook`; an object with any other word is left out.
const HOOKS: &[&str] = &[
    "pre-install",
    "post-install",
    "pre-delete",
    "post-delete",
    "pre-upgrade",
    "post-upgrade",
    "pre-rollback",
    "post-rollback",
    "test",
    "test-success",
];

/// The kinds in the order in which Helm installs them.
const ORDER: &[&str] = &[
    "PriorityClass",
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodSecurityPolicy",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "SecretList",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleList",
    "ClusterRoleBinding",
    "ClusterRoleBindingList",
    "Role",
    "RoleList",
    "RoleBinding",
    "RoleBindingList",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicationController",
    "ReplicaSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "StatefulSet",
    "Job",
    "CronJob",
    "IngressClass",
    "Ingress",
    "APIService",
];

/// The documents of the rendered `files` (path and text), ordinary ones before hooks, each in
/// the order in which they would be installed.
///
/// What can't be read is a problem, or a note if something unknown is in it; if `strict`, so is
/// what Helm would refuse to take for a manifest.
pub(super) fn sorted(mut files: Vec<(String, Text)>, strict: bool, out: &mut Rendering) {
    files.sort_by(|a, b| a.0.cmp(&b.0));
    let mut documents = Vec::new();
    for (path, text) in files {
        let name = path.rsplit('/').next().unwrap_or(&path);
        if name.starts_with('_') || name.ends_with("NOTES.txt") {
            continue;
        }
        for part in split(&text) {
            documents.extend(document(&path, part, strict, out));
        }
    }
    documents.sort_by(|a: &Document, b: &Document| {
        let rank = |d: &Document| ORDER.iter().position(|k| *k == d.kind);
        let (x, y) = (rank(a), rank(b));
        let kinds = match (x, y) {
            (None, None) => a.kind.cmp(&b.kind),
            (x, y) => x.unwrap_or(ORDER.len()).cmp(&y.unwrap_or(ORDER.len())),
        };
        a.hooks
            .is_empty()
            .cmp(&b.hooks.is_empty())
            .reverse()
            .then(kinds)
    });
    out.documents = documents;
}

/// The documents of one file, cut where Helm cuts: at lines that start with three dashes,
/// whatever YAML would say.
fn split(text: &Text) -> Vec<Text> {
    static MARK: OnceLock<Option<Regex>> = OnceLock::new();
    let text = trimmed(text);
    let Some(mark) = MARK.get_or_init(|| Regex::new(r"(?:^|\s*\n)---\s*").ok()) else {
        return vec![text];
    };
    let mut out = Vec::new();
    let mut start = 0;
    for found in mark.find_iter(text.as_str()) {
        out.push(text.slice(start..found.start()));
        start = found.end();
    }
    out.push(text.slice(start..text.len()));
    out.into_iter()
        .filter(|t| !t.is_empty())
        .map(|t| trimmed(&t))
        .collect()
}

fn trimmed(text: &Text) -> Text {
    text.trim()
}

fn document(path: &str, text: Text, strict: bool, out: &mut Rendering) -> Option<Document> {
    let text = entries::with_entries(&text).unwrap_or(text);
    let stream = yaml::parse(&text, Schema::Yaml11);
    // What an absent chart would have printed may have been all that is wrong.
    let kept = match text.unknown() {
        Some(_) if !out.absent.is_empty() => &mut out.notes,
        _ => &mut out.problems,
    };
    if stream.documents.is_empty() {
        kept.extend(stream.problems.iter().map(|p| {
            let message = format!("the output of {path} is {}", p.message);
            Problem::new(message, p.span)
        }));
    }
    if strict && (!stream.documents.is_empty() || stream.problems.is_empty()) {
        let root = stream.documents.first().map(|d| &d.root);
        let why = go_yaml::refusal(&text, &stream).or_else(|| root.and_then(go_yaml::misfit));
        kept.extend(why.map(|why| {
            let message = format!("the output of {path} is no manifest: {why}");
            let at = root.and_then(Node::span);
            Problem::new(message, at.or_else(|| text.origin_at(0).nearest_span()))
        }));
    }
    let root = stream.into_first().filter(|r| !r.is_null());
    let kind = root
        .as_ref()
        .and_then(|r| r.get("kind"))
        .and_then(Node::as_str)
        .unwrap_or_default()
        .to_owned();
    let hooks: Vec<String> = root
        .as_ref()
        .and_then(|r| r.at(&["metadata", "annotations", "helm.sh/hook"]))
        .and_then(Node::as_text)
        .map(|t| {
            let words = t.as_str().split(',');
            words.map(|w| w.trim().to_lowercase()).collect()
        })
        .unwrap_or_default();
    if hooks.iter().any(|h| !HOOKS.contains(&h.as_str())) {
        return None;
    }
    Some(Document {
        path: path.to_owned(),
        text,
        root,
        kind,
        hooks,
    })
}
