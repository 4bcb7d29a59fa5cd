//! Conversion between types, as Terraform does it without being asked.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::types::Attribute;
use super::{Data, Field, Fields, MAX_NESTING, Num, Type, Val};
use crate::trace::Text;

/// How the default of an optional attribute is evaluated.
pub(super) type Defaults<'a> = &'a dyn Fn(&crate::evaluate::terraform::ast::Expr) -> Val;

/// `val` as a value of type `to`.
///
/// # Errors
/// Says in one clause why it can't be one.
pub fn convert(val: &Val, to: &Type, defaults: Defaults<'_>) -> Result<Val, String> {
    within(val, to, defaults, 0)
}

fn within(val: &Val, to: &Type, defaults: Defaults<'_>, depth: usize) -> Result<Val, String> {
    if depth > MAX_NESTING {
        return Err("nested too deeply".to_owned());
    }
    if val.is_null() || matches!(val.data, Data::Unknown(_)) {
        return Ok(val.clone());
    }
    let with = |data| Val {
        data,
        origin: val.origin.clone(),
        sensitive: val.sensitive,
    };
    let wrong = || format!("{} required", to.name());
    match to {
        Type::Any => Ok(val.clone()),
        Type::Str => to_text(val).map(|t| with(Data::Str(t))).ok_or_else(wrong),
        Type::Bool => match &val.data {
            Data::Bool(_) => Ok(val.clone()),
            Data::Str(_) if val.why().is_some() => Ok(unknown(val)),
            Data::Str(text) => match text.as_str() {
                "true" | "1" => Ok(with(Data::Bool(true))),
                "false" | "0" => Ok(with(Data::Bool(false))),
                _ => Err(wrong()),
            },
            _ => Err(wrong()),
        },
        Type::Num => match &val.data {
            Data::Num(_) => Ok(val.clone()),
            Data::Str(_) if val.why().is_some() => Ok(unknown(val)),
            Data::Str(text) => Num::parse(text.as_str())
                .map(|n| with(Data::Num(n)))
                .ok_or_else(wrong),
            _ => Err(wrong()),
        },
        Type::List(of) | Type::Set(of) => {
            let items = val.items().ok_or_else(wrong)?;
            let of = element_type(of, items.iter())?;
            let items: Vec<Val> = items
                .iter()
                .map(|v| within(v, &of, defaults, depth + 1))
                .collect::<Result<_, _>>()?;
            Ok(match to {
                Type::Set(_) => set(items, val),
                _ => with(Data::List(Arc::new(items))),
            })
        }
        Type::Map(of) => {
            let fields = val.fields().ok_or_else(wrong)?;
            let of = element_type(of, fields.entries.values().map(|f| &f.val))?;
            let entries = fields
                .entries
                .iter()
                .map(|(name, field)| {
                    let new = within(&field.val, &of, defaults, depth + 1)?;
                    Ok((
                        name.clone(),
                        Field {
                            key: field.key.clone(),
                            val: new,
                        },
                    ))
                })
                .collect::<Result<BTreeMap<_, _>, String>>()?;
            let rest = fields.rest.clone();
            Ok(with(Data::Map(Arc::new(Fields { entries, rest }))))
        }
        Type::Tuple(types) => {
            let items = val.items().ok_or_else(wrong)?;
            if items.len() != types.len() {
                return Err(format!("tuple of {} elements required", types.len()));
            }
            let items = items
                .iter()
                .zip(types)
                .map(|(v, t)| within(v, t, defaults, depth + 1))
                .collect::<Result<_, _>>()?;
            Ok(with(Data::Tuple(Arc::new(items))))
        }
        Type::Object(attributes) => object(val, attributes, defaults, depth),
    }
}

