//! What the hand-written readers of small languages have in common: a cursor over a text.

use std::ops::Range;

use crate::trace::{Map, Node, Origin, Problem, Text, Value};

/// Which comments a language has.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Comments {
    /// `// …`
    pub(crate) slashes: bool,
    /// `# …`
    pub(crate) hash: bool,
    /// `/* … */`
    pub(crate) block: bool,
    /// `-- …` and `--[[ … ]]`
    pub(crate) dashes: bool,
}

/// Collections and blocks may be nested so deep.
pub(crate) const MAX_DEPTH: usize = 100;

/// A cursor over a text.
pub(crate) struct Scanner<'a> {
    pub(crate) text: &'a Text,
    pub(crate) chars: &'a str,
    pub(crate) at: usize,
    pub(crate) problems: Vec<Problem>,
    /// Which characters open and close strings, for skipping.
    pub(crate) quotes: &'static [char],
    /// Strings may go over several lines. Where they may not, one that is not closed ends
    /// nothing but its line.
    pub(crate) long_strings: bool,
    comments: Comments,
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(text: &'a Text, comments: Comments, quotes: &'static [char]) -> Self {
        let chars = text.as_str();
        Self {
            text,
            chars,
            at: if chars.starts_with('\u{feff}') { 3 } else { 0 },
            problems: Vec::new(),
            quotes,
            long_strings: false,
            comments,
        }
    }

    pub(crate) fn rest(&self) -> &'a str {
        self.chars.get(self.at..).unwrap_or_default()
    }

    pub(crate) fn is_end(&self) -> bool {
        self.at >= self.chars.len()
    }

    pub(crate) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Moves on by one character.
    pub(crate) fn bump(&mut self) {
        self.at += self.peek().map_or(0, char::len_utf8);
    }

    /// Moves over `what` if it is next.
    pub(crate) fn eat(&mut self, what: &str) -> bool {
        let found = self.rest().starts_with(what);
        if found {
            self.at += what.len();
        }
        found
    }

    /// Moves over the word `what` if it is next and no longer word starts here.
    pub(crate) fn eat_word(&mut self, what: &str) -> bool {
        let rest = self.rest();
        let found = rest.get(..what.len()).is_some_and(|w| w == what)
            && !rest[what.len()..].starts_with(is_word);
        if found {
            self.at += what.len();
        }
        found
    }

    /// The characters for which `is` holds, from the cursor on; moves over them.
    pub(crate) fn take_while(&mut self, is: impl Fn(char) -> bool) -> Range<usize> {
        let start = self.at;
        let rest = self.rest();
        self.at += rest.find(|c| !is(c)).unwrap_or(rest.len());
        start..self.at
    }

    /// A name: letters, digits, `_`, `$`; not starting with a digit. None if there is none.
    pub(crate) fn name(&mut self) -> Option<Range<usize>> {
        let first = self.peek()?;
        if !is_word(first) || first.is_ascii_digit() {
            return None;
        }
        Some(self.take_while(is_word))
    }

    pub(crate) fn slice(&self, range: Range<usize>) -> &'a str {
        self.chars.get(range).unwrap_or_default()
    }

    pub(crate) fn origin(&self, range: Range<usize>) -> Origin {
        self.text.origin_of(range)
    }

    /// A key and where it was written.
    pub(crate) fn key(&self, range: Range<usize>) -> (String, Origin) {
        (self.slice(range.clone()).to_owned(), self.origin(range))
    }

    pub(crate) fn problem(&mut self, message: impl Into<String>, range: Range<usize>) {
        let span = self.origin(range).nearest_span();
        self.problems.push(Problem::new(message, span));
    }

    /// Moves over white space and comments; true if there was a line break.
    pub(crate) fn skip(&mut self) -> bool {
        let start = self.at;
        loop {
            self.take_while(char::is_whitespace);
            if !self.comment() && !self.template_line() {
                break;
            }
        }
        self.slice(start..self.at).contains('\n')
    }

    /// Moves over white space within the line, and over comments that end in it.
    pub(crate) fn skip_in_line(&mut self) {
        loop {
            self.take_while(|c| c.is_whitespace() && c != '\n');
            if self.rest().starts_with("--[") || !self.comment() {
                break;
            }
        }
    }

    /// Moves over one comment, if there is one.
    pub(crate) fn comment(&mut self) -> bool {
        let rest = self.rest();
        let of = self.comments;
        if of.dashes && rest.starts_with("--") {
            self.at += 2;
            if let Some(inside) = self.long_bracket() {
                self.at = inside.end;
                self.bump();
                self.take_while(|c| c == '=');
                self.bump();
            } else {
                self.take_while(|c| c != '\n');
            }
            return true;
        }
        if of.block && rest.starts_with("/*") {
            self.at = rest[2..]
                .find("*/")
                .map_or(self.chars.len(), |n| self.at + 2 + n + 2);
            return true;
        }
        if (of.hash && rest.starts_with('#')) || (of.slashes && rest.starts_with("//")) {
            self.take_while(|c| c != '\n');
            return true;
        }
        false
    }

    /// Moves over a line that is only a mark of another tool, `{{ … }}`: what is around it is
    /// still worth reading.
    fn template_line(&mut self) -> bool {
        if !self.rest().starts_with("{{") {
            return false;
        }
        let line = self.rest().lines().next().unwrap_or_default();
        let before = self.slice(0..self.at);
        let alone = before.trim_end_matches([' ', '\t']);
        let found = line.trim_end().ends_with("}}")
            && line.matches("{{").count() == 1
            && (alone.is_empty() || alone.ends_with(['\n', '\u{feff}']));
        if found {
            self.at += line.len();
        }
        found
    }

    /// The inside of `[[ … ]]` or `[=[ … ]=]` at the cursor, which does not move.
    pub(crate) fn long_bracket(&self) -> Option<Range<usize>> {
        let after = self.rest().strip_prefix('[')?;
        let level = after.bytes().take_while(|b| *b == b'=').count();
        let inside = after.get(level..)?.strip_prefix('[')?;
        let close = format!("]{}]", "=".repeat(level));
        let start = self.at + level + 2;
        let len = inside.find(&close).unwrap_or(inside.len());
        Some(start..start + len)
    }

    /// The inside of the string that starts at the cursor with `mark`; moves behind it.
    ///
    /// A backslash keeps the mark from closing. None, without moving, if it is never closed.
    pub(crate) fn quoted(&mut self, mark: &str) -> Option<Range<usize>> {
        let inside = self.rest().strip_prefix(mark)?;
        let start = self.at + mark.len();
        let bytes = inside.as_bytes();
        let long = self.long_strings || mark == "`";
        let mut i = 0;
        while i < bytes.len() {
            if bytes[i] == b'\\' {
                i += 2;
            } else if bytes[i] == b'\n' && !long {
                return None;
            } else if bytes[i..].starts_with(mark.as_bytes()) {
                self.at = start + i + mark.len();
                return Some(start..start + i);
            } else {
                i += 1;
            }
        }
        None
    }

    /// Moves to the first of `stops` (or a line break, if `line`) outside brackets, strings and
    /// comments, or to the bracket that closes what the cursor is in, or to the end.
    pub(crate) fn skip_to(&mut self, stops: &[char], line: bool) {
        let mut depth = 0_usize;
        while let Some(c) = self.peek() {
            if depth == 0 && (stops.contains(&c) || (line && c == '\n')) {
                return;
            }
            match c {
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => {
                    if depth == 0 {
                        return;
                    }
                    depth -= 1;
                }
                c if self.quotes.contains(&c)
                    && self.quoted(c.encode_utf8(&mut [0; 4])).is_some() =>
                {
                    continue;
                }
                _ if self.comment() => continue,
                _ => {}
            }
            self.bump();
        }
    }

    /// Moves over the brackets that open at the cursor and all that is in them.
    pub(crate) fn skip_brackets(&mut self) {
        self.bump();
        self.skip_to(&[], false);
        self.bump();
    }

    /// Something that is written in `range` and that only the running program knows; it says
    /// `why` if the text itself does not.
    pub(crate) fn unknown(&self, range: Range<usize>, why: &str) -> Node {
        let origin = self.origin(range.clone());
        match self.text.slice(range).unknown() {
            Some(why) => Node::new(Value::Unknown(why.clone()), origin),
            None => Node::unknown(why, origin),
        }
    }

    /// Passes over brackets that open at the cursor, too deep for what was begun at `start`;
    /// `what` says of what there may be no more.
    pub(crate) fn too_deep(&mut self, what: &str, start: usize) -> Node {
        let at = self.at;
        let message = format!("{what} are nested deeper than the limit of {MAX_DEPTH}");
        self.problem(&*message, at..at + 1);
        self.skip_brackets();
        self.unknown(start..self.at, &message)
    }

    /// The values of a list whose bracket opens at the cursor, with commas or nothing between
    /// them. It ends behind one of `close`, or before one of `stops`.
    pub(crate) fn items(
        &mut self,
        close: &[char],
        stops: &[char],
        value: impl Fn(&mut Self) -> Node,
    ) -> Vec<Node> {
        let mut items = Vec::new();
        self.bump();
        loop {
            self.skip();
            match self.peek() {
                Some(c) if close.contains(&c) => {
                    self.bump();
                    return items;
                }
                Some(',') => self.bump(),
                Some(c) if !stops.contains(&c) => {
                    let before = self.at;
                    items.push(value(self));
                    if self.at == before {
                        self.bump();
                    }
                }
                _ => return items,
            }
        }
    }

    /// Reads the whole text with `read`, which stops at a bracket that nothing has opened.
    pub(crate) fn all(mut self, read: impl Fn(&mut Self, &mut Map)) -> (Node, Vec<Problem>) {
        let mut root = Map::new();
        loop {
            read(&mut self, &mut root);
            if self.is_end() {
                return self.finish(root);
            }
            let at = self.at;
            self.problem("closing bracket without an opening one", at..at + 1);
            self.bump();
        }
    }

    /// What was read, as that of the whole text.
    pub(crate) fn finish(self, root: Map) -> (Node, Vec<Problem>) {
        let origin = self.origin(0..self.chars.len());
        (Node::map(root, origin), self.problems)
    }

    /// The range from `start` to the cursor without white space at its end.
    pub(crate) fn since(&self, start: usize) -> Range<usize> {
        start..start + self.slice(start..self.at).trim_end().len()
    }
}

/// Whether a character can be in a name.
pub(crate) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}
