//! Numbers as Go formats them.

/// Decimal digits and exponent of a finite float: `0.d₁d₂… × 10^point`.
struct Digits {
    negative: bool,
    digits: String,
    point: i32,
}

/// The shortest digits that read back as the same number.
fn shortest(f: f64) -> Digits {
    parse_scientific(f, &format!("{:e}", f.abs()))
}

/// `count` significant digits, rounded.
fn rounded(f: f64, count: usize) -> Digits {
    parse_scientific(f, &format!("{:.*e}", count.saturating_sub(1), f.abs()))
}

fn parse_scientific(f: f64, s: &str) -> Digits {
    let (mantissa, exponent) = s.split_once('e').unwrap_or((s, "0"));
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let exponent: i32 = exponent.parse().unwrap_or(0);
    Digits {
        negative: f.is_sign_negative(),
        point: if f == 0.0 { 1 } else { exponent + 1 },
        digits,
    }
}

fn special(f: f64) -> Option<String> {
    if f.is_nan() {
        return Some("NaN".to_owned());
    }
    f.is_infinite()
        .then(|| if f > 0.0 { "+Inf" } else { "-Inf" }.to_owned())
}

fn sign(d: &Digits) -> &'static str {
    if d.negative { "-" } else { "" }
}

fn scientific(d: &Digits, e: char) -> String {
    let mut digits = d.digits.chars();
    let first = digits.next().unwrap_or('0');
    let rest: String = digits.collect();
    let exponent = if d.digits.chars().all(|c| c == '0') {
        0
    } else {
        d.point - 1
    };
    let dot = if rest.is_empty() { "" } else { "." };
    let mark = if exponent < 0 { '-' } else { '+' };
    format!(
        "{}{first}{dot}{rest}{e}{mark}{:02}",
        sign(d),
        exponent.abs()
    )
}

fn positional(d: &Digits) -> String {
    let n = i32::try_from(d.digits.len()).unwrap_or(i32::MAX);
    let body = if d.point <= 0 {
        format!(
            "0.{}{}",
            "0".repeat(d.point.unsigned_abs() as usize),
            d.digits
        )
    } else if d.point >= n {
        format!(
            "{}{}",
            d.digits,
            "0".repeat((d.point - n).unsigned_abs() as usize)
        )
    } else {
        let (whole, part) = d.digits.split_at(d.point.unsigned_abs() as usize);
        format!("{whole}.{part}")
    };
    format!("{}{body}", sign(d))
}

/// `strconv.FormatFloat(f, 'g', precision, 64)`; no precision gives the shortest form.
#[must_use]
pub fn general(f: f64, precision: Option<usize>, e: char) -> String {
    if let Some(s) = special(f) {
        return s;
    }
    let (mut d, mut limit) = match precision {
        None => (shortest(f), 6),
        Some(p) => (
            rounded(f, p.max(1)),
            i32::try_from(p.max(1)).unwrap_or(i32::MAX),
        ),
    };
    let kept = d.digits.trim_end_matches('0').len().max(1);
    d.digits.truncate(kept);
    let kept = i32::try_from(kept).unwrap_or(i32::MAX);
    if precision.is_some() && limit > kept && kept >= d.point {
        limit = kept;
    }
    let exponent = d.point - 1;
    if f != 0.0 && (exponent < -4 || exponent >= limit) {
        return scientific(&d, e);
    }
    positional(&d)
}

/// `%e` with `precision` digits after the point, or the shortest form.
#[must_use]
pub fn exponential(f: f64, precision: Option<usize>, e: char) -> String {
    special(f).unwrap_or_else(|| match precision {
        Some(p) => scientific(&rounded(f, p + 1), e),
        None => scientific(&shortest(f), e),
    })
}

/// `%f` with `precision` digits after the point, or the shortest form.
#[must_use]
pub fn fixed(f: f64, precision: Option<usize>) -> String {
    special(f).unwrap_or_else(|| match precision {
        Some(p) => format!("{f:.p$}"),
        None => positional(&shortest(f)),
    })
}

/// What `%v` prints: the shortest form, with an exponent from 1e+06 on.
#[must_use]
pub fn plain(f: f64) -> String {
    general(f, None, 'e')
}

/// The number as Go's JSON encoder writes it.
#[must_use]
pub fn json(f: f64) -> String {
    let size = f.abs();
    if size != 0.0 && !(1e-6..1e21).contains(&size) {
        let s = exponential(f, None, 'e');
        // Go's encoder shortens e-09 to e-9.
        if let Some((head, digit)) = s.split_once("e-0") {
            return format!("{head}e-{digit}");
        }
        return s;
    }
    fixed(f, None)
}
