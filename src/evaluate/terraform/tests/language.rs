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
        [
            "variable \"region\"",
            "var.region",
            "template",
            "local.zone",
            "module.web, zone",
            "var.zone"
        ]
    );
    let config = vm.provider_config.as_ref().unwrap();
    assert_eq!(
        read.place(config.get("region").unwrap()),
        "terraform.tfvars:1: eu-west-2"
    );
    let backend = read.resource("backend.s3");
    assert_eq!(text(backend, &["region"]), "us-east-1");
    let device = vm
        .body
        .get("root_block_device")
        .and_then(Node::as_list)
        .unwrap();
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
        (
            "main.tf",
            "variable \"region\" {}\nprovider \"aws\" { region = var.region }\n",
        ),
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
        [
            "a_x.counted[0]",
            "a_x.counted[1]",
            "a_x.each[\"db\"]",
            "a_x.each[\"web\"]",
            "a_y.user"
        ]
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

#[test]
fn the_command_line_wins_over_files() {
    use crate::evaluate::terraform::{Options, deployments_with};
    let (_dir, workspace) = crate::workspace::tests::tree(&[
        (
            "terraform.tfvars",
            "place = \"from tfvars\"\nlist = [\"x\"]\n",
        ),
        ("b.auto.tfvars", "place = \"from auto\"\n"),
        ("more/x.vars", "other = \"from var-file\"\n"),
        (
            "main.tf",
            "variable \"place\" {}\nvariable \"other\" {}\nvariable \"list\" { type = list(string) }\nresource \"a_b\" \"c\" {\n  place = var.place\n  other = var.other\n  list = var.list\n}\n",
        ),
    ]);
    let options = Options {
        vars: vec![("list".to_owned(), "[\"a\", \"b\"]".to_owned())],
        var_files: vec!["more/x.vars".into()],
        workspace: None,
    };
    let inventory = deployments_with(&workspace, &options);
    let c = resource(&inventory.deployments[0], "a_b.c");
    assert_eq!(text(c, &["place"]), "from auto");
    assert_eq!(text(c, &["other"]), "from var-file");
    let list = c.body.get("list").and_then(Node::as_list).unwrap();
    assert_eq!(list[1].as_str(), Some("b"));
    let span = list[1].span().unwrap();
    assert_eq!(workspace.sources().get(span.source).path, "--var");
}

#[test]
fn a_deployment_can_be_declared_in_the_configuration() {
    use crate::workspace::{Config, Workspace};
    let toml = "[[deployment]]\nname = \"prod\"\nterraform = \"tf\"\nvar_files = [\"prod.tfvars\"]\nvars = { size = 3, place = \"hel1\" }\n";
    let (dir, _) = crate::workspace::tests::tree(&[
        ("konform.toml", toml),
        ("prod.tfvars", "name = \"meet\"\n"),
        (
            "tf/main.tf",
            "variable \"place\" {}\nvariable \"size\" {}\nvariable \"name\" {}\nresource \"a_b\" \"c\" {\n  place = var.place\n  size = var.size\n  name = var.name\n}\n",
        ),
    ]);
    let config = Config::discover(&[".".into()], dir.path()).unwrap();
    let workspace = Workspace::open(&[".".into()], dir.path(), config);
    let inventory = crate::evaluate::terraform::deployments(&workspace);
    assert_eq!(inventory.deployments.len(), 1);
    assert_eq!(inventory.deployments[0].name, "prod");
    let c = resource(&inventory.deployments[0], "a_b.c");
    assert_eq!(text(c, &["name"]), "meet");
    assert_eq!(c.body.get("size").and_then(Node::as_int), Some(3));
    let span = c
        .body
        .get("place")
        .unwrap()
        .as_text()
        .unwrap()
        .origin()
        .span()
        .unwrap();
    assert_eq!(workspace.sources().get(span.source).path, "konform.toml");
    assert_eq!(workspace.sources().slice(span), "hel1");
}
