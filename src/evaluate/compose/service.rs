//! From a service to a workload.

use std::path::Path;

use super::load::key_text;
use super::paths::{self, Target, known};
use super::variables::Variables;
use super::{Log, image, merge, mounts, ports, words};
use crate::inventory::{Container, Env, Gap, Labels, Workload};
use crate::syntax::dotenv;
use crate::trace::{Node, Origin, Slot, Span, StepKind, Text, Unknown, Value};
use crate::workspace::Workspace;

/// What services of a project have in common.
#[derive(Debug)]
pub(super) struct Context<'w> {
    pub(super) workspace: &'w Workspace,
    /// The project's folder.
    pub(super) dir: &'w Path,
    /// The whole project.
    pub(super) tree: &'w Node,
    pub(super) variables: &'w Variables,
}

/// The service `name` as a workload with one container.
pub(super) fn workload(context: &Context<'_>, name: &str, slot: &Slot, log: &mut Log) -> Workload {
    let service = &slot.node;
    let note = format!("service {name}");
    let origin = Origin {
        via: None,
        ..slot.key.clone()
    };
    let environment = service.as_map().and_then(|m| m.slot("environment"));
    let mut container = Container {
        name: name.to_owned(),
        image: service.get("image").and_then(self::image),
        ports: service.get("ports").map(ports::ports).unwrap_or_default(),
        env_at: environment.map_or(origin.clone(), |s| s.key.clone()),
        origin: origin.clone(),
        ..Container::default()
    };
    if let Some(build) = service.get("build") {
        image::built(context, build, &note, &mut container, log);
    }
    if let Some(files) = service.get("env_file") {
        env_files(context, files, &note, &mut container, log);
    }
    if let Some(environment) = environment {
        let named = merge::by_name(environment.node.clone());
        for (key, slot) in named.as_map().into_iter().flat_map(|m| m.slots()) {
            container.env.extend(env(context, key, slot, &note));
        }
    }
    for key in ["entrypoint", "command"] {
        if let Some(node) = service.get(key) {
            container.args.extend(args(node));
        }
    }
    mounts::mounts(context, service, &note, &mut container, log);
    Workload {
        name: name.to_owned(),
        namespace: None,
        kind: "service".to_owned(),
        labels: labels(service),
        containers: vec![container],
        origin,
    }
}

/// The image as Compose would ask for it: variables without a value are empty.
pub(super) fn image(node: &Node) -> Option<Node> {
    let text = node.as_text()?;
    if text.unknown().is_none() {
        return Some(node.clone());
    }
    let parts: Vec<Text> = text
        .runs()
        .filter(|(_, run)| run.unknown.is_none())
        .map(|(range, _)| text.slice(range))
        .collect();
    let known = Text::concat(&parts);
    if known.is_empty() {
        let why = text.unknown().cloned()?;
        return Some(Node::new(Value::Unknown(why), node.origin.clone()));
    }
    Some(Node::new(Value::Text(known), node.origin.clone()))
}

fn labels(service: &Node) -> Labels {
    let deployed = service.at(&["deploy", "labels"]);
    let all = deployed.into_iter().chain(service.get("labels"));
    let mut out = Labels::new();
    for node in all {
        let named = merge::by_name(node.clone());
        for (key, node) in named.as_map().into_iter().flat_map(|m| m.iter()) {
            let text = node.scalar_text().map(Node::text);
            out.insert(key.to_owned(), text.unwrap_or_else(|| node.clone()));
        }
    }
    out
}

/// The command as words.
fn args(node: &Node) -> Vec<Node> {
    match &node.value {
        Value::Text(line) => words::split(line).into_iter().map(Node::text).collect(),
        Value::List(items) => {
            let each = items.iter().filter_map(Node::scalar_text);
            each.map(Node::text).collect()
        }
        _ => Vec::new(),
    }
}

