//! The trees of `testdata/gitops/`, and what Flux, Argo CD and Helm would install from them.

use super::deployments;
use crate::inventory::dump;
use crate::workspace::tests::testdata;

fn read(tree: &str) -> String {
    let workspace = testdata(&format!("gitops/{tree}"));
    dump(&deployments(&workspace), workspace.sources())
}

trees! {
    flux_releases_gather_their_values: "flux";
    applications_gather_their_values: "argo";
    values_files_stand_for_environments: "values";
    dependencies_get_their_part_of_the_values: "umbrella";
}
