//! Whatever is done to a text, every byte of it still knows where it came from.

use proptest::prelude::*;

use super::*;

/// A byte and the place in a source it maps to; none if it has no place of its own.
type Byte = (u8, Option<(SourceId, u32)>);

/// What a [`Text`] says of each of its bytes.
fn bytes(text: &Text) -> Vec<Byte> {
    let mut out = Vec::new();
    for (range, run) in text.runs() {
        let span = run.origin.span().filter(|s| s.len() == range.len());
        for (i, byte) in text.as_str().as_bytes()[range].iter().enumerate() {
            let place = span.map(|s| (s.source, s.start + u32::try_from(i).expect("small")));
            out.push((*byte, place));
        }
    }
    assert_eq!(out.len(), text.len(), "runs cover the text");
    out
}

/// Texts of one to four pieces, each from a source of its own.
fn texts() -> impl Strategy<Value = Text> {
    prop::collection::vec("[ab ,\n\rÄß€😀]{0,6}", 1..5).prop_map(|pieces| {
        let sources = Sources::new();
        let mut out = Text::default();
        for piece in pieces {
            // What is around the piece in its source is not part of the text.
            let id = sources.add("x", format!("<{piece}>"), Role::Code);
            out.push(&sources.text(id).slice(1..1 + piece.len()));
        }
        out
    })
}

/// A short text without a source, as made by the program.
fn made(chars: &str) -> Text {
    Text::plain(chars)
}

fn boundary(text: &Text, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.as_str().is_char_boundary(at) {
        at -= 1;
    }
    at
}

