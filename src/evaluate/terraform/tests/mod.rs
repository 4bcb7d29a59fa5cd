//! What small configurations come to.

mod language;
mod limits;
mod modules;
mod order;
mod providers;
mod states;
mod text;

use crate::inventory::{Deployment, Inventory, Item, Resource};
use crate::trace::{Node, Sources};
use crate::workspace::Workspace;
use crate::workspace::tests::tree;

/// What the files of a tree deploy, and the texts.
struct Read {
    inventory: Inventory,
    workspace: Workspace,
}

fn read(files: &[(&str, &str)]) -> Read {
    let (_dir, workspace) = tree(files);
    let inventory = super::deployments(&workspace);
    Read {
        inventory,
        workspace,
    }
}

impl Read {
    fn deployment(&self, name: &str) -> &Deployment {
        let all = &self.inventory.deployments;
        all.iter().find(|d| d.name == name).unwrap_or_else(|| {
            let names: Vec<_> = all.iter().map(|d| &d.name).collect();
            panic!("no deployment {name} in {names:?}")
        })
    }

    /// The resource with that address in the only deployment.
    fn resource(&self, address: &str) -> &Resource {
        assert_eq!(self.inventory.deployments.len(), 1);
        resource(&self.inventory.deployments[0], address)
    }

    /// The messages of all problems.
    fn problems(&self) -> Vec<&str> {
        self.inventory
            .problems
            .iter()
            .map(|p| p.message.as_str())
            .collect()
    }

    fn sources(&self) -> &Sources {
        self.workspace.sources()
    }

    /// Where a value was written: `file:line: text`.
    fn place(&self, node: &Node) -> String {
        let origin = node
            .as_text()
            .map_or_else(|| node.origin.clone(), |t| t.primary(self.sources()));
        let Some(span) = origin.span() else {
            return "nowhere".to_owned();
        };
        let path = &self.sources().get(span.source).path;
        let line = self.sources().position(span).line;
        format!("{path}:{line}: {}", self.sources().slice(span))
    }

    /// The notes of the steps that a value took.
    fn way(&self, node: &Node) -> Vec<String> {
        let origin = node
            .as_text()
            .map_or_else(|| node.origin.clone(), |t| t.primary(self.sources()));
        origin.steps().iter().map(|s| s.note.to_string()).collect()
    }
}

fn resource<'d>(deployment: &'d Deployment, address: &str) -> &'d Resource {
    let mut addresses = Vec::new();
    for item in &deployment.items {
        if let Item::Resource(resource) = item {
            if resource.address == address {
                return resource;
            }
            addresses.push(&resource.address);
        }
    }
    panic!("no {address} in {addresses:?}")
}

fn addresses(deployment: &Deployment) -> Vec<&str> {
    deployment
        .items
        .iter()
        .filter_map(|item| match item {
            Item::Resource(resource) => Some(resource.address.as_str()),
            _ => None,
        })
        .collect()
}

/// The characters of an argument.
fn text<'r>(resource: &'r Resource, path: &[&str]) -> &'r str {
    let node = resource.body.at(path);
    node.and_then(Node::as_str)
        .unwrap_or_else(|| panic!("{path:?}: {node:?}"))
}
