//! Dates in Go's layouts, in UTC. What depends on the present is not known.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use super::args::{any, text};
use super::math::parse_int;
use super::{Function, aware, pure};
use crate::evaluate::clock::{self, DAYS, MONTHS};
use crate::evaluate::helm::template::{Call, Failure};
use crate::evaluate::helm::value::{Kind, Val};
use crate::trace::{Text, Unknown};

pub(super) const ALL: &[Function] = &[
    aware("now", "", |c, _| {
        let why = Unknown::new("now gives something new each time");
        Ok(Val::unknown(why, c.origin(&[])))
    }),
    aware("date", "sa", |c, a| in_zone(c, a, &text(a, 0), 1, "Local")),
    aware("dateInZone", "sas", |c, a| {
        in_zone(c, a, &text(a, 0), 1, text(a, 2).as_str())
    }),
    aware("date_in_zone", "sas", |c, a| {
        in_zone(c, a, &text(a, 0), 1, text(a, 2).as_str())
    }),
    aware("htmlDate", "a", |c, a| {
        in_zone(c, a, &Text::plain("2006-01-02"), 0, "Local")
    }),
    aware("htmlDateInZone", "as", |c, a| {
        in_zone(c, a, &Text::plain("2006-01-02"), 0, text(a, 1).as_str())
    }),
    pure("dateModify", "sd", |c, a| modify(c, a, false)),
    pure("date_modify", "sd", |c, a| modify(c, a, false)),
    pure("mustDateModify", "sd", |c, a| modify(c, a, true)),
    pure("must_date_modify", "sd", |c, a| modify(c, a, true)),
    pure("unixEpoch", "d", |c, a| match any(a, 0).kind {
        Kind::Time(secs) => Ok(Val::str(secs.to_string(), c.origin(a))),
        _ => Ok(Val::str("", c.origin(a))),
    }),
    pure("toDate", "ss", |c, a| to_date(c, a, false)),
    pure("mustToDate", "ss", |c, a| to_date(c, a, true)),
    pure("duration", "a", |c, a| {
        let secs = match &any(a, 0).kind {
            Kind::Str(t) => parse_int(t.as_str()).unwrap_or(0),
            Kind::Int(crate::evaluate::helm::value::IntType::Int64, n) => *n,
            _ => 0,
        };
        Ok(Val::str(duration(secs), c.origin(a)))
    }),
    pure("durationRound", "a", round),
    aware("ago", "a", |c, a| Ok(c.random("0s", a))),
];

/// What `%v` prints for a time.
pub(crate) fn print(secs: i64) -> String {
    format(secs, "2006-01-02 15:04:05 -0700 MST")
}

/// A time as JSON has it.
pub(crate) fn rfc3339(secs: i64) -> String {
    format(secs, "2006-01-02T15:04:05Z07:00")
}

/// The date and time of `secs`; the first or last that can be told for what lies beyond.
fn civil(secs: i64) -> DateTime {
    let end = if secs < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    };
    let time = Timestamp::from_second(secs).unwrap_or(end);
    time.to_zoned(TimeZone::UTC).datetime()
}

/// Seconds since 1970 of the beginning of a date, if there is such a date.
fn start_of(year: i64, month: i64, day: i64) -> Option<i64> {
    let date = Date::new(
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
    );
    let start = date.ok()?.to_zoned(TimeZone::UTC).ok()?;
    Some(start.timestamp().as_second())
}

/// The parts of Go's layouts; a longer one comes before its beginning.
const PARTS: [&str; 34] = [
    "January",
    "Monday",
    "-07:00:00",
    "Z07:00:00",
    "-070000",
    "-07:00",
    "Z07:00",
    "-0700",
    "Z0700",
    ".000000000",
    ".000000",
    ".000",
    ".999999999",
    "2006",
    "__2",
    "002",
    "Jan",
    "Mon",
    "MST",
    "-07",
    "01",
    "02",
    "03",
    "04",
    "05",
    "06",
    "15",
    "PM",
    "pm",
    "_2",
    "1",
    "2",
    "3",
    "4",
];

