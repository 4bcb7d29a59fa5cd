//! Base64, base32 and JSON.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::args::{any, text};
use super::{Function, aware, pure};
use crate::evaluate::helm::template::{Call, Failure};
use crate::evaluate::helm::value::bytes::{from_bytes, to_bytes};
use crate::evaluate::helm::value::{self, Kind, Val};
use crate::trace::Text;

pub(super) const ALL: &[Function] = &[
    pure("b64enc", "s", |c, a| {
        Ok(c.opaque(STANDARD.encode(to_bytes(text(a, 0).as_str())), a))
    }),
    pure("b64dec", "s", b64dec),
    pure("b32enc", "s", |c, a| {
        Ok(c.opaque(b32enc(&to_bytes(text(a, 0).as_str())), a))
    }),
    pure("b32dec", "s", b32dec),
    aware("toJson", "a", |c, a| to_json(c, a, PLAIN, false)),
    aware("mustToJson", "a", |c, a| to_json(c, a, PLAIN, true)),
    aware("toPrettyJson", "a", |c, a| to_json(c, a, PRETTY, false)),
    aware("mustToPrettyJson", "a", |c, a| to_json(c, a, PRETTY, true)),
    aware("toRawJson", "a", |c, a| to_json(c, a, RAW, true)),
    aware("mustToRawJson", "a", |c, a| to_json(c, a, RAW, true)),
    pure("fromJson", "s", from_json),
    pure("fromJsonArray", "s", from_json_array),
    pure("mustFromJson", "s", must_from_json),
];

const PLAIN: value::Style = value::Style {
    pretty: false,
    escape_html: true,
};
const PRETTY: value::Style = value::Style {
    pretty: true,
    escape_html: true,
};
const RAW: value::Style = value::Style {
    pretty: false,
    escape_html: false,
};

fn b64dec(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let t = text(args, 0);
    let clean: String = t
        .as_str()
        .chars()
        .filter(|c| !matches!(c, '\n' | '\r'))
        .collect();
    Ok(match STANDARD.decode(&clean) {
        Ok(bytes) => c.opaque(from_bytes(&bytes), args),
        Err(_) if t.unknown().is_some() => c.opaque(t.as_str(), args),
        Err(_) => c.opaque(corrupt(t.as_str(), "base64", is_base64), args),
    })
}

fn is_base64(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/')
}

/// Go's complaint, which names the first byte that doesn't belong.
fn corrupt(s: &str, what: &str, fits: fn(u8) -> bool) -> String {
    let at = s
        .bytes()
        .position(|b| !fits(b) && !matches!(b, b'\n' | b'\r'))
        .unwrap_or_else(|| s.len() / 4 * 4);
    format!("illegal {what} data at input byte {at}")
}

const B32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

fn b32enc(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.chunks(5) {
        let mut buffer = 0u64;
        for i in 0..5 {
            buffer = buffer << 8 | u64::from(chunk.get(i).copied().unwrap_or(0));
        }
        let used = (chunk.len() * 8).div_ceil(5);
        for i in 0..8 {
            let index = usize::try_from(buffer >> (35 - 5 * i) & 31).unwrap_or(0);
            let letter = B32.get(index).copied().unwrap_or(b'=');
            out.push(if i < used { char::from(letter) } else { '=' });
        }
    }
    out
}

fn b32dec(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let t = text(args, 0);
    let s = t.as_str().replace(['\n', '\r'], "");
    let body = s.trim_end_matches('=');
    let mut out = Vec::new();
    let (mut buffer, mut bits) = (0u64, 0);
    for b in body.bytes() {
        let Some(i) = B32.iter().position(|x| *x == b) else {
            let message = corrupt(&s, "base32", |b| B32.contains(&b));
            return Ok(c.opaque(message, args));
        };
        buffer = (buffer << 5 | i as u64) & 0xff_ffff;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            out.push(u8::try_from(buffer >> bits & 0xff).unwrap_or(0));
        }
    }
    Ok(c.opaque(from_bytes(&out), args))
}

fn to_json(
    _: &mut Call<'_>,
    args: &[Val],
    style: value::Style,
    must: bool,
) -> Result<Val, Failure> {
    let val = any(args, 0);
    match value::json(&val, style) {
        Ok(t) => Ok(Val::text(t)),
        Err(e) if must => Err(e.into()),
        Err(_) => Ok(Val::str("", val.origin())),
    }
}

/// Go's words for a text that ends too early.
const CUT_OFF: &str = "unexpected end of JSON input";

/// The value in a JSON text, or what Go says against it.
fn parse(t: &Text) -> Result<Val, String> {
    if let Some(val) = value::decode(t) {
        return Ok(val);
    }
    if t.as_str().trim().is_empty() {
        return Err(CUT_OFF.to_owned());
    }
    let (node, problems) = crate::syntax::json::parse(t);
    // Go takes the last of equal keys without a word.
    match problems.into_iter().find(|p| !p.message.contains("twice")) {
        Some(p) if p.message.contains("Unterminated") => Err(CUT_OFF.to_owned()),
        Some(p) => Err(p.message),
        None if t.unknown().is_some() => Ok(Val::from_json(node)),
        None => Err("invalid character in string literal".to_owned()),
    }
}

/// What Go calls a JSON value in a complaint.
pub(super) fn json_kind(val: &Val) -> &'static str {
    match val.kind {
        Kind::Bool(_) => "bool",
        Kind::Int(..) | Kind::Float(_) => "number",
        Kind::List(_) => "array",
        Kind::Map(_) => "object",
        _ => "string",
    }
}

/// A map whose only entry says what went wrong.
pub(super) fn error_map(c: &Call<'_>, args: &[Val], message: String) -> Val {
    let error = c.opaque(message, args);
    Val::map_from(value::MAP, [("Error", error)])
}

fn from_json(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    Ok(match parse(&text(args, 0)) {
        Ok(val) if matches!(val.kind, Kind::Map(_) | Kind::Unknown(_)) => val,
        Ok(val) if val.is_nil() => super::dicts::empty(val.origin()),
        Ok(val) => {
            let kind = json_kind(&val);
            let message = format!(
                "json: cannot unmarshal {kind} into Go value of type {}",
                value::MAP
            );
            error_map(c, args, message)
        }
        Err(message) => error_map(c, args, message),
    })
}

fn from_json_array(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let message = match parse(&text(args, 0)) {
        Ok(val) if matches!(val.kind, Kind::List(_) | Kind::Unknown(_)) => return Ok(val),
        Ok(val) if val.is_nil() => return Ok(Val::nil_list(value::LIST, val.origin())),
        Ok(val) => {
            let kind = json_kind(&val);
            format!(
                "json: cannot unmarshal {kind} into Go value of type {}",
                value::LIST
            )
        }
        Err(message) => message,
    };
    let error = c.opaque(message, args);
    Ok(Val::list(vec![error], c.origin(args)))
}

fn must_from_json(_: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    Ok(parse(&text(args, 0))?)
}
