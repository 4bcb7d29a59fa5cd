//! ConfigMaps, Secrets, and what stands in for them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use indexmap::IndexMap;
use std::sync::Arc;

use super::encrypted::is_encrypted;
use super::object::{Object, list, word};
use crate::evaluate::helm::value::PLACEHOLDER;
use crate::trace::{Node, Origin, Slot, StepKind, Text, Unknown, Value};

/// Named values that pods can read: a ConfigMap, or a Secret, or an object from which a
/// controller makes a Secret.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    /// Whether pods refer to it as a Secret.
    pub(crate) secret: bool,
    /// Its namespace.
    pub(crate) namespace: Option<String>,
    /// Its name.
    pub(crate) name: String,
    /// The values: text, or unknown. Binary data is left out.
    pub(crate) entries: IndexMap<String, Slot>,
    /// Why there may be more entries than these.
    pub(crate) open: Option<Arc<Unknown>>,
}

/// The store an object is, or makes.
pub(crate) fn stores(object: &Object<'_>) -> Option<Store> {
    let (group, kind) = (object.gvk.group.as_str(), object.gvk.kind.as_str());
    match (group, kind) {
        ("", "ConfigMap") => Some(config_map(object)),
        ("", "Secret") => Some(secret(object)),
        (_, "SealedSecret") => Some(sealed(object)),
        (_, "ExternalSecret") => Some(external(object)),
        _ => managed(object),
    }
}

fn empty(object: &Object<'_>, secret: bool, name: &str) -> Store {
    Store {
        secret,
        namespace: object.namespace.map(str::to_owned),
        name: name.to_owned(),
        entries: IndexMap::new(),
        open: None,
    }
}

fn config_map(object: &Object<'_>) -> Store {
    let mut store = empty(object, false, object.name);
    store.note_unknown(object, "data");
    for (key, slot) in slots(object.root.get("data")) {
        let node = plain(&slot.node);
        store.insert(key, slot.key.clone(), node);
    }
    store
}

fn secret(object: &Object<'_>) -> Store {
    let mut store = empty(object, true, object.name);
    for (key, slot) in slots(object.root.get("data")) {
        if let Some(node) = decoded(&slot.node) {
            store.insert(key, slot.key.clone(), node);
        }
    }
    store.note_unknown(object, "data");
    store.note_unknown(object, "stringData");
    // The API server writes stringData over data.
    for (key, slot) in slots(object.root.get("stringData")) {
        let node = plain(&slot.node);
        store.insert(key, slot.key.clone(), node);
    }
    store
}

fn sealed(object: &Object<'_>) -> Store {
    let template = object.root.at(&["spec", "template", "metadata", "name"]);
    let name = template.and_then(word).unwrap_or(object.name);
    let mut store = empty(object, true, name);
    let why = format!("it is sealed in SealedSecret {}", object.name);
    for (key, slot) in slots(object.root.at(&["spec", "encryptedData"])) {
        let node = Node::unknown(why.clone(), slot.node.origin.clone());
        store.insert(key, slot.key.clone(), node);
    }
    store
}

fn external(object: &Object<'_>) -> Store {
    let target = object.root.at(&["spec", "target"]);
    let name = target.and_then(|t| t.get("name")).and_then(word);
    let mut store = empty(object, true, name.unwrap_or(object.name));
    let why = format!("ExternalSecret {} fetches it", object.name);
    let template = target.and_then(|t| t.get("template"));
    let written = template.and_then(|t| t.get("data"));
    for (key, slot) in slots(written) {
        let node = templated(&slot.node, &why);
        store.insert(key, slot.key.clone(), node);
    }
    if template.is_some_and(|t| t.get("templateFrom").is_some()) {
        store.open = Some(Unknown::new(why.clone()));
    }
    if written.is_none() {
        for entry in object.spec().map_or(&[][..], |s| list(s, "data")) {
            if let Some(key) = entry.get("secretKey")
                && let Some(chars) = word(key)
            {
                let node = Node::unknown(why.clone(), key.origin.clone());
                store.insert(chars, key.origin.clone(), node);
            }
        }
        if object
            .spec()
            .is_some_and(|s| !list(s, "dataFrom").is_empty())
        {
            store.open = Some(Unknown::new(why));
        }
    }
    store
}