/// The next part of a layout: the literal before it, the part, the rest.
fn next_part(layout: &str) -> (&str, &str, &str) {
    for (i, _) in layout.char_indices() {
        let rest = layout.get(i..).unwrap_or("");
        let part = PARTS.into_iter().find(|p| rest.starts_with(p));
        if let Some(part) = part.or_else(|| rest.starts_with('5').then_some("5")) {
            // "Jan" is no month inside of a word like "Janet".
            let after = rest.get(part.len()..).unwrap_or("");
            if matches!(part, "Jan" | "Mon") && after.starts_with(|c: char| c.is_ascii_lowercase())
            {
                continue;
            }
            return (layout.get(..i).unwrap_or(""), part, after);
        }
    }
    (layout, "", "")
}

/// A time in one of Go's layouts.
pub(crate) fn format(secs: i64, layout: &str) -> String {
    let c = civil(secs);
    let (year, month, day, yday) = (c.year(), c.month(), c.day(), c.day_of_year());
    let (hour, minute, second) = (c.hour(), c.minute(), c.second());
    let hour12 = if hour % 12 == 0 { 12 } else { hour % 12 };
    let name = |names: &[&'static str], at: i8| {
        let at = usize::try_from(at).ok();
        at.and_then(|at| names.get(at).copied()).unwrap_or_default()
    };
    let month_name = name(&MONTHS, month - 1);
    let day_name = name(&DAYS, c.weekday().to_sunday_zero_offset());
    let mut out = String::new();
    let mut rest = layout;
    loop {
        let (literal, part, after) = next_part(rest);
        out.push_str(literal);
        rest = after;
        out.push_str(&match part {
            "" => return out,
            "2006" => format!("{year:04}"),
            "06" => format!("{:02}", year.rem_euclid(100)),
            "01" => format!("{month:02}"),
            "1" => month.to_string(),
            "Jan" => month_name.get(..3).unwrap_or("").to_owned(),
            "January" => month_name.to_owned(),
            "02" => format!("{day:02}"),
            "_2" => format!("{day:2}"),
            "2" => day.to_string(),
            "002" => format!("{yday:03}"),
            "__2" => format!("{yday:3}"),
            "Mon" => day_name.get(..3).unwrap_or("").to_owned(),
            "Monday" => day_name.to_owned(),
            "15" => format!("{hour:02}"),
            "03" => format!("{hour12:02}"),
            "3" => hour12.to_string(),
            "04" => format!("{minute:02}"),
            "4" => minute.to_string(),
            "05" => format!("{second:02}"),
            "5" => second.to_string(),
            "PM" => if hour < 12 { "AM" } else { "PM" }.to_owned(),
            "pm" => if hour < 12 { "am" } else { "pm" }.to_owned(),
            "MST" => "UTC".to_owned(),
            "Z07:00" | "Z0700" | "Z07:00:00" => "Z".to_owned(),
            "-0700" => "+0000".to_owned(),
            "-07:00" => "+00:00".to_owned(),
            "-07" => "+00".to_owned(),
            "-070000" => "+000000".to_owned(),
            "-07:00:00" => "+00:00:00".to_owned(),
            ".999999999" => String::new(),
            zeros => zeros.to_owned(),
        });
    }
}

/// Seconds since 1970 of a text in a layout.
fn parse(layout: &str, text: &str) -> Result<i64, Mismatch> {
    let mut stuck = (String::new(), String::new());
    parse_with(layout, text, &mut stuck).ok_or(stuck)
}

/// The part of a layout that didn't fit, and the text that stood there.
type Mismatch = (String, String);

