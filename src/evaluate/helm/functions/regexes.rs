//! Regular expressions in Go's syntax.

use std::cell::RefCell;
use std::collections::HashMap;

use regex::Regex;

use super::args::{int, text};
use super::effort::{compiling, searching};
use super::{Function, pure};
use crate::evaluate::helm::template::{Call, Failure};
use crate::evaluate::helm::value::{STRINGS, Val};
use crate::trace::Text;

pub(super) const ALL: &[Function] = &[
    pure("regexMatch", "ss", |c, a| {
        let holds = compile(c, &text(a, 0)).is_ok();
        let holds = holds && matches(c, a)?;
        Ok(Val::bool(holds, c.origin(a)))
    }),
    pure("mustRegexMatch", "ss", |c, a| {
        Ok(Val::bool(matches(c, a)?, c.origin(a)))
    }),
    pure("regexFind", "ss", |c, a| find(c, a).map_err(panicked)),
    pure("mustRegexFind", "ss", |c, a| find(c, a).map_err(Into::into)),
    pure("regexFindAll", "ssi", |c, a| {
        find_all(c, a).map_err(panicked)
    }),
    pure("mustRegexFindAll", "ssi", |c, a| {
        find_all(c, a).map_err(Into::into)
    }),
    pure("regexReplaceAll", "sss", |c, a| {
        replace(c, a, true).map_err(panicked)
    }),
    pure("mustRegexReplaceAll", "sss", |c, a| {
        replace(c, a, true).map_err(Into::into)
    }),
    pure("regexReplaceAllLiteral", "sss", |c, a| {
        replace(c, a, false).map_err(panicked)
    }),
    pure("mustRegexReplaceAllLiteral", "sss", |c, a| {
        replace(c, a, false).map_err(Into::into)
    }),
    pure("regexSplit", "ssi", |c, a| split(c, a).map_err(panicked)),
    pure("mustRegexSplit", "ssi", |c, a| {
        split(c, a).map_err(Into::into)
    }),
    pure("regexQuoteMeta", "s", |_, a| {
        Ok(Val::text(text(a, 0).map_chars(|c| {
            if "\\.+*?()|[]{}^$".contains(c) {
                format!("\\{c}")
            } else {
                c.to_string()
            }
        })))
    }),
];

/// How what is said of an expression that can't be read begins.
const UNREADABLE: &str = "error parsing regexp: ";

/// What is said of an expression that can't be read, where it panics in Go.
fn panicked(message: String) -> Failure {
    if !message.starts_with(UNREADABLE) {
        return Failure::Message(message);
    }
    let pattern = message
        .rsplit_once(": `")
        .map_or("", |(_, p)| p.trim_end_matches('`'));
    Failure::Message(format!("regexp: Compile(`{pattern}`): {message}"))
}

/// Go's words for the commonest mistakes.
fn in_go(why: &str) -> &str {
    match why {
        "unclosed character class" => "missing closing ]",
        "unclosed group" => "missing closing )",
        "unopened group" => "unexpected )",
        "repetition operator missing expression" => "missing argument to repetition operator",
        why if why.starts_with("look-around") => "invalid or unsupported Perl syntax",
        why => why,
    }
}

/// At most so many compiled expressions are kept.
const MAX_KEPT: usize = 256;

/// Bytes that an expression may take when it is compiled; the first that is enough tells how
/// large it is.
const SIZES: [usize; 4] = [8 << 10, 32 << 10, 128 << 10, 1 << 20];

/// An expression, ready to be looked for.
#[derive(Clone)]
struct Expression {
    regex: Regex,
    /// Of [`SIZES`].
    size: usize,
    /// Whether it may look far ahead and then be content with less, again and again.
    far: bool,
}

