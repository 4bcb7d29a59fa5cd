//! Words: quotes, escapes, variables, substitutions.

use std::ops::Range;

use super::{Operator, Part, Variable, Word};
use crate::syntax::escape;
use crate::syntax::scan::Scanner;
use crate::trace::{Text, Unknown};

/// Words may be nested so deep in the references of words.
const MAX_DEPTH: usize = 32;

/// Where a word ends.
#[derive(Clone, Copy, PartialEq)]
enum End {
    /// At white space or an operator.
    Unquoted,
    /// At `"`, which is left.
    DoubleQuote,
    /// At `}`, which is left.
    Brace,
    /// At the end of the text: the body of a here-document.
    Text,
}

struct Parts {
    parts: Vec<Part>,
    quoted: bool,
}

impl Parts {
    fn literal(&mut self, text: &Text) {
        if text.is_empty() {
            return;
        }
        if let Some(Part::Literal(last)) = self.parts.last_mut() {
            last.push(text);
        } else {
            self.parts.push(Part::Literal(text.clone()));
        }
    }
}

/// The word at the cursor; empty, without moving, if there is none.
pub(super) fn word(scan: &mut Scanner) -> Word {
    let start = scan.at;
    let mut out = Parts {
        parts: Vec::new(),
        quoted: false,
    };
    parts(scan, &mut out, End::Unquoted, false, 0);
    Word {
        parts: out.parts,
        origin: scan.origin(start..scan.at),
        quoted: out.quoted,
    }
}

/// The content of a here-document in which variables are replaced.
pub(super) fn document(text: &Text) -> Word {
    let mut scan = Scanner::new(text, Default::default(), &[]);
    scan.at = 0;
    scan.long_strings = true;
    let mut out = Parts {
        parts: Vec::new(),
        quoted: true,
    };
    parts(&mut scan, &mut out, End::Text, true, 0);
    Word {
        parts: out.parts,
        origin: text.origin(),
        quoted: true,
    }
}

/// A word that is `text` as it is.
pub(super) fn literal(text: Text) -> Word {
    Word {
        origin: text.origin(),
        parts: vec![Part::Literal(text)],
        quoted: true,
    }
}

/// Whether a character ends an unquoted word.
pub(super) fn is_meta(c: char) -> bool {
    matches!(
        c,
        ' ' | '\t' | '\r' | '\n' | ';' | '&' | '|' | '<' | '>' | '(' | ')'
    )
}

fn parts(scan: &mut Scanner, out: &mut Parts, end: End, quoted: bool, depth: usize) {
    loop {
        let start = scan.at;
        let rest = scan.rest();
        let stop = |c: char| match c {
            '$' | '`' | '\\' => true,
            '"' => end != End::Text,
            '\'' => !quoted,
            '}' => end == End::Brace,
            c => end == End::Unquoted && is_meta(c),
        };
        scan.at += rest.find(stop).unwrap_or(rest.len());
        out.literal(&scan.text.slice(start..scan.at));
        match scan.peek() {
            None => return,
            Some('\\') => backslash(scan, out, quoted),
            Some('$') => dollar(scan, out, quoted, depth),
            Some('`') => {
                let start = scan.at;
                if scan.quoted("`").is_none() {
                    scan.at = scan.chars.len();
                }
                unknown(scan, out, start..scan.at, "the output of");
            }
            Some('\'') => {
                let start = scan.at + 1;
                scan.bump();
                scan.take_while(|c| c != '\'');
                out.quoted = true;
                out.literal(&scan.text.slice(start..scan.at));
                scan.bump();
            }
            Some('"') if end == End::DoubleQuote => return,
            Some('"') => {
                scan.bump();
                out.quoted = true;
                if depth >= MAX_DEPTH {
                    let start = scan.at;
                    scan.at = scan.chars.len();
                    unknown(scan, out, start..scan.at, "it is nested too deep:");
                    return;
                }
                parts(scan, out, End::DoubleQuote, true, depth + 1);
                scan.eat("\"");
            }
            Some(_) => return,
        }
    }
}

/// A backslash: escapes a character; before a line break both are nothing.
fn backslash(scan: &mut Scanner, out: &mut Parts, quoted: bool) {
    let start = scan.at;
    scan.bump();
    let Some(next) = scan.peek() else {
        out.literal(&scan.text.slice(start..scan.at));
        return;
    };
    if next == '\n' || scan.rest().starts_with("\r\n") {
        scan.eat("\r");
        scan.eat("\n");
        return;
    }
    scan.bump();
    if quoted && !matches!(next, '$' | '`' | '"' | '\\') {
        out.literal(&scan.text.slice(start..scan.at));
        return;
    }
    out.quoted = true;
    let whole = scan.text.slice(start..scan.at);
    out.literal(&whole.replaced_by(next.to_string()));
}

