//! The environment of a container.

use std::sync::Arc;

use super::cluster::{Cluster, Found};
use super::object::{key_origin, list, word};
use super::workload::Owner;
use crate::inventory::{Env, Gap};
use crate::trace::{Node, Origin, StepKind, Text, Unknown, Value};

/// Variables that name each other double in length with every step.
const MAX_VALUE_BYTES: usize = 1 << 20;

/// What is known of a container's environment.
#[derive(Default)]
pub(super) struct Variables {
    /// The variables, in the order in which they are set.
    pub(super) env: Vec<Env>,
    /// Sources that could not be read.
    pub(super) gaps: Vec<Gap>,
}

/// Reads `envFrom`, then `env`, as the kubelet does.
pub(super) fn read(container: &Node, owner: &Owner<'_>, cluster: &Cluster<'_>) -> Variables {
    let mut out = Variables::default();
    for key in ["envFrom", "env"] {
        out.gap(container.get(key));
    }
    for source in list(container, "envFrom") {
        out.gap(Some(source));
        out.read_source(source, owner, cluster);
    }
    for entry in list(container, "env") {
        out.gap(Some(entry));
        out.read_entry(entry, owner, cluster);
    }
    out
}

impl Variables {
    /// Any number of variables may be in what isn't known as a whole.
    fn gap(&mut self, node: Option<&Node>) {
        if let Some(node) = node
            && let Value::Unknown(why) = &node.value
        {
            let (why, origin) = (why.clone(), node.origin.clone());
            self.gaps.push(Gap { why, origin });
        }
    }

    fn read_source(&mut self, source: &Node, owner: &Owner<'_>, cluster: &Cluster<'_>) {
        let prefix = source.get("prefix").and_then(Node::as_text);
        for (key, secret) in [("configMapRef", false), ("secretRef", true)] {
            let Some(name) = source.at(&[key, "name"]) else {
                continue;
            };
            let Some(chars) = word(name) else { continue };
            let (index, store) = match cluster.store(secret, owner.namespace(), chars) {
                Found::Store(index, store) => (index, store),
                Found::Missing(why) => {
                    let origin = name.origin.clone();
                    self.gaps.push(Gap { why, origin });
                    continue;
                }
            };
            cluster.mark(index, None);
            if let Some(why) = &store.open {
                self.gaps.push(Gap {
                    why: why.clone(),
                    origin: name.origin.clone(),
                });
            }
            let from = format!("envFrom {}", store.title());
            for (key, slot) in &store.entries {
                let mut full = prefix.cloned().unwrap_or_default();
                full.push(&Text::opaque(key.as_str(), slot.key.clone()));
                if full.is_empty() || full.as_str().contains('=') {
                    continue;
                }
                let value = step(&slot.node, StepKind::Reference, &name.origin, &from);
                self.set(full, value, &name.origin, owner);
            }
        }
    }

    fn read_entry(&mut self, entry: &Node, owner: &Owner<'_>, cluster: &Cluster<'_>) {
        let Some(name) = entry.get("name").and_then(Node::scalar_text) else {
            self.gap(entry.get("name"));
            return;
        };
        let at = key_origin(entry, "value")
            .or_else(|| key_origin(entry, "valueFrom"))
            .unwrap_or_else(|| name.origin());
        let value = match (entry.get("value"), entry.get("valueFrom")) {
            (Some(value), from) if !value.is_null() || from.is_none() => self.literal(value),
            (_, Some(from)) => match referred(from, owner, cluster) {
                Some(value) => value,
                None => return,
            },
            _ => Node::text(Text::opaque("", name.origin())),
        };
        self.set(name, value, &at, owner);
    }

    fn set(&mut self, name: Text, value: Node, at: &Origin, owner: &Owner<'_>) {
        let note = format!("env {} of {}", name.as_str(), owner.container);
        let value = step(&value, StepKind::Deploy, at, &note);
        self.env.push(Env { name, value });
    }

    fn literal(&self, value: &Node) -> Node {
        let node = |text| Node {
            value: Value::Text(text),
            origin: value.origin.clone(),
        };
        if value.is_null() {
            return node(Text::opaque("", value.origin.clone()));
        }
        match value.scalar_text() {
            Some(text) => self.expand(&text).map_or_else(
                |why| Node {
                    value: Value::Unknown(why),
                    origin: value.origin.clone(),
                },
                node,
            ),
            None if value.why_unknown().is_some() => value.clone(),
            None => Node::unknown("the value is not a string", value.origin.clone()),
        }
    }

