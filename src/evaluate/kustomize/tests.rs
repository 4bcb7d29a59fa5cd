//! The trees of `testdata/kustomize/`, and what is built from them.

use proptest::prelude::*;

use super::{json_patch, strategic};
use crate::evaluate::gitops;
use crate::inventory::dump;
use crate::syntax::yaml::{self, Schema};
use crate::trace::{Node, Text};
use crate::workspace::tests::testdata;

fn read(tree: &str) -> String {
    let workspace = testdata(&format!("kustomize/{tree}"));
    dump(&gitops::deployments(&workspace), workspace.sources())
}

trees! {
    an_overlay_changes_its_base: "overlay";
    patches_reach_what_they_name: "patches";
    what_is_missing_is_a_note: "broken";
}

fn parse(text: &str) -> Node {
    let stream = yaml::parse(&Text::plain(text), Schema::Yaml11);
    stream.into_first().unwrap()
}

fn tree() -> impl Strategy<Value = String> {
    let word = || {
        prop::sample::select(vec![
            "a",
            "name",
            "env",
            "containers",
            "$patch",
            "delete",
            "0",
            "-",
        ])
    };
    let leaf = word().prop_map(|w| format!("{w:?}"));
    leaf.prop_recursive(5, 48, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|v| format!("[{}]", v.join(", "))),
            prop::collection::vec((word(), inner), 0..4).prop_map(|entries| {
                let entries: Vec<_> = entries
                    .into_iter()
                    .map(|(key, value)| format!("{key:?}: {value}"))
                    .collect();
                format!("{{{}}}", entries.join(", "))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn patches_never_panic(base in tree(), patch in tree(), path in "(/(a|env|name|0|-|~1)){0,4}") {
        let mut root = parse(&base);
        let patch = parse(&patch);
        strategic::apply(&mut root, &patch, true);
        let operations = format!(
            "[{{op: add, path: {path:?}, value: 1}}, {{op: remove, path: {path:?}}}, \
             {{op: move, from: {path:?}, path: \"/x\"}}, {{op: replace, path: {path:?}, value: 2}}]"
        );
        if let Some(operations) = parse(&operations).as_list() {
            let _ = json_patch::apply(&mut root, operations);
        }
    }
}
