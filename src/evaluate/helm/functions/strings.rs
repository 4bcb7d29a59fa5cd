//! Text in, text out.

use super::args::{any, int, strings, strval, text};
use super::{Function, aware, pure};
use crate::evaluate::helm::template::{Call, Failure};
use crate::evaluate::helm::value::{Kind, Val, quoted, sprint};
use crate::trace::{Origin, Text};

pub(super) const ALL: &[Function] = &[
    pure("hello", "", |c, _| Ok(Val::str("Hello!", c.origin(&[])))),
    pure("trim", "s", |_, a| Ok(Val::text(text(a, 0).trim()))),
    pure("upper", "s", |_, a| {
        Ok(Val::text(text(a, 0).to_uppercase()))
    }),
    pure("lower", "s", |_, a| {
        Ok(Val::text(text(a, 0).to_lowercase()))
    }),
    pure("trimAll", "ss", trim_all),
    pure("trimall", "ss", trim_all),
    pure("trimPrefix", "ss", trim_prefix),
    pure("trimSuffix", "ss", trim_suffix),
    pure("trunc", "is", trunc),
    pure("substr", "iis", substr),
    pure("repeat", "is", repeat),
    pure("replace", "sss", replace),
    pure("nospace", "s", |_, a| {
        Ok(Val::text(text(a, 0).map_chars(|c| {
            if c.is_whitespace() {
                String::new()
            } else {
                c.to_string()
            }
        })))
    }),
    aware("quote", "a*", quote),
    aware("squote", "a*", squote),
    aware("cat", "a*", cat),
    aware("indent", "is", |c, a| indent(c, a, "")),
    aware("nindent", "is", |c, a| indent(c, a, "\n")),
    pure("plural", "ssi", plural),
    pure("contains", "ss", |c, a| {
        test(c, a, |part, whole| whole.contains(part))
    }),
    pure("hasPrefix", "ss", |c, a| {
        test(c, a, |part, whole| whole.starts_with(part))
    }),
    pure("hasSuffix", "ss", |c, a| {
        test(c, a, |part, whole| whole.ends_with(part))
    }),
    aware("toString", "a", |_, a| Ok(Val::text(strval(&any(a, 0))))),
    aware("toStrings", "a", to_strings),
    aware("join", "sa", join),
    pure("split", "ss", |c, a| {
        let parts = split_at(&text(a, 1), &text(a, 0), usize::MAX);
        Ok(numbered(parts, c.origin(a)))
    }),
    pure("splitn", "sis", |c, a| {
        let parts = match int(a, 1) {
            n if n < 0 => split_at(&text(a, 2), &text(a, 0), usize::MAX),
            n => split_at(&text(a, 2), &text(a, 0), usize::try_from(n).unwrap_or(0)),
        };
        Ok(numbered(parts, c.origin(a)))
    }),
    pure("splitList", "ss", |c, a| {
        let parts = split_at(&text(a, 1), &text(a, 0), usize::MAX);
        Ok(Val::strings(parts, c.origin(a)))
    }),
    pure("wrap", "is", |c, a| {
        wrap(c, int(a, 0), &Text::plain("\n"), &text(a, 1), false)
    }),
    pure("wrapWith", "iss", |c, a| {
        wrap(c, int(a, 0), &text(a, 1), &text(a, 2), true)
    }),
    pure("abbrev", "is", |c, a| {
        abbreviate(c, 0, int(a, 0), &text(a, 1))
    }),
    pure("abbrevboth", "iis", |c, a| {
        abbreviate(c, int(a, 0), int(a, 1), &text(a, 2))
    }),
];

fn test(c: &mut Call<'_>, args: &[Val], holds: fn(&str, &str) -> bool) -> Result<Val, Failure> {
    let holds = holds(text(args, 0).as_str(), text(args, 1).as_str());
    Ok(Val::bool(holds, c.origin(args)))
}

fn trim_all(_: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let cut = text(args, 0);
    Ok(Val::text(
        text(args, 1).trim_matches(|c| cut.as_str().contains(c)),
    ))
}

fn trim_prefix(_: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let (prefix, t) = (text(args, 0), text(args, 1));
    let start = if t.as_str().starts_with(prefix.as_str()) {
        prefix.len()
    } else {
        0
    };
    Ok(Val::text(t.slice(start..t.len())))
}

fn trim_suffix(_: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let (suffix, t) = (text(args, 0), text(args, 1));
    let cut = if t.as_str().ends_with(suffix.as_str()) {
        suffix.len()
    } else {
        0
    };
    Ok(Val::text(t.slice(0..t.len() - cut)))
}