impl Expression {
    /// Counts the work of a search that begins before the last `bytes` of a text, the `first`
    /// one in it or another.
    fn search(&self, c: &mut Call<'_>, bytes: usize, first: bool) -> Result<(), String> {
        if first || self.far {
            c.engine.work(searching(self.size, bytes))?;
        }
        if !first {
            c.engine.grow(FOUND)?;
        }
        Ok(())
    }
}

/// Bytes that something found takes.
const FOUND: usize = 64;

thread_local! {
    static KEPT: RefCell<HashMap<String, Result<Expression, String>>> = RefCell::default();
}

/// An expression of a template: reading it is counted as work.
fn compile(c: &mut Call<'_>, pattern: &Text) -> Result<Expression, String> {
    let pattern = pattern.as_str();
    if let Some(known) = KEPT.with_borrow(|k| k.get(pattern).cloned()) {
        return known;
    }
    c.engine.work(compiling(SIZES[0]))?;
    let compiled = build(pattern);
    let [.., largest] = SIZES;
    let size = compiled.as_ref().map_or(largest, |r| r.size);
    c.engine.work(compiling(size))?;
    compiled
}

/// An expression of Go, ready for use.
///
/// # Errors
/// Go's words for what is wrong with it.
pub(crate) fn go_regex(pattern: &str) -> Result<Regex, String> {
    let known = KEPT.with_borrow(|k| k.get(pattern).cloned());
    known.unwrap_or_else(|| build(pattern)).map(|e| e.regex)
}

/// Compiles an expression, and keeps it.
fn build(pattern: &str) -> Result<Expression, String> {
    let translated = translate(pattern);
    let of_size = |size: usize| {
        let regex = regex::RegexBuilder::new(&translated)
            .size_limit(size)
            .build()?;
        let far = goes_far(pattern);
        Ok::<_, regex::Error>(Expression { regex, size, far })
    };
    let [small @ .., largest] = SIZES;
    let compiled = small
        .into_iter()
        .find_map(|size| of_size(size).ok())
        .map_or_else(|| of_size(largest), Ok)
        .map_err(|e| {
            let why = e.to_string();
            let why = why
                .lines()
                .last()
                .unwrap_or("")
                .trim_start_matches("error: ");
            format!("{UNREADABLE}{}: `{pattern}`", in_go(why))
        });
    KEPT.with_borrow_mut(|k| {
        if k.len() >= MAX_KEPT {
            k.clear();
        }
        k.insert(pattern.to_owned(), compiled.clone());
    });
    compiled
}

