//! Scripts that run inside containers besides their main command: lifecycle hooks, and scripts
//! that are mounted for the image to start.

use super::cluster::Cluster;
use super::object::{Object, list};
use crate::inventory::{Command, Container, Env, Host, Item, Workload};
use crate::syntax::shell;
use crate::trace::{Node, Origin, StepKind, Text, Value};

/// Scripts longer than this are programs of their own, not settings.
const MAX_SCRIPT_BYTES: usize = 256 * 1024;

/// One host for each container that has such scripts.
pub(super) fn items(cluster: &Cluster<'_>, workloads: &[Item]) -> Vec<Item> {
    let found = workloads.iter().filter_map(|item| match item {
        Item::Workload(workload) => Some(workload),
        _ => None,
    });
    cluster
        .pods
        .iter()
        .zip(found)
        .flat_map(|(pod, workload)| {
            pod.containers()
                .zip(&workload.containers)
                .filter_map(|((_, node), container)| {
                    host(&pod.object, workload, container, node).map(Item::Host)
                })
        })
        .collect()
}

fn host(
    object: &Object<'_>,
    workload: &Workload,
    container: &Container,
    node: &Node,
) -> Option<Host> {
    let mut host = Host {
        name: format!(
            "scripts of container {} of {}",
            container.name,
            object.title()
        ),
        origin: workload.origin.clone(),
        ..Host::default()
    };
    for hook in ["postStart", "preStop"] {
        let Some(exec) = node.at(&["lifecycle", hook, "exec"]) else {
            continue;
        };
        let words = list(exec, "command");
        let note = format!("{hook} of {}", host.name);
        let step = |o: &Origin| o.then(StepKind::Deploy, o.span(), note.clone());
        match script_of(words) {
            Some(script) => host.run(&script.clone().map_origins(&step), container),
            None if !words.is_empty() => host.commands.push(Command {
                origin: exec.origin.clone(),
                words: words.iter().map(|w| w.clone().map_origins(&step)).collect(),
                env: Vec::new(),
            }),
            None => {}
        }
    }
    for file in &container.files {
        if let Some(text) = file.content.as_text().filter(|t| is_script(&file.path, t)) {
            host.run(text, container);
        }
    }
    (!host.commands.is_empty()).then_some(host)
}

trait Run {
    fn run(&mut self, script: &Text, container: &Container);
}

impl Run for Host {
    /// Adds the commands of a script.
    fn run(&mut self, text: &Text, container: &Container) {
        if text.len() > MAX_SCRIPT_BYTES {
            return;
        }
        let script = shell::parse(text);
        let variables = |name: &str| container.env(name)?.value.as_text().cloned();
        let ran = shell::run(&script, text, &variables);
        let commands = ran.commands.into_iter().map(|ran| Command {
            words: ran.words.into_iter().map(settled).collect(),
            env: ran
                .env
                .into_iter()
                .map(|(name, value)| Env {
                    name,
                    value: settled(value),
                })
                .collect(),
            origin: ran.origin,
        });
        self.commands.extend(commands);
    }
}

/// The script in `sh -c SCRIPT`.
fn script_of(words: &[Node]) -> Option<&Text> {
    let shell = words.first()?.as_str()?.rsplit('/').next()?;
    let is_shell = matches!(shell, "sh" | "bash" | "ash" | "dash" | "zsh");
    let at = words.iter().position(|w| {
        let word = w.as_str().unwrap_or_default();
        word.starts_with('-') && word.ends_with('c')
    })?;
    words.get(at + 1).filter(|_| is_shell)?.as_text()
}

fn is_script(path: &str, text: &Text) -> bool {
    let first = text.as_str().lines().next().unwrap_or_default();
    let marked = first.starts_with("#!");
    marked && first.contains("sh") || !marked && path.ends_with(".sh")
}

fn settled(text: Text) -> Node {
    match text.unknown() {
        Some(why) if text.is_wholly_unknown() => {
            Node::new(Value::Unknown(why.clone()), text.origin())
        }
        _ => Node::text(text),
    }
}
