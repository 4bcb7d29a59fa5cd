//! Letter case and words: `title`, `camelcase`, `initials` …

use std::cell::Cell;

use super::args::text;
use super::{Function, pure};
use crate::evaluate::helm::value::Val;
use crate::trace::Text;

pub(super) const ALL: &[Function] = &[
    pure("title", "s", |_, a| Ok(Val::text(title(&text(a, 0))))),
    pure("untitle", "s", |_, a| Ok(Val::text(untitle(&text(a, 0))))),
    pure("swapcase", "s", |_, a| Ok(Val::text(swapcase(&text(a, 0))))),
    pure("initials", "s", |_, a| Ok(Val::text(initials(&text(a, 0))))),
    pure("snakecase", "s", |_, a| {
        Ok(Val::text(joined_words(&text(a, 0), '_')))
    }),
    pure("kebabcase", "s", |_, a| {
        Ok(Val::text(joined_words(&text(a, 0), '-')))
    }),
    pure("camelcase", "s", |_, a| Ok(Val::text(pascal(&text(a, 0))))),
];

fn title(t: &Text) -> Text {
    let before = Cell::new(' ');
    t.map_chars(|c| {
        let previous = before.replace(c);
        if previous.is_alphanumeric() || previous == '_' {
            c.to_string()
        } else {
            c.to_uppercase().collect()
        }
    })
}

fn untitle(t: &Text) -> Text {
    let start = Cell::new(true);
    t.map_chars(|c| {
        if c.is_whitespace() {
            start.set(true);
            c.to_string()
        } else if start.replace(false) {
            c.to_lowercase().collect()
        } else {
            c.to_string()
        }
    })
}

fn swapcase(t: &Text) -> Text {
    t.map_chars(|c| {
        if c.is_uppercase() {
            c.to_lowercase().collect::<String>()
        } else {
            c.to_uppercase().collect()
        }
    })
}

fn initials(t: &Text) -> Text {
    let start = Cell::new(true);
    t.map_chars(|c| {
        if c.is_whitespace() {
            start.set(true);
            String::new()
        } else if start.replace(false) {
            c.to_string()
        } else {
            String::new()
        }
    })
}

/// What a word is made of.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Class {
    Number,
    /// One capital letter and what follows in small ones, or capitals only.
    Upper,
    Lower,
    Connector,
    Punctuation,
    Other,
}

fn is_connector(c: char) -> bool {
    c == '-' || c == '_' || c.is_whitespace()
}

fn class(c: char) -> Class {
    match c {
        c if is_connector(c) => Class::Connector,
        c if c.is_ascii_punctuation() && !"$+<=>^`|~".contains(c) => Class::Punctuation,
        c if c.is_uppercase() => Class::Upper,
        c if c.is_alphabetic() => Class::Lower,
        c if c.is_numeric() => Class::Number,
        _ => Class::Other,
    }
}

/// The words of a text in any of the usual spellings: `HTTPServer2` is `HTTP`, `Server`, `2`.
fn words(t: &Text) -> Vec<(Class, Text)> {
    let chars: Vec<(usize, char)> = t.as_str().char_indices().collect();
    let kind = |i: usize| chars.get(i).map(|(_, c)| class(*c));
    let mut out = Vec::new();
    let mut i = 0;
    while let Some(this) = kind(i) {
        let start = i;
        i += 1;
        let go_on = |i: &mut usize, wanted: Class| {
            while kind(*i) == Some(wanted) {
                *i += 1;
            }
        };
        match (this, kind(i)) {
            (Class::Upper, Some(Class::Upper)) => {
                go_on(&mut i, Class::Upper);
                if kind(i) == Some(Class::Lower) {
                    i -= 1;
                }
            }
            (Class::Upper, _) => go_on(&mut i, Class::Lower),
            (same, _) => go_on(&mut i, same),
        }
        let at = |i: usize| chars.get(i).map_or(t.len(), |(at, _)| *at);
        out.push((this, t.slice(at(start)..at(i))));
    }
    out
}

/// Words in lower case with `connector` between: `HTTPServer2xx` as `http_server_2xx`.
fn joined_words(t: &Text, connector: char) -> Text {
    let words = words(t);
    let kind = |i: usize| words.get(i).map(|(class, _)| *class);
    let mut out = Text::opaque("", t.origin_at(0));
    let push = |out: &mut Text, i: usize| match words.get(i) {
        Some((Class::Upper, word)) => out.push(&word.to_lowercase()),
        Some((Class::Connector, word)) => out.push(&word.map_chars(|_| connector.to_string())),
        Some((_, word)) => out.push(word),
        None => {}
    };
    let connect = |out: &mut Text, i: usize| {
        if let Some((class, word)) = words.get(i)
            && !matches!(class, Class::Connector | Class::Punctuation)
        {
            out.push_str(&connector.to_string(), &word.slice(0..0).origin());
        }
    };
    // A number takes the small letters behind it along.
    let push_tail = |out: &mut Text, i: &mut usize| {
        while matches!(kind(*i), Some(Class::Lower | Class::Number)) {
            push(out, *i);
            *i += 1;
        }
        connect(out, *i);
    };
    let mut i = 0;
    while i + 1 < words.len() {
        push(&mut out, i);
        let before = kind(i);
        i += 1;
        match before {
            Some(Class::Number) => push_tail(&mut out, &mut i),
            Some(Class::Connector | Class::Punctuation) => {}
            _ if kind(i) != Some(Class::Number) => connect(&mut out, i),
            _ if i + 1 == words.len() => {}
            _ if kind(i + 1) == Some(Class::Lower) => {
                connect(&mut out, i);
                push(&mut out, i);
                i += 1;
                push_tail(&mut out, &mut i);
            }
            _ => {
                push(&mut out, i);
                i += 1;
                connect(&mut out, i);
            }
        }
    }
    push(&mut out, i);
    out
}

/// `some_words here` as `SomeWordsHere`; connectors at the ends and all but one of several
/// stay.
fn pascal(t: &Text) -> Text {
    let mut out = Text::opaque("", t.origin_at(0));
    let mut previous = None;
    let mut leading = true;
    let mut capitals = false;
    for (at, c) in t.as_str().char_indices() {
        let piece = t.slice(at..at + c.len_utf8());
        let behind = previous.replace((is_connector(c), piece.clone()));
        match behind {
            _ if is_connector(c) && leading => out.push(&piece),
            Some((true, before)) if is_connector(c) => out.push(&before),
            _ if is_connector(c) => {}
            Some((false, _)) => {
                if capitals && c.is_uppercase() {
                    out.push(&piece.to_lowercase());
                } else {
                    capitals = false;
                    out.push(&piece);
                }
            }
            _ => {
                leading = false;
                capitals = c.is_uppercase();
                out.push(&piece.to_uppercase());
            }
        }
    }
    if let Some((true, last)) = previous.filter(|_| !leading) {
        out.push(&last);
    }
    out
}
