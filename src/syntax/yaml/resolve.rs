//! What a plain scalar means.

use crate::trace::Value;

/// By which rules plain scalars become truth values, numbers and nulls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Schema {
    /// As Kubernetes and Helm read: `yes`, `on`, `y` are truth values, `0644` is octal.
    #[default]
    Yaml11,
    /// The core schema of YAML 1.2: only `true` and `false`; octal needs `0o`.
    Yaml12,
}

/// The value of the plain scalar `text`; none if it is a string.
pub(super) fn plain(text: &str, schema: Schema) -> Option<Value> {
    let first = *text.as_bytes().first()?;
    match first {
        b'0'..=b'9' | b'+' | b'-' | b'.' => number(text, schema),
        b'~' | b'n' | b'N' if is_null(text) => Some(Value::Null),
        _ => bool_of(text, schema).map(Value::Bool),
    }
}

/// Whether `text` is a spelling of null.
pub(super) fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

/// The truth value that `text` spells.
pub(super) fn bool_of(text: &str, schema: Schema) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" => return Some(true),
        "false" | "False" | "FALSE" => return Some(false),
        _ => {}
    }
    if schema == Schema::Yaml12 {
        return None;
    }
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Some(true),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Some(false),
        _ => None,
    }
}

/// The number that `text` spells.
pub(super) fn number(text: &str, schema: Schema) -> Option<Value> {
    match text {
        ".nan" | ".NaN" | ".NAN" => return Some(Value::Float(f64::NAN)),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => {
            return Some(Value::Float(f64::INFINITY));
        }
        "-.inf" | "-.Inf" | "-.INF" => return Some(Value::Float(f64::NEG_INFINITY)),
        _ => {}
    }
    let without;
    let text = if schema == Schema::Yaml11 && text.contains('_') && !text.starts_with('.') {
        without = text.replace('_', "");
        &without
    } else {
        text
    };
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    if let Some((radix, digits, explicit)) = radix_of(digits, schema) {
        if let Some(value) = whole(digits, radix, negative) {
            return Some(value);
        }
        if explicit {
            return None;
        }
    } else if let Some(value) = whole(digits, 10, negative) {
        return Some(value);
    }
    is_float(digits)
        .then(|| text.parse::<f64>().ok())
        .flatten()
        // To Go a number out of range is a text.
        .filter(|f| f.is_finite() || schema == Schema::Yaml12)
        .map(Value::Float)
}

/// The radix that a prefix names, the digits behind it, and whether it can mean nothing else: a
/// bare `0` may also start a decimal fraction.
fn radix_of(digits: &str, schema: Schema) -> Option<(u32, &str, bool)> {
    let (prefix, rest) = digits.split_at_checked(2)?;
    let found = match (prefix, schema) {
        ("0x", _) => Some(16),
        ("0o", _) => Some(8),
        ("0X", Schema::Yaml11) => Some(16),
        ("0O", Schema::Yaml11) => Some(8),
        ("0b" | "0B", Schema::Yaml11) => Some(2),
        _ => None,
    };
    if let Some(radix) = found {
        return Some((radix, rest, true));
    }
    if schema == Schema::Yaml11 && digits.starts_with('0') {
        return Some((8, &digits[1..], false));
    }
    None
}

#[allow(
    clippy::cast_precision_loss,
    reason = "numbers beyond 64 bits lose digits anyway"
)]
fn whole(digits: &str, radix: u32, negative: bool) -> Option<Value> {
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    match i128::from_str_radix(digits, radix) {
        Ok(n) => {
            let n = if negative { -n } else { n };
            Some(i64::try_from(n).map_or(Value::Float(n as f64), Value::Int))
        }
        Err(_) => None,
    }
}

/// Whether it is digits, with a point and an exponent if need be, without a sign.
fn is_float(text: &str) -> bool {
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let (before, after) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if before.is_empty() && after.is_empty() || !digits(before) || !digits(after) {
        return false;
    }
    exponent.is_none_or(|e| {
        let e = e.strip_prefix(['+', '-']).unwrap_or(e);
        !e.is_empty() && digits(e)
    })
}
