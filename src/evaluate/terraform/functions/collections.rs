//! Lists, sets and maps: order, selection, arithmetic.

use std::collections::BTreeSet;

use super::call::{Call, Function, MANY};
use crate::evaluate::terraform::expr::{Fail, Outcome, truth};
use crate::evaluate::terraform::value::{Data, Num, Type, Val, convert, set, to_text, unify};
use crate::trace::Origin;

pub(super) const FAMILY: &[Function] = &[
    Function::own("alltrue", 1, 1, |c| every(c, true)),
    Function::own("anytrue", 1, 1, |c| every(c, false)),
    Function::shallow("chunklist", 2, 2, chunklist),
    Function::own("coalesce", 1, MANY, coalesce),
    Function::shallow("coalescelist", 1, MANY, coalescelist),
    Function::deep("compact", 1, 1, compact),
    Function::shallow("concat", 1, MANY, concat),
    Function::shallow("contains", 2, 2, contains),
    Function::deep("distinct", 1, 1, distinct),
    Function::shallow("element", 2, 2, element),
    Function::shallow("flatten", 1, 1, flatten),
    Function::deep("index", 2, 2, index),
    Function::own("length", 1, 1, length),
    Function::own("list", 0, MANY, |c| {
        Ok(same_type(c.args.to_vec(), c.expr.origin.clone()))
    }),
    Function::shallow("one", 1, 1, one),
    Function::deep("range", 1, 3, range),
    Function::shallow("reverse", 1, 1, reverse),
    Function::deep("setintersection", 1, MANY, |c| {
        sets(c, |all, v| all[1..].iter().all(|s| has(s, v)))
    }),
    Function::shallow("setproduct", 1, MANY, setproduct),
    Function::deep("setsubtract", 2, 2, |c| {
        sets(c, |all, v| !all[1..].iter().any(|s| has(s, v)))
    }),
    Function::deep("setunion", 1, MANY, setunion),
    Function::shallow("slice", 3, 3, slice),
    Function::deep("sort", 1, 1, sort),
    Function::deep("sum", 1, 1, sum),
];

/// A list of elements that have been given one type.
pub(super) fn same_type(items: Vec<Val>, origin: Origin) -> Val {
    let tuple = Val::tuple(items, origin);
    let to = Type::List(Box::new(Type::Any));
    convert(&tuple, &to, &|_| Val::null(Origin::nowhere())).unwrap_or(tuple)
}

/// Whether all elements can have one type.
fn uniform(items: &[Val]) -> bool {
    unify(&items.iter().map(Type::of).collect::<Vec<_>>()).is_some()
}

fn has(items: &[Val], val: &Val) -> bool {
    items.iter().any(|v| v.equals(val) == Some(true))
}

fn every(call: &Call<'_>, wanted: bool) -> Outcome {
    let val = call.arg(0)?;
    if let Data::Unknown(_) = val.data {
        return Ok(val.clone());
    }
    let mut unknown = None;
    for item in call.items(0)? {
        if let Some(why) = item.why() {
            unknown = Some(why.clone());
            continue;
        }
        let holds = if item.is_null() {
            false
        } else {
            truth(item).ok_or("an element is not a truth value")?
        };
        if holds != wanted {
            return Ok(Val::bool(!wanted, item.origin.clone()));
        }
    }
    match unknown {
        Some(why) => Ok(Val::new(Data::Unknown(why), val.origin.clone())),
        None => Ok(Val::bool(wanted, val.origin.clone())),
    }
}

fn chunklist(call: &Call<'_>) -> Outcome {
    let size = usize::try_from(call.int(1)?).map_err(|_| "the size is negative")?;
    let items = call.items(0)?;
    let origin = call.origin();
    let list = same_type(items.to_vec(), origin.clone());
    let items = list.items().unwrap_or(items);
    let size = if size == 0 { items.len().max(1) } else { size };
    let chunks = items
        .chunks(size)
        .map(|c| Val::list(c.to_vec(), origin.clone()))
        .collect();
    Ok(Val::list(chunks, origin))
}

fn coalesce(call: &Call<'_>) -> Outcome {
    let types: Vec<Type> = call.args.iter().map(Type::of).collect();
    let to = unify(&types).ok_or("the arguments have different types")?;
    for val in call.args {
        if let Data::Unknown(_) = val.data {
            return Ok(val.clone());
        }
        if val.is_null() {
            continue;
        }
        let val = convert(val, &to, &|_| Val::null(Origin::nowhere()))?;
        if matches!(&val.data, Data::Str(text) if text.is_empty()) {
            continue;
        }
        return Ok(val);
    }
    Err(Fail::new("all arguments are null or empty"))
}

fn coalescelist(call: &Call<'_>) -> Outcome {
    for (at, val) in call.args.iter().enumerate() {
        if val.is_null() {
            return Err(Fail::new("an argument is null"));
        }
        if matches!(val.data, Data::Set(_)) || !call.items(at)?.is_empty() {
            call.items(at)?;
            if call.items(at)?.is_empty() {
                continue;
            }
            return Ok(val.clone());
        }
    }
    Err(Fail::new("all lists are empty"))
}

