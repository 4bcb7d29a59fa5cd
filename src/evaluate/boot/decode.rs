//! What a text given to a machine is, and taking off what it is wrapped in.

use super::base64;
use crate::trace::Text;

/// A text may be wrapped so often.
const MAX_WRAPPED: usize = 4;

/// What a text is to the machine that gets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Payload {
    /// cloud-config.
    CloudConfig,
    /// A list of parts in YAML.
    Archive,
    /// Many parts as in mail.
    Multipart,
    /// Ignition's JSON.
    Ignition,
    /// The YAML of which Ignition's JSON is made.
    Butane,
    /// A list of addresses to get the rest from.
    Include,
    /// A shell script.
    Script,
    /// Something for another system or interpreter.
    Foreign,
}

/// `text` without the base64 it is wrapped in.
pub(super) fn unwrapped(text: &Text) -> Text {
    let mut text = text.clone();
    for _ in 0..MAX_WRAPPED {
        let trimmed = text.as_str().trim();
        let looks = trimmed.len() >= 8
            && trimmed
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"+/=\r\n".contains(&b));
        let Some(inner) = looks.then(|| base64::decode(&text)).flatten() else {
            break;
        };
        text = inner;
    }
    text
}

/// Interpreters that understand what a shell would.
const SHELLS: &[&str] = &["sh", "bash", "dash", "ash", "ksh", "zsh"];

/// What a text is, by how it begins.
pub(super) fn payload(text: &Text) -> Payload {
    let chars = text.as_str().trim_start_matches('\u{feff}').trim_start();
    let chars = chars
        .strip_prefix("## template: jinja")
        .map_or(chars, str::trim_start);
    let first = chars.lines().next().unwrap_or_default().trim_end();
    let lower = first.to_ascii_lowercase();
    if first.starts_with("#cloud-config-archive") {
        return Payload::Archive;
    }
    if first.starts_with("#cloud-config") {
        return Payload::CloudConfig;
    }
    if first.starts_with("#include") {
        return Payload::Include;
    }
    if first.starts_with("#part-handler")
        || lower.starts_with("<powershell>")
        || lower == "<script>"
    {
        return Payload::Foreign;
    }
    if lower.starts_with("content-type: multipart") || lower.starts_with("mime-version:") {
        return Payload::Multipart;
    }
    if let Some(line) = first.strip_prefix("#!") {
        let program = line
            .split_whitespace()
            .map(|w| w.rsplit('/').next().unwrap_or(w))
            .find(|w| *w != "env" && !w.starts_with('-'));
        return match program {
            Some(program) if !SHELLS.contains(&program) => Payload::Foreign,
            _ => Payload::Script,
        };
    }
    if first.starts_with("#ps1") {
        return Payload::Foreign;
    }
    if chars.starts_with('{') && chars.contains("\"ignition\"") {
        return Payload::Ignition;
    }
    by_keys(chars)
}

/// What a part is whose type says more than its beginning.
pub(super) fn of_type(kind: &str) -> Option<Payload> {
    match kind {
        "text/cloud-config" | "text/jinja2" => Some(Payload::CloudConfig),
        "text/cloud-config-archive" => Some(Payload::Archive),
        "text/x-shellscript" | "text/x-shellscript-per-boot" | "text/cloud-boothook" => {
            Some(Payload::Script)
        }
        "text/x-include-url" | "text/x-include-once-url" => Some(Payload::Include),
        "text/part-handler" => Some(Payload::Foreign),
        _ => None,
    }
}

/// What a text without a mark is, by the keys at the beginnings of its lines.
fn by_keys(chars: &str) -> Payload {
    // Keys may be quoted, as `yamlencode` does.
    let has = |key: &str| chars.lines().any(|l| l.replace('"', "").starts_with(key));
    if has("variant:") && has("version:") {
        return Payload::Butane;
    }
    if ["write_files:", "runcmd:", "packages:", "bootcmd:"]
        .iter()
        .any(|k| has(k))
    {
        return Payload::CloudConfig;
    }
    Payload::Script
}
