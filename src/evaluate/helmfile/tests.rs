//! The trees of `testdata/helmfile/`, and what helmfile would install from them.

use std::path::{Path, PathBuf};

use super::deployments;
use crate::evaluate::evaluate;
use crate::evaluate::helm::render::Library;
use crate::inventory::{Inventory, dump};
use crate::workspace::tests::{testdata, tree};
use crate::workspace::{Config, Workspace};

fn read(tree: &str) -> String {
    let workspace = testdata(&format!("helmfile/{tree}"));
    let library = Library::new(&workspace);
    dump(
        &deployments(&workspace, &library).inventory,
        workspace.sources(),
    )
}

trees! {
    environments_are_deployments_of_their_own: "suite";
    releases_inherit_and_are_filled_in_later: "inherit";
    folders_of_helmfiles_are_read_one_by_one: "nested";
    mistakes_leave_the_rest: "broken";
}

fn names(inventory: &Inventory) -> Vec<&str> {
    inventory
        .deployments
        .iter()
        .map(|d| d.name.as_str())
        .collect()
}

#[test]
fn files_of_helmfiles_are_no_values_by_themselves() {
    let workspace = testdata("helmfile/nested");
    let all = evaluate(&workspace);
    assert_eq!(
        names(&all),
        [
            "helmfile.d/10-base.yaml: base",
            "helmfile.d/20-app.yaml: app",
            "values/other.yaml",
        ]
    );
}

#[test]
fn a_part_of_the_tree_is_read_with_what_is_above_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/helmfile/suite");
    let paths = [PathBuf::from("apps/meet")];
    let workspace = Workspace::open(&paths, &root, Config::default());
    let library = Library::new(&workspace);
    let found = deployments(&workspace, &library).inventory;
    assert_eq!(
        names(&found),
        [
            "apps/meet/helmfile.yaml.gotmpl (test): meet",
            "apps/meet/helmfile.yaml.gotmpl (prod): meet",
        ]
    );
}

#[test]
fn helmfiles_that_call_each_other_end() {
    let (_dir, workspace) = tree(&[
        ("a/helmfile.yaml", "helmfiles: [../b/helmfile.yaml]\n"),
        (
            "b/helmfile.yaml",
            "bases: [helmfile.yaml]\nhelmfiles: [../a/helmfile.yaml]\nreleases:\n- name: x\n  chart: r/x\n",
        ),
    ]);
    let library = Library::new(&workspace);
    let found = deployments(&workspace, &library).inventory;
    assert_eq!(names(&found), ["b/helmfile.yaml: x"]);
}

#[test]
fn too_many_releases_are_a_problem() {
    let text = "releases:\n{{- range until 3000 }}\n- name: r{{ . }}\n  chart: r/x\n{{- end }}\n";
    let (_dir, workspace) = tree(&[("helmfile.yaml.gotmpl", text)]);
    let library = Library::new(&workspace);
    let found = deployments(&workspace, &library).inventory;
    assert_eq!(found.deployments.len(), super::limits::RELEASES);
    assert_eq!(
        found.problems[0].message,
        "the helmfile has more than 2000 releases"
    );
}
