//! Words become texts.

use std::collections::{HashMap, HashSet};

use super::{Operator, Part, Variable, Word};
use crate::trace::{StepKind, Text, Unknown};

/// The variables of a script while it is followed.
pub(super) struct Variables<'a> {
    pub(super) outer: &'a dyn Fn(&str) -> Option<Text>,
    pub(super) own: HashMap<String, Text>,
    /// Unset by the script, so that the outer value does not show through.
    pub(super) unset: HashSet<String>,
    /// How much may still be put together.
    pub(super) budget: usize,
}

/// A piece of a word with its value.
struct Piece {
    text: Text,
    /// White space in it separates words.
    splits: bool,
}

impl Variables<'_> {
    pub(super) fn get(&self, name: &str) -> Option<Text> {
        if let Some(value) = self.own.get(name) {
            return Some(value.clone());
        }
        if self.unset.contains(name) {
            return None;
        }
        (self.outer)(name)
    }

    pub(super) fn set(&mut self, name: &str, value: Text) {
        self.unset.remove(name);
        self.own.insert(name.to_owned(), value);
    }

    /// The word as one text.
    pub(super) fn text(&mut self, word: &Word) -> Text {
        let pieces = self.pieces(word);
        let mut out = Text::opaque("", word.origin.clone());
        for piece in &pieces {
            out.push(&piece.text);
        }
        self.spend(out)
    }

    /// The words that this word becomes.
    pub(super) fn fields(&mut self, word: &Word) -> Vec<Text> {
        let pieces = self.pieces(word);
        let mut fields: Vec<Text> = Vec::new();
        let mut current = word.quoted.then(|| Text::opaque("", word.origin.clone()));
        for Piece { text, splits } in pieces {
            if !splits || text.unknown().is_some() {
                current.get_or_insert_default().push(&text);
                continue;
            }
            let chars = text.as_str();
            let mut at = 0;
            while at < chars.len() {
                let rest = &chars[at..];
                let space = rest.len() - rest.trim_start().len();
                if space > 0 {
                    fields.extend(current.take());
                    at += space;
                    continue;
                }
                let len = rest.find(char::is_whitespace).unwrap_or(rest.len());
                current
                    .get_or_insert_default()
                    .push(&text.slice(at..at + len));
                at += len;
            }
        }
        fields.extend(current);
        fields.into_iter().map(|f| self.spend(f)).collect()
    }

    /// The text, or something unknown once there is too much.
    pub(super) fn spend(&mut self, text: Text) -> Text {
        // Each run of origins weighs more than its characters.
        let cost = text.len() + 64 * text.runs().count();
        if cost > self.budget {
            self.budget = 0;
            let origin = text.origin();
            let why = Unknown::new("the script's values grow beyond the limit");
            return Text::of_unknown("", why, origin);
        }
        self.budget -= cost;
        text
    }

    /// Depth is bounded by the parser.
    fn pieces(&mut self, word: &Word) -> Vec<Piece> {
        let mut out = Vec::new();
        for part in &word.parts {
            match part {
                Part::Literal(text) => out.push(Piece {
                    text: text.clone(),
                    splits: false,
                }),
                Part::Unknown { whole, why } => out.push(Piece {
                    text: Text::of_unknown(short(whole.as_str()), why.clone(), whole.origin()),
                    splits: false,
                }),
                Part::Variable(variable) => self.variable(variable, &mut out),
            }
            if self.budget == 0 {
                break;
            }
        }
        out
    }

    fn variable(&mut self, variable: &Variable, out: &mut Vec<Piece>) {
        let name = variable.name.as_str();
        let value = self.get(name);
        let splits = !variable.quoted;
        let filled = |or_empty: bool| value.as_ref().is_some_and(|v| !or_empty || !v.is_empty());
        let piece = |text: Text| Piece { text, splits };
        match variable.operator {
            Operator::None | Operator::Required => {
                let text = match value {
                    Some(value) => referred(value, variable),
                    None => unknown(
                        variable,
                        format!("variable {name} has no value in the script"),
                    ),
                };
                let text = self.spend(text);
                out.push(piece(text));
            }
            Operator::Default { or_empty, assign } => {
                if filled(or_empty) {
                    let text = referred(value.unwrap_or_default(), variable);
                    let text = self.spend(text);
                    out.push(piece(text));
                } else if assign {
                    let text = self.text(&variable.word);
                    self.set(name, text.clone());
                    out.push(piece(text));
                } else {
                    out.extend(self.pieces(&variable.word));
                }
            }
            Operator::Alternative { or_empty } => {
                if filled(or_empty) {
                    out.extend(self.pieces(&variable.word));
                }
            }
            Operator::Other => {
                let why = format!("{} is not followed", variable.whole.as_str());
                out.push(piece(unknown(variable, why)));
            }
        }
    }
}

fn referred(value: Text, variable: &Variable) -> Text {
    let at = variable.whole.origin().nearest_span();
    let note = format!("${}", variable.name.as_str());
    value.map_origins(&|o| o.then(StepKind::Reference, at, note.clone()))
}

fn unknown(variable: &Variable, why: String) -> Text {
    let whole = &variable.whole;
    Text::of_unknown(short(whole.as_str()), Unknown::new(why), whole.origin())
}

/// What is printed for something unknown: short and of one line, so that what is written in
/// its place can still be read. `$(date +%s)` is `$(date)`.
fn short(whole: &str) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "_-./@*#".contains(c);
    let start = whole
        .find(|c| !matches!(c, '$' | '(' | '`' | '{' | ' ' | '\n'))
        .unwrap_or(0);
    let inner = &whole[start..];
    let name = &inner[..inner.find(|c| !is_part(c)).unwrap_or(inner.len())];
    match whole.as_bytes() {
        [b'$', b'(', b'(', ..] => "$((…))".to_owned(),
        [b'$', b'{', ..] => format!("${{{name}}}"),
        [b'`', ..] | [b'$', b'(', ..] => format!("$({name})"),
        _ => whole.lines().next().unwrap_or_default().to_owned(),
    }
}
