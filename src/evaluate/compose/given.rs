//! A project that lies on a machine instead of in the tree.

use std::path::Path;

use super::paths::known;
use super::service::Context;
use super::variables::Variables;
use super::{Log, merge, proxy, service};
use crate::inventory::{Container, Env, Item, MountedFile};
use crate::syntax::dotenv;
use crate::trace::{Node, Origin, Problem, StepKind, Text, Value};
use crate::workspace::Workspace;

/// Compose files that were written on a machine, and what lies beside them there.
pub(crate) struct Given<'a> {
    /// The folder on the machine.
    pub(crate) dir: &'a str,
    /// The parsed files, each laid over those before it.
    pub(crate) documents: Vec<Node>,
    /// Variables of the process that runs Compose.
    pub(crate) variables: Vec<(String, Text)>,
    /// The `.env` beside them.
    pub(crate) env: Option<Text>,
    /// The file at a path of the machine, or the files below it by their path there.
    pub(crate) files: &'a dyn Fn(&str) -> Vec<(String, Node)>,
}

/// The workloads and routes of such a project.
pub(crate) fn given(workspace: &Workspace, given: &Given<'_>) -> (Vec<Item>, Vec<Problem>) {
    let mut log = Log::default();
    let variables = Variables::of_texts(&given.variables, given.env.as_ref(), &mut log);
    let mut tree: Option<Node> = None;
    for document in &given.documents {
        let mut document = document.clone();
        interpolate(&mut document, &variables, &mut log);
        tree = Some(match tree {
            Some(base) => merge::files(base, document),
            None => document,
        });
    }
    let Some(tree) = tree else {
        return (Vec::new(), log.notes);
    };
    let context = Context {
        workspace,
        dir: Path::new(given.dir),
        tree: &tree,
        variables: &variables,
    };
    let mut services = Vec::new();
    let all = tree.get("services").and_then(Node::as_map);
    for (name, slot) in all.into_iter().flat_map(|m| m.slots()) {
        let mut workload = service::workload(&context, name, slot, &mut log);
        // How it came to the machine is part of its way.
        workload.origin = slot.key.clone();
        for container in &mut workload.containers {
            from_machine(given, &variables, name, &slot.node, container);
        }
        services.push(workload);
    }
    let routes = proxy::routes(&services);
    let mut items: Vec<Item> = services.into_iter().map(Item::Workload).collect();
    items.extend(routes.into_iter().map(Item::Route));
    (items, log.notes)
}

/// Replaces the variables in all texts under `node`. Depth is bounded by the parser.
fn interpolate(node: &mut Node, variables: &Variables, log: &mut Log) {
    match &mut node.value {
        Value::Text(text) if text.as_str().contains('$') => {
            let expanded = variables.expand(text);
            log.notes.extend(
                expanded
                    .problems
                    .into_iter()
                    .filter(|p| !p.message.starts_with("required variable")),
            );
            node.value = Value::Text(expanded.text);
        }
        Value::List(items) => items
            .iter_mut()
            .for_each(|n| interpolate(n, variables, log)),
        Value::Map(map) => {
            for (_, slot) in map.slots_mut() {
                interpolate(&mut slot.node, variables, log);
            }
        }
        _ => {}
    }
}

/// Adds the files and variables that lie on the machine.
fn from_machine(
    given: &Given<'_>,
    variables: &Variables,
    name: &str,
    service: &Node,
    container: &mut Container,
) {
    let list = |key: &str| {
        service
            .get(key)
            .map(|n| n.as_list().unwrap_or(std::slice::from_ref(n)))
    };
    let mut early = Vec::new();
    for entry in list("env_file").unwrap_or_default() {
        let Some(path) = entry.get("path").unwrap_or(entry).as_text() else {
            continue;
        };
        for (_, content) in (given.files)(&beside(given.dir, &known(path))) {
            let Some(text) = content.as_text() else {
                continue;
            };
            let at = entry.origin.nearest_span();
            let note = format!("env_file of service {name}");
            early.extend(env_file(text, variables, &|o| {
                o.then(StepKind::Deploy, at, note.clone())
            }));
            container.env_gaps.retain(|gap| gap.origin != entry.origin);
        }
    }
    early.append(&mut container.env);
    container.env = early;
    for mount in list("volumes").unwrap_or_default() {
        let (source, target) = match mount.as_text() {
            Some(text) => {
                let known = known(text);
                let mut parts = known.split(':');
                let (Some(source), Some(target)) = (parts.next(), parts.next()) else {
                    continue;
                };
                (source.to_owned(), target.to_owned())
            }
            None => {
                let word = |key: &str| mount.get(key).and_then(Node::as_text).map(known);
                match (word("source"), word("target")) {
                    (Some(source), Some(target)) => (source, target),
                    _ => continue,
                }
            }
        };
        if !source.starts_with(['.', '/', '~']) {
            continue;
        }
        let found = (given.files)(&beside(given.dir, &source));
        if found.is_empty() {
            continue;
        }
        container.file_gaps.retain(|(path, _)| *path != target);
        let note = format!("mounted into service {name}");
        let at = mount.origin.nearest_span();
        for (below, content) in found {
            let path = if below.is_empty() {
                target.clone()
            } else {
                format!("{}/{below}", target.trim_end_matches('/'))
            };
            container.files.push(MountedFile {
                path,
                content: content.map_origins(&|o| o.then(StepKind::Deploy, at, note.clone())),
            });
        }
    }
}

fn env_file(text: &Text, variables: &Variables, step: &impl Fn(&Origin) -> Origin) -> Vec<Env> {
    let file = dotenv::parse(text);
    let (values, _) = file.to_node(&|name| variables.get(name).cloned());
    let slots = values.as_map().into_iter().flat_map(|m| m.slots());
    slots
        .map(|(name, slot)| Env {
            name: Text::opaque(name, slot.key.clone()),
            value: slot.node.clone().map_origins(step),
        })
        .collect()
}

/// A path of the machine as seen from `dir`.
fn beside(dir: &str, name: &str) -> String {
    let name = name.trim_start_matches("./");
    if name.starts_with(['/', '~']) || dir.is_empty() {
        name.to_owned()
    } else if name == "." || name.is_empty() {
        dir.to_owned()
    } else {
        format!("{}/{name}", dir.trim_end_matches('/'))
    }
}
