//! The few lines around a place, as miette wants them.
//!
//! miette's own sources count lines from the top of the file for each diagnostic and print
//! lines of any length. A [`Snippet`] holds just the lines that are shown, cut around the
//! place, found through the line index of the [`Source`].

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::trace::{Source, Span};

/// Longest part of a line that is shown, in characters.
const MAX_LINE: usize = 120;

/// Lines of a source with the place among them.
#[derive(Debug)]
pub(super) struct Snippet {
    path: String,
    /// The shown lines, joined by line breaks.
    text: String,
    /// Index of the first shown line.
    first_line: usize,
    /// Line and column of the place, from 0.
    at: (usize, usize),
    /// The place in `text`.
    label: std::ops::Range<usize>,
}

impl Snippet {
    /// The line in which `span` begins, with `context` lines on either side.
    ///
    /// Of a span over several lines only the part in its first line is the place: a block is
    /// known by its head, and its body would push everything else off the screen.
    pub(super) fn new(source: &Source, span: Span, context: usize) -> Self {
        let bytes = source.snap(span.range());
        let line = source.line_index(bytes.start);
        let whole = source.line_range(line);
        let start = bytes.start.min(whole.end);
        let end = bytes.end.clamp(start, whole.end);
        let end = start + source.text[start..end].trim_end().len();
        let first_line = line.saturating_sub(context);
        let last_line = (line + context).min(source.line_count().saturating_sub(1));
        let mut text = String::new();
        let mut label = 0..0;
        for index in first_line..=last_line {
            if index > first_line {
                text.push('\n');
            }
            let range = source.line_range(index);
            let here = &source.text[range.clone()];
            if index == line {
                let place = start - range.start..end - range.start;
                label = push_around(&mut text, here, place);
            } else {
                push_around(&mut text, here, 0..0);
            }
        }
        // A last empty line would be shown as one more number.
        let kept = text.trim_end_matches('\n').len().max(label.end);
        text.truncate(kept);
        Self {
            path: source.path.clone(),
            text,
            first_line,
            at: (line, source.position(bytes.start).column - 1),
            label,
        }
    }

    /// The place in the shown text.
    pub(super) fn label(&self) -> SourceSpan {
        SourceSpan::from(self.label.clone())
    }
}

impl SourceCode for Snippet {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        _after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        // Without context miette asks for what stands in the header.
        let (range, line, column) = if before == 0 {
            let end = span.offset().saturating_add(span.len());
            (span.offset()..end, self.at.0, self.at.1)
        } else {
            (0..self.text.len(), self.first_line, 0)
        };
        let data = self
            .text
            .get(range.clone())
            .ok_or(MietteError::OutOfBounds)?;
        Ok(Box::new(MietteSpanContents::new_named(
            self.path.clone(),
            data.as_bytes(),
            SourceSpan::from(range),
            line,
            column,
            1,
        )))
    }
}

/// Appends `line`, cut to a window around `place`, and tells where the place is now.
fn push_around(
    text: &mut String,
    line: &str,
    place: std::ops::Range<usize>,
) -> std::ops::Range<usize> {
    let before = line[..place.start].chars().count();
    let within = line[place.clone()].chars().count();
    let all = before + within + line[place.end..].chars().count();
    // Half of what the place leaves goes to either side.
    let (from, to) = if all <= MAX_LINE {
        (0, all)
    } else {
        let within = within.min(MAX_LINE);
        let from = before.saturating_sub((MAX_LINE - within) / 2);
        let from = from.min(all - MAX_LINE);
        (from, from + MAX_LINE)
    };
    if from > 0 {
        text.push('…');
    }
    let (mut start, mut end) = (text.len(), text.len());
    for (index, c) in line.chars().enumerate().skip(from).take(to - from) {
        if index == before {
            start = text.len();
        }
        text.push(visible(c));
        if index < before + within {
            end = text.len();
        }
    }
    if before >= to {
        start = text.len();
    }
    if to < all {
        text.push('…');
    }
    start..end.max(start)
}

/// A character that can be shown: what would steer a terminal or turn the line around is
/// replaced.
pub(super) fn visible(c: char) -> char {
    match c {
        '\t' => '\t',
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('?'),
        '\x7f' => '\u{2421}',
        '\u{80}'..='\u{9f}'
        | '\u{200e}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{feff}' => '\u{fffd}',
        c => c,
    }
}

/// Text that can be shown on one line.
pub(super) fn clean(text: &str) -> String {
    text.chars()
        .map(|c| {
            if matches!(c, '\n' | '\r' | '\t') {
                ' '
            } else {
                visible(c)
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::{Role, Sources};

    fn snippet(text: &str, range: std::ops::Range<usize>) -> Snippet {
        let sources = Sources::new();
        let id = sources.add("f", text, Role::Code);
        Snippet::new(&sources.get(id), Span::new(id, range.start, range.end), 1)
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let line = format!("{}HERE{}", "é".repeat(500), "b".repeat(500));
        let cut = snippet(&line, 1000..1004);
        assert_eq!(&cut.text[cut.label.clone()], "HERE");
        assert_eq!(cut.text.chars().count(), MAX_LINE + 2);
        assert!(cut.text.starts_with('…') && cut.text.ends_with('…'));
        assert_eq!(cut.at, (0, 500));
    }

    #[test]
    fn of_a_block_the_head_is_the_place() {
        let cut = snippet("a: 1\r\nb:\r\n  c: 2\r\n  d: 3\r\n", 6..25);
        assert_eq!(cut.text, "a: 1\nb:\n  c: 2");
        assert_eq!(&cut.text[cut.label.clone()], "b:");
        assert_eq!((cut.first_line, cut.at), (0, (1, 0)));
    }

    #[test]
    fn what_steers_a_terminal_is_replaced() {
        let cut = snippet("a\x1b[31mb", 0..1);
        assert_eq!(cut.text, "a␛[31mb");
    }

    #[test]
    fn places_beyond_the_end_are_brought_back() {
        let cut = snippet("ä", 1..99);
        assert_eq!(&cut.text[cut.label.clone()], "ä");
        let cut = snippet("", 5..9);
        assert_eq!(cut.label, 0..0);
    }
}
