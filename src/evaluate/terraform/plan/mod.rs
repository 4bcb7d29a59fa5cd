//! Plans as `terraform show -json` prints them: what would be there, with every value that the
//! providers know before applying.
//!
//! [`document`] reads the plan. If the configuration that it was made of is in the tree too, it
//! is evaluated with the plan's variables ([`source`]), and what both agree on keeps its place
//! in the configuration ([`mapping`]); everything else has its place in the plan.

mod document;
mod mapping;
mod resource;
mod source;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::graph::Library;
use super::roots::assemble;
use crate::inventory::{Deployment, Resource};
use crate::syntax::json;
use crate::trace::Problem;
use crate::workspace::{Workspace, WorkspaceFile};
use document::Document;

/// What the plan in `file` deploys. Paths in it start at the root module's folder, which is the
/// plan's own if the configuration isn't found.
#[must_use]
pub(super) fn read(
    workspace: &Workspace,
    library: &Library<'_>,
    file: &WorkspaceFile,
) -> (Deployment, Vec<Problem>) {
    let (root, mut problems) = json::parse(&workspace.text_of(file));
    let mut document = match Document::new(&root) {
        Ok(document) => document,
        Err(problem) => {
            // What isn't JSON was told already.
            if problems.is_empty() {
                problems.push(problem);
            }
            return (Deployment::default(), problems);
        }
    };
    let configuration = source::evaluated(workspace, library, file, &document);
    let (dir, written) = configuration.unwrap_or_else(|| (file.dir().to_path_buf(), Vec::new()));
    let written: BTreeMap<&str, &Resource> =
        written.iter().map(|r| (r.address.as_str(), r)).collect();
    let planned = document.resources();
    let providers = resource::providers(&document, &written);
    let mut resources: Vec<Resource> = providers.values().flatten().cloned().collect();
    for planned in &planned {
        resources.push(resource::resource(&document, planned, &written, &providers));
    }
    problems.append(&mut document.problems);
    let (deployment, more) = assemble(workspace, workspace.show(&file.abs), &dir, resources);
    problems.extend(more);
    (deployment, problems)
}
