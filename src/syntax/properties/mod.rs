//! Line formats of keys and values: Java properties, INI, and what is like them.

#[cfg(test)]
mod tests;

use std::ops::Range;

use super::escape::{self, Decoded};
use super::tree;
use crate::trace::{Map, Node, Origin, Problem, Text, Value};

/// How a line format is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    /// Characters that start a comment at the beginning of a line.
    pub comments: &'static [char],
    /// Characters that start a comment behind white space after a value.
    pub inline_comments: &'static [char],
    /// Characters between key and value.
    pub separators: &'static [char],
    /// Whether white space alone separates as well.
    pub space: bool,
    /// Whether a backslash escapes characters and, at the end of a line, continues it.
    pub escapes: bool,
    /// Whether `[name]` opens a section.
    pub sections: bool,
    /// Whether quotes around a value are taken off.
    pub quotes: bool,
    /// Whether a key that occurs again makes a list; otherwise the last one counts.
    pub collect: bool,
    /// Lines that start with this word bring in other files; they are left out.
    pub include: Option<&'static str>,
}

/// Java `.properties`: values are texts, keys keep their dots.
pub const JAVA: Dialect = Dialect {
    comments: &['#', '!'],
    inline_comments: &[],
    separators: &['=', ':'],
    space: true,
    escapes: true,
    sections: false,
    quotes: false,
    collect: false,
    include: Some("include"),
};

/// INI with sections, quoted values and inline comments; a key without a value is `true`.
pub const INI: Dialect = Dialect {
    comments: &['#', ';'],
    inline_comments: &['#', ';'],
    separators: &['='],
    space: false,
    escapes: false,
    sections: true,
    quotes: true,
    collect: true,
    include: None,
};

/// Reads a line format into a map; sections are maps in it.
#[must_use]
pub fn parse(text: &Text, dialect: Dialect) -> (Node, Vec<Problem>) {
    let mut reader = Reader {
        text,
        chars: text.as_str(),
        dialect,
        root: Map::new(),
        section: Vec::new(),
        problems: Vec::new(),
    };
    let mut at = if reader.chars.starts_with('\u{feff}') {
        3
    } else {
        0
    };
    while at < reader.chars.len() {
        let end = reader.logical_line(at);
        reader.line(at..end);
        at = end;
    }
    let origin = text.origin_of(0..text.len());
    (Node::map(reader.root, origin), reader.problems)
}

