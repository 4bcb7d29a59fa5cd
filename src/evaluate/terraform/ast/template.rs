//! From hcl-edit's templates to ours: white space marks applied, heredocs dedented.

use std::ops::Range;

use hcl::edit::Span as _;
use hcl::edit::template::{Directive, Element, Strip};

use super::hcl::Reader;
use super::literal::{Style, literal};
use super::{Expr, ExprKind, Part};
use crate::evaluate::terraform::value::Val;
use crate::trace::Text;

/// A part before `~` marks are applied.
enum Raw {
    Text(Text),
    Mark(Part, Strip),
    /// A directive: what strips outside of it on the left and on the right.
    Directive(Part, bool, bool),
}

impl Reader<'_> {
    /// The elements of a template.
    pub(super) fn parts<'e>(
        &self,
        elements: impl Iterator<Item = &'e Element>,
        style: Style,
    ) -> Vec<Part> {
        self.stripped(elements, style, false, false)
    }

    /// The elements of a template whose ends lie at `~` marks.
    ///
    /// Outside of quotes a mark strips no further than the line it is on: each line is a token
    /// of its own there. Tokens that become empty are kept, they count for the indentation.
    fn stripped<'e>(
        &self,
        elements: impl Iterator<Item = &'e Element>,
        style: Style,
        left: bool,
        right: bool,
    ) -> Vec<Part> {
        let raw: Vec<Raw> = elements.map(|e| self.raw(e, style)).collect();
        let mut out = Vec::new();
        for (i, part) in raw.iter().enumerate() {
            match part {
                Raw::Text(text) => {
                    let after = if i == 0 {
                        left
                    } else {
                        raw.get(i - 1).is_some_and(strips_right)
                    };
                    let before = raw.get(i + 1).map_or(right, strips_left);
                    let mut text = text.clone();
                    if after {
                        text = trim_start(&text, style);
                    }
                    if before {
                        let (kept, last) = trim_end(&text, style);
                        if !kept.is_empty() {
                            out.push(Part::Text(kept));
                        }
                        out.push(Part::Text(last));
                    } else {
                        out.push(Part::Text(text));
                    }
                }
                Raw::Mark(part, _) | Raw::Directive(part, ..) => out.push(part.clone()),
            }
        }
        out
    }

    fn raw(&self, element: &Element, style: Style) -> Raw {
        let range = element.span().unwrap_or_default();
        match element {
            Element::Literal(_) => Raw::Text(literal(self.text, range, style)),
            Element::Interpolation(i) => {
                let span = self.text.origin_of(range).nearest_span();
                Raw::Mark(Part::Value(self.expr(&i.expr), span), i.strip)
            }
            Element::Directive(directive) => self.directive(directive, style),
        }
    }

    fn directive(&self, directive: &Directive, style: Style) -> Raw {
        match directive {
            Directive::If(d) => {
                let end = d.endif_expr.strip;
                let middle = d.else_expr.as_ref().map(|e| e.strip);
                let condition = self.expr(&d.if_expr.cond_expr);
                let yes = self.stripped(
                    d.if_expr.template.iter(),
                    style,
                    d.if_expr.strip.strip_end(),
                    middle.unwrap_or(end).strip_start(),
                );
                let no = d.else_expr.as_ref().map_or_else(Vec::new, |e| {
                    self.stripped(
                        e.template.iter(),
                        style,
                        e.strip.strip_end(),
                        end.strip_start(),
                    )
                });
                Raw::Directive(
                    Part::If(condition, yes, no),
                    d.if_expr.strip.strip_start(),
                    end.strip_end(),
                )
            }
            Directive::For(d) => {
                let (start, end) = (d.for_expr.strip, d.endfor_expr.strip);
                let body = self.stripped(
                    d.for_expr.template.iter(),
                    style,
                    start.strip_end(),
                    end.strip_start(),
                );
                let part = Part::For {
                    key_name: d.for_expr.key_var.as_ref().map(|k| k.as_str().to_owned()),
                    value_name: d.for_expr.value_var.as_str().to_owned(),
                    over: self.expr(&d.for_expr.collection_expr),
                    body,
                };
                Raw::Directive(part, start.strip_start(), end.strip_end())
            }
        }
    }

    /// A template as an expression: text alone is a literal, one value alone is that value.
    pub(super) fn template(&self, parts: Vec<Part>, range: Range<usize>) -> Expr {
        let origin = self.text.origin_of(range.clone());
        let mut parts = full(parts);
        if let [Part::Value(_, _)] = parts.as_slice()
            && let Some(Part::Value(inner, _)) = parts.pop()
        {
            return Expr::new(ExprKind::Wrap(Box::new(inner)), origin);
        }
        let kind = match parts.as_slice() {
            [] => {
                // The inside of the quotes, where something would be written.
                let inside = (range.start + 1).min(range.end);
                ExprKind::Literal(Val {
                    origin: origin.clone(),
                    ..Val::text(self.text.slice(inside..inside))
                })
            }
            [Part::Text(text)] => ExprKind::Literal(Val {
                origin: origin.clone(),
                ..Val::text(text.clone())
            }),
            _ => ExprKind::Template(parts),
        };
        Expr::new(kind, origin)
    }
}