fn unknown(scan: &Scanner, out: &mut Parts, range: Range<usize>, what: &str) {
    let whole = scan.text.slice(range);
    let shown: String = whole.as_str().chars().take(60).collect();
    out.parts.push(Part::Unknown {
        why: Unknown::new(format!("{what} {shown}")),
        whole,
    });
}

fn dollar(scan: &mut Scanner, out: &mut Parts, quoted: bool, depth: usize) {
    let start = scan.at;
    scan.bump();
    match scan.peek() {
        Some('(') => {
            let arithmetic = scan.rest().starts_with("((");
            skip_substitution(scan);
            let what = if arithmetic {
                "the result of"
            } else {
                "the output of"
            };
            unknown(scan, out, start..scan.at, what);
        }
        Some('{') => {
            if depth < MAX_DEPTH {
                braced(scan, out, start, quoted, depth);
            } else {
                scan.at = scan.chars.len();
                unknown(scan, out, start..scan.at, "it is nested too deep:");
            }
        }
        Some('\'') if !quoted => {
            out.quoted = true;
            if let Some(inside) = scan.quoted("'") {
                out.literal(&escape::unescape(scan.text, inside, escape::javascript));
            } else {
                scan.at = scan.chars.len();
            }
        }
        Some('"') if !quoted => {}
        Some(c) if c.is_ascii_alphabetic() || c == '_' => {
            let name = scan.take_while(|c| c.is_ascii_alphanumeric() || c == '_');
            out.parts.push(Part::Variable(Variable {
                name: scan.text.slice(name),
                operator: Operator::None,
                word: Word::default(),
                whole: scan.text.slice(start..scan.at),
                quoted,
            }));
        }
        Some(c) if c.is_ascii_digit() || "@*#?-$!".contains(c) => {
            scan.bump();
            unknown(scan, out, start..scan.at, "the value of");
        }
        _ => out.literal(&scan.text.slice(start..scan.at)),
    }
}

/// `${…}`, with the cursor at the brace and the dollar sign at `start`.
fn braced(scan: &mut Scanner, out: &mut Parts, start: usize, quoted: bool, depth: usize) {
    scan.bump();
    let name = scan.take_while(|c| c.is_ascii_alphanumeric() || c == '_');
    let or_empty = scan.rest().starts_with(':');
    let sign = scan.rest().chars().nth(usize::from(or_empty));
    let operator = match sign {
        _ if name.is_empty() => Operator::Other,
        Some('}') if !or_empty => Operator::None,
        Some('-') => Operator::Default {
            or_empty,
            assign: false,
        },
        Some('=') => Operator::Default {
            or_empty,
            assign: true,
        },
        Some('?') => Operator::Required,
        Some('+') => Operator::Alternative { or_empty },
        _ => Operator::Other,
    };
    if !matches!(operator, Operator::None | Operator::Other) {
        scan.at += 1 + usize::from(or_empty);
    }
    let from = scan.at;
    let mut inner = Parts {
        parts: Vec::new(),
        quoted: false,
    };
    parts(scan, &mut inner, End::Brace, quoted, depth + 1);
    // In double quotes a `"` ends the inner word early: what is not closed is taken as it is.
    let word = Word {
        parts: inner.parts,
        origin: scan.origin(from..scan.at),
        quoted: inner.quoted,
    };
    scan.eat("}");
    out.parts.push(Part::Variable(Variable {
        name: scan.text.slice(name),
        operator,
        word,
        whole: scan.text.slice(start..scan.at),
        quoted,
    }));
}

/// Moves over `(…)` at the cursor, minding quotes and what is nested.
pub(super) fn skip_substitution(scan: &mut Scanner) {
    #[derive(PartialEq)]
    enum In {
        Paren,
        Quotes,
    }
    let mut open = Vec::new();
    while let Some(c) = scan.peek() {
        match c {
            '\\' => scan.bump(),
            '(' if open.last() != Some(&In::Quotes) => open.push(In::Paren),
            '$' if scan.rest().starts_with("$(") => {
                scan.bump();
                open.push(In::Paren);
            }
            ')' if open.last() == Some(&In::Paren) => {
                open.pop();
            }
            '"' if open.last() == Some(&In::Quotes) => {
                open.pop();
            }
            '"' => open.push(In::Quotes),
            '\'' if open.last() != Some(&In::Quotes) => {
                scan.bump();
                scan.take_while(|c| c != '\'');
            }
            _ => {}
        }
        scan.bump();
        if open.is_empty() {
            return;
        }
    }
}
