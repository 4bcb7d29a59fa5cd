//! Base64, CSV, URLs.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};

use super::call::{Call, Function, text};
use crate::evaluate::terraform::expr::{Fail, Outcome};
use crate::evaluate::terraform::value::{Data, Fields, Val};
use crate::trace::{Origin, Text};

pub(super) const FAMILY: &[Function] = &[
    Function::own("base64encode", 1, 1, encode),
    Function::own("base64decode", 1, 1, decode),
    Function::own("base64gzip", 1, 1, gzip),
    Function::shallow("csvdecode", 1, 1, csv),
    Function::shallow("textdecodebase64", 2, 2, textdecode),
    Function::shallow("textencodebase64", 2, 2, textencode),
    Function::shallow("urlencode", 1, 1, urlencode),
];

/// So that decoding finds the way back.
pub(super) fn base64(subject: &Text) -> Text {
    if subject.is_empty() {
        return subject.clone();
    }
    crate::evaluate::boot::base64::encode(subject)
}

fn encode(call: &Call<'_>) -> Outcome {
    if let Data::Unknown(_) = call.arg(0)?.data {
        return Ok(call.arg(0)?.clone());
    }
    text(base64(&call.text(0)?))
}

fn decode(call: &Call<'_>) -> Outcome {
    if let Data::Unknown(_) = call.arg(0)?.data {
        return Ok(call.arg(0)?.clone());
    }
    let subject = call.text(0)?;
    let chars = subject.as_str();
    let bytes = STANDARD
        .decode(chars)
        .map_err(|_| Fail::new("the text is not base64"))?;
    let decoded = String::from_utf8(bytes).map_err(|_| Fail::new("the content is not UTF-8"))?;
    if chars.contains(['\n', '\r']) {
        return text(subject.replaced_by(decoded));
    }
    // Four characters came of three bytes; a character may lie across such a border.
    let mut out = Text::default();
    let mut start = 0;
    let len = decoded.len();
    while start < len {
        let mut end = (start / 3 + 1) * 3;
        while end < len && !decoded.is_char_boundary(end) {
            end += 1;
        }
        let end = end.min(len);
        let group = start / 3 * 4..end.div_ceil(3) * 4;
        let part = subject.slice(group);
        let piece = &decoded[start..end];
        match part.unknown() {
            Some(why) => out.push(&Text::of_unknown(piece, why.clone(), part.origin())),
            None => out.push_str(piece, &part.origin()),
        }
        start = end;
    }
    text(if out.is_empty() { subject } else { out })
}

fn gzip(call: &Call<'_>) -> Outcome {
    if let Data::Unknown(_) = call.arg(0)?.data {
        return Ok(call.arg(0)?.clone());
    }
    text(crate::evaluate::boot::base64::encode_packed(&call.text(0)?))
}

fn urlencode(call: &Call<'_>) -> Outcome {
    let subject = call.text(0)?;
    text(subject.map_chars(|c| {
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_' | '.' | '~' => c.to_string(),
            ' ' => "+".to_owned(),
            c => c
                .encode_utf8(&mut [0; 4])
                .bytes()
                .map(|b| format!("%{b:02X}"))
                .collect(),
        }
    }))
}

/// The encodings that need no tables.
fn textencode(call: &Call<'_>) -> Outcome {
    let (subject, encoding) = (call.text(0)?, call.str(1)?);
    let chars = subject.as_str();
    let bytes: Vec<u8> = match encoding.to_ascii_uppercase().as_str() {
        "UTF-8" => chars.as_bytes().to_vec(),
        "UTF-16LE" => chars.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        "UTF-16BE" => chars.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        "ISO-8859-1" => chars
            .chars()
            .map(|c| u8::try_from(u32::from(c)))
            .collect::<Result<_, _>>()
            .map_err(|_| Fail::new("a character has no place in that encoding"))?,
        "US-ASCII" if chars.is_ascii() => chars.as_bytes().to_vec(),
        _ => return unknown_encoding(call, &encoding),
    };
    text(subject.replaced_by(STANDARD.encode(bytes)))
}

