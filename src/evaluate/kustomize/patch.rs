//! Patches and the objects they are for.

use std::cell::OnceCell;

use kube::core::{Selector, SelectorExt as _};
use regex::Regex;

use super::{Build, Layer, Resource, json_patch, strategic};
use crate::evaluate::kubernetes::{list, scalar, word};
use crate::syntax::yaml::{self, Schema};
use crate::trace::{Map, Node, Problem};

/// Applies `patchesStrategicMerge`, `patches` and `patchesJson6902`.
pub(super) fn run(layer: &Layer<'_>, resources: &mut Vec<Resource>, out: &mut Build) {
    for entry in list(&layer.root, "patchesStrategicMerge") {
        for patch in read(layer, entry, Some(entry), out) {
            apply(&patch, None, resources, out);
        }
    }
    for key in ["patches", "patchesJson6902"] {
        for entry in list(&layer.root, key) {
            let source = entry.get("patch").or_else(|| entry.get("path"));
            for patch in read(layer, entry, source, out) {
                apply(&patch, entry.get("target"), resources, out);
            }
        }
    }
}

/// The documents of a patch, which is written there or names a file.
fn read(layer: &Layer<'_>, entry: &Node, source: Option<&Node>, out: &mut Build) -> Vec<Node> {
    let Some(text) = source.and_then(Node::as_text) else {
        return Vec::new();
    };
    let inline = text.as_str().contains('\n') || text.as_str().contains(": ");
    let text = if inline {
        text.clone()
    } else {
        match layer.text(entry, text.as_str(), out) {
            Some(text) => text,
            None => return Vec::new(),
        }
    };
    let stream = yaml::parse(&text, Schema::Yaml11);
    out.notes.extend(stream.problems);
    stream.documents.into_iter().map(|d| d.root).collect()
}

fn apply(patch: &Node, target: Option<&Node>, resources: &mut Vec<Resource>, out: &mut Build) {
    let fits: Box<dyn Fn(&Resource) -> bool + '_> = match target {
        Some(target) => {
            let target = Target::new(target);
            Box::new(move |resource| target.selects(resource))
        }
        None => Box::new(|resource| is_same(patch, resource)),
    };
    let mut found = false;
    let mut gone = Vec::new();
    for (index, resource) in resources.iter_mut().enumerate().filter(|(_, r)| fits(r)) {
        found = true;
        if let Some(operations) = patch.as_list() {
            let failed = json_patch::apply(resource.root_mut(), operations);
            out.notes.extend(failed);
        } else if patch.get("$patch").and_then(word) == Some("delete") {
            gone.push(index);
        } else {
            let typed = !resource.api().0.contains('.') || resource.api().0.ends_with(".k8s.io");
            strategic::apply(resource.root_mut(), patch, typed);
        }
    }
    for index in gone.into_iter().rev() {
        resources.remove(index);
    }
    if !found {
        let message = "the patch of a kustomization fits no object";
        out.notes.push(Problem::new(message, patch.span()));
    }
}

/// Whether a strategic merge patch names the object.
fn is_same(patch: &Node, resource: &Resource) -> bool {
    let name = patch.at(&["metadata", "name"]).and_then(word);
    let namespace = patch.at(&["metadata", "namespace"]).and_then(word);
    let api = patch.get("apiVersion").and_then(word).unwrap_or_default();
    let group = api.rsplit_once('/').map_or("", |(g, _)| g);
    patch.get("kind").and_then(word) == Some(resource.kind())
        && name.is_some_and(|n| resource.is_called(n))
        && group == resource.api().0
        && (namespace.is_none()
            || resource.namespace().is_none()
            || namespace == resource.namespace())
}

/// The `target` of a patch. An absent field picks all.
struct Target<'t> {
    node: &'t Node,
    kind: Option<Pattern<'t>>,
    name: Option<Pattern<'t>>,
    namespace: Option<Pattern<'t>>,
}

impl<'t> Target<'t> {
    fn new(node: &'t Node) -> Self {
        let pattern = |key: &str| field(node, key).map(Pattern::new);
        Self {
            node,
            kind: pattern("kind"),
            name: pattern("name"),
            namespace: pattern("namespace"),
        }
    }

    /// Whether it picks the object.
    fn selects(&self, resource: &Resource) -> bool {
        let (group, version) = resource.api();
        let field = |key: &str| field(self.node, key);
        let fits = |pattern: &Option<Pattern<'_>>, values: &[&str]| {
            let fits = |p: &Pattern<'_>| values.iter().any(|value| p.matches(value));
            pattern.as_ref().is_none_or(fits)
        };
        field("group").is_none_or(|v| v == group)
            && field("version").is_none_or(|v| v == version)
            && fits(&self.kind, &[resource.kind()])
            && fits(&self.name, &[resource.name(), &resource.first_name])
            && fits(&self.namespace, &[resource.namespace().unwrap_or_default()])
            && field("labelSelector").is_none_or(|v| carries(v, resource, "labels"))
            && field("annotationSelector").is_none_or(|v| carries(v, resource, "annotations"))
    }
}

fn field<'t>(target: &'t Node, key: &str) -> Option<&'t str> {
    target.get(key).and_then(word).filter(|v| !v.is_empty())
}

/// A regular expression over the whole; most are plain names, for which none is compiled.
struct Pattern<'t> {
    text: &'t str,
    regex: OnceCell<Option<Regex>>,
}

impl<'t> Pattern<'t> {
    fn new(text: &'t str) -> Self {
        let regex = OnceCell::new();
        Self { text, regex }
    }

    fn matches(&self, value: &str) -> bool {
        let is_plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        if self.text.bytes().all(is_plain) {
            return self.text == value;
        }
        let compile = || Regex::new(&format!("^(?:{})$", self.text)).ok();
        let regex = || self.regex.get_or_init(compile).as_ref();
        self.text == value || regex().is_some_and(|r| r.is_match(value))
    }
}

/// Whether a selector of the form `a=b,c=d` holds.
fn carries(selector: &str, resource: &Resource, key: &str) -> bool {
    let selector: Selector = selector
        .split(',')
        .filter_map(|term| {
            let (name, value) = term.split_once('=')?;
            let value = value.trim_start_matches('=').trim();
            Some((
                name.trim().trim_end_matches('=').to_owned(),
                value.to_owned(),
            ))
        })
        .collect();
    let labels = resource
        .root()
        .at(&["metadata", key])
        .and_then(Node::as_map)
        .into_iter()
        .flat_map(Map::iter)
        .filter_map(|(k, v)| Some((k.to_owned(), scalar(v)?)))
        .collect();
    selector.matches(&labels)
}
