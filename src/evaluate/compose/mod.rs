//! Compose projects and Docker stacks, as Compose reads them.
//!
//! [`project`] says which files are run together, [`load`] makes one tree of them (variables
//! replaced, includes and `extends` resolved, overlays merged), and [`service`] turns each
//! service into a workload.

mod given;
mod image;
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

pub(crate) use given::{Given, given};

use rayon::prelude::*;

use crate::inventory::{Deployment, Inventory, Item};
use crate::trace::{Origin, Problem, Span};
use crate::workspace::Workspace;

/// One deployment for each project.
#[must_use]
pub fn deployments(workspace: &Workspace) -> Inventory {
    let projects = project::projects(workspace);
    let read: Vec<_> = projects
        .par_iter()
        .map(|p| deployment(workspace, p))
        .collect();
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
    deployment
        .items
        .extend(services.into_iter().map(Item::Workload));
    deployment.items.extend(routes.into_iter().map(Item::Route));
    deployment.notes = log.notes;
    (deployment, log.problems)
}

/// What the values and files of one project may add up to, in bytes; many services can name
/// the same large file.
const MAX_BYTES: usize = 256 << 20;

/// What is to be told about how something was read.
#[derive(Debug, Default)]
struct Log {
    /// How many bytes of values and files were taken in so far.
    spent: usize,
    /// What could not be read.
    problems: Vec<Problem>,
    /// What a person should know.
    notes: Vec<Problem>,
}

impl Log {
    /// Whether `bytes` more may be taken in; tells once if not.
    fn spend(&mut self, bytes: usize, at: Option<Span>) -> bool {
        let before = self.spent;
        self.spent = before.saturating_add(bytes);
        if before <= MAX_BYTES && self.spent > MAX_BYTES {
            let message = format!("the project holds more than {MAX_BYTES} bytes, the limit");
            self.problems.push(Problem::new(message, at));
        }
        self.spent <= MAX_BYTES
    }

    /// Tells, once for each file, that `other` was read in place of `name`.
    fn stand_in(&mut self, name: &str, other: &str, at: &Origin) {
        let name = name.trim_start_matches("./").trim_start_matches('/');
        let message = format!("`{name}` is not in the tree; `{other}` was read instead");
        if !self.notes.iter().any(|n| n.message == message) {
            self.notes.push(Problem::new(message, at.nearest_span()));
        }
    }
}
