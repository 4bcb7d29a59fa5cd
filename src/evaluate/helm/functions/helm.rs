//! Helm's own functions.

use super::args::{any, chars, text};
use super::encoding::{error_map, json_kind};
use super::yaml_emit::{self, Dialect};
use super::{Function, aware, pure};
use crate::evaluate::helm::go_yaml;
use crate::evaluate::helm::template::{Call, Failure};
use crate::evaluate::helm::value::{Kind, LIST, MAP, Val};
use crate::syntax::yaml;
use crate::trace::Text;

pub(super) const ALL: &[Function] = &[
    aware("include", "sa", include),
    pure("tpl", "sa", tpl),
    pure("lookup", "ssss", |c, a| {
        Ok(super::dicts::empty(c.origin(a)))
    }),
    aware("toYaml", "a", |_, a| {
        Ok(Val::text(to_yaml(&any(a, 0), Dialect::V2)))
    }),
    aware("toYamlPretty", "a", |_, a| {
        Ok(Val::text(to_yaml(&any(a, 0), Dialect::V3)))
    }),
    pure("fromYaml", "s", from_yaml),
    pure("fromYamlArray", "s", from_yaml_array),
    aware("toToml", "a", |c, a| super::toml::encode(c, &any(a, 0))),
    pure("fromToml", "s", super::toml::decode),
];

fn include(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let at = c.at;
    let out = c.engine.include(chars(args, 0), &any(args, 1), at)?;
    Ok(Val::text(out))
}

fn tpl(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let at = c.at;
    let out = c.engine.tpl(&text(args, 0), &any(args, 1), at)?;
    Ok(Val::text(out))
}

/// The value as YAML without the last line break; nothing if it can't be written.
pub(crate) fn to_yaml(val: &Val, dialect: Dialect) -> Text {
    yaml_emit::emit(val, dialect).unwrap_or_else(|_| Text::opaque("", val.origin()))
}

/// The first document of a YAML text, or why it can't be read.
fn parse(t: &Text) -> Result<Val, String> {
    let stream = yaml::parse(t, yaml::Schema::Yaml11);
    let refusal = go_yaml::refusal(t, &stream);
    match (stream.into_first(), refusal) {
        (Some(node), None) => Ok(Val::from_json(node)),
        (None, None) => Ok(Val::nil(t.origin_at(0))),
        (_, Some(message)) => Err(format!("error converting YAML to JSON: {message}")),
    }
}

fn from_yaml(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    Ok(match parse(&text(args, 0)) {
        Ok(val) if matches!(val.kind, Kind::Map(_)) || val.why_unknown().is_some() => val,
        Ok(val) if val.is_nil() => super::dicts::empty(val.origin()),
        Ok(val) => {
            let message = wrong_kind(&val, MAP);
            error_map(c, args, message)
        }
        Err(message) => error_map(c, args, message),
    })
}

fn from_yaml_array(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let message = match parse(&text(args, 0)) {
        Ok(val) if matches!(val.kind, Kind::List(_)) || val.why_unknown().is_some() => {
            return Ok(val);
        }
        Ok(val) if val.is_nil() => return Ok(Val::list(Vec::new(), val.origin())),
        Ok(val) => wrong_kind(&val, LIST),
        Err(message) => message,
    };
    let error = c.opaque(message, args);
    Ok(Val::list(vec![error], c.origin(args)))
}

fn wrong_kind(val: &Val, wanted: &str) -> String {
    let found = json_kind(val);
    format!(
        "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {found} into Go value of type {wanted}"
    )
}
