//! From spans to what outputs call a place.

use crate::trace::{Position, Sources, Span};

/// A span as people and machines name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The file's path, with `/`.
    pub path: String,
    /// Line and column of the first byte.
    pub start: Position,
    /// Line and column one past the last byte.
    pub end: Position,
    /// The bytes, on character boundaries.
    pub bytes: std::ops::Range<usize>,
}

impl Place {
    /// The place of `span`.
    pub(super) fn of(span: Span, sources: &Sources) -> Self {
        let source = sources.get(span.source);
        let bytes = source.snap(span.range());
        Self {
            path: source.path.clone(),
            start: source.position(bytes.start),
            end: source.position(bytes.end),
            bytes,
        }
    }

    /// `path:line:column`.
    pub(super) fn short(&self) -> String {
        format!("{}:{}:{}", self.path, self.start.line, self.start.column)
    }

    /// The last line that holds a byte of it; a line break at its end doesn't count.
    pub(super) fn last_line(&self) -> usize {
        if self.end.column == 1 && self.end.line > self.start.line {
            self.end.line - 1
        } else {
            self.end.line
        }
    }
}
