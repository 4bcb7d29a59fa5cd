//! What has to be known of a text before it is parsed: how deeply operators and brackets are
//! entangled, and where line breaks mean nothing.
//!
//! The parser reads what stands behind the second operator of a chain twice when there is a
//! mistake in it. Brackets in brackets double that each time, so a text that can't be read might
//! take forever; such texts are told from others before they are parsed.
//!
//! Between brackets the language takes line breaks for spaces, the parser not everywhere.

use std::ops::Range;

/// So many brackets within each other may stand behind a second operator.
pub(super) const MAX_TANGLE: usize = 12;

/// Far more than the parser reads.
const MAX_LEVELS: usize = 2_000;

/// What is being read.
enum Level<'t> {
    /// Expressions and blocks, with how many operators stand before this place in the chain, and
    /// whether line breaks end something here.
    Code { operators: u8, lines: bool },
    /// A text in quotes.
    Quoted,
    /// A heredoc up to this word.
    Heredoc(&'t str),
}

/// What was found.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Survey {
    /// The byte of the bracket that is one too many.
    pub(super) tangled: Option<usize>,
    /// Line breaks that are no more than spaces, and the comments before them.
    pub(super) breaks: Vec<Range<usize>>,
}

/// Goes through a text, or through a template.
pub(super) fn survey(chars: &str, is_template: bool) -> Survey {
    let mut out = Survey::default();
    let code = |lines| Level::Code {
        operators: 0,
        lines,
    };
    let mut levels = vec![if is_template {
        Level::Heredoc("")
    } else {
        code(true)
    }];
    let bytes = chars.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let rest = chars.get(at..).unwrap_or_default();
        let mut next = at + 1;
        let depth = levels.len();
        match levels.last_mut() {
            Some(Level::Code { operators, lines }) => match byte {
                b'#' | b'/' if byte == b'#' || rest.starts_with("//") => {
                    next = at + rest.find('\n').unwrap_or(rest.len());
                    if !*lines {
                        out.breaks.push(at..next);
                    }
                }
                b'/' if rest.starts_with("/*") => next = at + rest.find("*/").unwrap_or(rest.len()),
                b'"' => levels.push(Level::Quoted),
                b'<' if heredoc(rest).is_some() => {
                    let (word, len) = heredoc(rest).unwrap_or_default();
                    levels.push(Level::Heredoc(word));
                    next = at + len;
                }
                b'(' | b'[' => levels.push(code(false)),
                b'{' => levels.push(code(!begins_for(&rest[1..]))),
                b')' | b']' | b'}' if depth > 1 => {
                    levels.pop();
                }
                b',' => *operators = 0,
                b'\n' if *lines => *operators = 0,
                b'\n' | b'\r' => out.breaks.push(at..next),
                b'=' if rest.starts_with("=>") => next = at + 2,
                b'=' if !rest.starts_with("==") => {}
                b'=' | b'!' | b'<' | b'>' | b'+' | b'-' | b'*' | b'/' | b'%' | b'&' | b'|' => {
                    let double = matches!(bytes.get(next), Some(b'=' | b'&' | b'|'));
                    next += usize::from(double);
                    if byte != b'!' || double {
                        *operators = operators.saturating_add(1);
                    }
                }
                _ => {}
            },
            Some(Level::Quoted) => match byte {
                b'\\' => next = at + 2,
                b'"' => {
                    levels.pop();
                }
                _ => next = in_text(rest, at, &mut levels),
            },
            Some(Level::Heredoc(word)) => {
                let line = rest
                    .strip_prefix('\n')
                    .map(|l| l.trim_start_matches([' ', '\t']));
                let after = line
                    .filter(|_| !word.is_empty())
                    .and_then(|l| l.strip_prefix(*word));
                if after.is_some_and(|a| !a.starts_with(is_word)) {
                    levels.pop();
                } else {
                    next = in_text(rest, at, &mut levels);
                }
            }
            None => return out,
        }
        if levels.len() > depth && is_tangled(&levels) {
            out.tangled = Some(at);
            return out;
        }
        at = next;
    }
    out
}

/// Whether a brace with this behind it is that of `{for …}`.
fn begins_for(rest: &str) -> bool {
    let mut rest = rest.trim_start();
    while rest.starts_with('#') || rest.starts_with("//") {
        rest = rest.find('\n').map_or("", |end| rest[end..].trim_start());
    }
    rest.strip_prefix("for")
        .is_some_and(|after| after.starts_with(char::is_whitespace))
}

fn is_tangled(levels: &[Level<'_>]) -> bool {
    let behind = |l: &&Level<'_>| matches!(l, Level::Code { operators: 2.., .. });
    levels.len() > MAX_LEVELS || levels.iter().filter(behind).count() > MAX_TANGLE
}

/// Where to go on in a text; an interpolation is code again.
fn in_text(rest: &str, at: usize, levels: &mut Vec<Level<'_>>) -> usize {
    if rest.starts_with("$${") || rest.starts_with("%%{") {
        return at + 3;
    }
    if rest.starts_with("${") || rest.starts_with("%{") {
        levels.push(Level::Code {
            operators: 0,
            lines: false,
        });
        return at + 2;
    }
    at + 1
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '-'
}

/// The word that ends the heredoc which starts here, and where its first line break is.
fn heredoc(rest: &str) -> Option<(&str, usize)> {
    let word = rest.strip_prefix("<<")?;
    let word = word.strip_prefix('-').unwrap_or(word);
    let len = word.find(|c| !is_word(c)).filter(|len| *len > 0)?;
    let (word, after) = word.split_at(len);
    let starts = after.starts_with('\n') || after.starts_with("\r\n");
    let line = rest.len() - after.len() + usize::from(after.starts_with('\r'));
    starts.then_some((word, line))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn too_tangled(chars: &str, is_template: bool) -> Option<usize> {
        survey(chars, is_template).tangled
    }

    #[test]
    fn brackets_behind_second_operators_are_counted() {
        let nested = "(1 + 1 + ".repeat(20);
        assert_eq!(too_tangled(&nested, false), Some(9 * 13));
        for fine in [
            "(1 + ".repeat(20),
            "[{ a = [".repeat(20),
            "(1 + 1 + 1) * ".repeat(20),
            "a = 1 + 2 + 3\nb {\n".repeat(20),
            format!("\"{}\"", "(1 + 1 + ".repeat(20)),
            format!("<<-E\n{}\n  E\n", "(1 + 1 + ".repeat(20)),
            format!("# {}", "(1 + 1 + ".repeat(20)),
            format!("/* {} */", "(1 + 1 + ".repeat(20)),
        ] {
            assert_eq!(too_tangled(&fine, false), None, "{fine}");
        }
        assert_eq!(too_tangled(&nested, true), None);
        assert!(too_tangled(&format!("${{{nested}"), true).is_some());
        assert!(too_tangled(&"\"${1 + 1 + ".repeat(20), false).is_some());
        assert!(too_tangled(&format!("<<E\nx\nE\n{nested}"), false).is_some());
    }
}
