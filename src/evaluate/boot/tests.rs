//! Machines and what becomes of them.

use super::deployments;
use crate::inventory::{Inventory, Item, dump};
use crate::workspace::Workspace;
use crate::workspace::tests::{testdata, tree};

fn told(workspace: &Workspace) -> String {
    dump(&deployments(workspace), workspace.sources())
}

fn inventory(files: &[(&str, &str)]) -> (String, Inventory) {
    let (_dir, workspace) = tree(files);
    let inventory = deployments(&workspace);
    (dump(&inventory, workspace.sources()), inventory)
}

fn items(inventory: &Inventory) -> impl Iterator<Item = &Item> {
    inventory.deployments.iter().flat_map(|d| &d.items)
}

#[test]
fn scripts_of_the_tree() {
    insta::assert_snapshot!(told(&testdata("boot/scripts")));
}

#[test]
fn cloud_init_of_the_tree() {
    insta::assert_snapshot!(told(&testdata("boot/cloud-init")));
}

#[test]
fn a_written_project_gets_what_is_written_beside_it() {
    let (told, found) = inventory(&[(
        "install.sh",
        "#!/bin/bash\nTOKEN=abc\nmkdir -p /opt/chat && cd /opt/chat\n\
         cat > .env <<EOF\nGUESTS=yes\nTOKEN=$TOKEN\nEOF\n\
         cat > config.json <<'EOF'\n{\"a\": 1}\nEOF\n\
         cat > docker-compose.yml <<'EOF'\nservices:\n  web:\n    image: example/web:1\n    \
         env_file: .env\n    environment:\n      - ALLOW=${GUESTS}\n    volumes:\n      \
         - ./config.json:/etc/web/config.json:ro\nEOF\ndocker compose up -d\n",
    )]);
    let web = items(&found).find_map(|item| match item {
        Item::Workload(workload) => workload.containers.first(),
        _ => None,
    });
    let web = web.unwrap();
    assert_eq!(web.env("ALLOW").unwrap().value.as_str(), Some("yes"));
    assert_eq!(web.env("TOKEN").unwrap().value.as_str(), Some("abc"));
    assert_eq!(web.files.len(), 1, "{told}");
    assert!(web.file_gaps.is_empty(), "{told}");
    let line = "\"yes\" @install.sh:5";
    assert!(told.contains(line), "{told}");
}

#[test]
fn deep_chains_of_scripts_end() {
    let mut script = String::from("#!/bin/sh\n");
    for i in 0..40 {
        let next = i + 1;
        script.push_str(&format!(
            "cat > /s{i}.sh <<'EOF'\n#!/bin/sh\nbash /s{next}.sh\nEOF\n"
        ));
    }
    script.push_str("bash /s0.sh\n");
    let (told, _) = inventory(&[("a.sh", &script)]);
    assert!(told.contains("the limit"), "{told}");
}
