//! Base64 that keeps the way of every byte.

use std::ops::Range;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};

use super::gzip;
use crate::trace::{Node, Text, Unknown, Value};

/// What stands for bytes that can't be known, in base64.
const PLACEHOLDER: &str = "AAAA";

/// What stands for an unknown part inside the encoded bytes: a sign that no configuration has.
const HOLE: char = '\u{fffd}';

/// `text` as base64 with padding.
///
/// Each four characters come from the three bytes they stand for, so that [`decode`] finds
/// those bytes again. Groups of which a byte is unknown are unknown.
#[must_use]
pub fn encode(text: &Text) -> Text {
    let text = with_holes(text);
    let whole = 0..text.len();
    coded(
        &text,
        text.as_str().as_bytes(),
        std::slice::from_ref(&whole),
    )
}

/// `text`, packed as gzip, as base64; [`decode`] finds its bytes again.
#[must_use]
pub fn encode_packed(text: &Text) -> Text {
    let text = with_holes(text);
    let (bytes, parts) = gzip::pack(text.as_str().as_bytes());
    coded(&text, &bytes, &parts)
}

/// `bytes` as base64, where `parts` of them are `text`, one part after the other.
///
/// In a group whose bytes come from several places each sign stands for one of them.
fn coded(text: &Text, bytes: &[u8], parts: &[Range<usize>]) -> Text {
    let runs: Vec<(Range<usize>, Option<Arc<Unknown>>)> = text
        .runs()
        .map(|(range, run)| (range, run.unknown.clone()))
        .collect();
    let mut content = Content::new(parts);
    let mut next = 0;
    let mut out = Text::default();
    let mut push = |chars: &str, range: Range<usize>, why: Option<&Arc<Unknown>>| {
        let origin = text.origin_of(range);
        match why {
            Some(why) => out.push(&Text::of_unknown(chars, why.clone(), origin)),
            None => out.push_str(chars, &origin),
        }
    };
    for (at, group) in bytes.chunks(3).enumerate() {
        let range = content.within(&(at * 3..at * 3 + group.len()));
        while runs.get(next).is_some_and(|(r, _)| r.end <= range.start) {
            next += 1;
        }
        let chars = STANDARD.encode(group);
        let why = |byte: usize| {
            let run = runs.iter().skip(next).find(|(r, _)| byte < r.end);
            run.and_then(|(_, why)| why.as_ref())
        };
        let whole = runs.get(next).is_none_or(|(r, _)| range.end <= r.end);
        if whole || range.len() != group.len() {
            let unknown = range.clone().find_map(why).or_else(|| why(range.start));
            push(&chars, range, unknown);
            continue;
        }
        for (byte, signs) in range.clone().zip(SIGNS) {
            let last = byte + 1 == range.end;
            let signs = signs.start..if last { 4 } else { signs.end };
            let signs = chars.get(signs).unwrap_or_default();
            push(signs, byte..byte + 1, why(byte));
        }
    }
    if out.is_empty() {
        return Text::opaque("", text.origin());
    }
    out
}

/// Which of the four signs of a group stand for which of its bytes, where they have to.
const SIGNS: [Range<usize>; 3] = [0..1, 1..2, 2..4];

/// Which bytes of the content lie in bytes that are asked for in order.
struct Content<'p> {
    parts: &'p [Range<usize>],
    /// Bytes of the content before the first of the parts that are left.
    before: usize,
}

impl<'p> Content<'p> {
    fn new(parts: &'p [Range<usize>]) -> Self {
        Self { parts, before: 0 }
    }

    fn within(&mut self, bytes: &Range<usize>) -> Range<usize> {
        while let [first, rest @ ..] = self.parts
            && first.end <= bytes.start
        {
            self.before += first.len();
            self.parts = rest;
        }
        let Some(first) = self.parts.first() else {
            return self.before..self.before;
        };
        let at = |byte: usize| self.before + byte.clamp(first.start, first.end) - first.start;
        at(bytes.start)..at(bytes.end)
    }
}

/// With one [`HOLE`] for each unknown part, so that decoding tells it from what stands beside
/// it in the same group.
fn with_holes(text: &Text) -> Text {
    if text.unknown().is_none() {
        return text.clone();
    }
    let mut out = Text::default();
    for (range, run) in text.runs() {
        match &run.unknown {
            Some(why) => out.push(&Text::of_unknown(
                HOLE.to_string(),
                why.clone(),
                run.origin.clone(),
            )),
            None => out.push(&text.slice(range)),
        }
    }
    out
}

/// Why one of these bytes can't be known.
fn why(text: &Text, range: Range<usize>) -> Option<Arc<Unknown>> {
    text.slice(range).unknown().cloned()
}

