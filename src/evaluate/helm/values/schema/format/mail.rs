//! Addresses of mail as Go's `net/mail` reads them: with a name before and a comment after, and
//! as a group of one.

use super::is_ip;

/// Whether `text` is one address.
pub(super) fn is_address(text: &str) -> bool {
    let mut parser = Parser { rest: text };
    parser.entry(true) == Some(1) && parser.skip_comments().is_some() && parser.rest.is_empty()
}

struct Parser<'t> {
    rest: &'t str,
}

impl<'t> Parser<'t> {
    /// An address or a group: how many addresses there are in it.
    fn entry(&mut self, groups: bool) -> Option<usize> {
        self.skip_spaces();
        let start = self.rest;
        if self.plain().is_some() {
            self.skip_spaces();
            if self.take('(') {
                self.comment()?;
            }
            return Some(1);
        }
        self.rest = start;
        if !self.rest.starts_with('<') {
            self.name()?;
        }
        self.skip_spaces();
        if groups && self.take(':') {
            return self.group();
        }
        self.need('<')?;
        self.plain()?;
        self.need('>')?;
        Some(1)
    }

    fn group(&mut self) -> Option<usize> {
        let mut count = 0;
        self.skip_spaces();
        if self.take(';') {
            self.skip_comments()?;
            return Some(0);
        }
        loop {
            count += self.entry(false)?;
            self.skip_comments()?;
            if self.take(';') {
                self.skip_comments()?;
                return Some(count);
            }
            self.need(',')?;
        }
    }

    /// `local@domain`.
    fn plain(&mut self) -> Option<()> {
        self.skip_spaces();
        if self.rest.starts_with('"') {
            self.quoted().filter(|q| !q.is_empty())?;
        } else {
            self.dotted()?;
        }
        self.need('@')?;
        self.skip_spaces();
        if self.take('[') {
            let (literal, rest) = self.rest.split_once(']')?;
            self.rest = rest;
            return is_ip(literal).then_some(());
        }
        self.dotted()
    }

    /// Words, of which one is enough.
    fn name(&mut self) -> Option<()> {
        let mut words = 0;
        loop {
            if words > 0 {
                self.skip_comments()?;
            }
            self.skip_spaces();
            let before = self.rest;
            let word = if before.starts_with('"') {
                self.quoted()
            } else {
                self.atom().filter(|word| !is_of_other_charset(word))
            };
            if word.is_none() {
                return (words > 0).then_some(());
            }
            words += 1;
        }
    }

    /// Characters without those that have a meaning; with dots.
    fn atom(&mut self) -> Option<&'t str> {
        let is_special = |c: char| c <= ' ' || c == '\u{7f}' || "()<>[]:;@\\,\"".contains(c);
        let end = self.rest.find(is_special).unwrap_or(self.rest.len());
        let (atom, rest) = self.rest.split_at(end);
        self.rest = rest;
        (!atom.is_empty()).then_some(atom)
    }

    fn dotted(&mut self) -> Option<()> {
        let atom = self.atom()?;
        atom.split('.').all(|part| !part.is_empty()).then_some(())
    }

    /// What is between quotes.
    fn quoted(&mut self) -> Option<&'t str> {
        let inner = self.rest.strip_prefix('"')?;
        let mut is_escaped = false;
        for (at, c) in inner.char_indices() {
            if (c < ' ' && c != '\t') || c == '\u{7f}' {
                return None;
            }
            match c {
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = true,
                '"' => {
                    self.rest = inner.get(at + 1..)?;
                    return inner.get(..at);
                }
                _ => {}
            }
        }
        None
    }

    /// A comment whose parenthesis is taken, with those in it.
    fn comment(&mut self) -> Option<()> {
        let mut depth = 1_usize;
        let mut is_escaped = false;
        for (at, c) in self.rest.char_indices() {
            match c {
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = true,
                '(' => depth += 1,
                ')' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                self.rest = self.rest.get(at + 1..)?;
                return Some(());
            }
        }
        None
    }

    fn skip_comments(&mut self) -> Option<()> {
        self.skip_spaces();
        while self.take('(') {
            self.comment()?;
            self.skip_spaces();
        }
        Some(())
    }

    fn skip_spaces(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t']);
    }

    fn take(&mut self, c: char) -> bool {
        let rest = self.rest.strip_prefix(c);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn need(&mut self, c: char) -> Option<()> {
        self.take(c).then_some(())
    }
}

/// Whether `word` is encoded, `=?charset?q?text?=`, in a way that Go doesn't decode.
fn is_of_other_charset(word: &str) -> bool {
    let inner = word.strip_prefix("=?").and_then(|w| w.strip_suffix("?="));
    let mut parts = inner.unwrap_or("").split('?');
    let (Some(charset), Some(way), Some(_), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let known = ["utf-8", "iso-8859-1", "us-ascii"];
    !charset.is_empty()
        && matches!(way, "q" | "Q" | "b" | "B")
        && !known.contains(&charset.to_lowercase().as_str())
}
