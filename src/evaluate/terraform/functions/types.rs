//! Conversion, and what is hidden.

use super::call::{Call, Function};
use crate::evaluate::terraform::expr::{Fail, Outcome};
use crate::evaluate::terraform::value::{Type, Val, convert};
use crate::trace::Origin;

pub(super) const FAMILY: &[Function] = &[
    Function::own("ephemeralasnull", 1, 1, |c| Ok(c.arg(0)?.clone())),
    Function::own("issensitive", 1, 1, issensitive),
    Function::own("nonsensitive", 1, 1, nonsensitive),
    Function::own("sensitive", 1, 1, |c| Ok(c.arg(0)?.clone().hidden_if(true))),
    Function::own("tobool", 1, 1, |c| to(c, &Type::Bool)),
    Function::own("tolist", 1, 1, |c| to(c, &Type::List(Box::new(Type::Any)))),
    Function::own("tomap", 1, 1, |c| to(c, &Type::Map(Box::new(Type::Any)))),
    Function::own("tonumber", 1, 1, |c| to(c, &Type::Num)),
    Function::own("toset", 1, 1, |c| to(c, &Type::Set(Box::new(Type::Any)))),
    Function::own("tostring", 1, 1, |c| to(c, &Type::Str)),
];

fn to(call: &Call<'_>, to: &Type) -> Outcome {
    let val = call.arg(0)?;
    convert(val, to, &|_| Val::null(Origin::nowhere())).map_err(Fail::new)
}

fn issensitive(call: &Call<'_>) -> Outcome {
    let val = call.arg(0)?;
    Ok(Val::bool(val.sensitive, val.origin.clone()))
}

fn nonsensitive(call: &Call<'_>) -> Outcome {
    let mut val = call.arg(0)?.clone();
    val.sensitive = false;
    Ok(val)
}
