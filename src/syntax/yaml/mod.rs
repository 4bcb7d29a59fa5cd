//! YAML: streams of documents, with every scalar's characters at their bytes.
//!
//! Aliases and merge keys are resolved; duplicate keys are a problem and the last one wins.
//! A document with a syntax error is left out, the ones behind it are still read.

mod build;
mod resolve;
mod scalar;
mod token;
mod unknowns;

#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use granit_parser::{Event, Parser, ScanError};

use crate::trace::{Node, Origin, Problem, Text, Unknown};

pub use resolve::Schema;

/// The documents of one text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Stream {
    /// In order; those with syntax errors are missing.
    pub documents: Vec<Document>,
    /// Lines of which nothing is known, where entries of a collection would stand.
    pub holes: Vec<Hole>,
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

/// A line of which nothing is known: any number of entries may be in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Hole {
    /// The bytes of the text it covers, without white space around.
    pub range: Range<usize>,
    /// Why it can't be known.
    pub why: Arc<Unknown>,
    /// Where it came from.
    pub origin: Origin,
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
    let quiet = unknowns::without_marks(text);
    let text = quiet.as_ref().unwrap_or(text);
    let (first, _) = parse_once(text, schema, false);
    if first.problems.is_empty() || text.unknown().is_none() {
        return first;
    }
    // An unknown fragment may stand where only whole entries can.
    let (without, holes) = unknowns::without_lines(text);
    if holes.is_empty() {
        return first;
    }
    let (mut second, comments) = parse_once(&without, schema, true);
    if second.problems.len() >= first.problems.len() {
        return first;
    }
    // Inside a text the line is no comment but a part of the text.
    second.holes = holes;
    second.holes.retain(|h| comments.contains(&h.range.start));
    second
}

/// Also yields where the comments start, if they are asked for.
fn parse_once(text: &Text, schema: Schema, comments: bool) -> (Stream, HashSet<usize>) {
    let options = granit_parser::options! {
        emit_anchor_events: false,
        emit_unresolved_aliases: true,
        emit_comments: comments,
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

fn problem(text: &Text, error: &ScanError) -> Problem {
    let at = error.marker().byte_offset().unwrap_or(0);
    Problem::new(
        format!("not valid YAML: {}", error.info()),
        text.origin_at(at).nearest_span(),
    )
}