/// What a base64 text stands for; none if it isn't one, or stands for something that is no
/// text. White space in it is skipped.
///
/// Text inside gzip that others have packed comes from the encoded text as a whole.
#[must_use]
pub fn decode(text: &Text) -> Option<Text> {
    if text.is_wholly_unknown() {
        let why = text.unknown()?.clone();
        return Some(Text::of_unknown(PLACEHOLDER, why, text.origin()));
    }
    let chars = text.as_str();
    let mut bytes = Vec::new();
    let mut parts: Vec<(usize, Range<usize>)> = Vec::new();
    let places: Vec<usize> = chars
        .char_indices()
        .filter(|(_, c)| !c.is_whitespace())
        .map(|(at, _)| at)
        .collect();
    let mut borders = text.runs().map(|(range, _)| range.end).peekable();
    for group in places.chunks(4) {
        let quad: String = group
            .iter()
            .filter_map(|at| chars[*at..].chars().next())
            .collect();
        let engine = if quad.contains('=') {
            &STANDARD
        } else {
            &STANDARD_NO_PAD
        };
        let decoded = engine.decode(&quad).ok()?;
        let (first, last) = (*group.first()?, *group.last()?);
        while borders.next_if(|end| *end <= first).is_some() {}
        let mixed = borders.peek().is_some_and(|end| *end <= last);
        if mixed && decoded.len() > 1 && last + 1 - first == 4 {
            let all = SIGNS.iter().take(decoded.len()).enumerate();
            parts.extend(all.map(|(at, signs)| {
                let end = if at + 1 == decoded.len() {
                    4
                } else {
                    signs.end
                };
                (1, first + signs.start..first + end)
            }));
        } else {
            parts.push((decoded.len(), first..last + 1));
        }
        bytes.extend(decoded);
    }
    let plain = if bytes.starts_with(&[0x1f, 0x8b]) {
        let plain = gzip::unpack(&bytes)?;
        let Some(stored) = gzip::stored(&bytes) else {
            return Some(Text::opaque(plain, text.origin()));
        };
        let mut content = Content::new(&stored);
        let mut at = 0;
        for (len, _) in &mut parts {
            let inside = content.within(&(at..at + *len));
            at += *len;
            *len = inside.len();
        }
        parts.retain(|(len, _)| *len > 0);
        plain
    } else {
        String::from_utf8(bytes).ok()?
    };
    let has_holes = text.unknown().is_some();
    let mut out = Text::default();
    let mut at = 0;
    let mut carried: Option<Range<usize>> = None;
    let mut start = 0;
    for (len, range) in parts {
        at += len;
        let from = carried
            .take()
            .map_or(range.start, |c: Range<usize>| c.start);
        let whole = from..range.end;
        // A character may be spread over two groups.
        if !plain.is_char_boundary(at) {
            carried = Some(whole);
            continue;
        }
        let piece = &plain[start..at];
        let origin = text.origin_of(whole.clone());
        match Some(whole).filter(|_| has_holes).and_then(|w| why(text, w)) {
            Some(why) => {
                for part in piece.split_inclusive(HOLE) {
                    let known = part.strip_suffix(HOLE);
                    out.push_str(known.unwrap_or(part), &origin);
                    if known.is_some() {
                        let hole = Text::of_unknown("unknown", why.clone(), origin.clone());
                        out.push(&hole);
                    }
                }
            }
            None => out.push_str(piece, &origin),
        }
        start = at;
    }
    if out.is_empty() {
        return Some(Text::opaque("", text.origin()));
    }
    Some(out)
}

/// [`decode`] of a scalar; unknown stays unknown.
#[must_use]
pub fn decode_node(node: &Node) -> Option<Node> {
    match &node.value {
        Value::Unknown(_) => Some(node.clone()),
        Value::Text(text) => decode(text).map(Node::text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{decode, encode, encode_packed};
    use crate::trace::{Origin, Role, Sources, Span, Text, Unknown};

    #[test]
    fn bytes_are_found_again_behind_base64() {
        let sources = Sources::default();
        let id = sources.add("a.sh", "grüße from here", Role::Code);
        let text = sources.text(id);
        let encoded = encode(&text);
        assert_eq!(encoded.as_str(), "Z3LDvMOfZSBmcm9tIGhlcmU=");
        let decoded = decode(&encoded).unwrap();
        assert_eq!(decoded.as_str(), "grüße from here");
        let word = decoded.slice(8..12);
        assert_eq!(word.as_str(), "from");
        assert_eq!(word.origin().span(), Some(Span::new(id, 8, 12)));
    }

    #[test]
    fn bytes_are_found_again_behind_gzip() {
        let sources = Sources::default();
        let filler = "grüße ".repeat(20_000);
        let id = sources.add("a.sh", format!("{filler}from here"), Role::Code);
        let decoded = decode(&encode_packed(&sources.text(id))).unwrap();
        assert_eq!(decoded.as_str(), sources.text(id).as_str());
        let at = filler.len();
        let word = decoded.slice(at..at + 4).origin().span().unwrap();
        // As near as groups of three bytes tell.
        assert!(word.start as usize + 3 > at && word.end as usize <= at + 4 + 3);
    }

    #[test]
    fn unknown_parts_stay_unknown() {
        let hole = Text::of_unknown("xxx", Unknown::new("no value"), Origin::nowhere());
        let text = Text::concat([&Text::plain("abcdef"), &hole, &Text::plain("ghi")]);
        let decoded = decode(&encode(&text)).unwrap();
        assert_eq!(decoded.as_str(), "abcdefunknownghi");
        assert_eq!(decoded.slice(0..6).unknown(), None);
        assert!(decoded.slice(6..13).is_wholly_unknown());
    }

    #[test]
    fn what_is_no_base64_is_left() {
        assert_eq!(decode(&Text::plain("#!/bin/sh\necho hi")), None);
    }
}
