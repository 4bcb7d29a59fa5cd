//! Maps.

use std::rc::Rc;

use super::args::{any, chars, strval, text};
use super::{Function, aware, pure};
use crate::evaluate::helm::template::{Call, Failure, missing};
use crate::evaluate::helm::value::{
    Budget, Dict, Entries, Kind, MAP, MAX_DEPTH, PLACEHOLDER, Slot, Val, too_large,
};
use crate::trace::Origin;

pub(super) const ALL: &[Function] = &[
    aware("dict", "a*", dict),
    aware("get", "ms", get),
    aware("set", "msa", set),
    aware("unset", "ms", unset),
    pure("hasKey", "ms", has_key),
    pure("pluck", "sm*", pluck),
    pure("keys", "m*", keys),
    pure("values", "m", values),
    pure("pick", "ms*", pick),
    pure("omit", "ms*", omit),
    pure("merge", "mm*", |c, a| merge(c, a, false)),
    pure("mustMerge", "mm*", |c, a| merge(c, a, false)),
    pure("mergeOverwrite", "mm*", |c, a| merge(c, a, true)),
    pure("mustMergeOverwrite", "mm*", |c, a| merge(c, a, true)),
    aware("deepCopy", "a", deep_copy),
    aware("mustDeepCopy", "a", deep_copy),
    aware("dig", "a*", dig),
];

fn map(args: &[Val], i: usize) -> Rc<Dict> {
    match args.get(i).and_then(Val::as_map) {
        Some(m) => m.clone(),
        None => Rc::new(Dict {
            go_type: MAP,
            entries: Default::default(),
        }),
    }
}

fn dict(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let mut entries = Entries::new();
    for pair in args.chunks(2) {
        let key = strval(&any(pair, 0));
        let val = match pair.get(1) {
            Some(val) => val.clone(),
            None => Val::str("", c.origin(&[])),
        };
        let slot = Slot {
            key: key.origin(),
            val,
        };
        entries.insert(Rc::from(key.as_str()), slot);
    }
    Ok(Val::map(entries, c.origin(&[])))
}

fn get(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let dict = any(args, 0);
    if let Kind::Unknown(_) = dict.kind {
        return Ok(dict);
    }
    let key = chars(args, 1);
    let val = match map(args, 0).get(key) {
        Some(val) => val,
        None => Val::str("", missing(&dict, key)),
    };
    c.engine.read(&val);
    Ok(val)
}

fn set(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let key = text(args, 1);
    if let Some(dict) = args.first().and_then(Val::as_map) {
        c.engine.work(20 + dict.making_room())?;
        let val = c.engine.guarded(any(args, 2));
        dict.set(key.as_str(), key.origin(), val);
    } else if args.first().is_some_and(Val::is_nil) {
        return Err("assignment to entry in nil map".into());
    }
    Ok(any(args, 0))
}

fn unset(_: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    map(args, 0).entries.borrow_mut().remove(chars(args, 1));
    Ok(any(args, 0))
}

fn has_key(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let key = chars(args, 1);
    let dict = any(args, 0);
    match map(args, 0).get(key) {
        Some(val) => {
            c.engine.read(&val);
            if !map(args, 0).has(key) {
                return Ok(val);
            }
            Ok(Val::bool(true, c.origin(&[val])))
        }
        None => Ok(Val::bool(false, missing(&dict, key))),
    }
}

fn pluck(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let key = text(args, 0);
    let found = (1..args.len()).filter_map(|i| map(args, i).get(key.as_str()));
    Ok(Val::list(found.collect(), c.origin(&[])))
}

fn keys(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let mut out = Vec::new();
    for i in 0..args.len() {
        for (key, slot) in map(args, i).snapshot() {
            out.push(slot.key_text(&key));
        }
    }
    Ok(Val::strings(out, c.origin(args)))
}

fn values(_: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let vals = map(args, 0).snapshot().into_iter().map(|(_, s)| s.val);
    Ok(Val::list(vals.collect(), any(args, 0).origin()))
}

fn pick(_: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    filtered(args, true)
}

fn omit(_: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    filtered(args, false)
}

fn filtered(args: &[Val], keep: bool) -> Result<Val, Failure> {
    let names: Vec<_> = (1..args.len()).map(|i| text(args, i)).collect();
    let kept = map(args, 0).snapshot().into_iter().filter(|(key, _)| {
        &**key == PLACEHOLDER || names.iter().any(|n| n.as_str() == &**key) == keep
    });
    Ok(Val::map(kept.collect(), any(args, 0).origin()))
}

