//! A view of one document as a Kubernetes object.

use kube::core::GroupVersionKind;

use crate::trace::{Map, Node, Origin};

/// Lists in lists are not a thing the API server knows; a little is tolerated.
const MAX_LIST_DEPTH: usize = 4;

/// A document with `apiVersion`, `kind` and a name.
#[derive(Debug, Clone)]
pub(crate) struct Object<'a> {
    /// Group, version and kind.
    pub(crate) gvk: GroupVersionKind,
    /// `metadata.name`, or `metadata.generateName`; empty if there is none.
    pub(crate) name: &'a str,
    /// `metadata.namespace`.
    pub(crate) namespace: Option<&'a str>,
    /// The whole document.
    pub(crate) root: &'a Node,
}

/// The objects of the documents, those inside lists included.
pub(crate) fn objects<'a>(documents: impl IntoIterator<Item = &'a Node>) -> Vec<Object<'a>> {
    let mut out = Vec::new();
    for document in documents {
        collect(document, MAX_LIST_DEPTH, &mut out);
    }
    out
}

fn collect<'a>(node: &'a Node, depth: usize, out: &mut Vec<Object<'a>>) {
    // A file may also hold a plain sequence of objects; kubectl refuses it, generators don't.
    if let Some(items) = node.as_list().filter(|_| depth > 0) {
        for item in items {
            collect(item, depth - 1, out);
        }
        return;
    }
    let Some(kind) = node.get("kind").and_then(word) else {
        return;
    };
    if depth > 0
        && (kind.ends_with("List") || kind == "Template")
        && let Some(items) = node
            .get("items")
            .or_else(|| node.get("objects"))
            .and_then(Node::as_list)
    {
        for item in items {
            collect(item, depth - 1, out);
        }
        return;
    }
    let version = node.get("apiVersion").and_then(word).unwrap_or_default();
    let (group, version) = version.rsplit_once('/').unwrap_or(("", version));
    let metadata = node.get("metadata");
    let field = |key: &str| metadata.and_then(|m| m.get(key)).and_then(word);
    out.push(Object {
        gvk: GroupVersionKind::gvk(group, version, kind),
        name: field("name").or(field("generateName")).unwrap_or_default(),
        namespace: field("namespace").filter(|n| !n.is_empty()),
        root: node,
    });
}

impl<'a> Object<'a> {
    /// Kind and name, for people.
    pub(crate) fn title(&self) -> String {
        format!("{} {}", self.gvk.kind, self.name)
            .trim_end()
            .to_owned()
    }

    /// `spec`.
    pub(crate) fn spec(&self) -> Option<&'a Node> {
        self.root.get("spec")
    }

    /// A map under `metadata`: labels, annotations.
    pub(crate) fn metadata(&self, key: &str) -> Option<&'a Map> {
        self.root.at(&["metadata", key]).and_then(Node::as_map)
    }

    /// The text of an annotation.
    pub(crate) fn annotation(&self, key: &str) -> Option<&'a str> {
        self.metadata("annotations")?.get(key).and_then(word)
    }

    /// The line a person would look for: the name, else the kind.
    pub(crate) fn origin(&self) -> Origin {
        self.root
            .at(&["metadata", "name"])
            .or_else(|| self.root.get("kind"))
            .unwrap_or(self.root)
            .origin
            .clone()
    }
}

/// The characters of a text, placeholders of unknown parts included: two names that were made
/// from the same unknown are still the same name.
pub(crate) fn word(node: &Node) -> Option<&str> {
    node.as_text().map(crate::trace::Text::as_str)
}

/// A scalar as text, whatever its type.
pub(crate) fn scalar(node: &Node) -> Option<String> {
    node.scalar_text().map(|t| t.as_str().to_owned())
}

/// Where `key` is written in `node`, else where `node` is.
pub(crate) fn key_origin(node: &Node, key: &str) -> Option<Origin> {
    node.as_map()?.slot(key).map(|s| s.key.clone())
}

/// The entries of the list under `key`; none if it isn't one.
pub(crate) fn list<'a>(node: &'a Node, key: &str) -> &'a [Node] {
    node.get(key).and_then(Node::as_list).unwrap_or_default()
}
