//! Arithmetic and conversions between numbers.

use super::args::{any, int, strval, text};
use super::{Function, pure};
use crate::evaluate::helm::template::{Call, Failure};
use crate::evaluate::helm::value::{Kind, Val};

pub(super) const ALL: &[Function] = &[
    pure("int", "a", |c, a| {
        Ok(Val::int(to_int(&any(a, 0)), c.origin(a)))
    }),
    pure("int64", "a", |c, a| {
        Ok(Val::int64(to_int(&any(a, 0)), c.origin(a)))
    }),
    pure("float64", "a", |c, a| {
        Ok(Val::float(to_float(&any(a, 0)), c.origin(a)))
    }),
    pure("atoi", "s", |c, a| {
        let n = text(a, 0).as_str().parse().unwrap_or(0);
        Ok(Val::int(n, c.origin(a)))
    }),
    pure("toDecimal", "a", |c, a| {
        let n = i64::from_str_radix(strval(&any(a, 0)).as_str(), 8).unwrap_or(0);
        Ok(Val::int64(n, c.origin(a)))
    }),
    pure("add1", "a", |c, a| {
        Ok(Val::int64(to_int(&any(a, 0)).wrapping_add(1), c.origin(a)))
    }),
    pure("add", "a*", |c, a| fold(c, a, 0, i64::wrapping_add)),
    pure("mul", "aa*", |c, a| fold(c, a, 1, i64::wrapping_mul)),
    pure("sub", "aa", |c, a| {
        let n = to_int(&any(a, 0)).wrapping_sub(to_int(&any(a, 1)));
        Ok(Val::int64(n, c.origin(a)))
    }),
    pure("div", "aa", |c, a| divide(c, a, i64::wrapping_div)),
    pure("mod", "aa", |c, a| divide(c, a, i64::wrapping_rem)),
    pure("max", "aa*", |c, a| fold_first(c, a, i64::max)),
    pure("biggest", "aa*", |c, a| fold_first(c, a, i64::max)),
    pure("min", "aa*", |c, a| fold_first(c, a, i64::min)),
    pure("maxf", "aa*", |c, a| float_fold(c, a, f64::max)),
    pure("minf", "aa*", |c, a| float_fold(c, a, f64::min)),
    pure("floor", "a", |c, a| {
        Ok(Val::float(to_float(&any(a, 0)).floor(), c.origin(a)))
    }),
    pure("ceil", "a", |c, a| {
        Ok(Val::float(to_float(&any(a, 0)).ceil(), c.origin(a)))
    }),
    pure("round", "aif*", round),
    pure("add1f", "a", |c, a| {
        let one = Val::float(1.0, c.origin(&[]));
        decimals(c, &[any(a, 0), one], Decimal::add)
    }),
    pure("addf", "a*", |c, a| {
        let mut all = vec![Val::float(0.0, c.origin(&[]))];
        all.extend_from_slice(a);
        decimals(c, &all, Decimal::add)
    }),
    pure("subf", "aa*", |c, a| decimals(c, a, Decimal::sub)),
    pure("mulf", "aa*", |c, a| decimals(c, a, Decimal::mul)),
    pure("divf", "aa*", divf),
];

/// The first float that is too large for an `int64`.
const TOO_LARGE: f64 = 9_223_372_036_854_775_808.0;

/// Sprig's `toInt64`: numbers are cut off, strings read in any of Go's bases, all else is 0.
#[allow(clippy::cast_possible_truncation)]
pub(super) fn to_int(val: &Val) -> i64 {
    match &val.kind {
        Kind::Int(_, i) => *i,
        Kind::Float(f) if (-TOO_LARGE..TOO_LARGE).contains(f) => *f as i64,
        // What an x86-64 processor makes of numbers that don't fit.
        Kind::Float(_) => i64::MIN,
        Kind::Bool(b) => i64::from(*b),
        Kind::Str(t) => parse_int(trim_zero_decimal(t.as_str())).unwrap_or(0),
        _ => 0,
    }
}

#[allow(clippy::cast_precision_loss)]
fn to_float(val: &Val) -> f64 {
    match &val.kind {
        Kind::Int(_, i) => *i as f64,
        Kind::Float(f) => *f,
        Kind::Bool(b) => f64::from(u8::from(*b)),
        Kind::Str(t) => t.as_str().parse().unwrap_or(0.0),
        _ => 0.0,
    }
}

/// `12.00` as `12`.
fn trim_zero_decimal(s: &str) -> &str {
    match s.split_once('.') {
        Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|b| b == b'0') => whole,
        _ => s,
    }
}

