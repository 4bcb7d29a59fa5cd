//! Which bytes of a YAML scalar became which characters of its value.
//!
//! The parser says what the value is; here the way is walked again, byte by byte. Where both
//! disagree, the value counts, and comes from the token as a whole.

use std::ops::Range;

use granit_parser::ScalarStyle;

use crate::syntax::piece::Pieces;
use crate::trace::Text;

/// The content `value` of the scalar written in the bytes `token` of `source`.
///
/// For a block scalar `token` starts at the header and `content` at the first character
/// behind the indentation of the first line that has one.
pub(super) fn content(
    source: &Text,
    token: Range<usize>,
    content: Range<usize>,
    style: ScalarStyle,
    value: &str,
) -> Text {
    let chars = source.as_str();
    if chars.get(token.clone()) == Some(value) && style == ScalarStyle::Plain {
        return source.slice(token);
    }
    let built = match style {
        ScalarStyle::Plain => flow(source, token.clone(), Quotes::None),
        ScalarStyle::SingleQuoted => flow(source, inside(&token), Quotes::Single),
        ScalarStyle::DoubleQuoted => flow(source, inside(&token), Quotes::Double),
        ScalarStyle::Literal | ScalarStyle::Folded => block(source, token.clone(), content, value),
    };
    match built {
        Some(text) if text.as_str() == value => text,
        _ => source.slice(token).replaced_by(value),
    }
}

/// Whether the text ends within the last line of the block scalar `content`. That line has no
/// line break then, though the parser says it had one.
pub(super) fn is_cut_off(chars: &str, content: &Range<usize>) -> bool {
    let line_start = |at: usize| {
        let before = chars.get(..at).unwrap_or("");
        before.rfind('\n').map_or(0, |i| i + 1)
    };
    let last = line_start(chars.len());
    let indent = content.start.saturating_sub(line_start(content.start));
    let line = chars.get(last..).unwrap_or("").as_bytes();
    content.end > last && line.len() > indent && line.iter().take(indent).all(|b| *b == b' ')
}

fn inside(token: &Range<usize>) -> Range<usize> {
    token.start + 1..token.end.saturating_sub(1).max(token.start + 1)
}

#[derive(Clone, Copy, PartialEq)]
enum Quotes {
    None,
    Single,
    Double,
}

/// Plain and quoted scalars: lines are folded, escapes decoded.
fn flow(source: &Text, range: Range<usize>, quotes: Quotes) -> Option<Text> {
    let chars = source.as_str().get(..range.end)?;
    let bytes = chars.as_bytes();
    let mut out = Pieces::new(source, range.start);
    let mut i = range.start;
    while i < range.end {
        match bytes[i] {
            b' ' | b'\t' | b'\n' | b'\r' => {
                let end = i + bytes[i..].iter().take_while(|b| is_space(**b)).count();
                fold(&mut out, bytes, i..end);
                i = end;
            }
            b'\'' if quotes == Quotes::Single => {
                out.decoded("'", i..i + 2);
                i += 2;
            }
            b'\\' if quotes == Quotes::Double => {
                i = escape(&mut out, chars, i)?;
            }
            _ => {
                let stop = |b: &u8| {
                    is_space(*b)
                        || (*b == b'\'' && quotes == Quotes::Single)
                        || (*b == b'\\' && quotes == Quotes::Double)
                };
                let end = i + bytes[i..].iter().position(stop).unwrap_or(bytes.len() - i);
                out.copy(i..end);
                i = end;
            }
        }
    }
    Some(out.finish())
}

fn is_space(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\n' | b'\r')
}

/// White space: as it is within a line; one line break becomes a space, more become one less.
fn fold(out: &mut Pieces, bytes: &[u8], range: Range<usize>) {
    let breaks = breaks(bytes, range.clone());
    match breaks.as_slice() {
        [] => out.copy(range),
        [one] => out.decoded(" ", one.clone()),
        [_, rest @ ..] => {
            for each in rest {
                out.decoded("\n", each.clone());
            }
        }
    }
}

/// Where the line breaks in `range` are; `\r\n` is one.
fn breaks(bytes: &[u8], range: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut i = range.start;
    while i < range.end {
        let next = break_end(bytes, i, range.end);
        if next > i {
            found.push(i..next);
            i = next;
        } else {
            i += 1;
        }
    }
    found
}

/// One past the line break that starts at `i`, or `i` if there is none.
fn break_end(bytes: &[u8], i: usize, end: usize) -> usize {
    match bytes.get(i) {
        Some(b'\n') => i + 1,
        Some(b'\r') if i + 1 < end && bytes.get(i + 1) == Some(&b'\n') => i + 2,
        Some(b'\r') => i + 1,
        _ => i,
    }
}

