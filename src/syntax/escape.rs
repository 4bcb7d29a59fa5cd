//! Decoding the inside of quoted strings.

use std::ops::Range;

use crate::syntax::piece::Pieces;
use crate::trace::Text;

/// What an escape stands for, and how many bytes it takes.
pub(crate) type Decoded = (String, usize);

/// The bytes `range` of `source` with escapes decoded.
///
/// `decode` gets the text from a backslash on. Where it knows nothing, the backslash stays.
pub(crate) fn unescape(
    source: &Text,
    range: Range<usize>,
    decode: impl Fn(&str) -> Option<Decoded>,
) -> Text {
    let Some(chars) = source.as_str().get(range.clone()) else {
        return source.slice(range);
    };
    let mut out = Pieces::new(source, range.start);
    let mut at = 0;
    while let Some(found) = chars[at..].find('\\') {
        let escape = at + found;
        out.copy(range.start + at..range.start + escape);
        let (decoded, len) = match decode(&chars[escape..]) {
            Some((decoded, len)) if len > 0 && chars.is_char_boundary(escape + len) => {
                (decoded, len)
            }
            _ => ("\\".to_owned(), 1),
        };
        let end = (escape + len).min(chars.len());
        out.decoded(&decoded, range.start + escape..range.start + end);
        at = end;
    }
    out.copy(range.start + at..range.end);
    out.finish()
}

/// The escapes of JSON, JSON5 and JavaScript; an unknown one stands for its character.
pub(crate) fn javascript(rest: &str) -> Option<Decoded> {
    let mut chars = rest.chars();
    chars.next();
    let kind = chars.next()?;
    let one = |s: &str| Some((s.to_owned(), 1 + kind.len_utf8()));
    match kind {
        'n' => one("\n"),
        'r' => one("\r"),
        't' => one("\t"),
        'b' => one("\x08"),
        'f' => one("\x0c"),
        'v' => one("\x0b"),
        '0' => one("\0"),
        '\r' if rest.as_bytes().get(2) == Some(&b'\n') => Some((String::new(), 3)),
        '\n' | '\r' | '\u{2028}' | '\u{2029}' => one(""),
        'x' => hex(rest, 2, 2).and_then(|c| char::from_u32(c).map(|c| (c.into(), 4))),
        'u' if rest.as_bytes().get(2) == Some(&b'{') => braced(rest),
        'u' => utf16(rest),
        other => one(other.encode_utf8(&mut [0; 4])),
    }
}

/// `digits` hexadecimal digits from byte `at` on.
pub(crate) fn hex(rest: &str, at: usize, digits: usize) -> Option<u32> {
    let digits = rest.get(at..at + digits)?;
    if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    u32::from_str_radix(digits, 16).ok()
}

/// A backslash and up to `most` octal digits.
pub(crate) fn octal(rest: &str, most: usize) -> Option<Decoded> {
    let digits = rest.bytes().skip(1).take(most);
    let len = digits.take_while(|b| (b'0'..=b'7').contains(b)).count();
    let code = u32::from_str_radix(rest.get(1..=len)?, 8).ok()?;
    Some((char::from_u32(code)?.into(), 1 + len))
}

/// `\u{…}`.
pub(crate) fn braced(rest: &str) -> Option<Decoded> {
    let end = rest.get(3..)?.find('}').filter(|n| *n > 0 && *n <= 6)?;
    let c = char::from_u32(hex(rest, 3, end)?)?;
    Some((c.into(), 3 + end + 1))
}

/// `\uXXXX`, or two of them for a character beyond 16 bits; half a pair becomes U+FFFD.
fn utf16(rest: &str) -> Option<Decoded> {
    let code = hex(rest, 2, 4)?;
    if let Some(c) = char::from_u32(code) {
        return Some((c.into(), 6));
    }
    let pair = rest
        .get(6..8)
        .filter(|s| *s == "\\u")
        .and_then(|_| hex(rest, 8, 4))
        .filter(|low| (0xdc00..0xe000).contains(low) && code < 0xdc00)
        .and_then(|low| char::from_u32(0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00)));
    Some(match pair {
        Some(c) => (c.into(), 12),
        None => ("\u{fffd}".into(), 6),
    })
}
