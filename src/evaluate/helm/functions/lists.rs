//! Lists.

use super::args::{any, int, items, items_or, strings, strval};
use super::compare::deep_equal;
use super::math::to_int;
use super::{Function, aware, pure};
use crate::evaluate::helm::template::{Call, Failure};
use crate::evaluate::helm::value::{INTS, Kind, LIST, Val};

pub(super) const ALL: &[Function] = &[
    aware("list", "a*", list),
    aware("tuple", "a*", list),
    aware("append", "aa", append),
    aware("push", "aa", append),
    aware("mustAppend", "aa", append),
    aware("mustPush", "aa", append),
    aware("prepend", "aa", prepend),
    aware("mustPrepend", "aa", prepend),
    pure("first", "a", first),
    pure("mustFirst", "a", first),
    pure("last", "a", last),
    pure("mustLast", "a", last),
    pure("rest", "a", rest),
    pure("mustRest", "a", rest),
    pure("initial", "a", initial),
    pure("mustInitial", "a", initial),
    pure("reverse", "a", reverse),
    pure("mustReverse", "a", reverse),
    pure("compact", "a", compact),
    pure("mustCompact", "a", compact),
    pure("uniq", "a", uniq),
    pure("mustUniq", "a", uniq),
    aware("without", "aa*", without),
    aware("mustWithout", "aa*", without),
    pure("has", "aa", has),
    pure("mustHas", "aa", has),
    pure("slice", "aa*", slice),
    pure("mustSlice", "aa*", slice),
    pure("concat", "a*", concat),
    pure("chunk", "ia", chunk),
    pure("mustChunk", "ia", chunk),
    pure("sortAlpha", "a", sort_alpha),
    pure("until", "i", |c, a| {
        let n = int(a, 0);
        numbers(c, a, 0, n, if n < 0 { -1 } else { 1 })
    }),
    pure("untilStep", "iii", |c, a| {
        numbers(c, a, int(a, 0), int(a, 1), int(a, 2))
    }),
    pure("seq", "i*", seq),
];

fn list(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    Ok(Val::list(args.to_vec(), c.origin(&[])))
}

fn append(_: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let list = any(args, 0);
    let mut out = items_or(&list, "Cannot push on type")?;
    out.push(any(args, 1));
    Ok(Val::list(out, list.origin()))
}

fn prepend(_: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let list = any(args, 0);
    let mut out = vec![any(args, 1)];
    out.extend(items_or(&list, "Cannot prepend on type")?);
    Ok(Val::list(out, list.origin()))
}

fn first(_: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let list = any(args, 0);
    let items = items_or(&list, "Cannot find first on type")?;
    Ok(items
        .into_iter()
        .next()
        .unwrap_or_else(|| Val::nil(list.origin())))
}

fn last(_: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let list = any(args, 0);
    let items = items_or(&list, "Cannot find last on type")?;
    Ok(items
        .into_iter()
        .next_back()
        .unwrap_or_else(|| Val::nil(list.origin())))
}

fn rest(_: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let list = any(args, 0);
    let items = items_or(&list, "Cannot find rest on type")?;
    if items.is_empty() {
        return Ok(Val::nil_list(LIST, list.origin()));
    }
    Ok(Val::list(
        items.into_iter().skip(1).collect(),
        list.origin(),
    ))
}

fn initial(_: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let list = any(args, 0);
    let mut items = items_or(&list, "Cannot find initial on type")?;
    if items.is_empty() {
        return Ok(Val::nil_list(LIST, list.origin()));
    }
    items.pop();
    Ok(Val::list(items, list.origin()))
}

fn reverse(_: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let list = any(args, 0);
    let mut items = items_or(&list, "Cannot find reverse on type")?;
    items.reverse();
    Ok(Val::list(items, list.origin()))
}

fn compact(_: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let list = any(args, 0);
    let mut items = items_or(&list, "Cannot compact on type")?;
    items.retain(Val::truth);
    Ok(Val::list(items, list.origin()))
}

fn uniq(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let list = any(args, 0);
    let items = items_or(&list, "Cannot find uniq on type")?;
    let mut out: Vec<Val> = Vec::new();
    for item in items {
        if !is_among(c, &out, &item)? {
            out.push(item);
        }
    }
    Ok(Val::list(out, list.origin()))
}

fn without(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let list = any(args, 0);
    let items = items_or(&list, "Cannot find without on type")?;
    let omit = args.get(1..).unwrap_or(&[]);
    let mut kept = Vec::new();
    for item in items {
        if !is_among(c, omit, &item)? {
            kept.push(item);
        }
    }
    Ok(Val::list(kept, list.origin()))
}

