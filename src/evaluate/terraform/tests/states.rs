//! What one root module reads of another's state.

use super::{read, resource, text};
use crate::inventory::Resource;
use crate::trace::Node;

const NETWORK: &str = "variable \"region\" {}\noutput \"region\" {\n  value = var.region\n}\n";

const READER: &str =
    "resource \"a_b\" \"c\" {\n  place = data.terraform_remote_state.net.outputs.region\n}\n";

/// What reads, in the only folder that has it or in `app`.
fn reader(read: &super::Read) -> &Resource {
    let all = &read.inventory.deployments;
    let app = all.iter().find(|d| d.name == "app" || d.name == "a");
    resource(app.unwrap_or(&all[0]), "a_b.c")
}

fn why(read: &super::Read, name: &str) -> String {
    let node = reader(read).body.get(name);
    let why = node.and_then(Node::why_unknown).map(|w| w.why.clone());
    why.unwrap_or_else(|| panic!("{name}: {node:?}"))
}

#[test]
fn a_state_beside_is_read() {
    let local = "data \"terraform_remote_state\" \"net\" {\n  backend = \"local\"\n  \
                 config = {\n    path = \"${path.module}/../network/terraform.tfstate\"\n  }\n}\n";
    let read = read(&[
        ("network/main.tf", NETWORK),
        ("network/terraform.tfvars", "region = \"us-east-1\"\n"),
        ("app/main.tf", &format!("{local}{READER}")),
    ]);
    assert_eq!(read.problems(), Vec::<&str>::new());
    let place = reader(&read).body.get("place").unwrap();
    assert_eq!(read.place(place), "network/terraform.tfvars:1: us-east-1");
    let notes: Vec<_> = place
        .origin
        .steps()
        .iter()
        .map(|s| s.note.clone())
        .collect();
    assert_eq!(
        notes,
        [
            "var.region",
            "state of ../network, data.terraform_remote_state.net",
            "data.terraform_remote_state.net.outputs.region"
        ]
    );
}

/// A reader of the state that `config` says, of a root module with `backend`.
fn with(kind: &str, backend: &str, config: &str) -> super::Read {
    let backend = format!("terraform {{\n  backend \"{kind}\" {{\n    {backend}\n  }}\n}}\n");
    let main = format!(
        "data \"terraform_remote_state\" \"net\" {{\n  backend = \"{kind}\"\n  config = {{\n    {config}\n  }}\n}}\n{READER}"
    );
    read(&[
        ("network/main.tf", &format!("{backend}{NETWORK}")),
        ("network/terraform.tfvars", "region = \"us-east-1\"\n"),
        ("app/main.tf", &main),
    ])
}

#[test]
fn the_backend_tells_whose_state_it_is() {
    for (kind, backend, config) in [
        (
            "s3",
            "bucket = \"states\"\n    key = \"net.tfstate\"\n    region = \"eu-central-1\"",
            "bucket = \"states\"\n    key = \"net.tfstate\"\n    region = \"eu-west-1\"",
        ),
        (
            "gcs",
            "bucket = \"states\"\n    prefix = \"net\"",
            "bucket = \"states\"\n    prefix = \"net\"",
        ),
        (
            "azurerm",
            "storage_account_name = \"s\"\n    container_name = \"c\"\n    key = \"net\"",
            "storage_account_name = \"s\"\n    container_name = \"c\"\n    key = \"net\"",
        ),
        (
            "remote",
            "organization = \"example\"\n    workspaces {\n      name = \"net\"\n    }",
            "organization = \"example\"\n    workspaces = {\n      name = \"net\"\n    }",
        ),
    ] {
        let read = with(kind, backend, config);
        assert_eq!(text(reader(&read), &["place"]), "us-east-1");
        let other = config.replace("net", "other");
        let read = with(kind, backend, &other);
        assert_eq!(
            why(&read, "place"),
            "the configuration whose state is read is not in the tree"
        );
    }
}

#[test]
fn where_it_is_not_proven_nothing_is_read() {
    let key = "bucket = \"states\"\n    key = \"net.tfstate\"";
    // The rest of the backend is said on the command line.
    let read = with("s3", "bucket = \"states\"", key);
    assert!(why(&read, "place").ends_with("is not in the tree"));
    // What is read depends on what nobody knows.
    let read = with("s3", key, "bucket = \"states\"\n    key = var.key");
    assert!(why(&read, "place").starts_with("it isn't known where"));
    // Two keep theirs in one place.
    let keeper = format!("terraform {{\n  backend \"s3\" {{\n    {key}\n  }}\n}}\n{NETWORK}");
    let main = format!(
        "data \"terraform_remote_state\" \"net\" {{\n  backend = \"s3\"\n  config = {{\n    {key}\n  }}\n}}\n{READER}"
    );
    let read = self::read(&[
        ("one/main.tf", &keeper),
        ("two/main.tf", &keeper),
        ("app/main.tf", &main),
    ]);
    assert!(why(&read, "place").starts_with("several configurations"));
}

#[test]
fn only_what_all_variables_agree_on_is_known() {
    let local = "data \"terraform_remote_state\" \"net\" {\n  backend = \"local\"\n  \
                 config = { path = \"../network/terraform.tfstate\" }\n  \
                 defaults = { size = 3, name = \"default\" }\n}\n\
                 resource \"a_b\" \"c\" {\n  place = data.terraform_remote_state.net.outputs.region\n  \
                 name = data.terraform_remote_state.net.outputs.name\n  \
                 size = data.terraform_remote_state.net.outputs.size\n}\n";
    let network = format!("{NETWORK}output \"name\" {{\n  value = \"net\"\n}}\n");
    let read = read(&[
        ("network/main.tf", &network),
        ("network/prod.tfvars", "region = \"eu-central-1\"\n"),
        ("network/test.tfvars", "region = \"us-east-1\"\n"),
        ("app/main.tf", local),
    ]);
    assert!(why(&read, "place").contains("several sets of variables"));
    assert_eq!(text(reader(&read), &["name"]), "net");
    let size = reader(&read).body.get("size");
    assert_eq!(size.and_then(Node::as_int), Some(3));
}

#[test]
fn circles_and_many_states_end() {
    let reads = |other: &str| {
        format!(
            "data \"terraform_remote_state\" \"net\" {{\n  backend = \"local\"\n  config = {{ path = \"../{other}/terraform.tfstate\" }}\n}}\n\
             output \"region\" {{\n  value = data.terraform_remote_state.net.outputs.region\n}}\n{READER}"
        )
    };
    let inventory = read(&[("a/main.tf", &reads("b")), ("b/main.tf", &reads("a"))]);
    assert_eq!(why(&inventory, "place"), "states are read in a circle");
    let mut files = Vec::new();
    for level in 0..12 {
        let mut main = String::new();
        for which in 0..20 {
            main.push_str(&format!(
                "data \"terraform_remote_state\" \"s{which}\" {{\n  backend = \"local\"\n  config = {{ path = \"../l{}/terraform.tfstate\" }}\n}}\n\
                 output \"o{which}\" {{\n  value = data.terraform_remote_state.s{which}.outputs\n}}\n",
                level + 1
            ));
        }
        files.push((format!("l{level}/main.tf"), main));
    }
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    let read = read(&files);
    assert!(read.problems()[0].starts_with("more than 100 states"));
}
