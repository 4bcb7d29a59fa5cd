//! How a scalar is written: its style, its escapes, its folds.

use super::{Dialect, Emitter, INDENT, WIDTH};
use crate::trace::{Origin, Text};

/// The styles of scalars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Single,
    Double,
    Literal,
}

/// What a text allows.
pub(super) struct Analysis {
    multiline: bool,
    plain: bool,
    single: bool,
    block: bool,
}

fn printable(c: char, dialect: Dialect) -> bool {
    match c {
        '\n' | ' '..='~' => true,
        '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}' => true,
        '\t' => dialect == Dialect::V3,
        _ => false,
    }
}

fn breaks(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

impl Analysis {
    pub(super) fn of(s: &str, dialect: Dialect) -> Self {
        if s.is_empty() {
            return Self {
                multiline: false,
                plain: true,
                single: true,
                block: false,
            };
        }
        let mut indicators = s.starts_with("---") || s.starts_with("...");
        let (mut special, mut line_breaks) = (false, false);
        let (mut break_space, mut space_break) = (false, false);
        let mut previous = None;
        let mut chars = s.chars().peekable();
        while let Some(c) = chars.next() {
            let white_follows = chars
                .peek()
                .is_none_or(|n| *n == ' ' || *n == '\t' || breaks(*n));
            let white_before = previous.is_none_or(|p| p == ' ' || p == '\t' || breaks(p));
            indicators |= match (previous, c) {
                (
                    None,
                    '#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"'
                    | '%' | '@' | '`',
                ) => true,
                (None, '?' | '-') | (_, ':') => white_follows,
                (Some(_), '#') => white_before,
                _ => false,
            };
            special |= !printable(c, dialect);
            line_breaks |= breaks(c);
            break_space |= c == ' ' && previous.is_some_and(breaks);
            space_break |= breaks(c) && previous == Some(' ');
            previous = Some(c);
        }
        // Go-yaml v3 takes tabs in block scalars only.
        let tabs = s.contains('\t');
        let edge = |c: char| c == ' ' || breaks(c);
        let edges = s.starts_with(edge) || s.ends_with(edge);
        Self {
            multiline: line_breaks,
            plain: !(indicators
                || special
                || tabs
                || line_breaks
                || edges
                || break_space
                || space_break),
            single: !(special || tabs || break_space || space_break),
            block: !(s.ends_with(' ') || special || space_break),
        }
    }

    /// The style in which a text that should have `wanted` can be written.
    pub(super) fn choose(&self, wanted: Style, key: bool, s: &str) -> Style {
        let mut style = wanted;
        if key && self.multiline {
            style = Style::Double;
        }
        if style == Style::Plain && (!self.plain || (key && s.is_empty())) {
            style = Style::Single;
        }
        if style == Style::Single && !self.single {
            style = Style::Double;
        }
        if style == Style::Literal && (!self.block || key) {
            style = Style::Double;
        }
        style
    }
}

/// A scalar to write.
pub(super) struct Job<'a> {
    /// The indent of its further lines.
    pub indent: i32,
    /// Whether it may be folded.
    pub fold: bool,
    pub text: &'a Text,
}

