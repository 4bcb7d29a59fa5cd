//! What plans come to, alone and beside the configuration that they were made of.

use crate::evaluate::terraform::deployments;
use crate::inventory::{Inventory, Item, dump};
use crate::workspace::tests::{testdata, tree};

/// What the plans of a tree deploy; what its configuration does is left out.
fn told(name: &str) -> String {
    let workspace = testdata(&format!("terraform/plan/{name}"));
    let mut inventory = deployments(&workspace);
    inventory.deployments.retain(|d| d.name.ends_with(".json"));
    dump(&inventory, workspace.sources())
}

fn read(files: &[(&str, &str)]) -> Inventory {
    let (_dir, workspace) = tree(files);
    deployments(&workspace)
}

fn problems(plan: &str) -> Vec<String> {
    let inventory = read(&[("plan.json", plan)]);
    assert!(inventory.deployments.is_empty());
    inventory.problems.into_iter().map(|p| p.message).collect()
}

#[test]
fn a_plan_alone_has_its_places_in_the_plan() {
    insta::assert_snapshot!(told("alone"));
}

#[test]
fn a_plan_beside_its_configuration_has_its_places_there() {
    insta::assert_snapshot!(told("both"));
}

#[test]
fn a_plan_that_terraform_made() {
    insta::assert_snapshot!(told("recorded"));
}

#[test]
fn what_is_no_plan_that_can_be_read_is_told() {
    assert_eq!(
        problems(r#"{"format_version": "2.0", "planned_values": {}}"#),
        ["plans in format 2.0 are not read, only 1.x"]
    );
    assert_eq!(
        problems(r#"{"format_version": "1.2", "planned_values": {}}"#),
        ["the plan has no planned_values.root_module"]
    );
    assert_eq!(
        problems(r#"{"format_version": 1, "planned_values": {"root_module": {}}}"#),
        ["a plan without a format_version is not read"]
    );
    assert_eq!(
        problems(
            r#"{"format_version": "1.2", "planned_values": {"root_module": {"resources": [{"type": 1}]}}}"#
        ),
        ["a planned resource without address and type is not read"]
    );
    let cut = problems(r#"{"format_version": "1.2", "planned_values": {"root_module": {"#);
    assert!(cut[0].starts_with("not valid JSON"), "{cut:?}");
}

#[test]
fn modules_within_modules_end_somewhere() {
    let depth = 40;
    let mut plan = r#"{"format_version": "1.2", "planned_values": {"root_module": {"#.to_owned();
    let mut address = "module.a".to_owned();
    for _ in 0..depth {
        plan += &format!(r#""child_modules": [{{"address": "{address}", "#);
        address += ".module.a";
    }
    plan += r#""resources": []"#;
    plan += &"}]".repeat(depth);
    plan += "}}}";
    assert_eq!(
        problems(&plan),
        [
            "the plan has more than 10000 modules, or more than 32 within each other; the rest is not read"
        ]
    );
}

/// The environment of the only container that the plan runs, and the files it is written in.
fn environment(config: &str) -> Vec<(String, String)> {
    const PLAN: &str = r#"{"format_version": "1.2", "planned_values": {"root_module": {"resources": [{
        "address": "docker_container.chat", "mode": "managed", "type": "docker_container", "name": "chat",
        "provider_name": "registry.terraform.io/kreuzwerker/docker",
        "values": {"image": "example/chat:1", "env": ["GUESTS=true", "LOG=debug"]}}]}},
      "configuration": {"root_module": {"resources": [{
        "address": "docker_container.chat", "mode": "managed", "type": "docker_container", "name": "chat",
        "expressions": {"image": {"references": ["local.image"]}, "env": {"references": ["data.vault_kv.chat"]}}}]}}}"#;
    let (_dir, workspace) = tree(&[("main.tf", config), ("out/plan.json", PLAN)]);
    let inventory = deployments(&workspace);
    let plan = inventory
        .deployments
        .iter()
        .find(|d| d.name == "out/plan.json");
    let mut out = Vec::new();
    for item in plan.map_or(&[][..], |d| &d.items) {
        let Item::Workload(workload) = item else {
            continue;
        };
        for env in &workload.containers[0].env {
            let value = env.value.as_text().unwrap();
            let span = value.primary(workspace.sources()).span().unwrap();
            let file = workspace.sources().get(span.source).path.clone();
            out.push((format!("{}={}", env.name.as_str(), value.as_str()), file));
        }
    }
    out
}