fn object(
    val: &Val,
    attributes: &BTreeMap<String, Attribute>,
    defaults: Defaults<'_>,
    depth: usize,
) -> Result<Val, String> {
    let fields = val.fields().ok_or("object required")?;
    let mut out = Fields::default();
    for (name, attribute) in attributes {
        let written = fields.entries.get(name);
        let absent = written.is_none_or(|f| f.val.is_null());
        let fallback = attribute.default.as_ref().filter(|_| absent);
        let (key, value) = match (written, fallback) {
            (_, Some(default)) => (default.origin.clone(), defaults(default)),
            (Some(field), None) => (field.key.clone(), field.val.clone()),
            (None, None) if fields.rest.is_some() => {
                let why = fields.rest.clone().map(Data::Unknown).unwrap_or(Data::Null);
                (val.origin.clone(), Val::new(why, val.origin.clone()))
            }
            (None, None) if attribute.optional => {
                (val.origin.clone(), Val::null(val.origin.clone()))
            }
            (None, None) => return Err(format!("attribute \"{name}\" is required")),
        };
        let value = within(&value, &attribute.of, defaults, depth + 1)
            .map_err(|e| format!("attribute \"{name}\": {e}"))?;
        out.set(name.clone(), key, value);
    }
    Ok(Val {
        data: Data::Object(Arc::new(out)),
        origin: val.origin.clone(),
        sensitive: val.sensitive,
    })
}

fn unknown(val: &Val) -> Val {
    match val.why() {
        Some(why) => Val::new(Data::Unknown(why.clone()), val.origin.clone()),
        None => val.clone(),
    }
}

/// The type for the elements of a collection: `of`, or what all elements can be.
fn element_type<'v>(of: &Type, items: impl Iterator<Item = &'v Val>) -> Result<Type, String> {
    if !matches!(of, Type::Any) {
        return Ok(of.clone());
    }
    unify(&items.map(Type::of).collect::<Vec<_>>())
        .ok_or_else(|| "the elements have different types".to_owned())
}

/// The one type that values of all of `types` can be converted to.
#[must_use]
pub fn unify(types: &[Type]) -> Option<Type> {
    unify_within(types, 0)
}

fn unify_within(types: &[Type], depth: usize) -> Option<Type> {
    if depth > MAX_NESTING {
        return None;
    }
    let known: Vec<&Type> = types.iter().filter(|t| !matches!(t, Type::Any)).collect();
    let Some(first) = known.first() else {
        return Some(Type::Any);
    };
    if known.iter().all(|t| t.is_primitive()) {
        let same = known
            .iter()
            .all(|t| std::mem::discriminant(*t) == std::mem::discriminant(*first));
        let text = known.iter().any(|t| matches!(t, Type::Str));
        return match (same, text) {
            (true, _) => Some((*first).clone()),
            (false, true) => Some(Type::Str),
            (false, false) => None,
        };
    }
    if known.iter().any(|t| t.is_primitive()) {
        return None;
    }
    let sequence = known
        .iter()
        .all(|t| matches!(t, Type::List(_) | Type::Set(_) | Type::Tuple(_)));
    if sequence {
        return unify_sequences(&known, depth);
    }
    let keyed = known
        .iter()
        .all(|t| matches!(t, Type::Map(_) | Type::Object(_)));
    if keyed {
        return unify_keyed(&known, depth);
    }
    None
}

fn unify_sequences(known: &[&Type], depth: usize) -> Option<Type> {
    let lengths: Vec<usize> = known
        .iter()
        .filter_map(|t| match t {
            Type::Tuple(items) => Some(items.len()),
            _ => None,
        })
        .collect();
    let all_tuples = lengths.len() == known.len();
    if all_tuples && lengths.windows(2).all(|w| w[0] == w[1]) {
        let len = lengths.first().copied().unwrap_or(0);
        let columns: Option<Vec<Type>> = (0..len)
            .map(|i| {
                let column: Vec<Type> = known
                    .iter()
                    .filter_map(|t| match t {
                        Type::Tuple(items) => items.get(i).cloned(),
                        _ => None,
                    })
                    .collect();
                unify_within(&column, depth + 1)
            })
            .collect();
        if let Some(columns) = columns {
            return Some(Type::Tuple(columns));
        }
    }
    let elements: Vec<Type> = known
        .iter()
        .flat_map(|t| match t {
            Type::Tuple(items) => items.clone(),
            Type::List(of) | Type::Set(of) => vec![(**of).clone()],
            _ => Vec::new(),
        })
        .collect();
    let of = Box::new(unify_within(&elements, depth + 1)?);
    let sets = known.iter().any(|t| matches!(t, Type::Set(_)));
    if sets && !known.iter().any(|t| matches!(t, Type::List(_))) {
        Some(Type::Set(of))
    } else {
        Some(Type::List(of))
    }
}

