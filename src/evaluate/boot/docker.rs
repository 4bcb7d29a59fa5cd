//! `docker run` and its kin.

use super::machine::{Machine, settled};
use super::started::{Call, text_of};
use crate::inventory::{Container, Env, Gap, Labels, MountedFile, Port, Workload};
use crate::syntax::dotenv::{self, Quoting};
use crate::trace::{Node, Origin, StepKind, Text, Unknown};

/// What is asked of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Run,
    Compose,
    Stack,
}

/// The verb, and how many words it and what is before it take.
pub(super) fn verb(arguments: &[Node]) -> Option<(Verb, usize)> {
    let words: Vec<&str> = arguments
        .iter()
        .map(|w| w.as_str().unwrap_or_default())
        .collect();
    let mut at = 0;
    while words.get(at).is_some_and(|w| w.starts_with('-')) {
        let takes = matches!(
            words.get(at),
            Some(&"-H" | &"--host" | &"-c" | &"--context" | &"--config" | &"-n" | &"--namespace")
        );
        at += if takes { 2 } else { 1 };
    }
    match (words.get(at).copied()?, words.get(at + 1).copied()) {
        ("container", Some("run" | "create")) => Some((Verb::Run, at + 2)),
        ("run" | "create", _) => Some((Verb::Run, at + 1)),
        ("compose", _) => Some((Verb::Compose, at + 1)),
        ("stack", Some("deploy" | "up")) => Some((Verb::Stack, at + 2)),
        _ => None,
    }
}

/// Flags of `run` that take no value.
const SWITCHES: &[&str] = &[
    "detach",
    "disable-content-trust",
    "env-host",
    "help",
    "init",
    "interactive",
    "no-healthcheck",
    "no-hosts",
    "oom-kill-disable",
    "privileged",
    "publish-all",
    "quiet",
    "read-only",
    "replace",
    "rm",
    "rmi",
    "sig-proxy",
    "tls-verify",
    "tty",
];

/// The container that `run` starts.
pub(super) fn run(machine: &Machine<'_>, call: &Call<'_>) -> Option<Workload> {
    let origin = call.command.origin.clone();
    let mut reader = Reader {
        machine,
        call,
        container: Container {
            origin: origin.clone(),
            env_at: origin.clone(),
            ..Container::default()
        },
        labels: Labels::new(),
        name: None,
        at: origin.nearest_span(),
    };
    let mut rest = call.arguments;
    while let [first, others @ ..] = rest {
        let text = text_of(first)?;
        let chars = text.as_str().to_owned();
        if !chars.starts_with('-') || chars == "-" {
            break;
        }
        rest = others;
        if chars == "--" {
            break;
        }
        let (key, value, takes) = split(&text);
        let value = match value {
            Some(value) => value,
            None if takes => {
                let [next, others @ ..] = rest else { break };
                rest = others;
                text_of(next)?
            }
            None => continue,
        };
        reader.option(&key, &value);
    }
    let (image, args) = rest.split_first()?;
    let mut container = reader.container;
    container.image = Some(image.clone());
    container.args.extend(args.iter().cloned());
    let name = reader.name.unwrap_or_else(|| {
        let reference = image.as_text().map(Text::as_str).unwrap_or_default();
        let last = reference.rsplit('/').next().unwrap_or_default();
        last.split([':', '@']).next().unwrap_or_default().to_owned()
    });
    container.name.clone_from(&name);
    Some(Workload {
        name,
        namespace: None,
        kind: "container".to_owned(),
        labels: reader.labels,
        containers: vec![container],
        origin,
    })
}

/// A flag's name, its value if it is in the same word, and whether it takes one.
fn split(text: &Text) -> (String, Option<Text>, bool) {
    let chars = text.as_str();
    if let Some(long) = chars.strip_prefix("--") {
        return match long.find('=') {
            Some(at) => (
                long[..at].to_owned(),
                Some(text.slice(at + 3..text.len())),
                true,
            ),
            None => (long.to_owned(), None, !SWITCHES.contains(&long)),
        };
    }
    // `-dit`, `-p80:80`, `-itv a:b`: switches first, then a flag with its value.
    for (at, c) in chars.char_indices().skip(1) {
        if matches!(c, 'd' | 'i' | 't' | 'P' | 'q') {
            continue;
        }
        let end = at + c.len_utf8();
        let value = (end < chars.len()).then(|| {
            let equals = usize::from(chars[end..].starts_with('='));
            text.slice(end + equals..text.len())
        });
        return (c.to_string(), value, true);
    }
    (String::new(), None, false)
}

struct Reader<'a, 'w> {
    machine: &'a Machine<'w>,
    call: &'a Call<'a>,
    container: Container,
    labels: Labels,
    name: Option<String>,
    at: Option<crate::trace::Span>,
}

