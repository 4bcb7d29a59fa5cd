//! Writes YAML byte for byte as Helm does: `toYaml` by way of JSON and go-yaml v2,
//! `toYamlPretty` by go-yaml v3. Keys and scalars keep their origins.

mod scalar;
mod style;

use std::cmp::Ordering;

use crate::evaluate::helm::value::{Budget, Kind, Val, number, too_large};
use crate::trace::{Origin, Text};
use scalar::{Analysis, Style};

/// Which library writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// As `toYaml`: lists in maps stay at the map's indent, long lines are folded.
    V2,
    /// As `toYamlPretty`: lists in maps are indented, lines are never folded.
    V3,
}

/// The value as a YAML document without the last line break.
///
/// # Errors
///
/// Values that JSON can't hold, or that are nested too deeply.
pub fn emit(val: &Val, dialect: Dialect) -> Result<Text, String> {
    let mut e = Emitter {
        out: Text::opaque("", val.origin()),
        dialect,
        column: 0,
        white: true,
        indention: true,
        budget: Budget::new(),
    };
    e.node(val, -1, Place::Root, 0)?;
    let out = e.out;
    // Only the last line break goes; block scalars that keep more keep them.
    let end = out.len() - usize::from(out.as_str().ends_with('\n'));
    Ok(out.slice(0..end))
}

/// Where a node stands.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Root,
    /// In a list.
    Item,
    /// A map's key that fits on its line.
    Key,
    /// A map's value.
    Value,
}

struct Emitter {
    out: Text,
    dialect: Dialect,
    /// Characters on the current line.
    column: usize,
    /// Whether the last character was white space or an indicator that counts as such.
    white: bool,
    /// Whether the line so far holds only indentation and indicators like `-`.
    indention: bool,
    budget: Budget,
}

/// Lines are folded behind this column.
const WIDTH: usize = 80;
/// A longer key is written with `?`.
const MAX_KEY: usize = 128;
const INDENT: i32 = 2;
const SPACES: &str = "                                                                ";

impl Emitter {
    fn put(&mut self, chars: &str, origin: &Origin) {
        self.out.push_str(chars, origin);
        self.column += chars.chars().count();
    }

    fn put_text(&mut self, text: &Text) {
        self.out.push(text);
        self.column += text.as_str().chars().count();
    }

    fn line_break(&mut self, origin: &Origin) {
        self.out.push_str("\n", origin);
        self.column = 0;
    }

    fn indicator(
        &mut self,
        mark: &str,
        needs_white: bool,
        white: bool,
        indention: bool,
        origin: &Origin,
    ) {
        if needs_white && !self.white {
            self.put(" ", origin);
        }
        self.put(mark, origin);
        self.white = white;
        self.indention = self.indention && indention;
    }

    fn indent_to(&mut self, indent: i32, origin: &Origin) {
        let indent = usize::try_from(indent).unwrap_or(0);
        if !self.indention || self.column > indent || (self.column == indent && !self.white) {
            self.line_break(origin);
        }
        if self.column < indent {
            let fill = indent - self.column;
            match SPACES.get(..fill) {
                Some(spaces) => self.put(spaces, origin),
                None => self.put(&" ".repeat(fill), origin),
            }
        }
        self.white = true;
        self.indention = true;
    }

    fn node(&mut self, val: &Val, indent: i32, place: Place, depth: usize) -> Result<(), String> {
        if !self.budget.allows(depth) {
            return Err(too_large());
        }
        let origin = val.origin();
        match &val.kind {
            Kind::List(l) if l.is_nil => {
                let nil = Val::nil(origin);
                self.node(&nil, indent, place, depth)
            }
            Kind::List(l) => self.list(&l.items, &origin, indent, place, depth),
            Kind::Map(m) => {
                let entries = m
                    .snapshot()
                    .into_iter()
                    .map(|(k, s)| (Text::opaque(&*k, s.key), s.val));
                self.map(entries.collect(), &origin, indent, depth)
            }
            Kind::Struct(s) if s.as_encoded_text().is_none() => {
                let kept = s.fields.iter().filter(|f| !f.json.is_empty());
                let kept = kept.filter(|f| !(f.omit_empty && f.val.is_empty()));
                let entries = kept.map(|f| (Text::opaque(f.json, origin.clone()), f.val.clone()));
                self.map(entries.collect(), &origin, indent, depth)
            }
            _ => {
                let (text, plain) = self.scalar_text(val)?;
                self.scalar(&text, plain, indent, place);
                Ok(())
            }
        }
    }

