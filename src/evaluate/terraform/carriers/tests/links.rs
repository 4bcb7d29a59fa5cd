//! What runs where, drawn from what refers to what.

use crate::evaluate::terraform;
use crate::inventory::{Deployment, Item, Links};
use crate::workspace::tests::tree;

fn deployment(text: &str) -> Deployment {
    let (_dir, workspace) = tree(&[("main.tf", text)]);
    terraform::deployments(&workspace).deployments.remove(0)
}

#[test]
fn a_machine_is_where_its_network_and_its_provider_are() {
    let deployment = deployment(
        "provider \"aws\" {\n  alias  = \"far\"\n  region = \"us-east-1\"\n}\n\
         provider \"aws\" {\n  region = \"eu-central-1\"\n}\n\
         resource \"aws_subnet\" \"a\" {\n  availability_zone = \"us-east-1a\"\n  \
         provider = aws.far\n}\n\
         resource \"aws_launch_template\" \"a\" {\n  provider = aws.far\n  \
         user_data = \"#!/bin/sh\\napt-get install -y web\"\n}\n\
         resource \"aws_autoscaling_group\" \"a\" {\n  provider = aws.far\n  \
         template = aws_launch_template.a.id\n  subnets = [aws_subnet.a.id]\n}\n\
         resource \"aws_s3_bucket\" \"other\" {}\n",
    );
    let links = Links::new(&deployment);
    let host = deployment.items.iter().find_map(|item| match item {
        Item::Host(host) => host.packages.first(),
        _ => None,
    });
    let carriers = links.carriers(&host.unwrap().origin());
    assert_eq!(carriers.len(), 1);
    let from = carriers[0].address.as_str();
    assert_eq!(from, "aws_launch_template.a");
    assert_eq!(
        links.way(from, "aws_subnet.a").unwrap(),
        [from, "aws_autoscaling_group.a", "aws_subnet.a"]
    );
    assert!(links.way(from, "provider.aws.far").is_some());
    assert_eq!(links.way(from, "provider.aws"), None);
    assert_eq!(links.way(from, "aws_s3_bucket.other"), None);
}