/// One variable; none if Compose would not pass it on.
fn env(context: &Context<'_>, name: &str, slot: &Slot, note: &str) -> Option<Env> {
    let at = slot.key.nearest_span();
    let by_name = if slot.node.is_null() { ", by name" } else { "" };
    let deployed = |origin: &Origin| {
        origin.then(
            StepKind::Deploy,
            at,
            format!("environment of {note}{by_name}"),
        )
    };
    let value = match &slot.node.value {
        Value::Null => match context.variables.get(name) {
            Some(text) => Node::text(text.clone()),
            // Compose leaves out what its own environment doesn't have, and with a `.env` at
            // hand that environment is known.
            None if context.variables.complete => return None,
            None => Node::unknown(format!("variable {name} has no value"), slot.key.clone()),
        },
        Value::Text(text) if text.is_wholly_unknown() => {
            let why = text.unknown().cloned()?;
            Node::new(Value::Unknown(why), slot.node.origin.clone())
        }
        _ => match slot.node.scalar_text() {
            Some(text) if text.is_empty() => Node::new(Value::Text(text), slot.node.origin.clone()),
            Some(text) => Node::text(text),
            None => Node::unknown("not a single value", slot.node.origin.clone()),
        },
    };
    Some(Env {
        name: key_text(name, slot),
        value: value.map_origins(&deployed),
    })
}

/// The variables of the files that `env_file` names.
fn env_files(
    context: &Context<'_>,
    files: &Node,
    note: &str,
    container: &mut Container,
    log: &mut Log,
) {
    let list = files.as_list().unwrap_or(std::slice::from_ref(files));
    for entry in list {
        let Some(name) = entry.get("path").unwrap_or(entry).as_text() else {
            continue;
        };
        let required = entry.get("required").and_then(Node::as_bool) != Some(false);
        let shown = known(name);
        let path = match paths::find(context.workspace, context.dir, name) {
            Target::File(path) => path,
            Target::StandIn(path) => {
                let other = context.workspace.show(&path);
                log.stand_in(&shown, &other, &entry.origin);
                path
            }
            Target::Dir(_) => continue,
            Target::Nothing(why) => {
                if required {
                    container.env_gaps.push(Gap {
                        why: Unknown::new(why),
                        origin: entry.origin.clone(),
                    });
                }
                continue;
            }
        };
        let raw = entry.get("format").and_then(Node::as_str) == Some("raw");
        match context.workspace.fetch(&path) {
            Ok(source) => {
                let text = context.workspace.text(source);
                let span = entry.origin.nearest_span();
                env_file(context, &text, raw, span, note, container, log);
            }
            Err(trouble) => container.env_gaps.push(Gap {
                why: Unknown::new(format!("`{shown}` {trouble}")),
                origin: entry.origin.clone(),
            }),
        }
    }
}

fn env_file(
    context: &Context<'_>,
    text: &Text,
    raw: bool,
    at: Option<Span>,
    note: &str,
    container: &mut Container,
    log: &mut Log,
) {
    let mut file = dotenv::parse(text);
    if raw {
        for entry in &mut file.entries {
            entry.quoting = dotenv::Quoting::Single;
        }
    }
    let (values, problems) = file.to_node(&|name| context.variables.get(name).cloned());
    log.notes.extend(problems);
    for (name, slot) in values.as_map().into_iter().flat_map(|m| m.slots()) {
        let value = slot.node.clone();
        let value =
            value.map_origins(&|o| o.then(StepKind::Deploy, at, format!("env_file of {note}")));
        container.env.push(Env {
            name: key_text(name, slot),
            value: settled(value),
        });
    }
}

/// A text of which nothing is known as unknown.
pub(super) fn settled(node: Node) -> Node {
    match &node.value {
        Value::Text(text) if text.is_wholly_unknown() => match text.unknown().cloned() {
            Some(why) => Node::new(Value::Unknown(why), node.origin),
            None => node,
        },
        _ => node,
    }
}
