//! Configuration files of products: which of the files at hand are theirs, and their trees.

use std::str::FromStr;

use super::format::{ConfigFile, Product};
use super::image::glob;
use super::path::ValuePath;
use crate::inventory::MountedFile;
use crate::syntax;
use crate::trace::{Node, Origin, Problem, Value};

/// A configuration file that was recognised.
#[derive(Debug, Clone)]
pub struct BoundFile<'a> {
    /// Its name in the product file.
    pub name: &'a str,
    /// Its description.
    pub file: &'a ConfigFile,
    /// The tree under its root.
    pub root: Node,
    /// The file as a whole.
    pub origin: Origin,
    /// Why there may be more in it; none if all of it is known.
    pub open: Option<String>,
}

/// The product's files among `files`, by name and marks.
pub(super) fn bind_files<'a>(product: &'a Product, files: &'a [MountedFile]) -> Vec<BoundFile<'a>> {
    bind_those(product, files, true)
}

pub(super) fn bind_those<'a>(
    product: &'a Product,
    files: &'a [MountedFile],
    proves: bool,
) -> Vec<BoundFile<'a>> {
    let mut out = Vec::new();
    for file in files {
        for (name, description) in &product.files {
            if description.proves == proves
                && named(description, &file.path)
                && let Some(bound) = bind_file(
                    name,
                    description,
                    file,
                    description.at_least,
                    &mut Vec::new(),
                )
            {
                out.push(bound);
                break;
            }
        }
    }
    out
}

/// Whether a path is one that the file goes by.
pub(super) fn named(file: &ConfigFile, path: &str) -> bool {
    let last = path.rsplit('/').next().unwrap_or(path);
    file.names.iter().any(|pattern| {
        if pattern.contains('/') {
            // `**/` may stand for nothing.
            let below = pattern.strip_prefix("**/").unwrap_or(pattern);
            glob(path, pattern) || glob(path, below) || glob(path, &format!("*/{below}"))
        } else {
            glob(last, pattern)
        }
    })
}

pub(super) fn bind_file<'a>(
    name: &'a str,
    description: &'a ConfigFile,
    file: &MountedFile,
    at_least: usize,
    problems: &mut Vec<Problem>,
) -> Option<BoundFile<'a>> {
    let text = match &file.content.value {
        Value::Text(text) => text,
        // A tree that something already read.
        Value::Map(_) => {
            return bound(
                name,
                description,
                file.content.clone(),
                at_least,
                &file.content,
            );
        }
        _ => return None,
    };
    let format = syntax::Format::from_str(&description.format).ok()?;
    // A file may be the template of one, even inside a container: its entry point fills it in.
    let text = &syntax::placeholder::mask(text);
    let read = syntax::read(format, text);
    let found = bound(name, description, read.root, at_least, &file.content)?;
    if at_least == 0 && text.unknown().is_none() && !looks_templated(text.as_str()) {
        problems.extend(read.problems);
    }
    Some(found)
}

fn looks_templated(text: &str) -> bool {
    text.contains("{{") || text.contains("{%") || text.contains("${") || text.contains("<%")
}

fn bound<'a>(
    name: &'a str,
    description: &'a ConfigFile,
    tree: Node,
    at_least: usize,
    content: &Node,
) -> Option<BoundFile<'a>> {
    let root = if description.root.is_empty() {
        tree
    } else {
        ValuePath::parse(&description.root)
            .find(&tree)
            .first()
            .map(|n| (*n).clone())?
    };
    let map = root.as_map()?;
    let marks = description
        .marks
        .iter()
        .filter(|m| !ValuePath::parse(m).find(&root).is_empty() || map.keys().any(|k| glob(k, m)))
        .count();
    (marks >= at_least).then(|| BoundFile {
        name,
        file: description,
        origin: content.origin.clone(),
        root,
        open: None,
    })
}
