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
    pure("snakecase", "s", |_, a| Ok(Val::text(joined_words(&text(a, 0), '_')))),
    pure("kebabcase", "s", |_, a| Ok(Val::text(joined_words(&text(a, 0), '-')))),
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

/// What a part of a text in any of the usual spellings is.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Upper,
    Lower,
    Digit,
    Separator,
    Other,
}

fn part(c: char) -> Part {
    match c {
        '_' | '-' | ' ' => Part::Separator,
        c if c.is_uppercase() => Part::Upper,
        c if c.is_lowercase() => Part::Lower,
        c if c.is_numeric() => Part::Digit,
        _ => Part::Other,
    }
}

/// Words in lower case with `connector` between: `HTTPServer2Name` as `http_server_2_name`.
fn joined_words(t: &Text, connector: char) -> Text {
    let chars: Vec<(usize, char)> = t.as_str().char_indices().collect();
    let mut out = Text::opaque("", t.origin_at(0));
    let at = |i: usize| chars.get(i).map(|(_, c)| part(*c));
    for (i, (offset, c)) in chars.iter().enumerate() {
        let this = part(*c);
        let piece = t.slice(*offset..*offset + c.len_utf8());
        if this == Part::Separator {
            out.push(&piece.map_chars(|_| connector.to_string()));
            continue;
        }
        let previous = i.checked_sub(1).and_then(at);
        let next = at(i + 1);
        let boundary = match (previous, this) {
            (None | Some(Part::Separator), _) => false,
            (Some(Part::Upper), Part::Upper) => next == Some(Part::Lower),
            (Some(_), Part::Upper) => true,
            (Some(Part::Digit), Part::Lower) => false,
            (Some(Part::Lower), Part::Digit) => {
                // Digits belong to the word before if only lower case letters follow.
                let mut end = i;
                while at(end) == Some(Part::Digit) {
                    end += 1;
                }
                at(end) == Some(Part::Upper)
            }
            _ => false,
        };
        if boundary {
            out.push_str(&connector.to_string(), &piece.origin());
        }
        out.push(&piece.to_lowercase());
    }
    out
}

/// `some_words here` as `SomeWordsHere`.
fn pascal(t: &Text) -> Text {
    let s = t.as_str();
    let body = s.trim_start_matches(['_', '-', ' ']);
    let lead = s.len() - body.len();
    let tail = body.len() - body.trim_end_matches(['_', '-', ' ']).len();
    let start = Cell::new(true);
    let inner = t.slice(lead..s.len() - tail).map_chars(|c| {
        if part(c) == Part::Separator {
            start.set(true);
            String::new()
        } else if start.replace(false) {
            c.to_uppercase().collect()
        } else {
            c.to_string()
        }
    });
    Text::concat([&t.slice(0..lead), &inner, &t.slice(s.len() - tail..s.len())])
}
