//! Google Cloud Run.

use super::containers::{env_list, words, workload};
use super::{block, blocks, word};
use crate::inventory::{Container, Resource, Workload};
use crate::trace::Node;

/// `google_cloud_run_service`, `google_cloud_run_v2_service` and their jobs.
pub(super) fn service(resource: &Resource) -> Option<Workload> {
    let template = block(&resource.body, "template")?;
    // The first version of the resource has `spec`, jobs have another `template`.
    let inner = block(template, "spec")
        .or_else(|| block(template, "template"))
        .unwrap_or(template);
    let containers = blocks(inner, "containers")
        .iter()
        .map(|node| container(resource, node));
    Some(workload(
        resource,
        "Cloud Run service",
        containers.collect(),
    ))
}

fn container(resource: &Resource, node: &Node) -> Container {
    let name = word(node, "name").unwrap_or("container").to_owned();
    let mut args = words(node.get("command"));
    args.extend(words(node.get("args")));
    Container {
        image: node.get("image").cloned(),
        env: env_list(blocks(node, "env"), &name),
        args,
        origin: node.origin.clone(),
        env_at: resource.origin.clone(),
        name,
        ..Container::default()
    }
}
