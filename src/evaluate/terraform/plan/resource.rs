//! From a planned resource to the inventory.

use std::collections::BTreeMap;

use super::document::{Document, Planned, join, list, word};
use super::mapping::{is_hash, mapped, pruned, same};
use crate::evaluate::terraform::graph::{completed, left_open};
use crate::inventory::Resource;
use crate::trace::{Map, Node, Origin, StepKind, Text, Value};

/// Values nested deeper are left as the plan has them.
const MAX_DEPTH: usize = 64;

const LATER: &str = "it is known only after applying";

/// The provider configurations by their key in the plan; none where nothing is configured.
pub(super) fn providers(
    document: &Document<'_>,
    written: &BTreeMap<&str, &Resource>,
) -> BTreeMap<String, Option<Resource>> {
    let mut out = BTreeMap::new();
    for (key, provider) in document.providers() {
        let (module, local) = key.rsplit_once(':').unwrap_or(("", key));
        let address = join(module, &format!("provider.{local}"));
        let found = provider.get("expressions").map(|expressions| {
            let full = word(provider, "full_name")
                .or_else(|| word(provider, "name"))
                .unwrap_or(local);
            let name = full.rsplit('/').next().unwrap_or(full);
            let body = document.block(expressions, document.module_at(module), 0);
            let found = |node: &Node| node.as_str().and_then(|p| document.lie_in(key, p));
            let body = sure(body, &|node| found(node) == Some(true));
            let body = undoubted(body, &|node| found(node) == Some(false));
            let note = format!("{address} in the plan");
            let body = body.map_origins(&|o| o.then(StepKind::Reference, None, note.clone()));
            let config = written.get(address.as_str());
            let body = match config {
                // The configuration knows what is in doubt here.
                Some(config) => mapped(undoubted(body, &|_| true), &config.body),
                None => completed(name, body),
            };
            Resource {
                kind: "provider".to_owned(),
                provider: name.to_owned(),
                body: pruned(body, 0),
                provider_config: None,
                refers_to: document.refers(expressions, document.module_at(module)),
                origin: config.map_or_else(|| provider.origin.clone(), |c| c.origin.clone()),
                address,
            }
        });
        out.insert(key.to_owned(), found);
    }
    out
}

/// A planned resource with the places of the configuration as far as that agrees.
pub(super) fn resource(
    document: &Document<'_>,
    planned: &Planned<'_>,
    written: &BTreeMap<&str, &Resource>,
    providers: &BTreeMap<String, Option<Resource>>,
) -> Resource {
    let config = written.get(planned.address).copied();
    let own = planned
        .declared
        .and_then(|d| word(d, "provider_config_key"))
        .and_then(|key| providers.get(key))
        .and_then(Option::as_ref);
    // The configuration knows which provider a module was given.
    let provider_config = match (own, config.and_then(|c| c.provider_config.clone())) {
        (Some(own), None) => Some(own.body.clone()),
        (_, Some(config)) if config.as_map().is_some_and(|m| !m.is_empty()) => Some(config),
        (None, _) => {
            let nothing = Node::map(Map::new(), planned.origin.clone());
            Some(completed(planned.provider, nothing))
                .filter(|n| n.as_map().is_some_and(|m| !m.is_empty()))
        }
        (Some(own), _) => Some(own.body.clone()),
    };
    let open = provider_config
        .as_ref()
        .is_some_and(|c| left_open(planned.provider, c));
    let body = body(document, planned, config.map(|c| &c.body), open);
    let body = match config {
        Some(config) => mapped(body, &config.body),
        None => body,
    };
    let refers_to = match config {
        Some(config) => config.refers_to.clone(),
        None => planned
            .declared
            .and_then(|d| d.get("expressions"))
            .map_or_else(Vec::new, |e| document.refers(e, planned.module)),
    };
    Resource {
        address: planned.address.to_owned(),
        kind: if planned.data {
            format!("data.{}", planned.kind)
        } else {
            planned.kind.to_owned()
        },
        provider: planned.provider.to_owned(),
        body: pruned(body, 0),
        provider_config,
        refers_to,
        origin: config.map_or_else(|| planned.origin.clone(), |c| c.origin.clone()),
    }
}