/// Secrets of which only the name is known, since an operator fills them.
fn managed(object: &Object<'_>) -> Option<Store> {
    let at = |path: &[&str]| object.root.at(path).and_then(word);
    let name = match object.gvk.kind.as_str() {
        "Certificate" | "BitwardenSecret" => at(&["spec", "secretName"])?,
        "VaultStaticSecret" | "VaultDynamicSecret" => at(&["spec", "destination", "name"])?,
        "InfisicalSecret" => at(&["spec", "managedSecretReference", "secretName"])?,
        "DopplerSecret" => at(&["spec", "managedSecret", "name"])?,
        "OnePasswordItem" | "VaultSecret" => object.name,
        _ => return None,
    };
    let mut store = empty(object, true, name);
    store.open = Some(Unknown::new(format!("{} fills it", object.title())));
    Some(store)
}

impl Store {
    /// Notes that there may be more entries than those in `field`.
    fn note_unknown(&mut self, object: &Object<'_>, field: &str) {
        let Some(data) = object.root.get(field) else {
            return;
        };
        for node in [Some(data), data.get(PLACEHOLDER)].into_iter().flatten() {
            if let Value::Unknown(why) = &node.value {
                self.open = Some(why.clone());
            }
        }
    }

    fn insert(&mut self, key: &str, origin: Origin, node: Node) {
        self.entries
            .insert(key.to_owned(), Slot { key: origin, node });
    }

    /// Kind and name, for people.
    pub(crate) fn title(&self) -> String {
        format!("{} {}", kind_of(self.secret), self.name)
    }
}

/// What a pod calls a store.
pub(crate) fn kind_of(secret: bool) -> &'static str {
    if secret { "Secret" } else { "ConfigMap" }
}

fn slots(node: Option<&Node>) -> impl Iterator<Item = (&str, &Slot)> {
    node.and_then(Node::as_map)
        .into_iter()
        .flat_map(crate::trace::Map::slots)
}

fn plain(node: &Node) -> Node {
    if node.is_null() {
        return Node::text(Text::opaque("", node.origin.clone()));
    }
    match node.scalar_text() {
        Some(text) if is_encrypted(text.as_str()) => {
            Node::unknown("the value is encrypted with SOPS", node.origin.clone())
        }
        Some(text) => Node {
            value: crate::trace::Value::Text(text),
            origin: node.origin.clone(),
        },
        None => match node.why_unknown() {
            Some(_) => node.clone(),
            None => Node::unknown("the value is not a string", node.origin.clone()),
        },
    }
}

/// The decoded text of a base64 value; none if it is binary.
fn decoded(node: &Node) -> Option<Node> {
    let node = plain(node);
    let Some(text) = node.as_text() else {
        return Some(node);
    };
    if let Some(why) = text.unknown() {
        return Some(Node::unknown(why.why.clone(), node.origin.clone()));
    }
    let packed: String = text.as_str().split_whitespace().collect();
    let Ok(bytes) = STANDARD.decode(packed) else {
        let why = "the value is not base64";
        return Some(Node::unknown(why, node.origin.clone()));
    };
    let chars = String::from_utf8(bytes).ok()?;
    let at = node.origin.span();
    let origin = node.origin.then(StepKind::Encoding, at, "base64");
    Some(Node::text(Text::opaque(chars, origin)))
}

/// A text in which everything between `{{` and `}}` is unknown.
fn templated(node: &Node, why: &str) -> Node {
    let node = plain(node);
    let Some(text) = node.as_text() else {
        return node;
    };
    let chars = text.as_str();
    let mut out = Text::default();
    let mut done = 0;
    while let Some(start) = chars[done..].find("{{").map(|i| i + done) {
        let Some(end) = chars[start..].find("}}").map(|i| i + start + 2) else {
            break;
        };
        out.push(&text.slice(done..start));
        let action = text.slice(start..end);
        let (origin, why) = (action.origin(), Unknown::new(why));
        out.push(&Text::of_unknown(&chars[start..end], why, origin));
        done = end;
    }
    out.push(&text.slice(done..chars.len()));
    Node {
        value: crate::trace::Value::Text(out),
        origin: node.origin,
    }
}
