//! Dates.

use jiff::civil::DateTime;
use jiff::{SignedDuration, Timestamp};

use super::call::{Call, Function, text};
use crate::evaluate::clock;
use crate::evaluate::terraform::expr::{Fail, Outcome};
use crate::evaluate::terraform::value::Val;

pub(super) const FAMILY: &[Function] = &[
    Function::shallow("formatdate", 2, 2, formatdate),
    Function::shallow("timeadd", 2, 2, timeadd),
    Function::shallow("timecmp", 2, 2, timecmp),
];

/// A moment and the minutes its clock is ahead of UTC.
struct Moment {
    at: Timestamp,
    offset: i64,
}

/// Reads RFC 3339, nothing more lenient.
fn parse(text: &str) -> Result<Moment, Fail> {
    let wrong = || Fail::new(format!("{text:?} is not an RFC 3339 timestamp"));
    let number = |range: std::ops::Range<usize>| -> Option<i64> {
        let digits = text.get(range)?;
        digits
            .bytes()
            .all(|b| b.is_ascii_digit())
            .then(|| digits.parse().ok())?
    };
    let mark = |at: usize, c: char| text.get(at..=at).is_some_and(|s| s.starts_with(c));
    let shaped = mark(4, '-') && mark(7, '-') && mark(10, 'T') && mark(13, ':') && mark(16, ':');
    if !shaped {
        return Err(wrong());
    }
    let rest = text.get(19..).ok_or_else(wrong)?;
    let zone = rest.find(['Z', '+', '-']).ok_or_else(wrong)?;
    let (fraction, zone) = rest.split_at(zone);
    let fraction_fits = fraction.is_empty()
        || (fraction.len() > 1
            && fraction.starts_with('.')
            && fraction[1..].bytes().all(|b| b.is_ascii_digit()));
    if !fraction_fits {
        return Err(wrong());
    }
    let offset = if zone == "Z" {
        0
    } else {
        let start = text.len() - zone.len();
        if zone.len() != 6 || !mark(start + 3, ':') {
            return Err(wrong());
        }
        let hours = number(start + 1..start + 3)
            .filter(|h| *h < 24)
            .ok_or_else(wrong)?;
        let minutes = number(start + 4..start + 6)
            .filter(|m| *m < 60)
            .ok_or_else(wrong)?;
        let sign = if zone.starts_with('-') { -1 } else { 1 };
        sign * (hours * 60 + minutes)
    };
    let part = |range| number(range).ok_or_else(wrong);
    let small = |n: i64| i8::try_from(n).map_err(|_| wrong());
    let year = i16::try_from(part(0..4)?).map_err(|_| wrong())?;
    let nanos: i32 = format!("{:0<9}", fraction.trim_start_matches('.'))
        .get(..9)
        .and_then(|n| n.parse().ok())
        .unwrap_or(0);
    let civil = DateTime::new(
        year,
        small(part(5..7)?)?,
        small(part(8..10)?)?,
        small(part(11..13)?)?,
        small(part(14..16)?)?,
        small(part(17..19)?)?,
        nanos,
    )
    .map_err(|_| wrong())?;
    let local = civil
        .to_zoned(jiff::tz::TimeZone::UTC)
        .map_err(|_| wrong())?
        .timestamp();
    let at = local
        .checked_sub(SignedDuration::from_secs(offset * 60))
        .map_err(|_| wrong())?;
    Ok(Moment { at, offset })
}

impl Moment {
    fn civil(&self) -> DateTime {
        let local = self
            .at
            .checked_add(SignedDuration::from_secs(self.offset * 60));
        local
            .unwrap_or(self.at)
            .to_zoned(jiff::tz::TimeZone::UTC)
            .datetime()
    }

    /// `+01:00`, with or without colon.
    fn zone(&self, colon: &str) -> String {
        let sign = if self.offset < 0 { '-' } else { '+' };
        let minutes = self.offset.abs();
        format!("{sign}{:02}{colon}{:02}", minutes / 60, minutes % 60)
    }

    /// As Go writes RFC 3339.
    fn rfc3339(&self) -> String {
        let zone = if self.offset == 0 {
            "Z".to_owned()
        } else {
            self.zone(":")
        };
        let c = self.civil();
        format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{zone}",
            c.year(),
            c.month(),
            c.day(),
            c.hour(),
            c.minute(),
            c.second()
        )
    }
}

