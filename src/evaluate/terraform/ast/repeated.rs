//! Objects in which a key is written twice: the last one counts, but the parser refuses them.

use std::borrow::Cow;

use hcl::edit::parser::Error;

/// So many keys may be repeated in a text.
const MAX_REPEATED: usize = 50;

/// Parses `chars`, other names of the same length put in place of repeated keys. Whoever reads
/// the result takes the names of keys from the text that was written.
///
/// # Errors
/// As `parse`'s.
pub(super) fn without<T>(
    chars: Cow<'_, str>,
    parse: impl Fn(&str) -> Result<T, Error>,
) -> Result<T, Error> {
    let mut chars = chars;
    for attempt in 0..MAX_REPEATED {
        let error = match parse(&chars) {
            Err(error) if error.message().contains("redefined object key") => error,
            result => return result,
        };
        let at = error.location().offset();
        let Some(len) = name_at(&chars, at) else {
            return Err(error);
        };
        let start = at + usize::from(chars.as_bytes().get(at) == Some(&b'"'));
        let other = other_name(attempt, len);
        chars.to_mut().replace_range(start..start + len, &other);
    }
    parse(&chars)
}

/// The length of the name that begins here, quotes not counted.
fn name_at(chars: &str, at: usize) -> Option<usize> {
    let rest = chars.get(at..)?;
    let name = rest.strip_prefix('"').unwrap_or(rest);
    let len = name
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-')
        .unwrap_or(name.len());
    let closed = !rest.starts_with('"') || name[len..].starts_with('"');
    (len > 0 && closed).then_some(len)
}

/// The name number `which` of `len` letters.
fn other_name(which: usize, len: usize) -> String {
    let mut rest = which;
    let letters = (0..len).map(|_| {
        let letter = char::from(b"zyxwvutsrqponmlkjihgfedcbaZYXWVUTSRQPONMLKJIHGFEDCBA"[rest % 52]);
        rest /= 52;
        letter
    });
    letters.collect()
}