fn trunc(_: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let (n, t) = (int(args, 0), text(args, 1));
    let size = usize::try_from(n.unsigned_abs()).unwrap_or(usize::MAX);
    Ok(Val::text(if n < 0 && size < t.len() {
        t.slice(t.len() - size..t.len())
    } else if n >= 0 && t.len() > size {
        t.slice(0..size)
    } else {
        t
    }))
}

fn substr(_: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let (start, end, t) = (int(args, 0), int(args, 1), text(args, 2));
    let len = i64::try_from(t.len()).unwrap_or(i64::MAX);
    let (from, to) = if start < 0 {
        (0, end)
    } else if end < 0 || end > len {
        (start, len)
    } else {
        (start, end)
    };
    match (usize::try_from(from), usize::try_from(to)) {
        (Ok(from), Ok(to)) if from <= to && to <= t.len() => Ok(Val::text(t.slice(from..to))),
        _ => Err(format!("runtime error: slice bounds out of range [{from}:{to}]").into()),
    }
}

fn repeat(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let t = text(args, 1);
    let n = usize::try_from(int(args, 0))
        .map_err(|_| Failure::from("strings: negative Repeat count"))?;
    let work = t.len().max(1).saturating_mul(n);
    c.engine.grow(if t.is_empty() { 0 } else { work })?;
    if t.is_empty() {
        return Ok(Val::text(t));
    }
    // Beyond that nobody needs to know which of the copies a byte is in.
    if n > 1000 {
        return Ok(Val::text(t.replaced_by(t.as_str().repeat(n))));
    }
    let mut out = Text::default();
    for _ in 0..n {
        out.push(&t);
    }
    Ok(Val::text(out))
}

fn replace(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let (old, new, t) = (text(args, 0), text(args, 1), text(args, 2));
    let count = if old.is_empty() {
        t.as_str().chars().count() + 1
    } else {
        t.as_str().matches(old.as_str()).count()
    };
    c.engine.grow(new.len().saturating_mul(count))?;
    c.engine.work(count.saturating_mul(5))?;
    if !old.is_empty() {
        return Ok(Val::text(t.replace(old.as_str(), &new)));
    }
    let mut out = new.clone();
    for (i, ch) in t.as_str().char_indices() {
        out.push(&t.slice(i..i + ch.len_utf8()));
        out.push(&new);
    }
    Ok(Val::text(out))
}

fn quote(_: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let parts: Vec<Text> = args
        .iter()
        .filter(|v| !v.is_nil())
        .map(|v| quoted(&strval(v)))
        .collect();
    Ok(Val::text(spaced(&parts, args)))
}

fn squote(_: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let parts: Vec<Text> = args
        .iter()
        .filter(|v| !v.is_nil())
        .map(|v| {
            let t = sprint(v);
            let mark = Text::opaque("'", t.origin());
            Text::concat([&mark, &t, &mark])
        })
        .collect();
    Ok(Val::text(spaced(&parts, args)))
}

/// The parts with spaces between; if there is none, an empty text from the arguments.
fn spaced(parts: &[Text], args: &[Val]) -> Text {
    match (parts, args.first()) {
        ([], Some(nil)) => Text::opaque("", nil.origin()),
        _ => Text::join(parts, &Text::plain(" ")),
    }
}

fn cat(_: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let parts: Vec<Text> = args.iter().filter(|v| !v.is_nil()).map(sprint).collect();
    Ok(Val::text(spaced(&parts, args)))
}

fn indent(c: &mut Call<'_>, args: &[Val], before: &str) -> Result<Val, Failure> {
    // What isn't known has to stand where it would, too.
    let made;
    let t = match args.get(1) {
        Some(val) => match &val.kind {
            Kind::Str(t) | Kind::Bytes(t) => t.as_ref(),
            _ => {
                made = sprint(val);
                &made
            }
        },
        None => return Ok(Val::str("", c.origin(args))),
    };
    let n = usize::try_from(int(args, 0))
        .map_err(|_| Failure::from("strings: negative Repeat count"))?;
    let lines = t.as_str().matches('\n').count() + 1;
    c.engine.grow(n.saturating_mul(lines))?;
    let place = c.origin(&[]);
    let mut out = Text::opaque(before, place.clone());
    out.push_indented(t, &Text::opaque(" ".repeat(n), place));
    Ok(Val::text(out))
}

