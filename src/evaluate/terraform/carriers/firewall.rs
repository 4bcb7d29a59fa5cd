//! Firewall rules that let the whole world in.

use super::{blocks, word};
use crate::inventory::{Opening, Resource};
use crate::trace::{Node, Value};

/// How a type of resource writes its rules.
struct Shape {
    kind: &'static str,
    /// The block that holds one rule; the resource itself if empty.
    block: &'static str,
    /// First and last port; one name for `80` or `80-90` in one text.
    ports: &'static [&'static str],
    protocol: &'static str,
    /// Arguments with the addresses that may come in.
    sources: &'static [&'static str],
    /// An argument and what it must be for the rule to let something in.
    only: &'static [(&'static str, &'static str)],
}

const FROM_TO: &[&str] = &["from_port", "to_port"];
const MIN_MAX: &[&str] = &["port_range_min", "port_range_max"];

const SHAPES: &[Shape] = &[
    Shape {
        kind: "aws_security_group",
        block: "ingress",
        ports: FROM_TO,
        protocol: "protocol",
        sources: &["cidr_blocks", "ipv6_cidr_blocks"],
        only: &[],
    },
    Shape {
        kind: "aws_security_group_rule",
        block: "",
        ports: FROM_TO,
        protocol: "protocol",
        sources: &["cidr_blocks", "ipv6_cidr_blocks"],
        only: &[("type", "ingress")],
    },
    Shape {
        kind: "aws_vpc_security_group_ingress_rule",
        block: "",
        ports: FROM_TO,
        protocol: "ip_protocol",
        sources: &["cidr_ipv4", "cidr_ipv6"],
        only: &[],
    },
    Shape {
        kind: "google_compute_firewall",
        block: "allow",
        ports: &["ports"],
        protocol: "protocol",
        sources: &["source_ranges"],
        only: &[],
    },
    Shape {
        kind: "hcloud_firewall",
        block: "rule",
        ports: &["port"],
        protocol: "protocol",
        sources: &["source_ips"],
        only: &[("direction", "in")],
    },
    Shape {
        kind: "azurerm_network_security_rule",
        block: "",
        ports: &["destination_port_range"],
        protocol: "protocol",
        sources: &["source_address_prefix"],
        only: &[("direction", "Inbound"), ("access", "Allow")],
    },
    Shape {
        kind: "azurerm_network_security_group",
        block: "security_rule",
        ports: &["destination_port_range"],
        protocol: "protocol",
        sources: &["source_address_prefix"],
        only: &[("direction", "Inbound"), ("access", "Allow")],
    },
    Shape {
        kind: "digitalocean_firewall",
        block: "inbound_rule",
        ports: &["port_range"],
        protocol: "protocol",
        sources: &["source_addresses"],
        only: &[],
    },
    Shape {
        kind: "openstack_networking_secgroup_rule_v2",
        block: "",
        ports: MIN_MAX,
        protocol: "protocol",
        sources: &["remote_ip_prefix"],
        only: &[("direction", "ingress")],
    },
    Shape {
        kind: "opentelekomcloud_networking_secgroup_rule_v2",
        block: "",
        ports: MIN_MAX,
        protocol: "protocol",
        sources: &["remote_ip_prefix"],
        only: &[("direction", "ingress")],
    },
    Shape {
        kind: "linode_firewall",
        block: "inbound",
        ports: &["ports"],
        protocol: "protocol",
        sources: &["ipv4", "ipv6"],
        only: &[("action", "ACCEPT")],
    },
    Shape {
        kind: "scaleway_instance_security_group",
        block: "inbound_rule",
        ports: &["port", "port_range"],
        protocol: "protocol",
        sources: &["ip_range"],
        only: &[("action", "accept")],
    },
    Shape {
        kind: "exoscale_security_group_rule",
        block: "",
        ports: &["start_port", "end_port"],
        protocol: "protocol",
        sources: &["cidr"],
        only: &[("type", "INGRESS")],
    },
];

/// The holes that a resource makes.
pub(super) fn openings(resource: &Resource) -> Vec<Opening> {
    let Some(shape) = SHAPES.iter().find(|s| s.kind == resource.kind) else {
        return Vec::new();
    };
    let rules: &[Node] = if shape.block.is_empty() {
        std::slice::from_ref(&resource.body)
    } else {
        blocks(&resource.body, shape.block)
    };
    let mut out = Vec::new();
    for rule in rules {
        let lets_in = shape
            .only
            .iter()
            .all(|(name, want)| word(rule, name).is_some_and(|have| have == *want));
        // The sources of a Google firewall stand beside its rules.
        let open = shape
            .sources
            .iter()
            .filter_map(|name| rule.get(name).or_else(|| resource.body.get(name)))
            .find(|node| is_everywhere(node));
        let Some(open) = open.filter(|_| lets_in) else {
            continue;
        };
        let protocol = word(rule, shape.protocol).unwrap_or("tcp").to_lowercase();
        for (from, to) in ports(shape, rule) {
            out.push(Opening {
                name: resource.address.clone(),
                from,
                to,
                protocol: protocol.clone(),
                origin: open.origin.clone(),
            });
        }
    }
    out
}

fn is_everywhere(node: &Node) -> bool {
    match &node.value {
        Value::List(items) => items.iter().any(is_everywhere),
        _ => node.as_str().is_some_and(|s| {
            matches!(
                s,
                "0.0.0.0/0" | "::/0" | "*" | "Internet" | "0.0.0.0" | "any"
            )
        }),
    }
}

fn ports(shape: &Shape, rule: &Node) -> Vec<(u16, u16)> {
    let number = |name: &str| {
        rule.get(name)
            .and_then(Node::scalar_text)
            .and_then(|t| t.as_str().parse::<u16>().ok())
    };
    if let [from, to] = shape.ports
        && let (Some(from), Some(to)) = (number(from), number(to))
    {
        return vec![(from, to)];
    }
    shape
        .ports
        .iter()
        .filter_map(|name| rule.get(name))
        .flat_map(|node| match &node.value {
            Value::List(items) => items.iter().flat_map(ranges).collect(),
            _ => ranges(node),
        })
        .collect()
}

/// `80`, `80-90`, `80,443`.
fn ranges(node: &Node) -> Vec<(u16, u16)> {
    let Some(text) = node.scalar_text() else {
        return Vec::new();
    };
    text.as_str()
        .split(',')
        .filter_map(|part| {
            let (from, to) = part.split_once('-').unwrap_or((part, part));
            Some((from.trim().parse().ok()?, to.trim().parse().ok()?))
        })
        .collect()
}
