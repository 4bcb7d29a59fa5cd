//! cloud-config: what cloud-init does when a machine starts for the first time.

use super::base64;
use super::decode;
use super::machine::Machine;
use crate::inventory::Command;
use crate::trace::{Node, Origin, Text, Value};

/// Applies a cloud-config document in the order of cloud-init's stages.
pub(super) fn apply(machine: &mut Machine<'_>, root: &Node) {
    if let Some(commands) = root.get("bootcmd") {
        commands_of(machine, commands);
    }
    for file in list(root, "write_files") {
        write_file(machine, file);
    }
    if let Some(lines) = root
        .at(&["apt", "debconf_selections"])
        .and_then(Node::as_map)
    {
        for (_, value) in lines.iter() {
            debconf(machine, value);
        }
    }
    if let Some(packages) = root.get("packages") {
        packages_of(machine, packages, 0);
    }
    if let Some(snaps) = root.at(&["snap", "commands"]) {
        match snaps.as_map() {
            Some(map) => {
                let all: Vec<Node> = map.iter().map(|(_, node)| node.clone()).collect();
                commands_of(machine, &Node::list(all, snaps.origin.clone()));
            }
            None => commands_of(machine, snaps),
        }
    }
    if let Some(commands) = root.get("runcmd") {
        commands_of(machine, commands);
    }
}

/// Parts of an archive: texts, or maps with `content`.
pub(super) fn archive(root: &Node) -> Vec<Text> {
    let items = root.as_list().unwrap_or_default();
    let each = |item: &Node| item.get("content").unwrap_or(item).as_text().cloned();
    items.iter().filter_map(each).collect()
}

fn list<'n>(node: &'n Node, key: &str) -> &'n [Node] {
    node.get(key).and_then(Node::as_list).unwrap_or_default()
}

fn write_file(machine: &mut Machine<'_>, file: &Node) {
    let Some(path) = file.get("path").and_then(Node::scalar_text) else {
        return;
    };
    let append = file.get("append").and_then(Node::as_bool) == Some(true);
    let encoding = file
        .get("encoding")
        .and_then(Node::as_str)
        .unwrap_or_default();
    let content = match file.get("content") {
        Some(content) => content.clone(),
        None => Node::text(Text::opaque("", file.origin.clone())),
    };
    let decoded = match encoding {
        "b64" | "base64" | "gz+b64" | "gzip+b64" | "gz+base64" | "gzip+base64" => {
            base64::decode_node(&content)
        }
        "" | "text/plain" => content.scalar_text().map(Node::text),
        _ => None,
    };
    let content = match (decoded, &content.value) {
        (Some(decoded), _) => decoded,
        (None, Value::Unknown(_)) => content,
        (None, _) => {
            let why = format!("its content is not text in the encoding {encoding:?}");
            Node::unknown(why, content.origin.clone())
        }
    };
    machine.write(&path, content, append);
}

fn debconf(machine: &mut Machine<'_>, value: &Node) {
    let program = Text::opaque("debconf-set-selections", value.origin.clone());
    machine.command(Command {
        words: vec![Node::text(program), value.clone()],
        env: Vec::new(),
        origin: value.origin.clone(),
    });
}

/// `packages`: names, pairs of name and version, or both by package manager.
fn packages_of(machine: &mut Machine<'_>, node: &Node, depth: usize) {
    for item in node.as_list().unwrap_or_default() {
        match &item.value {
            Value::List(pair) => {
                if let Some(name) = pair.first().and_then(Node::as_text) {
                    machine.package(name.clone());
                }
            }
            Value::Map(map) if depth == 0 => {
                for (_, packages) in map.iter() {
                    packages_of(machine, packages, depth + 1);
                }
            }
            _ => {
                if let Some(name) = item.scalar_text() {
                    machine.package(name);
                }
            }
        }
    }
}

/// `runcmd` and its kin: one script, whose commands are lines or lists of words.
fn commands_of(machine: &mut Machine<'_>, node: &Node) {
    let mut script = Text::default();
    for item in node.as_list().unwrap_or(std::slice::from_ref(node)) {
        match item.as_list() {
            Some(words) => {
                let words: Vec<Text> = words
                    .iter()
                    .filter_map(Node::scalar_text)
                    .map(|w| quoted(&w))
                    .collect();
                script.push(&Text::join(&words, &Text::plain(" ")));
            }
            None => {
                if let Some(line) = item.scalar_text() {
                    script.push(&line);
                }
            }
        }
        script.push_str("\n", &Origin::nowhere());
    }
    machine.script(&decode::unwrapped(&script));
}

/// A word as a shell reads it unchanged.
pub(super) fn quoted(word: &Text) -> Text {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@,+%".contains(c);
    if !word.is_empty() && word.as_str().chars().all(plain) {
        return word.clone();
    }
    word.quote("'", |c| (c == '\'').then(|| "'\\''".to_owned()))
}
