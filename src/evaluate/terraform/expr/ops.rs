//! Operators.

use super::{Fail, Outcome, Scope, truth};
use crate::evaluate::terraform::ast::{Binary, Expr, Unary};
use crate::evaluate::terraform::value::{Data, Num, Val};
use crate::trace::{Origin, StepKind};

fn number(val: &Val) -> Result<Num, Fail> {
    match &val.data {
        Data::Num(n) => Ok(*n),
        Data::Str(text) => {
            Num::parse(text.as_str()).ok_or_else(|| Fail::new("an operand is not a number"))
        }
        _ => Err(Fail::new("an operand is not a number")),
    }
}

fn boolean(val: &Val) -> Result<bool, Fail> {
    truth(val).ok_or_else(|| Fail::new("an operand is not a truth value"))
}

/// Where the result of an operation comes from: its first operand, with the other as input.
fn origin(of: &[&Val], expr: &Expr) -> Origin {
    let Some((first, rest)) = of.split_first() else {
        return expr.origin.clone();
    };
    let inputs = rest.iter().map(|v| v.origin.clone()).collect();
    first
        .origin
        .then_with(StepKind::Function, expr.span(), "operator", inputs)
}

pub(super) fn unary(operator: Unary, val: &Val, expr: &Expr) -> Outcome {
    if let Some(why) = val.why() {
        return Ok(Val::new(Data::Unknown(why.clone()), val.origin.clone()));
    }
    let data = match operator {
        Unary::Neg => Data::Num(number(val)?.negated()),
        Unary::Not => Data::Bool(!boolean(val)?),
    };
    Ok(Val::new(data, origin(&[val], expr)).hidden_if(val.sensitive))
}

pub(super) fn binary(
    scope: &Scope<'_>,
    operator: Binary,
    left: &Expr,
    right: &Expr,
    expr: &Expr,
) -> Outcome {
    let a = scope.eval(left)?;
    let b = scope.eval(right)?;
    let hidden = a.sensitive || b.sensitive;
    let of = origin(&[&a, &b], expr);
    let done = |data| Ok(Val::new(data, of.clone()).hidden_if(hidden));
    if matches!(operator, Binary::Eq | Binary::NotEq) {
        return match a.equals(&b) {
            Some(equal) => done(Data::Bool(equal == (operator == Binary::Eq))),
            None => done(unknown(&a, &b)),
        };
    }
    if let Binary::And | Binary::Or = operator {
        // One side may decide although the other is unknown.
        let decides = operator == Binary::Or;
        for side in [&a, &b] {
            if side.why().is_none() && boolean(side)? == decides {
                let other = if std::ptr::eq(side, &a) { &b } else { &a };
                if other.why().is_none() {
                    boolean(other)?;
                }
                return done(Data::Bool(decides));
            }
        }
        if a.why().is_some() || b.why().is_some() {
            return done(unknown(&a, &b));
        }
        return done(Data::Bool(!decides));
    }
    if a.why().is_some() || b.why().is_some() {
        return done(unknown(&a, &b));
    }
    let (x, y) = (number(&a)?, number(&b)?);
    let compared = |holds: bool| Ok(Data::Bool(holds));
    let counted = |num: Option<Num>, why: &str| num.map(Data::Num).ok_or_else(|| Fail::new(why));
    let data = match operator {
        Binary::Less => compared(x < y),
        Binary::LessEq => compared(x <= y),
        Binary::Greater => compared(x > y),
        Binary::GreaterEq => compared(x >= y),
        Binary::Add => counted(x.plus(y), "the sum is out of bounds"),
        Binary::Sub => counted(x.minus(y), "the difference is out of bounds"),
        Binary::Mul => counted(x.times(y), "the product is out of bounds"),
        Binary::Div => counted(x.over(y), "division by zero"),
        Binary::Mod => counted(x.modulo(y).or(Some(x)), "division by zero"),
        Binary::Eq | Binary::NotEq | Binary::And | Binary::Or => Err(Fail::new("not arithmetic")),
    }?;
    done(data)
}

fn unknown(a: &Val, b: &Val) -> Data {
    let why = a.why_deep().or_else(|| b.why_deep());
    why.map_or(Data::Null, Data::Unknown)
}
