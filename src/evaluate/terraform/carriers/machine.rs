//! Machines: what they are started with, and what provisioners do to them.

use super::arguments::{METADATA, METADATA_MAPS, is_machine, starts_machine};
use super::{Context, blocks, carry, word};
use crate::evaluate::boot::{Booted, Machine};
use crate::inventory::Resource;
use crate::syntax::json;
use crate::trace::{Node, Text, Value};

/// Arguments are looked for in blocks so deep.
const MAX_DEPTH: usize = 6;

/// A delivered folder brings at most so many files.
const MAX_FILES: usize = 500;

/// Larger files in a delivered folder are no settings.
const MAX_BYTES: usize = 512 * 1024;

/// What has become of the machine that `resource` is; none if it is none and runs nothing.
pub(super) fn booted(context: &Context<'_>, resource: &Resource) -> Option<Booted> {
    let provisioners = provisioners(&resource.body);
    let machine = is_machine(&resource.kind);
    if !machine && provisioners.is_empty() {
        return None;
    }
    let origin = resource.origin.clone();
    let mut there = Machine::new(context.workspace, &resource.address, origin.clone())
        .of_resource(&resource.address);
    if machine {
        arguments(&mut there, resource, &resource.body, 0);
    }
    let mut here = Machine::new(
        context.workspace,
        format!("local-exec of {}", resource.address),
        origin,
    )
    .of_resource(&resource.address)
    .running_in(context.dir);
    for (kind, body) in provisioners {
        if on_destroy(context, body) {
            continue;
        }
        match kind.as_str() {
            "remote-exec" => remote(context, &mut there, resource, body),
            "file" => delivered(context, &mut there, resource, body),
            "local-exec" => local(&mut here, resource, body),
            _ => {}
        }
    }
    let mut out = there.finish();
    let local = here.finish();
    out.items.extend(local.items);
    out.charts.extend(local.charts);
    out.notes.extend(local.notes);
    Some(out)
}

/// Whether it runs only when the resource goes away. The word stands there bare, so that it has
/// no value.
fn on_destroy(context: &Context<'_>, body: &Node) -> bool {
    let Some(when) = body.get("when") else {
        return false;
    };
    let written = when.span().map(|s| context.workspace.sources().slice(s));
    when.as_str() == Some("destroy") || written.is_some_and(|w| w.contains("destroy"))
}

/// The provisioners of a resource by kind, in order.
fn provisioners(body: &Node) -> Vec<(String, &Node)> {
    let mut out = Vec::new();
    for entry in blocks(body, "provisioner") {
        // Labelled: `{"remote-exec": {…}}`, as in JSON configurations.
        let Some(map) = entry.as_map() else { continue };
        for (label, inner) in map.iter() {
            if matches!(label, "remote-exec" | "file" | "local-exec") {
                let each = inner.as_list().unwrap_or(std::slice::from_ref(inner));
                out.extend(each.iter().map(|body| (label.to_owned(), body)));
            }
        }
    }
    out
}

/// Looks for arguments that a machine is started with in `body` and the blocks in it.
fn arguments(machine: &mut Machine<'_>, resource: &Resource, body: &Node, depth: usize) {
    let Some(map) = body.as_map().filter(|_| depth < MAX_DEPTH) else {
        return;
    };
    for (name, slot) in map.slots() {
        let node = &slot.node;
        if name == "provisioner" || name == "connection" {
            continue;
        }
        if matches!(name, "settings" | "protected_settings") {
            extension(machine, resource, node);
            continue;
        }
        match &node.value {
            Value::Text(text) if starts_machine(name) => boot(machine, resource, name, text),
            Value::Unknown(why) if starts_machine(name) => {
                let message = format!("{name} of {} is not known: {}", resource.address, why.why);
                machine.note(message, &node.origin);
            }
            Value::Map(entries) if METADATA_MAPS.contains(&name) => {
                for (key, value) in entries.iter() {
                    let wanted = METADATA.contains(&key) || name == "user_data";
                    if let Some(text) = value.as_text().filter(|_| wanted) {
                        boot(machine, resource, key, text);
                    }
                }
            }
            Value::List(items) => {
                for item in items {
                    arguments(machine, resource, item, depth + 1);
                }
            }
            _ => {}
        }
    }
}

