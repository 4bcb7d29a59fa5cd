//! Strings that remember the origin of each part.

use std::ops::Range;
use std::sync::Arc;

use super::run::{Run, length};
use super::runs::Runs;
use super::{Origin, Place, SourceId, Sources, Span, StepKind, Unknown};

/// A string of which every byte belongs to a [`Run`].
///
/// Invariant: the lengths of the runs add up to the length of the string, and no run is empty.
/// The empty text has no runs; its origin is kept in `empty`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Text {
    chars: String,
    runs: Runs,
    empty: Origin,
}

impl Text {
    /// A text that was written nowhere.
    #[must_use]
    pub fn plain(chars: impl Into<String>) -> Self {
        Self::opaque(chars, Origin::nowhere())
    }

    /// A text that came from `origin` as a whole, or byte by byte if the span is as long.
    #[must_use]
    pub fn opaque(chars: impl Into<String>, origin: Origin) -> Self {
        let chars = chars.into();
        let runs = if chars.is_empty() {
            Runs::None
        } else {
            Runs::of(Run {
                len: length(chars.len()),
                origin: origin.clone(),
                unknown: None,
            })
        };
        Self {
            chars,
            runs,
            empty: origin,
        }
    }

    /// A whole source.
    #[must_use]
    pub fn from_source(id: SourceId, chars: &str) -> Self {
        Self::opaque(chars, Origin::at(Span::new(id, 0, chars.len())))
    }

    /// Something unknown; `placeholder` is what is printed for it.
    #[must_use]
    pub fn of_unknown(placeholder: impl Into<String>, why: Arc<Unknown>, origin: Origin) -> Self {
        let mut text = Self::opaque(placeholder, origin.clone());
        if text.runs.is_empty() {
            text = Self::opaque("\u{fffd}", origin);
        }
        for run in text.runs.iter_mut() {
            run.unknown = Some(why.clone());
        }
        text
    }

