//! Decimal numbers, exact where people write them.

use std::cmp::Ordering;
use std::fmt;

/// A number: `mantissa · 10^exponent`.
///
/// Terraform computes with 512 bits; 38 decimal digits here print the same for everything but
/// periodic fractions. Normalised: the mantissa of a number does not end in zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Num {
    mantissa: i128,
    exponent: i32,
}

/// Exponents beyond this are an overflow.
const MAX_EXPONENT: i32 = 4000;

/// How many digits a quotient gets.
const DIGITS: u32 = 37;

impl Num {
    /// Zero.
    pub const ZERO: Self = Self {
        mantissa: 0,
        exponent: 0,
    };

    /// `mantissa · 10^exponent`; none if that is out of all bounds.
    #[must_use]
    pub fn new(mut mantissa: i128, mut exponent: i32) -> Option<Self> {
        if mantissa == 0 {
            return Some(Self::ZERO);
        }
        while mantissa % 10 == 0 {
            mantissa /= 10;
            exponent += 1;
        }
        (exponent.abs() <= MAX_EXPONENT).then_some(Self { mantissa, exponent })
    }

    /// A decimal literal: digits, fraction, exponent, sign.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (sign, digits) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text.strip_prefix('+').unwrap_or(text)),
        };
        let (digits, exponent) = match digits.find(['e', 'E']) {
            Some(at) => (&digits[..at], digits[at + 1..].parse::<i32>().ok()?),
            None => (digits, 0),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let mut mantissa: i128 = 0;
        let mut exponent = exponent.checked_sub(i32::try_from(fraction.len()).ok()?)?;
        let mut full = false;
        for digit in whole.chars().chain(fraction.chars()) {
            let digit = i128::from(digit.to_digit(10)?);
            match mantissa
                .checked_mul(10)
                .and_then(|m| m.checked_add(digit))
                .filter(|_| !full)
            {
                Some(next) => mantissa = next,
                None => {
                    full = true;
                    exponent = exponent.checked_add(1)?;
                }
            }
        }
        Self::new(sign * mantissa, exponent)
    }

    /// A whole number.
    #[must_use]
    pub fn int(value: i128) -> Self {
        Self::new(value, 0).unwrap_or(Self::ZERO)
    }

    /// A float, by its shortest decimal form; none for infinities and NaN.
    #[must_use]
    pub fn float(value: f64) -> Option<Self> {
        value
            .is_finite()
            .then(|| Self::parse(&format!("{value:e}")))
            .flatten()
    }

    /// The nearest float.
    #[must_use]
    pub fn as_f64(self) -> f64 {
        format!("{}e{}", self.mantissa, self.exponent)
            .parse()
            .unwrap_or(f64::NAN)
    }

    /// The value, if it is whole and fits.
    #[must_use]
    pub fn as_i128(self) -> Option<i128> {
        let factor = 10_i128.checked_pow(u32::try_from(self.exponent).ok()?)?;
        self.mantissa.checked_mul(factor)
    }

    /// The value, if it is whole and fits.
    #[must_use]
    pub fn as_i64(self) -> Option<i64> {
        i64::try_from(self.as_i128()?).ok()
    }

    /// The value, if it is whole, not negative and fits.
    #[must_use]
    pub fn as_usize(self) -> Option<usize> {
        usize::try_from(self.as_i128()?).ok()
    }

    /// Whether there is no fraction.
    #[must_use]
    pub fn is_whole(self) -> bool {
        self.exponent >= 0
    }

    /// -1, 0 or 1.
    #[must_use]
    pub fn signum(self) -> i32 {
        match self.mantissa.cmp(&0) {
            Ordering::Less => -1,
            Ordering::Equal => 0,
            Ordering::Greater => 1,
        }
    }

    /// With the other sign.
    #[must_use]
    pub fn negated(self) -> Self {
        Self {
            mantissa: self.mantissa.checked_neg().unwrap_or(i128::MAX),
            ..self
        }
    }

    /// Without sign.
    #[must_use]
    pub fn abs(self) -> Self {
        if self.mantissa < 0 {
            self.negated()
        } else {
            self
        }
    }

    /// Both mantissas at one exponent, losing digits only if there is no other way.
    fn aligned(self, other: Self) -> (i128, i128, i32) {
        let (mut a, mut b) = (self, other);
        while a.exponent != b.exponent {
            let high = if a.exponent > b.exponent {
                &mut a
            } else {
                &mut b
            };
            if let Some(more) = high.mantissa.checked_mul(10) {
                high.mantissa = more;
                high.exponent -= 1;
                continue;
            }
            let top = a.exponent.max(b.exponent);
            let low = if a.exponent < b.exponent {
                &mut a
            } else {
                &mut b
            };
            low.mantissa /= 10;
            low.exponent += 1;
            if low.mantissa == 0 {
                low.exponent = top;
            }
        }
        (a.mantissa, b.mantissa, a.exponent)
    }

    /// The sum.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        let (a, b, e) = self.aligned(other);
        match a.checked_add(b) {
            Some(sum) => Self::new(sum, e),
            None => Self::new(a / 10 + b / 10, e + 1),
        }
    }

    /// The difference.
    #[must_use]
    pub fn minus(self, other: Self) -> Option<Self> {
        self.plus(other.negated())
    }

    /// The product.
    #[must_use]
    pub fn times(self, other: Self) -> Option<Self> {
        let (mut a, mut b) = (self, other);
        loop {
            if let Some(product) = a.mantissa.checked_mul(b.mantissa) {
                return Self::new(product, a.exponent.checked_add(b.exponent)?);
            }
            let longer = if a.mantissa.unsigned_abs() > b.mantissa.unsigned_abs() {
                &mut a
            } else {
                &mut b
            };
            longer.mantissa /= 10;
            longer.exponent += 1;
        }
    }

    /// The quotient; none by zero.
    #[must_use]
    pub fn over(self, other: Self) -> Option<Self> {
        if other.mantissa == 0 {
            return None;
        }
        let exponent = self.exponent.checked_sub(other.exponent)?;
        let mut quotient = self.mantissa / other.mantissa;
        let mut rest = self.mantissa % other.mantissa;
        let mut e = exponent;
        for _ in 0..DIGITS {
            if rest == 0 {
                break;
            }
            let Some(bigger) = rest.checked_mul(10) else {
                break;
            };
            let Some(shifted) = quotient
                .checked_mul(10)
                .and_then(|q| q.checked_add(bigger / other.mantissa))
            else {
                break;
            };
            quotient = shifted;
            rest = bigger % other.mantissa;
            e -= 1;
        }
        Self::new(quotient, e)
    }

    /// The rest of the truncated division; none by zero.
    #[must_use]
    pub fn modulo(self, other: Self) -> Option<Self> {
        if other.mantissa == 0 {
            return None;
        }
        let (a, b, e) = self.aligned(other);
        if b == 0 {
            return None;
        }
        Self::new(a % b, e)
    }

    /// The whole part, towards zero.
    #[must_use]
    pub fn trunc(self) -> Self {
        if self.exponent >= 0 {
            return self;
        }
        let whole = 10_i128
            .checked_pow(self.exponent.unsigned_abs())
            .map_or(0, |factor| self.mantissa / factor);
        Self::int(whole)
    }

    /// The greatest whole number not above it.
    #[must_use]
    pub fn floor(self) -> Self {
        let whole = self.trunc();
        if whole > self {
            whole.minus(Self::int(1)).unwrap_or(whole)
        } else {
            whole
        }
    }

    /// The smallest whole number not below it.
    #[must_use]
    pub fn ceil(self) -> Self {
        self.negated().floor().negated()
    }

    /// With at most `places` digits behind the point, rounded half to even, all of them
    /// printed.
    #[must_use]
    pub fn fixed(self, places: usize) -> String {
        let places_i = i32::try_from(places).unwrap_or(i32::MAX);
        let mut mantissa = self.mantissa;
        let mut exponent = self.exponent;
        let drop = (-exponent).saturating_sub(places_i);
        if drop > 0 {
            let factor = 10_i128.checked_pow(drop.unsigned_abs());
            mantissa = factor.map_or(0, |f| {
                let (q, r) = (mantissa / f, (mantissa % f).abs());
                let up = r > f / 2 || (r == f / 2 && q % 2 != 0);
                q + if up { mantissa.signum() } else { 0 }
            });
            exponent = -places_i;
        }
        let shown = render(mantissa, exponent);
        let have = shown.split_once('.').map_or(0, |(_, f)| f.len());
        let mut out = shown;
        if places > have {
            if have == 0 {
                out.push('.');
            }
            out.push_str(&"0".repeat(places - have));
        }
        if self.mantissa < 0 && !out.starts_with('-') {
            out.insert(0, '-');
        }
        out
    }
}

