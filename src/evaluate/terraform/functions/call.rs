//! What every function gets, and how it asks for its arguments.

use crate::evaluate::terraform::ast::Expr;
use crate::evaluate::terraform::expr::{Fail, Outcome, Scope};
use crate::evaluate::terraform::value::{Data, Fields, Num, Type, Val, convert, to_text};
use crate::trace::{Origin, Text};

/// A function.
pub(crate) struct Function {
    /// Its name.
    pub name: &'static str,
    /// The least number of arguments.
    pub min: usize,
    /// The greatest number of arguments.
    pub max: usize,
    /// What unknown arguments do to it.
    pub unknowns: Unknowns,
    /// What it does.
    pub run: Body,
}

/// What a function does with the arguments of a call.
type Body = fn(&Call<'_>) -> Outcome;

/// What unknown arguments do to the result of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unknowns {
    /// If anything in any argument is unknown, the result is.
    Deep,
    /// If an argument itself is unknown or a text with unknown parts, the result is.
    Shallow,
    /// The function knows itself.
    Own,
}

/// Arguments without end.
pub(super) const MANY: usize = usize::MAX;

impl Function {
    /// A function that needs to know everything.
    #[must_use]
    pub(crate) const fn deep(name: &'static str, min: usize, max: usize, run: Body) -> Self {
        Self::new(name, min, max, Unknowns::Deep, run)
    }

    /// A function that doesn't look into its collections' elements.
    #[must_use]
    pub(crate) const fn shallow(name: &'static str, min: usize, max: usize, run: Body) -> Self {
        Self::new(name, min, max, Unknowns::Shallow, run)
    }

    /// A function that deals with unknown arguments itself.
    #[must_use]
    pub(crate) const fn own(name: &'static str, min: usize, max: usize, run: Body) -> Self {
        Self::new(name, min, max, Unknowns::Own, run)
    }

    const fn new(
        name: &'static str,
        min: usize,
        max: usize,
        unknowns: Unknowns,
        run: Body,
    ) -> Self {
        Self {
            name,
            min,
            max,
            unknowns,
            run,
        }
    }
}

/// A call.
pub(crate) struct Call<'a> {
    /// The arguments.
    pub args: &'a [Val],
    /// Where the call stands.
    pub scope: &'a Scope<'a>,
    /// The call.
    pub expr: &'a Expr,
}

impl Call<'_> {
    /// Where a result comes from that isn't part of an argument: the first argument.
    #[must_use]
    pub(crate) fn origin(&self) -> Origin {
        self.args
            .first()
            .map_or_else(|| self.expr.origin.clone(), |v| v.origin.clone())
    }

    /// How many arguments there are.
    #[must_use]
    pub(crate) fn len(&self) -> usize {
        self.args.len()
    }

    /// An argument.
    ///
    /// # Errors
    /// If there are not so many.
    pub(crate) fn arg(&self, at: usize) -> Result<&Val, Fail> {
        self.args
            .get(at)
            .ok_or_else(|| Fail::new("an argument is missing"))
    }

    fn as_type(&self, at: usize, to: &Type) -> Outcome {
        let val = self.arg(at)?;
        if val.is_null() {
            return Err(wrong(at, "is null"));
        }
        convert(val, to, &|_| Val::null(Origin::nowhere()))
            .map_err(|why| Fail::new(format!("argument {}: {why}", at + 1)))
    }

    /// An argument as text, its parts traced.
    ///
    /// # Errors
    /// If it can't be text.
    pub(crate) fn text(&self, at: usize) -> Result<Text, Fail> {
        let val = self.as_type(at, &Type::Str)?;
        to_text(&val).ok_or_else(|| wrong(at, "is not a string"))
    }

    /// An argument as characters.
    ///
    /// # Errors
    /// If it can't be text.
    pub(crate) fn str(&self, at: usize) -> Result<String, Fail> {
        Ok(self.text(at)?.as_str().to_owned())
    }

    /// An argument as a number.
    ///
    /// # Errors
    /// If it can't be one.
    pub(crate) fn num(&self, at: usize) -> Result<Num, Fail> {
        match self.as_type(at, &Type::Num)?.data {
            Data::Num(n) => Ok(n),
            _ => Err(wrong(at, "is not a number")),
        }
    }

    /// An argument as a whole number.
    ///
    /// # Errors
    /// If it can't be one.
    pub(crate) fn int(&self, at: usize) -> Result<i64, Fail> {
        self.num(at)?
            .as_i64()
            .ok_or_else(|| wrong(at, "is not a whole number"))
    }

    /// The elements of an argument that is a list, set or tuple.
    ///
    /// # Errors
    /// If it isn't one.
    pub(crate) fn items(&self, at: usize) -> Result<&[Val], Fail> {
        let val = self.arg(at)?;
        val.items()
            .ok_or_else(|| wrong(at, &format!("is a {}, not a list", val.type_name())))
    }

    /// The elements of an argument as texts.
    ///
    /// # Errors
    /// If it isn't a list of what can be text.
    pub(crate) fn texts(&self, at: usize) -> Result<Vec<Text>, Fail> {
        self.items(at)?
            .iter()
            .map(|v| {
                if v.is_null() {
                    return Err(wrong(at, "has a null in it"));
                }
                to_text(v).ok_or_else(|| wrong(at, "is not a list of strings"))
            })
            .collect()
    }

    /// The attributes of an argument that is a map or object.
    ///
    /// # Errors
    /// If it isn't one.
    pub(crate) fn fields(&self, at: usize) -> Result<&Fields, Fail> {
        let val = self.arg(at)?;
        val.fields()
            .ok_or_else(|| wrong(at, &format!("is a {}, not a map", val.type_name())))
    }
}

/// That an argument, counted from 0, is not what it should be.
fn wrong(at: usize, how: &str) -> Fail {
    Fail::new(format!("argument {} {how}", at + 1))
}

/// A text as a result.
pub(super) fn text(text: Text) -> Outcome {
    Ok(Val::text(text))
}
