//! Strings.

use super::call::{Call, Function, MANY, text};
use crate::evaluate::terraform::ast::hcl;
use crate::evaluate::terraform::expr::{Fail, Outcome, render};
use crate::evaluate::terraform::value::{Data, Type, Val, convert, to_text};
use crate::trace::{Origin, Text};

pub(super) const FAMILY: &[Function] = &[
    Function::shallow("chomp", 1, 1, chomp),
    Function::shallow("endswith", 2, 2, |c| test(c, |s, p| s.ends_with(p))),
    Function::own("indent", 2, 2, indent),
    Function::own("join", 1, MANY, join),
    Function::own("lower", 1, 1, |c| change(c, Text::to_lowercase)),
    Function::shallow("split", 2, 2, split),
    Function::shallow("startswith", 2, 2, |c| test(c, |s, p| s.starts_with(p))),
    Function::shallow("strcontains", 2, 2, |c| test(c, |s, p| s.contains(p))),
    Function::shallow("strrev", 1, 1, strrev),
    Function::shallow("substr", 3, 3, substr),
    Function::own("templatestring", 2, 2, templatestring),
    Function::shallow("title", 1, 1, title),
    Function::shallow("trim", 2, 2, trim),
    Function::shallow("trimprefix", 2, 2, trimprefix),
    Function::own("trimspace", 1, 1, |c| change(c, Text::trim)),
    Function::shallow("trimsuffix", 2, 2, trimsuffix),
    Function::own("upper", 1, 1, |c| change(c, upper)),
];

fn test(call: &Call<'_>, holds: fn(&str, &str) -> bool) -> Outcome {
    let (subject, part) = (call.str(0)?, call.str(1)?);
    Ok(Val::bool(holds(&subject, &part), call.origin()))
}

/// A change that leaves unknown parts where they are.
fn change(call: &Call<'_>, by: fn(&Text) -> Text) -> Outcome {
    let val = call.arg(0)?;
    if let Data::Unknown(_) = val.data {
        return Ok(val.clone());
    }
    let old = call.text(0)?;
    if old.unknown().is_none() {
        return text(by(&old));
    }
    // Placeholders must stay as they are, so only what is known is changed.
    let mut out = Text::default();
    for (range, run) in old.runs() {
        let part = old.slice(range);
        if run.unknown.is_some() {
            out.push(&part);
        } else {
            out.push(&by(&part));
        }
    }
    text(out)
}

/// Letter by letter, as Go does it: what has no single upper letter stays.
fn upper(text: &Text) -> Text {
    text.map_chars(|c| {
        let mut upper = c.to_uppercase();
        match (upper.next(), upper.next()) {
            (Some(one), None) => one.to_string(),
            _ => c.to_string(),
        }
    })
}

fn chomp(call: &Call<'_>) -> Outcome {
    let subject = call.text(0)?;
    let end = subject.as_str().trim_end_matches(['\n', '\r']).len();
    text(subject.slice(0..end))
}

fn indent(call: &Call<'_>) -> Outcome {
    if let Data::Unknown(_) = call.arg(1)?.data {
        return Ok(call.arg(1)?.clone());
    }
    if call.arg(0)?.why().is_some() {
        return Ok(call.arg(0)?.clone());
    }
    let spaces = usize::try_from(call.int(0)?).map_err(|_| "the number of spaces is negative")?;
    if spaces > 10_000 {
        return Err(Fail::limit("an indentation is larger than 10000 spaces"));
    }
    let subject = call.text(1)?;
    let pad = " ".repeat(spaces);
    let mut out = Text::default();
    for (i, line) in subject.split("\n").iter().enumerate() {
        if i > 0 {
            out.push(&break_of(&subject, i));
            out.push_str(&pad, &subject.origin());
        }
        out.push(line);
    }
    text(out)
}

/// The line break before line `at` of a text.
fn break_of(subject: &Text, at: usize) -> Text {
    let found = subject.as_str().match_indices('\n').nth(at - 1);
    found.map_or_else(|| Text::plain("\n"), |(i, _)| subject.slice(i..i + 1))
}

