//! The trees of `testdata/compose/`, and what is read from them.

use super::deployments;
use crate::evaluate::evaluate_with;
use crate::inventory::dump;
use crate::workspace::tests::testdata;

fn read(tree: &str) -> String {
    let workspace = testdata(&format!("compose/{tree}"));
    let inventory = evaluate_with(&workspace, &[|shared| deployments(shared.workspace)]);
    dump(&inventory, workspace.sources())
}

trees! {
    variables_come_from_dotenv_files: "dotenv";
    an_example_stands_in_for_a_missing_dotenv_file: "example";
    files_are_laid_over_included_and_extended: "layers";
    mounts_bring_files_of_the_tree: "mounts";
    proxies_are_told_by_labels_and_variables: "proxy";
    images_are_built_from_the_tree: "build";
    what_a_template_leaves_open_is_unknown: "template";
    what_nobody_reads_stands_for_itself: "loose";
    what_can_not_be_read_is_a_problem: "broken";
}

#[test]
fn the_number_of_threads_makes_no_difference() {
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.unwrap().install(|| read("."))
    };
    let one = with(1);
    assert!((0..8).all(|_| with(4) == one));
}
