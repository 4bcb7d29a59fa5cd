//! Compose projects and Docker stacks, as Compose reads them.
//!
//! [`project`] says which files are run together, [`load`] makes one tree of them (variables
//! replaced, includes and `extends` resolved, overlays merged), and [`service`] turns each
//! service into a workload.

mod load;
mod merge;
mod mounts;
mod paths;
mod ports;
mod project;
mod proxy;
mod service;
#[cfg(test)]
mod tests;
mod variables;
mod words;

use rayon::prelude::*;

use crate::inventory::{Deployment, Inventory, Item};
use crate::trace::Problem;
use crate::workspace::Workspace;

/// One deployment for each project.
#[must_use]
pub fn deployments(workspace: &Workspace) -> Inventory {
    let projects = project::projects(workspace);
    let read: Vec<_> = projects.par_iter().map(|p| deployment(workspace, p)).collect();
    let mut out = Inventory::default();
    for (deployment, problems) in read {
        out.problems.extend(problems);
        if !deployment.items.is_empty() {
            out.deployments.push(deployment);
        }
    }
    out
}

fn deployment(workspace: &Workspace, project: &project::Project) -> (Deployment, Vec<Problem>) {
    let mut loader = load::Loader::new(workspace, &project.dir);
    let tree = loader.project(&project.files);
    let mut deployment = Deployment {
        name: project.name.clone(),
        kind: "compose",
        ..Deployment::default()
    };
    let mut log = loader.log;
    let mut services = Vec::new();
    if let Some(all) = tree.get("services").and_then(|s| s.as_map()) {
        let context = service::Context {
            workspace,
            dir: &project.dir,
            tree: &tree,
            variables: &loader.variables,
        };
        for (name, slot) in all.slots() {
            services.push(service::workload(&context, name, slot, &mut log));
        }
    }
    let routes = proxy::routes(&services);
    deployment.items.extend(services.into_iter().map(Item::Workload));
    deployment.items.extend(routes.into_iter().map(Item::Route));
    log.notes.dedup();
    deployment.notes = log.notes;
    (deployment, log.problems)
}

/// What is to be told about how something was read.
#[derive(Debug, Default)]
struct Log {
    /// What could not be read.
    problems: Vec<Problem>,
    /// What a person should know.
    notes: Vec<Problem>,
}