/// Decodes the escape at `i` of a double quoted scalar; returns where it ends.
fn escape(out: &mut Pieces, chars: &str, i: usize) -> Option<usize> {
    let bytes = chars.as_bytes();
    let kind = *bytes.get(i + 1)?;
    let simple = match kind {
        b'0' => "\0",
        b'a' => "\x07",
        b'b' => "\x08",
        b't' | b'\t' => "\t",
        b'n' => "\n",
        b'v' => "\x0b",
        b'f' => "\x0c",
        b'r' => "\r",
        b'e' => "\x1b",
        b' ' => " ",
        b'"' => "\"",
        b'/' => "/",
        b'\\' => "\\",
        b'N' => "\u{85}",
        b'_' => "\u{a0}",
        b'L' => "\u{2028}",
        b'P' => "\u{2029}",
        b'\n' | b'\r' => {
            // The break is escaped away, and so is the indentation behind it; line breaks of
            // empty lines that follow stay.
            let after = break_end(bytes, i + 1, bytes.len());
            let end = after + bytes[after..].iter().take_while(|b| is_space(**b)).count();
            for each in breaks(bytes, after..end) {
                out.decoded("\n", each);
            }
            return Some(end);
        }
        b'x' => return hex(out, chars, i, 2),
        b'u' => return hex(out, chars, i, 4),
        b'U' => return hex(out, chars, i, 8),
        _ => return None,
    };
    out.decoded(simple, i..i + 2);
    Some(i + 2)
}

fn hex(out: &mut Pieces, chars: &str, i: usize, digits: usize) -> Option<usize> {
    let end = i + 2 + digits;
    let code = u32::from_str_radix(chars.get(i + 2..end)?, 16).ok()?;
    if let Some(c) = char::from_u32(code) {
        out.decoded(c.encode_utf8(&mut [0; 4]), i..end);
        return Some(end);
    }
    // Half of a pair of surrogates, as JSON writes what lies beyond 16 bits.
    let low = chars.get(end..end + 6)?.strip_prefix("\\u")?;
    let low = u32::from_str_radix(low, 16).ok()?;
    let high = code.checked_sub(0xd800).filter(|h| *h < 0x400)?;
    let low = low.checked_sub(0xdc00).filter(|l| *l < 0x400)?;
    let c = char::from_u32(0x10000 + (high << 10) + low)?;
    out.decoded(c.encode_utf8(&mut [0; 4]), i..end + 6);
    Some(end + 6)
}

/// Literal and folded scalars: follows `value` line by line, so that folding and chomping need
/// not be known.
fn block(source: &Text, token: Range<usize>, content: Range<usize>, value: &str) -> Option<Text> {
    let chars = source.as_str();
    let bytes = chars.as_bytes();
    let line_start = chars.get(..content.start)?.rfind('\n').map_or(0, |i| i + 1);
    let indent = content.start - line_start;
    let header_end = token.start + chars.get(token.start..)?.find('\n').unwrap_or(0) + 1;
    let mut out = Pieces::new(source, header_end.min(content.end));
    let mut rest = value;
    let mut pending: Vec<Range<usize>> = Vec::new();
    let mut at = header_end;
    let mut first = true;
    while at < content.end && !rest.is_empty() {
        // The parser's range may end in the indentation of the line behind the scalar.
        let found = bytes[at..content.end].iter().position(|b| *b == b'\n');
        let line_end = found.map_or(content.end, |n| at + n);
        let break_end = found.map_or(content.end, |n| at + n + 1);
        let text_end = if line_end > at && bytes[line_end - 1] == b'\r' {
            line_end - 1
        } else {
            line_end
        };
        // The content ends within the indentation of what follows.
        let text_end = text_end.min(content.end);
        let from = (at + indent).min(text_end);
        let blank = from == text_end && bytes[at..text_end].iter().all(|b| *b == b' ');
        // The parser's range goes on up to the next token, its indentation included.
        let ends = bytes[at..from].iter().any(|b| *b != b' ');
        if !blank && ends {
            break;
        }
        if !blank {
            rest = separator(&mut out, &pending, first, rest)?;
            rest = rest.strip_prefix(chars.get(from..text_end)?)?;
            out.copy(from..text_end);
            pending.clear();
            first = false;
        }
        if text_end < break_end {
            pending.push(text_end..break_end);
        }
        at = break_end;
    }
    // What is left are the line breaks at the end, as far as they were not chomped.
    for (i, c) in rest.char_indices() {
        if c != '\n' {
            return None;
        }
        let end = content.end.min(chars.len());
        let at = pending.get(i).cloned().unwrap_or(end..end);
        out.decoded("\n", at);
    }
    Some(out.finish())
}

/// Matches the line breaks `pending` with what `rest` has for them; returns what follows.
fn separator<'v>(
    out: &mut Pieces,
    pending: &[Range<usize>],
    first: bool,
    rest: &'v str,
) -> Option<&'v str> {
    if pending.is_empty() {
        return Some(rest);
    }
    let have = rest.bytes().take_while(|b| *b == b'\n').count();
    if have == 0 {
        let [one] = pending else { return None };
        out.decoded(" ", one.clone());
        return rest.strip_prefix(' ');
    }
    // A folded paragraph break drops the first of its line breaks.
    let skip = if have >= pending.len() || first {
        0
    } else {
        pending.len() - have
    };
    let used = &pending[skip..];
    for each in used {
        out.decoded("\n", each.clone());
    }
    rest.get(used.len()..)
}
