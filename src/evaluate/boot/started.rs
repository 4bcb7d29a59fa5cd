//! What the commands of a machine start.

use super::machine::Machine;
use super::{docker, helm, kubectl, packages, projects};
use crate::evaluate::gitops;
use crate::evaluate::release::Installation;
use crate::inventory::{Command, Item};
use crate::trace::{Node, Problem, Text};

/// What was started.
#[derive(Debug, Default)]
pub(super) struct Started {
    pub(super) items: Vec<Item>,
    pub(super) charts: Vec<Installation>,
    pub(super) notes: Vec<Problem>,
}

/// A command as the programs see it.
#[derive(Debug)]
pub(super) struct Call<'a> {
    pub(super) command: &'a Command,
    /// The words behind the program's name.
    pub(super) arguments: &'a [Node],
    /// The folder it runs in.
    pub(super) folder: Option<&'a str>,
    /// What it reads.
    pub(super) input: Option<&'a Text>,
}

impl<'a> Call<'a> {
    /// The same call without its first `n` arguments.
    pub(super) fn behind(&self, n: usize) -> Call<'a> {
        Call {
            command: self.command,
            arguments: self.arguments.get(n..).unwrap_or_default(),
            folder: self.folder,
            input: self.input,
        }
    }
}

/// Everything that the commands of `machine` start.
pub(super) fn started(machine: &Machine<'_>) -> Started {
    let mut out = Started::default();
    let mut manifests = Vec::new();
    let mut projects = projects::Projects::default();
    let mut helm = helm::Helm::default();
    for (at, command) in machine.commands().iter().enumerate() {
        let words = &command.words;
        let Some((program, arguments)) = words
            .get(packages::program_at(words)..)
            .and_then(<[Node]>::split_first)
        else {
            continue;
        };
        let Some(name) = program.as_str() else {
            continue;
        };
        let call = Call {
            command,
            arguments,
            folder: machine.folders.get(at).and_then(Option::as_deref),
            input: machine.inputs.get(at).and_then(Option::as_ref),
        };
        dispatch(
            machine,
            name.rsplit('/').next().unwrap_or(name),
            &call,
            &mut Places {
                out: &mut out,
                manifests: &mut manifests,
                projects: &mut projects,
                helm: &mut helm,
            },
        );
    }
    let (items, charts) = gitops::carried(machine.workspace, &manifests);
    out.items.extend(items);
    out.charts.extend(charts);
    projects.finish(machine, &mut out);
    out
}

struct Places<'a> {
    out: &'a mut Started,
    manifests: &'a mut Vec<crate::evaluate::kubernetes::Manifest>,
    projects: &'a mut projects::Projects,
    helm: &'a mut helm::Helm,
}

fn dispatch(machine: &Machine<'_>, name: &str, call: &Call<'_>, to: &mut Places<'_>) {
    match name {
        "docker" | "podman" | "nerdctl" => match docker::verb(call.arguments) {
            Some((docker::Verb::Run, at)) => {
                let workload = docker::run(machine, &call.behind(at));
                to.out.items.extend(workload.map(Item::Workload));
            }
            Some((docker::Verb::Compose, at)) => to.projects.compose(&call.behind(at)),
            Some((docker::Verb::Stack, at)) => to.projects.stack(&call.behind(at)),
            None => {}
        },
        "docker-compose" | "podman-compose" => to.projects.compose(call),
        "kubectl" | "oc" => to.manifests.extend(kubectl::manifests(machine, call)),
        "k3s" | "microk8s" | "minikube" | "k0s" => {
            let inner = call.arguments.first().and_then(Node::as_str);
            match inner {
                Some("kubectl") => {
                    to.manifests
                        .extend(kubectl::manifests(machine, &call.behind(1)));
                }
                Some("helm" | "helm3") => {
                    to.out
                        .charts
                        .extend(to.helm.release(machine, &call.behind(1)));
                }
                _ => {}
            }
        }
        "microk8s.kubectl" => to.manifests.extend(kubectl::manifests(machine, call)),
        "helm" | "helm3" | "microk8s.helm" | "microk8s.helm3" => {
            to.out.charts.extend(to.helm.release(machine, call));
        }
        _ => {}
    }
}

/// The value of a flag in any of its spellings, and how many words it takes: `--name x`,
/// `--name=x`, `-n x`, `-nx`.
pub(super) fn flag(words: &[Node], long: &str, short: Option<char>) -> Option<(Text, usize)> {
    let first = words.first()?.as_text()?;
    let chars = first.as_str();
    if let Some(rest) = chars.strip_prefix("--") {
        let value = rest.strip_prefix(long)?;
        return match value.strip_prefix('=') {
            Some(value) => Some((first.slice(chars.len() - value.len()..chars.len()), 1)),
            None if value.is_empty() => Some((text_of(words.get(1)?)?, 2)),
            None => None,
        };
    }
    let rest = chars.strip_prefix('-')?.strip_prefix(short?)?;
    if rest.is_empty() {
        return Some((text_of(words.get(1)?)?, 2));
    }
    let rest = rest.strip_prefix('=').unwrap_or(rest);
    Some((first.slice(chars.len() - rest.len()..chars.len()), 1))
}

/// A word as text; one that isn't known as an unknown text.
pub(super) fn text_of(node: &Node) -> Option<Text> {
    node.scalar_text().or_else(|| {
        let why = node.why_unknown()?.clone();
        Some(Text::of_unknown("", why, node.origin.clone()))
    })
}
