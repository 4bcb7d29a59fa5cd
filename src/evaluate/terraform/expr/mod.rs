//! Evaluating expressions.

mod ops;
mod reference;
mod scope;
mod template;

pub(super) use scope::{Repeat, Scope};
pub(super) use template::render;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::ast::{Expr, ExprKind, For, Key, Op};
use super::functions;
use super::limits;
use super::value::{Data, Field, Fields, Num, Type, Val, convert, unify};
use crate::trace::{Origin, StepKind, Text};

/// Why an expression has no value: what Terraform would report as an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fail {
    /// In one clause.
    pub message: String,
    /// Not the expression's fault but a limit; `try` doesn't catch it.
    pub limit: bool,
}

/// A value, or why there is none.
pub type Outcome = Result<Val, Fail>;

impl Fail {
    /// An error in the expression.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            limit: false,
        }
    }

    /// A limit that was reached.
    #[must_use]
    pub fn limit(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            limit: true,
        }
    }
}

impl From<String> for Fail {
    fn from(message: String) -> Self {
        Self::new(message)
    }
}

impl From<&str> for Fail {
    fn from(message: &str) -> Self {
        Self::new(message)
    }
}

impl Scope<'_> {
    /// The value of `expr`.
    ///
    /// # Errors
    /// What Terraform would report as an error, or a limit.
    pub(super) fn eval(&self, expr: &Expr) -> Outcome {
        let _guard = self.world.enter(expr.span())?;
        match &expr.kind {
            ExprKind::Literal(val) => Ok(val.clone()),
            ExprKind::Template(parts) => self.parts(parts, &expr.origin),
            ExprKind::Wrap(inner) => self.eval(inner),
            ExprKind::List(items) => {
                let items = items
                    .iter()
                    .map(|e| self.lenient(e))
                    .collect::<Result<_, _>>()?;
                self.sized(Val::tuple(items, expr.origin.clone()), expr)
            }
            ExprKind::Object(entries) => {
                let val = self.object(entries, &expr.origin)?;
                self.sized(val, expr)
            }
            ExprKind::Var(name) => self.reference(name, &[], expr).and_then(|v| self.copied(v)),
            ExprKind::Traverse(root, ops) => match &root.kind {
                ExprKind::Var(name) => {
                    let val = self.reference(name, ops, expr);
                    val.and_then(|v| self.copied(v))
                }
                _ => {
                    let val = self.eval(root)?;
                    self.steps(val, ops)
                }
            },
            ExprKind::Cond(parts) => self.conditional(&parts[0], &parts[1], &parts[2]),
            ExprKind::Call { name, args, expand } => {
                functions::call(self, name, args, *expand, expr)
            }
            ExprKind::Unary(operator, of) => {
                let val = self.eval(of)?;
                ops::unary(*operator, &val, expr)
            }
            ExprKind::Binary(operator, sides) => {
                ops::binary(self, *operator, &sides[0], &sides[1], expr)
            }
            ExprKind::For(walk) => {
                let val = self.walk(walk, &expr.origin)?;
                self.sized(val, expr)
            }
            ExprKind::Broken(why) => Err(Fail::new(why.clone())),
        }
    }

    /// `val`, which `expr` makes, unless that is too large.
    pub(super) fn sized(&self, val: Val, expr: &Expr) -> Outcome {
        check_size(val).inspect_err(|fail| self.world.problem_once(&fail.message, expr.span()))
    }

    /// `val`, which was taken from where it stays: long texts are copied.
    fn copied(&self, val: Val) -> Outcome {
        if let Data::Str(text) = &val.data {
            let bytes = text.len().min(limits::MAX_TEXT) / limits::BYTES_PER_STEP;
            self.world.spend(bytes + text.run_count() / 8)?;
        }
        Ok(val)
    }

    /// The value of `expr`; unknown where there is none.
    #[must_use]
    pub(super) fn eval_or_unknown(&self, expr: &Expr) -> Val {
        self.eval(expr)
            .unwrap_or_else(|fail| Val::unknown(fail.message, expr.origin.clone()))
    }

    /// The value of a part of something: unknown if it fails, so that the rest can still be
    /// read, unless mistakes are to be told.
    fn lenient(&self, expr: &Expr) -> Outcome {
        match self.eval(expr) {
            Err(fail) if !fail.limit && !self.world.is_strict() => {
                Ok(Val::unknown(fail.message, expr.origin.clone()))
            }
            other => other,
        }
    }

    fn object(&self, entries: &[(Key, Expr)], origin: &Origin) -> Outcome {
        let mut fields = Fields::default();
        for (key, value) in entries {
            let (name, at) = match key {
                Key::Name(name, at) => (name.clone(), at.clone()),
                Key::Expr(expr) => {
                    let key = self.eval(expr)?;
                    let at = key.origin.clone();
                    if let Some(why) = key.why() {
                        // Nobody can say which entry this is.
                        let why = why.clone();
                        self.eval(value)?;
                        fields.rest.get_or_insert(why);
                        continue;
                    }
                    (key_text(&key)?, at)
                }
            };
            let val = self.lenient(value)?;
            fields.set(name, at, val);
        }
        Ok(Val::object(fields, origin.clone()))
    }

    fn conditional(&self, condition: &Expr, yes: &Expr, no: &Expr) -> Outcome {
        let test = self.eval(condition)?;
        if let Some(why) = test.why() {
            let (a, b) = (self.eval(yes), self.eval(no));
            // Both ways lead to the same.
            if let (Ok(a), Ok(b)) = (&a, &b)
                && a.equals(b) == Some(true)
            {
                return Ok(a.clone());
            }
            return Ok(Val::new(Data::Unknown(why.clone()), test.origin.clone()));
        }
        let truth = truth(&test).ok_or("the condition is not a truth value")?;
        let (taken, other) = if truth { (yes, no) } else { (no, yes) };
        let val = self.eval(taken)?;
        let val = self.as_both(val, other);
        let note = if truth {
            "condition holds"
        } else {
            "condition doesn't hold"
        };
        let hidden = test.sensitive;
        let val = val.then_with(StepKind::Guard, condition.span(), note, vec![test.origin]);
        Ok(val.hidden_if(hidden))
    }

    /// Terraform gives both arms one type; that matters where one is text and the other not.
    fn as_both(&self, val: Val, other: &Expr) -> Val {
        let plain = matches!(val.data, Data::Num(_) | Data::Bool(_));
        let collection = matches!(
            val.data,
            Data::Tuple(_) | Data::Object(_) | Data::List(_) | Data::Map(_)
        );
        if !plain && !collection {
            return val;
        }
        if collection && matches!(other.kind, ExprKind::Literal(_)) {
            return val;
        }
        let Ok(other) = self.eval(other) else {
            return val;
        };
        let types = [Type::of(&val), Type::of(&other)];
        match unify(&types) {
            Some(to) => convert(&val, &to, &|_| Val::null(Origin::nowhere())).unwrap_or(val),
            None => val,
        }
    }

    /// `[for …]` and `{for …}`.
    fn walk(&self, walk: &For, origin: &Origin) -> Outcome {
        let over = self.eval(&walk.over)?;
        if let Data::Unknown(why) = &over.data {
            return Ok(Val::new(Data::Unknown(why.clone()), over.origin.clone()));
        }
        let hidden = over.sensitive;
        let entries = entries(&over)?;
        self.world.spend(entries.len())?;
        let mut list = Vec::new();
        let mut fields = Fields::default();
        let mut groups: BTreeMap<String, (Origin, Vec<Val>)> = BTreeMap::new();
        fields.rest = over.fields().and_then(|f| f.rest.clone());
        for (key, val) in entries {
            let mut bound = Vec::with_capacity(2);
            if let Some(name) = &walk.key_name {
                bound.push((name.clone(), key));
            }
            bound.push((walk.value_name.clone(), val));
            let scope = self.with(&bound);
            let scope = scope.scope();
            if let Some(condition) = &walk.condition {
                let test = scope.eval(condition)?;
                if let Some(why) = test.why() {
                    return Ok(Val::new(Data::Unknown(why.clone()), test.origin.clone()));
                }
                if !truth(&test).ok_or("the condition of a for expression is not a truth value")? {
                    continue;
                }
            }
            let Some(key) = &walk.key else {
                list.push(scope.lenient(&walk.value)?);
                continue;
            };
            let key = scope.eval(key)?;
            let val = scope.lenient(&walk.value)?;
            if let Some(why) = key.why() {
                fields.rest.get_or_insert_with(|| why.clone());
                continue;
            }
            let name = key_text(&key)?;
            if walk.group {
                let group = groups
                    .entry(name)
                    .or_insert_with(|| (key.origin.clone(), Vec::new()));
                group.1.push(val);
            } else if fields.entries.contains_key(&name) {
                return Err(Fail::new(format!(
                    "two items in the result have the key \"{name}\""
                )));
            } else {
                fields.set(name, key.origin, val);
            }
        }
        if let Some(rest) = fields.rest.clone()
            && walk.key.is_none()
        {
            return Ok(Val::new(Data::Unknown(rest), over.origin));
        }
        for (name, (key, items)) in groups {
            let at = key.clone();
            fields.set(name, key, Val::tuple(items, at));
        }
        let val = if walk.key.is_some() {
            Val::object(fields, origin.clone())
        } else {
            Val::tuple(list, origin.clone())
        };
        Ok(val.hidden_if(hidden))
    }

    /// Goes into `val` step by step.
    ///
    /// # Errors
    /// If there is no such attribute or element.
    pub(super) fn steps(&self, mut val: Val, ops: &[Op]) -> Outcome {
        for op in ops {
            match op {
                Op::Attr(name, _) => val = attribute(&val, name)?,
                Op::Index(expr) => {
                    let index = self.eval(expr)?;
                    val = element(&val, &index)?;
                }
                Op::Splat(each) => {
                    val = self.splat(&val, each)?;
                }
            }
        }
        Ok(val)
    }

    fn splat(&self, val: &Val, each: &[Op]) -> Outcome {
        if let Data::Unknown(why) = &val.data {
            return Ok(Val::new(Data::Unknown(why.clone()), val.origin.clone()));
        }
        let single = [val.clone()];
        let items: &[Val] = match val.items() {
            Some(items) => items,
            None if val.is_null() => &[],
            None => &single,
        };
        self.world.spend(items.len())?;
        let list = matches!(val.data, Data::List(_) | Data::Set(_));
        let items: Vec<Val> = items
            .iter()
            .map(|v| self.steps(v.clone(), each))
            .collect::<Result<_, _>>()?;
        let data = if list {
            Data::List(Arc::new(items))
        } else {
            Data::Tuple(Arc::new(items))
        };
        Ok(Val::new(data, val.origin.clone()).hidden_if(val.sensitive))
    }
}

