//! Finding the bytes of tokens that the parser reports only in part.

use std::ops::Range;

/// Where the block scalar starts whose content the parser found at `content`: at its `|` or `>`,
/// which lies behind `from`.
pub(super) fn header(chars: &str, from: usize, content: usize) -> usize {
    let bytes = chars.as_bytes();
    let mut i = from;
    while i < content {
        match bytes[i] {
            b'#' if i == 0 || bytes[i - 1].is_ascii_whitespace() => i = line_end(bytes, i),
            b'|' | b'>' if is_header(bytes, i + 1) => return i,
            _ => i += 1,
        }
    }
    content
}

fn is_header(bytes: &[u8], mut i: usize) -> bool {
    while matches!(bytes.get(i), Some(b'+' | b'-' | b'0'..=b'9')) {
        i += 1;
    }
    let spaces = i;
    while matches!(bytes.get(i), Some(b' ' | b'\t')) {
        i += 1;
    }
    match bytes.get(i) {
        None | Some(b'\n' | b'\r') => true,
        Some(b'#') => i > spaces,
        _ => false,
    }
}

fn line_end(bytes: &[u8], from: usize) -> usize {
    from + bytes[from..]
        .iter()
        .position(|b| *b == b'\n')
        .unwrap_or(bytes.len() - from)
}

/// Where an empty value would be written: behind the indicator (`:`, `-`, `?`) between `from`
/// and `to` or right at `to`; at `to` if there is none.
pub(super) fn empty(chars: &str, from: usize, to: usize) -> usize {
    let bytes = chars.as_bytes();
    let mut i = from;
    while i < to {
        match bytes[i] {
            b'#' if i == 0 || bytes[i - 1].is_ascii_whitespace() => i = line_end(bytes, i),
            b':' | b'-' | b'?' => return i + 1,
            _ => i += 1,
        }
    }
    let to = to.min(chars.len());
    if bytes.get(to) == Some(&b':') {
        to + 1
    } else {
        to
    }
}

/// `range` without white space at its end.
pub(super) fn trim_end(chars: &str, range: Range<usize>) -> Range<usize> {
    let len = chars
        .get(range.clone())
        .map_or(range.len(), |s| s.trim_end().len());
    range.start..range.start + len
}