fn merge(c: &mut Call<'_>, args: &[Val], overwrite: bool) -> Result<Val, Failure> {
    let (first, others) = args.split_first().ok_or("merge needs a map")?;
    // A map that is nil becomes one as soon as there is something to put in.
    let merged = if first.is_nil() && others.iter().any(|v| v.as_map().is_some()) {
        empty(c.origin(args))
    } else {
        first.clone()
    };
    for src in others {
        if let (Some(dst), Some(src)) = (merged.as_map(), src.as_map()) {
            merge_into(c, dst, src, overwrite, 0)?;
        }
    }
    Ok(merged)
}

/// Merges as `mergo` does: maps are gone into, in place; anything else is taken as a whole.
fn merge_into(
    c: &mut Call<'_>,
    dst: &Rc<Dict>,
    src: &Rc<Dict>,
    overwrite: bool,
    depth: usize,
) -> Result<(), Failure> {
    if depth > MAX_DEPTH {
        return Err(format!("maps are nested deeper than {MAX_DEPTH}").into());
    }
    if Rc::ptr_eq(dst, src) {
        return Ok(());
    }
    for (key, slot) in src.snapshot() {
        let old = dst.get(&key);
        let room = if old.is_none() { dst.making_room() } else { 0 };
        c.engine.work(5 + room)?;
        if slot.val.is_nil() {
            if overwrite {
                put(dst, &key, slot);
            }
            continue;
        }
        if let (Some(old), Some(new)) = (old.as_ref().and_then(Val::as_map), slot.val.as_map()) {
            merge_into(c, old, new, overwrite, depth + 1)?;
            if !old.entries.borrow().is_empty() {
                continue;
            }
        }
        if overwrite || old.as_ref().is_none_or(Val::is_empty) {
            put(dst, &key, slot);
        }
    }
    Ok(())
}

fn put(dst: &Dict, key: &Rc<str>, slot: Slot) {
    dst.entries.borrow_mut().insert(key.clone(), slot);
}

/// Bytes that an entry of a copy counts for, with some to spare: copies are kept.
const COPIED: usize = 256;

fn deep_copy(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let val = any(args, 0);
    if val.is_nil() {
        return Err("deepCopy error: value is nil".into());
    }
    copy(c, &val, 0, &Budget::new())
}

fn copy(c: &mut Call<'_>, val: &Val, depth: usize, budget: &Budget) -> Result<Val, Failure> {
    if !budget.allows(depth) {
        return Err(too_large().into());
    }
    let parts = match &val.kind {
        Kind::Map(m) => m.entries.borrow().len(),
        Kind::List(l) => l.items.len(),
        _ => 0,
    };
    c.engine.work(4 + 4 * parts)?;
    c.engine.grow(COPIED * (1 + parts))?;
    Ok(match &val.kind {
        Kind::Map(m) => {
            let mut entries = m.entries.borrow().clone();
            for slot in entries.slots_mut() {
                if let Kind::Map(_) | Kind::List(_) = slot.val.kind {
                    slot.val = copy(c, &slot.val, depth + 1, budget)?;
                }
            }
            Val::map_of(m.go_type, entries, val.origin())
        }
        Kind::List(l) => {
            // Nobody changes lists, only maps in them.
            let holds = |v: &Val| matches!(v.kind, Kind::Map(_) | Kind::List(_));
            if !l.items.iter().any(holds) {
                return Ok(val.clone());
            }
            let items = l.items.iter().map(|v| copy(c, v, depth + 1, budget));
            let items: Result<Vec<Val>, Failure> = items.collect();
            Val::list_of(l.go_type, items?, val.origin())
        }
        _ => val.clone(),
    })
}

fn dig(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let [keys @ .., default, dict] = args else {
        return Err("dig needs at least three arguments".into());
    };
    if keys.is_empty() {
        return Err("dig needs at least three arguments".into());
    }
    let mut val = dict.clone();
    for key in keys {
        let Kind::Map(m) = &val.kind else {
            if let Kind::Unknown(_) = val.kind {
                return Ok(val);
            }
            return Err(not_a_map(&val));
        };
        if m.go_type != MAP {
            return Err(not_a_map(&val));
        }
        let Kind::Str(name) = &key.kind else {
            let found = key.go_type();
            return Err(if key.is_nil() {
                "interface conversion: interface {} is nil, not string".into()
            } else {
                format!("interface conversion: interface {{}} is {found}, not string").into()
            });
        };
        match m.get(name.as_str()) {
            Some(next) => val = next,
            None => {
                let absent = Val::nil(missing(&val, name.as_str()));
                return Ok(super::builtin::chosen(c, default.clone(), &[&absent]));
            }
        }
    }
    c.engine.read(&val);
    Ok(val)
}

fn not_a_map(val: &Val) -> Failure {
    let found = if val.is_nil() {
        "nil".to_owned()
    } else {
        val.go_type()
    };
    format!("interface conversion: interface {{}} is {found}, not {MAP}").into()
}

/// An empty map from `origin`.
pub(super) fn empty(origin: Origin) -> Val {
    Val::map(Entries::new(), origin)
}
