//! Words of Go's `time`, which Helm and Terraform share.

/// The months, from January on.
pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The days of the week, from Sunday on.
pub(super) const DAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];

/// Nanoseconds of a duration like `-1.5h` or `10m30s`; none if it is no duration.
///
/// What lies outside 292 years is cut off there.
pub(super) fn duration(text: &str) -> Option<i64> {
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() {
        return None;
    }
    let is_number = |c: char| c.is_ascii_digit() || c == '.';
    let mut total = 0.0;
    while !rest.is_empty() {
        let (number, after) = rest.split_at(rest.find(|c| !is_number(c))?);
        let number: f64 = number.parse().ok()?;
        let (unit, after) = after.split_at(after.find(is_number).unwrap_or(after.len()));
        rest = after;
        total += number
            * match unit {
                "ns" => 1.0,
                "us" | "µs" | "μs" => 1e3,
                "ms" => 1e6,
                "s" => 1e9,
                "m" => 60e9,
                "h" => 3600e9,
                _ => return None,
            };
    }
    #[allow(clippy::cast_possible_truncation)]
    let nanos = (sign * total) as i64;
    Some(nanos)
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn durations_are_numbers_with_units() {
        assert_eq!(duration("1h30m"), Some(5_400_000_000_000));
        assert_eq!(duration("-1.5s"), Some(-1_500_000_000));
        assert_eq!(duration("+2µs"), Some(2_000));
        assert_eq!(duration("0"), Some(0));
        for odd in ["", "-", "5", "1d", "h", "1h-2m", "1.2.3s"] {
            assert_eq!(duration(odd), None, "{odd}");
        }
        assert_eq!(duration("99999999999h"), Some(i64::MAX));
    }
}
