//! From what is written to what it means to the program that reads it.

use super::format::{Otherwise, Scalar, Spelling, Type, Unit};
use super::image::glob;
use crate::trace::{Node, Origin, Role, StepKind, Value};

/// What a setting's value means.
#[derive(Debug, Clone, PartialEq)]
pub enum Meaning {
    /// On or off.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number; durations in days.
    Number(f64),
    /// Text.
    Text(String),
    /// Several words, or host names.
    List(Vec<String>),
    /// Written, and nothing.
    Null,
    /// As if nobody had written it.
    Unset,
    /// It can't be told, because of this.
    Unknown(String),
    /// The program would refuse it, or nobody can tell what it does.
    Invalid,
}

/// How to read a value.
pub struct Reading<'a> {
    /// What the value is.
    pub kind: Type,
    /// How truth is spelled.
    pub spelling: Option<&'a Spelling>,
    /// Written the other way round.
    pub invert: bool,
    /// The words of an enumeration.
    pub values: &'a indexmap::IndexMap<String, Scalar>,
    /// In what a bare number counts.
    pub unit: Option<Unit>,
}

impl Reading<'_> {
    /// What `node` means.
    #[must_use]
    pub fn read(&self, node: &Node) -> Meaning {
        if let Value::Unknown(why) = &node.value {
            // That there is something can be said even of what isn't known.
            return Meaning::Unknown(why.why.clone());
        }
        let text = node.scalar_text();
        if let Some(why) = text.as_ref().and_then(|t| t.unknown()) {
            if self.kind == Type::Hosts
                && let Some(text) = &text
            {
                let known = hosts(&known_parts(text));
                if !known.is_empty() {
                    return Meaning::List(known);
                }
            }
            return Meaning::Unknown(why.why.clone());
        }
        let text = text.map(|t| t.as_str().to_owned());
        if let Some(text) = &text
            && let Some(named) = self.values.get(text.trim())
        {
            return self.inverted(match self.kind {
                Type::Hosts | Type::List => from_default(named, self.kind, self.unit),
                _ => from_scalar(named),
            });
        }
        let meaning = match self.kind {
            Type::Boolean => self.boolean(node, text.as_deref()),
            Type::Presence => match &node.value {
                Value::Null => Meaning::Unset,
                Value::List(items) => Meaning::Bool(!items.is_empty()),
                Value::Map(map) => Meaning::Bool(!map.is_empty()),
                _ => Meaning::Bool(text.is_some_and(|t| !t.trim().is_empty())),
            },
            Type::String | Type::Place => match (text, &node.value) {
                (Some(text), _) => Meaning::Text(text),
                (None, Value::Null) => Meaning::Unset,
                (None, _) => Meaning::Invalid,
            },
            Type::Integer => match text.as_deref().map(str::trim) {
                None | Some("") => Meaning::Unset,
                Some(t) => t.parse().map_or(Meaning::Invalid, Meaning::Int),
            },
            Type::Number => match text.as_deref().map(str::trim) {
                None | Some("") => Meaning::Unset,
                Some(t) => t.parse().map_or(Meaning::Invalid, Meaning::Number),
            },
            Type::Duration => match text.as_deref().map(str::trim) {
                None | Some("") => Meaning::Unset,
                Some(t) => days(t, self.unit).map_or(Meaning::Invalid, Meaning::Number),
            },
            Type::Hosts => self.list(node, text.as_deref(), hosts),
            Type::List => self.list(node, text.as_deref(), words),
        };
        self.inverted(meaning)
    }

    fn inverted(&self, meaning: Meaning) -> Meaning {
        match meaning {
            Meaning::Bool(b) if self.invert => Meaning::Bool(!b),
            other => other,
        }
    }

    fn boolean(&self, node: &Node, text: Option<&str>) -> Meaning {
        let Some(spelling) = self.spelling else {
            return match (&node.value, text.map(str::trim)) {
                (Value::Bool(b), _) => Meaning::Bool(*b),
                (Value::Null, _) | (_, Some("")) => Meaning::Unset,
                (_, Some(t)) if t.eq_ignore_ascii_case("true") || t == "1" => Meaning::Bool(true),
                (_, Some(t)) if t.eq_ignore_ascii_case("false") || t == "0" => Meaning::Bool(false),
                _ => Meaning::Invalid,
            };
        };
        let Some(text) = text else {
            return if node.is_null() {
                Meaning::Unset
            } else {
                Meaning::Invalid
            };
        };
        let mut text = text;
        for mark in &spelling.trim {
            text = text.trim_matches(|c| mark.contains(c));
        }
        if text.is_empty() {
            return otherwise(spelling.empty);
        }
        let is = |list: &[Scalar]| {
            list.iter().any(|s| {
                if spelling.typed && !same_type(s, node) {
                    return false;
                }
                let s = s.to_string();
                s == text || (spelling.ignore_case && s.eq_ignore_ascii_case(text))
            })
        };
        if is(&spelling.yes) {
            Meaning::Bool(true)
        } else if is(&spelling.no) {
            Meaning::Bool(false)
        } else {
            otherwise(spelling.otherwise)
        }
    }

    fn list(&self, node: &Node, text: Option<&str>, split: fn(&str) -> Vec<String>) -> Meaning {
        match (&node.value, text) {
            (Value::Null, _) => Meaning::Unset,
            (Value::List(items), _) => {
                let mut out = Vec::new();
                for item in items {
                    collect(item, split, &mut out, 0);
                }
                Meaning::List(out)
            }
            (Value::Map(_), _) => {
                let mut out = Vec::new();
                collect(node, split, &mut out, 0);
                Meaning::List(out)
            }
            (_, Some(text)) => Meaning::List(split(text)),
            _ => Meaning::Invalid,
        }
    }
}

