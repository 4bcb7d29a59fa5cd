//! What well-known programs print.

use crate::syntax::escape::{self, Decoded};
use crate::trace::Text;

/// How many words in front of the program are only about how it is run: `sudo -u x`, `env A=b`.
pub(super) fn wrappers(words: &[Text]) -> usize {
    let mut at = 0;
    while let Some(word) = words.get(at) {
        match word.as_str() {
            "sudo" | "doas" | "env" | "nohup" | "exec" | "command" | "time" | "nice" => at += 1,
            _ => return at,
        }
        while let Some(word) = words.get(at) {
            match word.as_str() {
                "-u" | "-g" | "-C" | "-n" if words.len() > at + 1 && word.as_str() != "-n" => {
                    at += 2
                }
                flag if flag.starts_with('-') => at += 1,
                assignment if is_assignment(assignment) => at += 1,
                _ => break,
            }
        }
    }
    at
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty()
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
            && !name.starts_with(|c: char| c.is_ascii_digit())
    })
}

/// The last part of a program's path.
pub(super) fn name(program: &Text) -> &str {
    let path = program.as_str();
    path.rsplit('/').next().unwrap_or(path)
}

/// What `echo` prints.
pub(super) fn echo(arguments: &[Text]) -> Text {
    let mut arguments = arguments;
    let mut line_break = true;
    let mut escapes = false;
    while let Some((first, rest)) = arguments.split_first() {
        let flags = first.as_str().strip_prefix('-').unwrap_or_default();
        if flags.is_empty() || !flags.chars().all(|c| matches!(c, 'n' | 'e' | 'E')) {
            break;
        }
        line_break &= !flags.contains('n');
        escapes |= flags.contains('e');
        arguments = rest;
    }
    let mut out = Text::join(arguments, &Text::plain(" "));
    if escapes {
        out = escape::unescape(&out, 0..out.len(), backslash);
    }
    if line_break {
        out.push(&Text::plain("\n"));
    }
    out
}

/// What `printf` prints; none if the format asks for more than texts and whole numbers.
pub(super) fn printf(arguments: &[Text]) -> Option<Text> {
    let (format, arguments) = arguments.split_first()?;
    let format = escape::unescape(format, 0..format.len(), backslash);
    let chars = format.as_str();
    let mut out = format.slice(0..0);
    let mut rest = arguments;
    loop {
        let before = rest.len();
        let mut at = 0;
        while let Some(found) = chars[at..].find('%') {
            let sign = at + found;
            out.push(&format.slice(at..sign));
            match chars[sign + 1..].chars().next()? {
                '%' => out.push(&format.slice(sign..sign + 1)),
                's' | 'd' | 'i' => {
                    if let Some((first, others)) = rest.split_first() {
                        out.push(first);
                        rest = others;
                    }
                }
                'b' => {
                    if let Some((first, others)) = rest.split_first() {
                        out.push(&escape::unescape(first, 0..first.len(), backslash));
                        rest = others;
                    }
                }
                _ => return None,
            }
            at = sign + 2;
        }
        out.push(&format.slice(at..format.len()));
        if rest.is_empty() || rest.len() == before {
            return Some(out);
        }
    }
}

/// The escapes of `echo -e` and `printf`.
fn backslash(rest: &str) -> Option<Decoded> {
    let kind = *rest.as_bytes().get(1)?;
    let plain = match kind {
        b'n' => "\n",
        b't' => "\t",
        b'r' => "\r",
        b'a' => "\x07",
        b'b' => "\x08",
        b'f' => "\x0c",
        b'v' => "\x0b",
        b'e' => "\x1b",
        b'\\' => "\\",
        b'"' => "\"",
        b'\'' => "'",
        b'x' | b'u' => return escape::javascript(rest),
        b'0'..=b'7' => return escape::octal(rest, 4),
        _ => return None,
    };
    Some((plain.to_owned(), 2))
}
