//! The values of `format`, as the validator of Helm reads them: it is written in Go, and leaves
//! most of them to Go's own readers of times, addresses and expressions.

mod mail;
mod time;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::evaluate::helm::functions::go_regex;
use crate::evaluate::helm::url;

/// Whether `text` has the format called `name`; whatever has a format nobody knows.
pub(super) fn fits(name: &str, text: &str) -> bool {
    match name {
        "date" => time::date(text),
        "time" => time::time(text),
        "date-time" => time::any(text),
        "hostname" => text.len() < 256 && text.split('.').all(is_label),
        "email" | "idn-email" => mail::is_address(text),
        "ipv4" => text.contains('.') && is_ip(text),
        "ipv6" => text.contains(':') && is_ip(text),
        "uri" | "iri" => parsed(text).is_some_and(|u| !u.scheme.is_empty()),
        "uri-reference" | "iri-reference" => parsed(text).is_some(),
        "uri-template" => parsed(text).is_some_and(|u| closes_braces(&u.path)),
        "uuid" => is_uuid(text),
        "regex" => go_regex(text).is_ok(),
        "json-pointer" => is_pointer(text),
        "relative-json-pointer" => is_relative_pointer(text),
        _ => true,
    }
}

/// Whether `name` is a format at all. Numbers have none of them.
pub(super) fn is_known(name: &str) -> bool {
    matches!(
        name,
        "date"
            | "time"
            | "date-time"
            | "hostname"
            | "email"
            | "idn-email"
            | "ipv4"
            | "ipv6"
            | "uri"
            | "iri"
            | "uri-reference"
            | "iri-reference"
            | "uri-template"
            | "uuid"
            | "regex"
            | "json-pointer"
            | "relative-json-pointer"
    )
}

fn is_label(label: &str) -> bool {
    let is_inner = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    (1..=63).contains(&label.len())
        && label.bytes().all(is_inner)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// Either kind of address: the validator asks for the character that tells them apart only.
fn is_ip(text: &str) -> bool {
    text.parse::<Ipv4Addr>().map(IpAddr::from).is_ok() || text.parse::<Ipv6Addr>().is_ok()
}

fn parsed(text: &str) -> Option<url::Url> {
    (!text.contains('\\')).then(|| url::parse(text).ok())?
}

/// Each `{` has a `}` after it.
fn closes_braces(path: &[u8]) -> bool {
    let mut open = false;
    for b in path {
        open = match b {
            b'{' => true,
            b'}' => false,
            _ => open,
        };
    }
    !open
}

fn is_uuid(text: &str) -> bool {
    let mut lengths = [8, 4, 4, 4, 12].into_iter();
    let is_digit = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
    let mut groups = text.split('-');
    groups.all(|g| lengths.next() == Some(g.len()) && g.bytes().all(is_digit))
        && lengths.next().is_none()
}

fn is_pointer(text: &str) -> bool {
    let escapes = |part: &str| part.starts_with(['0', '1']);
    text.is_empty() || text.starts_with('/') && text.split('~').skip(1).all(escapes)
}

fn is_relative_pointer(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at(digits);
    !number.is_empty()
        && (number == "0" || !number.starts_with('0'))
        && (rest == "#" || is_pointer(rest))
}
