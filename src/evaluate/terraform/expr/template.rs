//! Filling in templates.

use super::{Fail, Outcome, Scope, check_size, check_text, entries, truth};
use crate::evaluate::terraform::ast::{Expr, ExprKind, Part};
use crate::evaluate::terraform::value::{Data, PLACEHOLDER, Stepper, Val, to_text};
use crate::trace::{Origin, Span, StepKind, Text, Unknown};
use std::sync::Arc;

impl Scope<'_> {
    /// The text that `parts` make.
    pub(super) fn parts(&self, parts: &[Part], origin: &Origin) -> Outcome {
        let mut out = Text::default();
        let mut hidden = false;
        self.fill(parts, &mut out, &mut hidden)?;
        let val = Val {
            data: Data::Str(if out.is_empty() {
                Text::opaque("", origin.clone())
            } else {
                out
            }),
            origin: origin.clone(),
            sensitive: hidden,
        };
        check_size(Val {
            origin: match &val.data {
                Data::Str(text) => text.origin(),
                _ => origin.clone(),
            },
            ..val
        })
        .inspect_err(|fail| {
            self.world
                .problem_once(&fail.message, origin.nearest_span());
        })
    }

    fn fill(&self, parts: &[Part], out: &mut Text, hidden: &mut bool) -> Result<(), Fail> {
        for part in parts {
            check_text(out).inspect_err(|fail| self.world.problem_once(&fail.message, None))?;
            match part {
                Part::Text(text) => out.push(text),
                Part::Value(expr, span) => {
                    let inserted = self.eval(expr).and_then(|val| {
                        *hidden |= val.sensitive;
                        inserted(&val, *span)
                    });
                    match inserted {
                        Ok(text) => out.push(&text),
                        Err(fail) if fail.limit || self.world.is_strict() => return Err(fail),
                        Err(fail) => {
                            let why = Unknown::new(fail.message);
                            out.push(&Text::of_unknown(PLACEHOLDER, why, expr.origin.clone()));
                        }
                    }
                }
                Part::If(condition, yes, no) => {
                    let test = self.lenient(condition)?;
                    *hidden |= test.sensitive;
                    if let Some(why) = test.why() {
                        self.either(yes, no, why, &test, out, hidden)?;
                        continue;
                    }
                    let truth = truth(&test).ok_or("the condition is not a truth value")?;
                    let mut inner = Text::default();
                    self.fill(if truth { yes } else { no }, &mut inner, hidden)?;
                    let mut guard = Stepper::new(
                        StepKind::Guard,
                        condition.span(),
                        if truth { "if" } else { "else" },
                        vec![test.origin],
                    );
                    out.push(&guard.text(inner));
                }
                Part::For {
                    key_name,
                    value_name,
                    over,
                    body,
                } => {
                    let over = self.lenient(over)?;
                    *hidden |= over.sensitive;
                    if let Data::Unknown(why) = &over.data {
                        out.push(&Text::of_unknown(
                            PLACEHOLDER,
                            why.clone(),
                            over.origin.clone(),
                        ));
                        continue;
                    }
                    let entries = entries(&over)?;
                    self.world.spend(entries.len())?;
                    for (key, val) in entries {
                        let mut bound = Vec::with_capacity(2);
                        if let Some(name) = key_name {
                            bound.push((name.clone(), key));
                        }
                        bound.push((value_name.clone(), val));
                        self.with(&bound).scope().fill(body, out, hidden)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// A condition that can't be known: what both arms share, else something unknown.
    fn either(
        &self,
        yes: &[Part],
        no: &[Part],
        why: &Arc<Unknown>,
        test: &Val,
        out: &mut Text,
        hidden: &mut bool,
    ) -> Result<(), Fail> {
        let (mut a, mut b) = (Text::default(), Text::default());
        self.fill(yes, &mut a, hidden)?;
        self.fill(no, &mut b, hidden)?;
        if a.as_str() == b.as_str() {
            out.push(&a);
        } else {
            // The line structure stays, so that what follows can still be read.
            let lines = a
                .as_str()
                .matches('\n')
                .count()
                .max(b.as_str().matches('\n').count());
            let unknown = Text::of_unknown(PLACEHOLDER, why.clone(), test.origin.clone());
            out.push(&unknown);
            if lines > 0 {
                out.push(&Text::of_unknown("\n", why.clone(), test.origin.clone()));
            }
        }
        Ok(())
    }
}

/// A value as it stands in a template.
fn inserted(val: &Val, span: Option<Span>) -> Result<Text, Fail> {
    if val.is_null() {
        return Err(Fail::new("null can't be part of a text"));
    }
    let text = to_text(val)
        .ok_or_else(|| Fail::new(format!("a {} can't be part of a text", val.type_name())))?;
    Ok(Stepper::new(StepKind::Template, span, "template", Vec::new()).text(text))
}

/// Renders a template that was read from a file or made by other means: only `bound` can be
/// seen in it.
pub(crate) fn render(scope: &Scope<'_>, template: &Expr, bound: &[(String, Val)]) -> Outcome {
    let inner = scope.with(bound);
    let scope = Scope {
        isolated: true,
        repeat: None,
        this: None,
        ..inner.scope()
    };
    let val = scope.eval(template)?;
    if let ExprKind::Wrap(_) = template.kind {
        return Ok(val);
    }
    Ok(val)
}
