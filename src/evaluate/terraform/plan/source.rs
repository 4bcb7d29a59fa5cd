//! The configuration that a plan was made of, if it is in the tree.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::document::Document;
use crate::evaluate::terraform::graph::{Given, Library, World};
use crate::evaluate::terraform::roots::candidates;
use crate::evaluate::terraform::value::Val;
use crate::inventory::Resource;
use crate::trace::{Node, StepKind};
use crate::workspace::{Workspace, WorkspaceFile};

/// The root module's folder, and its resources with the variables of the plan.
///
/// Problems in the configuration are told when it is read for itself.
pub(super) fn evaluated(
    workspace: &Workspace,
    library: &Library<'_>,
    file: &WorkspaceFile,
    document: &Document<'_>,
) -> Option<(PathBuf, Vec<Resource>)> {
    let dir = folder(workspace, library, file, document)?;
    let given = given(workspace, library, &dir, document);
    let resources = World::new(library, &dir, given, None).resources();
    Some((dir, resources))
}

/// The folder with a root module that declares most of what the plan's does, at least half;
/// of several the plan's own or the one that is next to it.
fn folder(
    workspace: &Workspace,
    library: &Library<'_>,
    file: &WorkspaceFile,
    document: &Document<'_>,
) -> Option<PathBuf> {
    let (declared, called) = (document.declared(), document.called());
    let all = declared.len() + called.len();
    let score = |dir: &Path| {
        let module = library.module(dir);
        let here = declared.iter().filter(|address| {
            let data = address.strip_prefix("data.");
            data.map_or_else(
                || module.resources.contains_key(**address),
                |d| module.data.contains_key(d),
            )
        });
        here.count()
            + called
                .iter()
                .filter(|name| module.calls.contains_key(**name))
                .count()
    };
    let mut best: Option<((usize, usize), PathBuf)> = None;
    for root in workspace.terraform_roots() {
        let score = score(&root.dir);
        if score == 0 || score * 2 < all {
            continue;
        }
        let common = root.dir.components().zip(file.dir().components());
        let near =
            common.take_while(|(a, b)| a == b).count() * 2 + usize::from(root.dir == file.dir());
        if best.as_ref().is_none_or(|(rank, _)| (score, near) > *rank) {
            best = Some(((score, near), root.dir));
        }
    }
    best.map(|(_, dir)| dir)
}

/// The variables that the plan was made with: from the files that say the same, else from the
/// plan.
fn given(
    workspace: &Workspace,
    library: &Library<'_>,
    dir: &Path,
    document: &Document<'_>,
) -> BTreeMap<String, Given> {
    let planned = document.variables();
    let mut best: Option<(usize, BTreeMap<String, Given>)> = None;
    for mut given in candidates(workspace, dir) {
        let world = World::new(library, dir, given.clone(), None);
        let differ: Vec<&(&str, &Node)> = planned
            .iter()
            .filter(|(name, value)| {
                let here = world.variable(0, name).map(|v| v.to_node());
                !here.is_ok_and(|here| equal(&here, value, 0))
            })
            .collect();
        for (name, value) in &differ {
            let step = format!("variable {name} of the plan");
            let val = Val::from_node(value).then(StepKind::Reference, None, step);
            given.insert((*name).to_owned(), Given::Val(val));
        }
        if best.as_ref().is_none_or(|(least, _)| differ.len() < *least) {
            best = Some((differ.len(), given));
        }
    }
    best.map(|(_, given)| given).unwrap_or_default()
}

/// Whether two trees hold the same, whatever the spelling of numbers.
fn equal(a: &Node, b: &Node, depth: usize) -> bool {
    if depth > 64 {
        return false;
    }
    if let (Some(a), Some(b)) = (a.as_map(), b.as_map()) {
        return a.len() == b.len()
            && a.iter()
                .all(|(name, a)| b.get(name).is_some_and(|b| equal(a, b, depth + 1)));
    }
    if let (Some(a), Some(b)) = (a.as_list(), b.as_list()) {
        return a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b, depth + 1));
    }
    match (a.scalar_text(), b.scalar_text()) {
        (Some(a), Some(b)) => a.unknown().is_none() && a.as_str() == b.as_str(),
        _ => a.is_null() && b.is_null(),
    }
}