impl Reader<'_, '_> {
    fn option(&mut self, key: &str, value: &Text) {
        match key {
            "e" | "env" => self.env(value),
            "env-file" => self.env_file(value),
            "p" | "publish" => self.container.ports.extend(port(value)),
            "v" | "volume" => {
                let parts = value.split(":");
                if let [source, target, ..] = parts.as_slice() {
                    self.mount(source, target.as_str(), &value.origin());
                }
            }
            "mount" => self.long_mount(value),
            "name" => self.name = Some(value.as_str().to_owned()),
            "l" | "label" => {
                if let Some(at) = value.as_str().find('=') {
                    let key = value.as_str()[..at].to_owned();
                    let text = value.slice(at + 1..value.len());
                    self.labels.insert(key, Node::text(text));
                }
            }
            "entrypoint" => self.container.args.insert(0, settled(value.clone())),
            _ => {}
        }
    }

    fn step(&self, what: &str) -> impl Fn(&Origin) -> Origin + use<> {
        let note = what.to_owned();
        let at = self.at;
        move |origin| origin.then(StepKind::Deploy, at, note.clone())
    }

    fn env(&mut self, value: &Text) {
        let step = self.step("environment of the container");
        let Some(at) = value.as_str().find('=') else {
            let name = value.as_str();
            let own = self
                .call
                .command
                .env
                .iter()
                .rev()
                .find(|e| e.name.as_str() == name);
            let node = match own {
                Some(env) => env.value.clone(),
                None => Node::unknown(format!("variable {name} has no value"), value.origin()),
            };
            self.push(value.clone(), node.map_origins(&step));
            return;
        };
        let name = value.slice(0..at);
        let node = settled(value.slice(at + 1..value.len())).map_origins(&step);
        self.push(name, node);
    }

    fn push(&mut self, name: Text, value: Node) {
        self.container.env.push(Env { name, value });
    }

    fn env_file(&mut self, path: &Text) {
        let content = self.machine.content(self.call.folder, path.as_str());
        let Some(text) = content.as_ref().and_then(Node::as_text) else {
            let why = format!("the file {} is not known", path.as_str());
            self.container.env_gaps.push(Gap {
                why: Unknown::new(why),
                origin: path.origin(),
            });
            return;
        };
        let mut file = dotenv::parse(text);
        // Docker takes what is behind the sign as it is.
        for entry in &mut file.entries {
            entry.quoting = Quoting::Single;
        }
        let (values, _) = file.to_node(&|_| None);
        let step = self.step("env file of the container");
        for (name, slot) in values.as_map().into_iter().flat_map(|m| m.slots()) {
            let name = Text::opaque(name, slot.key.clone());
            self.push(name, slot.node.clone().map_origins(&step));
        }
    }

    fn long_mount(&mut self, value: &Text) {
        let mut found = [None, None];
        for part in value.split(",") {
            let Some(at) = part.as_str().find('=') else {
                continue;
            };
            let slot = match &part.as_str()[..at] {
                "source" | "src" => 0,
                "target" | "dst" | "destination" => 1,
                _ => continue,
            };
            found[slot] = Some(part.slice(at + 1..part.len()));
        }
        if let [Some(source), Some(target)] = found {
            self.mount(&source, target.as_str(), &value.origin());
        }
    }

    fn mount(&mut self, source: &Text, target: &str, origin: &Origin) {
        let name = source.as_str();
        let is_path = name.starts_with(['.', '/', '~', '$']) || name.contains('/');
        if !is_path {
            return;
        }
        let step = self.step("mounted into the container");
        let found = super::projects::below(self.machine, self.call.folder, name);
        for (below, content) in found {
            let path = if below.is_empty() {
                target.to_owned()
            } else {
                format!("{}/{below}", target.trim_end_matches('/'))
            };
            self.container.files.push(MountedFile {
                path,
                content: content.map_origins(&step),
            });
        }
        if self
            .container
            .files
            .iter()
            .all(|f| !f.path.starts_with(target))
        {
            self.container.file_gaps.push((
                target.to_owned(),
                Gap {
                    why: Unknown::new(format!("the content of {name} is not known")),
                    origin: origin.clone(),
                },
            ));
        }
    }
}

/// `[address:][published:]container[/protocol]`.
fn port(value: &Text) -> Option<Port> {
    let chars = value.as_str();
    let (numbers, protocol) = chars.split_once('/').unwrap_or((chars, "tcp"));
    let first = |part: &str| part.split('-').next().and_then(|n| n.trim().parse().ok());
    let mut parts = numbers.rsplitn(3, ':');
    let container = parts.next()?;
    let published = parts.next().unwrap_or_default();
    let address = parts.next().map(|a| a.trim_matches(['[', ']']));
    Some(Port {
        container: first(container),
        published: Some(first(published).unwrap_or(0)),
        address: address
            .filter(|a| !a.is_empty() && !matches!(*a, "0.0.0.0" | "::"))
            .map(str::to_owned),
        protocol: protocol.to_lowercase(),
        origin: value.origin(),
    })
}
