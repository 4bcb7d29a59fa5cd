//! Variables in text, as Compose knows them: `$X`, `${X}`, `${X:-default}`, `$$`.

#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::Arc;

use crate::trace::{Origin, Problem, StepKind, Text, Unknown};

/// One piece of a text with variables.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// Stands for itself; `$$` has become `$`.
    Literal(Text),
    /// A variable.
    Variable(Variable),
}

/// `$X`, `${X}` or `${X:-word}`.
#[derive(Debug, Clone, PartialEq)]
pub struct Variable {
    /// The name.
    pub name: Text,
    /// What is done with its value.
    pub operator: Operator,
    /// What stands behind the operator.
    pub word: Vec<Part>,
    /// The whole of it, from `$` on.
    pub whole: Text,
}

/// What happens to the value of a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// Nothing.
    None,
    /// `-`, `:-`: the word, if the variable is not set (with the colon: or empty).
    Default {
        /// Whether it was written with a colon.
        or_empty: bool,
    },
    /// `?`, `:?`: an error with the word as message, if it is not set (or empty).
    Required {
        /// Whether it was written with a colon.
        or_empty: bool,
    },
    /// `+`, `:+`: the word, if the variable is set (and not empty).
    Alternative {
        /// Whether it was written with a colon.
        or_empty: bool,
    },
}

/// A text with its variables replaced.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Expanded {
    /// The result.
    pub text: Text,
    /// Required variables without a value, malformed references, limits.
    pub problems: Vec<Problem>,
}

/// References may be nested so deep in each other's words.
const MAX_DEPTH: usize = 32;

/// No expanded text grows beyond this.
const MAX_BYTES: usize = 512 << 10;

/// Nor is it put together from more pieces than this.
const MAX_RUNS: usize = 20_000;

/// Takes `text` apart. What is not a well-formed reference is literal, with a problem.
#[must_use]
pub fn parse(text: &Text) -> (Vec<Part>, Vec<Problem>) {
    let mut parser = Parser {
        text,
        at: 0,
        problems: Vec::new(),
    };
    let parts = match parser.parts(0) {
        Ok(parts) => parts,
        Err(start) => {
            // An open brace swallows the rest: keep what was before it.
            parser.problem(
                "reference to a variable has no closing brace",
                start..text.len(),
            );
            let problems = std::mem::take(&mut parser.problems);
            let mut before = Parser {
                text: &text.slice(0..start),
                at: 0,
                problems,
            };
            let mut parts = before.parts(0).unwrap_or_default();
            parts.push(Part::Literal(text.slice(start..text.len())));
            return (parts, before.problems);
        }
    };
    (parts, parser.problems)
}

/// Replaces the variables of `text`.
///
/// `get` gives the value of a variable that is set; its origins get a step to the reference.
/// `missing` says what stands for one that is not set and has no default.
#[must_use]
pub fn expand(
    text: &Text,
    get: &dyn Fn(&str) -> Option<Text>,
    missing: &dyn Fn(&Text) -> Text,
) -> Expanded {
    if !text.as_str().contains('$') {
        return Expanded {
            text: text.clone(),
            problems: Vec::new(),
        };
    }
    let (parts, problems) = parse(text);
    let mut out = Expanded {
        text: text.slice(0..0),
        problems,
    };
    let lookup = Lookup { get, missing };
    lookup.append(&parts, &mut out);
    if out.text.len() > MAX_BYTES || out.text.runs().nth(MAX_RUNS).is_some() {
        let origin = text.origin();
        let why =
            format!("its text grows beyond the limit of {MAX_BYTES} bytes or {MAX_RUNS} pieces");
        out.problems
            .push(Problem::new(&*why, origin.nearest_span()));
        out.text = Text::of_unknown("", Unknown::new(why), origin);
    }
    out
}

struct Lookup<'a> {
    get: &'a dyn Fn(&str) -> Option<Text>,
    missing: &'a dyn Fn(&Text) -> Text,
}

impl Lookup<'_> {
    /// Depth is bounded by the parser.
    fn append(&self, parts: &[Part], out: &mut Expanded) {
        for part in parts {
            if out.text.len() > MAX_BYTES {
                return;
            }
            match part {
                Part::Literal(text) => out.text.push(text),
                Part::Variable(variable) => self.variable(variable, out),
            }
        }
    }

    fn variable(&self, variable: &Variable, out: &mut Expanded) {
        let value = (self.get)(variable.name.as_str());
        let unknown = value
            .as_ref()
            .filter(|v| v.is_wholly_unknown())
            .and_then(|v| v.unknown().cloned());
        let counts = |or_empty: bool| value.as_ref().is_some_and(|v| !or_empty || !v.is_empty());
        match variable.operator {
            Operator::None => {
                let value = value.unwrap_or_else(|| (self.missing)(&variable.name));
                out.text.push(&referred(value, variable));
            }
            Operator::Default { or_empty } => match value.clone() {
                Some(value) if counts(or_empty) => out.text.push(&referred(value, variable)),
                _ => self.append(&variable.word, out),
            },
            Operator::Required { or_empty } => match value.clone() {
                Some(value) if counts(or_empty) => out.text.push(&referred(value, variable)),
                _ => {
                    let mut message = Expanded::default();
                    self.append(&variable.word, &mut message);
                    let name = variable.name.as_str();
                    let why = match message.text.as_str() {
                        "" => format!("required variable {name} has no value"),
                        why => format!("required variable {name} has no value: {why}"),
                    };
                    let origin = variable.whole.origin();
                    out.problems
                        .push(Problem::new(&*why, origin.nearest_span()));
                    out.text
                        .push(&Text::of_unknown("", Unknown::new(why), origin));
                }
            },
            Operator::Alternative { or_empty } => match unknown {
                Some(why) => out.text.push(&depends_on(why, variable)),
                None if counts(or_empty) => self.append(&variable.word, out),
                None => {}
            },
        }
    }
}

