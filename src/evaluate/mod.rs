//! One folder a tool: reads what a tool would read, as the tool reads it.

/// A test for each tree of a folder of `testdata/`, of what the `read` around it makes of it.
#[cfg(test)]
macro_rules! trees {
    ($($test:ident: $tree:literal;)*) => {$(
        #[test]
        fn $test() {
            insta::assert_snapshot!(read($tree));
        }
    )*};
}

pub mod boot;
mod clock;
pub mod compose;
pub mod gitops;
pub mod helm;
pub mod helmfile;
pub mod kubernetes;
pub mod kustomize;
pub mod release;
pub mod stack;
mod standalone;
pub mod terraform;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use self::helm::render::Library;
use crate::inventory::Inventory;
use crate::trace::{SourceId, Sources};
use crate::workspace::Workspace;

/// Reads what is deployed by one tool.
type Evaluator = fn(&Shared<'_>) -> Inventory;

/// What the evaluators share.
struct Shared<'w> {
    workspace: &'w Workspace,
    /// The charts of the tree.
    library: &'w Library<'w>,
    /// Files that helmfiles take for theirs.
    taken: BTreeSet<PathBuf>,
    /// Files that somebody renders as templates.
    templates: Mutex<BTreeSet<SourceId>>,
}

/// All of them, in the order in which their deployments are told.
const EVALUATORS: &[Evaluator] = &[
    |shared| compose::deployments(shared.workspace),
    |shared| gitops::deployments_with(shared.workspace, shared.library, &shared.taken),
    |shared| {
        let read = terraform::read(shared.workspace);
        let mut templates = shared
            .templates
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        templates.extend(read.templates);
        read.inventory
    },
];

/// Everything that would be deployed from the files of `workspace`.
///
/// The order of deployments and problems doesn't depend on the number of threads.
#[must_use]
pub fn evaluate(workspace: &Workspace) -> Inventory {
    evaluate_with(workspace, EVALUATORS)
}

fn evaluate_with(workspace: &Workspace, evaluators: &[Evaluator]) -> Inventory {
    let library = Library::new(workspace);
    // First, since nobody else is to take their files for values of charts.
    let helmfiles = helmfile::deployments(workspace, &library);
    let shared = Shared {
        workspace,
        library: &library,
        taken: helmfiles.taken,
        templates: Mutex::default(),
    };
    let found: Vec<Inventory> = evaluators.par_iter().map(|e| e(&shared)).collect();
    let mut all = helmfiles.inventory;
    for inventory in found {
        all.deployments.extend(inventory.deployments);
        all.problems.extend(inventory.problems);
        all.built_on.extend(inventory.built_on);
    }
    let templates = shared
        .templates
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    standalone::drop_templates(&mut all, &templates);
    let mut taken = standalone::taken(&all);
    standalone::drop_taken_values(workspace, &mut all, &taken);
    let scripts = boot::deployments(workspace);
    all.deployments.extend(scripts.deployments);
    // What nobody took in stands for itself.
    let of_helmfiles = shared.taken.iter().filter_map(|path| workspace.file(path));
    taken.extend(of_helmfiles.map(|file| file.source));
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