fn boot(machine: &mut Machine<'_>, resource: &Resource, name: &str, text: &Text) {
    let step = carry(resource, name);
    machine.boot(&text.clone().map_origins(&step));
}

/// Commands of a virtual machine extension: JSON, or a map.
fn extension(machine: &mut Machine<'_>, resource: &Resource, node: &Node) {
    let step = carry(resource, "settings");
    let root = match node.as_text() {
        Some(text) => json::parse(text).0,
        None => node.clone(),
    }
    .map_origins(&step);
    for key in ["commandToExecute", "script"] {
        if let Some(text) = root.get(key).and_then(Node::as_text) {
            machine.boot(text);
        }
    }
}

/// `remote-exec`: `inline`, `script` or `scripts`.
fn remote(context: &Context<'_>, machine: &mut Machine<'_>, resource: &Resource, body: &Node) {
    let step = carry(resource, "remote-exec");
    if let Some(inline) = body.get("inline") {
        let mut script = Text::default();
        for line in inline.as_list().unwrap_or(std::slice::from_ref(inline)) {
            if let Some(line) = line.scalar_text() {
                script.push(&line.map_origins(&step));
                script.push(&Text::plain("\n"));
            }
        }
        machine.script(&script);
    }
    let scripts = blocks(body, "script").iter().chain(blocks(body, "scripts"));
    for path in scripts.filter_map(Node::as_str) {
        let file = context.workspace.beside(context.dir, path);
        if let Some(source) = context.workspace.read(&file) {
            machine.boot(&context.workspace.text(source).map_origins(&step));
        }
    }
}

/// `file`: `content` or `source`, to `destination`.
fn delivered(context: &Context<'_>, machine: &mut Machine<'_>, resource: &Resource, body: &Node) {
    let Some(destination) = body.get("destination").and_then(Node::as_text) else {
        return;
    };
    let step = carry(resource, "file");
    if let Some(content) = body.get("content").filter(|c| !c.is_null()) {
        machine.write(destination, content.clone().map_origins(&step), false);
        return;
    }
    let Some(source) = word(body, "source") else {
        return;
    };
    let path = context.workspace.beside(context.dir, source);
    if !context.workspace.is_dir(&path) {
        if let Some(found) = context.workspace.read(&path) {
            let content = Node::text(context.workspace.text(found)).map_origins(&step);
            let into = destination.as_str().ends_with('/');
            let name = source
                .rsplit('/')
                .next()
                .filter(|_| into)
                .unwrap_or_default();
            let full = Text::concat([destination, &Text::plain(name)]);
            machine.write(&full, content, false);
        }
        return;
    }
    // Without a slash at its end the folder itself is delivered.
    let own = path.file_name().filter(|_| !source.ends_with('/'));
    let own = own
        .map(|n| format!("/{}", n.to_string_lossy()))
        .unwrap_or_default();
    for file in context.workspace.files_below(&path, MAX_FILES) {
        let Ok(below) = file.strip_prefix(&path) else {
            continue;
        };
        let small = |b: Vec<u8>| b.len() <= MAX_BYTES && !b.contains(&0);
        if !context.workspace.bytes(&file).is_ok_and(small) {
            continue;
        }
        let Some(found) = context.workspace.read(&file) else {
            continue;
        };
        let content = Node::text(context.workspace.text(found)).map_origins(&step);
        let rest = Text::plain(format!("{own}/{}", below.to_string_lossy()));
        let top = destination.trim_matches(|c| c == '/');
        let slash = Text::plain(if destination.as_str().starts_with('/') {
            "/"
        } else {
            ""
        });
        machine.write(&Text::concat([&slash, &top, &rest]), content, false);
    }
}

/// `local-exec`: `command`, on the machine that runs Terraform.
fn local(machine: &mut Machine<'_>, resource: &Resource, body: &Node) {
    let step = carry(resource, "local-exec");
    for (name, value) in body
        .get("environment")
        .and_then(Node::as_map)
        .into_iter()
        .flat_map(|m| m.iter())
    {
        if let Some(text) = value.scalar_text() {
            machine.set(name, text.map_origins(&step));
        }
    }
    if let Some(command) = body.get("command").and_then(Node::as_text) {
        machine.script(&command.clone().map_origins(&step));
    }
}