fn plural(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let which = usize::from(int(args, 2) != 1);
    Ok(super::builtin::chosen(
        c,
        any(args, which),
        &[&any(args, 2)],
    ))
}

fn to_strings(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    Ok(Val::strings(strings(&any(args, 0)), c.origin(args)))
}

fn join(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let separator = text(args, 0);
    let parts = strings(&any(args, 1));
    c.engine.grow(separator.len().saturating_mul(parts.len()))?;
    if parts.is_empty() {
        return Ok(Val::str("", any(args, 1).origin()));
    }
    Ok(Val::text(Text::join(&parts, &separator)))
}

/// `strings.SplitN`: at most `limit` parts; an empty separator splits into characters.
pub(super) fn split_at(t: &Text, separator: &Text, limit: usize) -> Vec<Text> {
    let s = t.as_str();
    let cuts: Vec<(usize, usize)> = if separator.is_empty() {
        s.char_indices().skip(1).map(|(i, _)| (i, 0)).collect()
    } else {
        s.match_indices(separator.as_str())
            .map(|(i, m)| (i, m.len()))
            .collect()
    };
    if limit == 0 || (separator.is_empty() && t.is_empty()) {
        return Vec::new();
    }
    let mut out = Vec::new();
    let mut start = 0;
    for (at, len) in cuts.into_iter().take(limit - 1) {
        out.push(t.slice(start..at));
        start = at + len;
    }
    out.push(t.slice(start..t.len()));
    out
}

/// The parts of a split text under `_0`, `_1` …
fn numbered(parts: Vec<Text>, origin: Origin) -> Val {
    let entries = parts.into_iter().enumerate().map(|(i, part)| {
        let key = part.origin();
        let slot = crate::evaluate::helm::value::Slot {
            key,
            val: Val::text(part),
        };
        (std::rc::Rc::from(format!("_{i}")), slot)
    });
    Val::map_of("map[string]string", entries.collect(), origin)
}

fn wrap(
    c: &mut Call<'_>,
    width: i64,
    line: &Text,
    t: &Text,
    cut_words: bool,
) -> Result<Val, Failure> {
    let line = if line.is_empty() {
        Text::plain("\n")
    } else {
        line.clone()
    };
    let width = usize::try_from(width.max(1)).unwrap_or(1);
    c.engine
        .grow(line.len().saturating_mul(t.len() / width + 1))?;
    let s = t.as_str().as_bytes();
    let mut out = Text::opaque("", t.origin_at(0));
    let mut at = 0;
    while s.len() - at > width {
        if s.get(at) == Some(&b' ') {
            at += 1;
            continue;
        }
        let end = (width + at + 1).min(s.len());
        let space = s
            .get(at..end)
            .and_then(|p| p.iter().rposition(|b| *b == b' '));
        let (to, next) = if let Some(space) = space {
            (at + space, at + space + 1)
        } else if cut_words {
            (at + width, at + width)
        } else {
            match s
                .get(at + width..)
                .and_then(|p| p.iter().position(|b| *b == b' '))
            {
                Some(i) => (at + width + i, at + width + i + 1),
                None => break,
            }
        };
        out.push(&t.slice(at..to));
        out.push(&line);
        at = next;
    }
    out.push(&t.slice(at..t.len()));
    Ok(Val::text(out))
}

fn abbreviate(c: &mut Call<'_>, offset: i64, width: i64, t: &Text) -> Result<Val, Failure> {
    let len = i64::try_from(t.len()).unwrap_or(i64::MAX);
    if width < 4 || (offset > 0 && width < 7) || len <= width {
        return Ok(Val::text(t.clone()));
    }
    let dots = Text::opaque("...", c.origin(&[]));
    let part = |from: i64, to: i64| {
        let at = |i: i64| usize::try_from(i.max(0)).unwrap_or(0);
        t.slice(at(from)..at(to))
    };
    let mut offset = offset.clamp(0, len);
    if len - offset < width - 3 {
        offset = len - (width - 3);
    }
    let out = if offset <= 4 {
        Text::concat([&part(0, width - 3), &dots])
    } else if offset + (width - 3) < len {
        let rest = part(offset, len);
        let inner = if i64::try_from(rest.len()).unwrap_or(0) <= width - 3 {
            rest
        } else {
            Text::concat([&part(offset, offset + width - 6), &dots])
        };
        Text::concat([&dots, &inner])
    } else {
        Text::concat([&dots, &part(len - (width - 3), len)])
    };
    Ok(Val::text(out))
}
