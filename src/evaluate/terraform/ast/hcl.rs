//! From hcl-edit's tree to ours.

use std::borrow::Cow;
use std::ops::Range;

use hcl::edit::Span as _;
use hcl::edit::expr::{BinaryOperator, Expression, ObjectKey, TraversalOperator, UnaryOperator};
use hcl::edit::parser;
use hcl::edit::structure::{self, BlockLabel, Structure};

use super::literal::Style;
use super::repeated;
use super::tangle;
use super::template::{dedent, full};
use super::{Attribute, Binary, Block, Body, Expr, ExprKind, For, Key, Label, Op, Part, Unary};
use crate::evaluate::terraform::value::{Num, Val};
use crate::trace::{Origin, Text};

/// What could not be read, and at which byte.
#[derive(Debug, Clone)]
pub struct SyntaxError {
    /// In one clause.
    pub message: String,
    /// The byte of the text that was read.
    pub at: usize,
}

impl SyntaxError {
    fn of(error: &parser::Error) -> Self {
        let message = error.message().lines().collect::<Vec<_>>().join("; ");
        Self {
            message,
            at: error.location().offset(),
        }
    }
}

/// Reads a file, or a piece of one.
///
/// # Errors
/// The first syntax error.
pub fn body(text: &Text) -> Result<Body, SyntaxError> {
    let chars = without_empty_heredocs(text.as_str());
    let chars = parsable(&chars, false)?;
    let body = repeated::without(chars, parser::parse_body).map_err(|e| SyntaxError::of(&e))?;
    Ok(Reader { text }.body(&body))
}

/// Reads an expression.
///
/// # Errors
/// The first syntax error.
pub fn expression(text: &Text) -> Result<Expr, SyntaxError> {
    let chars = without_empty_heredocs(text.as_str());
    let chars = parsable(&chars, false)?;
    let expr = repeated::without(chars, parser::parse_expr).map_err(|e| SyntaxError::of(&e))?;
    Ok(Reader { text }.expr(&expr))
}

/// Reads a template: the content of a template file, or of a string in JSON.
///
/// # Errors
/// The first syntax error.
pub fn template(text: &Text) -> Result<Expr, SyntaxError> {
    if !text.as_str().contains("${") && !text.as_str().contains("%{") {
        let val = Val::text(text.clone());
        let origin = val.origin.clone();
        return Ok(Expr::new(ExprKind::Literal(val), origin));
    }
    let chars = parsable(text.as_str(), true)?;
    let parsed = parser::parse_template(&chars).map_err(|e| SyntaxError::of(&e))?;
    let reader = Reader { text };
    let parts = reader.parts(parsed.iter(), Style::Bare);
    Ok(reader.template(parts, 0..text.len()))
}

/// The same bytes with spaces for line breaks that mean nothing. Refuses what would take the
/// parser forever.
fn parsable(chars: &str, is_template: bool) -> Result<Cow<'_, str>, SyntaxError> {
    let survey = tangle::survey(chars, is_template);
    if let Some(at) = survey.tangled {
        let message = format!(
            "operators and brackets are nested more than {} levels deep",
            tangle::MAX_TANGLE
        );
        return Err(SyntaxError { message, at });
    }
    let mut out = String::with_capacity(if survey.breaks.is_empty() {
        0
    } else {
        chars.len()
    });
    let mut at = 0;
    for range in survey.breaks {
        out.push_str(&chars[at..range.start]);
        out.extend(std::iter::repeat_n(' ', range.len()));
        at = range.end;
    }
    if at == 0 {
        return Ok(Cow::Borrowed(chars));
    }
    out.push_str(&chars[at..]);
    Ok(Cow::Owned(out))
}

/// The same bytes with `""` for every heredoc without a line in it: the parser would take such
/// a heredoc to end where the next one does.
fn without_empty_heredocs(chars: &str) -> Cow<'_, str> {
    let mut out = Cow::Borrowed(chars);
    for (at, _) in chars.match_indices("<<") {
        let rest = &chars[at + 2..];
        let word = rest.strip_prefix('-').unwrap_or(rest);
        let len = word
            .find(|c: char| !c.is_alphanumeric() && c != '_' && c != '-')
            .unwrap_or(0);
        let (delimiter, rest) = word.split_at(len);
        let Some(line) = rest
            .strip_prefix('\n')
            .or_else(|| rest.strip_prefix("\r\n"))
        else {
            continue;
        };
        let Some(after) = line.trim_start_matches([' ', '\t']).strip_prefix(delimiter) else {
            continue;
        };
        let ends = !after.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '-');
        if len > 0 && ends {
            let end = chars.len() - after.len();
            let blank: String = chars[at + 2..end]
                .bytes()
                .map(|b| {
                    if matches!(b, b'\n' | b'\r') {
                        char::from(b)
                    } else {
                        ' '
                    }
                })
                .collect();
            out.to_mut().replace_range(at..end, &format!("\"\"{blank}"));
        }
    }
    out
}