fn same_type(scalar: &Scalar, node: &Node) -> bool {
    matches!(
        (scalar, &node.value),
        (Scalar::Bool(_), Value::Bool(_))
            | (Scalar::Text(_), Value::Text(_))
            | (Scalar::Null(()), Value::Null)
            | (
                Scalar::Int(_) | Scalar::Float(_),
                Value::Int(_) | Value::Float(_)
            )
    )
}

fn collect(node: &Node, split: fn(&str) -> Vec<String>, out: &mut Vec<String>, depth: usize) {
    match &node.value {
        Value::List(items) if depth < 4 => {
            for item in items {
                collect(item, split, out, depth + 1);
            }
        }
        // Maps like `{urls: …}` or `{server_name: …}` in lists of servers.
        Value::Map(map) if depth < 4 => {
            for (_, item) in map.iter() {
                collect(item, split, out, depth + 1);
            }
        }
        _ => {
            if let Some(text) = node.scalar_text()
                && text.unknown().is_none()
            {
                out.extend(split(text.as_str()));
            }
        }
    }
}

/// The text without its unknown parts, which become a sign that ends a host name.
fn known_parts(text: &crate::trace::Text) -> String {
    let mut out = String::new();
    for (range, run) in text.runs() {
        if run.unknown.is_some() {
            out.push('\u{fffd}');
        } else {
            out.push_str(&text.as_str()[range]);
        }
    }
    out
}

fn otherwise(o: Otherwise) -> Meaning {
    match o {
        Otherwise::True => Meaning::Bool(true),
        Otherwise::False => Meaning::Bool(false),
        Otherwise::Unset => Meaning::Unset,
        Otherwise::Invalid => Meaning::Invalid,
    }
}

/// What a scalar of a policy file means.
#[must_use]
pub fn from_scalar(scalar: &Scalar) -> Meaning {
    match scalar {
        Scalar::Bool(b) => Meaning::Bool(*b),
        Scalar::Int(i) => Meaning::Int(*i),
        Scalar::Float(f) => Meaning::Number(*f),
        Scalar::Text(t) => Meaning::Text(t.clone()),
        Scalar::List(l) => Meaning::List(l.clone()),
        Scalar::Null(()) => Meaning::Unset,
    }
}

