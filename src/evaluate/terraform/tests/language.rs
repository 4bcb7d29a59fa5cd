use super::{addresses, read, resource, text};
use crate::trace::Node;

#[test]
fn a_value_leads_back_to_the_line_that_sets_it() {
    let read = read(&[
        ("terraform.tfvars", "region = \"eu-west-2\"\n"),
        (
            "main.tf",
            r#"
variable "region" { default = "eu-central-1" }
locals { zone = "${var.region}a" }
provider "aws" { region = var.region }
module "web" {
  source = "./web"
  zone   = local.zone
}
terraform {
  backend "s3" { region = "us-east-1" }
}
"#,
        ),
        (
            "web/main.tf",
            r#"
variable "zone" { type = string }
resource "aws_instance" "this" {
  availability_zone = var.zone
  root_block_device { size = 5 }
}
output "id" { value = aws_instance.this.id }
"#,
        ),
    ]);
    assert_eq!(read.problems(), Vec::<&str>::new());
    let vm = read.resource("module.web.aws_instance.this");
    assert_eq!(text(vm, &["availability_zone"]), "eu-west-2a");
    let zone = vm.body.get("availability_zone").unwrap();
    assert_eq!(read.place(zone), "terraform.tfvars:1: eu-west-2");
    assert_eq!(
        read.way(zone),
        ["variable \"region\"", "var.region", "template", "local.zone", "module.web, zone", "var.zone"]
    );
    let config = vm.provider_config.as_ref().unwrap();
    assert_eq!(read.place(config.get("region").unwrap()), "terraform.tfvars:1: eu-west-2");
    let backend = read.resource("backend.s3");
    assert_eq!(text(backend, &["region"]), "us-east-1");
    let device = vm.body.get("root_block_device").and_then(Node::as_list).unwrap();
    assert_eq!(device[0].get("size").and_then(Node::as_int), Some(5));
}

#[test]
fn a_variable_without_a_value_is_unknown_and_named() {
    let read = read(&[(
        "main.tf",
        "variable \"region\" {}\nprovider \"aws\" { region = var.region }\n",
    )]);
    let region = read.resource("provider.aws").body.get("region").unwrap();
    let why = region.why_unknown().map(|w| w.why.clone());
    assert_eq!(why.as_deref(), Some("variable \"region\" has no value"));
}

#[test]
fn every_file_of_variables_is_a_deployment() {
    let read = read(&[
        ("main.tf", "variable \"region\" {}\nprovider \"aws\" { region = var.region }\n"),
        ("envs/prod.tfvars", "region = \"eu-central-1\"\n"),
        ("envs/dev.tfvars", "region = \"us-east-1\"\n"),
    ]);
    let prod = resource(read.deployment(". (envs/prod.tfvars)"), "provider.aws");
    assert_eq!(text(prod, &["region"]), "eu-central-1");
    let dev = resource(read.deployment(". (envs/dev.tfvars)"), "provider.aws");
    assert_eq!(text(dev, &["region"]), "us-east-1");
    assert_eq!(read.inventory.deployments.len(), 2);
}

#[test]
fn count_and_for_each_make_instances() {
    let read = read(&[(
        "main.tf",
        r#"
variable "on" { default = true }
resource "a_x" "counted" {
  count = var.on ? 2 : 0
  name  = "n${count.index}"
}
resource "a_x" "each" {
  for_each = { web = "fsn1", db = "nbg1" }
  name     = each.key
  location = each.value
  dynamic "rule" {
    for_each = [80, 443]
    content { port = rule.value }
  }
}
resource "a_y" "user" {
  names = a_x.counted[*].name
  place = a_x.each["db"].location
  id    = a_x.counted[0].id
}
"#,
    )]);
    assert_eq!(read.problems(), Vec::<&str>::new());
    assert_eq!(
        addresses(&read.inventory.deployments[0]),
        ["a_x.counted[0]", "a_x.counted[1]", "a_x.each[\"db\"]", "a_x.each[\"web\"]", "a_y.user"]
    );
    let user = read.resource("a_y.user");
    assert_eq!(text(user, &["place"]), "nbg1");
    assert_eq!(user.refers_to, ["a_x.counted", "a_x.each"]);
    let names = user.body.get("names").and_then(Node::as_list).unwrap();
    assert_eq!(names[1].as_str(), Some("n1"));
    let why = user.body.get("id").and_then(|n| n.why_unknown()).unwrap();
    assert_eq!(why.why, "a_x.counted.id is only known to the provider");
}

#[test]
fn cycles_are_a_problem_and_the_rest_goes_on() {
    let read = read(&[(
        "main.tf",
        "locals {\n  a = local.b\n  b = local.a\n}\nresource \"x_y\" \"z\" {\n  a = local.a\n  b = \"ok\"\n}\n",
    )]);
    assert_eq!(read.problems(), ["local.a refers to itself"]);
    assert_eq!(text(read.resource("x_y.z"), &["b"]), "ok");
}

#[test]
fn a_broken_block_does_not_hide_the_others() {
    let read = read(&[(
        "main.tf",
        "resource \"x_y\" \"bad\" {\n  a = = 1\n}\n\nresource \"x_y\" \"good\" {\n  a = \"ok\"\n}\n",
    )]);
    assert_eq!(text(read.resource("x_y.good"), &["a"]), "ok");
    assert_eq!(read.inventory.problems.len(), 1);
    let span = read.inventory.problems[0].span.unwrap();
    assert_eq!(read.sources().position(span).line, 2);
}