/// Without empty text.
pub(super) fn full(mut parts: Vec<Part>) -> Vec<Part> {
    parts.retain(|p| !matches!(p, Part::Text(text) if text.is_empty()));
    parts
}

fn strips_right(part: &Raw) -> bool {
    match part {
        Raw::Text(_) => false,
        Raw::Mark(_, strip) => strip.strip_end(),
        Raw::Directive(_, _, right) => *right,
    }
}

fn strips_left(part: &Raw) -> bool {
    match part {
        Raw::Text(_) => false,
        Raw::Mark(_, strip) => strip.strip_start(),
        Raw::Directive(_, left, _) => *left,
    }
}

fn trim_start(text: &Text, style: Style) -> Text {
    let chars = text.as_str();
    let token = match style {
        Style::Quoted => chars,
        Style::Bare => chars.split_inclusive('\n').next().unwrap_or(""),
    };
    text.slice(token.len() - token.trim_start().len()..chars.len())
}

/// What stays as it is, and the trimmed last token.
fn trim_end(text: &Text, style: Style) -> (Text, Text) {
    let chars = text.as_str();
    let token = match style {
        Style::Quoted => chars,
        Style::Bare => chars.split_inclusive('\n').next_back().unwrap_or(""),
    };
    let start = chars.len() - token.len();
    (
        text.slice(0..start),
        text.slice(start..start + token.trim_end().len()),
    )
}

/// Takes the common indentation off a `<<-` heredoc, as Terraform counts it: blank lines don't
/// count and keep their spaces; a line that starts with a mark has none.
pub(super) fn dedent(mut parts: Vec<Part>) -> Vec<Part> {
    let mut indent = None;
    measure(&parts, &mut true, &mut indent);
    let indent = indent.unwrap_or(0);
    if indent > 0 {
        cut(&mut parts, &mut true, indent);
    }
    parts
}

/// The tokens of literal text, empty text being one.
fn tokens(text: &str) -> Vec<&str> {
    if text.is_empty() {
        vec![""]
    } else {
        text.split_inclusive('\n').collect()
    }
}

fn spaces(token: &str) -> Option<usize> {
    let rest = token.trim_start();
    let blank = rest.is_empty() && token.ends_with('\n');
    (!blank).then(|| token[..token.len() - rest.len()].chars().count())
}

fn measure(parts: &[Part], fresh: &mut bool, indent: &mut Option<usize>) {
    let mut seen = |width: usize| *indent = Some(indent.map_or(width, |i: usize| i.min(width)));
    for part in parts {
        match part {
            Part::Text(text) => {
                for token in tokens(text.as_str()) {
                    if std::mem::take(fresh)
                        && let Some(width) = spaces(token)
                    {
                        seen(width);
                    }
                    *fresh = *fresh || token.ends_with('\n');
                }
                continue;
            }
            _ => {
                if std::mem::take(fresh) {
                    seen(0);
                }
            }
        }
        for body in bodies(part) {
            let mut within = None;
            measure(body, fresh, &mut within);
            if let Some(width) = within {
                seen(width);
            }
            if std::mem::take(fresh) {
                seen(0);
            }
        }
    }
}

fn bodies(part: &Part) -> Vec<&Vec<Part>> {
    match part {
        Part::Text(_) | Part::Value(..) => Vec::new(),
        Part::If(_, yes, no) if no.is_empty() => vec![yes],
        Part::If(_, yes, no) => vec![yes, no],
        Part::For { body, .. } => vec![body],
    }
}

fn cut(parts: &mut [Part], fresh: &mut bool, indent: usize) {
    for part in parts {
        match part {
            Part::Text(text) => *text = cut_text(text, fresh, indent),
            Part::Value(..) => *fresh = false,
            Part::If(_, yes, no) => {
                *fresh = false;
                cut(yes, fresh, indent);
                *fresh = false;
                cut(no, fresh, indent);
                *fresh = false;
            }
            Part::For { body, .. } => {
                *fresh = false;
                cut(body, fresh, indent);
                *fresh = false;
            }
        }
    }
}

fn cut_text(text: &Text, fresh: &mut bool, indent: usize) -> Text {
    let mut out = Text::default();
    let mut at = 0;
    for token in tokens(text.as_str()) {
        let end = at + token.len();
        if std::mem::take(fresh) && spaces(token).is_some() {
            at += token
                .chars()
                .take(indent)
                .map(char::len_utf8)
                .sum::<usize>();
        }
        out.push(&text.slice(at..end));
        *fresh = *fresh || token.ends_with('\n');
        at = end;
    }
    out
}
