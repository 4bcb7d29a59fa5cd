//! One folder a tool: reads what a tool would read, as the tool reads it.

pub mod boot;
pub mod compose;
pub mod gitops;
pub mod helm;
pub mod helmfile;
pub mod kubernetes;
pub mod kustomize;
pub mod release;
mod standalone;
pub mod terraform;

use std::collections::BTreeSet;
use std::path::PathBuf;

use rayon::prelude::*;

use crate::inventory::Inventory;
use crate::trace::Sources;
use crate::workspace::Workspace;

/// Reads what is deployed by one tool; files in the set belong to helmfiles.
type Evaluator = fn(&Workspace, &BTreeSet<PathBuf>) -> Inventory;

/// All of them, in the order in which their deployments are told.
const EVALUATORS: &[Evaluator] = &[
    |workspace, _| compose::deployments(workspace),
    gitops::deployments,
    |workspace, _| terraform::deployments(workspace),
];

/// Everything that would be deployed from the files of `workspace`.
///
/// The order of deployments and problems doesn't depend on the number of threads.
#[must_use]
pub fn evaluate(workspace: &Workspace) -> Inventory {
    evaluate_with(workspace, EVALUATORS)
}

fn evaluate_with(workspace: &Workspace, evaluators: &[Evaluator]) -> Inventory {
    let helmfiles = helmfile::deployments(workspace);
    let found: Vec<Inventory> = evaluators
        .par_iter()
        .map(|e| e(workspace, &helmfiles.taken))
        .collect();
    let mut all = helmfiles.inventory;
    for inventory in found {
        all.deployments.extend(inventory.deployments);
        all.problems.extend(inventory.problems);
    }
    let taken = standalone::taken(&all);
    standalone::drop_taken_values(workspace, &mut all, &taken);
    let scripts = boot::deployments(workspace);
    all.deployments.extend(scripts.deployments);
    // What nobody took in stands for itself.
    let mut taken = taken;
    taken.extend(helmfiles.taken.iter().filter_map(|path| Some(workspace.file(path)?.source)));
    let rest = standalone::deployments(workspace, &taken);
    all.deployments.extend(rest.deployments);
    all.problems.extend(rest.problems);
    all.problems.extend(workspace.problems());
    in_order(&mut all, workspace.sources());
    all
}

fn in_order(inventory: &mut Inventory, sources: &Sources) {
    inventory.problems.sort_by_cached_key(|problem| {
        let place = problem
            .span
            .map(|s| (sources.get(s.source).path.clone(), s.start));
        (place, problem.message.clone())
    });
    inventory.problems.dedup();
}