    /// The characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.chars
    }

    /// Length in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.chars.len()
    }

    /// Whether it is the same text that came the same way. Never walks the steps: ways that
    /// are equal but not shared count as different.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        let same = |(a, b): (&Run, &Run)| {
            a.len == b.len
                && a.origin.place == b.origin.place
                && a.origin.has_way_of(&b.origin)
                && a.unknown.is_none()
                && b.unknown.is_none()
        };
        self.chars == other.chars
            && self.runs.len() == other.runs.len()
            && self.runs.iter().zip(other.runs.iter()).all(same)
    }

    /// Whether there is no character.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.chars.is_empty()
    }

    /// The runs, in order, with the byte range each covers.
    pub fn runs(&self) -> impl Iterator<Item = (Range<usize>, &Run)> {
        self.runs
            .iter()
            .enumerate()
            .map(|(i, run)| (self.runs.range_of(i), run))
    }

    /// How many runs there are.
    #[must_use]
    pub fn run_count(&self) -> usize {
        self.runs.len()
    }

    /// Whether nobody can tell of any part of it where it came from, and all of it is known.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        self.empty.is_silent() && self.runs.are_silent()
    }

    /// Why a part of it can't be known; none if all is known.
    #[must_use]
    pub fn unknown(&self) -> Option<&Arc<Unknown>> {
        self.runs.iter().find_map(|r| r.unknown.as_ref())
    }

    /// Whether nothing of it is known.
    #[must_use]
    pub fn is_wholly_unknown(&self) -> bool {
        !self.runs.is_empty() && self.runs.iter().all(|r| r.unknown.is_some())
    }

    /// The origin of the whole: the span that covers the runs of the first source, with the
    /// steps of the longest run of it.
    #[must_use]
    pub fn origin(&self) -> Origin {
        let Some(first) = self.runs.iter().find(|r| r.origin.span().is_some()) else {
            return self
                .runs
                .get(0)
                .map_or_else(|| self.empty.clone(), |r| r.origin.clone());
        };
        self.covering(first)
    }

    /// The origin to show to a person: like [`Text::origin`], but of the source whose
    /// [`super::Role`] is most likely the one to edit.
    #[must_use]
    pub fn primary(&self, sources: &Sources) -> Origin {
        let best = self
            .runs
            .iter()
            .enumerate()
            .filter_map(|(i, r)| Some((sources.role(r.origin.span()?), i, r)))
            .min_by_key(|(role, i, _)| (*role, *i));
        best.map_or_else(|| self.origin(), |(_, _, run)| self.covering(run))
    }

    fn covering(&self, run: &Run) -> Origin {
        let Some(mut span) = run.origin.span() else {
            return run.origin.clone();
        };
        let mut longest = run;
        for other in self.runs.iter() {
            if let Some(s) = other.origin.span()
                && s.source == span.source
            {
                span = span.to(s);
                if other.len > longest.len {
                    longest = other;
                }
            }
        }
        Origin {
            place: Place::Span(span),
            via: longest.origin.via.clone(),
        }
    }

    /// The range with its ends inside the text and on character boundaries.
    fn snapped(&self, range: Range<usize>) -> Range<usize> {
        let floor = |mut i: usize| {
            i = i.min(self.chars.len());
            while !self.chars.is_char_boundary(i) {
                i -= 1;
            }
            i
        };
        let start = floor(range.start);
        start..floor(range.end).max(start)
    }

    /// The bytes `range` as a text of their own.
    ///
    /// Ends that lie outside or inside a character are moved to the next boundary before.
    #[must_use]
    pub fn slice(&self, range: Range<usize>) -> Self {
        let range = self.snapped(range);
        if range.len() == self.chars.len() {
            return self.clone();
        }
        if self.is_silent() {
            return Self::plain(&self.chars[range]);
        }
        let mut out = Self {
            chars: self.chars[range.clone()].to_owned(),
            runs: Runs::None,
            empty: self.origin_at(range.start),
        };
        for (run, part) in self.parts(range) {
            out.runs.push(run.part(part));
        }
        out
    }

    /// The origin of the bytes `range` as a whole, as [`Text::origin`] of that slice, without
    /// copying them.
    #[must_use]
    pub fn origin_of(&self, range: Range<usize>) -> Origin {
        let mut best: Option<(&Run, usize, Span)> = None;
        for (run, part) in self.parts(range.clone()) {
            let len = part.len();
            let Some(span) = run.span_of(part) else {
                continue;
            };
            best = Some(match best {
                None => (run, len, span),
                Some((longest, most, all)) if all.source == span.source => {
                    let (longest, most) = if len > most {
                        (run, len)
                    } else {
                        (longest, most)
                    };
                    (longest, most, all.to(span))
                }
                Some(other) => other,
            });
        }
        match best {
            Some((run, _, span)) => Origin {
                place: Place::Span(span),
                via: run.origin.via.clone(),
            },
            None => self.origin_at(range.start),
        }
    }

    /// The origin of the empty range at byte `offset`.
    #[must_use]
    pub fn origin_at(&self, offset: usize) -> Origin {
        let i = self.runs.holding(offset);
        if let Some(run) = self.runs.get(i) {
            let start = self.runs.range_of(i).start;
            return run.part(offset - start..offset - start).origin;
        }
        match self.runs.last() {
            Some(run) => run.part(run.len as usize..run.len as usize).origin,
            None => self.empty.clone(),
        }
    }

    /// Appends `other`.
    pub fn push(&mut self, other: &Self) {
        if self.is_silent() && other.is_silent() {
            return self.push_silent(&other.chars);
        }
        if self.runs.is_empty() && self.empty.is_silent() {
            self.empty = other.empty.clone();
        }
        self.chars.push_str(&other.chars);
        for run in other.runs.iter() {
            self.runs.push(run.clone());
        }
    }

    /// Appends `chars` of which there is as little to tell as of the text so far.
    fn push_silent(&mut self, chars: &str) {
        *self = Self::plain(std::mem::take(&mut self.chars) + chars);
    }

    /// Appends `other` with `change` applied to the origin of each of its runs.
    pub fn push_mapped(&mut self, other: &Self, mut change: impl FnMut(&Origin) -> Origin) {
        if self.runs.is_empty() && self.empty.is_silent() {
            self.empty = change(&other.empty);
        }
        self.chars.push_str(&other.chars);
        for run in other.runs.iter() {
            self.runs.push(Run {
                len: run.len,
                origin: change(&run.origin),
                unknown: run.unknown.clone(),
            });
        }
    }

    /// Appends the bytes `range` of `other`, as [`Text::slice`] would cut them.
    pub fn push_slice(&mut self, other: &Self, range: Range<usize>) {
        let range = other.snapped(range);
        if self.is_silent() && other.is_silent() {
            return self.push_silent(&other.chars[range]);
        }
        if self.runs.is_empty() && self.empty.is_silent() {
            self.empty = other.origin_at(range.start);
        }
        self.chars.push_str(&other.chars[range.clone()]);
        for (run, part) in other.parts(range) {
            self.runs.push(run.part(part));
        }
    }

    /// The runs of the bytes `range`, each with the part of it (relative to the run) that lies
    /// in there.
    fn parts(&self, range: Range<usize>) -> impl Iterator<Item = (&Run, Range<usize>)> {
        (self.runs.holding(range.start)..self.runs.len()).map_while(move |i| {
            let whole = self.runs.range_of(i);
            let from = range.start.max(whole.start);
            let to = range.end.min(whole.end);
            let run = self.runs.get(i)?;
            (from < to).then(|| (run, from - whole.start..to - whole.start))
        })
    }

    /// Appends characters that came from `origin`.
    pub fn push_str(&mut self, chars: &str, origin: &Origin) {
        if chars.is_empty() {
            return;
        }
        self.chars.push_str(chars);
        self.runs.push(Run {
            len: length(chars.len()),
            origin: origin.clone(),
            unknown: None,
        });
    }

    /// The texts one after the other.
    #[must_use]
    pub fn concat<'a>(parts: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut out = Self::default();
        for part in parts {
            out.push(part);
        }
        out
    }

    /// The texts with `separator` between them.
    #[must_use]
    pub fn join<'a>(parts: impl IntoIterator<Item = &'a Self>, separator: &Self) -> Self {
        let mut out = Self::default();
        for (i, part) in parts.into_iter().enumerate() {
            if i > 0 {
                out.push(separator);
            }
            out.push(part);
        }
        out
    }

    /// The parts between occurrences of `separator`; the whole if it is empty.
    #[must_use]
    pub fn split(&self, separator: &str) -> Vec<Self> {
        if separator.is_empty() {
            return vec![self.clone()];
        }
        let mut out = Vec::new();
        let mut start = 0;
        for (at, found) in self.chars.match_indices(separator) {
            out.push(self.slice(start..at));
            start = at + found.len();
        }
        out.push(self.slice(start..self.len()));
        out
    }

    /// The lines without their line breaks (`\n` or `\r\n`); no last empty line.
    #[must_use]
    pub fn lines(&self) -> Vec<Self> {
        let mut out = Vec::new();
        let mut start = 0;
        for line in self.chars.split_inclusive('\n') {
            let end = start + line.len();
            let bare = match line.strip_suffix('\n') {
                Some(bare) => bare.strip_suffix('\r').unwrap_or(bare),
                None => line,
            };
            out.push(self.slice(start..start + bare.len()));
            start = end;
        }
        out
    }

    /// Without the characters for which `cut` holds at both ends.
    #[must_use]
    pub fn trim_matches(&self, cut: impl Fn(char) -> bool) -> Self {
        let end = self.chars.trim_end_matches(&cut).len();
        let start = end - self.chars[..end].trim_start_matches(&cut).len();
        self.slice(start..end)
    }

    /// Without white space at both ends.
    #[must_use]
    pub fn trim(&self) -> Self {
        self.trim_matches(char::is_whitespace)
    }

    /// With `by` in place of every `what` (all of them, left to right, not overlapping).
    #[must_use]
    pub fn replace(&self, what: &str, by: &Self) -> Self {
        if what.is_empty() {
            return self.clone();
        }
        Self::join(&self.split(what), by)
    }

    /// With `indent` before each line, empty ones and the first included, as Sprig's `indent`.
    #[must_use]
    pub fn indent(&self, indent: &Self) -> Self {
        let mut out = Self::default();
        out.push_indented(self, indent);
        out
    }

    /// Appends `other` with `indent` before each line, as [`Text::indent`] makes it.
    pub fn push_indented(&mut self, other: &Self, indent: &Self) {
        let mut start = 0;
        for (at, _) in other.chars.match_indices('\n') {
            self.push(indent);
            self.push_slice(other, start..at + 1);
            start = at + 1;
        }
        self.push(indent);
        self.push_slice(other, start..other.len());
    }

    /// Every character through `change`; where the length stays, bytes still map one by one.
    #[must_use]
    pub fn map_chars<S: AsRef<str>>(&self, change: impl Fn(char) -> S) -> Self {
        if self.is_silent() {
            let mut chars = String::with_capacity(self.chars.len());
            for c in self.chars.chars() {
                chars.push_str(change(c).as_ref());
            }
            return Self::plain(chars);
        }
        let mut out = Self {
            empty: self.empty.clone(),
            ..Self::default()
        };
        for (range, run) in self.runs() {
            for (at, c) in self.chars[range].char_indices() {
                let new = change(c);
                let new = new.as_ref();
                if new.is_empty() {
                    continue;
                }
                let mut part = run.part(at..at + c.len_utf8());
                part.len = length(new.len());
                out.chars.push_str(new);
                out.runs.push(part);
            }
        }
        out
    }

    /// In upper case.
    #[must_use]
    pub fn to_uppercase(&self) -> Self {
        self.map_chars(|c| c.to_uppercase().collect::<String>())
    }

    /// In lower case.
    #[must_use]
    pub fn to_lowercase(&self) -> Self {
        self.map_chars(|c| c.to_lowercase().collect::<String>())
    }

    /// Between `mark`s, with each character for which `escape` gives something replaced by it.
    #[must_use]
    pub fn quote(&self, mark: &str, escape: impl Fn(char) -> Option<String>) -> Self {
        let mark = Self::opaque(mark, self.origin_at(0));
        let inner = self.map_chars(|c| escape(c).unwrap_or_else(|| c.to_string()));
        Self::concat([&mark, &inner, &mark])
    }

    /// Applies `change` to the origin of each run.
    #[must_use]
    pub fn map_origins(mut self, change: &impl Fn(&Origin) -> Origin) -> Self {
        for run in self.runs.iter_mut() {
            run.origin = change(&run.origin);
        }
        self.empty = change(&self.empty);
        self
    }

    /// All runs one step further.
    #[must_use]
    pub fn then(self, kind: StepKind, at: Option<Span>, note: &'static str) -> Self {
        self.map_origins(&|o| o.then(kind, at, note))
    }

    /// The same runs with `chars` put in their place where nothing better is known: as one run
    /// from the origin of the whole, unknown if any part was.
    #[must_use]
    pub fn replaced_by(&self, chars: impl Into<String>) -> Self {
        match self.unknown() {
            Some(why) => Self::of_unknown(chars, why.clone(), self.origin()),
            None => Self::opaque(chars, self.origin()),
        }
    }
}
