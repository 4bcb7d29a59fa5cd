//! Addresses as Go's `net/url` reads them, for functions and schemas.

/// What of an address matters to whoever judges it.
pub(super) struct Url {
    /// Empty if there is none.
    pub(super) scheme: String,
    /// Decoded; empty if it doesn't begin with a slash though there is a scheme.
    pub(super) path: Vec<u8>,
}

/// Where an escaped or plain character stands.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Host,
    Zone,
    Other,
}

/// The parts of `text`.
///
/// # Errors
/// Go's words for what is wrong with it, without `parse "…": `.
pub(super) fn parse(text: &str) -> Result<Url, String> {
    let (head, fragment) = text.split_once('#').unwrap_or((text, ""));
    if head.bytes().any(|b| b < b' ' || b == 0x7f) {
        return Err("net/url: invalid control character in URL".to_owned());
    }
    let (scheme, rest) = scheme(head)?;
    let rest = rest.split_once('?').map_or(rest, |(path, _)| path);
    let mut path = rest;
    if !rest.starts_with('/') {
        if !scheme.is_empty() {
            path = "";
        } else if rest.split('/').next().is_some_and(|s| s.contains(':')) {
            return Err("first path segment in URL cannot contain colon".to_owned());
        }
    } else if let Some(after) = rest.strip_prefix("//")
        && (!scheme.is_empty() || !after.starts_with('/'))
    {
        let end = after.find('/').unwrap_or(after.len());
        let (authority, after) = after.split_at(end);
        check_authority(authority)?;
        path = after;
    }
    let path = unescape(path, Part::Other)?;
    unescape(fragment, Part::Other)?;
    Ok(Url {
        scheme: scheme.to_ascii_lowercase(),
        path,
    })
}

/// What stands before the first colon, if it is a scheme, and the rest.
fn scheme(text: &str) -> Result<(&str, &str), String> {
    for (at, c) in text.char_indices() {
        match c {
            'a'..='z' | 'A'..='Z' => {}
            '0'..='9' | '+' | '-' | '.' if at > 0 => {}
            ':' if at == 0 => return Err("missing protocol scheme".to_owned()),
            ':' => {
                let (scheme, rest) = text.split_at(at);
                return Ok((scheme, rest.get(1..).unwrap_or("")));
            }
            _ => break,
        }
    }
    Ok(("", text))
}

fn check_authority(authority: &str) -> Result<(), String> {
    let (user, host) = match authority.rsplit_once('@') {
        Some((user, host)) => (user, host),
        None => ("", authority),
    };
    check_host(host)?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._:~!$&'()*+,;=%@".contains(c);
    if !user.chars().all(is_plain) {
        return Err("net/url: invalid userinfo".to_owned());
    }
    unescape(user, Part::Other).map(|_| ())
}

fn check_host(host: &str) -> Result<(), String> {
    let (name, port) = if host.starts_with('[') {
        let close = host.rfind(']').ok_or("missing ']' in host")?;
        host.split_at(close + 1)
    } else {
        host.split_at(host.rfind(':').unwrap_or(host.len()))
    };
    let digits = port.strip_prefix(':').unwrap_or(port);
    let is_port = port.is_empty() || port.starts_with(':');
    if !is_port || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(format!("invalid port {port:?} after host"));
    }
    match name.find("%25").filter(|_| name.starts_with('[')) {
        Some(zone) => {
            let (address, zone) = name.split_at(zone);
            unescape(address, Part::Host)?;
            unescape(zone.trim_end_matches(']'), Part::Zone)?;
        }
        None => {
            unescape(name, Part::Host)?;
        }
    }
    Ok(())
}

/// `%41` as `A`, and a complaint about what may not stand in a host.
fn unescape(text: &str, part: Part) -> Result<Vec<u8>, String> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [b, after @ ..] = rest {
        rest = after;
        if *b != b'%' {
            if part != Part::Other && b.is_ascii() && !is_of_host(*b) {
                let from = text.len() - rest.len() - 1;
                let c = char::from(*b).to_string();
                let c = text.get(from..=from).unwrap_or(&c);
                return Err(format!("invalid character {c:?} in host name"));
            }
            out.push(*b);
            continue;
        }
        let digit = |at: usize| after.get(at).and_then(|d| char::from(*d).to_digit(16));
        let bad = || {
            let from = text.len() - after.len() - 1;
            let escape = text.get(from..).unwrap_or("").chars().take(3);
            format!("invalid URL escape {:?}", escape.collect::<String>())
        };
        let (Some(high), Some(low)) = (digit(0), digit(1)) else {
            return Err(bad());
        };
        let byte = u8::try_from(high * 16 + low).unwrap_or_default();
        let is_percent = byte == b'%';
        let is_wrong = match part {
            Part::Host => high < 8 && !is_percent,
            Part::Zone => !is_percent && byte != b' ' && !is_of_host(byte),
            Part::Other => false,
        };
        if is_wrong {
            return Err(bad());
        }
        out.push(byte);
        rest = after.get(2..).unwrap_or(&[]);
    }
    Ok(out)
}

fn is_of_host(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b"!$&'()*+,;=:[]<>\"-_.~".contains(&b)
}

/// `%41` as `A`; none if a `%` begins no escape.
pub(super) fn unescaped(text: &str) -> Option<Vec<u8>> {
    unescape(text, Part::Other).ok()
}
