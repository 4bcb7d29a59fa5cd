use super::{addresses, read, text};
use crate::trace::Node;

#[test]
fn providers_are_passed_on_and_aliased() {
    let read = read(&[
        (
            "main.tf",
            r#"
provider "aws" { region = "eu-central-1" }
provider "aws" {
  alias  = "us"
  region = "us-east-1"
}
module "here" { source = "./vm" }
module "there" {
  source    = "./vm"
  providers = { aws = aws.us }
}
resource "aws_s3_bucket" "logs" { provider = aws.us }
"#,
        ),
        (
            "vm/main.tf",
            "resource \"aws_instance\" \"vm\" {}\nmodule \"deep\" { source = \"./disk\" }\n",
        ),
        (
            "vm/disk/main.tf",
            "resource \"aws_ebs_volume\" \"data\" {}\n",
        ),
    ]);
    let region = |address: &str| {
        let config = read.resource(address).provider_config.as_ref();
        let node = config.and_then(|c| c.get("region")).and_then(Node::as_str);
        node.unwrap_or("?").to_owned()
    };
    assert_eq!(region("aws_s3_bucket.logs"), "us-east-1");
    assert_eq!(region("module.here.aws_instance.vm"), "eu-central-1");
    assert_eq!(
        region("module.here.module.deep.aws_ebs_volume.data"),
        "eu-central-1"
    );
    assert_eq!(region("module.there.aws_instance.vm"), "us-east-1");
    assert_eq!(
        region("module.there.module.deep.aws_ebs_volume.data"),
        "us-east-1"
    );
}

#[test]
fn a_provider_without_region_may_get_one_from_the_environment() {
    let read = read(&[("main.tf", "resource \"aws_instance\" \"vm\" {}\n")]);
    let config = read
        .resource("aws_instance.vm")
        .provider_config
        .as_ref()
        .unwrap();
    let why = config.get("region").and_then(|r| r.why_unknown()).unwrap();
    assert!(why.why.contains("AWS_REGION"), "{}", why.why);
}

#[test]
fn a_provider_goes_by_its_name_in_the_registry() {
    let read = read(&[(
        "main.tf",
        r#"
terraform {
  required_providers { hetzner = { source = "hetznercloud/hcloud" } }
}
resource "hcloud_server" "a" {
  provider = hetzner
  location = "fsn1"
}
"#,
    )]);
    assert_eq!(read.resource("hcloud_server.a").provider, "hcloud");
}

#[test]
fn modules_from_elsewhere_show_their_arguments_and_nothing_more() {
    let read = read(&[(
        "main.tf",
        r#"
module "vpc" {
  source  = "terraform-aws-modules/vpc/aws"
  version = "5.0.0"
  azs     = ["eu-west-2a"]
}
resource "aws_instance" "vm" { subnet_id = module.vpc.public_subnets[0] }
"#,
    )]);
    let vpc = read.resource("module.vpc");
    assert_eq!(vpc.kind, "module");
    assert_eq!(
        vpc.body.get("azs").and_then(Node::as_list).unwrap()[0].as_str(),
        Some("eu-west-2a")
    );
    let subnet = read
        .resource("aws_instance.vm")
        .body
        .get("subnet_id")
        .unwrap();
    let why = &subnet.why_unknown().unwrap().why;
    assert_eq!(
        why,
        "module.vpc comes from terraform-aws-modules/vpc/aws, which is not in the tree"
    );
}

#[test]
fn modules_repeat_and_yield() {
    let read = read(&[
        (
            "main.tf",
            r#"
module "site" {
  for_each = toset(["fsn1", "hel1"])
  source   = "./site"
  place    = each.key
}
resource "x_y" "all" { places = [for k, m in module.site : "${k}=${m.place}"] }
resource "x_y" "one" { place = module.site["hel1"].place }
"#,
        ),
        (
            "site/main.tf",
            "variable \"place\" {}\nresource \"hcloud_server\" \"a\" { location = var.place }\noutput \"place\" { value = upper(var.place) }\n",
        ),
    ]);
    let all = read
        .resource("x_y.all")
        .body
        .get("places")
        .and_then(Node::as_list)
        .unwrap();
    assert_eq!(all[0].as_str(), Some("fsn1=FSN1"));
    assert_eq!(text(read.resource("x_y.one"), &["place"]), "HEL1");
    let names = addresses(&read.inventory.deployments[0]);
    assert!(
        names.contains(&"module.site[\"fsn1\"].hcloud_server.a"),
        "{names:?}"
    );
}

