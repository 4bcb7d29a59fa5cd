//! Which configuration of a provider a resource gets, where there are many.

use super::{addresses, read};
use crate::inventory::Links;

/// A provider for each region, and resources that choose.
const MAIN: &str = r#"
variable "regions" {
  type    = map(string)
  default = { eu = "eu-central-1", us = "us-east-1" }
}
provider "aws" {
  alias    = "by_region"
  for_each = var.regions
  region   = each.value
}
resource "aws_s3_bucket" "fixed" { provider = aws.by_region["us"] }
resource "aws_s3_bucket" "each" {
  for_each = var.regions
  provider = aws.by_region[each.key]
}
module "site" {
  for_each  = var.regions
  source    = "./site"
  providers = { aws = aws.by_region[each.key] }
}
resource "aws_s3_bucket" "lost" { provider = aws.by_region["asia"] }
resource "aws_s3_bucket" "open" { provider = aws.by_region[data.x_y.z.key] }
"#;

fn region(read: &super::Read, address: &str) -> String {
    let config = read.resource(address).provider_config.as_ref();
    let region = config.and_then(|c| c.get("region"));
    match region.map(|r| (r.as_str(), r.why_unknown())) {
        Some((Some(region), None)) => region.to_owned(),
        Some((_, Some(why))) => why.why.clone(),
        _ => panic!("{address}: {config:?}"),
    }
}

#[test]
fn each_instance_of_a_provider_has_its_region() {
    let read = read(&[
        ("main.tofu", MAIN),
        (
            "site/main.tofu",
            "resource \"aws_instance\" \"vm\" {}\nmodule \"disk\" { source = \"./disk\" }\n",
        ),
        (
            "site/disk/main.tofu",
            "resource \"aws_ebs_volume\" \"data\" {}\n",
        ),
    ]);
    assert_eq!(read.problems(), Vec::<&str>::new());
    for (address, expected) in [
        ("aws_s3_bucket.fixed", "us-east-1"),
        ("aws_s3_bucket.each[\"eu\"]", "eu-central-1"),
        ("aws_s3_bucket.each[\"us\"]", "us-east-1"),
        ("module.site[\"eu\"].aws_instance.vm", "eu-central-1"),
        ("module.site[\"us\"].aws_instance.vm", "us-east-1"),
        (
            "module.site[\"us\"].module.disk.aws_ebs_volume.data",
            "us-east-1",
        ),
        (
            "aws_s3_bucket.lost",
            "there is no provider aws.by_region[\"asia\"]",
        ),
        ("aws_s3_bucket.open", "there is no data source \"x_y.z\""),
    ] {
        assert_eq!(region(&read, address), expected, "{address}");
    }
    let eu = read.resource("provider.aws.by_region[\"eu\"]");
    let region = eu.body.get("region").unwrap();
    assert_eq!(read.place(region), "main.tofu:4: eu-central-1");
    let links = Links::new(&read.inventory.deployments[0]);
    let vm = "module.site[\"eu\"].aws_instance.vm";
    assert!(links.way(vm, "provider.aws.by_region[\"eu\"]").is_some());
    assert_eq!(links.way(vm, "provider.aws.by_region[\"us\"]"), None);
}

#[test]
fn nobody_knows_the_regions_of_providers_nobody_can_count() {
    let read = read(&[(
        "main.tofu",
        "variable \"regions\" {}\nprovider \"aws\" {\n  alias = \"all\"\n  for_each = var.regions\n  \
         region = each.value\n}\nresource \"aws_s3_bucket\" \"a\" { provider = aws.all[\"eu\"] }\n",
    )]);
    assert_eq!(
        region(&read, "aws_s3_bucket.a"),
        "variable \"regions\" has no value"
    );
    let names = addresses(&read.inventory.deployments[0]);
    assert!(names.contains(&"provider.aws.all"), "{names:?}");
}

#[test]
fn an_index_may_be_written_in_json() {
    let read = read(&[(
        "main.tofu.json",
        r#"{
  "provider": {"aws": {"alias": "by", "for_each": {"eu": "eu-west-1"}, "region": "${each.value}"}},
  "resource": {"aws_s3_bucket": {"a": {"provider": "${aws.by[\"eu\"]}"}}}
}"#,
    )]);
    assert_eq!(region(&read, "aws_s3_bucket.a"), "eu-west-1");
}