    /// Replaces `$(NAME)` by the variables set so far. `$$` stands for `$`, and a name that
    /// isn't set stays as it is written.
    ///
    /// # Errors
    /// The value grows over the limit.
    pub(super) fn expand(&self, text: &Text) -> Result<Text, Arc<Unknown>> {
        let chars = text.as_str();
        if !chars.contains('$') {
            return Ok(text.clone());
        }
        let mut out = Text::default();
        let mut done = 0;
        while let Some(dollar) = chars[done..].find('$').map(|i| i + done) {
            out.push(&text.slice(done..dollar));
            let rest = &chars[dollar + 1..];
            done = if rest.starts_with('$') {
                out.push(&text.slice(dollar..dollar + 1));
                dollar + 2
            } else if let Some(close) = rest.strip_prefix('(').and_then(|r| r.find(')')) {
                let end = dollar + 2 + close + 1;
                let name = &chars[dollar + 2..end - 1];
                out.push(&self.variable(name, &text.slice(dollar..end)));
                end
            } else {
                out.push(&text.slice(dollar..dollar + 1));
                dollar + 1
            };
            if out.len() > MAX_VALUE_BYTES {
                return Err(Unknown::new(format!(
                    "it expands to more than {MAX_VALUE_BYTES} bytes"
                )));
            }
        }
        out.push(&text.slice(done..chars.len()));
        Ok(out)
    }

    fn variable(&self, name: &str, written: &Text) -> Text {
        let found = self.env.iter().rev().find(|e| e.name.as_str() == name);
        let why = match found {
            Some(env) => match (env.value.as_text(), env.value.why_unknown()) {
                (Some(text), _) => return text.clone(),
                (None, Some(why)) => why.clone(),
                (None, None) => return written.clone(),
            },
            None => match self.gaps.first() {
                Some(gap) => gap.why.clone(),
                None if is_service_variable(name) => {
                    Unknown::new(format!("{name} comes from the cluster"))
                }
                None => return written.clone(),
            },
        };
        Text::of_unknown(written.as_str(), why, written.origin())
    }
}

/// Whether the kubelet sets a variable of this name for a Service.
fn is_service_variable(name: &str) -> bool {
    name.ends_with("_SERVICE_HOST") || name.contains("_SERVICE_PORT")
}

/// What `valueFrom` stands for; none if the variable isn't set.
fn referred(from: &Node, owner: &Owner<'_>, cluster: &Cluster<'_>) -> Option<Node> {
    for (what, secret) in [("configMapKeyRef", false), ("secretKeyRef", true)] {
        let Some(reference) = from.get(what) else {
            continue;
        };
        let name = reference.get("name").and_then(word).unwrap_or_default();
        let Some(key_node) = reference.get("key") else {
            continue;
        };
        let key = key_node.scalar_text()?;
        let key = key.as_str();
        let at = &key_node.origin;
        let optional = reference.get("optional").and_then(Node::as_bool) == Some(true);
        let (index, store) = match cluster.store(secret, owner.namespace(), name) {
            Found::Store(index, store) => (index, store),
            Found::Missing(why) => return Some(unknown(why, at)),
        };
        cluster.mark(index, Some(key));
        return match (store.entries.get(key), &store.open) {
            (Some(slot), _) => {
                let note = format!("{what} {name}/{key}");
                Some(step(&slot.node, StepKind::Reference, at, &note))
            }
            (None, Some(why)) => Some(unknown(why.clone(), at)),
            (None, None) if optional => None,
            (None, None) => {
                let why = format!("{} has no key {key}", store.title());
                Some(Node::unknown(why, at.clone()))
            }
        };
    }
    let (kind, slot) = from.as_map()?.slots().next()?;
    let why = format!("the cluster sets it ({kind})");
    Some(Node::unknown(why, slot.key.clone()))
}

fn unknown(why: Arc<Unknown>, at: &Origin) -> Node {
    Node::new(Value::Unknown(why), at.clone())
}

/// `node` one step further.
pub(super) fn step(node: &Node, kind: StepKind, at: &Origin, note: &str) -> Node {
    let note = note.to_owned();
    let at = at.span();
    node.clone()
        .map_origins(&|origin| origin.then(kind, at, note.clone()))
}
