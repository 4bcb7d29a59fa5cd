//! Literal text inside quotes and templates, byte by byte.

use std::ops::Range;

use crate::trace::Text;

/// How a literal is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Between quotes: backslash escapes and doubled marks.
    Quoted,
    /// In a heredoc or template file: doubled marks only.
    Bare,
}

/// The bytes `range` of `source` with escapes taken out.
pub(super) fn literal(source: &Text, range: Range<usize>, style: Style) -> Text {
    let Some(chars) = source.as_str().get(range.clone()) else {
        return source.slice(range);
    };
    let mut out = Text::default();
    let mut plain = 0;
    let mut at = 0;
    while let Some(found) = next_escape(&chars[at..], style) {
        let start = at + found;
        let Some((decoded, len)) = decode(&chars[start..], style) else {
            at = start + 1;
            while !chars.is_char_boundary(at) {
                at += 1;
            }
            continue;
        };
        out.push(&source.slice(range.start + plain..range.start + start));
        let piece = source.slice(range.start + start..range.start + start + len);
        out.push(&piece.replaced_by(decoded));
        at = start + len;
        plain = at;
    }
    if plain == 0 {
        return source.slice(range);
    }
    out.push(&source.slice(range.start + plain..range.end));
    out
}

fn next_escape(chars: &str, style: Style) -> Option<usize> {
    chars.bytes().position(|b| match b {
        b'\\' => style == Style::Quoted,
        b'$' | b'%' => true,
        _ => false,
    })
}

/// What stands at the start of `rest`, and how many bytes that takes.
fn decode(rest: &str, style: Style) -> Option<(String, usize)> {
    if rest.starts_with("$${") {
        return Some(("${".to_owned(), 3));
    }
    if rest.starts_with("%%{") {
        return Some(("%{".to_owned(), 3));
    }
    if style == Style::Bare {
        return None;
    }
    let kind = rest.strip_prefix('\\')?.chars().next()?;
    let hex = |digits: usize| {
        let code = rest.get(2..2 + digits)?;
        let c = char::from_u32(u32::from_str_radix(code, 16).ok()?)?;
        Some((c.to_string(), 2 + digits))
    };
    match kind {
        'n' => Some(("\n".to_owned(), 2)),
        'r' => Some(("\r".to_owned(), 2)),
        't' => Some(("\t".to_owned(), 2)),
        '"' => Some(("\"".to_owned(), 2)),
        '\\' => Some(("\\".to_owned(), 2)),
        'u' => hex(4),
        'U' => hex(8),
        _ => None,
    }
}
