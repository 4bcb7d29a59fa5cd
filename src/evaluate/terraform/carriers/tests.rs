//! What resources carry, and the way of every value of it.

mod facts;
mod links;
mod mutation;

use crate::evaluate::terraform;
use crate::inventory::{Inventory, Item, dump};
use crate::workspace::Workspace;
use crate::workspace::tests::testdata;

/// Everything that is carried; the resources themselves are left out.
fn carried(workspace: &Workspace) -> Inventory {
    let mut inventory = terraform::deployments(workspace);
    for deployment in &mut inventory.deployments {
        deployment
            .items
            .retain(|item| !matches!(item, Item::Resource(_)));
    }
    inventory
}

fn told(name: &str) -> String {
    let workspace = testdata(&format!("terraform/carriers/{name}"));
    dump(&carried(&workspace), workspace.sources())
}

#[test]
fn helm_releases() {
    insta::assert_snapshot!(told("helm"));
}

#[test]
fn kubernetes_objects() {
    insta::assert_snapshot!(told("kubernetes"));
}

#[test]
fn applications_of_argo_cd() {
    insta::assert_snapshot!(told("argocd"));
}

#[test]
fn containers_of_docker() {
    insta::assert_snapshot!(told("docker"));
}

#[test]
fn containers_of_clouds() {
    insta::assert_snapshot!(told("containers"));
}

#[test]
fn machines_with_what_they_start_with() {
    insta::assert_snapshot!(told("machines"));
}

#[test]
fn machines_of_many_clouds() {
    insta::assert_snapshot!(told("clouds"));
}

#[test]
fn machines_with_provisioners() {
    insta::assert_snapshot!(told("provisioners"));
}