    fn list(
        &mut self,
        items: &[Val],
        origin: &Origin,
        indent: i32,
        place: Place,
        depth: usize,
    ) -> Result<(), String> {
        if items.is_empty() {
            self.indicator("[", true, true, false, origin);
            self.indicator("]", false, false, false, origin);
            return Ok(());
        }
        let flat = self.dialect == Dialect::V2 && place == Place::Value && !self.indention;
        let indent = deeper(indent, false, flat);
        for item in items {
            self.indent_to(indent, origin);
            self.indicator("-", true, false, true, origin);
            self.node(item, indent, Place::Item, depth + 1)?;
        }
        Ok(())
    }

    fn map(
        &mut self,
        mut entries: Vec<(Text, Val)>,
        origin: &Origin,
        indent: i32,
        depth: usize,
    ) -> Result<(), String> {
        if entries.is_empty() {
            self.indicator("{", true, true, false, origin);
            self.indicator("}", false, false, false, origin);
            return Ok(());
        }
        entries.sort_by(|(a, _), (b, _)| key_order(a.as_str(), b.as_str(), self.dialect));
        let indent = deeper(indent, false, false);
        for (key, val) in entries {
            self.indent_to(indent, origin);
            let simple = key.len() <= MAX_KEY && !key.as_str().contains('\n');
            if simple {
                self.string(&key, indent, Place::Key);
                self.indicator(":", false, false, false, origin);
            } else {
                self.indicator("?", true, false, true, origin);
                self.string(&key, indent, Place::Value);
                self.indent_to(indent, origin);
                self.indicator(":", true, false, true, origin);
            }
            self.node(&val, indent, Place::Value, depth + 1)?;
        }
        Ok(())
    }

    /// A scalar's text, and whether it stands as it is.
    fn scalar_text(&self, val: &Val) -> Result<(Text, bool), String> {
        let origin = val.origin();
        let opaque = |s: String| (Text::opaque(s, origin.clone()), true);
        Ok(match &val.kind {
            Kind::Invalid | Kind::Nil => opaque("null".to_owned()),
            Kind::Bool(b) => opaque(b.to_string()),
            Kind::Int(..) => opaque(val.as_integer().unwrap_or(0).to_string()),
            Kind::Float(f) if self.dialect == Dialect::V2 && !f.is_finite() => {
                return Err(format!("json: unsupported value: {}", number::plain(*f)));
            }
            Kind::Float(f) => opaque(self.float(*f)),
            // A "next line" has become a space on the way through JSON.
            Kind::Str(t) if self.dialect == Dialect::V2 && t.as_str().contains('\u{85}') => {
                let space = Text::opaque(" ", t.origin());
                (t.replace("\u{85}", &space), false)
            }
            Kind::Str(t) => ((**t).clone(), false),
            Kind::Struct(s) => (
                Text::opaque(s.as_encoded_text().unwrap_or_default(), origin),
                false,
            ),
            Kind::Bytes(t) => {
                use base64::Engine as _;
                let b64 = base64::engine::general_purpose::STANDARD.encode(t.as_str());
                (t.replaced_by(b64), false)
            }
            Kind::Time(secs) => (
                Text::opaque(super::date::rfc3339(*secs), origin),
                self.dialect == Dialect::V3,
            ),
            Kind::Unknown(_) => (crate::evaluate::helm::value::sprint(val), false),
            Kind::List(_) | Kind::Map(_) => opaque(String::new()),
        })
    }