/// The default `scalar` of a setting of type `kind`: hosts become lists, durations days.
#[must_use]
pub fn from_default(scalar: &Scalar, kind: Type, unit: Option<Unit>) -> Meaning {
    match (kind, scalar) {
        (Type::Hosts, Scalar::Text(t)) => Meaning::List(hosts(t)),
        (Type::Hosts, Scalar::List(l)) => Meaning::List(l.iter().flat_map(|t| hosts(t)).collect()),
        (Type::List, Scalar::Text(t)) => Meaning::List(words(t)),
        (Type::Duration, Scalar::Text(t)) => {
            days(t, unit).map_or(Meaning::Invalid, Meaning::Number)
        }
        (Type::Duration, Scalar::Int(i)) => {
            days(&i.to_string(), unit).map_or(Meaning::Invalid, Meaning::Number)
        }
        _ => from_scalar(scalar),
    }
}

/// The words of a list written in one text.
fn words(text: &str) -> Vec<String> {
    // Lists are sometimes written as JSON text: what stands in it counts, not its marks.
    if text.trim_start().starts_with(['[', '{'])
        && let Ok(json) = serde_json::from_str::<serde_json::Value>(text)
    {
        let mut out = Vec::new();
        json_texts(&json, &mut out);
        return out;
    }
    text.split(|c: char| c == ',' || c == ';' || c.is_whitespace())
        .map(|w| {
            let w = w.trim_matches(['"', '\'']);
            // Brackets of a list, but not those of an IPv6 address.
            if w.matches(':').count() > 1 {
                w
            } else {
                w.trim_matches(['"', '\'', '[', ']'])
            }
        })
        .filter(|w| !w.is_empty())
        .map(str::to_owned)
        .collect()
}

fn json_texts(json: &serde_json::Value, out: &mut Vec<String>) {
    match json {
        serde_json::Value::String(s) => out.extend(words(s)),
        serde_json::Value::Array(items) => items.iter().for_each(|i| json_texts(i, out)),
        serde_json::Value::Object(map) => map.values().for_each(|i| json_texts(i, out)),
        _ => {}
    }
}

/// The host names in a text: URLs, `stun:host:port`, `host:port`, several of them.
#[must_use]
pub fn hosts(text: &str) -> Vec<String> {
    words(text).iter().filter_map(|w| host(w)).collect()
}

fn host(word: &str) -> Option<String> {
    let word = word.split_once("://").map_or(word, |(_, rest)| rest);
    let word = ["stun:", "stuns:", "turn:", "turns:", "mailto:", "//"]
        .iter()
        .find_map(|scheme| word.strip_prefix(scheme))
        .unwrap_or(word);
    let word = word.split(['/', '?', '#']).next().unwrap_or(word);
    let word = word.rsplit('@').next().unwrap_or(word);
    let name = if let Some(v6) = word.strip_prefix('[') {
        v6.split(']').next().unwrap_or(v6)
    } else {
        word.split(':').next().unwrap_or(word)
    };
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let plausible = !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':'));
    plausible.then_some(name)
}

/// Whether `host` matches the pattern of a processor: a glob, where `*.x` is also `x`.
#[must_use]
pub fn host_matches(host: &str, pattern: &str) -> bool {
    glob(host, pattern) || pattern.strip_prefix("*.").is_some_and(|base| host == base)
}

