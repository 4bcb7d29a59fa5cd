//! Maps and objects.

use std::collections::BTreeMap;

use super::call::{Call, Function, MANY};
use super::collections::same_type;
use crate::evaluate::terraform::expr::{Fail, Outcome};
use crate::evaluate::terraform::value::{Data, Fields, Type, Val, convert, to_text};
use crate::trace::Origin;

pub(super) const FAMILY: &[Function] = &[
    Function::shallow("keys", 1, 1, keys),
    Function::own("lookup", 2, 3, lookup),
    Function::own("map", 0, MANY, map),
    Function::deep("matchkeys", 3, 3, matchkeys),
    Function::own("merge", 0, MANY, merge),
    Function::deep("transpose", 1, 1, transpose),
    Function::shallow("values", 1, 1, values),
    Function::shallow("zipmap", 2, 2, zipmap),
];

fn as_map(val: Val) -> Val {
    let to = Type::Map(Box::new(Type::Any));
    convert(&val, &to, &|_| Val::null(Origin::nowhere())).unwrap_or(val)
}

fn whole(fields: &Fields, call: &Call<'_>) -> Option<Val> {
    let why = fields.rest.clone()?;
    Some(Val::new(Data::Unknown(why), call.origin()))
}

fn keys(call: &Call<'_>) -> Outcome {
    let fields = call.fields(0)?;
    if let Some(unknown) = whole(fields, call) {
        return Ok(unknown);
    }
    let names = fields
        .entries
        .iter()
        .map(|(name, f)| Val::str(name.clone(), &f.key));
    let names = names.collect();
    Ok(match call.arg(0)?.data {
        Data::Object(_) => Val::tuple(names, call.origin()),
        _ => Val::list(names, call.origin()),
    })
}

fn values(call: &Call<'_>) -> Outcome {
    let fields = call.fields(0)?;
    if let Some(unknown) = whole(fields, call) {
        return Ok(unknown);
    }
    let vals = fields.entries.values().map(|f| f.val.clone()).collect();
    Ok(match call.arg(0)?.data {
        Data::Object(_) => Val::tuple(vals, call.origin()),
        _ => Val::list(vals, call.origin()),
    })
}

fn lookup(call: &Call<'_>) -> Outcome {
    let (map, key) = (call.arg(0)?, call.arg(1)?);
    for val in [map, key] {
        if let Some(why) = val.why() {
            return Ok(Val::new(Data::Unknown(why.clone()), val.origin.clone()));
        }
    }
    let name = call.str(1)?;
    let fields = call.fields(0)?;
    if let Some(found) = fields.get(&name) {
        return Ok(found.clone().hidden_if(map.sensitive));
    }
    if let Some(unknown) = whole(fields, call) {
        return Ok(unknown);
    }
    match call.args.get(2) {
        Some(default) => {
            // The default takes the type of the map's values.
            let of = match (&map.data, Type::of(map)) {
                (Data::Map(_), Type::Map(of)) => *of,
                _ => Type::Any,
            };
            convert(default, &of, &|_| Val::null(Origin::nowhere())).map_err(Fail::new)
        }
        None => Err(Fail::new(format!("the map has no key {name:?}"))),
    }
}

fn merge(call: &Call<'_>) -> Outcome {
    let mut out = Fields::default();
    let mut maps = true;
    for (at, val) in call.args.iter().enumerate() {
        if val.is_null() {
            continue;
        }
        if let Data::Unknown(why) = &val.data {
            // What it has may hide what came before; what comes after is certain.
            out.entries.clear();
            out.rest = Some(why.clone());
            continue;
        }
        let fields = call.fields(at)?;
        maps &= matches!(val.data, Data::Map(_));
        if let Some(why) = &fields.rest {
            out.entries.clear();
            out.rest = Some(why.clone());
        }
        for (name, field) in &fields.entries {
            out.entries.insert(name.clone(), field.clone());
        }
    }
    let origin = call
        .args
        .iter()
        .find(|v| v.fields().is_some())
        .map_or_else(|| call.origin(), |v| v.origin.clone());
    if call.args.is_empty() || (maps && out.rest.is_none() && !call.args.iter().all(Val::is_null)) {
        let val = Val::object(out, origin);
        return Ok(if call.args.is_empty() {
            val
        } else {
            as_map(val)
        });
    }
    if call.args.iter().all(Val::is_null) {
        return Ok(Val::object(Fields::default(), origin));
    }
    Ok(Val::object(out, origin))
}

fn map(call: &Call<'_>) -> Outcome {
    let mut out = Fields::default();
    for pair in call.args.chunks(2) {
        let [key, val] = pair else {
            return Err(Fail::new("a key has no value"));
        };
        let name = to_text(key).ok_or("a key is not a string")?;
        out.set(name.as_str(), key.origin.clone(), val.clone());
    }
    Ok(as_map(Val::object(out, call.expr.origin.clone())))
}

fn matchkeys(call: &Call<'_>) -> Outcome {
    let (values, keys, wanted) = (call.items(0)?, call.items(1)?, call.items(2)?);
    if values.len() != keys.len() {
        return Err(Fail::new("values and keys have different lengths"));
    }
    let found = values
        .iter()
        .zip(keys)
        .filter(|(_, key)| wanted.iter().any(|w| w.equals(key) == Some(true)))
        .map(|(val, _)| val.clone())
        .collect();
    Ok(same_type(found, call.origin()))
}

fn transpose(call: &Call<'_>) -> Outcome {
    let mut turned: BTreeMap<String, (Origin, Vec<Val>)> = BTreeMap::new();
    for (name, field) in &call.fields(0)?.entries {
        let items = field.val.items().ok_or("a value is not a list")?;
        for item in items {
            let text = to_text(item).ok_or("an element is not a string")?;
            let entry = turned
                .entry(text.as_str().to_owned())
                .or_insert_with(|| (item.origin.clone(), Vec::new()));
            entry.1.push(Val::str(name.clone(), &field.key));
        }
    }
    let mut out = Fields::default();
    for (name, (origin, items)) in turned {
        out.set(name, origin.clone(), Val::list(items, origin));
    }
    Ok(Val::map(out, call.origin()))
}

fn zipmap(call: &Call<'_>) -> Outcome {
    let (keys, vals) = (call.items(0)?, call.items(1)?);
    if keys.len() != vals.len() {
        return Err(Fail::new("keys and values have different lengths"));
    }
    let mut out = Fields::default();
    for (key, val) in keys.iter().zip(vals) {
        if let Some(why) = key.why() {
            out.rest = Some(why.clone());
            continue;
        }
        let name = to_text(key).ok_or("a key is not a string")?;
        out.set(name.as_str(), key.origin.clone(), val.clone());
    }
    let lists = matches!(call.arg(1)?.data, Data::List(_));
    let val = Val::object(out, call.origin());
    Ok(if lists { as_map(val) } else { val })
}