/// A value taken over by a reference to it.
fn referred(value: Text, variable: &Variable) -> Text {
    let at = variable.whole.origin().nearest_span();
    let note = format!("${}", variable.name.as_str());
    value.map_origins(&|o: &Origin| o.then(StepKind::Reference, at, note.clone()))
}

fn depends_on(why: Arc<Unknown>, variable: &Variable) -> Text {
    Text::of_unknown("", why, variable.whole.origin())
}

struct Parser<'a> {
    text: &'a Text,
    at: usize,
    problems: Vec<Problem>,
}

impl Parser<'_> {
    fn problem(&mut self, message: &str, range: Range<usize>) {
        let span = self.text.origin_of(range).nearest_span();
        self.problems.push(Problem::new(message, span));
    }

    fn rest(&self) -> &str {
        self.text.as_str().get(self.at..).unwrap_or_default()
    }

    fn literal(&self, parts: &mut Vec<Part>, range: Range<usize>) {
        if !range.is_empty() {
            parts.push(Part::Literal(self.text.slice(range)));
        }
    }

    /// Reads up to the end, or inside braces up to the closing one (which is left).
    ///
    /// Fails with the place of the outermost `$` whose brace is never closed.
    fn parts(&mut self, depth: usize) -> Result<Vec<Part>, usize> {
        let mut parts = Vec::new();
        let mut start = self.at;
        loop {
            let stop = |c: char| c == '$' || (c == '}' && depth > 0);
            let Some(found) = self.rest().find(stop) else {
                self.at = self.text.len();
                self.literal(&mut parts, start..self.at);
                return Ok(parts);
            };
            self.at += found;
            let dollar = self.at;
            let rest = self.rest();
            if rest.starts_with('}') {
                self.literal(&mut parts, start..dollar);
                return Ok(parts);
            }
            if rest.starts_with("$$") {
                self.literal(&mut parts, start..dollar);
                let escaped = self.text.slice(dollar..dollar + 2).replaced_by("$");
                parts.push(Part::Literal(escaped));
                self.at += 2;
            } else if rest.starts_with("${") && depth < MAX_DEPTH {
                let variable = self.braced(dollar, depth).map_err(|inner| {
                    if depth == 0 {
                        dollar
                    } else {
                        inner.min(dollar)
                    }
                })?;
                match variable {
                    Some(variable) => {
                        self.literal(&mut parts, start..dollar);
                        parts.push(Part::Variable(variable));
                    }
                    None => continue,
                }
            } else {
                let len = name_len(&rest[1..]);
                if len == 0 {
                    let message = "`$` stands before no name; `$$` would be a dollar sign";
                    self.problem(message, dollar..dollar + 1);
                    self.at += 1;
                    continue;
                }
                self.literal(&mut parts, start..dollar);
                self.at += 1 + len;
                parts.push(Part::Variable(Variable {
                    name: self.text.slice(dollar + 1..self.at),
                    operator: Operator::None,
                    word: Vec::new(),
                    whole: self.text.slice(dollar..self.at),
                }));
            }
            start = self.at;
        }
    }

    /// `${…}` at `dollar`; none if it is closed but makes no sense.
    fn braced(&mut self, dollar: usize, depth: usize) -> Result<Option<Variable>, usize> {
        self.at = dollar + 2;
        let len = name_len(self.rest());
        let name = self.text.slice(self.at..self.at + len);
        self.at += len;
        let rest = self.rest();
        let or_empty = rest.starts_with(':');
        let sign = rest.chars().nth(usize::from(or_empty));
        let operator = match sign {
            Some('-') => Operator::Default { or_empty },
            Some('?') => Operator::Required { or_empty },
            Some('+') => Operator::Alternative { or_empty },
            Some('}') if !or_empty => Operator::None,
            _ => Operator::None,
        };
        let known = operator != Operator::None || rest.starts_with('}');
        if operator != Operator::None {
            self.at += 1 + usize::from(or_empty);
        }
        let word = self.parts(depth + 1)?;
        if !self.rest().starts_with('}') {
            return Err(dollar);
        }
        self.at += 1;
        if len == 0 || !known {
            self.problem("not a reference to a variable", dollar..self.at);
            return Ok(None);
        }
        Ok(Some(Variable {
            name,
            operator,
            word,
            whole: self.text.slice(dollar..self.at),
        }))
    }
}

fn name_len(rest: &str) -> usize {
    if rest.starts_with(|c: char| c.is_ascii_digit()) {
        return 0;
    }
    rest.bytes()
        .take_while(|b| b.is_ascii_alphanumeric() || *b == b'_')
        .count()
}
