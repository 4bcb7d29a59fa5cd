//! Putting the content of a literal together from bytes of its source text.

use std::ops::Range;

use crate::trace::Text;

/// Builds a [`Text`] out of pieces of another one: copied bytes and decoded escapes.
pub(crate) struct Pieces<'a> {
    source: &'a Text,
    out: Text,
    copied: Range<usize>,
    at: usize,
}

impl<'a> Pieces<'a> {
    /// Starts with nothing; an empty result comes from byte `at` of `source`.
    pub(crate) fn new(source: &'a Text, at: usize) -> Self {
        Self {
            source,
            out: Text::default(),
            copied: at..at,
            at,
        }
    }

    /// Appends the bytes `range` as they are.
    pub(crate) fn copy(&mut self, range: Range<usize>) {
        if self.copied.end == range.start {
            self.copied.end = range.end;
        } else {
            self.flush();
            self.copied = range;
        }
    }

    /// Appends `chars`, which the bytes `range` stand for.
    pub(crate) fn decoded(&mut self, chars: &str, range: Range<usize>) {
        self.flush();
        if self.source.as_str().get(range.clone()) == Some(chars) {
            self.copied = range;
        } else {
            let slice = self.source.slice(range.clone());
            self.out.push(&slice.replaced_by(chars));
            self.copied = range.end..range.end;
        }
    }

    fn flush(&mut self) {
        if !self.copied.is_empty() {
            self.out.push_slice(self.source, self.copied.clone());
        }
        self.copied = self.copied.end..self.copied.end;
    }

    /// What was put together.
    pub(crate) fn finish(mut self) -> Text {
        self.flush();
        if self.out.is_empty() {
            return self.source.slice(self.at..self.at);
        }
        self.out
    }
}