/// The arguments of a planned resource.
///
/// A plan also has what providers compute, which nobody wrote and nobody can edit. It counts
/// where it alone tells something: if the environment decides on the provider's region (`open`).
fn body(document: &Document<'_>, planned: &Planned<'_>, config: Option<&Node>, open: bool) -> Node {
    let expressions = planned.declared.and_then(|d| d.get("expressions"));
    let is_written = |name: &str| {
        planned.declared.is_none()
            || expressions.is_some_and(|e| e.get(name).is_some())
            || config.is_some_and(|c| c.get(name).is_some())
    };
    let mut out = Map::new();
    for (name, slot) in planned
        .values
        .and_then(Node::as_map)
        .into_iter()
        .flat_map(|m| m.slots())
    {
        // Blocks made by `dynamic` are not among the expressions.
        let blocks = list(Some(&slot.node)).iter().any(|n| n.as_map().is_some());
        if !(open || blocks || is_written(name)) {
            continue;
        }
        let written = || {
            let expression = expressions?.get(name)?;
            // Whether it is the text that was hashed is found out.
            Some(sure(document.value(expression, planned.module, 0), &|_| {
                true
            }))
        };
        let node = hashed(name, slot.node.clone(), written);
        out.insert(name, slot.key.clone(), stepped(node, planned.address, name));
    }
    for (name, slot) in planned
        .unknown
        .and_then(Node::as_map)
        .into_iter()
        .flat_map(|m| m.slots())
    {
        // What nobody wrote is not missing.
        let Some(expression) = expressions.and_then(|e| e.get(name)) else {
            continue;
        };
        let known = out.remove(name);
        let key = known
            .as_ref()
            .map_or_else(|| slot.key.clone(), |s| s.key.clone());
        let node = known.map(|s| s.node);
        if let Some(node) = opened(node, &slot.node, Some(expression), 0) {
            out.insert(name, key, node);
        }
    }
    let provisioners = provisioners(document, planned);
    if let Some(first) = provisioners.first() {
        let origin = first.origin.clone();
        out.insert(
            "provisioner",
            origin.clone(),
            Node::list(provisioners, origin),
        );
    }
    let origin = planned
        .values
        .map_or_else(|| planned.origin.clone(), |v| v.origin.clone());
    Node::map(out, origin)
}

/// Without doubt where `proven`: what was taken for a variable is that variable.
fn sure(node: Node, proven: &dyn Fn(&Node) -> bool) -> Node {
    each(node, &|node| {
        if !node.origin.is_doubtful() || !proven(&node) {
            return node;
        }
        node.map_origins(&|origin| {
            let start = Origin {
                place: origin.place.clone(),
                via: None,
            };
            origin.steps().into_iter().fold(start, |out, step| {
                let (kind, note) = match step.kind {
                    StepKind::Doubt => {
                        let name = step.note.split(',').next().unwrap_or_default();
                        (StepKind::Reference, name.to_owned().into())
                    }
                    kind => (kind, step.note.clone()),
                };
                out.then_with(kind, step.at, note, step.inputs.clone())
            })
        })
    })
}

/// With unknown values in place of those in doubt that are `chosen`.
fn undoubted(node: Node, chosen: &dyn Fn(&Node) -> bool) -> Node {
    each(node, &|node| {
        if node.origin.is_doubtful() && chosen(&node) {
            let why = "the plan doesn't tell what the expression comes to";
            return Node::unknown(why, node.origin);
        }
        node
    })
}

