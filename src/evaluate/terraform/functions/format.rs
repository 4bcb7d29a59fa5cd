//! `format` and `formatlist`.

use super::call::{Call, Function, MANY, text};
use super::json::encode;
use crate::evaluate::terraform::expr::{Fail, Outcome};
use crate::evaluate::terraform::value::{Data, Num, PLACEHOLDER, Type, Val, convert, to_text};
use crate::trace::{Origin, Text};

pub(super) const FAMILY: &[Function] = &[
    Function::own("format", 1, MANY, format),
    Function::own("formatlist", 1, MANY, formatlist),
];

/// One `%…`.
#[derive(Default)]
struct Verb {
    letter: char,
    plus: bool,
    minus: bool,
    sharp: bool,
    zero: bool,
    space: bool,
    width: Option<usize>,
    precision: Option<usize>,
    /// Which argument, from 1.
    argument: Option<usize>,
    len: usize,
}

/// Widths and precisions beyond this are refused.
const MAX_WIDTH: usize = 10_000;

fn format(call: &Call<'_>) -> Outcome {
    let first = call.arg(0)?;
    if first.why().is_some() {
        return Ok(first.clone());
    }
    let pattern = call.text(0)?;
    text(formatted(&pattern, &call.args[1..])?)
}

fn formatlist(call: &Call<'_>) -> Outcome {
    let first = call.arg(0)?;
    if first.why().is_some() {
        return Ok(first.clone());
    }
    let pattern = call.text(0)?;
    let args = &call.args[1..];
    let mut count = None;
    for arg in args {
        if let Data::Unknown(_) = arg.data {
            return Ok(arg.clone());
        }
        if let Some(items) = arg.items() {
            if count.is_some_and(|n| n != items.len()) {
                return Err(Fail::new("the lists have different lengths"));
            }
            count = Some(items.len());
        }
    }
    let mut out = Vec::new();
    for i in 0..count.unwrap_or(1) {
        let row: Vec<Val> = args
            .iter()
            .map(|a| a.items().and_then(|l| l.get(i)).unwrap_or(a).clone())
            .collect();
        out.push(Val::text(formatted(&pattern, &row)?));
    }
    Ok(Val::list(out, call.origin()))
}

fn formatted(pattern: &Text, args: &[Val]) -> Result<Text, Fail> {
    let chars = pattern.as_str();
    let mut out = Text::default();
    let mut at = 0;
    let mut next = 0;
    let mut most = 0;
    while let Some(found) = chars[at..].find('%') {
        let start = at + found;
        out.push(&pattern.slice(at..start));
        let verb = verb(&chars[start..])?;
        let end = start + verb.len;
        if verb.letter == '%' {
            out.push(&pattern.slice(end - 1..end));
        } else {
            if let Some(argument) = verb.argument {
                next = argument
                    .checked_sub(1)
                    .ok_or("an argument index must be positive")?;
            }
            let val = args
                .get(next)
                .ok_or_else(|| Fail::new(format!("there is no argument {}", next + 1)))?;
            next += 1;
            most = most.max(next);
            out.push(&one(&verb, val)?);
        }
        at = end;
    }
    out.push(&pattern.slice(at..chars.len()));
    if most < args.len() {
        return Err(Fail::new("there are more arguments than verbs"));
    }
    if out.is_empty() {
        return Ok(pattern.slice(0..0));
    }
    Ok(out)
}

