//! YAML that is a template for another tool: read as far as it goes.

use std::ops::Range;
use std::sync::Arc;

use crate::syntax::yaml::{self, Schema};
use crate::trace::{Node, Origin, Problem, Slot, Text, Unknown, Value};

/// What could be read of a templated file.
#[derive(Debug, Clone, Default)]
pub struct Plain {
    /// Its text without template actions; what they would print is unknown.
    pub text: Text,
    /// The lines that a template action makes as a whole: there may be more keys.
    pub open: Vec<Origin>,
}

/// An action that isn't closed within so many bytes is none.
const MAX_ACTION_BYTES: usize = 64 * 1024;

/// Takes the template actions out of a text.
///
/// An action within a line becomes an unknown part of it. A line of actions only is left out:
/// if it is control flow, both branches are read; if it prints something, it is in
/// [`Plain::open`].
#[must_use]
pub fn plain(text: &Text) -> Plain {
    let mut out = Plain::default();
    let chars = text.as_str();
    let mut start = 0;
    while start < chars.len() {
        let end = line_end(chars, start);
        line(text, start, end, &mut out);
        start = end;
    }
    out
}

/// The first action that opens in `within`, to its end.
fn next_action(chars: &str, within: Range<usize>) -> Option<Range<usize>> {
    let mut at = within.start;
    while let Some(open) = chars.get(at..within.end)?.find('{').map(|i| at + i) {
        let rest = &chars[open..chars.floor_char_boundary(open + MAX_ACTION_BYTES)];
        let close = match rest.as_bytes().get(1) {
            Some(b'{') => "}}",
            Some(b'%') => "%}",
            _ => {
                at = open + 1;
                continue;
            }
        };
        if let Some(end) = rest.find(close) {
            return Some(open..open + end + close.len());
        }
        at = open + 2;
    }
    None
}

/// The end of the line that starts at `start`, line break included; an action that goes on in
/// the next line takes that one along.
fn line_end(chars: &str, start: usize) -> usize {
    let after = |at: usize| chars[at..].find('\n').map_or(chars.len(), |i| at + i + 1);
    let mut end = after(start);
    let mut at = start;
    while let Some(action) = next_action(chars, at..end) {
        at = action.end;
        if at > end {
            end = after(at);
        }
    }
    end
}

fn line(text: &Text, start: usize, end: usize, out: &mut Plain) {
    let chars = text.as_str();
    let mut parts = Text::default();
    let mut rest = String::new();
    let mut prints = None;
    let mut at = start;
    while let Some(range) = next_action(chars, at..end) {
        parts.push(&text.slice(at..range.start));
        rest.push_str(&chars[at..range.start]);
        at = range.end;
        let action = text.slice(range);
        if !is_control(action.as_str()) {
            let why = unknown(action.as_str());
            parts.push(&Text::of_unknown("templated", why, action.origin()));
            prints.get_or_insert_with(|| action.origin());
        }
    }
    parts.push(&text.slice(at..end));
    rest.push_str(&chars[at..end]);
    if at > start && rest.trim().is_empty() {
        out.open.extend(prints);
        out.text.push(&text.slice(end.saturating_sub(1)..end));
    } else {
        out.text.push(&parts);
    }
}

fn unknown(action: &str) -> Arc<Unknown> {
    let short: String = action.chars().take(60).collect();
    Unknown::new(format!("the template action {short} isn't evaluated"))
}

/// Whether an action prints nothing itself.
fn is_control(action: &str) -> bool {
    if action.starts_with("{%") {
        return true;
    }
    let inner = action
        .trim_start_matches("{{")
        .trim_start_matches('-')
        .trim_start();
    let word: String = inner.chars().take_while(|c| c.is_alphanumeric()).collect();
    inner.starts_with("/*")
        || matches!(
            word.as_str(),
            "if" | "else" | "end" | "range" | "with" | "define" | "block"
        )
        || inner.starts_with('$') && inner.contains('=')
}

/// Reads the first document of a values file, templated or not.
///
/// The origins are those of lines that would print unknown keys. Problems of a templated text
/// are dropped, since they may well be the template's.
#[must_use]
pub fn values(text: &Text) -> (Option<Node>, Vec<Origin>, Vec<Problem>) {
    let is_template = ["{{", "{%", "{#"].iter().any(|m| text.as_str().contains(m));
    let stream = yaml::parse(text, Schema::Yaml11);
    // Braces in comments and strings are no template.
    let looks_whole = stream.problems.is_empty() && !is_template;
    if looks_whole || !is_template {
        let problems = stream.problems.clone();
        return (stream.into_first(), Vec::new(), problems);
    }
    let plain = plain(text);
    let stream = yaml::parse(&plain.text, Schema::Yaml11);
    (stream.into_first(), plain.open, Vec::new())
}

/// Makes the template actions in all texts of a tree unknown.
#[must_use]
pub fn unknown_actions(node: Node) -> Node {
    let Node { value, origin } = node;
    let value = match value {
        Value::Text(text) if text.as_str().contains("{{") => Value::Text(inline(&text)),
        Value::List(items) => Value::List(items.into_iter().map(unknown_actions).collect()),
        Value::Map(map) => Value::Map(
            map.into_iter()
                .map(|(key, slot)| {
                    let node = unknown_actions(slot.node);
                    (key, Slot { node, ..slot })
                })
                .collect(),
        ),
        other => other,
    };
    Node { value, origin }
}

/// The text with its actions unknown; control flow is taken out of texts with several lines.
fn inline(text: &Text) -> Text {
    let chars = text.as_str();
    if chars.contains('\n') {
        return plain(text).text;
    }
    let mut out = Text::default();
    let mut at = 0;
    while let Some(range) = next_action(chars, at..chars.len()) {
        out.push(&text.slice(at..range.start));
        at = range.end;
        let action = text.slice(range);
        let why = unknown(action.as_str());
        out.push(&Text::of_unknown(action.as_str(), why, action.origin()));
    }
    out.push(&text.slice(at..chars.len()));
    out
}