/// `change` applied to what is in collections.
fn each(node: Node, change: &dyn Fn(Node) -> Node) -> Node {
    let Node { value, origin } = node;
    let value = match value {
        Value::List(items) => Value::List(items.into_iter().map(|n| each(n, change)).collect()),
        Value::Map(map) => {
            let slots = map.into_iter().map(|(name, mut slot)| {
                slot.node = each(slot.node, change);
                (name, slot)
            });
            Value::Map(slots.collect())
        }
        value => return change(Node::new(value, origin)),
    };
    Node::new(value, origin)
}

fn stepped(node: Node, address: &str, name: &str) -> Node {
    let note = format!("{name} of {address} in the plan");
    node.map_origins(&|o| o.then(StepKind::Reference, None, note.clone()))
}

/// Some providers keep only a hash of what a machine is started with; the text itself may be in
/// the configuration that the plan was made of.
fn hashed(name: &str, node: Node, written: impl FnOnce() -> Option<Node>) -> Node {
    if name != "user_data" || !node.as_str().is_some_and(is_hash) {
        return node;
    }
    if let Some(written) = written().filter(|w| same(&node, w)) {
        return written;
    }
    let chars = node.as_str().unwrap_or_default().to_owned();
    let why = crate::trace::Unknown::new("the plan holds only a hash of it");
    let origin = node.origin.clone();
    Node::new(
        Value::Text(Text::of_unknown(chars, why, origin.clone())),
        origin,
    )
}

/// `known` with unknown values where `later` is true.
fn opened(
    known: Option<Node>,
    later: &Node,
    expression: Option<&Node>,
    depth: usize,
) -> Option<Node> {
    if depth > MAX_DEPTH {
        return known;
    }
    match (&later.value, known) {
        (Value::Bool(true), _) => Some(Node::unknown(LATER, later.origin.clone())),
        (Value::Map(later), Some(mut known)) => {
            if let Value::Map(map) = &mut known.value {
                for (name, slot) in later.slots() {
                    let inner = expression.and_then(|e| e.get(name));
                    // In blocks, too, only what was written.
                    let is_block = expression.is_some_and(|e| {
                        e.get("references").is_none() && e.get("constant_value").is_none()
                    });
                    if is_block && inner.is_none() {
                        continue;
                    }
                    let inner = inner.or(expression);
                    let (key, node) = match map.remove(name) {
                        Some(old) => (old.key, Some(old.node)),
                        None => (slot.key.clone(), None),
                    };
                    if let Some(node) = opened(node, &slot.node, inner, depth + 1) {
                        map.insert(name, key, node);
                    }
                }
            }
            Some(known)
        }
        (Value::List(later), Some(mut known)) => {
            if let Value::List(items) = &mut known.value {
                for (at, later) in later.iter().enumerate() {
                    let inner = expression
                        .and_then(Node::as_list)
                        .and_then(|e| e.get(at).or_else(|| e.first()))
                        .or(expression);
                    if let Some(item) = items.get_mut(at) {
                        let old = std::mem::replace(item, Node::null(Origin::nowhere()));
                        if let Some(node) = opened(Some(old), later, inner, depth + 1) {
                            *item = node;
                        }
                    }
                }
            }
            Some(known)
        }
        (_, known) => known,
    }
}

/// What the configuration in the plan says of provisioners, in the shape of labelled blocks.
fn provisioners(document: &Document<'_>, planned: &Planned<'_>) -> Vec<Node> {
    let all = list(planned.declared.and_then(|d| d.get("provisioners")));
    all.iter()
        .filter_map(|p| {
            let kind = p.get("type")?;
            let body = p.get("expressions").map_or_else(
                || Node::map(Map::new(), p.origin.clone()),
                |e| undoubted(document.block(e, planned.module, 0), &|_| true),
            );
            let body = stepped(body, planned.address, "provisioner");
            let mut map = Map::new();
            map.insert(kind.as_str()?, kind.origin.clone(), body);
            Some(Node::map(map, p.origin.clone()))
        })
        .collect()
}