fn verb(rest: &str) -> Result<Verb, Fail> {
    let mut out = Verb::default();
    let mut chars = rest.char_indices().skip(1).peekable();
    let number = |chars: &mut std::iter::Peekable<std::iter::Skip<std::str::CharIndices<'_>>>| {
        let mut n: Option<usize> = None;
        while let Some((_, c)) = chars.peek()
            && let Some(digit) = c.to_digit(10)
        {
            n = Some((n.unwrap_or(0) * 10 + digit as usize).min(MAX_WIDTH + 1));
            chars.next();
        }
        n
    };
    while let Some((_, c)) = chars.peek() {
        match c {
            '+' => out.plus = true,
            '-' => out.minus = true,
            '#' => out.sharp = true,
            '0' => out.zero = true,
            ' ' => out.space = true,
            _ => break,
        }
        chars.next();
    }
    if matches!(chars.peek(), Some((_, '['))) {
        chars.next();
        out.argument = number(&mut chars);
        if !matches!(chars.next(), Some((_, ']'))) {
            return Err(Fail::new("an argument index isn't closed"));
        }
    }
    out.width = number(&mut chars);
    if matches!(chars.peek(), Some((_, '.'))) {
        chars.next();
        out.precision = Some(number(&mut chars).unwrap_or(0));
    }
    if matches!(chars.peek(), Some((_, '['))) {
        chars.next();
        out.argument = number(&mut chars);
        if !matches!(chars.next(), Some((_, ']'))) {
            return Err(Fail::new("an argument index isn't closed"));
        }
    }
    if out.width.max(out.precision).is_some_and(|n| n > MAX_WIDTH) {
        return Err(Fail::limit("a width is larger than 10000"));
    }
    let Some((at, letter)) = chars.next() else {
        return Err(Fail::new("the format ends within a verb"));
    };
    if !"vtbdoxXeEfgGsq%".contains(letter) {
        return Err(Fail::new(format!("there is no verb %{letter}")));
    }
    out.letter = letter;
    out.len = at + letter.len_utf8();
    Ok(out)
}

fn one(verb: &Verb, val: &Val) -> Result<Text, Fail> {
    if let Data::Unknown(why) = &val.data {
        return Ok(Text::of_unknown(
            PLACEHOLDER,
            why.clone(),
            val.origin.clone(),
        ));
    }
    let made = |s: String| Text::opaque(s, val.origin.clone());
    if val.is_null() && !matches!(verb.letter, 'v') {
        return Err(Fail::new("null can't be formatted"));
    }
    match verb.letter {
        'v' => {
            let letter = match &val.data {
                _ if verb.sharp => '#',
                Data::Str(_) => 's',
                Data::Num(_) => 'g',
                Data::Bool(_) => 't',
                _ => '#',
            };
            match letter {
                '#' => Ok(padded(verb, &json(val)?)),
                's' => string(verb, val),
                't' => Ok(to_text(val).unwrap_or_default()),
                _ => Ok(padded(verb, &made(number(verb, 'v', num(val)?)?))),
            }
        }
        't' => {
            let val = convert(val, &Type::Bool, &|_| Val::null(Origin::nowhere()))?;
            Ok(to_text(&val).unwrap_or_default())
        }
        's' => string(verb, val),
        'q' => {
            let text = as_text(val)?;
            Ok(padded(verb, &json(&Val::text(cut(verb, &text)))?))
        }
        letter => Ok(padded(verb, &made(number(verb, letter, num(val)?)?))),
    }
}

fn json(val: &Val) -> Result<Text, Fail> {
    encode(val)
}

fn num(val: &Val) -> Result<Num, Fail> {
    match convert(val, &Type::Num, &|_| Val::null(Origin::nowhere()))?.data {
        Data::Num(num) => Ok(num),
        _ => Err(Fail::new("a number is needed")),
    }
}

fn as_text(val: &Val) -> Result<Text, Fail> {
    to_text(val).ok_or_else(|| Fail::new("a string is needed"))
}

fn string(verb: &Verb, val: &Val) -> Result<Text, Fail> {
    Ok(padded(verb, &cut(verb, &as_text(val)?)))
}

/// The first characters, as many as the precision says.
fn cut(verb: &Verb, text: &Text) -> Text {
    match verb.precision {
        Some(n) => {
            let end = text
                .as_str()
                .char_indices()
                .nth(n)
                .map_or(text.len(), |(i, _)| i);
            text.slice(0..end)
        }
        None => text.clone(),
    }
}

