//! Marks that some other tool will replace: `{{ … }}`, `{% … %}`, `<%= … %>`, `${NAME}`,
//! `%%NAME%%`, `__NAME__`.
//!
//! A configuration file that lies in a tree is often the template of one. What a mark will
//! become isn't known; what stands between the marks of a condition may not be there at all.

use crate::trace::{StepKind, Text, Unknown};

/// `text` with every mark turned into an unknown part, and the text between the marks of a
/// condition or loop taken out.
///
/// Text without marks comes back as it is.
#[must_use]
pub fn mask(text: &Text) -> Text {
    let chars = text.as_str();
    if !["{{", "{%", "<%", "${", "%%", "__"]
        .iter()
        .any(|mark| chars.contains(mark))
    {
        return text.clone();
    }
    let mut out = Text::default();
    let mut at = 0;
    // How many conditions are open.
    let mut depth = 0usize;
    while let Some(mark) = next_mark(chars, at) {
        if depth == 0 {
            out.push(&text.slice(at..mark.start));
        }
        let inner = chars[mark.inner.clone()]
            .trim_matches(|c: char| c == '-' || c == '+' || c == '=' || c.is_whitespace());
        match meaning(inner, mark.kind) {
            Meaning::Opens => depth += 1,
            Meaning::Closes => depth = depth.saturating_sub(1),
            Meaning::Nothing => {}
            Meaning::Value if depth == 0 => {
                let why = Unknown::new(format!("`{}` is filled in by another tool", short(inner)));
                let origin =
                    text.slice(mark.start..mark.end)
                        .origin()
                        .then(StepKind::Template, None, "");
                out.push(&Text::of_unknown("0", why, origin));
            }
            Meaning::Value => {}
        }
        at = mark.end;
    }
    if depth == 0 {
        out.push(&text.slice(at..chars.len()));
    }
    out
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// May hold statements.
    Action,
    /// Always stands for a value.
    Value,
}

struct Mark {
    start: usize,
    end: usize,
    inner: std::ops::Range<usize>,
    kind: Kind,
}

enum Meaning {
    Opens,
    Closes,
    Nothing,
    Value,
}

/// How long a mark may be; a longer one is not a mark but text that happens to begin like one.
const MAX_MARK: usize = 2_000;

fn next_mark(text: &str, from: usize) -> Option<Mark> {
    let bytes = text.as_bytes();
    let mut i = from;
    while i + 1 < bytes.len() {
        let pair = &bytes[i..i + 2];
        let found = match pair {
            b"{{" => close(text, i, 2, "}}", Kind::Action),
            b"{%" => close(text, i, 2, "%}", Kind::Action),
            b"<%" => close(text, i, 2, "%>", Kind::Action),
            b"${" => close(text, i, 2, "}", Kind::Value).filter(|m| {
                text[m.inner.clone()]
                    .bytes()
                    .next()
                    .is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
            }),
            b"%%" => named(text, i, "%%"),
            b"__" => named(text, i, "__"),
            _ => None,
        };
        if found.is_some() {
            return found;
        }
        i += 1;
    }
    None
}

fn close(text: &str, start: usize, skip: usize, end: &str, kind: Kind) -> Option<Mark> {
    let rest = text.get(start + skip..)?;
    let at = rest.find(end).filter(|at| *at <= MAX_MARK)?;
    let inner = start + skip..start + skip + at;
    Some(Mark {
        start,
        end: inner.end + end.len(),
        inner,
        kind,
    })
}

/// `__NAME__` and `%%NAME%%`, in capitals.
fn named(text: &str, start: usize, mark: &str) -> Option<Mark> {
    let rest = text.get(start + 2..)?;
    let at = rest.find(mark).filter(|at| (2..=64).contains(at))?;
    let capitals = rest[..at]
        .bytes()
        .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    let inner = start + 2..start + 2 + at;
    capitals.then_some(Mark {
        start,
        end: inner.end + 2,
        inner,
        kind: Kind::Value,
    })
}

fn meaning(inner: &str, kind: Kind) -> Meaning {
    if kind == Kind::Value {
        return Meaning::Value;
    }
    let word = inner
        .split(|c: char| c.is_whitespace() || c == '(')
        .next()
        .unwrap_or_default();
    match word {
        "if" | "unless" | "range" | "with" | "for" | "define" | "block" | "macro" | "raw"
        | "while" | "case" => Meaning::Opens,
        "end" | "endif" | "endfor" | "endblock" | "endmacro" | "endraw" | "endunless" | "esac" => {
            Meaning::Closes
        }
        "else" | "elif" | "elsif" | "set" | "import" | "from" | "extends" | "comment" => {
            Meaning::Nothing
        }
        w if w.starts_with("/*")
            || w.starts_with('#')
            || w.starts_with('$') && inner.contains(":=") =>
        {
            Meaning::Nothing
        }
        _ => Meaning::Value,
    }
}

fn short(inner: &str) -> String {
    let line = inner.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() > 40 {
        let mut cut: String = line.chars().take(39).collect();
        cut.push('…');
        cut
    } else {
        line
    }
}

#[cfg(test)]
mod tests {
    use super::mask;
    use crate::trace::{Role, Sources};

    fn masked(text: &str) -> (String, bool) {
        let sources = Sources::new();
        let id = sources.add("f", text, Role::Code);
        let out = mask(&sources.text(id));
        (out.as_str().to_owned(), out.unknown().is_some())
    }

    #[test]
    fn marks_become_unknown() {
        assert_eq!(masked("a: {{ .b }}\n"), ("a: 0\n".into(), true));
        assert_eq!(masked("a: ${B:-c}\n"), ("a: 0\n".into(), true));
        assert_eq!(masked("a: __B_C__\n"), ("a: 0\n".into(), true));
        assert_eq!(masked("a: b__c__\n"), ("a: b__c__\n".into(), false));
        assert_eq!(masked("a: $b\n"), ("a: $b\n".into(), false));
    }

    #[test]
    fn conditional_text_goes() {
        assert_eq!(
            masked("a: 1\n{{ if .x -}}\nb: 2\n{{ else }}c: 3\n{{ end }}\nd: 4\n"),
            ("a: 1\n\nd: 4\n".into(), false)
        );
        assert_eq!(masked("{% if x %}a{% endif %}b"), ("b".into(), false));
    }

    #[test]
    fn what_stays_keeps_its_place() {
        let sources = Sources::new();
        let id = sources.add("f", "{{ if x }}a{{ end }}bcd", Role::Code);
        let out = mask(&sources.text(id));
        assert_eq!(out.as_str(), "bcd");
        let span = out.slice(1..2).origin().span().expect("it has a place");
        assert_eq!(sources.slice(span), "c");
    }
}
