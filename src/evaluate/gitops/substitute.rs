//! Flux's `postBuild`: variables in manifests.

use std::collections::BTreeMap;

use super::groups::Group;
use super::tree::{Tree, from_top};
use crate::evaluate::kubernetes::{Object, composed, list, mask_encrypted, word};
use crate::syntax::yaml::{self, Schema};
use crate::trace::{Node, Origin, Slot, StepKind, Text, Unknown, Value};
use crate::workspace::Workspace;

/// Manifests nested deeper are left as they are.
const MAX_DEPTH: usize = 255;

/// What is known of the variables of a group.
#[derive(Default)]
pub(super) struct Variables {
    known: BTreeMap<String, Node>,
    /// Why one that isn't among them may still be set.
    open: Option<String>,
}

/// The variables of the group as the Flux Kustomization that applies it would set them; none
/// if nothing is substituted.
///
/// Where no such object is in the tree, a group that clearly belongs to Flux has variables of
/// which none is known.
pub(super) fn variables(
    workspace: &Workspace,
    group: &Group,
    tree: &Tree<'_>,
) -> Option<Variables> {
    let covering = tree
        .kustomizations
        .iter()
        .filter_map(|(object, from)| {
            let path = object.spec()?.get("path").and_then(word)?;
            let dir = from_top(from, path, |p| workspace.is_dir(p))?;
            let fits = group.dir.starts_with(&dir);
            fits.then(|| (dir.components().count(), object))
        })
        .max_by_key(|(depth, _)| *depth);
    match covering {
        Some((_, object)) => {
            let post = object.spec()?.get("postBuild");
            match post {
                Some(post) => Some(declared(object, post, group, tree)),
                // Its parent may well add variables to it.
                None => uses_flux(group).then(Variables::default),
            }
        }
        None => uses_flux(group).then(Variables::default),
    }
}

fn uses_flux(group: &Group) -> bool {
    group
        .manifests
        .iter()
        .any(|m| m.root.get("kind").and_then(word) == Some("HelmRelease"))
}

fn declared(object: &Object<'_>, post: &Node, group: &Group, tree: &Tree<'_>) -> Variables {
    let mut out = Variables::default();
    for source in list(post, "substituteFrom") {
        let name = source.get("name").and_then(word).unwrap_or_default();
        let secret = source.get("kind").and_then(word) == Some("Secret");
        match tree.store(secret, name, object.namespace, &group.dir) {
            Some(store) => {
                let at = source.span();
                for (key, slot) in store.entries {
                    let note = format!("substituteFrom {name}");
                    let node = slot
                        .node
                        .map_origins(&|o| o.then(StepKind::Reference, at, note.clone()));
                    out.known.insert(key, node);
                }
                if let Some(why) = store.open {
                    out.open = Some(why.why.clone());
                }
            }
            None => {
                let kind = if secret { "Secret" } else { "ConfigMap" };
                out.open = Some(format!("{kind} {name} isn't in the tree"));
            }
        }
    }
    let own = post.get("substitute").and_then(Node::as_map);
    for (key, node) in own.into_iter().flat_map(|m| m.iter()) {
        out.known.insert(key.to_owned(), node.clone());
    }
    // A Secret that is encrypted as a whole document was masked when it was read.
    out.known = out
        .known
        .into_iter()
        .map(|(key, node)| (key, mask_encrypted(node)))
        .collect();
    out
}

impl Variables {
    /// Replaces `${NAME}` in the objects of `group`.
    pub(super) fn apply(&self, group: &mut Group) {
        let sparing = self.known.is_empty() && self.open.is_none();
        for manifest in &mut group.manifests {
            let kind = manifest.root.get("kind").and_then(word).unwrap_or_default();
            let disabled = ["labels", "annotations"].iter().any(|key| {
                let map = manifest.root.at(&["metadata", key]);
                map.and_then(|m| m.get("kustomize.toolkit.fluxcd.io/substitute"))
                    .and_then(word)
                    == Some("disabled")
            });
            // In scripts and configurations the same marks often mean something else.
            if disabled || sparing && matches!(kind, "ConfigMap" | "Secret") {
                continue;
            }
            let root = std::mem::replace(&mut manifest.root, Node::null(Origin::nowhere()));
            manifest.root = self.fill(root, MAX_DEPTH);
        }
    }

    fn fill(&self, node: Node, depth: usize) -> Node {
        if depth == 0 {
            return node;
        }
        let Node { value, origin } = node;
        let value = match value {
            Value::Text(text) if text.as_str().contains("${") => {
                return self.text(&text, &origin);
            }
            Value::List(items) => {
                Value::List(items.into_iter().map(|i| self.fill(i, depth - 1)).collect())
            }
            Value::Map(map) => Value::Map(
                map.into_iter()
                    .map(|(key, slot)| {
                        let node = self.fill(slot.node, depth - 1);
                        (key, Slot { node, ..slot })
                    })
                    .collect(),
            ),
            other => other,
        };
        Node { value, origin }
    }

    fn text(&self, text: &Text, origin: &Origin) -> Node {
        let filled = self.replace(text);
        if filled == *text {
            return Node::new(Value::Text(filled), origin.clone());
        }
        // Substitution comes before parsing: what stands without quotes gets its type after.
        let plain = origin.span().is_some_and(|s| s.len() == text.len());
        if plain && filled.unknown().is_none() && !filled.as_str().contains('\n') {
            let parsed = yaml::parse(&filled, Schema::Yaml11).into_first();
            if let Some(node) = parsed
                && matches!(node.value, Value::Bool(_) | Value::Int(_) | Value::Float(_))
            {
                return node;
            }
        }
        composed(text, "${", filled, origin.clone())
    }

    fn replace(&self, text: &Text) -> Text {
        let chars = text.as_str();
        let mut out = Text::default();
        let mut done = 0;
        while let Some(start) = chars[done..].find("${").map(|i| done + i) {
            let Some(end) = chars[start..].find('}').map(|i| start + i + 1) else {
                break;
            };
            if chars[..start].ends_with('$') {
                // `$${X}` stands for `${X}`.
                out.push(&text.slice(done..start.saturating_sub(1)));
                out.push(&text.slice(start..end));
            } else {
                out.push(&text.slice(done..start));
                out.push(&self.variable(&text.slice(start..end)));
            }
            done = end;
        }
        out.push(&text.slice(done..chars.len()));
        out
    }

    /// What `${…}` stands for; itself if that is no variable of Flux.
    fn variable(&self, written: &Text) -> Text {
        let chars = written.as_str();
        let inner = &chars[2..chars.len() - 1];
        let end = inner
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
            .unwrap_or(inner.len());
        let (name, rest) = inner.split_at(end);
        let starts_well = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        let default = rest.strip_prefix(":=").or_else(|| rest.strip_prefix(":-"));
        if !starts_well || !(rest.is_empty() || default.is_some()) {
            return written.clone();
        }
        let why = match self.known.get(name) {
            Some(node) => match node.scalar_text() {
                Some(value) => {
                    let at = written.origin().span();
                    let note = format!("variable {name}");
                    return value.map_origins(&|o| o.then(StepKind::Reference, at, note.clone()));
                }
                None => node.why_unknown().map(|w| w.why.clone()),
            },
            None => {
                if let (Some(default), None) = (default, &self.open) {
                    let from = chars.len() - 1 - default.len();
                    return written.slice(from..chars.len() - 1);
                }
                self.open.clone()
            }
        };
        let why = why.unwrap_or_else(|| format!("the variable {name} is set nowhere in the tree"));
        Text::of_unknown(name, Unknown::new(why), written.origin())
    }
}
