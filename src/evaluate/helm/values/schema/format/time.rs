//! Dates and times by Go's layouts, which take one digit for an hour, and a part of a second
//! where the layout has none.

use std::str::FromStr;

use jiff::civil::Date;

/// `2006-01-02`.
pub(super) fn date(text: &str) -> bool {
    eat_date(text) == Some("")
}

/// `15:04:05`, with or without a zone.
pub(super) fn time(text: &str) -> bool {
    eat_clock(text).is_some_and(|rest| rest.is_empty() || eat_zone(rest) == Some(""))
}

/// A date, a time, or both with a zone.
pub(super) fn any(text: &str) -> bool {
    let both = || {
        let clock = eat_date(text)?.strip_prefix('T')?;
        eat_zone(eat_clock(clock)?)
    };
    date(text) || time(text) || both() == Some("")
}

fn eat_date(text: &str) -> Option<&str> {
    let (year, rest) = number(text, 4)?;
    let (month, rest) = number(rest.strip_prefix('-')?, 2)?;
    let (day, rest) = number(rest.strip_prefix('-')?, 2)?;
    Date::new(year, month, day).ok().map(|_| rest)
}

fn eat_clock(text: &str) -> Option<&str> {
    let (hour, rest) = number::<u8>(text, 2).or_else(|| number(text, 1))?;
    let (minute, rest) = number::<u8>(rest.strip_prefix(':')?, 2)?;
    let (second, rest) = number::<u8>(rest.strip_prefix(':')?, 2)?;
    let part = rest.strip_prefix(['.', ',']);
    let part = part.filter(|p| p.starts_with(|c: char| c.is_ascii_digit()));
    let rest = part.map_or(rest, |p| p.trim_start_matches(|c: char| c.is_ascii_digit()));
    (hour < 24 && minute < 60 && second < 60).then_some(rest)
}

fn eat_zone(text: &str) -> Option<&str> {
    if let Some(rest) = text.strip_prefix('Z') {
        return Some(rest);
    }
    let (hours, rest) = number::<u8>(text.strip_prefix(['+', '-'])?, 2)?;
    let (minutes, rest) = number::<u8>(rest.strip_prefix(':')?, 2)?;
    (hours <= 24 && minutes <= 60).then_some(rest)
}

/// The number that so many digits are, and what follows.
fn number<N: FromStr>(text: &str, digits: usize) -> Option<(N, &str)> {
    let (number, rest) = text.split_at_checked(digits)?;
    let is_number = number.bytes().all(|b| b.is_ascii_digit());
    Some((number.parse().ok().filter(|_| is_number)?, rest))
}
