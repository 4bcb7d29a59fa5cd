//! `urlParse` and `urlJoin`.

use super::args::{any, text};
use super::{Function, pure};
use crate::evaluate::helm::template::{Call, Failure};
use crate::evaluate::helm::url;
use crate::evaluate::helm::value::{Kind, MAP, Val};
use crate::trace::Text;

pub(super) const ALL: &[Function] = &[pure("urlParse", "s", parse), pure("urlJoin", "m", join)];

fn parse(_: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let t = text(args, 0);
    let s = t.as_str();
    let bad = |why: &str| Failure::Message(format!("unable to parse url: parse {s:?}: {why}"));
    url::parse(s).map_err(|why| bad(&why))?;
    let part = |from: usize, to: usize| t.slice(from..to);
    let fragment_at = s.find('#').unwrap_or(s.len());
    let fragment = part((fragment_at + 1).min(s.len()), s.len());
    let scheme_end = s
        .get(..fragment_at)
        .and_then(|head| head.find(':'))
        .filter(|i| {
            let name = s.get(..*i).unwrap_or("");
            name.starts_with(|c: char| c.is_ascii_alphabetic())
                && name
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
        });
    let rest_at = scheme_end.map_or(0, |i| i + 1);
    let scheme = part(0, scheme_end.unwrap_or(0)).to_lowercase();
    let body = s.get(rest_at..fragment_at).unwrap_or("");
    let query_at = body.find('?').map_or(fragment_at, |i| rest_at + i);
    let query = part((query_at + 1).min(fragment_at), fragment_at);
    let body = s.get(rest_at..query_at).unwrap_or("");
    let empty = || Text::opaque("", t.origin_at(0));
    let (mut user, mut host, mut path, mut opaque) = (empty(), empty(), empty(), empty());
    if scheme_end.is_some() && !body.starts_with('/') {
        opaque = part(rest_at, query_at);
    } else if let Some(authority) = body.strip_prefix("//")
        && (scheme_end.is_some() || !authority.starts_with('/'))
    {
        let start = rest_at + 2;
        let end = authority.find('/').map_or(query_at, |i| start + i);
        let authority = s.get(start..end).unwrap_or("");
        let host_at = authority.rfind('@').map_or(start, |i| start + i + 1);
        user = part(start, host_at.saturating_sub(1).max(start));
        host = part(host_at, end);
        path = part(end, query_at);
    } else {
        path = part(rest_at, query_at);
    }
    let hostname = hostname(&host);
    let path = unescape(&path).ok_or_else(|| bad("invalid URL escape"))?;
    Ok(Val::map_from(
        MAP,
        [
            ("scheme", Val::text(scheme)),
            ("host", Val::text(host)),
            ("hostname", Val::text(hostname)),
            ("path", Val::text(path)),
            ("query", Val::text(query)),
            ("opaque", Val::text(opaque)),
            ("fragment", Val::text(fragment)),
            ("userinfo", Val::text(user)),
        ],
    ))
}

/// The host without port and brackets.
fn hostname(host: &Text) -> Text {
    let s = host.as_str();
    if let Some(close) = s.find(']').filter(|_| s.starts_with('[')) {
        return host.slice(1..close);
    }
    let end = s.rfind(':').unwrap_or(s.len());
    host.slice(0..end)
}

/// `%41` as `A`.
fn unescape(t: &Text) -> Option<Text> {
    if !t.as_str().contains('%') {
        return Some(t.clone());
    }
    let bytes = url::unescaped(t.as_str())?;
    Some(t.replaced_by(String::from_utf8_lossy(&bytes)))
}

fn join(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let dict = any(args, 0);
    let Some(map) = dict.as_map() else {
        return Ok(Val::str("", c.origin(args)));
    };
    let get = |key: &str| match map.get(key) {
        None => Ok(Text::default()),
        Some(val) => match &val.kind {
            Kind::Str(t) => Ok((**t).clone()),
            _ => Err(format!(
                "unable to parse {key} key, must be of type string, but {} found",
                val.go_kind()
            )),
        },
    };
    let place = c.origin(&[]);
    let mark = |s: &str| Text::opaque(s, place.clone());
    let (scheme, host, path) = (get("scheme")?, get("host")?, get("path")?);
    let (query, opaque, fragment, user) = (
        get("query")?,
        get("opaque")?,
        get("fragment")?,
        get("userinfo")?,
    );
    let mut out = scheme.clone();
    if !scheme.is_empty() {
        out.push(&mark(":"));
    }
    if opaque.is_empty() {
        if !scheme.is_empty() || !host.is_empty() || !user.is_empty() {
            if !host.is_empty() || !path.is_empty() || !user.is_empty() {
                out.push(&mark("//"));
            }
            if !user.is_empty() {
                out.push(&user);
                out.push(&mark("@"));
            }
            out.push(&host);
        }
        if !path.is_empty() && !path.as_str().starts_with('/') && !host.is_empty() {
            out.push(&mark("/"));
        }
        out.push(&escape_path(&path));
    } else {
        out.push(&opaque);
    }
    if !query.is_empty() {
        out.push(&mark("?"));
        out.push(&query);
    }
    if !fragment.is_empty() {
        out.push(&mark("#"));
        out.push(&fragment);
    }
    Ok(Val::text(out))
}

fn escape_path(t: &Text) -> Text {
    t.map_chars(|c| {
        if c.is_ascii_alphanumeric() || "-_.~$&+,/:;=@!'()*".contains(c) {
            return c.to_string();
        }
        let mut bytes = [0; 4];
        c.encode_utf8(&mut bytes)
            .bytes()
            .map(|b| format!("%{b:02X}"))
            .collect()
    })
}