fn compact(call: &Call<'_>) -> Outcome {
    let mut out = Vec::new();
    for item in call.items(0)? {
        if item.is_null() {
            continue;
        }
        let text = to_text(item).ok_or("an element is not a string")?;
        if !text.is_empty() {
            out.push(Val::text(text));
        }
    }
    Ok(Val::list(out, call.origin()))
}

fn concat(call: &Call<'_>) -> Outcome {
    let mut out = Vec::new();
    let mut lists = true;
    for (at, val) in call.args.iter().enumerate() {
        if matches!(val.data, Data::Set(_)) {
            return Err(Fail::new("a set has no order"));
        }
        out.extend_from_slice(call.items(at)?);
        lists &= matches!(val.data, Data::List(_));
    }
    call.scope.world.spend(out.len())?;
    if lists && uniform(&out) {
        return Ok(same_type(out, call.origin()));
    }
    Ok(Val::tuple(out, call.origin()))
}

fn contains(call: &Call<'_>) -> Outcome {
    let wanted = call.arg(1)?;
    let mut unknown = wanted.why_deep();
    if wanted.is_null() {
        return Err(Fail::new("what is looked for is null"));
    }
    for item in call.items(0)? {
        match item.equals(wanted) {
            Some(true) => return Ok(Val::bool(true, item.origin.clone())),
            Some(false) => {}
            None => unknown = unknown.or_else(|| item.why_deep()),
        }
    }
    match unknown {
        Some(why) => Ok(Val::new(Data::Unknown(why), call.origin())),
        None => Ok(Val::bool(false, call.origin())),
    }
}

fn distinct(call: &Call<'_>) -> Outcome {
    let list = same_type(call.items(0)?.to_vec(), call.origin());
    let mut out: Vec<Val> = Vec::new();
    let mut seen = BTreeSet::new();
    for item in list.items().unwrap_or(&[]) {
        let fresh = match to_text(item) {
            Some(text) => seen.insert(text.as_str().to_owned()),
            None => !has(&out, item),
        };
        if fresh {
            out.push(item.clone());
        }
    }
    Ok(Val::list(out, call.origin()))
}

fn element(call: &Call<'_>) -> Outcome {
    if matches!(call.arg(0)?.data, Data::Set(_)) {
        return Err(Fail::new("a set has no order"));
    }
    let items = call.items(0)?;
    let at = call.int(1)?;
    let count = i64::try_from(items.len()).unwrap_or(i64::MAX);
    if count == 0 {
        return Err(Fail::new("the list is empty"));
    }
    let at = at
        .checked_rem_euclid(count)
        .and_then(|i| usize::try_from(i).ok())
        .unwrap_or(0);
    items
        .get(at)
        .cloned()
        .ok_or_else(|| Fail::new("there is no such element"))
}

fn flatten(call: &Call<'_>) -> Outcome {
    let mut out = Vec::new();
    let mut rest: Vec<Val> = call.items(0)?.iter().rev().cloned().collect();
    while let Some(val) = rest.pop() {
        match val.items() {
            Some(items) => rest.extend(items.iter().rev().cloned()),
            None => {
                if let Data::Unknown(_) = val.data {
                    // It might be a list.
                    return Ok(val);
                }
                out.push(val);
            }
        }
        call.scope.world.spend(1)?;
    }
    Ok(Val::tuple(out, call.origin()))
}

fn index(call: &Call<'_>) -> Outcome {
    if matches!(call.arg(0)?.data, Data::Set(_)) {
        return Err(Fail::new("a set has no order"));
    }
    let wanted = call.arg(1)?;
    if wanted.is_null() {
        return Err(Fail::new("what is looked for is null"));
    }
    let at = call
        .items(0)?
        .iter()
        .position(|v| v.equals(wanted) == Some(true));
    let at = at.ok_or("the list doesn't have it")?;
    Ok(Val::int(i128::try_from(at).unwrap_or(0), call.origin()))
}

fn length(call: &Call<'_>) -> Outcome {
    let val = call.arg(0)?;
    if let Some(why) = val.why() {
        return Ok(Val::new(Data::Unknown(why.clone()), val.origin.clone()));
    }
    let n = match &val.data {
        Data::Str(text) => text.as_str().chars().count(),
        _ => match (val.items(), val.fields()) {
            (Some(items), _) => items.len(),
            (_, Some(fields)) => {
                if let Some(why) = &fields.rest {
                    return Ok(Val::new(Data::Unknown(why.clone()), val.origin.clone()));
                }
                fields.entries.len()
            }
            _ => return Err(Fail::new(format!("a {} has no length", val.type_name()))),
        },
    };
    Ok(Val::int(i128::try_from(n).unwrap_or(0), val.origin.clone()))
}

fn one(call: &Call<'_>) -> Outcome {
    match call.items(0)? {
        [] => Ok(Val::null(call.origin())),
        [only] => Ok(only.clone()),
        _ => Err(Fail::new("there is more than one element")),
    }
}