struct Reader<'a> {
    text: &'a Text,
    chars: &'a str,
    dialect: Dialect,
    root: Map,
    section: Vec<tree::Key>,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    /// Where the line that starts at `at` ends, with all lines that continue it.
    fn logical_line(&self, at: usize) -> usize {
        let mut end = at;
        loop {
            let rest = &self.chars[end..];
            end += rest.find('\n').map_or(rest.len(), |n| n + 1);
            let line = self.chars[at..end].trim_end_matches(['\n', '\r']);
            let slashes = line.len() - line.trim_end_matches('\\').len();
            let comment = line.trim_start().starts_with(self.dialect.comments);
            if !self.dialect.escapes
                || slashes.is_multiple_of(2)
                || comment
                || end >= self.chars.len()
            {
                return end;
            }
        }
    }

    fn line(&mut self, range: Range<usize>) {
        let range = self.trimmed(range);
        let line = &self.chars[range.clone()];
        // Lines that are only a mark of another tool say nothing.
        let mark = line.starts_with("{{") && line.ends_with("}}");
        if line.is_empty() || mark || line.starts_with(self.dialect.comments) {
            return;
        }
        if self.dialect.sections && line.starts_with('[') {
            self.section(line, range);
            return;
        }
        if let Some(word) = self.dialect.include
            && let Some(after) = line.strip_prefix(word)
            && after.starts_with(char::is_whitespace)
            && !after.trim_start().starts_with(self.dialect.separators)
        {
            return;
        }
        let (key, value) = self.split(range);
        let name = escape_if(self.text, key.clone(), self.dialect.escapes);
        let node = match value {
            None if self.dialect.escapes => Node::new(
                Value::Text(self.text.slice(key.end..key.end)),
                self.text.origin_at(key.end),
            ),
            None => Node::new(Value::Bool(true), self.text.origin_of(key.clone())),
            Some(value) => self.value(value),
        };
        let mut path = self.section.clone();
        path.push((name.as_str().to_owned(), self.text.origin_of(key)));
        match tree::get(&self.root, &path) {
            Some(earlier) if self.dialect.collect => {
                if earlier.as_list().is_none() {
                    let list = Node::list(vec![earlier.clone()], earlier.origin.clone());
                    tree::set(&mut self.root, &path, list);
                }
                tree::push(&mut self.root, &path, node);
            }
            _ => tree::set(&mut self.root, &path, node),
        }
    }

    fn section(&mut self, line: &str, range: Range<usize>) {
        let Some(close) = line.find(']') else {
            let span = self.text.origin_of(range).nearest_span();
            self.problems
                .push(Problem::new("section has no closing bracket", span));
            return;
        };
        let name = self.trimmed(range.start + 1..range.start + close);
        let key: (String, Origin) = (
            self.chars[name.clone()].to_owned(),
            self.text.origin_of(name),
        );
        tree::enter(&mut self.root, &key);
        self.section = vec![key];
    }

    fn trimmed(&self, range: Range<usize>) -> Range<usize> {
        let chars = &self.chars[range.clone()];
        let start = range.start + chars.len() - chars.trim_start().len();
        start..start + chars.trim().len()
    }

    /// The ranges of key and value of a line.
    fn split(&self, range: Range<usize>) -> (Range<usize>, Option<Range<usize>>) {
        let line = &self.chars[range.clone()];
        let mut escaped = false;
        let found = line.char_indices().find(|(_, c)| {
            if escaped {
                escaped = false;
                return false;
            }
            escaped = self.dialect.escapes && *c == '\\';
            self.dialect.separators.contains(c) || (self.dialect.space && c.is_whitespace())
        });
        let Some((at, sign)) = found else {
            return (range, None);
        };
        let key = self.trimmed(range.start..range.start + at);
        let mut after = at + sign.len_utf8();
        if sign.is_whitespace() {
            // `key = value`: the white space belongs to the sign behind it.
            let rest = line[after..].trim_start();
            if rest.starts_with(self.dialect.separators) {
                after = line.len() - rest.len() + 1;
            }
        }
        (key, Some(self.trimmed(range.start + after..range.end)))
    }

    fn value(&self, range: Range<usize>) -> Node {
        let chars = &self.chars[range.clone()];
        if self.dialect.quotes
            && let Some(mark) = chars.chars().next().filter(|c| matches!(c, '"' | '\''))
            && let Some(len) = chars[1..].find(mark)
        {
            let inside = range.start + 1..range.start + 1 + len;
            let token = range.start..inside.end + 1;
            return Node::new(
                Value::Text(self.text.slice(inside)),
                self.text.origin_of(token),
            );
        }
        let comment = chars.char_indices().find(|(i, c)| {
            self.dialect.inline_comments.contains(c)
                && (*i == 0 || chars[..*i].ends_with(char::is_whitespace))
        });
        let range = match comment {
            Some((at, _)) => self.trimmed(range.start..range.start + at),
            None => range,
        };
        let origin = self.text.origin_of(range.clone());
        let text = escape_if(self.text, range, self.dialect.escapes);
        Node::new(Value::Text(text), origin)
    }
}

fn escape_if(text: &Text, range: Range<usize>, escapes: bool) -> Text {
    if escapes {
        escape::unescape(text, range, java)
    } else {
        text.slice(range)
    }
}

/// The escapes of Java properties; a continued line loses its indentation.
fn java(rest: &str) -> Option<Decoded> {
    let kind = rest[1..].chars().next()?;
    let len = 1 + kind.len_utf8();
    Some(match kind {
        'n' => ("\n".into(), len),
        't' => ("\t".into(), len),
        'r' => ("\r".into(), len),
        'f' => ("\x0c".into(), len),
        'u' => {
            let c = char::from_u32(escape::hex(rest, 2, 4)?)?;
            (c.into(), 6)
        }
        '\n' | '\r' => {
            let after = rest[1..].trim_start_matches(['\r', '\n']);
            let after = after.trim_start_matches([' ', '\t']);
            (String::new(), rest.len() - after.len())
        }
        other => (other.into(), len),
    })
}
