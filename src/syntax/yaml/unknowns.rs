//! Texts of which parts are not known, made fit for the parser.

use std::ops::Range;

use super::Hole;
use crate::trace::{Text, Unknown};

/// Whether the placeholder of something unknown holds characters that mean something in YAML.
fn is_loud(placeholder: &str) -> bool {
    placeholder.starts_with('>') || placeholder.chars().any(|c| quieted(c) != c)
}

fn quieted(c: char) -> char {
    if c.is_ascii() && !c.is_ascii_alphanumeric() && !matches!(c, '<' | '>' | '_' | '.' | '/') {
        '_'
    } else {
        c
    }
}

/// The same text with placeholders that cannot be taken for syntax; none if they can't anyway.
pub(super) fn without_marks(text: &Text) -> Option<Text> {
    let loud = text
        .runs()
        .any(|(range, run)| run.unknown.is_some() && is_loud(&text.as_str()[range]));
    if !loud {
        return None;
    }
    let mut out = Text::default();
    for (range, run) in text.runs() {
        let part = text.slice(range);
        if run.unknown.is_some() {
            let first = part.as_str().starts_with('>');
            let part = part.map_chars(|c| {
                if first && c.is_ascii() {
                    '_'
                } else {
                    quieted(c)
                }
                .to_string()
            });
            out.push(&part);
        } else {
            out.push(&part);
        }
    }
    Some(out)
}

/// The same text with comments in place of lines of which nothing is known, except where such a
/// line is all the value that a key has.
pub(super) fn without_lines(text: &Text) -> (Text, Vec<Hole>) {
    let chars = text.as_str();
    let mut holes: Vec<Hole> = Vec::new();
    // Where the last line ends that was looked at: thousands of runs may lie in one.
    let mut looked_at = None;
    for (range, run) in text.runs() {
        let Some(why) = &run.unknown else { continue };
        if looked_at.is_some_and(|end| range.start < end) {
            continue;
        }
        let line = line_of(chars, range.start);
        looked_at = Some(line.end);
        let bare = trimmed(chars, line.clone());
        if !text.slice(bare.clone()).is_wholly_unknown() || is_value(chars, &line, &bare) {
            continue;
        }
        holes.push(Hole {
            why: why.clone(),
            origin: text.origin_of(bare.clone()),
            range: bare,
        });
    }
    let mut out = Text::default();
    let mut at = 0;
    for hole in &holes {
        out.push(&text.slice(at..hole.range.start));
        let comment = format!("#{}", "_".repeat(hole.range.len() - 1));
        let why = Unknown::new(hole.why.why.clone());
        out.push(&Text::of_unknown(comment, why, hole.origin.clone()));
        at = hole.range.end;
    }
    out.push(&text.slice(at..text.len()));
    (out, holes)
}

fn line_of(chars: &str, at: usize) -> Range<usize> {
    let start = chars[..at].rfind('\n').map_or(0, |i| i + 1);
    let end = chars[at..].find('\n').map_or(chars.len(), |i| at + i);
    start..end
}

fn trimmed(chars: &str, line: Range<usize>) -> Range<usize> {
    let all = &chars[line.clone()];
    let start = line.start + all.len() - all.trim_start().len();
    start..start + all.trim().len()
}

/// Whether a line is the only one under a key: the line before ends in a colon and both
/// neighbours are indented less.
fn is_value(chars: &str, line: &Range<usize>, bare: &Range<usize>) -> bool {
    let indent = bare.start - line.start;
    let depth = |line: &str| line.len() - line.trim_start().len();
    let mut before = chars[..line.start].lines().rev();
    let mut after = chars[line.end..].lines();
    let before = before.find(|l| !l.trim().is_empty());
    let after = after.find(|l| !l.trim().is_empty());
    before.is_some_and(|l| l.trim_end().ends_with(':') && depth(l) < indent)
        && after.is_none_or(|l| depth(l) < indent)
}
