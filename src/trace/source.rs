//! Source files, byte spans in them, and the way from bytes to lines.

use std::sync::{Arc, OnceLock, RwLock};

/// Names one [`Source`] in a [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub u32);

/// A range of bytes in one source.
///
/// The ends are byte offsets; `start <= end`. They lie on character boundaries once they went
/// through [`Source::snap`], which everything that prints calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The source the bytes are in.
    pub source: SourceId,
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The bytes `start..end` of `source`.
    #[must_use]
    pub fn new(source: SourceId, start: usize, end: usize) -> Self {
        let start = u32::try_from(start).unwrap_or(u32::MAX);
        let end = u32::try_from(end).unwrap_or(u32::MAX);
        Self {
            source,
            start,
            end: end.max(start),
        }
    }

    /// How many bytes it covers.
    #[must_use]
    pub fn len(&self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether it covers no byte at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// The same range as `usize`, for slicing.
    #[must_use]
    pub fn range(&self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The smallest span that covers both; `self` if they lie in different sources.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        if self.source != other.source {
            return self;
        }
        Self {
            source: self.source,
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }
}

/// Whose text a source is, from the most to the least likely to be what a person would edit.
///
/// When a value was put together from several places, the place with the smallest role is
/// where a finding points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Role {
    /// Settings: values files, tfvars, dotenv files, command-line overrides.
    Settings,
    /// Anything else the user wrote: manifests, modules, compose files, own charts' templates.
    #[default]
    Code,
    /// A copy of something upstream: vendored charts and modules.
    Vendored,
    /// What has no file of its own: built-in knowledge.
    Builtin,
}

/// A line and a column, both counted from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// One text that was read, with an index of its lines.
#[derive(Debug)]
pub struct Source {
    /// The path as it is shown: relative to the working directory, with `/`.
    pub path: String,
    /// The whole text.
    pub text: String,
    /// Whose text it is.
    pub role: Role,
    /// Counted when somebody asks: most texts are never shown.
    line_starts: OnceLock<Vec<u32>>,
}

impl Source {
    fn new(path: String, text: String, role: Role) -> Self {
        Self {
            path,
            text,
            role,
            line_starts: OnceLock::new(),
        }
    }

    fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let breaks = self.text.match_indices('\n');
            let starts = breaks.map(|(i, _)| u32::try_from(i + 1).unwrap_or(u32::MAX));
            std::iter::once(0).chain(starts).collect()
        })
    }

    /// Moves a byte range onto character boundaries inside the text.
    #[must_use]
    pub fn snap(&self, range: std::ops::Range<usize>) -> std::ops::Range<usize> {
        let floor = |mut i: usize| {
            i = i.min(self.text.len());
            while !self.text.is_char_boundary(i) {
                i -= 1;
            }
            i
        };
        let start = floor(range.start);
        start..floor(range.end).max(start)
    }

    /// The zero-based index of the line that holds byte `offset`.
    #[must_use]
    pub fn line_index(&self, offset: usize) -> usize {
        self.line_starts()
            .partition_point(|start| *start as usize <= offset)
            .saturating_sub(1)
    }

    /// How many lines there are; a text without a line break has one.
    #[must_use]
    pub fn line_count(&self) -> usize {
        self.line_starts().len()
    }

    /// The bytes of line `index` (from 0), without its line break.
    #[must_use]
    pub fn line_range(&self, index: usize) -> std::ops::Range<usize> {
        let start = self
            .line_starts()
            .get(index)
            .map_or(self.text.len(), |s| *s as usize);
        let mut end = self
            .line_starts()
            .get(index + 1)
            .map_or(self.text.len(), |s| *s as usize);
        let bytes = self.text.as_bytes();
        if end > start && bytes[end - 1] == b'\n' {
            end -= 1;
        }
        if end > start && bytes[end - 1] == b'\r' {
            end -= 1;
        }
        start..end
    }

    /// Line and column of byte `offset`.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let offset = self.snap(offset..offset).start;
        let line = self.line_index(offset);
        let start = self.line_range(line).start;
        Position {
            line: line + 1,
            column: self.text[start..offset.max(start)].chars().count() + 1,
        }
    }
}

/// All texts of a run. Grows only; a [`SourceId`] stays valid.
///
/// Shared by reference between threads: adding takes a lock for a moment, reading hands out
/// an [`Arc`].
#[derive(Debug, Default)]
pub struct Sources {
    list: RwLock<Vec<Arc<Source>>>,
}

impl Sources {
    /// An empty collection.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in a text under the path by which people know it.
    pub fn add(&self, path: impl Into<String>, text: impl Into<String>, role: Role) -> SourceId {
        let source = Arc::new(Source::new(path.into(), text.into(), role));
        let mut list = self
            .list
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        list.push(source);
        SourceId(u32::try_from(list.len() - 1).unwrap_or(u32::MAX))
    }

    /// The ids of all sources, in the order in which they were taken in.
    #[must_use]
    pub fn ids(&self) -> Vec<SourceId> {
        let list = self
            .list
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        (0..list.len())
            .map(|i| SourceId(u32::try_from(i).unwrap_or(u32::MAX)))
            .collect()
    }

    /// The source with that id.
    ///
    /// An id of another collection yields an empty source rather than a panic.
    #[must_use]
    pub fn get(&self, id: SourceId) -> Arc<Source> {
        let list = self
            .list
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        list.get(id.0 as usize)
            .cloned()
            .unwrap_or_else(|| Arc::new(Source::new(String::new(), String::new(), Role::Builtin)))
    }

    /// The text under `span`.
    #[must_use]
    pub fn slice(&self, span: Span) -> String {
        let source = self.get(span.source);
        let range = source.snap(span.range());
        source.text[range].to_owned()
    }

    /// Line and column of the first byte of `span`.
    #[must_use]
    pub fn position(&self, span: Span) -> Position {
        self.get(span.source).position(span.start as usize)
    }

    /// Whose text the span lies in.
    #[must_use]
    pub fn role(&self, span: Span) -> Role {
        self.get(span.source).role
    }

    /// The whole of a source as traced text.
    #[must_use]
    pub fn text(&self, id: SourceId) -> super::Text {
        super::Text::from_source(id, &self.get(id).text)
    }
}
