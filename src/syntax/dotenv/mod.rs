//! Dotenv files, as Compose reads `.env` and `env_file`.

#[cfg(test)]
mod tests;

use std::ops::Range;

use indexmap::IndexMap;

use super::escape::{self, Decoded};
use super::interpolation::{self, Expanded};
use super::piece::Pieces;
use crate::trace::{Map, Node, Origin, Problem, Text, Unknown, Value};

/// The entries of a dotenv file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct File {
    /// In order; a name may occur again, and the last one counts.
    pub entries: Vec<Entry>,
    /// Lines that are no entries.
    pub problems: Vec<Problem>,
}

/// One entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The name.
    pub key: Text,
    /// The value without quotes, escapes decoded, variables not yet replaced; none for a bare
    /// name, which takes its value from the environment.
    pub value: Option<Text>,
    /// How it was quoted.
    pub quoting: Quoting,
    /// The value as it was written, quotes included; for a bare name, the name.
    pub origin: Origin,
}

/// How a value was quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quoting {
    /// Not at all; variables are replaced.
    None,
    /// `'…'`: taken literally.
    Single,
    /// `"…"`: escapes are decoded and variables replaced.
    Double,
}

impl Entry {
    /// The value with its variables replaced; see [`interpolation::expand`].
    ///
    /// None for a bare name.
    #[must_use]
    pub fn expand(
        &self,
        get: &dyn Fn(&str) -> Option<Text>,
        missing: &dyn Fn(&Text) -> Text,
    ) -> Option<Expanded> {
        let value = self.value.as_ref()?;
        Some(match self.quoting {
            Quoting::Single => Expanded {
                text: value.clone(),
                problems: Vec::new(),
            },
            Quoting::None | Quoting::Double => interpolation::expand(value, get, missing),
        })
    }
}

impl File {
    /// The entries as a map of texts. Variables are looked up in `outer`, then among earlier
    /// entries; those without a value, and bare names, are unknown.
    #[must_use]
    pub fn to_node(&self, outer: &dyn Fn(&str) -> Option<Text>) -> (Node, Vec<Problem>) {
        let mut values: IndexMap<String, Text> = IndexMap::new();
        let mut map = Map::new();
        let mut problems = self.problems.clone();
        for entry in &self.entries {
            let name = entry.key.as_str().to_owned();
            let value = {
                let get = |name: &str| outer(name).or_else(|| values.get(name).cloned());
                entry.expand(&get, &|name| unset(name))
            };
            let node = match value {
                Some(expanded) => {
                    problems.extend(expanded.problems);
                    values.insert(name.clone(), expanded.text.clone());
                    Node::new(Value::Text(expanded.text), entry.origin.clone())
                }
                None => match outer(&name) {
                    Some(text) => Node::text(text),
                    None => {
                        let why = format!("variable {name} is taken from the environment");
                        Node::unknown(why, entry.origin.clone())
                    }
                },
            };
            map.insert(name, entry.key.origin(), node);
        }
        let origin = match (self.entries.first(), self.entries.last()) {
            (Some(first), Some(last)) => Text::concat([&first.key, &last.key]).origin(),
            _ => Origin::nowhere(),
        };
        (Node::map(map, origin), problems)
    }
}

/// What stands for a variable that has no value anywhere.
#[must_use]
pub fn unset(name: &Text) -> Text {
    let why = format!("variable {} has no value", name.as_str());
    Text::of_unknown(
        format!("${}", name.as_str()),
        Unknown::new(why),
        name.origin(),
    )
}

/// Reads a dotenv file. Lines that are no entries are problems; the rest is read.
#[must_use]
pub fn parse(text: &Text) -> File {
    let mut reader = Reader {
        text,
        chars: text.as_str(),
        at: 0,
        file: File::default(),
    };
    if reader.chars.starts_with('\u{feff}') {
        reader.at = 3;
    }
    while reader.skip_to_statement() {
        reader.statement();
    }
    reader.file
}

/// Reads a file as `docker run --env-file` does, or `env_file` with `format: raw`: everything
/// behind `=` is the value, quotes and dollar signs included.
#[must_use]
pub fn parse_raw(text: &Text) -> File {
    let mut file = File::default();
    for line in text.lines() {
        let line = line.trim_matches(|c| c == '\u{feff}');
        let chars = line.as_str();
        let start = chars.len() - chars.trim_start().len();
        if chars.trim().is_empty() || chars[start..].starts_with('#') {
            continue;
        }
        let equals = chars.find('=');
        let key = line.slice(start..equals.unwrap_or(chars.len())).trim();
        let value = equals.map(|at| line.slice(at + 1..line.len()));
        file.entries.push(Entry {
            origin: value.as_ref().unwrap_or(&key).origin(),
            key,
            value,
            quoting: Quoting::Single,
        });
    }
    file
}

