//! Numbers.

use super::call::{Call, Function, MANY};
use crate::evaluate::terraform::expr::{Fail, Outcome};
use crate::evaluate::terraform::value::{Num, Val};

pub(super) const FAMILY: &[Function] = &[
    Function::deep("abs", 1, 1, |c| one(c, Num::abs)),
    Function::deep("ceil", 1, 1, |c| one(c, Num::ceil)),
    Function::deep("floor", 1, 1, |c| one(c, Num::floor)),
    Function::deep("log", 2, 2, log),
    Function::deep("max", 1, MANY, |c| most(c, |a, b| a > b)),
    Function::deep("min", 1, MANY, |c| most(c, |a, b| a < b)),
    Function::deep("parseint", 2, 2, parseint),
    Function::deep("pow", 2, 2, pow),
    Function::deep("signum", 1, 1, signum),
];

fn one(call: &Call<'_>, change: fn(Num) -> Num) -> Outcome {
    Ok(Val::num(change(call.num(0)?), call.origin()))
}

fn float(call: &Call<'_>, value: f64) -> Outcome {
    let num = Num::float(value).ok_or("the result is not a number")?;
    Ok(Val::num(num, call.origin()))
}

fn log(call: &Call<'_>) -> Outcome {
    let (num, base) = (call.num(0)?.as_f64(), call.num(1)?.as_f64());
    float(call, num.ln() / base.ln())
}

fn pow(call: &Call<'_>) -> Outcome {
    let (num, power) = (call.num(0)?, call.num(1)?);
    // Whole powers stay exact as long as they can.
    if let Some(n) = power.as_usize().filter(|n| *n <= 128) {
        let mut out = Some(Num::int(1));
        for _ in 0..n {
            out = out.and_then(|o| o.times(num));
        }
        if let Some(exact) = out.filter(|o| o.as_f64().abs() < 1e36) {
            return Ok(Val::num(exact, call.origin()));
        }
    }
    float(call, num.as_f64().powf(power.as_f64()))
}

fn signum(call: &Call<'_>) -> Outcome {
    let num = call.int(0)?;
    Ok(Val::int(i128::from(num.signum()), call.origin()))
}

fn most(call: &Call<'_>, better: fn(Num, Num) -> bool) -> Outcome {
    let mut best = 0;
    for at in 1..call.len() {
        if better(call.num(at)?, call.num(best)?) {
            best = at;
        }
    }
    let val = call.arg(best)?;
    Ok(Val::num(call.num(best)?, val.origin.clone()))
}

fn parseint(call: &Call<'_>) -> Outcome {
    let digits = match call.arg(0)?.as_str() {
        Some(text) => text.to_owned(),
        None => return Err(Fail::new("the number must be a string")),
    };
    let base = call.int(1)?;
    if !(2..=62).contains(&base) {
        return Err(Fail::new("the base must be between 2 and 62"));
    }
    let base = i128::from(base);
    let (sign, rest) = match digits.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, digits.strip_prefix('+').unwrap_or(&digits)),
    };
    let mut out: i128 = 0;
    let wrong = || Fail::new(format!("{digits:?} is not a number in base {base}"));
    if rest.is_empty() {
        return Err(wrong());
    }
    for c in rest.chars() {
        let digit = match c {
            '0'..='9' => i128::from(u32::from(c) - u32::from('0')),
            'a'..='z' => i128::from(u32::from(c) - u32::from('a')) + 10,
            'A'..='Z' if base <= 36 => i128::from(u32::from(c) - u32::from('A')) + 10,
            'A'..='Z' => i128::from(u32::from(c) - u32::from('A')) + 36,
            _ => return Err(wrong()),
        };
        if digit >= base {
            return Err(wrong());
        }
        out = out
            .checked_mul(base)
            .and_then(|o| o.checked_add(digit))
            .ok_or("the number is out of bounds")?;
    }
    Ok(Val::int(sign * out, call.origin()))
}