fn join(call: &Call<'_>) -> Outcome {
    if call.arg(0)?.why().is_some() {
        return Ok(call.arg(0)?.clone());
    }
    let separator = call.text(0)?;
    let mut parts = Vec::new();
    for at in 1..call.len() {
        if let Data::Unknown(_) = call.arg(at)?.data {
            return Ok(call.arg(at)?.clone());
        }
        parts.extend(call.texts(at)?);
    }
    if parts.is_empty() {
        return text(Text::opaque("", call.expr.origin.clone()));
    }
    text(Text::join(&parts, &separator))
}

fn split(call: &Call<'_>) -> Outcome {
    let (separator, subject) = (call.str(0)?, call.text(1)?);
    let parts: Vec<Val> = if separator.is_empty() {
        let chars = subject.as_str();
        let ranges = chars.char_indices().map(|(i, c)| i..i + c.len_utf8());
        ranges.map(|r| Val::text(subject.slice(r))).collect()
    } else {
        subject
            .split(&separator)
            .into_iter()
            .map(Val::text)
            .collect()
    };
    Ok(Val::list(parts, subject.origin()))
}

fn strrev(call: &Call<'_>) -> Outcome {
    let subject = call.text(0)?;
    let reversed: String = subject.as_str().chars().rev().collect();
    text(subject.replaced_by(reversed))
}

fn substr(call: &Call<'_>) -> Outcome {
    let subject = call.text(0)?;
    let (offset, length) = (call.int(1)?, call.int(2)?);
    let bounds: Vec<usize> = subject
        .as_str()
        .char_indices()
        .map(|(i, _)| i)
        .chain([subject.len()])
        .collect();
    let count = i64::try_from(bounds.len() - 1).unwrap_or(i64::MAX);
    let start = if offset < 0 {
        (count + offset).max(0)
    } else {
        offset.min(count)
    };
    let end = if length < 0 {
        count
    } else {
        start.saturating_add(length).min(count)
    };
    let at = |i: i64| usize::try_from(i).ok().and_then(|i| bounds.get(i)).copied();
    match (at(start), at(end)) {
        (Some(start), Some(end)) => text(subject.slice(start..end)),
        _ => text(subject.slice(0..0)),
    }
}

fn title(call: &Call<'_>) -> Outcome {
    let subject = call.text(0)?;
    let mut out = Text::default();
    let mut before: Option<char> = None;
    for (i, c) in subject.as_str().char_indices() {
        let part = subject.slice(i..i + c.len_utf8());
        let within = before.is_some_and(|b| b.is_alphanumeric() || b == '_');
        if within {
            out.push(&part);
        } else {
            out.push(&upper(&part));
        }
        before = Some(c);
    }
    text(if out.is_empty() { subject } else { out })
}

fn trim(call: &Call<'_>) -> Outcome {
    let (subject, cut) = (call.text(0)?, call.str(1)?);
    text(subject.trim_matches(|c| cut.contains(c)))
}

fn trimprefix(call: &Call<'_>) -> Outcome {
    let (subject, prefix) = (call.text(0)?, call.str(1)?);
    let start = if subject.as_str().starts_with(&prefix) {
        prefix.len()
    } else {
        0
    };
    text(subject.slice(start..subject.len()))
}

fn trimsuffix(call: &Call<'_>) -> Outcome {
    let (subject, suffix) = (call.text(0)?, call.str(1)?);
    let less = if subject.as_str().ends_with(&suffix) {
        suffix.len()
    } else {
        0
    };
    text(subject.slice(0..subject.len() - less))
}

fn templatestring(call: &Call<'_>) -> Outcome {
    for val in call.args {
        if let Data::Unknown(_) = val.data {
            return Ok(val.clone());
        }
    }
    let template = call.text(0)?;
    if let Some(why) = template.unknown() {
        return Ok(Val::new(Data::Unknown(why.clone()), template.origin()));
    }
    let expr = hcl::template(&template).map_err(|e| Fail::new(e.message))?;
    let fields = call.fields(1)?;
    let bound: Vec<(String, Val)> = fields
        .entries
        .iter()
        .map(|(name, field)| (name.clone(), field.val.clone()))
        .collect();
    let _level = call.scope.world.enter_template()?;
    let val = render(call.scope, &expr, &bound)?;
    let val = convert(&val, &Type::Str, &|_| Val::null(Origin::nowhere()))?;
    match to_text(&val) {
        Some(out) => text(out),
        None => Ok(val),
    }
}
