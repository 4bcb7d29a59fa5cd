//! Values on command lines: flags, words of commands, answers to debconf questions.

use super::format::{Scalar, Written};
use crate::inventory::Command;
use crate::trace::{Node, Text, Value};

/// The value of a flag: `--x` is true, `--x=v` and `--x v` are `v`.
pub(super) fn argument(flag: &str, args: &[Node]) -> Option<Node> {
    let mut args = args.iter();
    let mut last = None;
    while let Some(arg) = args.next() {
        let Some(text) = arg.as_text() else { continue };
        if text.as_str() == flag {
            let next = args
                .clone()
                .next()
                .filter(|n| n.as_str().is_none_or(|s| !s.starts_with('-')));
            last = Some(match next {
                Some(value) => value.clone(),
                None => Node::new(Value::Bool(true), arg.origin.clone()),
            });
        } else if let Some(rest) = text.as_str().strip_prefix(flag)
            && rest.starts_with('=')
        {
            last = Some(Node::text(text.slice(flag.len() + 1..text.len())));
        }
    }
    last
}

/// The value that `command` gives for the `{value}` of `pattern`.
///
/// The words of the pattern must come in order; others may stand between them.
pub(super) fn command_value(pattern: &str, command: &Command, written: &Written) -> Option<Node> {
    if let Some(without) = &written.without
        && command.words.iter().any(|w| w.as_str() == Some(without))
    {
        return None;
    }
    let mut words = command.words.iter();
    let mut value: Option<Node> = None;
    let mut pending = false;
    // A flag takes its value as the next word or behind `=`, however the pattern spells it.
    let mut wanted: Vec<String> = Vec::new();
    for want in pattern.split_whitespace() {
        match wanted.last_mut() {
            Some(flag) if want == "{value}" && flag.starts_with('-') => flag.push_str("={value}"),
            _ => wanted.push(want.to_owned()),
        }
    }
    for want in wanted.iter().map(String::as_str) {
        if want == "{value}" {
            pending = true;
            let word = words.next()?;
            value = Some(word.clone());
            continue;
        }
        pending = false;
        if let Some(prefix) = want.strip_suffix("{value}") {
            let flag = prefix.strip_suffix('=');
            loop {
                let word = words.next()?;
                let Some(text) = word.as_text() else { continue };
                if let Some(rest) = text.as_str().strip_prefix(prefix) {
                    value = Some(Node::text(text.slice(text.len() - rest.len()..text.len())));
                    break;
                }
                if flag.is_some_and(|f| f == text.as_str()) {
                    value = Some(words.next()?.clone());
                    break;
                }
            }
            continue;
        }
        loop {
            let word = words.next()?;
            if want == "*" {
                break;
            }
            let Some(text) = word.as_str() else { continue };
            if text == want
                || text.rsplit('/').next() == Some(want)
                || (want.contains('*') && super::image::glob(text, want))
            {
                break;
            }
        }
    }
    if pending && value.is_none() {
        return None;
    }
    Some(value.unwrap_or_else(|| {
        let means = match &written.means {
            None => Value::Bool(true),
            Some(Scalar::Bool(b)) => Value::Bool(*b),
            Some(Scalar::Int(i)) => Value::Int(*i),
            Some(Scalar::Float(f)) => Value::Float(*f),
            Some(Scalar::Text(t)) => Value::Text(Text::opaque(t.clone(), command.origin.clone())),
            Some(Scalar::List(l)) => Value::Text(Text::opaque(l.join(","), command.origin.clone())),
            Some(Scalar::Null(())) => Value::Null,
        };
        Node::new(means, command.origin.clone())
    }))
}

/// The answer to a debconf question, in `echo "pkg question type answer" | debconf-set-selections`.
pub(super) fn debconf_value(question: &str, command: &Command) -> Option<Node> {
    let texts: Vec<&Text> = command.words.iter().filter_map(Node::as_text).collect();
    for text in &texts {
        for line in text.lines() {
            let Some(at) = line.as_str().find(question) else {
                continue;
            };
            let rest = line.slice(at + question.len()..line.len()).trim();
            let kind = rest.as_str().find(char::is_whitespace)?;
            return Some(Node::text(rest.slice(kind..rest.len()).trim()));
        }
    }
    let at = texts.iter().position(|t| t.as_str() == question)?;
    texts.get(at + 2).map(|t| Node::text((*t).clone()))
}