impl PartialOrd for Num {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Num {
    fn cmp(&self, other: &Self) -> Ordering {
        let (a, b, _) = self.aligned(*other);
        // Digits may have been dropped; the exponents then decide.
        a.cmp(&b).then_with(|| {
            if self == other {
                Ordering::Equal
            } else {
                self.as_f64().total_cmp(&other.as_f64())
            }
        })
    }
}

fn render(mantissa: i128, exponent: i32) -> String {
    let digits = mantissa.unsigned_abs().to_string();
    let sign = if mantissa < 0 { "-" } else { "" };
    if exponent >= 0 {
        return format!(
            "{sign}{digits}{}",
            "0".repeat(exponent.unsigned_abs() as usize)
        );
    }
    let places = exponent.unsigned_abs() as usize;
    if digits.len() > places {
        let (whole, fraction) = digits.split_at(digits.len() - places);
        format!("{sign}{whole}.{fraction}")
    } else {
        format!("{sign}0.{}{digits}", "0".repeat(places - digits.len()))
    }
}

impl fmt::Display for Num {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&render(self.mantissa, self.exponent))
    }
}

#[cfg(test)]
mod tests {
    use super::Num;

    fn n(text: &str) -> Num {
        Num::parse(text).unwrap_or(Num::ZERO)
    }

    #[test]
    fn decimals_stay_exact() {
        let sum = n("0.1").plus(n("0.2"));
        assert_eq!(sum.map(|s| s.to_string()).as_deref(), Some("0.3"));
        assert_eq!(n("1e3").to_string(), "1000");
        assert_eq!(
            n("-7").modulo(n("3")).map(|r| r.to_string()).as_deref(),
            Some("-1")
        );
        assert_eq!(n("-1.5").floor(), n("-2"));
        assert_eq!(n("2.5").fixed(0), "2");
        assert_eq!(n("5").fixed(2), "5.00");
    }

    #[test]
    fn far_apart_numbers_are_ordered() {
        assert!(n("1e300") > n("1e-300"));
        assert!(n("-1e300") < n("5"));
    }
}