    /// In v2 the number has been JSON in between, which makes whole numbers integers.
    fn float(&self, f: f64) -> String {
        if self.dialect == Dialect::V2 {
            let json = number::json(f);
            if json.parse::<i64>().is_ok() || json.parse::<u64>().is_ok() {
                return if json == "-0" { "0".to_owned() } else { json };
            }
        }
        match number::plain(f).as_str() {
            "+Inf" => ".inf".to_owned(),
            "-Inf" => "-.inf".to_owned(),
            "NaN" => ".nan".to_owned(),
            s => s.to_owned(),
        }
    }

    fn string(&mut self, text: &Text, indent: i32, place: Place) {
        self.scalar(text, false, indent, place);
    }

    fn scalar(&mut self, text: &Text, literal: bool, indent: i32, place: Place) {
        let s = text.as_str();
        let analysis = Analysis::of(s, self.dialect);
        let wanted = if literal {
            Style::Plain
        } else if s.contains('\n') {
            Style::Literal
        } else if style::is_string(s, self.dialect) {
            Style::Plain
        } else {
            Style::Double
        };
        let key = place == Place::Key;
        let style = analysis.choose(wanted, key, s);
        let writer = scalar::Job {
            indent: deeper(indent, true, false),
            // Keys stand on one line.
            fold: !key && self.dialect == Dialect::V2,
            text,
        };
        writer.write(self, style);
    }
}

/// The indent of what is inside.
fn deeper(indent: i32, flow: bool, flat: bool) -> i32 {
    match indent {
        i if i < 0 => {
            if flow {
                INDENT
            } else {
                0
            }
        }
        i if flat => i,
        i => i + INDENT,
    }
}

/// go-yaml's order of keys: letters behind everything else, digits by their value.
fn key_order(a: &str, b: &str, dialect: Dialect) -> Ordering {
    // Mostly that decides, and it needs no copies.
    let same = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    if let (Some(x), Some(y)) = (a.as_bytes().get(same), b.as_bytes().get(same))
        && x.is_ascii_alphabetic()
        && y.is_ascii_alphabetic()
    {
        return x.cmp(y);
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut digits = false;
    for i in 0..a.len().min(b.len()) {
        let (x, y) = (char_at(&a, i), char_at(&b, i));
        if x == y {
            digits = x.is_numeric();
            continue;
        }
        let (xl, yl) = (x.is_alphabetic(), y.is_alphabetic());
        if xl && yl {
            return x.cmp(&y);
        }
        if xl || yl {
            let first = if dialect == Dialect::V3 && digits {
                xl
            } else {
                yl
            };
            return if first {
                Ordering::Less
            } else {
                Ordering::Greater
            };
        }
        let (mut an, mut bn) = (0i64, 0i64);
        if x == '0' || y == '0' {
            let nonzero = (0..i)
                .rev()
                .take_while(|j| char_at(&a, *j).is_numeric())
                .any(|j| char_at(&a, j) != '0');
            if nonzero {
                (an, bn) = (1, 1);
            }
        }
        let ai = number_at(&a, i, &mut an);
        let bi = number_at(&b, i, &mut bn);
        return an.cmp(&bn).then(ai.cmp(&bi)).then(x.cmp(&y));
    }
    a.len().cmp(&b.len())
}

fn char_at(s: &[char], i: usize) -> char {
    s.get(i).copied().unwrap_or('\0')
}

fn number_at(s: &[char], start: usize, n: &mut i64) -> usize {
    let mut i = start;
    while let Some(d) = s.get(i).filter(|c| c.is_numeric()) {
        let digit = i64::from(*d as u32) - i64::from('0' as u32);
        *n = n.wrapping_mul(10).wrapping_add(digit);
        i += 1;
    }
    i
}
