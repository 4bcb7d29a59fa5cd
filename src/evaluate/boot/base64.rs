//! Base64 that keeps the way of every byte.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};

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
    let text = &with_holes(text);
    let holes: Vec<(std::ops::Range<usize>, std::sync::Arc<Unknown>)> = text
        .runs()
        .filter_map(|(range, run)| Some((range, run.unknown.clone()?)))
        .collect();
    let mut next = 0;
    let mut out = Text::default();
    for (at, group) in text.as_str().as_bytes().chunks(3).enumerate() {
        let range = at * 3..at * 3 + group.len();
        while holes.get(next).is_some_and(|(h, _)| h.end <= range.start) {
            next += 1;
        }
        let chars = STANDARD.encode(group);
        let origin = text.origin_of(range.clone());
        match holes.get(next).filter(|(h, _)| h.start < range.end) {
            Some((_, why)) => out.push(&Text::of_unknown(chars, why.clone(), origin)),
            None => out.push_str(&chars, &origin),
        }
    }
    if out.is_empty() {
        return Text::opaque("", text.origin());
    }
    out
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
fn why(text: &Text, range: std::ops::Range<usize>) -> Option<std::sync::Arc<Unknown>> {
    text.slice(range).unknown().cloned()
}

/// What a base64 text stands for; none if it isn't one, or stands for something that is no
/// text. White space in it is skipped.
///
/// Text inside gzip comes from the encoded text as a whole.
#[must_use]
pub fn decode(text: &Text) -> Option<Text> {
    if text.is_wholly_unknown() {
        let why = text.unknown()?.clone();
        return Some(Text::of_unknown(PLACEHOLDER, why, text.origin()));
    }
    let chars = text.as_str();
    let mut bytes = Vec::new();
    let mut parts: Vec<(usize, std::ops::Range<usize>)> = Vec::new();
    let places: Vec<usize> = chars
        .char_indices()
        .filter(|(_, c)| !c.is_whitespace())
        .map(|(at, _)| at)
        .collect();
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
        parts.push((decoded.len(), first..last + 1));
        bytes.extend(decoded);
    }
    if bytes.starts_with(&[0x1f, 0x8b]) {
        return Some(Text::opaque(super::decode::gunzip(&bytes)?, text.origin()));
    }
    let plain = String::from_utf8(bytes).ok()?;
    let mut out = Text::default();
    let mut at = 0;
    let mut carried: Option<std::ops::Range<usize>> = None;
    let mut start = 0;
    for (len, range) in parts {
        at += len;
        let from = carried
            .take()
            .map_or(range.start, |c: std::ops::Range<usize>| c.start);
        let whole = from..range.end;
        // A character may be spread over two groups.
        if !plain.is_char_boundary(at) {
            carried = Some(whole);
            continue;
        }
        let piece = &plain[start..at];
        let origin = text.origin_of(whole.clone());
        match text.unknown().and_then(|_| why(text, whole)) {
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
    use super::{decode, encode};
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
