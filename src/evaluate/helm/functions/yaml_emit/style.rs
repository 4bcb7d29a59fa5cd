//! Which strings would be read as something else if they were written plainly.

use std::sync::LazyLock;

use regex::Regex;

use super::Dialect;

#[allow(clippy::unwrap_used)]
static FLOAT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$").unwrap());
#[allow(clippy::unwrap_used)]
static BASE_60: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$").unwrap());
#[allow(clippy::unwrap_used)]
static TIMESTAMP: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^[0-9]{4}-(0?[1-9]|1[0-2])-(0?[1-9]|[12][0-9]|3[01])([Tt][0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}([.,][0-9]+)?(Z|[-+][0-9]{2}:[0-9]{2})| [0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}([.,][0-9]+)?)?$",
    )
    .unwrap()
});

/// Words that are booleans, nulls and such; those of `OLD` only in YAML 1.1.
const WORDS: [&str; 23] = [
    "", "~", "null", "Null", "NULL", "true", "True", "TRUE", "false", "False", "FALSE", ".nan",
    ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF",
];
const OLD: [&str; 16] = [
    "y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "n", "N", "no", "No", "NO", "off", "Off",
    "OFF",
];

/// Whether `s`, written plainly, is read as a string again.
pub(super) fn is_string(s: &str, dialect: Dialect) -> bool {
    if WORDS.contains(&s) || OLD.contains(&s) {
        return false;
    }
    let Some(first) = s.chars().next() else {
        return false;
    };
    match first {
        '.' => !is_go_float(s),
        '+' | '-' | '0'..='9' => !(is_number(s, dialect) || is_timestamp(s) || BASE_60.is_match(s)),
        _ => true,
    }
}

fn is_go_float(s: &str) -> bool {
    let plain = s.replace('_', "");
    plain.len() == s.len() && plain.len() > 1 && plain.parse::<f64>().is_ok()
}

fn is_number(s: &str, dialect: Dialect) -> bool {
    let plain = s.replace('_', "");
    if is_go_int(&plain) || FLOAT.is_match(&plain) {
        return true;
    }
    let digits = plain.strip_prefix(['-', '+']).unwrap_or(&plain);
    dialect == Dialect::V3
        && digits
            .strip_prefix("0o")
            .is_some_and(|d| !d.is_empty() && d.bytes().all(|b| matches!(b, b'0'..=b'7')))
}

/// Whether Go reads an integer of 64 bits in it, the base told by the prefix.
fn is_go_int(s: &str) -> bool {
    let (negative, digits) = match s.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, s.strip_prefix('+').unwrap_or(s)),
    };
    let signed = digits.len() != s.len();
    let lower = digits.to_ascii_lowercase();
    let (base, body) = if let Some(hex) = lower.strip_prefix("0x") {
        (16, hex)
    } else if let Some(binary) = lower.strip_prefix("0b") {
        (2, binary)
    } else if let Some(octal) = lower.strip_prefix("0o") {
        (8, octal)
    } else if lower.len() > 1 && lower.starts_with('0') {
        (8, lower.get(1..).unwrap_or(""))
    } else {
        (10, lower.as_str())
    };
    if body.is_empty() || !body.chars().all(|c| c.is_digit(base)) {
        return false;
    }
    match u128::from_str_radix(body, base) {
        Ok(n) if negative => n <= 1 << 63,
        Ok(n) if signed => n < 1 << 63,
        Ok(n) => n < 1 << 64,
        Err(_) => false,
    }
}

fn is_timestamp(s: &str) -> bool {
    s.len() > 4 && s.as_bytes().get(4) == Some(&b'-') && TIMESTAMP.is_match(s)
}