fn timecmp(call: &Call<'_>) -> Outcome {
    let (a, b) = (parse(&call.str(0)?)?, parse(&call.str(1)?)?);
    let order = a.at.cmp(&b.at) as i8;
    Ok(Val::int(i128::from(order), call.origin()))
}

fn timeadd(call: &Call<'_>) -> Outcome {
    let subject = call.text(0)?;
    let moment = parse(subject.as_str())?;
    let by = call.str(1)?;
    let nanos =
        clock::duration(&by).ok_or_else(|| Fail::new(format!("{by:?} is not a duration")))?;
    let at = moment
        .at
        .checked_add(SignedDuration::from_nanos(nanos))
        .map_err(|_| Fail::new("the time is out of bounds"))?;
    let moved = Moment { at, ..moment };
    text(subject.replaced_by(moved.rfc3339()))
}

fn formatdate(call: &Call<'_>) -> Outcome {
    let (pattern, subject) = (call.str(0)?, call.text(1)?);
    let moment = parse(subject.as_str())?;
    let mut out = String::new();
    let mut rest = pattern.as_str();
    while let Some(c) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("''") {
            out.push('\'');
            rest = after;
            continue;
        }
        if c == '\'' {
            let (literal, len) = quoted(rest)?;
            out.push_str(&literal);
            rest = &rest[len..];
            continue;
        }
        let len = rest
            .chars()
            .take_while(|d| *d == c)
            .map(char::len_utf8)
            .sum();
        let (run, after) = rest.split_at(len);
        if c.is_ascii_alphabetic() {
            out.push_str(&field(run, &moment)?);
        } else {
            out.push_str(run);
        }
        rest = after;
    }
    text(subject.replaced_by(out))
}

/// `'text'`, two quotes inside standing for one.
fn quoted(rest: &str) -> Result<(String, usize), Fail> {
    let mut out = String::new();
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((i, c)) = chars.next() {
        if c != '\'' {
            out.push(c);
            continue;
        }
        if matches!(chars.peek(), Some((_, '\''))) {
            chars.next();
            out.push('\'');
            continue;
        }
        return Ok((out, i + 1));
    }
    Err(Fail::new("a literal in the format isn't closed"))
}

fn field(run: &str, moment: &Moment) -> Result<String, Fail> {
    let c = moment.civil();
    let name = |names: &[&'static str], at: i8| {
        let at = usize::try_from(at).ok();
        at.and_then(|at| names.get(at).copied()).unwrap_or_default()
    };
    let month = name(&clock::MONTHS, c.month() - 1);
    let day = name(&clock::DAYS, c.weekday().to_sunday_zero_offset());
    let twelve = match c.hour() % 12 {
        0 => 12,
        h => h,
    };
    let half = if c.hour() < 12 { "AM" } else { "PM" };
    let utc = moment.offset == 0;
    Ok(match run {
        "YYYY" => format!("{:04}", c.year()),
        "YY" => format!("{:02}", c.year() % 100),
        "MMMM" => month.to_owned(),
        "MMM" => month.get(..3).unwrap_or("").to_owned(),
        "MM" => format!("{:02}", c.month()),
        "M" => c.month().to_string(),
        "DD" => format!("{:02}", c.day()),
        "D" => c.day().to_string(),
        "EEEE" => day.to_owned(),
        "EEE" => day.get(..3).unwrap_or("").to_owned(),
        "hh" => format!("{:02}", c.hour()),
        "h" => c.hour().to_string(),
        "HH" => format!("{twelve:02}"),
        "H" => twelve.to_string(),
        "AA" => half.to_owned(),
        "aa" => half.to_lowercase(),
        "mm" => format!("{:02}", c.minute()),
        "m" => c.minute().to_string(),
        "ss" => format!("{:02}", c.second()),
        "s" => c.second().to_string(),
        "Z" if utc => "Z".to_owned(),
        "Z" | "ZZZZZ" => moment.zone(":"),
        "ZZZ" if utc => "UTC".to_owned(),
        "ZZZ" | "ZZZZ" => moment.zone(""),
        _ => return Err(Fail::new(format!("{run:?} is no part of a date"))),
    })
}