/// A length of time in days: `30d`, `1h30m`, `4w`, `1y`, `P7D`, or a number of `unit`s.
#[must_use]
pub fn days(text: &str, unit: Option<Unit>) -> Option<f64> {
    let text = text.trim().trim_matches(['"', '\'']);
    if let Ok(number) = text.parse::<f64>() {
        let per_day = match unit.unwrap_or(Unit::Seconds) {
            Unit::Ms => 86_400_000.0,
            Unit::Seconds => 86_400.0,
            Unit::Minutes => 1_440.0,
            Unit::Hours => 24.0,
            Unit::Days => 1.0,
        };
        return Some(number / per_day);
    }
    let (text, iso) = match text.strip_prefix('P') {
        Some(rest) => (rest.to_ascii_lowercase(), true),
        None => (text.to_ascii_lowercase(), false),
    };
    let mut total = 0.0;
    let mut number = String::new();
    let mut word = String::new();
    let mut time = !iso;
    let mut seen = false;
    let mut flush = |number: &mut String, word: &mut String, time: bool| -> Option<()> {
        let n: f64 = number.parse().ok()?;
        let unit = match word.as_str() {
            "ms" => 1.0 / 86_400_000.0,
            "s" | "sec" | "secs" | "second" | "seconds" => 1.0 / 86_400.0,
            "m" if !time => 30.0,
            "m" | "min" | "mins" | "minute" | "minutes" => 1.0 / 1_440.0,
            "h" | "hour" | "hours" => 1.0 / 24.0,
            "d" | "day" | "days" => 1.0,
            "w" | "week" | "weeks" => 7.0,
            "month" | "months" => 30.0,
            "y" | "year" | "years" => 365.0,
            _ => return None,
        };
        total += n * unit;
        seen = true;
        number.clear();
        word.clear();
        Some(())
    };
    for c in text.chars() {
        match c {
            '0'..='9' | '.' => {
                if !word.is_empty() {
                    flush(&mut number, &mut word, time)?;
                }
                number.push(c);
            }
            't' if iso && word.is_empty() => time = true,
            ' ' | '_' => {}
            c => {
                if iso && !word.is_empty() {
                    flush(&mut number, &mut word, time)?;
                }
                word.push(c);
                if iso {
                    flush(&mut number, &mut word, time)?;
                }
            }
        }
    }
    if !number.is_empty() || !word.is_empty() {
        flush(&mut number, &mut word, time)?;
    }
    seen.then_some(total)
}

/// The origin to show for what `node` says.
#[must_use]
pub fn origin_of(node: &Node, sources: &crate::trace::Sources) -> Origin {
    match &node.value {
        Value::Text(text) if !text.is_empty() => {
            let primary = text.primary(sources);
            if primary.span().is_some() {
                primary
            } else {
                node.origin.clone()
            }
        }
        _ => node.origin.clone(),
    }
}

/// How many lines a literal may stand below a condition for the condition to be about it, and
/// not about the whole file.
const NEAR: usize = 3;

/// If settings decided that a literal of a template or module stands there, the origin of what
/// decided: `{{ .Values.auth | ternary "1" "0" }}`, `{{ if .Values.recording }}1{{ end }}`.
///
/// The literal becomes the first step of the way from there.
#[must_use]
pub fn decided_by(origin: &Origin, sources: &crate::trace::Sources) -> Option<Origin> {
    let literal = origin.span()?;
    if sources.role(literal) == Role::Settings {
        return None;
    }
    let line = |span: crate::trace::Span| sources.position(span).line;
    let steps = origin.steps();
    let found = steps.iter().find_map(|step| {
        let about = match step.kind {
            StepKind::Function => true,
            StepKind::Guard => step.at.is_some_and(|at| {
                at.source == literal.source
                    && line(literal).saturating_sub(line(at)) <= NEAR
                    && line(at) <= line(literal)
            }),
            _ => false,
        };
        let setting = |input: &&Origin| {
            input
                .span()
                .is_some_and(|span| sources.role(span) == Role::Settings)
        };
        about
            .then(|| step.inputs.iter().rev().find(setting))
            .flatten()
    })?;
    let mut out = found.then(StepKind::Guard, Some(literal), "decides what stands here");
    for step in steps {
        out = out.then_with(step.kind, step.at, step.note.clone(), Vec::new());
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_found_in_urls_and_lists() {
        assert_eq!(
            hosts("stun:a.example:3478, turns:b.example:443?transport=tcp"),
            ["a.example", "b.example"]
        );
        assert_eq!(hosts("https://user@Example.org:8443/x?y"), ["example.org"]);
        assert_eq!(hosts("[2001:db8::1]:3478"), ["2001:db8::1"]);
        assert_eq!(hosts(""), Vec::<String>::new());
    }

    #[test]
    fn durations_are_days() {
        assert_eq!(days("30d", None), Some(30.0));
        assert_eq!(days("1h30m", None), Some(1.5 / 24.0));
        assert_eq!(days("4w", None), Some(28.0));
        assert_eq!(days("P7D", None), Some(7.0));
        assert_eq!(days("PT12H", None), Some(0.5));
        assert_eq!(days("90", Some(Unit::Days)), Some(90.0));
        assert_eq!(days("86400", Some(Unit::Seconds)), Some(1.0));
        assert_eq!(days("soon", None), None);
    }
}