fn range(call: &Call<'_>) -> Outcome {
    let zero = Num::ZERO;
    let (start, end, step) = match call.len() {
        1 => (zero, call.num(0)?, None),
        2 => (call.num(0)?, call.num(1)?, None),
        _ => (call.num(0)?, call.num(1)?, Some(call.num(2)?)),
    };
    let down = end < start;
    let step = step.unwrap_or_else(|| Num::int(if down { -1 } else { 1 }));
    if start == end {
        return Ok(Val::list(Vec::new(), call.origin()));
    }
    if step == zero {
        return Err(Fail::new("the step is zero"));
    }
    if (step > zero) == down && start != end {
        return Err(Fail::new("the step leads away from the end"));
    }
    let mut out = Vec::new();
    let mut at = start;
    while if down { at > end } else { at < end } {
        if out.len() >= 1024 {
            return Err(Fail::new("there would be more than 1024 numbers"));
        }
        out.push(Val::num(at, call.origin()));
        at = at.plus(step).ok_or("the numbers are out of bounds")?;
    }
    Ok(Val::list(out, call.origin()))
}

fn reverse(call: &Call<'_>) -> Outcome {
    let items: Vec<Val> = call.items(0)?.iter().rev().cloned().collect();
    let origin = call.origin();
    Ok(match call.arg(0)?.data {
        Data::Tuple(_) => Val::tuple(items, origin),
        _ => Val::list(items, origin),
    })
}

fn as_sets(call: &Call<'_>) -> Result<Vec<Vec<Val>>, Fail> {
    let all: Vec<Val> = (0..call.len())
        .map(|at| call.items(at).map(<[Val]>::to_vec))
        .collect::<Result<Vec<_>, _>>()?
        .concat();
    let types: Vec<Type> = all.iter().map(Type::of).collect();
    let of = unify(&types).ok_or("the elements have different types")?;
    (0..call.len())
        .map(|at| {
            call.items(at)?
                .iter()
                .map(|v| convert(v, &of, &|_| Val::null(Origin::nowhere())).map_err(Fail::new))
                .collect()
        })
        .collect()
}

fn sets(call: &Call<'_>, keep: fn(&[Vec<Val>], &Val) -> bool) -> Outcome {
    let all = as_sets(call)?;
    let first = all.first().cloned().unwrap_or_default();
    let kept = first.into_iter().filter(|v| keep(&all, v)).collect();
    Ok(set(kept, call.arg(0)?))
}

fn setunion(call: &Call<'_>) -> Outcome {
    Ok(set(as_sets(call)?.concat(), call.arg(0)?))
}

fn setproduct(call: &Call<'_>) -> Outcome {
    if call.len() < 2 {
        return Err(Fail::new("at least two sets are needed"));
    }
    let mut all_sets = true;
    let mut total: usize = 1;
    for (at, val) in call.args.iter().enumerate() {
        all_sets &= matches!(val.data, Data::Set(_));
        total = total.saturating_mul(call.items(at)?.len());
    }
    call.scope.world.spend(total.saturating_mul(call.len()))?;
    let mut rows: Vec<Vec<Val>> = vec![Vec::new()];
    for at in 0..call.len() {
        let column = same_type(call.items(at)?.to_vec(), call.origin());
        let mut next = Vec::new();
        for row in &rows {
            for item in column.items().unwrap_or(&[]) {
                let mut row = row.clone();
                row.push(item.clone());
                next.push(row);
            }
        }
        rows = next;
    }
    let origin = call.origin();
    let rows: Vec<Val> = rows
        .into_iter()
        .map(|r| Val::tuple(r, origin.clone()))
        .collect();
    if all_sets {
        return Ok(set(rows, call.arg(0)?));
    }
    Ok(Val::list(rows, origin))
}

fn slice(call: &Call<'_>) -> Outcome {
    if matches!(call.arg(0)?.data, Data::Set(_)) {
        return Err(Fail::new("a set has no order"));
    }
    let items = call.items(0)?;
    let bound =
        |at: usize| usize::try_from(call.int(at)?).map_err(|_| Fail::new("an index is negative"));
    let (start, end) = (bound(1)?, bound(2)?);
    let part = items
        .get(start..end)
        .ok_or("the indices are out of bounds")?
        .to_vec();
    Ok(match call.arg(0)?.data {
        Data::Tuple(_) => Val::tuple(part, call.origin()),
        _ => Val::list(part, call.origin()),
    })
}

fn sort(call: &Call<'_>) -> Outcome {
    let mut texts = call.texts(0)?;
    texts.sort_by(|a, b| a.as_str().cmp(b.as_str()));
    Ok(Val::list(
        texts.into_iter().map(Val::text).collect(),
        call.origin(),
    ))
}

fn sum(call: &Call<'_>) -> Outcome {
    let items = call.items(0)?;
    if items.is_empty() {
        return Err(Fail::new("the list is empty"));
    }
    let mut total = Num::ZERO;
    for item in items {
        let num = convert(item, &Type::Num, &|_| Val::null(Origin::nowhere()))?;
        let Data::Num(n) = num.data else {
            return Err(Fail::new("an element is not a number"));
        };
        total = total.plus(n).ok_or("the sum is out of bounds")?;
    }
    Ok(Val::num(total, call.origin()))
}
