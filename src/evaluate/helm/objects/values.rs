//! Methods of `.Values` and of times.

use crate::evaluate::helm::functions::{Function, helm_yaml, pure};
use crate::evaluate::helm::template::{Call, Failure};
use crate::evaluate::helm::value::{Kind, MAP, VALUES, Val};
use crate::trace::{Origin, Text};

pub(super) const METHODS: &[Function] = &[
    pure("AsMap", "", |_, a| Ok(retyped(a.first(), MAP))),
    pure("YAML", "", |_, a| {
        let mut t = a.first().map(helm_yaml).unwrap_or_default();
        t.push_str("\n", &Origin::nowhere());
        Ok(Val::text(t))
    }),
    pure("Table", "s", |_, a| {
        let found = follow(a)?;
        match found.kind {
            Kind::Map(_) => Ok(retyped(Some(&found), VALUES)),
            _ => Err(format!("{:?} is not a table", path(a)).into()),
        }
    }),
    pure("PathValue", "s", |_, a| follow(a)),
];

pub(super) const TIME_METHODS: &[Function] = &[
    pure("Unix", "", |c, a| match a.first().map(|v| &v.kind) {
        Some(Kind::Time(secs)) => Ok(Val::int64(*secs, c.origin(a))),
        _ => Err("not a time".into()),
    }),
    pure("Year", "", |c, a| part(c, a, "2006")),
    pure("Day", "", |c, a| part(c, a, "2")),
    pure("Hour", "", |c, a| part(c, a, "15")),
    pure("Minute", "", |c, a| part(c, a, "4")),
    pure("Second", "", |c, a| part(c, a, "5")),
    pure("Format", "s", |c, a| {
        match (a.first().map(|v| &v.kind), a.get(1).and_then(Val::as_text)) {
            (Some(Kind::Time(secs)), Some(layout)) => {
                let shown = crate::evaluate::helm::functions::date::format(*secs, layout.as_str());
                Ok(c.opaque(shown, a))
            }
            _ => Err("not a time".into()),
        }
    }),
];

fn part(c: &mut Call<'_>, args: &[Val], layout: &str) -> Result<Val, Failure> {
    match args.first().map(|v| &v.kind) {
        Some(Kind::Time(secs)) => {
            let shown = crate::evaluate::helm::functions::date::format(*secs, layout);
            Ok(Val::int(
                shown.trim_start_matches('0').parse().unwrap_or(0),
                c.origin(args),
            ))
        }
        _ => Err("not a time".into()),
    }
}

/// The same map under another Go type. It shares its nested maps, but not its own entries.
fn retyped(val: Option<&Val>, go_type: &'static str) -> Val {
    let origin = val.map(Val::origin).unwrap_or_default();
    let entries = val.and_then(Val::as_map).map(|m| m.snapshot());
    Val::map_of(
        go_type,
        entries.unwrap_or_default().into_iter().collect(),
        origin,
    )
}

fn path(args: &[Val]) -> Text {
    match args.get(1).and_then(Val::as_text) {
        Some(t) => (**t).clone(),
        None => Text::default(),
    }
}

fn follow(args: &[Val]) -> Result<Val, Failure> {
    let path = path(args);
    let mut val = args
        .first()
        .cloned()
        .unwrap_or_else(|| Val::nil(Origin::nowhere()));
    for key in path.as_str().split('.') {
        let next = val.as_map().and_then(|m| m.get(key));
        val = next.ok_or_else(|| Failure::Message(format!("{key:?} is not a value")))?;
    }
    Ok(val)
}
