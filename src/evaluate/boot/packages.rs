//! Which packages a command installs.

use crate::inventory::Command;
use crate::trace::{Node, Text};

/// Programs in front of others.
const WRAPPERS: &[&str] = &[
    "sudo", "doas", "env", "nohup", "exec", "command", "time", "nice", "retry", "timeout", "yes",
];

/// The words from the program on: without `sudo -E`, `env A=b` and the like.
pub(super) fn program<'a, 'b>(mut words: &'a [&'b str]) -> &'a [&'b str] {
    while let [first, rest @ ..] = words {
        let assigns = first.split_once('=').is_some_and(|(name, _)| {
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        });
        if assigns {
            words = rest;
            continue;
        }
        if !WRAPPERS.contains(first) {
            break;
        }
        words = rest;
        while let [flag, rest @ ..] = words
            && flag.starts_with('-')
        {
            let takes = *first == "sudo" && matches!(*flag, "-u" | "-g" | "-h" | "-p");
            words = if takes {
                rest.get(1..).unwrap_or_default()
            } else {
                rest
            };
        }
    }
    words
}

/// The place of the program among the words of a command.
pub(super) fn program_at(words: &[Node]) -> usize {
    let all: Vec<&str> = words
        .iter()
        .map(|w| w.as_text().map_or("", Text::as_str))
        .collect();
    all.len() - program(&all).len()
}

/// Adds the packages that `command` installs.
pub(super) fn installed(command: &Command, packages: &mut Vec<Text>) {
    let words = command
        .words
        .get(program_at(&command.words)..)
        .unwrap_or_default();
    let Some((first, rest)) = words.split_first() else {
        return;
    };
    let Some(name) = first.as_str().map(|f| f.rsplit('/').next().unwrap_or(f)) else {
        return;
    };
    let verbs: &[&str] = match name {
        "apt" | "apt-get" | "aptitude" | "dnf" | "yum" | "zypper" | "snap" | "brew"
        | "microdnf" => &["install", "in", "reinstall"],
        "apk" => &["add"],
        "pacman" => &["-S", "-Sy", "-Syu"],
        _ => return,
    };
    let Some(verb) = rest
        .iter()
        .position(|w| w.as_str().is_some_and(|w| verbs.contains(&w)))
    else {
        return;
    };
    let mut skip = false;
    for word in rest.iter().skip(verb + 1) {
        let Some(text) = word.as_text() else { continue };
        if std::mem::take(&mut skip) {
            continue;
        }
        let chars = text.as_str();
        if chars.starts_with('-') {
            skip = matches!(
                chars,
                "-o" | "-t" | "--option" | "--target-release" | "--channel"
            );
            continue;
        }
        // `name=version`, `name/suite`, and a file's path are not names.
        let end = chars.find('=').unwrap_or(chars.len());
        let end = if chars.starts_with(['.', '/']) {
            end
        } else {
            chars[..end].find('/').unwrap_or(end)
        };
        if end > 0 {
            packages.push(text.slice(0..end));
        }
    }
}