/// A truth value, also if it is written as text.
#[must_use]
pub(super) fn truth(val: &Val) -> Option<bool> {
    match &val.data {
        Data::Bool(b) => Some(*b),
        Data::Str(text) => match text.as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// A value as the key of an object.
fn key_text(val: &Val) -> Result<String, Fail> {
    if val.is_null() {
        return Err(Fail::new("a key is null"));
    }
    super::value::to_text(val)
        .map(|t| t.as_str().to_owned())
        .ok_or_else(|| Fail::new("a key must be a string"))
}

/// Keys and values in the order in which they are walked.
///
/// # Errors
/// If it can't be walked.
pub(super) fn entries(val: &Val) -> Result<Vec<(Val, Val)>, Fail> {
    if let Data::Set(items) = &val.data {
        return Ok(items.iter().map(|v| (v.clone(), v.clone())).collect());
    }
    if let Some(items) = val.items() {
        let numbered = items.iter().enumerate().map(|(i, v)| {
            let index = Val::int(i128::try_from(i).unwrap_or(0), v.origin.clone());
            (index, v.clone())
        });
        return Ok(numbered.collect());
    }
    if let Some(fields) = val.fields() {
        let named = fields
            .entries
            .iter()
            .map(|(name, Field { key, val })| (Val::str(name.clone(), key), val.clone()));
        return Ok(named.collect());
    }
    Err(Fail::new(format!("a {} can't be walked", val.type_name())))
}

/// The attribute `name` of `val`.
///
/// # Errors
/// If it has none of that name.
pub(super) fn attribute(val: &Val, name: &str) -> Outcome {
    if let Data::Unknown(why) = &val.data {
        return Ok(
            Val::new(Data::Unknown(why.clone()), val.origin.clone()).hidden_if(val.sensitive)
        );
    }
    let Some(fields) = val.fields() else {
        // `list.0` reaches here as a number only; a name on a single block means that block.
        return Err(Fail::new(format!(
            "a {} has no attribute \"{name}\"",
            val.type_name()
        )));
    };
    match (fields.get(name), &fields.rest) {
        (Some(found), _) => Ok(found.clone().hidden_if(val.sensitive)),
        (None, Some(why)) => {
            let why = why.why.replace("{attribute}", name);
            Ok(Val::unknown(why, val.origin.clone()))
        }
        (None, None) => Err(Fail::new(format!("there is no attribute \"{name}\""))),
    }
}

/// The element of `val` at `index`.
///
/// # Errors
/// If there is none.
pub(super) fn element(val: &Val, index: &Val) -> Outcome {
    for side in [val, index] {
        if let Data::Unknown(why) = &side.data {
            return Ok(Val::new(Data::Unknown(why.clone()), side.origin.clone()));
        }
    }
    if let Some(why) = index.why() {
        return Ok(Val::new(Data::Unknown(why.clone()), index.origin.clone()));
    }
    if val.fields().is_some() {
        return attribute(val, &key_text(index)?);
    }
    if matches!(val.data, Data::Set(_)) {
        return Err(Fail::new("a set has no index"));
    }
    let Some(items) = val.items() else {
        return Err(Fail::new(format!("a {} has no index", val.type_name())));
    };
    let number = match &index.data {
        Data::Num(n) => Some(*n),
        Data::Str(text) => Num::parse(text.as_str()),
        _ => None,
    };
    let at = number.ok_or("an index must be a number")?;
    match at.as_usize().and_then(|i| items.get(i)) {
        Some(found) => Ok(found.clone().hidden_if(val.sensitive)),
        None => Err(Fail::new(format!("there is no element {at}"))),
    }
}

/// Refuses a text that has grown too long, or is made of too many parts.
pub(super) fn check_text(text: &Text) -> Result<(), Fail> {
    if text.len() > limits::MAX_TEXT {
        let most = limits::MAX_TEXT / 1024 / 1024;
        return Err(Fail::limit(format!("a text grew longer than {most} MB")));
    }
    if text.run_count() > limits::MAX_PARTS {
        return Err(Fail::limit(format!(
            "a text is made of more than {} parts",
            limits::MAX_PARTS
        )));
    }
    Ok(())
}

/// Refuses values that have grown too large.
pub(super) fn check_size(val: Val) -> Outcome {
    if let Data::Str(text) = &val.data {
        check_text(text)?;
    }
    let is_collection = val.items().is_some() || val.fields().is_some();
    if is_collection && val.parts(limits::MAX_PARTS) >= limits::MAX_PARTS {
        return Err(Fail::limit(format!(
            "a value has more than {} parts",
            limits::MAX_PARTS
        )));
    }
    Ok(val)
}
