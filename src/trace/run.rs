//! A part of a text that has one origin.

use std::ops::Range;
use std::sync::Arc;

use super::{Origin, Place, Span, Unknown};

/// Consecutive bytes of a [`Text`](super::Text) with one origin.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// How many bytes of the text.
    pub len: u32,
    /// Where they came from. If its place is a span of exactly `len` bytes, the run maps to it
    /// byte by byte; otherwise it comes from the span as a whole.
    pub origin: Origin,
    /// The bytes stand for something that can't be known.
    pub unknown: Option<Arc<Unknown>>,
}

impl Run {
    pub(super) fn is_linear(&self) -> bool {
        self.unknown.is_none()
            && self
                .origin
                .span()
                .is_some_and(|s| s.len() == self.len as usize)
    }

    /// The span of the part `range` (relative to the run) of it.
    pub(super) fn span_of(&self, range: Range<usize>) -> Option<Span> {
        let span = self.origin.span()?;
        if !self.is_linear() {
            return Some(span);
        }
        let start = span.start as usize;
        Some(Span::new(
            span.source,
            start + range.start,
            start + range.end,
        ))
    }

    /// The part `range` (relative to the run) of it.
    pub(super) fn part(&self, range: Range<usize>) -> Self {
        let place = match self.span_of(range.clone()) {
            Some(span) => Place::Span(span),
            None => self.origin.place.clone(),
        };
        let origin = Origin {
            place,
            via: self.origin.via.clone(),
        };
        Self {
            len: length(range.len()),
            origin,
            unknown: self.unknown.clone(),
        }
    }

    /// Lengthens the run by `next` if that simply goes on where it ends; whether it does.
    pub(super) fn take_in(&mut self, next: &Self) -> bool {
        if !self.continues(next) {
            return false;
        }
        if let (Place::Span(a), Some(b)) = (&mut self.origin.place, next.origin.span()) {
            a.end = b.end;
        }
        self.len = self.len.saturating_add(next.len);
        true
    }

    /// Whether `next` simply goes on where this run ends.
    fn continues(&self, next: &Self) -> bool {
        if !self.origin.has_way_of(&next.origin) {
            return false;
        }
        if self.unknown.is_none() && next.unknown.is_none() {
            // Nothing is lost where there is nothing to tell.
            let nowhere = |run: &Self| run.origin.place == Place::Nowhere;
            if nowhere(self) && nowhere(next) {
                return true;
            }
        }
        if !self.is_linear() || !next.is_linear() {
            return false;
        }
        match (self.origin.span(), next.origin.span()) {
            (Some(a), Some(b)) => a.source == b.source && a.end == b.start,
            _ => false,
        }
    }
}

pub(super) fn length(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
