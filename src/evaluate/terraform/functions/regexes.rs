//! Regular expressions, and `replace`, which knows them too.

use regex::{Captures, Regex, RegexBuilder};

use super::call::{Call, Function, text};
use crate::evaluate::terraform::expr::{Fail, Outcome};
use crate::evaluate::terraform::value::{Data, Fields, Val};
use crate::trace::Text;

pub(super) const FAMILY: &[Function] = &[
    Function::shallow("regex", 2, 2, first),
    Function::shallow("regexall", 2, 2, all),
    Function::own("replace", 3, 3, replace),
];

fn compile(pattern: &str) -> Result<Regex, Fail> {
    RegexBuilder::new(pattern)
        .size_limit(1 << 20)
        .build()
        .map_err(|e| {
            Fail::new(
                e.to_string()
                    .lines()
                    .last()
                    .unwrap_or("not a pattern")
                    .to_owned(),
            )
        })
}

/// What a match yields: the whole, or its groups by position or by name.
fn yielded(regex: &Regex, subject: &Text, found: &Captures<'_>) -> Outcome {
    let origin = subject.origin();
    let names: Vec<Option<&str>> = regex.capture_names().skip(1).collect();
    let group = |i: usize| match found.get(i) {
        Some(m) => Val::text(subject.slice(m.range())),
        None => Val::null(origin.clone()),
    };
    if names.is_empty() {
        return Ok(group(0));
    }
    let named = names.iter().flatten().count();
    if named == 0 {
        let items = (1..=names.len()).map(group).collect();
        return Ok(Val::tuple(items, origin));
    }
    if named < names.len() {
        return Err(Fail::new("either all groups have names or none"));
    }
    let mut fields = Fields::default();
    for (i, name) in names.iter().enumerate() {
        if let Some(name) = name {
            fields.set(*name, origin.clone(), group(i + 1));
        }
    }
    Ok(Val::object(fields, origin))
}

fn first(call: &Call<'_>) -> Outcome {
    let (pattern, subject) = (call.str(0)?, call.text(1)?);
    let regex = compile(&pattern)?;
    match regex.captures(subject.as_str()) {
        Some(found) => yielded(&regex, &subject, &found),
        None => Err(Fail::new("the pattern doesn't match")),
    }
}

fn all(call: &Call<'_>) -> Outcome {
    let (pattern, subject) = (call.str(0)?, call.text(1)?);
    let regex = compile(&pattern)?;
    let items = regex
        .captures_iter(subject.as_str())
        .map(|found| yielded(&regex, &subject, &found))
        .collect::<Result<_, _>>()?;
    Ok(Val::list(items, subject.origin()))
}

fn replace(call: &Call<'_>) -> Outcome {
    for val in &call.args[..2] {
        if val.why().is_some() {
            let why = val.why().cloned();
            return Ok(why.map_or_else(
                || val.clone(),
                |w| Val::new(Data::Unknown(w), val.origin.clone()),
            ));
        }
    }
    let (subject, what) = (call.text(0)?, call.str(1)?);
    let by = call.text(2)?;
    let pattern = what
        .strip_prefix('/')
        .and_then(|w| w.strip_suffix('/'))
        .filter(|_| what.len() > 1);
    let Some(pattern) = pattern else {
        return text(plain(&subject, &what, &by));
    };
    let regex = compile(pattern)?;
    let mut out = Text::default();
    let mut at = 0;
    for found in regex.captures_iter(subject.as_str()) {
        let Some(whole) = found.get(0) else {
            continue;
        };
        out.push(&subject.slice(at..whole.start()));
        if by.as_str().contains('$') {
            let mut expanded = String::new();
            found.expand(by.as_str(), &mut expanded);
            let from = if whole.is_empty() {
                by.origin()
            } else {
                subject.slice(whole.range()).origin()
            };
            out.push_str(&expanded, &from);
        } else {
            out.push(&by);
        }
        at = whole.end();
    }
    out.push(&subject.slice(at..subject.len()));
    text(if out.is_empty() {
        subject.slice(0..0)
    } else {
        out
    })
}

fn plain(subject: &Text, what: &str, by: &Text) -> Text {
    if !what.is_empty() {
        return subject.replace(what, by);
    }
    // Go puts the replacement around every character.
    let mut out = by.clone();
    for (i, c) in subject.as_str().char_indices() {
        out.push(&subject.slice(i..i + c.len_utf8()));
        out.push(by);
    }
    out
}
