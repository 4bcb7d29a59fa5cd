//! Single values at a path, as `helm --set` and its kin write them.

use crate::trace::{Map, Node, Origin, StepKind, Text, Value};

/// Helm's own limit for an index in a path.
const MAX_INDEX: usize = 65_536;

/// What a path may add up to over all its indexes, so that `a[60000][60000]` stays small.
const MAX_PADDING: usize = 70_000;

/// Paths with more parts are refused.
const MAX_PARTS: usize = 30;

/// How the text of a setting is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// As `--set`: `true`, `false`, `null` and whole numbers are what they say.
    Typed,
    /// As `--set-string`: always text.
    Text,
}

/// Puts `value` into `values` at `path` (`ingress.tls[0].hosts[0]`, dots escaped by `\`).
///
/// `layer` says who sets it, for the override step.
///
/// # Errors
/// In words, if the path isn't one.
pub fn set(
    values: &mut Node,
    path: &Text,
    value: Node,
    setting: Setting,
    layer: &str,
) -> Result<(), String> {
    let parts = parse(path.as_str())?;
    let value = match (setting, value.as_str()) {
        (Setting::Typed, Some(chars)) => typed(chars, &value),
        _ => value,
    };
    let mut padding = 0;
    let slot = reach(values, &parts, &path.origin(), &mut padding)?;
    let old = std::mem::replace(slot, Node::null(Origin::nowhere()));
    *slot = if old.is_null() {
        value
    } else {
        let note = format!("{layer} sets {}", path.as_str());
        let at = path.origin().span();
        value.map_origins(&|o| {
            o.then_with(
                StepKind::Override,
                at,
                note.clone(),
                vec![old.origin.clone()],
            )
        })
    };
    Ok(())
}

/// The value that `--set` makes of a text.
fn typed(chars: &str, node: &Node) -> Node {
    let value = match chars {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        "null" => Value::Null,
        "0" => Value::Int(0),
        // A leading zero is more likely a code than a number.
        _ if chars.starts_with('0') => return node.clone(),
        _ => match chars.parse() {
            Ok(number) => Value::Int(number),
            Err(_) => return node.clone(),
        },
    };
    Node::new(value, node.origin.clone())
}

#[derive(Debug, PartialEq, Eq)]
enum Part {
    Key(String),
    Index(usize),
}

fn parse(path: &str) -> Result<Vec<Part>, String> {
    let mut parts = Vec::new();
    let mut key = String::new();
    let mut after_index = false;
    let mut chars = path.chars();
    let close = |key: &mut String, parts: &mut Vec<Part>, after_index: bool| {
        if key.is_empty() && after_index {
            return Ok(());
        }
        if key.is_empty() {
            return Err(format!("`{path}` has an empty part"));
        }
        parts.push(Part::Key(std::mem::take(key)));
        Ok(())
    };
    while let Some(c) = chars.next() {
        match c {
            '\\' => key.extend(chars.next()),
            '.' => {
                close(&mut key, &mut parts, after_index)?;
                after_index = false;
            }
            '[' => {
                close(&mut key, &mut parts, after_index)?;
                let digits: String = chars.by_ref().take_while(|c| *c != ']').collect();
                let index: usize = digits
                    .trim()
                    .parse()
                    .map_err(|_| format!("`{digits}` in `{path}` is no index"))?;
                if index > MAX_INDEX {
                    return Err(format!(
                        "the index {index} is over the limit of {MAX_INDEX}"
                    ));
                }
                parts.push(Part::Index(index));
                after_index = true;
            }
            other => key.push(other),
        }
    }
    close(&mut key, &mut parts, after_index)?;
    if parts.len() > MAX_PARTS {
        return Err(format!(
            "`{path}` has more than {MAX_PARTS} parts, the limit"
        ));
    }
    Ok(parts)
}

/// The node at the path; what is missing on the way is made.
fn reach<'n>(
    mut node: &'n mut Node,
    parts: &[Part],
    origin: &Origin,
    padding: &mut usize,
) -> Result<&'n mut Node, String> {
    for part in parts {
        node = match part {
            Part::Key(key) => {
                if node.as_map().is_none() {
                    *node = Node::map(Map::new(), origin.clone());
                }
                let Value::Map(map) = &mut node.value else {
                    return Err(format!("{key} is not in a map"));
                };
                if !map.contains(key) {
                    map.insert(key.clone(), origin.clone(), Node::null(origin.clone()));
                }
                map.get_mut(key).ok_or_else(|| format!("{key} is gone"))?
            }
            Part::Index(index) => {
                if node.as_list().is_none() {
                    *node = Node::list(Vec::new(), origin.clone());
                }
                let Value::List(items) = &mut node.value else {
                    return Err(format!("{index} is not in a list"));
                };
                *padding += (index + 1).saturating_sub(items.len());
                if *padding > MAX_PADDING {
                    return Err(format!("indexes over the limit of {MAX_PADDING} elements"));
                }
                while items.len() <= *index {
                    items.push(Node::null(origin.clone()));
                }
                items
                    .get_mut(*index)
                    .ok_or_else(|| format!("{index} is gone"))?
            }
        };
    }
    Ok(node)
}
