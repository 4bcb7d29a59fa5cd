//! Ignition's JSON, and the Butane YAML it is made of.

use super::base64;
use super::decode;
use super::machine::Machine;
use crate::trace::{Node, Origin, Text};

/// Writes the files and units of an Ignition or Butane document.
pub(super) fn apply(machine: &mut Machine<'_>, root: &Node) {
    let files = root.at(&["storage", "files"]).and_then(Node::as_list);
    for file in files.unwrap_or_default() {
        let Some(path) = file.get("path").and_then(Node::scalar_text) else {
            continue;
        };
        let appended = file
            .get("append")
            .and_then(Node::as_list)
            .unwrap_or_default();
        if let Some(contents) = file.get("contents") {
            let content = content(contents);
            machine.write(&path, content, false);
        }
        for contents in appended {
            let content = content(contents);
            machine.write(&path, content, true);
        }
    }
    let units = root.at(&["systemd", "units"]).and_then(Node::as_list);
    for unit in units.unwrap_or_default() {
        let Some(name) = unit.get("name").and_then(Node::as_str) else {
            continue;
        };
        let path = Text::plain(format!("/etc/systemd/system/{name}"));
        if let Some(contents) = unit.get("contents").and_then(Node::as_text) {
            machine.write(&path, Node::text(contents.clone()), false);
        }
        for dropin in unit
            .get("dropins")
            .and_then(Node::as_list)
            .unwrap_or_default()
        {
            if let Some(contents) = dropin.get("contents").and_then(Node::as_text) {
                machine.write(&path, Node::text(contents.clone()), true);
            }
        }
    }
}

fn content(contents: &Node) -> Node {
    if let Some(inline) = contents.get("inline") {
        return inline.clone();
    }
    let Some(source) = contents.get("source") else {
        return Node::unknown("its content is elsewhere", contents.origin.clone());
    };
    let unknown = |why: &str| Node::unknown(why, source.origin.clone());
    let Some(text) = source.as_text() else {
        return unknown("its content is not known");
    };
    let Some(rest) = text.as_str().strip_prefix("data:") else {
        return unknown("its content comes from the network");
    };
    let Some(comma) = rest.find(',') else {
        return unknown("its content is no data URL");
    };
    let data = text.slice("data:".len() + comma + 1..text.len());
    let plain = unescaped(&data);
    if !rest[..comma].ends_with(";base64") {
        return Node::text(plain);
    }
    match base64::decode(&plain) {
        Some(text) => Node::text(decode::unwrapped(&text)),
        None => unknown("its content is no text"),
    }
}

/// A text without the escapes of URLs.
fn unescaped(text: &Text) -> Text {
    let chars = text.as_str();
    let bytes = chars.as_bytes();
    let mut out = Text::default();
    let mut pending: Vec<u8> = Vec::new();
    let mut pending_from = 0;
    let mut plain_from = 0;
    let mut at = 0;
    let hex = |at: usize| {
        let pair = chars.get(at + 1..at + 3)?;
        u8::from_str_radix(pair, 16).ok()
    };
    while at < bytes.len() {
        let Some(byte) = (bytes.get(at) == Some(&b'%')).then(|| hex(at)).flatten() else {
            at += 1;
            continue;
        };
        out.push(&text.slice(plain_from..at));
        if pending.is_empty() {
            pending_from = at;
        }
        pending.push(byte);
        at += 3;
        plain_from = at;
        let more = bytes.get(at) == Some(&b'%');
        if std::str::from_utf8(&pending).is_ok() || !more {
            let origin: Origin = text.origin_of(pending_from..at);
            out.push_str(&String::from_utf8_lossy(&pending), &origin);
            pending.clear();
        }
    }
    out.push(&text.slice(plain_from..text.len()));
    out
}
