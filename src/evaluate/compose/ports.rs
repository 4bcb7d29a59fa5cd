//! Published ports.

use super::paths::known;
use crate::inventory::Port;
use crate::trace::{Node, Text, Value};

/// The ports of a service.
pub(super) fn ports(node: &Node) -> Vec<Port> {
    let items = node.as_list().unwrap_or(std::slice::from_ref(node));
    items.iter().filter_map(port).collect()
}

fn port(node: &Node) -> Option<Port> {
    match &node.value {
        Value::Map(_) => Some(long(node)),
        Value::Text(text) => short(text, node),
        // `8080` alone: in the container, published somewhere.
        Value::Int(n) => Some(Port {
            container: u16::try_from(*n).ok(),
            published: Some(0),
            address: None,
            protocol: "tcp".to_owned(),
            origin: node.origin.clone(),
        }),
        _ => None,
    }
}

/// The first of a range; none if it isn't a number.
fn first(text: &str) -> Option<u16> {
    text.split('-').next()?.trim().parse().ok()
}

fn short(text: &Text, node: &Node) -> Option<Port> {
    let all = known(text);
    let (numbers, protocol) = match all.split_once('/') {
        Some((numbers, protocol)) => (numbers, protocol),
        None => (all.as_str(), "tcp"),
    };
    let (outside, inside) = match numbers.rsplit_once(':') {
        Some((outside, inside)) => (Some(outside), inside),
        None => (None, numbers),
    };
    let (address, published) = match outside {
        None => (None, ""),
        Some(outside) => match outside.rsplit_once(':') {
            Some((address, port)) => (Some(address), port),
            None if outside.contains('.') || outside.starts_with('[') => (Some(outside), ""),
            None => (None, outside),
        },
    };
    let address = address
        .map(|a| a.trim_matches(['[', ']']))
        .filter(|a| !a.is_empty() && !is_any(a));
    Some(Port {
        container: first(inside),
        published: Some(first(published).unwrap_or(0)),
        address: address.map(str::to_owned),
        protocol: protocol.to_lowercase(),
        origin: node.origin.clone(),
    })
}

fn is_any(address: &str) -> bool {
    matches!(address, "0.0.0.0" | "::" | "*")
}

fn long(node: &Node) -> Port {
    let number = |key: &str| {
        let text = node.get(key)?.scalar_text()?;
        first(&known(&text))
    };
    let word = |key: &str| {
        let text = node.get(key)?.scalar_text()?;
        Some(known(&text)).filter(|t| !t.is_empty())
    };
    Port {
        container: number("target"),
        published: Some(number("published").unwrap_or(0)),
        address: word("host_ip").filter(|a| !is_any(a)),
        protocol: word("protocol").unwrap_or_else(|| "tcp".to_owned()),
        origin: node.origin.clone(),
    }
}
