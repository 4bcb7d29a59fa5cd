use proptest::prelude::*;

use super::read;
use crate::inventory::Item;
use crate::trace::{Node, Value};

/// Blocks that refer to each other in all directions.
const BLOCKS: &[&str] = &[
    "variable \"place\" { default = \"fsn1\" }\n",
    "variable \"on\" { default = true }\n",
    "locals { zone = \"${var.place}-a\" }\n",
    "locals { all = [for s in hcloud_server.web : s.location] }\n",
    "provider \"hcloud\" { token = local.zone }\n",
    "provider \"hcloud\" {\n  alias = \"b\"\n  token = \"b\"\n}\n",
    "resource \"hcloud_server\" \"web\" {\n  count = var.on ? 2 : 0\n  location = local.zone\n  name = module.names.name\n}\n",
    "resource \"hcloud_server\" \"db\" {\n  provider = hcloud.b\n  location = data.a_b.c.x\n}\n",
    "data \"a_b\" \"c\" { x = join(\",\", local.all) }\n",
    "module \"names\" {\n  source = \"./names\"\n  base = hcloud_server.db.location\n}\n",
];

const MODULE: &[&str] = &[
    "variable \"base\" {}\n",
    "output \"name\" { value = local.name }\n",
    "locals { name = \"n\" }\n",
    "resource \"x_y\" \"z\" { base = var.base }\n",
];

fn shown(node: &Node) -> String {
    match &node.value {
        Value::Text(text) => format!("{:?}", text.as_str()),
        Value::List(items) => format!(
            "[{}]",
            items.iter().map(shown).collect::<Vec<_>>().join(",")
        ),
        Value::Map(map) => {
            let entries: Vec<_> = map
                .iter()
                .map(|(k, v)| format!("{k}={}", shown(v)))
                .collect();
            format!("{{{}}}", entries.join(","))
        }
        other => format!("{other:?}"),
    }
}

fn outcome(order: &[usize], cuts: &[usize], module: &[usize]) -> String {
    let mut files = vec![String::new(); 3];
    for (block, file) in order.iter().zip(cuts) {
        files[file % 3].push_str(BLOCKS[*block]);
    }
    let inner: String = module.iter().map(|i| MODULE[*i]).collect();
    let read = read(&[
        ("a.tf", &files[0]),
        ("b.tf", &files[1]),
        ("c.tf", &files[2]),
        ("names/main.tf", &inner),
    ]);
    let mut out = format!("{:?}\n", read.problems());
    for deployment in &read.inventory.deployments {
        for item in &deployment.items {
            if let Item::Resource(r) = item {
                let config = r.provider_config.as_ref().map(shown);
                out.push_str(&format!(
                    "{} {} {config:?} {:?}\n",
                    r.address,
                    shown(&r.body),
                    r.refers_to
                ));
            }
        }
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_blocks_and_files_never_matters(
        order in Just((0..BLOCKS.len()).collect::<Vec<_>>()).prop_shuffle(),
        cuts in proptest::collection::vec(0_usize..3, BLOCKS.len()),
        module in Just((0..MODULE.len()).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let straight = outcome(&(0..BLOCKS.len()).collect::<Vec<_>>(), &[0; 10], &[0, 1, 2, 3]);
        prop_assert!(straight.contains("fsn1-a,fsn1-a"), "{}", straight);
        prop_assert_eq!(outcome(&order, &cuts, &module), straight);
    }
}
