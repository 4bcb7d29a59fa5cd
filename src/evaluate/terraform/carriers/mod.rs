//! What evaluated resources carry: charts, manifests, containers, and machines with all they
//! are started with.
//!
//! Each file knows the arguments of one family of resources. What comes out of an argument is
//! handed to whoever reads it elsewhere: values to [`release`](crate::evaluate::release),
//! documents to [`gitops`](crate::evaluate::gitops), scripts to
//! [`boot`](crate::evaluate::boot).

mod arguments;
mod azure;
mod containers;
mod docker;
mod ecs;
mod firewall;
mod helm;
mod kubernetes;
mod machine;
mod run;
#[cfg(test)]
mod tests;

use std::path::Path;

use crate::evaluate::gitops;
use crate::evaluate::kubernetes::Manifest;
use crate::evaluate::release::Installation;
use crate::inventory::{Item, Resource};
use crate::trace::{Node, Origin, Problem, StepKind};
use crate::workspace::Workspace;

/// What the resources of one configuration carry.
#[derive(Debug, Clone, Default)]
pub struct Carried {
    /// Workloads, machines, routes.
    pub items: Vec<Item>,
    /// Charts that are installed.
    pub charts: Vec<Installation>,
    /// Remarks.
    pub notes: Vec<Problem>,
}

/// Where resources are looked at.
#[derive(Debug)]
struct Context<'a> {
    workspace: &'a Workspace,
    /// The folder of the root module, from which relative paths start.
    dir: &'a Path,
    resources: &'a [Resource],
}

/// What `resources` of the root module in `dir` carry, in their order.
#[must_use]
pub fn carried(workspace: &Workspace, dir: &Path, resources: &[Resource]) -> Carried {
    let context = Context {
        workspace,
        dir,
        resources,
    };
    let mut out = Carried::default();
    let mut manifests: Vec<Manifest> = Vec::new();
    for resource in resources {
        let kind = resource.kind.as_str();
        match kind {
            "provider" | "backend" => continue,
            "helm_release" => out.charts.extend(helm::release(&context, resource)),
            "docker_container" => {
                let workload = docker::container(&context, resource);
                out.items.extend(workload.map(Item::Workload));
            }
            "docker_service" => {
                let workload = docker::service(&context, resource);
                out.items.extend(workload.map(Item::Workload));
            }
            "aws_ecs_task_definition" => {
                out.items.extend(ecs::task(resource).map(Item::Workload));
            }
            "azurerm_container_group" => out.items.push(Item::Workload(azure::group(resource))),
            "azurerm_container_app" | "azurerm_container_app_job" => {
                out.items.push(Item::Workload(azure::app(resource)));
            }
            "nomad_job" => out.notes.push(Problem::new(
                "what a Nomad job runs is not read",
                resource.origin.nearest_span(),
            )),
            _ if kind.starts_with("google_cloud_run") => {
                out.items.extend(run::service(resource).map(Item::Workload));
            }
            _ => manifests.extend(kubernetes::manifests(resource)),
        }
        out.items
            .extend(firewall::openings(resource).into_iter().map(Item::Opening));
        if let Some(booted) = machine::booted(&context, resource) {
            out.items.extend(booted.items);
            out.charts.extend(booted.charts);
            out.notes.extend(booted.notes);
        }
    }
    let (items, charts) = gitops::carried(workspace, &manifests);
    out.items.extend(items);
    out.charts.extend(charts);
    out
}

/// A step for what an argument of `resource` carries.
fn carry<'r>(resource: &'r Resource, what: &str) -> impl Fn(&Origin) -> Origin + use<'r> {
    let note = format!("{what} of {}", resource.address);
    let at = resource.origin.nearest_span();
    move |origin| origin.then(StepKind::Deploy, at, note.clone())
}

/// The only block of that kind, or the argument itself.
fn block<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    let found = node.get(name)?;
    match found.as_list() {
        Some(items) => items.first(),
        None => Some(found).filter(|n| !n.is_null()),
    }
}

/// All blocks of that kind; an argument that is a map counts as one.
fn blocks<'n>(node: &'n Node, name: &str) -> &'n [Node] {
    match node.get(name) {
        Some(found) if found.is_null() => &[],
        Some(found) => found.as_list().unwrap_or(std::slice::from_ref(found)),
        None => &[],
    }
}

/// The characters of an argument that is known.
fn word<'n>(node: &'n Node, name: &str) -> Option<&'n str> {
    node.get(name)?.as_str()
}