fn parse_with(layout: &str, text: &str, stuck: &mut Mismatch) -> Option<i64> {
    let (mut year, mut month, mut day) = (0, 1, 1);
    let (mut hour, mut minute, mut second, mut offset) = (0, 0, 0, 0);
    let (mut afternoon, mut yday) = (None, None);
    let (mut layout, mut s) = (layout, text);
    loop {
        let (literal, part, after) = next_part(layout);
        *stuck = (literal.to_owned(), s.to_owned());
        s = s.strip_prefix(literal)?;
        *stuck = (part.to_owned(), s.to_owned());
        layout = after;
        let mut digits = |min: usize, max: usize| -> Option<i64> {
            let n = s.bytes().take(max).take_while(u8::is_ascii_digit).count();
            let number = s.get(..n).filter(|_| n >= min)?.parse().ok()?;
            s = s.get(n..)?;
            Some(number)
        };
        match part {
            "" => break,
            "2006" => year = digits(4, 4)?,
            "06" => {
                let n = digits(2, 2)?;
                year = if n >= 69 { 1900 + n } else { 2000 + n };
            }
            "01" => month = digits(2, 2)?,
            "1" => month = digits(1, 2)?,
            "02" => day = digits(2, 2)?,
            "2" => day = digits(1, 2)?,
            "_2" => {
                s = s.trim_start_matches(' ');
                let n = s.bytes().take(2).take_while(u8::is_ascii_digit).count();
                day = s.get(..n)?.parse().ok()?;
                s = s.get(n..)?;
            }
            "002" => yday = Some(digits(3, 3)?),
            "15" => hour = digits(2, 2)?,
            "03" => hour = digits(2, 2)?,
            "3" => hour = digits(1, 2)?,
            "04" => minute = digits(2, 2)?,
            "4" => minute = digits(1, 2)?,
            "05" => second = digits(2, 2)?,
            "5" => second = digits(1, 2)?,
            "Jan" | "January" => {
                let short = part == "Jan";
                let name = |m: &'static str| if short { m.get(..3).unwrap_or(m) } else { m };
                let i = MONTHS.iter().position(|m| s.starts_with(name(m)))?;
                s = s.get(name(MONTHS.get(i)?).len()..)?;
                month = i64::try_from(i).ok()? + 1;
            }
            "Mon" | "Monday" => {
                let short = part == "Mon";
                let name = |m: &'static str| if short { m.get(..3).unwrap_or(m) } else { m };
                let found = DAYS.into_iter().find(|d| s.starts_with(name(d)))?;
                s = s.get(name(found).len()..)?;
            }
            "PM" | "pm" => {
                afternoon = Some(s.get(..2)?.eq_ignore_ascii_case("pm"));
                s = s.get(2..)?;
            }
            "MST" => s = s.strip_prefix("UTC").or_else(|| s.strip_prefix("GMT"))?,
            zone if zone.starts_with(['Z', '-']) => {
                if zone.starts_with('Z') && s.starts_with('Z') {
                    s = s.get(1..)?;
                } else {
                    let sign = if s.starts_with('-') { -1 } else { 1 };
                    let body = s.get(1..)?;
                    let len = zone.len() - 1;
                    let n: String = body
                        .get(..len)?
                        .chars()
                        .filter(char::is_ascii_digit)
                        .collect();
                    let hours: i64 = n.get(..2)?.parse().ok()?;
                    let minutes: i64 = n.get(2..4).and_then(|m| m.parse().ok()).unwrap_or(0);
                    offset = sign * (hours * 3600 + minutes * 60);
                    s = body.get(len..)?;
                }
            }
            fraction => {
                if s.starts_with('.') {
                    let n = s.bytes().skip(1).take_while(u8::is_ascii_digit).count();
                    s = s.get(n + 1..)?;
                } else if !fraction.starts_with(".9") {
                    return None;
                }
            }
        }
        // Go takes a fraction of a second that the layout doesn't mention.
        if matches!(part, "05" | "5") && s.starts_with('.') && !layout.starts_with('.') {
            let n = s.bytes().skip(1).take_while(u8::is_ascii_digit).count();
            if n > 0 {
                s = s.get(n + 1..)?;
            }
        }
    }
    match afternoon {
        Some(true) if hour < 12 => hour += 12,
        Some(false) if hour == 12 => hour = 0,
        _ => {}
    }
    if !s.is_empty() || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let day = match yday {
        Some(yday) => start_of(year, 1, 1)? + (yday - 1) * 86_400,
        None => start_of(year, month, day)?,
    };
    Some(day + hour * 3600 + minute * 60 + second - offset)
}