/// Converts what was read from one text.
pub(super) struct Reader<'t> {
    pub(super) text: &'t Text,
}

impl Reader<'_> {
    fn origin(&self, range: Option<Range<usize>>) -> Origin {
        self.text.origin_of(range.unwrap_or_default())
    }

    fn body(&self, body: &structure::Body) -> Body {
        let mut out = Body::default();
        for structure in body {
            match structure {
                Structure::Attribute(attribute) => out.attributes.push(Attribute {
                    name: attribute.key.as_str().to_owned(),
                    key: self.origin(attribute.key.span()),
                    value: self.expr(&attribute.value),
                }),
                Structure::Block(block) => out.blocks.push(self.block(block)),
            }
        }
        out
    }

    fn block(&self, block: &structure::Block) -> Block {
        let start = block.ident.span().unwrap_or_default();
        let mut end = start.end;
        let labels = block
            .labels
            .iter()
            .map(|label| {
                let span = match label {
                    BlockLabel::Ident(ident) => ident.span(),
                    BlockLabel::String(string) => string.span(),
                };
                end = span.as_ref().map_or(end, |s| s.end);
                Label {
                    name: label.as_str().to_owned(),
                    origin: self.origin(span),
                }
            })
            .collect();
        Block {
            kind: block.ident.as_str().to_owned(),
            labels,
            body: self.body(&block.body),
            header: self.origin(Some(start.start..end)),
        }
    }

    pub(super) fn expr(&self, expr: &Expression) -> Expr {
        let range = expr.span().unwrap_or_default();
        let origin = self.text.origin_of(range.clone());
        let literal = |val: Val| {
            ExprKind::Literal(Val {
                origin: origin.clone(),
                ..val
            })
        };
        let kind = match expr {
            Expression::Null(_) => literal(Val::null(origin.clone())),
            Expression::Bool(b) => literal(Val::bool(*b.value(), origin.clone())),
            Expression::Number(number) => {
                let written = self.text.as_str().get(range.clone()).unwrap_or("");
                let digits: String = written.chars().filter(|c| !c.is_whitespace()).collect();
                let num =
                    Num::parse(&digits).or_else(|| number.value().as_f64().and_then(Num::float));
                match num {
                    Some(num) => literal(Val::num(num, origin.clone())),
                    None => ExprKind::Broken("a number out of bounds".to_owned()),
                }
            }
            Expression::String(_) => {
                let inside = range.start + 1..range.end.saturating_sub(1).max(range.start + 1);
                let text = super::literal::literal(self.text, inside, Style::Quoted);
                literal(Val::text(text))
            }
            Expression::StringTemplate(template) => {
                let parts = self.parts(template.iter(), Style::Quoted);
                return self.template(parts, range);
            }
            Expression::HeredocTemplate(heredoc) => {
                let mut parts = self.parts(heredoc.template.iter(), Style::Bare);
                if heredoc.indent().is_some() || self.is_indented_heredoc(&range) {
                    parts = dedent(parts);
                }
                return self.heredoc(parts, &range);
            }
            Expression::Array(items) => {
                ExprKind::List(items.iter().map(|e| self.expr(e)).collect())
            }
            Expression::Object(object) => ExprKind::Object(
                object
                    .iter()
                    .map(|(key, value)| (self.key(key), self.expr(value.expr())))
                    .collect(),
            ),
            Expression::Parenthesis(inner) => {
                // Keeps its own bytes, so that a reference is shown as it is written.
                return self.expr(inner.inner());
            }
            Expression::Variable(name) => ExprKind::Var(name.as_str().to_owned()),
            Expression::Conditional(c) => ExprKind::Cond(Box::new([
                self.expr(&c.cond_expr),
                self.expr(&c.true_expr),
                self.expr(&c.false_expr),
            ])),
            Expression::FuncCall(call) => {
                let mut name = String::new();
                for part in &call.name.namespace {
                    name.push_str(part.as_str());
                    name.push_str("::");
                }
                name.push_str(call.name.name.as_str());
                ExprKind::Call {
                    name,
                    args: call.args.iter().map(|e| self.expr(e)).collect(),
                    expand: call.args.expand_final(),
                }
            }
            Expression::Traversal(traversal) => {
                let ops: Vec<_> = traversal
                    .operators
                    .iter()
                    .map(|o| (o.span(), o.value()))
                    .collect();
                ExprKind::Traverse(Box::new(self.expr(&traversal.expr)), self.ops(&ops))
            }
            Expression::UnaryOp(op) => {
                let operator = match op.operator.value() {
                    UnaryOperator::Neg => Unary::Neg,
                    UnaryOperator::Not => Unary::Not,
                };
                ExprKind::Unary(operator, Box::new(self.expr(&op.expr)))
            }
            Expression::BinaryOp(op) => ExprKind::Binary(
                binary(*op.operator.value()),
                Box::new([self.expr(&op.lhs_expr), self.expr(&op.rhs_expr)]),
            ),
            Expression::ForExpr(f) => ExprKind::For(Box::new(For {
                key_name: f.intro.key_var.as_ref().map(|k| k.as_str().to_owned()),
                value_name: f.intro.value_var.as_str().to_owned(),
                over: self.expr(&f.intro.collection_expr),
                key: f.key_expr.as_ref().map(|e| self.expr(e)),
                value: self.expr(&f.value_expr),
                group: f.grouping,
                condition: f.cond.as_ref().map(|c| self.expr(&c.expr)),
            })),
        };
        Expr::new(kind, origin)
    }

    fn key(&self, key: &ObjectKey) -> Key {
        match key {
            ObjectKey::Ident(name) => {
                // As it is written, not as it was given to the parser.
                let written = key.span().and_then(|range| self.text.as_str().get(range));
                let name = written.unwrap_or(name.as_str());
                Key::Name(name.to_owned(), self.origin(key.span()))
            }
            ObjectKey::Expression(expr) => Key::Expr(self.expr(expr)),
        }
    }

    /// An attribute splat takes the names behind it, a full splat everything.
    fn ops(&self, ops: &[(Option<Range<usize>>, &TraversalOperator)]) -> Vec<Op> {
        let mut out = Vec::new();
        let mut at = 0;
        while let Some((range, op)) = ops.get(at) {
            at += 1;
            match op {
                TraversalOperator::GetAttr(name) => out.push(Op::Attr(
                    name.as_str().to_owned(),
                    self.origin(name.span().or_else(|| range.clone())),
                )),
                TraversalOperator::Index(expr) => out.push(Op::Index(self.expr(expr))),
                TraversalOperator::LegacyIndex(index) => {
                    let origin = self.origin(range.clone());
                    let val = Val::int(i128::from(*index.value()), origin.clone());
                    out.push(Op::Index(Expr::new(ExprKind::Literal(val), origin)));
                }
                TraversalOperator::FullSplat(_) => {
                    out.push(Op::Splat(self.ops(&ops[at..])));
                    break;
                }
                TraversalOperator::AttrSplat(_) => {
                    let names = ops[at..]
                        .iter()
                        .take_while(|(_, o)| matches!(o, TraversalOperator::GetAttr(_)))
                        .count();
                    out.push(Op::Splat(self.ops(&ops[at..at + names])));
                    at += names;
                }
            }
        }
        out
    }

    fn is_indented_heredoc(&self, range: &Range<usize>) -> bool {
        self.text
            .as_str()
            .get(range.clone())
            .is_some_and(|s| s.starts_with("<<-"))
    }

    /// A heredoc never is the bare value of its only part: there is a line break behind it.
    fn heredoc(&self, parts: Vec<Part>, range: &Range<usize>) -> Expr {
        let parts = full(parts);
        let origin = self.text.origin_of(range.clone());
        let kind = match parts.as_slice() {
            [] => ExprKind::Literal(Val {
                origin: origin.clone(),
                ..Val::text(self.text.slice(range.start..range.start))
            }),
            [Part::Text(text)] => ExprKind::Literal(Val {
                origin: origin.clone(),
                ..Val::text(text.clone())
            }),
            _ => ExprKind::Template(parts),
        };
        Expr::new(kind, origin)
    }
}

fn binary(operator: BinaryOperator) -> Binary {
    match operator {
        BinaryOperator::Eq => Binary::Eq,
        BinaryOperator::NotEq => Binary::NotEq,
        BinaryOperator::Less => Binary::Less,
        BinaryOperator::LessEq => Binary::LessEq,
        BinaryOperator::Greater => Binary::Greater,
        BinaryOperator::GreaterEq => Binary::GreaterEq,
        BinaryOperator::Plus => Binary::Add,
        BinaryOperator::Minus => Binary::Sub,
        BinaryOperator::Mul => Binary::Mul,
        BinaryOperator::Div => Binary::Div,
        BinaryOperator::Mod => Binary::Mod,
        BinaryOperator::And => Binary::And,
        BinaryOperator::Or => Binary::Or,
    }
}
