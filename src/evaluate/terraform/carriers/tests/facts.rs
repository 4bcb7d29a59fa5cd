//! All single values of an inventory, each under a name.

use std::collections::BTreeMap;

use crate::inventory::{Container, Env, Inventory, Item, MountedFile};
use crate::trace::{Node, Span, Text, Value};

/// A value and the bytes that somebody wrote for it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fact {
    pub(super) value: String,
    /// None if nobody wrote it, or it can't be known.
    pub(super) place: Option<Span>,
}

pub(super) type Facts = BTreeMap<String, Fact>;

/// The facts of everything but resources.
pub(super) fn facts(inventory: &Inventory) -> Facts {
    let mut out = Facts::new();
    for deployment in &inventory.deployments {
        for (at, item) in deployment.items.iter().enumerate() {
            of_item(&format!("{}#{at}", deployment.name), item, &mut out);
        }
    }
    out
}

fn of_item(name: &str, item: &Item, out: &mut Facts) {
    match item {
        Item::Workload(workload) => {
            for container in &workload.containers {
                of_container(&format!("{name}/{}", container.name), container, out);
            }
        }
        Item::Release(release) => of_node(&format!("{name}/values"), &release.values, out),
        Item::Host(host) => {
            for (at, package) in host.packages.iter().enumerate() {
                of_text(&format!("{name}/package[{at}]"), package, out);
            }
            for file in &host.files {
                of_file(name, file, out);
            }
            for (at, command) in host.commands.iter().enumerate() {
                for (word, node) in command.words.iter().enumerate() {
                    of_node(&format!("{name}/command[{at}][{word}]"), node, out);
                }
            }
        }
        Item::Route(route) => {
            for (at, host) in route.hosts.iter().enumerate() {
                of_node(&format!("{name}/host[{at}]"), host, out);
            }
        }
        Item::File(file) => of_file(name, file, out),
        Item::Environment(environment) => of_env(name, &environment.env, out),
        Item::Resource(_) | Item::Location(_) | Item::Opening(_) => {}
    }
}

fn of_container(name: &str, container: &Container, out: &mut Facts) {
    if let Some(image) = &container.image {
        of_node(&format!("{name}/image"), image, out);
    }
    of_env(name, &container.env, out);
    for file in &container.files {
        of_file(name, file, out);
    }
    for (at, arg) in container.args.iter().enumerate() {
        of_node(&format!("{name}/arg[{at}]"), arg, out);
    }
}

fn of_env(name: &str, env: &[Env], out: &mut Facts) {
    for entry in env {
        of_node(
            &format!("{name}/env {}", entry.name.as_str()),
            &entry.value,
            out,
        );
    }
}

/// Each line of a file is a fact.
fn of_file(name: &str, file: &MountedFile, out: &mut Facts) {
    let lines = file.content.as_text().map(Text::lines).unwrap_or_default();
    for (at, line) in lines.iter().enumerate() {
        of_text(&format!("{name}{}:{at}", file.path), line, out);
    }
}

fn of_node(name: &str, node: &Node, out: &mut Facts) {
    match &node.value {
        Value::Text(text) => of_text(name, text, out),
        Value::List(items) => {
            for (at, item) in items.iter().enumerate() {
                of_node(&format!("{name}[{at}]"), item, out);
            }
        }
        Value::Map(map) => {
            for (key, item) in map.iter() {
                of_node(&format!("{name}.{key}"), item, out);
            }
        }
        Value::Unknown(_) | Value::Null => {}
        _ => {
            let value = node.scalar_text().unwrap_or_default();
            let fact = Fact {
                value: value.as_str().to_owned(),
                place: node.span(),
            };
            out.insert(name.to_owned(), fact);
        }
    }
}

fn of_text(name: &str, text: &Text, out: &mut Facts) {
    // The longest part that maps to its bytes one by one.
    let parts = text.runs().filter(|(range, run)| {
        let same = run.origin.span().is_some_and(|s| s.len() == range.len());
        let said = text.as_str().get(range.clone());
        run.unknown.is_none() && same && said.is_some_and(|s| s.contains(char::is_alphanumeric))
    });
    let longest = parts.max_by_key(|(range, _)| range.len());
    let fact = Fact {
        value: text.as_str().to_owned(),
        place: longest.and_then(|(_, run)| run.origin.span()),
    };
    out.insert(name.to_owned(), fact);
}
