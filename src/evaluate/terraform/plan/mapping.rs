//! From values in a plan back to the configuration that they were made of.
//!
//! What both agree on is taken from the configuration, where people edit it. Where they differ
//! the plan is right: it has asked the providers.

use base64::Engine as _;
use sha1::{Digest as _, Sha1};

use crate::syntax::json;
use crate::trace::{Map, Node, Text, Value};

/// Values nested deeper are taken from the plan.
const MAX_DEPTH: usize = 64;

/// In longer lists, items are compared only with those at the same position.
const MAX_SEARCH: usize = 200;

/// `plan`, with the places of `config` where the two agree.
#[must_use]
pub(super) fn mapped(plan: Node, config: &Node) -> Node {
    within(plan, config, 0)
}

fn within(plan: Node, config: &Node, depth: usize) -> Node {
    if depth > MAX_DEPTH {
        return plan;
    }
    let Node { value, origin } = plan;
    match (value, &config.value) {
        (Value::Unknown(_), other) if !matches!(other, Value::Null) => config.clone(),
        (Value::Map(planned), Value::Map(written)) => {
            let mut out = Map::new();
            for (name, mut slot) in planned {
                if let Some(other) = written.slot(&name) {
                    slot.key = other.key.clone();
                    slot.node = within(slot.node, &other.node, depth + 1);
                }
                out.insert(name, slot.key, slot.node);
            }
            // Provisioners and the like, and what is known only later.
            for (name, slot) in written.slots() {
                if !out.contains(name) {
                    out.insert(name, slot.key.clone(), slot.node.clone());
                }
            }
            Node::map(out, config.origin.clone())
        }
        (Value::List(planned), Value::List(written)) => {
            Node::list(items(planned, written, depth), config.origin.clone())
        }
        // A block that can be there once is a list in one of the two.
        (Value::List(mut planned), Value::Map(_)) if planned.len() == 1 => {
            let only = planned.pop().map(|p| within(p, config, depth + 1));
            Node::list(only.into_iter().collect(), config.origin.clone())
        }
        (planned @ Value::Map(_), Value::List(written)) if written.len() == 1 => {
            let plan = Node::new(planned, origin);
            match written.first() {
                Some(only) => within(plan, only, depth + 1),
                None => plan,
            }
        }
        (Value::Text(planned), Value::Text(written)) if written.unknown().is_some() => {
            match filled(&planned, written) {
                Some(text) => Node::new(Value::Text(text), config.origin.clone()),
                None if is_hash(planned.as_str()) => config.clone(),
                None => Node::new(Value::Text(planned), origin),
            }
        }
        (value, _) => {
            let plan = Node::new(value, origin);
            if same(&plan, config) {
                config.clone()
            } else {
                plan
            }
        }
    }
}

fn items(planned: Vec<Node>, written: &[Node], depth: usize) -> Vec<Node> {
    let mut used = vec![false; written.len()];
    let search = planned.len().max(written.len()) <= MAX_SEARCH;
    let matches: Vec<Option<usize>> = planned
        .iter()
        .enumerate()
        .map(|(at, plan)| {
            let fits = |i: usize| written.get(i).is_some_and(|w| agrees(plan, w, depth + 1));
            let free = |i: &usize| !used.get(*i).copied().unwrap_or(true) && fits(*i);
            let found = Some(at).filter(free).or_else(|| {
                // Plans have sets in an order of their own.
                (0..written.len()).filter(|_| search).find(free)
            });
            if let Some(slot) = found.and_then(|i| used.get_mut(i)) {
                *slot = true;
            }
            found
        })
        .collect();
    let same_length = planned.len() == written.len();
    planned
        .into_iter()
        .zip(matches)
        .enumerate()
        .map(|(at, (plan, found))| {
            let other =
                found.or_else(|| Some(at).filter(|i| same_length && used.get(*i) == Some(&false)));
            match other.and_then(|i| written.get(i)) {
                Some(config) => within(plan, config, depth + 1),
                None => plan,
            }
        })
        .collect()
}

