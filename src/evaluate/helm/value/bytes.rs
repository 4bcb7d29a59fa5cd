//! Strings that are not UTF-8: a Go string may hold any bytes, a [`crate::trace::Text`] can't.
//!
//! A byte that fits into no character stands as a character of a private range. Functions that
//! work on bytes take it back; whatever prints the string shows the replacement character.

use std::borrow::Cow;

use crate::trace::Text;

/// The character for byte 0 would be this; only 0x80 to 0xff are ever used.
const FIRST: u32 = 0x0010_fe00;
/// The byte with which all these characters begin.
const LEAD: u8 = 0xf4;

/// `bytes` as a string.
#[must_use]
pub fn from_bytes(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        let odd = chunk.invalid().iter();
        out.extend(odd.filter_map(|b| char::from_u32(FIRST + u32::from(*b))));
    }
    out
}

/// The bytes of `s`.
#[must_use]
pub fn to_bytes(s: &str) -> Cow<'_, [u8]> {
    if !has_odd(s) {
        return Cow::Borrowed(s.as_bytes());
    }
    let mut out = Vec::with_capacity(s.len());
    for c in s.chars() {
        match odd(c) {
            Some(b) => out.push(b),
            None => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    Cow::Owned(out)
}

/// `text` as it can be printed.
#[must_use]
pub fn printable(text: Text) -> Text {
    if !has_odd(text.as_str()) {
        return text;
    }
    text.map_chars(|c| odd(c).map_or_else(|| c.to_string(), |_| "\u{fffd}".to_owned()))
}

fn has_odd(s: &str) -> bool {
    s.as_bytes().contains(&LEAD) && s.chars().any(|c| odd(c).is_some())
}

fn odd(c: char) -> Option<u8> {
    let byte = u32::from(c).checked_sub(FIRST)?;
    u8::try_from(byte).ok().filter(|b| *b >= 0x80)
}