/// Go's syntax in that of the `regex` crate: braces and brackets that Go takes literally,
/// ASCII-only classes, `\Q…\E`.
fn translate(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut rest = pattern;
    let mut class = 0usize;
    // Where the latest class in brackets of another, `\w` or `[:alpha:]`, ends.
    let mut set_ends = 0usize;
    while let Some(c) = rest.chars().next() {
        let tail = rest.get(c.len_utf8()..).unwrap_or("");
        if c == '\\' {
            let Some(e) = tail.chars().next() else {
                out.push(c);
                break;
            };
            rest = tail.get(e.len_utf8()..).unwrap_or("");
            match e {
                'Q' if class == 0 => {
                    let (literal, after) = rest.split_once("\\E").unwrap_or((rest, ""));
                    out.push_str(&regex::escape(literal));
                    rest = after;
                }
                'd' => out.push_str(if class > 0 { "0-9" } else { "[0-9]" }),
                'w' => out.push_str(if class > 0 {
                    "0-9A-Za-z_"
                } else {
                    "[0-9A-Za-z_]"
                }),
                's' => out.push_str(if class > 0 {
                    r"\t\n\f\r "
                } else {
                    r"[\t\n\f\r ]"
                }),
                'D' if class == 0 => out.push_str("[^0-9]"),
                'W' if class == 0 => out.push_str("[^0-9A-Za-z_]"),
                'S' if class == 0 => out.push_str(r"[^\t\n\f\r ]"),
                'b' if class == 0 => out.push_str(r"(?-u:\b)"),
                '<' | '>' => out.push(e),
                // `\p{Greek}`, `\x{41}`: these braces are no repetition.
                'p' | 'P' | 'x' if rest.starts_with('{') => {
                    let end = rest.find('}').map_or(rest.len(), |i| i + 1);
                    out.push('\\');
                    out.push(e);
                    out.push_str(rest.get(..end).unwrap_or(""));
                    rest = rest.get(end..).unwrap_or("");
                }
                e => {
                    out.push('\\');
                    out.push(e);
                }
            }
            if matches!(e, 'd' | 'w' | 's' | 'D' | 'W' | 'S' | 'p' | 'P') {
                set_ends = out.len();
            }
            class = if class > 0 { 2 } else { 0 };
            continue;
        }
        rest = tail;
        if class > 0 {
            match c {
                ']' if class > 1 => {
                    class = 0;
                    out.push(']');
                    continue;
                }
                '[' if tail.starts_with(':') => {
                    if let Some(end) = tail.find(":]") {
                        out.push('[');
                        out.push_str(tail.get(..end + 2).unwrap_or(""));
                        rest = tail.get(end + 2..).unwrap_or("");
                        set_ends = out.len();
                        class = 2;
                        continue;
                    }
                    out.push_str("\\[");
                }
                '[' | '&' | '~' => {
                    out.push('\\');
                    out.push(c);
                }
                // A minus after another must not be read as a difference of classes, and one
                // after a class not as a range.
                '-' if set_ends == out.len() || out.ends_with('-') => out.push_str("\\-"),
                '^' if class == 1 && out.ends_with('[') => {
                    out.push('^');
                    continue;
                }
                ']' => out.push_str("\\]"),
                c => out.push(c),
            }
            class = 2;
            continue;
        }
        match c {
            '[' => {
                class = 1;
                out.push('[');
            }
            '{' if !is_repetition(tail) => out.push_str("\\{"),
            '}' if !out_is_repetition(&out) => out.push_str("\\}"),
            c => out.push(c),
        }
    }
    out
}

/// Whether `2}`, `2,}` or `2,3}` follows.
fn is_repetition(tail: &str) -> bool {
    let Some((inner, _)) = tail.split_once('}') else {
        return false;
    };
    let (low, high) = inner.split_once(',').unwrap_or((inner, ""));
    !low.is_empty() && low.bytes().chain(high.bytes()).all(|b| b.is_ascii_digit())
}

/// Whether what was written so far ends in an open repetition or the like.
fn out_is_repetition(out: &str) -> bool {
    let body = out.trim_end_matches(|c: char| c != '{' && c != '}');
    body.ends_with('{') && !body.ends_with("\\{")
}

/// Whether something unbounded is repeated before the end of an expression.
fn goes_far(pattern: &str) -> bool {
    let ends = pattern.trim_end_matches([')', '$', '?']);
    let marks = ends
        .match_indices(['*', '+'])
        .any(|(i, _)| i + 1 < ends.len());
    marks || ends.contains(",}") || ends.contains('|') && ends.contains(['*', '+'])
}

fn matches(c: &mut Call<'_>, args: &[Val]) -> Result<bool, String> {
    let (r, t) = (compile(c, &text(args, 0))?, text(args, 1));
    r.search(c, t.len(), true)?;
    Ok(r.regex.is_match(t.as_str()))
}

fn find(c: &mut Call<'_>, args: &[Val]) -> Result<Val, String> {
    let (r, t) = (compile(c, &text(args, 0))?, text(args, 1));
    r.search(c, t.len(), true)?;
    let found = r.regex.find(t.as_str()).map(|m| m.range());
    Ok(Val::text(t.slice(found.unwrap_or(0..0))))
}

