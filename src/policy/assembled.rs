//! Configuration files that another container of the workload puts together out of pieces.

use std::str::FromStr;

use super::files::{BoundFile, named};
use super::format::{Assembly, ConfigFile, Product};
use super::image::glob;
use super::path::ValuePath;
use crate::inventory::{Container, Workload};
use crate::syntax;
use crate::trace::{Node, Value};

/// Deeper trees are replaced as a whole.
const MAX_DEPTH: usize = 100;

/// The files of `component` that containers beside `container` write for it.
pub(super) fn files<'a>(
    product: &'a Product,
    component: &str,
    container: &Container,
    workload: &Workload,
) -> Vec<BoundFile<'a>> {
    let mut out = Vec::new();
    for (name, file) in &product.files {
        let Some(how) = &file.assembled else { continue };
        if file.component.as_deref() != Some(component) {
            continue;
        }
        let beside = workload.containers.iter();
        let made = beside.filter_map(|other| assemble(name, file, how, container, other));
        out.extend(made);
    }
    out
}

fn assemble<'a>(
    name: &'a str,
    file: &'a ConfigFile,
    how: &Assembly,
    container: &Container,
    other: &Container,
) -> Option<BoundFile<'a>> {
    let args: Vec<&str> = other.args.iter().filter_map(Node::as_str).collect();
    if !args.contains(&how.command.as_str()) {
        return None;
    }
    let at = args.iter().position(|a| *a == how.output)?;
    let (target, pieces) = args.get(at + 1..)?.split_first()?;
    let is_read = container.file_gaps.iter().any(|(path, _)| {
        let rest = target.strip_prefix(path.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    });
    if !is_read || !named(file, target) {
        return None;
    }
    let format = syntax::Format::from_str(&file.format).ok()?;
    let mut tree: Option<Node> = None;
    let mut open = None;
    for piece in pieces {
        if how.apart.iter().any(|a| glob(piece, a)) {
            continue;
        }
        let found = other.files.iter().find(|f| f.path == *piece);
        let Some(text) = found.and_then(|f| f.content.as_text()) else {
            open.get_or_insert_with(|| format!("`{piece}` is not in the tree"));
            continue;
        };
        let read = syntax::read(format, &syntax::placeholder::mask(text)).root;
        tree = Some(match tree {
            Some(under) => over(under, read, 0),
            None => read,
        });
    }
    let tree = tree?;
    let root = if file.root.is_empty() {
        tree
    } else {
        (*ValuePath::parse(&file.root).find(&tree).first()?).clone()
    };
    root.as_map()?;
    Some(BoundFile {
        name,
        file,
        origin: root.origin.clone(),
        root,
        open,
    })
}

/// `high` laid over `low`: maps by key, lists one behind the other, anything else replaced.
fn over(low: Node, high: Node, depth: usize) -> Node {
    match (low.value, high.value) {
        (Value::Map(mut out), Value::Map(map)) if depth < MAX_DEPTH => {
            for (key, slot) in map {
                let node = match out.remove(&key) {
                    Some(old) => over(old.node, slot.node, depth + 1),
                    None => slot.node,
                };
                out.insert(key, slot.key, node);
            }
            Node::map(out, high.origin)
        }
        (Value::List(mut out), Value::List(more)) => {
            out.extend(more);
            Node::list(out, high.origin)
        }
        (_, value) => Node::new(value, high.origin),
    }
}