proptest! {
    #[test]
    fn slice_keeps_places(text in texts(), from in 0_usize..24, to in 0_usize..24) {
        let (from, to) = (boundary(&text, from), boundary(&text, to));
        let to = to.max(from);
        let slice = text.slice(from..to);
        prop_assert_eq!(slice.as_str(), &text.as_str()[from..to]);
        prop_assert_eq!(bytes(&slice), bytes(&text)[from..to].to_vec());
        prop_assert_eq!(slice.origin(), text.origin_of(from..to));
    }

    #[test]
    fn cutting_and_joining_is_nothing(text in texts(), at in 0_usize..24) {
        let at = boundary(&text, at);
        let whole = Text::concat([&text.slice(0..at), &text.slice(at..text.len())]);
        prop_assert_eq!(bytes(&whole), bytes(&text));
    }

    #[test]
    fn split_and_join_give_the_text_back(text in texts()) {
        let parts = text.split(",");
        let strings: Vec<_> = parts.iter().map(Text::as_str).collect();
        prop_assert_eq!(strings, text.as_str().split(',').collect::<Vec<_>>());
        let joined = Text::join(&parts, &made(","));
        prop_assert_eq!(joined.as_str(), text.as_str());
        for (new, old) in bytes(&joined).into_iter().zip(bytes(&text)) {
            prop_assert!(new == old || (old.0 == b',' && new.1.is_none()));
        }
    }

    #[test]
    fn lines_keep_places(text in texts()) {
        let lines = text.lines();
        let strings: Vec<_> = lines.iter().map(Text::as_str).collect();
        let expected: Vec<_> = text.as_str().lines().collect();
        prop_assert_eq!(&strings, &expected);
        let all = bytes(&text);
        let mut from = 0;
        for line in &lines {
            let found = bytes(line);
            let at = (from..=all.len()).find(|i| all[*i..].starts_with(&found));
            prop_assert!(at.is_some());
            from = at.unwrap_or(from) + found.len();
        }
    }

    #[test]
    fn trim_keeps_places(text in texts()) {
        let trimmed = text.trim();
        prop_assert_eq!(trimmed.as_str(), text.as_str().trim());
        let start = text.len() - text.as_str().trim_start().len();
        let expected = bytes(&text).into_iter().skip(start).take(trimmed.len());
        prop_assert_eq!(bytes(&trimmed), expected.collect::<Vec<_>>());
    }

    #[test]
    fn indent_keeps_places(text in texts()) {
        let indented = text.indent(&made("  "));
        let expected = format!("  {}", text.as_str().replace('\n', "\n  "));
        prop_assert_eq!(indented.as_str(), expected);
        let mut new = bytes(&indented).into_iter();
        prop_assert_eq!(new.by_ref().take(2).filter(|b| b.1.is_some()).count(), 0);
        for old in bytes(&text) {
            prop_assert_eq!(new.next(), Some(old));
            if old.0 == b'\n' {
                new.by_ref().take(2).for_each(drop);
            }
        }
        prop_assert_eq!(new.next(), None);
    }

    #[test]
    fn replace_keeps_places(text in texts(), by in texts()) {
        let replaced = text.replace("a", &by);
        prop_assert_eq!(replaced.as_str(), text.as_str().replace('a', by.as_str()));
        let mut expected = Vec::new();
        for byte in bytes(&text) {
            if byte.0 == b'a' {
                expected.extend(bytes(&by));
            } else {
                expected.push(byte);
            }
        }
        prop_assert_eq!(bytes(&replaced), expected);
    }

    #[test]
    fn case_keeps_places(text in texts()) {
        for (changed, expected) in [
            (text.to_uppercase(), text.as_str().to_uppercase()),
            (text.to_lowercase(), text.as_str().to_lowercase()),
        ] {
            prop_assert_eq!(changed.as_str(), expected);
            // Characters that grow or shrink come from their old bytes as a whole.
            let places: Vec<_> = changed.runs().filter_map(|(_, r)| r.origin.span()).collect();
            prop_assert_eq!(places.iter().map(Span::len).sum::<usize>(), text.len());
        }
    }

    #[test]
    fn quote_keeps_places(text in texts()) {
        let escape = |c: char| (c == 'a').then(|| "\\a".to_owned());
        let quoted = text.quote("\"", escape);
        prop_assert_eq!(
            quoted.as_str(),
            format!("\"{}\"", text.as_str().replace('a', "\\a"))
        );
        // Every byte of the text is where a byte of the quoted one says it came from.
        let covered: usize = quoted
            .runs()
            .filter_map(|(_, r)| r.origin.span())
            .map(|s| s.len())
            .sum();
        prop_assert_eq!(covered, text.len());
        let mut old = bytes(&text).into_iter();
        let new = bytes(&quoted);
        let mut at = 1;
        while at + 1 < new.len() {
            let expected = old.next();
            if expected.is_some_and(|b| b.0 == b'a') {
                prop_assert_eq!(&quoted.as_str()[at..at + 2], "\\a");
                at += 2;
            } else {
                prop_assert_eq!(Some(new[at]), expected);
                at += 1;
            }
        }
    }

    #[test]
    fn what_is_unknown_stays_unknown(text in texts(), at in 0_usize..24) {
        let at = boundary(&text, at);
        let unknown = Text::of_unknown("?", Unknown::new("no value"), Origin::nowhere());
        let mixed = Text::concat([&text.slice(0..at), &unknown, &text.slice(at..text.len())]);
        prop_assert!(mixed.unknown().is_some());
        prop_assert!(mixed.to_uppercase().unknown().is_some());
        prop_assert!(mixed.indent(&made(" ")).unknown().is_some());
        prop_assert!(mixed.replaced_by("x").unknown().is_some());
        prop_assert!(mixed.slice(0..at).unknown().is_none());
        prop_assert!(mixed.slice(at..at + 1).is_wholly_unknown());
    }
}

#[test]
fn the_origin_of_a_whole_covers_its_parts() {
    let sources = Sources::new();
    let a = sources.add("a", "0123456789", Role::Code);
    let b = sources.add("b", "x", Role::Settings);
    let text = sources.text(a);
    let mixed = Text::concat([&text.slice(2..3), &sources.text(b), &text.slice(7..9)]);
    assert_eq!(mixed.origin().span(), Some(Span::new(a, 2, 9)));
    assert_eq!(mixed.primary(&sources).span(), Some(Span::new(b, 0, 1)));
    assert_eq!(mixed.slice(1..1).origin().span(), Some(Span::new(b, 0, 0)));
}