fn unify_keyed(known: &[&Type], depth: usize) -> Option<Type> {
    let objects: Vec<&BTreeMap<String, Attribute>> = known
        .iter()
        .filter_map(|t| match t {
            Type::Object(attributes) => Some(attributes),
            _ => None,
        })
        .collect();
    let same_names = objects.windows(2).all(|w| w[0].keys().eq(w[1].keys()));
    if objects.len() == known.len() && same_names {
        let names = objects
            .first()
            .map(|o| o.keys().cloned().collect::<Vec<_>>())?;
        let mut out = BTreeMap::new();
        let mut fits = true;
        for name in names {
            let column: Vec<Type> = objects
                .iter()
                .filter_map(|o| o.get(&name).map(|a| a.of.clone()))
                .collect();
            match unify_within(&column, depth + 1) {
                Some(of) => {
                    let attribute = Attribute {
                        of,
                        optional: false,
                        default: None,
                    };
                    out.insert(name, attribute);
                }
                None => fits = false,
            }
        }
        if fits {
            return Some(Type::Object(out));
        }
    }
    let elements: Vec<Type> = known
        .iter()
        .flat_map(|t| match t {
            Type::Object(attributes) => attributes.values().map(|a| a.of.clone()).collect(),
            Type::Map(of) => vec![(**of).clone()],
            _ => Vec::new(),
        })
        .collect();
    Some(Type::Map(Box::new(unify_within(&elements, depth + 1)?)))
}

/// A single value as a string; none for collections.
#[must_use]
pub(in crate::evaluate::terraform) fn to_text(val: &Val) -> Option<Text> {
    let plain = |s: String| Some(Text::opaque(s, val.origin.clone()));
    match &val.data {
        Data::Str(text) => Some(text.clone()),
        Data::Bool(b) => plain(b.to_string()),
        Data::Num(n) => plain(n.to_string()),
        Data::Unknown(why) => Some(Text::of_unknown(
            super::PLACEHOLDER,
            why.clone(),
            val.origin.clone(),
        )),
        _ => None,
    }
}

/// A set of `items`; unknown if one of them is, because nobody can tell how many there are.
#[must_use]
pub(in crate::evaluate::terraform) fn set(items: Vec<Val>, from: &Val) -> Val {
    if let Some(why) = items.iter().find_map(Val::why_deep) {
        return Val::new(Data::Unknown(why), from.origin.clone()).hidden_if(from.sensitive);
    }
    let mut keyed: Vec<(String, Val)> = items.into_iter().map(|v| (sort_key(&v), v)).collect();
    keyed.sort_by(|(a, x), (b, y)| match (&x.data, &y.data) {
        (Data::Num(x), Data::Num(y)) => x.cmp(y),
        _ => a.cmp(b),
    });
    keyed.dedup_by(|(a, _), (b, _)| a == b);
    let items = keyed.into_iter().map(|(_, v)| v).collect();
    Val {
        data: Data::Set(Arc::new(items)),
        origin: from.origin.clone(),
        sensitive: from.sensitive,
    }
}

/// Equal for equal values.
fn sort_key(val: &Val) -> String {
    match &val.data {
        Data::Str(text) => format!("s{}", text.as_str()),
        Data::Bool(b) => format!("b{b}"),
        Data::Num(n) => format!("n{n}"),
        _ => {
            let mut out = String::new();
            key_of(val, &mut out, 0);
            out
        }
    }
}

fn key_of(val: &Val, out: &mut String, depth: usize) {
    if depth > MAX_NESTING {
        return;
    }
    match &val.data {
        Data::Null => out.push('~'),
        Data::Bool(b) => out.push_str(if *b { "b1" } else { "b0" }),
        Data::Num(n) => out.push_str(&format!("n{n};")),
        Data::Str(text) => out.push_str(&format!("{:?}", text.as_str())),
        Data::Unknown(_) => out.push('?'),
        Data::Tuple(items) | Data::List(items) | Data::Set(items) => {
            out.push('[');
            for item in items.iter() {
                key_of(item, out, depth + 1);
                out.push(',');
            }
            out.push(']');
        }
        Data::Object(fields) | Data::Map(fields) => {
            out.push('{');
            for (name, field) in &fields.entries {
                out.push_str(&format!("{name:?}="));
                key_of(&field.val, out, depth + 1);
                out.push(',');
            }
            out.push('}');
        }
    }
}