/// Whether one of `items` is deeply equal to `wanted`.
fn is_among(c: &mut Call<'_>, items: &[Val], wanted: &Val) -> Result<bool, Failure> {
    for item in items {
        if deep_equal(c, item, wanted)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn has(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let (needle, list) = (any(args, 0), any(args, 1));
    if list.is_nil() {
        return Ok(Val::bool(false, c.origin(args)));
    }
    let items = items_or(&list, "Cannot find has on type")?;
    let holds = is_among(c, &items, &needle)?;
    Ok(Val::bool(holds, c.origin(args)))
}

fn slice(_: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let list = any(args, 0);
    let items = items_or(&list, "list should be type of slice or array but")?;
    if items.is_empty() {
        return Ok(Val::nil(list.origin()));
    }
    let len = items.len();
    let start = args.get(1).map_or(0, to_int);
    let end = args
        .get(2)
        .map_or(i64::try_from(len).unwrap_or(i64::MAX), to_int);
    let range = (usize::try_from(start), usize::try_from(end));
    let (Ok(from), Ok(to)) = range else {
        return Err("reflect.Value.Slice: slice index out of bounds".into());
    };
    match items.get(from..to) {
        Some(part) => {
            let go_type = match &list.kind {
                Kind::List(l) => l.go_type,
                _ => "[]uint8",
            };
            Ok(Val::list_of(go_type, part.to_vec(), list.origin()))
        }
        None => Err("reflect.Value.Slice: slice index out of bounds".into()),
    }
}

fn concat(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let mut out = Vec::new();
    for list in args {
        if list.is_nil() {
            return Err(super::args::nil_pointer());
        }
        let Some(items) = items(list) else {
            let kind = list.go_kind();
            return Err(format!("Cannot concat type {kind} as list").into());
        };
        c.engine.work(items.len())?;
        out.extend(items);
    }
    if out.is_empty() {
        return Ok(Val::nil_list(LIST, c.origin(args)));
    }
    Ok(Val::list(out, c.origin(args)))
}

fn chunk(_: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let list = any(args, 1);
    let items = items_or(&list, "Cannot chunk type")?;
    let size = usize::try_from(int(args, 0)).ok().filter(|n| *n > 0);
    let Some(size) = size else {
        return Err("runtime error: makeslice: len out of range".into());
    };
    let chunks = items
        .chunks(size)
        .map(|part| Val::list(part.to_vec(), list.origin()));
    Ok(Val::list_of(
        "[][]interface {}",
        chunks.collect(),
        list.origin(),
    ))
}

fn sort_alpha(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let list = any(args, 0);
    if items(&list).is_none() {
        return Ok(Val::strings([strval(&list)], c.origin(args)));
    }
    let mut texts = strings(&list);
    texts.sort_by(|a, b| a.as_str().cmp(b.as_str()));
    Ok(Val::strings(texts, list.origin()))
}

/// The numbers from `start` to before `stop`.
fn counted(c: &mut Call<'_>, start: i64, stop: i64, step: i64) -> Result<Vec<i64>, Failure> {
    let mut out = Vec::new();
    let mut i = start;
    let up = stop >= start;
    if (up && step <= 0) || (!up && step >= 0) {
        return Ok(out);
    }
    let many = start.abs_diff(stop) / step.unsigned_abs();
    let many = usize::try_from(many).unwrap_or(usize::MAX);
    c.engine.work(many)?;
    c.engine.grow(many.saturating_mul(64))?;
    while if up { i < stop } else { i > stop } {
        out.push(i);
        i = match i.checked_add(step) {
            Some(next) => next,
            None => break,
        };
    }
    Ok(out)
}

fn numbers(
    c: &mut Call<'_>,
    args: &[Val],
    start: i64,
    stop: i64,
    step: i64,
) -> Result<Val, Failure> {
    let origin = c.origin(args);
    let numbers = counted(c, start, stop, step)?;
    let items = numbers.into_iter().map(|i| Val::int(i, origin.clone()));
    Ok(Val::list_of(INTS, items.collect(), origin))
}

fn seq(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let n = |i: usize| int(args, i);
    let (start, stop, step) = match args.len() {
        1 => {
            let by = if n(0) < 1 { -1 } else { 1 };
            (1, n(0).saturating_add(by), by)
        }
        2 => {
            let by = if n(1) < n(0) { -1 } else { 1 };
            (n(0), n(1).saturating_add(by), by)
        }
        3 if n(2) < n(0) && n(1) > 0 => return Ok(Val::str("", c.origin(args))),
        3 => {
            let by = if n(2) < n(0) { -1 } else { 1 };
            (n(0), n(2).saturating_add(by), n(1))
        }
        _ => return Ok(Val::str("", c.origin(args))),
    };
    let numbers = counted(c, start, stop, step)?;
    let texts: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    Ok(Val::str(texts.join(" "), c.origin(args)))
}
