//! What resources carry, and the way of every value of it.

mod facts;
mod links;
mod mutation;

use crate::evaluate::terraform;
use crate::inventory::{Inventory, Item, dump};
use crate::workspace::Workspace;
use crate::workspace::tests::{testdata, tree};

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

#[test]
fn files_whose_names_differ_in_what_is_unknown_stay_apart() {
    let (_dir, workspace) = tree(&[
        (
            "main.tf",
            "resource \"aws_eip\" \"a\" {}\nresource \"aws_eip\" \"b\" {}\n\
             resource \"aws_instance\" \"web\" {\n  user_data = templatefile(\"setup.sh\", {\n    \
             a = aws_eip.a.public_dns\n    b = aws_eip.b.public_dns\n  })\n}\n",
        ),
        (
            "setup.sh",
            "#!/bin/sh\necho one=1 > /etc/${a}.conf\necho two=2 > /etc/${b}.conf\n\
             sed -i 's/one=1/one=9/' /etc/${a}.conf\n",
        ),
    ]);
    let inventory = carried(&workspace);
    let host = inventory.deployments[0]
        .items
        .iter()
        .find_map(|item| match item {
            Item::Host(host) => Some(host),
            _ => None,
        });
    let contents: Vec<_> = host
        .unwrap()
        .files
        .iter()
        .map(|f| f.content.as_str().unwrap())
        .collect();
    assert_eq!(contents, ["one=9\n", "two=2\n"]);
}
