//! YAML: streams of documents, with every scalar's characters at their bytes.
//!
//! Aliases and merge keys are resolved; duplicate keys are a problem and the last one wins.
//! A document with a syntax error is left out, the ones behind it are still read.

mod build;
mod resolve;
mod scalar;
mod token;

#[cfg(test)]
mod tests;

use std::ops::Range;

use granit_parser::{Event, Parser, ScanError};

use crate::trace::{Node, Problem, Text};

pub use resolve::Schema;

/// The documents of one text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Stream {
    /// In order; those with syntax errors are missing.
    pub documents: Vec<Document>,
    /// All comments, also those in documents that could not be read.
    pub comments: Vec<Comment>,
    /// What could not be read, duplicate keys, aliases without an anchor, limits.
    pub problems: Vec<Problem>,
}

/// One document of a [`Stream`].
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// Its content; null if there is none.
    pub root: Node,
    /// The bytes of the text it covers, from `---` (or the first content) on.
    pub range: Range<usize>,
}

/// A comment.
#[derive(Debug, Clone, PartialEq)]
pub struct Comment {
    /// The bytes of the text it covers.
    pub range: Range<usize>,
    /// From `#` to the end of the line.
    pub text: Text,
}

impl Stream {
    /// The only or first document's content.
    #[must_use]
    pub fn into_first(self) -> Option<Node> {
        self.documents.into_iter().next().map(|d| d.root)
    }
}

/// Collections may be nested so deep, counting what aliases bring in.
const MAX_DEPTH: usize = 255;

/// More syntax errors than this in one text are not reported.
const MAX_ERRORS: usize = 50;

/// Reads all documents of `text`.
#[must_use]
pub fn parse(text: &Text, schema: Schema) -> Stream {
    let quiet;
    let text = if text
        .runs()
        .any(|(r, run)| run.unknown.is_some() && is_loud(&text.as_str()[r]))
    {
        quiet = without_marks(text);
        &quiet
    } else {
        text
    };
    let options = granit_parser::options! {
        emit_anchor_events: false,
        emit_unresolved_aliases: true,
        max_buffered_comment_events: 1_000_000,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
    };
    let mut parser = Parser::new_from_str_with_options(text.as_str(), options);
    let mut builder = build::Builder::new(text, schema);
    let mut errors = 0;
    while let Some(next) = parser.next_event() {
        match next {
            Ok((Event::StreamEnd, _)) => break,
            Ok((event, span)) => builder.event(&event, &span),
            Err(error) => {
                builder.fail(problem(text, &error));
                errors += 1;
                if errors >= MAX_ERRORS {
                    break;
                }
                match parser.proceed_next_document() {
                    Ok(true) => {}
                    Ok(false) => break,
                    Err(again) => {
                        builder.fail(problem(text, &again));
                        break;
                    }
                }
            }
        }
    }
    builder.finish()
}

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

/// The same text with placeholders that cannot be taken for syntax.
fn without_marks(text: &Text) -> Text {
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
    out
}

fn problem(text: &Text, error: &ScanError) -> Problem {
    let at = error.marker().byte_offset().unwrap_or(0);
    Problem::new(
        format!("not valid YAML: {}", error.info()),
        text.origin_at(at).nearest_span(),
    )
}