#[test]
fn where_plan_and_configuration_differ_the_plan_is_right() {
    let at = |pairs: &[(String, String)]| {
        let shown: Vec<String> = pairs
            .iter()
            .map(|(e, file)| format!("{e} {file}"))
            .collect();
        shown.join(", ")
    };
    // In another order, one value from where only the provider looks, one changed since.
    let written = environment(
        "resource \"docker_container\" \"chat\" {\n  image = \"example/chat:1\"\n  \
         env = [\"LOG=debug\", \"GUESTS=${data.vault_kv.chat.guests}\"]\n}\n",
    );
    assert_eq!(at(&written), "GUESTS=true out/plan.json, LOG=debug main.tf");
    let changed = environment(
        "resource \"docker_container\" \"chat\" {\n  image = \"example/chat:1\"\n  \
         env = [\"GUESTS=false\", \"LOG=debug\"]\n}\n",
    );
    assert_eq!(at(&changed), "GUESTS=true out/plan.json, LOG=debug main.tf");
    let another = environment("resource \"docker_container\" \"web\" {}\n");
    assert_eq!(
        at(&another),
        "GUESTS=true out/plan.json, LOG=debug out/plan.json"
    );
}

/// The region of the only provider, and whether it is in doubt; or why it isn't known.
fn region(expression: &str, values: &str) -> String {
    let plan = format!(
        r#"{{"format_version": "1.2", "variables": {{"place": {{"value": "us-east-1"}}}},
        "planned_values": {{"root_module": {{"resources": [{{
          "address": "aws_instance.chat", "mode": "managed", "type": "aws_instance", "name": "chat",
          "provider_name": "registry.terraform.io/hashicorp/aws", "values": {values}}}]}}}},
        "configuration": {{"provider_config": {{"aws": {{"name": "aws", "expressions": {{"region": {expression}}}}}}},
          "root_module": {{"resources": [{{"address": "aws_instance.chat", "mode": "managed", "type": "aws_instance",
            "name": "chat", "provider_config_key": "aws", "expressions": {{}}}}]}}}}}}"#
    );
    let inventory = read(&[("plan.json", &plan)]);
    let provider = inventory.deployments[0]
        .items
        .iter()
        .find_map(|item| match item {
            Item::Resource(resource) if resource.kind == "provider" => resource.body.get("region"),
            _ => None,
        });
    let node = provider.unwrap();
    match (node.why_unknown(), node.as_str()) {
        (Some(why), _) => why.why.clone(),
        (None, Some(text)) if node.origin.is_doubtful() => format!("{text}, perhaps"),
        (None, text) => text.unwrap().to_owned(),
    }
}

#[test]
fn what_refers_to_a_variable_may_be_made_of_it() {
    let variable = r#"{"references": ["var.place"]}"#;
    assert_eq!(region(variable, "{}"), "us-east-1, perhaps");
    // Somebody has looked where the resource is.
    let zone = r#"{"availability_zone": "us-east-1b"}"#;
    assert_eq!(region(variable, zone), "us-east-1");
    let address = r#"{"arn": "arn:aws:ec2:us-east-1:1234:instance/i-1"}"#;
    assert_eq!(region(variable, address), "us-east-1");
    // `"${var.place}-gov"`, or a choice between two others.
    let another = r#"{"availability_zone": "eu-west-1b"}"#;
    assert_eq!(
        region(variable, another),
        "the plan doesn't tell what the expression comes to"
    );
    assert_eq!(
        region(r#"{"references": ["var.place", "local.other"]}"#, zone),
        "the plan doesn't tell what var.place comes to"
    );
    assert_eq!(
        region(r#"{"constant_value": "eu-west-3"}"#, "{}"),
        "eu-west-3"
    );
}

#[test]
fn what_the_configuration_says_is_no_guess() {
    let plan = r#"{"format_version": "1.2", "variables": {"place": {"value": "east"}},
      "planned_values": {"root_module": {"resources": [{"address": "aws_instance.chat", "mode": "managed",
        "type": "aws_instance", "name": "chat", "provider_name": "registry.terraform.io/hashicorp/aws", "values": {}}]}},
      "configuration": {"provider_config": {"aws": {"name": "aws", "expressions": {"region": {"references": ["var.place"]}}}},
        "root_module": {"resources": [{"address": "aws_instance.chat", "mode": "managed", "type": "aws_instance",
          "name": "chat", "provider_config_key": "aws", "expressions": {}}]}}}"#;
    let main = "variable \"place\" {}\nprovider \"aws\" {\n  region = \"us-${var.place}-1\"\n}\n\
                resource \"aws_instance\" \"chat\" {}\n";
    let inventory = read(&[("main.tf", main), ("plan.json", plan)]);
    let planned = inventory.deployments.iter().find(|d| d.name == "plan.json");
    let region = planned.unwrap().items.iter().find_map(|item| match item {
        Item::Resource(resource) if resource.kind == "provider" => {
            resource.body.get("region")?.as_str()
        }
        _ => None,
    });
    assert_eq!(region, Some("us-east-1"));
}