/// `strconv.ParseInt(s, 0, 64)`: the base is told by the prefix.
pub(super) fn parse_int(s: &str) -> Option<i64> {
    let (negative, digits) = match s.as_bytes().first()? {
        b'-' => (true, s.get(1..)?),
        b'+' => (false, s.get(1..)?),
        _ => (false, s),
    };
    let lower = digits.to_ascii_lowercase();
    let (base, digits) = match lower.as_bytes() {
        [b'0', b'x', ..] => (16, lower.get(2..)?),
        [b'0', b'b', ..] => (2, lower.get(2..)?),
        [b'0', b'o', ..] => (8, lower.get(2..)?),
        [b'0', _, ..] => (8, lower.get(1..)?),
        _ => (10, lower.as_str()),
    };
    let digits = digits.replace('_', "");
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(base)) {
        return None;
    }
    let n = i128::from_str_radix(&digits, base).ok()?;
    i64::try_from(if negative { -n } else { n }).ok()
}

fn fold(
    c: &mut Call<'_>,
    args: &[Val],
    start: i64,
    op: fn(i64, i64) -> i64,
) -> Result<Val, Failure> {
    let n = args.iter().map(to_int).fold(start, op);
    Ok(Val::int64(n, c.origin(args)))
}

fn fold_first(c: &mut Call<'_>, args: &[Val], op: fn(i64, i64) -> i64) -> Result<Val, Failure> {
    let n = args.iter().map(to_int).reduce(op).unwrap_or(0);
    Ok(Val::int64(n, c.origin(args)))
}

fn float_fold(c: &mut Call<'_>, args: &[Val], op: fn(f64, f64) -> f64) -> Result<Val, Failure> {
    let n = args.iter().map(to_float).reduce(op).unwrap_or(0.0);
    Ok(Val::float(n, c.origin(args)))
}

fn divide(c: &mut Call<'_>, args: &[Val], op: fn(i64, i64) -> i64) -> Result<Val, Failure> {
    let (a, b) = (to_int(&any(args, 0)), to_int(&any(args, 1)));
    if b == 0 {
        return Err("runtime error: integer divide by zero".into());
    }
    Ok(Val::int64(op(a, b), c.origin(args)))
}

fn round(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let on = match args.get(2).map(|v| &v.kind) {
        Some(Kind::Float(f)) => *f,
        _ => 0.5,
    };
    let places = i32::try_from(int(args, 1)).unwrap_or(0);
    let pow = 10f64.powi(places);
    let digit = pow * to_float(&any(args, 0));
    let rounded = if digit.fract() >= on {
        digit.ceil()
    } else {
        digit.floor()
    };
    Ok(Val::float(rounded / pow, c.origin(args)))
}

/// An exact decimal number: `digits × 10^exponent`.
#[derive(Clone, Copy)]
struct Decimal {
    digits: i128,
    exponent: i32,
}

impl Decimal {
    fn of(f: f64) -> Option<Self> {
        let s = format!("{f:e}");
        let (mantissa, exponent) = s.split_once('e')?;
        let exponent: i32 = exponent.parse().ok()?;
        let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        Some(Self {
            digits: format!("{whole}{part}").parse().ok()?,
            exponent: exponent - i32::try_from(part.len()).ok()?,
        })
    }

    fn at(self, exponent: i32) -> Option<i128> {
        let shift = u32::try_from(self.exponent - exponent).ok()?;
        self.digits.checked_mul(10i128.checked_pow(shift)?)
    }

    fn add(self, other: Self) -> Option<Self> {
        let exponent = self.exponent.min(other.exponent);
        let digits = self.at(exponent)?.checked_add(other.at(exponent)?)?;
        Some(Self { digits, exponent })
    }

    fn sub(self, other: Self) -> Option<Self> {
        self.add(Self {
            digits: -other.digits,
            ..other
        })
    }

    fn mul(self, other: Self) -> Option<Self> {
        Some(Self {
            digits: self.digits.checked_mul(other.digits)?,
            exponent: self.exponent.checked_add(other.exponent)?,
        })
    }

    fn float(self) -> Option<f64> {
        format!("{}e{}", self.digits, self.exponent).parse().ok()
    }
}

fn decimals(
    c: &mut Call<'_>,
    args: &[Val],
    op: fn(Decimal, Decimal) -> Option<Decimal>,
) -> Result<Val, Failure> {
    let mut numbers = args.iter().map(to_float);
    let first = numbers.next().unwrap_or(0.0);
    let exact = numbers.try_fold(Decimal::of(first), |acc, n| {
        let next = op(acc?, Decimal::of(n)?)?;
        Some(Some(next))
    });
    match exact.flatten().and_then(Decimal::float) {
        Some(f) => Ok(Val::float(f, c.origin(args))),
        None => Err(format!("{}: the numbers have too many digits", c.name).into()),
    }
}

fn divf(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let mut numbers = args.iter().map(to_float);
    let mut out = numbers.next().unwrap_or(0.0);
    for n in numbers {
        if n == 0.0 {
            return Err("decimal division by 0".into());
        }
        // Sixteen digits after the point, as the decimal library keeps.
        out = format!("{:.16}", out / n).parse().unwrap_or(out / n);
    }
    Ok(Val::float(out, c.origin(args)))
}