fn find_all(c: &mut Call<'_>, args: &[Val]) -> Result<Val, String> {
    let (r, t, n) = (compile(c, &text(args, 0))?, text(args, 1), int(args, 2));
    let limit = usize::try_from(n).unwrap_or(usize::MAX);
    r.search(c, t.len(), true)?;
    let mut parts: Vec<Text> = Vec::new();
    for m in r.regex.find_iter(t.as_str()).take(limit) {
        r.search(c, t.len() - m.end(), false)?;
        parts.push(t.slice(m.range()));
    }
    if parts.is_empty() {
        return Ok(Val::nil_list(STRINGS, c.origin(args)));
    }
    Ok(Val::strings(parts, c.origin(args)))
}

fn replace(c: &mut Call<'_>, args: &[Val], expand: bool) -> Result<Val, String> {
    let (r, t, by) = (compile(c, &text(args, 0))?, text(args, 1), text(args, 2));
    let mut out = Text::opaque("", t.origin_at(0));
    let mut at = 0;
    r.search(c, t.len(), true)?;
    for found in r.regex.captures_iter(t.as_str()) {
        let Some(whole) = found.get(0) else { continue };
        c.engine.grow(by.len())?;
        r.search(c, t.len() - whole.end(), false)?;
        out.push(&t.slice(at..whole.start()));
        if expand {
            push_expanded(&mut out, &by, &t, &found);
        } else {
            out.push(&by);
        }
        at = whole.end();
    }
    out.push(&t.slice(at..t.len()));
    Ok(Val::text(out))
}

/// `$1`, `${name}` and `$$` in a replacement.
fn push_expanded(out: &mut Text, by: &Text, t: &Text, found: &regex::Captures<'_>) {
    let s = by.as_str();
    let mut at = 0;
    while let Some(dollar) = s.get(at..).and_then(|r| r.find('$')).map(|i| at + i) {
        out.push(&by.slice(at..dollar));
        let after = s.get(dollar + 1..).unwrap_or("");
        if after.starts_with('$') {
            out.push(&by.slice(dollar..dollar + 1));
            at = dollar + 2;
            continue;
        }
        let (name, end) = if let Some(inner) = after.strip_prefix('{') {
            match inner.find('}') {
                Some(i) => (inner.get(..i).unwrap_or(""), dollar + 3 + i),
                None => ("", dollar + 1),
            }
        } else {
            let word = |c: char| !(c.is_alphanumeric() || c == '_');
            let len = after.find(word).unwrap_or(after.len());
            (after.get(..len).unwrap_or(""), dollar + 1 + len)
        };
        if name.is_empty() {
            out.push(&by.slice(dollar..dollar + 1));
            at = dollar + 1;
            continue;
        }
        let group = match name.parse::<usize>() {
            Ok(i) => found.get(i),
            Err(_) => found.name(name),
        };
        if let Some(group) = group {
            out.push(&t.slice(group.range()));
        }
        at = end;
    }
    out.push(&by.slice(at..by.len()));
}

fn split(c: &mut Call<'_>, args: &[Val]) -> Result<Val, String> {
    let (r, t, n) = (compile(c, &text(args, 0))?, text(args, 1), int(args, 2));
    let origin = c.origin(args);
    if n == 0 {
        return Ok(Val::nil_list(STRINGS, origin));
    }
    if t.is_empty() && !text(args, 0).is_empty() {
        return Ok(Val::strings([t], origin));
    }
    let limit = usize::try_from(n).unwrap_or(usize::MAX);
    let mut parts = Vec::new();
    let (mut start, mut end) = (0, 0);
    r.search(c, t.len(), true)?;
    for m in r.regex.find_iter(t.as_str()).take(limit) {
        r.search(c, t.len() - m.end(), false)?;
        if parts.len() + 1 == limit {
            break;
        }
        end = m.start();
        if m.end() != 0 {
            parts.push(t.slice(start..end));
        }
        start = m.end();
    }
    if end != t.len() {
        parts.push(t.slice(start..t.len()));
    }
    Ok(Val::strings(parts, origin))
}
