//! `sed` scripts of substitutions.

use regex::Regex;

use crate::trace::Text;

/// `s/…/…/`
pub(super) struct Substitution {
    pattern: Regex,
    replacement: Vec<Piece>,
    all: bool,
}

enum Piece {
    Literal(Text),
    Group(usize),
}

/// The substitutions of a script; none if it holds anything else.
pub(super) fn parse(script: &Text, extended: bool) -> Option<Vec<Substitution>> {
    let chars = script.as_str();
    let mut out = Vec::new();
    let mut at = 0;
    loop {
        let rest = chars.get(at..)?;
        at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', ';']).len();
        if at >= chars.len() {
            return Some(out);
        }
        let rest = chars.get(at..)?.strip_prefix('s')?;
        let mark = rest
            .chars()
            .next()
            .filter(|c| !c.is_alphanumeric() && *c != '\\')?;
        let first = at + 1 + mark.len_utf8();
        let second = first + field(chars.get(first..)?, mark)? + mark.len_utf8();
        let third = second + field(chars.get(second..)?, mark)? + mark.len_utf8();
        let flags = chars.get(third..)?;
        let len = flags
            .find(|c: char| !c.is_ascii_alphanumeric())
            .unwrap_or(flags.len());
        let flags = &flags[..len];
        if flags.chars().any(|c| !matches!(c, 'g' | 'i' | 'I')) {
            return None;
        }
        let pattern = script.slice(first..second - mark.len_utf8());
        if pattern.unknown().is_some() {
            return None;
        }
        let pattern = pattern
            .as_str()
            .replace(&format!("\\{mark}"), &mark.to_string());
        let pattern = if extended {
            pattern
        } else {
            from_basic(&pattern)
        };
        let pattern = if flags.contains(['i', 'I']) {
            format!("(?i){pattern}")
        } else {
            pattern
        };
        out.push(Substitution {
            pattern: regex::RegexBuilder::new(&pattern)
                .size_limit(1 << 20)
                .build()
                .ok()?,
            replacement: replacement(&script.slice(second..third - mark.len_utf8())),
            all: flags.contains('g'),
        });
        at = third + len;
    }
}

/// How long the field up to an unescaped `mark` is.
fn field(chars: &str, mark: char) -> Option<usize> {
    let mut escaped = false;
    for (i, c) in chars.char_indices() {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == mark {
            return Some(i);
        }
    }
    None
}

/// A basic regular expression as an extended one: `\(` and `(` change places, and so on.
fn from_basic(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut chars = pattern.chars();
    let mut class = false;
    while let Some(c) = chars.next() {
        match c {
            '[' if !class => {
                class = true;
                out.push(c);
            }
            ']' if class && !out.ends_with('[') => {
                class = false;
                out.push(c);
            }
            _ if class => out.push(c),
            '\\' => match chars.next() {
                Some(c @ ('(' | ')' | '{' | '}' | '+' | '?' | '|')) => out.push(c),
                Some(other) => {
                    out.push('\\');
                    out.push(other);
                }
                None => out.push_str("\\\\"),
            },
            '(' | ')' | '{' | '}' | '+' | '?' | '|' => {
                out.push('\\');
                out.push(c);
            }
            '*' if out.is_empty() => out.push_str("\\*"),
            _ => out.push(c),
        }
    }
    out
}

fn replacement(text: &Text) -> Vec<Piece> {
    let chars = text.as_str();
    let mut out = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while let Some(found) = chars[at..].find(['\\', '&']) {
        let sign = at + found;
        let whole = chars[sign..].starts_with('&');
        let next = if whole {
            None
        } else {
            chars[sign + 1..].chars().next()
        };
        out.push(Piece::Literal(text.slice(start..sign)));
        let end = sign + 1 + next.map_or(0, char::len_utf8);
        match next {
            None if whole => out.push(Piece::Group(0)),
            None => {}
            Some(digit) if digit.is_ascii_digit() => {
                out.push(Piece::Group(digit as usize - '0' as usize));
            }
            Some('n') => {
                out.push(Piece::Literal(text.slice(sign..end).replaced_by("\n")));
            }
            Some(_) => out.push(Piece::Literal(text.slice(sign + 1..end))),
        }
        start = end;
        at = end;
    }
    out.push(Piece::Literal(text.slice(start..text.len())));
    out
}

/// Applies substitutions to each line; none if the result grows beyond `limit` bytes.
pub(super) fn apply(substitutions: &[Substitution], text: &Text, limit: usize) -> Option<Text> {
    let mut out = text.slice(0..0);
    let mut start = 0;
    for line in text.as_str().split_inclusive('\n') {
        let bare = line.trim_end_matches('\n').len();
        let mut changed = text.slice(start..start + bare);
        for substitution in substitutions {
            changed = substitution.line(&changed, limit)?;
        }
        out.push(&changed);
        out.push(&text.slice(start + bare..start + line.len()));
        start += line.len();
        if out.len() > limit {
            return None;
        }
    }
    Some(out)
}

impl Substitution {
    /// What it puts in place, if that is a whole `name = value` or `name: value` whatever was
    /// there before.
    pub(super) fn whole_line(&self) -> Option<Text> {
        let mut out = Text::default();
        for piece in &self.replacement {
            match piece {
                Piece::Literal(text) => out.push(text),
                Piece::Group(_) => return None,
            }
        }
        let line = out.as_str().trim_start();
        let name = line
            .split(['=', ':', ' ', '"'])
            .find(|part| !part.is_empty())?;
        let assigns = line[line.find(name)? + name.len()..]
            .trim_start_matches(['"', ' ', '\''])
            .starts_with(['=', ':']);
        let is_name = name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b));
        let same = self.pattern.as_str().contains(name);
        (assigns && is_name && same && !line.contains('\n')).then_some(out)
    }

    fn line(&self, line: &Text, limit: usize) -> Option<Text> {
        let mut out = line.slice(0..0);
        let mut at = 0;
        let count = if self.all { usize::MAX } else { 1 };
        for found in self.pattern.captures_iter(line.as_str()).take(count) {
            let whole = found.get(0)?;
            out.push(&line.slice(at..whole.start()));
            for piece in &self.replacement {
                match piece {
                    Piece::Literal(text) => out.push(text),
                    Piece::Group(n) => {
                        if let Some(group) = found.get(*n) {
                            out.push(&line.slice(group.range()));
                        }
                    }
                }
            }
            at = whole.end();
            if out.len() > limit {
                return None;
            }
        }
        out.push(&line.slice(at..line.len()));
        Some(out)
    }
}
