//! JSON patches (RFC 6902).

use crate::evaluate::kubernetes::word;
use crate::evaluate::release::overridden;
use crate::trace::{Node, Origin, Problem, Value};

/// Applies the operations in order; returns what could not be applied.
pub(super) fn apply(root: &mut Node, operations: &[Node]) -> Vec<Problem> {
    operations
        .iter()
        .filter_map(|operation| {
            let message = one(root, operation).err()?;
            let message = format!("an operation of a JSON patch can't be applied: {message}");
            Some(Problem::new(message, operation.span()))
        })
        .collect()
}

fn one(root: &mut Node, operation: &Node) -> Result<(), String> {
    let field = |key: &str| operation.get(key);
    let path = field("path").and_then(word).ok_or("it has no path")?;
    let at = field("path").map(|n| n.origin.clone()).unwrap_or_default();
    let value = || field("value").cloned().ok_or("it has no value");
    let from = || field("from").and_then(word).ok_or("it has no from");
    match field("op").and_then(word).unwrap_or_default() {
        "add" => add(root, path, value()?, &at),
        "remove" => remove(root, path).map(|_| ()),
        "replace" => {
            let target = find(root, &parts(path)).ok_or(format!("{path} isn't there"))?;
            *target = overridden(value()?, target, "a patch");
            Ok(())
        }
        "copy" => {
            let node = find(root, &parts(from()?))
                .ok_or("from isn't there")?
                .clone();
            add(root, path, node, &at)
        }
        "move" => {
            let node = remove(root, from()?)?;
            add(root, path, node, &at)
        }
        "test" => Ok(()),
        other => Err(format!("`{other}` is no operation")),
    }
}

fn parts(path: &str) -> Vec<String> {
    path.split('/')
        .skip(1)
        .map(|part| part.replace("~1", "/").replace("~0", "~"))
        .collect()
}

fn find<'n>(root: &'n mut Node, parts: &[String]) -> Option<&'n mut Node> {
    parts
        .iter()
        .try_fold(root, |node, part| match &mut node.value {
            Value::Map(map) => map.get_mut(part),
            Value::List(items) => items.get_mut(part.parse::<usize>().ok()?),
            _ => None,
        })
}

/// The collection that holds the last part of `path`, and that part.
fn holder<'n>(root: &'n mut Node, path: &str) -> Result<(&'n mut Node, String), String> {
    let mut parts = parts(path);
    let last = parts.pop().ok_or("the path is empty")?;
    let node = find(root, &parts).ok_or(format!("{path} isn't there"))?;
    Ok((node, last))
}

fn add(root: &mut Node, path: &str, value: Node, at: &Origin) -> Result<(), String> {
    let (node, last) = holder(root, path)?;
    match &mut node.value {
        Value::Map(map) => {
            let value = match map.get(&last) {
                Some(old) => overridden(value, old, "a patch"),
                None => value,
            };
            map.insert(last, at.clone(), value);
            Ok(())
        }
        Value::List(items) => {
            let index = match last.as_str() {
                "-" => items.len(),
                digits => digits
                    .parse()
                    .map_err(|_| format!("`{digits}` is no index"))?,
            };
            if index > items.len() {
                return Err(format!("{path} is behind the end of the list"));
            }
            items.insert(index, value);
            Ok(())
        }
        _ => Err(format!("{path} is in neither a map nor a list")),
    }
}

fn remove(root: &mut Node, path: &str) -> Result<Node, String> {
    let (node, last) = holder(root, path)?;
    let gone = format!("{path} isn't there");
    match &mut node.value {
        Value::Map(map) => map.remove(&last).map(|slot| slot.node).ok_or(gone),
        Value::List(items) => match last.parse::<usize>() {
            Ok(index) if index < items.len() => Ok(items.remove(index)),
            _ => Err(gone),
        },
        _ => Err(gone),
    }
}
