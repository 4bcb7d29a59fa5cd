//! Reading a file with mistakes in it, as far as that goes.

use crate::evaluate::terraform::ast::{Body, hcl};
use crate::trace::{Problem, Text};

/// Words that start a block at the top of a file.
const KEYWORDS: &[&str] = &[
    "resource",
    "data",
    "module",
    "variable",
    "output",
    "locals",
    "provider",
    "terraform",
    "moved",
    "import",
    "removed",
    "check",
    "ephemeral",
];

/// Reads `text`; if it can't be read as a whole, block by block, so that one bad block doesn't
/// hide the others.
pub(in crate::evaluate::terraform) fn read_hcl(text: &Text) -> (Body, Vec<Problem>) {
    let text = &text.slice(bom(text.as_str())..text.len());
    let error = match hcl::body(text) {
        Ok(body) => return (body, Vec::new()),
        Err(error) => error,
    };
    let starts = starts(text.as_str());
    let mut out = Body::default();
    let mut problems = Vec::new();
    for (i, start) in starts.iter().enumerate() {
        let end = starts.get(i + 1).copied().unwrap_or(text.len());
        let chunk = text.slice(*start..end);
        match hcl::body(&chunk) {
            Ok(body) => {
                out.attributes.extend(body.attributes);
                out.blocks.extend(body.blocks);
            }
            Err(error) => problems.push(problem(&chunk, &error)),
        }
    }
    if problems.is_empty() {
        problems.push(problem(text, &error));
    }
    (out, problems)
}

fn bom(text: &str) -> usize {
    if text.starts_with('\u{feff}') { 3 } else { 0 }
}

fn problem(text: &Text, error: &hcl::SyntaxError) -> Problem {
    let at = error.at.min(text.len());
    let end = text.as_str()[floor(text.as_str(), at)..]
        .find('\n')
        .map_or(text.len(), |n| at + n);
    let span = text
        .origin_of(at..end)
        .nearest_span()
        .or_else(|| text.origin_at(at).nearest_span());
    Problem::new(format!("not valid HCL: {}", error.message), span)
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Where blocks start: a keyword in the first column, outside of heredocs.
fn starts(text: &str) -> Vec<usize> {
    let mut out = vec![0];
    let mut at = 0;
    let mut heredoc: Option<&str> = None;
    for line in text.split_inclusive('\n') {
        let bare = line.trim();
        if let Some(end) = heredoc {
            if bare == end {
                heredoc = None;
            }
        } else {
            let word: &str = line
                .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .next()
                .unwrap_or("");
            if KEYWORDS.contains(&word) && at > 0 {
                out.push(at);
            }
            heredoc = bare
                .rfind("<<")
                .map(|i| bare[i + 2..].trim_start_matches('-'))
                .filter(|w| {
                    !w.is_empty()
                        && w.chars()
                            .all(|c| c.is_alphanumeric() || c == '_' || c == '-')
                });
        }
        at += line.len();
    }
    out
}