struct Reader<'a> {
    text: &'a Text,
    chars: &'a str,
    at: usize,
    file: File,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.chars[self.at..]
    }

    /// Where the line that holds the cursor ends, without its line break.
    fn line_end(&self) -> usize {
        let end = self
            .rest()
            .find('\n')
            .map_or(self.chars.len(), |n| self.at + n);
        let bare = self.chars[self.at..end].strip_suffix('\r');
        bare.map_or(end, |bare| self.at + bare.len())
    }

    fn problem(&mut self, message: &str, range: Range<usize>) {
        let span = self.text.origin_of(range).nearest_span();
        self.file.problems.push(Problem::new(message, span));
    }

    /// Skips empty lines and comments; false at the end.
    fn skip_to_statement(&mut self) -> bool {
        loop {
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start().len();
            if !self.rest().starts_with('#') {
                return self.at < self.chars.len();
            }
            self.at = self.line_end();
        }
    }

    fn statement(&mut self) {
        let line = self.at..self.line_end();
        if let Some(after) = self.rest().strip_prefix("export")
            && after.starts_with([' ', '\t'])
        {
            let gap = after.len() - after.trim_start_matches([' ', '\t']).len();
            self.at = (self.at + 6 + gap).min(line.end);
        }
        let statement = &self.chars[self.at..line.end];
        let separator = statement.find(['=', ':']);
        let name = statement[..separator.unwrap_or(statement.len())].trim_end();
        // A bare name may have a comment behind it.
        let name = match (separator, name.split_once(" #")) {
            (None, Some((name, _))) => name.trim_end(),
            _ => name,
        };
        let key = self.at..self.at + name.len();
        if name.is_empty() || !name.chars().all(is_name) {
            self.problem("neither a comment nor NAME=value", line.clone());
            self.at = line.end;
            return;
        }
        let key = self.text.slice(key);
        let Some(separator) = separator else {
            self.at = line.end;
            self.file.entries.push(Entry {
                origin: key.origin(),
                key,
                value: None,
                quoting: Quoting::None,
            });
            return;
        };
        self.at += separator + 1;
        let after = &self.chars[self.at..line.end];
        let gap = after.len() - after.trim_start().len();
        self.at += gap;
        let entry = match self.rest().as_bytes().first() {
            Some(b'\'') if gap < after.len() => self.quoted(key, Quoting::Single),
            Some(b'"') if gap < after.len() => self.quoted(key, Quoting::Double),
            _ => Some(self.unquoted(key, gap > 0, line.end)),
        };
        match entry {
            Some(entry) => self.file.entries.push(entry),
            None => self.problem("the quotes of this value are not closed", self.at..line.end),
        }
        self.at = self.line_end();
    }

    fn unquoted(&mut self, key: Text, spaced: bool, end: usize) -> Entry {
        let value = &self.chars[self.at..end];
        let comment = if spaced && value.starts_with('#') {
            Some(0)
        } else {
            value.find(" #").or_else(|| value.find("\t#"))
        };
        let value = value[..comment.unwrap_or(value.len())].trim_end();
        let range = self.at..self.at + value.len();
        self.at = end;
        Entry {
            key,
            value: Some(self.text.slice(range.clone())),
            quoting: Quoting::None,
            origin: self.text.origin_of(range),
        }
    }

    /// A quoted value, which may go over several lines; none if it is never closed.
    fn quoted(&mut self, key: Text, quoting: Quoting) -> Option<Entry> {
        let mark = if quoting == Quoting::Single {
            b'\''
        } else {
            b'"'
        };
        let bytes = self.chars.as_bytes();
        let start = self.at;
        let mut end = start + 1;
        while *bytes.get(end)? != mark {
            let escaped = bytes[end] == b'\\'
                && bytes
                    .get(end + 1)
                    .is_some_and(|b| *b == mark || *b == b'\\');
            end += if escaped { 2 } else { 1 };
        }
        let decode = |rest: &str| match quoting {
            Quoting::Single => rest.starts_with("\\'").then(|| ("'".to_owned(), 2)),
            _ => double_quoted(rest),
        };
        let inside = unix_lines(self.text, start + 1..end);
        let value = escape::unescape(&inside, 0..inside.len(), decode);
        self.at = end + 1;
        Some(Entry {
            key,
            value: Some(value),
            quoting,
            origin: self.text.origin_of(start..end + 1),
        })
    }
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '[' | ']')
}

/// The range with `\n` for every `\r\n`.
fn unix_lines(text: &Text, range: Range<usize>) -> Text {
    let chars = &text.as_str()[range.clone()];
    let mut out = Pieces::new(text, range.start);
    let mut at = 0;
    for (found, _) in chars.match_indices("\r\n") {
        out.copy(range.start + at..range.start + found);
        out.decoded("\n", range.start + found..range.start + found + 2);
        at = found + 2;
    }
    out.copy(range.start + at..range.end);
    out.finish()
}

/// The escapes inside double quotes; a dollar sign is kept from being a reference.
fn double_quoted(rest: &str) -> Option<Decoded> {
    let kind = *rest.as_bytes().get(1)?;
    let plain = match kind {
        b'"' => "\"",
        b'\\' => "\\",
        b'$' => "$$",
        b'a' => "\x07",
        b'b' => "\x08",
        b'f' => "\x0c",
        b'n' => "\n",
        b'r' => "\r",
        b't' => "\t",
        b'v' => "\x0b",
        b'0' => {
            let digits = rest[2..]
                .bytes()
                .take(3)
                .take_while(u8::is_ascii_digit)
                .count();
            let code = u32::from_str_radix(&rest[1..2 + digits], 8).ok()?;
            return Some((char::from_u32(code)?.into(), 2 + digits));
        }
        _ => return None,
    };
    Some((plain.to_owned(), 2))
}
