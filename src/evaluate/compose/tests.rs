//! The trees of `testdata/compose/`, and what is read from them.

use crate::evaluate::evaluate;
use crate::inventory::dump;
use crate::workspace::tests::testdata;

fn read(tree: &str) -> String {
    let workspace = testdata(&format!("compose/{tree}"));
    dump(&evaluate(&workspace), workspace.sources())
}

macro_rules! trees {
    ($($test:ident: $tree:literal;)*) => {$(
        #[test]
        fn $test() {
            insta::assert_snapshot!(read($tree));
        }
    )*};
}

trees! {
    variables_come_from_dotenv_files: "dotenv";
    an_example_stands_in_for_a_missing_dotenv_file: "example";
    files_are_laid_over_included_and_extended: "layers";
    mounts_bring_files_of_the_tree: "mounts";
    proxies_are_told_by_labels_and_variables: "proxy";
    what_nobody_reads_stands_for_itself: "loose";
    what_can_not_be_read_is_a_problem: "broken";
}