fn textdecode(call: &Call<'_>) -> Outcome {
    let (subject, encoding) = (call.text(0)?, call.str(1)?);
    let bytes = STANDARD
        .decode(subject.as_str())
        .or_else(|_| STANDARD_NO_PAD.decode(subject.as_str()))
        .map_err(|_| Fail::new("the text is not base64"))?;
    let units = |of: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes
            .chunks_exact(2)
            .map(|pair| of([pair[0], pair[1]]))
            .collect();
        String::from_utf16_lossy(&units)
    };
    let decoded = match encoding.to_ascii_uppercase().as_str() {
        "UTF-8" => String::from_utf8_lossy(&bytes).into_owned(),
        "UTF-16LE" => units(u16::from_le_bytes),
        "UTF-16BE" => units(u16::from_be_bytes),
        "ISO-8859-1" => bytes.iter().map(|b| char::from(*b)).collect(),
        _ => return unknown_encoding(call, &encoding),
    };
    text(subject.replaced_by(decoded))
}

/// Whether there is such an encoding isn't known here.
fn unknown_encoding(call: &Call<'_>, encoding: &str) -> Outcome {
    const NAMES: &[&str] = &[
        "windows-",
        "iso-8859-",
        "cp",
        "shift_jis",
        "euc-",
        "gb",
        "big5",
        "koi8",
        "utf-16",
        "us-ascii",
        "macintosh",
    ];
    let lower = encoding.to_ascii_lowercase();
    if NAMES.iter().any(|n| lower.starts_with(n)) {
        return Ok(Val::unknown(
            format!("the encoding {encoding} is not read"),
            call.origin(),
        ));
    }
    Err(Fail::new(format!("there is no encoding {encoding}")))
}

/// `csvdecode`: a list of objects by the names in the first row.
fn csv(call: &Call<'_>) -> Outcome {
    let subject = call.text(0)?;
    let mut rows = records(&subject)?.into_iter();
    let Some(header) = rows.next() else {
        return Err(Fail::new("there is no header row"));
    };
    let mut seen = std::collections::BTreeSet::new();
    for name in &header {
        if !seen.insert(name.as_str().to_owned()) {
            return Err(Fail::new(format!(
                "two columns are called {:?}",
                name.as_str()
            )));
        }
    }
    let mut out = Vec::new();
    for row in rows {
        if row.len() != header.len() {
            return Err(Fail::new(
                "a row has another number of columns than the header",
            ));
        }
        let mut fields = Fields::default();
        let mut at: Option<Origin> = None;
        for (name, value) in header.iter().zip(row) {
            at.get_or_insert_with(|| value.origin());
            fields.set(name.as_str(), name.origin(), Val::text(value));
        }
        out.push(Val::object(fields, at.unwrap_or_else(|| subject.origin())));
    }
    Ok(Val::list(out, subject.origin()))
}

fn records(subject: &Text) -> Result<Vec<Vec<Text>>, Fail> {
    let chars = subject.as_str();
    let bytes = chars.as_bytes();
    let mut rows = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'\n' || chars[at..].starts_with("\r\n") {
            at += if bytes[at] == b'\n' { 1 } else { 2 };
            continue;
        }
        let mut row = Vec::new();
        loop {
            if bytes.get(at) == Some(&b'"') {
                let mut value = Text::default();
                at += 1;
                loop {
                    let quote = chars[at..].find('"').ok_or("a quoted field isn't closed")?;
                    value.push(&subject.slice(at..at + quote));
                    at += quote + 1;
                    if bytes.get(at) != Some(&b'"') {
                        break;
                    }
                    value.push(&subject.slice(at..at + 1));
                    at += 1;
                }
                if value.is_empty() {
                    value = subject.slice(at..at);
                }
                row.push(value);
            } else {
                let end = chars[at..]
                    .find([',', '\n'])
                    .map_or(chars.len(), |n| at + n);
                let value = subject.slice(at..end);
                let value = match value.as_str().strip_suffix('\r') {
                    Some(bare) if bytes.get(end) == Some(&b'\n') => value.slice(0..bare.len()),
                    _ => value,
                };
                if value.as_str().contains('"') {
                    return Err(Fail::new("a quote within a field that isn't quoted"));
                }
                row.push(value);
                at = end;
            }
            match bytes.get(at) {
                Some(b',') => at += 1,
                Some(b'\r') if bytes.get(at + 1) == Some(&b'\n') => {
                    at += 2;
                    break;
                }
                Some(b'\n') => {
                    at += 1;
                    break;
                }
                None => break,
                Some(_) => return Err(Fail::new("text behind a quoted field")),
            }
        }
        rows.push(row);
    }
    Ok(rows)
}