/// Whether `plan` may have been made of `config`: everything that is written is there.
fn agrees(plan: &Node, config: &Node, depth: usize) -> bool {
    if depth > MAX_DEPTH {
        return false;
    }
    match (&plan.value, &config.value) {
        (Value::Unknown(_), _) | (_, Value::Unknown(_)) => true,
        (Value::Map(planned), Value::Map(written)) => written.iter().all(|(name, config)| {
            planned
                .get(name)
                .map_or(config.is_null() || config.why_unknown().is_some(), |plan| {
                    agrees(plan, config, depth + 1)
                })
        }),
        (Value::List(planned), Value::List(written)) => {
            planned.len() == written.len()
                && planned
                    .iter()
                    .zip(written)
                    .all(|(p, w)| agrees(p, w, depth + 1))
        }
        (Value::Text(planned), Value::Text(written)) if written.unknown().is_some() => {
            filled(planned, written).is_some()
        }
        (Value::Null, Value::Null) => true,
        _ => same(plan, config),
    }
}

/// Whether two scalars are the same to Terraform, or one is how a provider keeps the other.
#[must_use]
pub(super) fn same(plan: &Node, config: &Node) -> bool {
    let (Some(planned), Some(written)) = (plan.scalar_text(), config.scalar_text()) else {
        return plan.is_null() && config.is_null();
    };
    let (planned, chars) = (planned.as_str(), written.as_str());
    if planned == chars {
        return true;
    }
    if let (Value::Int(_) | Value::Float(_), Ok(a), Ok(b)) =
        (&plan.value, planned.parse::<f64>(), chars.parse::<f64>())
    {
        return a.total_cmp(&b).is_eq();
    }
    if is_hash(planned) {
        let digest = Sha1::digest(chars.as_bytes());
        let hex: String = digest.iter().map(|b| format!("{b:02x}")).collect();
        let base64 = base64::engine::general_purpose::STANDARD.encode(digest);
        return planned == hex || planned == base64;
    }
    // Providers write JSON anew, with what they add.
    let is_json = |s: &str| s.trim_start().starts_with(['{', '[']);
    if is_json(planned) && is_json(chars) {
        let (a, wrong_a) = json::parse(&Text::plain(planned));
        let (b, wrong_b) = json::parse(&Text::plain(chars));
        return wrong_a.is_empty() && wrong_b.is_empty() && agrees(&a, &b, 0);
    }
    false
}

/// Whether it looks like what providers keep instead of a machine's user data.
#[must_use]
pub(super) fn is_hash(text: &str) -> bool {
    let hex = text.len() == 40 && text.bytes().all(|b| b.is_ascii_hexdigit());
    let base64 = text.len() == 28
        && text.ends_with('=')
        && base64::engine::general_purpose::STANDARD
            .decode(text)
            .is_ok_and(|bytes| bytes.len() == 20);
    hex || base64
}

/// `written` with its unknown parts filled in from `planned`; none if the two don't fit.
fn filled(planned: &Text, written: &Text) -> Option<Text> {
    let mut out = Text::default();
    let mut at = 0;
    // Whether something unknown stands before what comes next.
    let mut open = false;
    for (range, run) in written.runs() {
        if run.unknown.is_some() {
            open = true;
            continue;
        }
        let known = written.as_str().get(range.clone())?;
        let rest = planned.as_str().get(at..)?;
        let last = range.end == written.len();
        let skip = match open {
            false => rest.starts_with(known).then_some(0)?,
            true if last => rest.strip_suffix(known)?.len(),
            true => rest.find(known)?,
        };
        out.push(&planned.slice(at..at + skip));
        out.push(&written.slice(range));
        at += skip + known.len();
        open = false;
    }
    if open {
        out.push(&planned.slice(at..planned.len()));
        return Some(out);
    }
    (at == planned.len()).then_some(out)
}

/// Without what is null: an argument that is null is not set.
#[must_use]
pub(super) fn pruned(node: Node, depth: usize) -> Node {
    if depth > MAX_DEPTH {
        return node;
    }
    let value = match node.value {
        Value::Map(map) => {
            let mut out = Map::new();
            for (name, slot) in map {
                if !slot.node.is_null() {
                    out.insert(name, slot.key, pruned(slot.node, depth + 1));
                }
            }
            Value::Map(out)
        }
        Value::List(items) => {
            Value::List(items.into_iter().map(|n| pruned(n, depth + 1)).collect())
        }
        other => other,
    };
    Node::new(value, node.origin)
}
