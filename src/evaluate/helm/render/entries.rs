//! Lines of which nothing is known, made entries of the collection they stand in.
//!
//! `{{ include "labels" . | nindent 4 }}` prints any number of entries. If nobody knows which,
//! one entry stands for them, so that what is around it can still be read.

use crate::evaluate::helm::value::PLACEHOLDER;
use crate::trace::Text;

/// A line by its indentation and what follows.
#[derive(Clone, Copy)]
struct Line<'t> {
    start: usize,
    indent: usize,
    body: &'t str,
    /// Whether it is a part of a block of text.
    verbatim: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Shape {
    List,
    Map,
}

/// `text` with entries instead of bare placeholders beside other entries; none if there are no
/// such placeholders.
pub(super) fn with_entries(text: &Text) -> Option<Text> {
    let chars = text.as_str();
    if text.unknown().is_none() || !chars.contains(PLACEHOLDER) {
        return None;
    }
    let lines = lines(chars);
    let mut out = Text::default();
    let mut done = 0;
    for (index, line) in lines.iter().enumerate() {
        if line.verbatim || line.body != PLACEHOLDER {
            continue;
        }
        let start = line.start + line.indent;
        let end = start + PLACEHOLDER.len();
        let mark = text.slice(start..end);
        if !mark.is_wholly_unknown() {
            continue;
        }
        let before = lines.iter().take(index).rev();
        let after = lines.iter().skip(index + 1);
        let Some(shape) = shape(line, before).or_else(|| shape(line, after)) else {
            continue;
        };
        out.push(&text.slice(done..start));
        let origin = mark.origin();
        match shape {
            Shape::List => out.push_str("- ", &origin),
            Shape::Map => {
                out.push(&mark);
                out.push_str(": ", &origin);
            }
        }
        out.push(&mark);
        done = end;
    }
    if done == 0 {
        return None;
    }
    out.push(&text.slice(done..text.len()));
    Some(out)
}

/// What the nearest entry at the indentation of `line` belongs to.
fn shape<'l, 't: 'l>(
    line: &Line<'_>,
    neighbours: impl Iterator<Item = &'l Line<'t>>,
) -> Option<Shape> {
    for other in neighbours {
        let plain = !other.body.is_empty() && !other.body.starts_with('#') && !other.verbatim;
        if !plain || other.indent > line.indent || other.body == PLACEHOLDER {
            continue;
        }
        if other.indent < line.indent {
            return inline(line, other);
        }
        return if is_item(other.body) {
            Some(Shape::List)
        } else if is_pair(other.body) {
            // `key:` right above may have the line as its value.
            Some(Shape::Map)
        } else {
            None
        };
    }
    None
}

/// `- name: x` is also an entry of a map that is indented by what the dash takes.
fn inline(line: &Line<'_>, other: &Line<'_>) -> Option<Shape> {
    let inner = other.body.strip_prefix('-')?;
    let skipped = 1 + inner.len() - inner.trim_start().len();
    let fits = other.indent + skipped == line.indent && is_pair(inner.trim_start());
    fits.then_some(Shape::Map)
}

fn is_item(body: &str) -> bool {
    body == "-" || body.starts_with("- ")
}

fn is_pair(body: &str) -> bool {
    !body.starts_with(['"', '\'', '{', '[']) && (body.ends_with(':') || body.contains(": "))
        || body.contains("\": ")
        || body.ends_with("\":")
}

fn lines(chars: &str) -> Vec<Line<'_>> {
    let mut out = Vec::new();
    let mut start = 0;
    // The indentation of the line that opened a block of text.
    let mut block: Option<usize> = None;
    for line in chars.split_inclusive('\n') {
        let full = line.trim_end();
        let body = full.trim_start();
        let indent = full.len() - body.len();
        if block.is_some_and(|outer| !body.is_empty() && indent <= outer) {
            block = None;
        }
        out.push(Line {
            start,
            indent,
            body,
            verbatim: block.is_some(),
        });
        if block.is_none() && opens_block(body) {
            block = Some(indent);
        }
        start += line.len();
    }
    out
}

/// Whether a line ends in the header of a block of text: `key: |-`.
fn opens_block(body: &str) -> bool {
    let body = body.split(" #").next().unwrap_or(body).trim_end();
    let header = body.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-' || c == '+');
    ["|", ">"].iter().any(|mark| {
        header.strip_suffix(mark).is_some_and(|rest| {
            rest.ends_with(": ") || rest.ends_with("- ") || rest.ends_with(' ') || rest.is_empty()
        })
    })
}

#[cfg(test)]
mod tests {
    use super::with_entries;
    use crate::evaluate::helm::value::PLACEHOLDER;
    use crate::trace::{Origin, Text, Unknown};

    /// The text with `?` as something unknown.
    fn filled(source: &str) -> String {
        let mut text = Text::default();
        for (index, part) in source.split('?').enumerate() {
            if index > 0 {
                let why = Unknown::new("who knows");
                text.push(&Text::of_unknown(PLACEHOLDER, why, Origin::nowhere()));
            }
            text.push(&Text::plain(part));
        }
        let out = with_entries(&text).unwrap_or(text);
        out.as_str().replace(PLACEHOLDER, "?")
    }

    #[test]
    fn beside_entries_of_a_map_an_entry() {
        assert_eq!(filled("a:\n  ?\n  b: c\n"), "a:\n  ?: ?\n  b: c\n");
        assert_eq!(
            filled("a:\n  b:\n    c: d\n  ?\n"),
            "a:\n  b:\n    c: d\n  ?: ?\n"
        );
        assert_eq!(filled("- a: b\n  ?\n"), "- a: b\n  ?: ?\n");
    }

    #[test]
    fn beside_items_of_a_list_an_item() {
        assert_eq!(filled("a:\n  ?\n  - b\n"), "a:\n  - ?\n  - b\n");
        assert_eq!(
            filled("a:\n- b: c\n  d: e\n?\n"),
            "a:\n- b: c\n  d: e\n- ?\n"
        );
    }

    #[test]
    fn alone_and_in_texts_it_stays() {
        for text in [
            "a:\n  ?\nb: c\n",
            "a: ?\nb: c\n",
            "a: |-\n  b: c\n  ?\nd: e\n",
        ] {
            assert_eq!(filled(text), text);
        }
    }
}