fn padded(verb: &Verb, text: &Text) -> Text {
    let have = text.as_str().chars().count();
    let missing = verb.width.unwrap_or(0).saturating_sub(have);
    if missing == 0 {
        return text.clone();
    }
    let origin = text.origin();
    let fill = |c: &str| Text::opaque(c.repeat(missing), origin.clone());
    if verb.minus {
        Text::concat([text, &fill(" ")])
    } else if verb.zero {
        let sign = text.as_str().starts_with(['-', '+']);
        let at = usize::from(sign);
        Text::concat([&text.slice(0..at), &fill("0"), &text.slice(at..text.len())])
    } else {
        Text::concat([&fill(" "), text])
    }
}

fn number(verb: &Verb, letter: char, num: Num) -> Result<String, Fail> {
    let whole = || {
        num.as_i128()
            .ok_or_else(|| Fail::new("a whole number is needed"))
    };
    let float = num.as_f64();
    let mut out = match letter {
        'd' => whole()?.to_string(),
        'b' => signed(whole()?, |n| format!("{n:b}")),
        'o' => signed(whole()?, |n| format!("{n:o}")),
        'x' => signed(whole()?, |n| format!("{n:x}")),
        'X' => signed(whole()?, |n| format!("{n:X}")),
        'f' => num.fixed(verb.precision.unwrap_or(6)),
        'e' | 'E' => {
            let e = exponent(float, verb.precision.or(Some(6)));
            if letter == 'E' { e.to_uppercase() } else { e }
        }
        // %g: the shorter of both forms.
        _ => {
            let most = if letter == 'v' { 21 } else { 6 };
            let e = general(num, float, verb.precision, most);
            if letter == 'G' { e.to_uppercase() } else { e }
        }
    };
    if num.signum() >= 0 {
        if verb.plus {
            out.insert(0, '+');
        } else if verb.space {
            out.insert(0, ' ');
        }
    }
    Ok(out)
}

fn signed(n: i128, digits: impl Fn(u128) -> String) -> String {
    let sign = if n < 0 { "-" } else { "" };
    format!("{sign}{}", digits(n.unsigned_abs()))
}

/// `1.5e+06`: at least two digits in the exponent.
fn exponent(float: f64, precision: Option<usize>) -> String {
    let plain = match precision {
        Some(p) => format!("{float:.p$e}"),
        None => format!("{float:e}"),
    };
    let (mantissa, exponent) = plain.split_once('e').unwrap_or((&plain, "0"));
    let (sign, digits) = match exponent.strip_prefix('-') {
        Some(digits) => ('-', digits),
        None => ('+', exponent),
    };
    format!("{mantissa}e{sign}{digits:0>2}")
}

fn general(num: Num, float: f64, precision: Option<usize>, most: i64) -> String {
    let scale = if float == 0.0 {
        0
    } else {
        float.abs().log10().floor() as i64
    };
    match precision {
        None if (-4..most).contains(&scale) => num.to_string(),
        None => exponent(float, None),
        Some(p) => {
            let p = p.max(1);
            let rounded = format!("{float:.*e}", p - 1);
            let scale: i64 = rounded
                .split_once('e')
                .and_then(|(_, e)| e.parse().ok())
                .unwrap_or(scale);
            let digits = i64::try_from(p).unwrap_or(i64::MAX);
            if scale < -4 || scale >= digits {
                let (mantissa, e) = rounded.split_once('e').unwrap_or((&rounded, "0"));
                let value: f64 = format!("{}e{e}", strip(mantissa)).parse().unwrap_or(float);
                exponent(value, None)
            } else {
                let places = usize::try_from(digits - 1 - scale).unwrap_or(0);
                strip(&num.fixed(places)).to_owned()
            }
        }
    }
}

/// Without zeros at the end of the fraction.
fn strip(number: &str) -> &str {
    if number.contains('.') {
        number.trim_end_matches('0').trim_end_matches('.')
    } else {
        number
    }
}
