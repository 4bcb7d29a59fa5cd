//! JSON straight into values. Charts hand values from template to template as JSON, so this
//! is where much of their time goes.

use std::rc::Rc;

use super::{Entries, MAX_DEPTH, Slot, Val};
use crate::trace::{Origin, Place, Text};

/// The value in a JSON text, numbers as floats, of two equal keys the last.
///
/// None if it is not quite JSON, nested too deeply, or not known in parts: such texts are for
/// [`crate::syntax::json`].
#[must_use]
pub fn decode(text: &Text) -> Option<Val> {
    if text.unknown().is_some() {
        return None;
    }
    let mut d = Decoder {
        text,
        s: text.as_str(),
        at: 0,
    };
    let val = d.value(0)?;
    d.skip_white();
    (d.at == d.s.len()).then_some(val)
}

struct Decoder<'a> {
    text: &'a Text,
    s: &'a str,
    at: usize,
}

impl Decoder<'_> {
    fn peek(&self) -> Option<u8> {
        self.s.as_bytes().get(self.at).copied()
    }

    fn skip_white(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn take(&mut self, b: u8) -> Option<()> {
        (self.peek()? == b).then(|| self.at += 1)
    }

    fn value(&mut self, depth: usize) -> Option<Val> {
        if depth > MAX_DEPTH {
            return None;
        }
        self.skip_white();
        let start = self.at;
        match self.peek()? {
            b'{' => self.object(start, depth),
            b'[' => self.array(start, depth),
            b'"' => Some(Val::text(self.string()?)),
            b't' => self.word("true", |o| Val::bool(true, o)),
            b'f' => self.word("false", |o| Val::bool(false, o)),
            b'n' => self.word("null", Val::nil),
            _ => self.number(),
        }
    }

    fn word(&mut self, word: &str, make: fn(Origin) -> Val) -> Option<Val> {
        let end = self.at + word.len();
        if self.s.get(self.at..end)? != word {
            return None;
        }
        let origin = self.text.origin_of(self.at..end);
        self.at = end;
        Some(make(origin))
    }

    fn number(&mut self) -> Option<Val> {
        let start = self.at;
        let digits = |d: &mut Self| {
            let from = d.at;
            while d.peek().is_some_and(|b| b.is_ascii_digit()) {
                d.at += 1;
            }
            (d.at > from).then_some(d.at - from)
        };
        let _ = self.take(b'-');
        let zero = self.peek() == Some(b'0');
        if digits(self)? > 1 && zero {
            return None;
        }
        if self.take(b'.').is_some() {
            digits(self)?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            digits(self)?;
        }
        let f: f64 = self.s.get(start..self.at)?.parse().ok()?;
        f.is_finite()
            .then(|| Val::float(f, self.text.origin_of(start..self.at)))
    }

    /// The text between the quotation marks that start here.
    fn string(&mut self) -> Option<Text> {
        self.take(b'"')?;
        let start = self.at;
        loop {
            match self.peek()? {
                b'"' => break,
                b'\\' => return self.escaped(start),
                b if b < 0x20 => return None,
                _ => self.at += 1,
            }
        }
        let text = self.text.slice(start..self.at);
        self.at += 1;
        Some(text)
    }

    /// A string that has escapes from here on.
    fn escaped(&mut self, start: usize) -> Option<Text> {
        let mut out = self.text.slice(start..self.at);
        let mut from = self.at;
        loop {
            match self.peek()? {
                b'"' => break,
                b if b < 0x20 => return None,
                b'\\' => {
                    out.push(&self.text.slice(from..self.at));
                    let escape = self.at;
                    let c = self.escape()?;
                    let mut bytes = [0; 4];
                    let origin = self.text.origin_of(escape..self.at);
                    out.push_str(c.encode_utf8(&mut bytes), &origin);
                    from = self.at;
                }
                _ => self.at += 1,
            }
        }
        out.push(&self.text.slice(from..self.at));
        self.at += 1;
        Some(out)
    }

    fn escape(&mut self) -> Option<char> {
        let kind = *self.s.as_bytes().get(self.at + 1)?;
        self.at += 2;
        Some(match kind {
            b'"' | b'\\' | b'/' => char::from(kind),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let high = self.hex()?;
                // Half a pair that has no other half becomes the replacement character.
                let low = self
                    .s
                    .get(self.at..self.at + 2)
                    .filter(|s| *s == "\\u" && (0xd800..0xdc00).contains(&high))
                    .and_then(|_| {
                        u32::from_str_radix(self.s.get(self.at + 2..self.at + 6)?, 16).ok()
                    })
                    .filter(|low| (0xdc00..0xe000).contains(low));
                match low {
                    Some(low) => {
                        self.at += 6;
                        char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00))?
                    }
                    None => char::from_u32(high).unwrap_or('\u{fffd}'),
                }
            }
            _ => return None,
        })
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.s.get(self.at..self.at + 4)?;
        if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        self.at += 4;
        u32::from_str_radix(digits, 16).ok()
    }

    fn object(&mut self, start: usize, depth: usize) -> Option<Val> {
        self.take(b'{')?;
        // Put in order once: they may be many and in any order.
        let mut entries = Vec::new();
        self.skip_white();
        if self.take(b'}').is_some() {
            return Some(Val::map(Entries::new(), self.between(start)));
        }
        loop {
            self.skip_white();
            let key_at = self.at;
            let name = self.string()?;
            let key = self.text.origin_of(key_at..self.at);
            self.skip_white();
            self.take(b':')?;
            let val = self.value(depth + 1)?;
            entries.push((Rc::from(name.as_str()), Slot { key, val }));
            self.skip_white();
            if self.take(b',').is_none() {
                self.take(b'}')?;
                let entries = entries.into_iter().collect();
                return Some(Val::map(entries, self.between(start)));
            }
        }
    }

    fn array(&mut self, start: usize, depth: usize) -> Option<Val> {
        self.take(b'[')?;
        let mut items = Vec::new();
        self.skip_white();
        if self.take(b']').is_some() {
            return Some(Val::list(items, self.between(start)));
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.skip_white();
            if self.take(b',').is_none() {
                self.take(b']')?;
                return Some(Val::list(items, self.between(start)));
            }
        }
    }

    /// The origin of a collection: from its first to its last mark.
    fn between(&self, start: usize) -> Origin {
        let mut origin = self.text.origin_of(start..start + 1);
        let last = self.text.origin_of(self.at - 1..self.at).span();
        if let (Place::Span(first), Some(last)) = (&mut origin.place, last) {
            *first = first.to(last);
        }
        origin
    }
}