fn in_zone(
    c: &mut Call<'_>,
    args: &[Val],
    layout: &Text,
    date: usize,
    zone: &str,
) -> Result<Val, Failure> {
    let secs = match any(args, date).kind {
        Kind::Time(secs) => secs,
        Kind::Int(_, secs) => secs,
        // Anything else stands for the present.
        _ => return Ok(c.random(format(0, layout.as_str()), args)),
    };
    if !matches!(zone, "Local" | "UTC" | "" | "GMT" | "Etc/UTC") {
        let why = Unknown::new(format!("konform has no table of the time zone {zone:?}"));
        let shown = format(secs, layout.as_str());
        return Ok(Val::text(Text::of_unknown(shown, why, c.origin(args))));
    }
    Ok(c.opaque(format(secs, layout.as_str()), args))
}

fn modify(c: &mut Call<'_>, args: &[Val], must: bool) -> Result<Val, Failure> {
    let by = text(args, 0);
    let Kind::Time(secs) = any(args, 1).kind else {
        return Ok(any(args, 1));
    };
    match clock::duration(by.as_str()) {
        Some(nanos) => {
            let time = Kind::Time(secs.saturating_add(nanos / 1_000_000_000));
            Ok(Val::new(time, c.origin(args)))
        }
        None if must => Err(format!("time: invalid duration {:?}", by.as_str()).into()),
        None => Ok(any(args, 1)),
    }
}

fn to_date(c: &mut Call<'_>, args: &[Val], must: bool) -> Result<Val, Failure> {
    let (layout, t) = (text(args, 0), text(args, 1));
    match parse(layout.as_str(), t.as_str()) {
        Ok(secs) => Ok(Val::new(Kind::Time(secs), c.origin(args))),
        Err((part, found)) if must => {
            let (t, layout) = (t.as_str(), layout.as_str());
            let message =
                format!("parsing time {t:?} as {layout:?}: cannot parse {found:?} as {part:?}");
            Err(message.into())
        }
        // The zero time is the beginning of the year 1.
        Err(_) => Ok(Val::new(
            Kind::Time(start_of(1, 1, 1).unwrap_or_default()),
            c.origin(args),
        )),
    }
}

/// `time.Duration` of whole seconds as Go prints it.
fn duration(secs: i64) -> String {
    let sign = if secs < 0 { "-" } else { "" };
    let n = secs.unsigned_abs();
    let (h, m, s) = (n / 3600, n / 60 % 60, n % 60);
    match (h, m) {
        (0, 0) => format!("{sign}{s}s"),
        (0, _) => format!("{sign}{m}m{s}s"),
        _ => format!("{sign}{h}h{m}m{s}s"),
    }
}

fn round(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let nanos = match &any(args, 0).kind {
        Kind::Str(t) => clock::duration(t.as_str()).unwrap_or(0),
        Kind::Int(crate::evaluate::helm::value::IntType::Int64, n) => *n,
        Kind::Time(_) => return Ok(c.random("0s", args)),
        _ => 0,
    };
    let u = nanos.unsigned_abs();
    let hour = 3_600_000_000_000u64;
    let units = [
        (hour * 24 * 365, "y"),
        (hour * 24 * 30, "mo"),
        (hour * 24, "d"),
        (hour, "h"),
        (hour / 60, "m"),
        (hour / 3600, "s"),
    ];
    let found = units.into_iter().find(|(size, _)| u > *size);
    let shown = found.map_or_else(
        || "0s".to_owned(),
        |(size, unit)| format!("{}{unit}", u / size),
    );
    Ok(Val::str(shown, c.origin(args)))
}
