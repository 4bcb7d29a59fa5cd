//! Values that are encrypted in the repository.

use crate::trace::{Node, Slot, Unknown, Value};

/// Makes every value that SOPS encrypted unknown.
///
/// A document without encrypted values is returned as it is.
#[must_use]
pub fn mask_encrypted(node: Node) -> Node {
    if node.get("sops").is_none() {
        return node;
    }
    mask(node)
}

/// Whether the text is a value as SOPS writes it.
pub(super) fn is_encrypted(text: &str) -> bool {
    text.starts_with("ENC[") && text.ends_with(']')
}

fn mask(node: Node) -> Node {
    let Node { value, origin } = node;
    let value = match value {
        Value::Text(text) if is_encrypted(text.as_str()) => {
            Value::Unknown(Unknown::new("the value is encrypted with SOPS"))
        }
        Value::List(items) => Value::List(items.into_iter().map(mask).collect()),
        Value::Map(map) => Value::Map(
            map.into_iter()
                .map(|(key, slot)| {
                    let node = mask(slot.node);
                    (key, Slot { node, ..slot })
                })
                .collect(),
        ),
        other => other,
    };
    Node { value, origin }
}