#[test]
fn override_files_and_tofu_files_win() {
    let read = read(&[
        (
            "main.tf",
            "resource \"a_b\" \"c\" {\n  x = 1\n  y = 1\n  disk { size = 1 }\n  disk { size = 2 }\n}\n",
        ),
        (
            "main_override.tf",
            "resource \"a_b\" \"c\" {\n  y = 2\n  disk { size = 3 }\n}\n",
        ),
        ("other.tf", "locals { v = \"terraform\" }\n"),
        (
            "other.tofu",
            "locals { v = \"tofu\" }\nresource \"a_b\" \"v\" { v = local.v }\n",
        ),
    ]);
    let changed = read.resource("a_b.c");
    assert_eq!(changed.body.get("x").and_then(Node::as_int), Some(1));
    assert_eq!(changed.body.get("y").and_then(Node::as_int), Some(2));
    assert_eq!(
        changed
            .body
            .get("disk")
            .and_then(Node::as_list)
            .map(<[Node]>::len),
        Some(1)
    );
    assert_eq!(text(read.resource("a_b.v"), &["v"]), "tofu");
}

#[test]
fn json_configuration_reads_the_same() {
    let read = read(&[
        (
            "main.tf.json",
            r#"{
  "variable": {"place": {"default": "nbg1", "type": "string"}},
  "provider": [{"aws": {"region": "eu-west-1"}}, {"aws": {"alias": "b", "region": "us-east-1"}}],
  "resource": {"hcloud_server": {"a": {"location": "${var.place}", "name": "x-${var.place}", "count": 1}},
               "aws_instance": {"b": {"provider": "aws.b"}}}
}"#,
        ),
        ("terraform.tfvars.json", "{\"place\": \"hel1\"}"),
    ]);
    assert_eq!(read.problems(), Vec::<&str>::new());
    let server = read.resource("hcloud_server.a[0]");
    assert_eq!(text(server, &["name"]), "x-hel1");
    let place = server.body.get("location").unwrap();
    assert_eq!(read.place(place), "terraform.tfvars.json:1: hel1");
    let config = read
        .resource("aws_instance.b")
        .provider_config
        .as_ref()
        .unwrap();
    assert_eq!(
        config.get("region").and_then(Node::as_str),
        Some("us-east-1")
    );
}

#[test]
fn optional_attributes_have_their_defaults() {
    let read = read(&[
        (
            "main.tf",
            r#"
variable "servers" {
  type = map(object({
    location = optional(string, "fsn1")
    size     = optional(number)
    disks    = optional(list(object({ gb = optional(number, 10) })), [])
  }))
}
resource "hcloud_server" "a" {
  for_each = var.servers
  location = each.value.location
  size     = each.value.size
  gb       = [for d in each.value.disks : d.gb]
}
"#,
        ),
        (
            "a.auto.tfvars",
            "servers = {\n  web = {}\n  db = { location = \"hel1\", size = \"4\", disks = [{}] }\n}\n",
        ),
    ]);
    let web = read.resource("hcloud_server.a[\"web\"]");
    assert_eq!(
        read.place(web.body.get("location").unwrap()),
        "main.tf:4: fsn1"
    );
    assert!(web.body.get("size").is_none());
    let db = read.resource("hcloud_server.a[\"db\"]");
    assert_eq!(db.body.get("size").and_then(Node::as_int), Some(4));
    assert_eq!(
        db.body.get("gb").and_then(Node::as_list).unwrap()[0].as_int(),
        Some(10)
    );
    assert_eq!(
        read.place(db.body.get("location").unwrap()),
        "a.auto.tfvars:3: hel1"
    );
}
