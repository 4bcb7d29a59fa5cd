//! Laying values over values.

use crate::trace::{Map, Node, Note, Origin, Slot, StepKind, Value};

/// Deeper trees are replaced as a whole, which only values made to hurt will notice.
const MAX_DEPTH: usize = 200;

/// `over` on top of `base`, as Helm merges values files: maps by key, everything else is
/// replaced. Nulls stay, since they delete a chart's default later.
///
/// What was replaced is remembered in an override step of what replaced it; `layer` says what
/// laid it there: `values-prod.yaml`.
#[must_use]
pub fn merge(base: Node, over: Node, layer: &str) -> Node {
    merge_at(base, over, layer, MAX_DEPTH)
}

fn merge_at(base: Node, over: Node, layer: &str, depth: usize) -> Node {
    match (base.value, over.value) {
        (Value::Map(low), Value::Map(high)) if depth > 0 => {
            let mut out = low;
            for (key, slot) in high {
                lay(&mut out, key, slot, layer, depth);
            }
            // A place to add something is in the layer that counts.
            Node::map(out, over.origin)
        }
        // Nothing laid over something leaves it: an empty file, a list of comments.
        (low, Value::Null) if depth == MAX_DEPTH => Node::new(low, base.origin),
        (low, high) => {
            let old = Node::new(low, base.origin);
            let new = Node::new(high, over.origin);
            overridden(new, &old, layer)
        }
    }
}

fn lay(out: &mut Map, key: String, slot: Slot, layer: &str, depth: usize) {
    let Slot { key: origin, node } = slot;
    let node = match out.get_mut(&key) {
        Some(old) => {
            let old = std::mem::replace(old, Node::null(Origin::nowhere()));
            merge_at(old, node, layer, depth - 1)
        }
        None => node,
    };
    out.insert(key, origin, node);
}

/// `new`, remembering that it took the place of `old`.
pub(crate) fn overridden(new: Node, old: &Node, layer: &str) -> Node {
    // What comes back by another way is no news.
    if old.is_null() || old.origin.span().is_some() && old.origin.place == new.origin.place {
        return new;
    }
    let note = Note::from(format!("{layer} overrides {}", shown(old)));
    let at = new.span();
    let inputs = vec![old.origin.clone()];
    new.map_origins(&|o| o.then_with(StepKind::Override, at, note.clone(), inputs.clone()))
}

/// What was there, for people.
fn shown(node: &Node) -> String {
    match &node.value {
        Value::List(_) => "a list".to_owned(),
        Value::Map(_) => "a map".to_owned(),
        Value::Unknown(_) | Value::Null => "what was there".to_owned(),
        _ => {
            let text = node.scalar_text().unwrap_or_default();
            let line = text.as_str().lines().next().unwrap_or_default();
            let short: String = line.chars().take(40).collect();
            if short.is_empty() {
                "an empty text".to_owned()
            } else {
                format!("`{short}`")
            }
        }
    }
}