impl Job<'_> {
    pub(super) fn write(&self, e: &mut Emitter, style: Style) {
        match style {
            Style::Plain => self.plain(e),
            Style::Single => self.single(e),
            Style::Double => self.double(e),
            Style::Literal => self.literal(e),
        }
    }

    fn origin(&self) -> Origin {
        self.text.origin()
    }

    /// Writes the characters, `each` of which may take care of itself; the others are written
    /// in whole pieces.
    fn pieces(&self, e: &mut Emitter, mut each: impl FnMut(&mut Emitter, &At<'_>) -> bool) {
        let s = self.text.as_str();
        let mut start = 0;
        let mut spaces = false;
        for (i, c) in s.char_indices() {
            let at = At {
                c,
                first: i == 0,
                next: s.get(i + c.len_utf8()..).and_then(|r| r.chars().next()),
                spaces,
                text: self.text,
                offset: i,
            };
            spaces = c == ' ';
            let mut special = |e: &mut Emitter| {
                let held = self.text.slice(start..i);
                if !held.is_empty() {
                    e.put_text(&held);
                }
                each(e, &at)
            };
            if at.interesting() {
                let taken = special(e);
                start = if taken { i + c.len_utf8() } else { i };
            }
        }
        let held = self.text.slice(start..s.len());
        if !held.is_empty() {
            e.put_text(&held);
        }
    }

    fn plain(&self, e: &mut Emitter) {
        let origin = self.origin();
        if !e.white && !self.text.is_empty() {
            e.put(" ", &origin);
        }
        self.pieces(e, |e, at| {
            if at.c != ' ' || !self.may_fold(e, at) || at.next == Some(' ') {
                return false;
            }
            e.indent_to(self.indent, &origin);
            true
        });
        e.white = false;
        e.indention = false;
    }

    fn may_fold(&self, e: &mut Emitter, at: &At<'_>) -> bool {
        // What has been written of this line is no more mere indentation.
        e.indention = false;
        self.fold && !at.spaces && e.column > WIDTH
    }

    fn single(&self, e: &mut Emitter) {
        let origin = self.origin();
        e.indicator("'", true, false, false, &origin);
        self.pieces(e, |e, at| match at.c {
            ' ' if self.may_fold(e, at) && !at.first && at.next.is_some_and(|n| n != ' ') => {
                e.indent_to(self.indent, &origin);
                true
            }
            '\'' => {
                e.put("'", &at.origin());
                false
            }
            c if breaks(c) => {
                e.put_text(&self.text.slice(at.offset..at.offset + c.len_utf8()));
                e.column = 0;
                e.indention = true;
                if at.next.is_some_and(|n| !breaks(n)) {
                    e.indent_to(self.indent, &origin);
                }
                true
            }
            _ => false,
        });
        e.indicator("'", false, false, false, &origin);
    }

    fn double(&self, e: &mut Emitter) {
        let origin = self.origin();
        let dialect = e.dialect;
        e.indicator("\"", true, false, false, &origin);
        self.pieces(e, |e, at| {
            if at.c == ' ' {
                if !self.may_fold(e, at) || at.first || at.next.is_none() {
                    return false;
                }
                e.indent_to(self.indent, &origin);
                if at.next == Some(' ') {
                    e.put("\\", &origin);
                }
                return true;
            }
            let escape = match at.c {
                '\0' => "\\0".to_owned(),
                '\u{7}' => "\\a".to_owned(),
                '\u{8}' => "\\b".to_owned(),
                '\t' => "\\t".to_owned(),
                '\n' => "\\n".to_owned(),
                '\u{b}' => "\\v".to_owned(),
                '\u{c}' => "\\f".to_owned(),
                '\r' => "\\r".to_owned(),
                '\u{1b}' => "\\e".to_owned(),
                '"' => "\\\"".to_owned(),
                '\\' => "\\\\".to_owned(),
                '\u{85}' => "\\N".to_owned(),
                '\u{2028}' => "\\L".to_owned(),
                '\u{2029}' => "\\P".to_owned(),
                c if printable(c, dialect) && c != '\u{feff}' => return false,
                c if (c as u32) <= 0xff => format!("\\x{:02X}", c as u32),
                c if (c as u32) <= 0xffff => format!("\\u{:04X}", c as u32),
                c => format!("\\U{:08X}", c as u32),
            };
            e.put(&escape, &at.origin());
            true
        });
        e.indicator("\"", false, false, false, &origin);
    }

    fn literal(&self, e: &mut Emitter) {
        let origin = self.origin();
        let s = self.text.as_str();
        e.indicator("|", true, false, false, &origin);
        if s.starts_with(|c: char| c == ' ' || breaks(c)) {
            e.put(&INDENT.to_string(), &origin);
        }
        let mut back = s.chars().rev();
        match (back.next(), back.next()) {
            (Some(last), _) if !breaks(last) => e.put("-", &origin),
            (Some(_), None) => e.put("+", &origin),
            (Some(_), Some(before)) if breaks(before) => e.put("+", &origin),
            (None, _) => e.put("-", &origin),
            _ => {}
        }
        e.line_break(&origin);
        e.indention = true;
        e.white = true;
        let mut start = 0;
        for line in s.split_inclusive('\n') {
            let end = start + line.len();
            if line != "\n" {
                e.indent_to(self.indent, &origin);
            }
            e.put_text(&self.text.slice(start..end));
            if line.ends_with('\n') {
                e.column = 0;
                e.indention = true;
                e.white = true;
            } else {
                e.indention = false;
            }
            start = end;
        }
    }
}

/// A character and what is around it.
#[derive(Clone, Copy)]
struct At<'a> {
    c: char,
    first: bool,
    next: Option<char>,
    /// Whether the character before was a space.
    spaces: bool,
    text: &'a Text,
    offset: usize,
}

impl At<'_> {
    /// Whether any style does more with it than copying.
    fn interesting(&self) -> bool {
        !self.c.is_ascii_alphanumeric() && !matches!(self.c, '-' | '.' | '/' | ',' | ':' | '_')
    }

    fn origin(&self) -> Origin {
        self.text
            .slice(self.offset..self.offset + self.c.len_utf8())
            .origin()
    }
}
