//! How many steps functions take: each stands for some thirty nanoseconds, measured.

use super::Function;
use crate::evaluate::helm::value::{Kind, STRINGS, Val};

/// Whether a function hands its arguments on as they are.
#[rustfmt::skip]
fn is_passing(name: &str) -> bool {
    matches!(
        name,
        "append" | "coalesce" | "default" | "dict" | "dig" | "empty" | "get" | "hasKey" | "include"
        | "index" | "kindIs" | "kindOf" | "list" | "not" | "prepend" | "required" | "set"
        | "ternary" | "tuple" | "typeIs" | "typeOf"
    )
}

impl Function {
    /// The steps it takes to go through the texts and collections among `vals`.
    pub(crate) fn effort(&self, vals: &[Val]) -> usize {
        if is_passing(self.name) {
            // Lists are copied to add to them.
            return vals.iter().map(|v| v.as_list().map_or(0, <[_]>::len)).sum();
        }
        let per_item = match self.name {
            "sortAlpha" | "join" | "toStrings" => 8,
            _ => 1,
        };
        let of = |val: &Val| match &val.kind {
            Kind::Str(t) => self.reading(t.as_str()) + t.run_count(),
            Kind::List(l) => l.items.len() * per_item + texts(&l.items) / 128,
            Kind::Map(m) => m.entries.borrow().len(),
            _ => 0,
        };
        // A few characters can ask for a large pattern.
        let pattern = vals.first().filter(|_| self.name.contains("egex"));
        let pattern = pattern.and_then(Val::as_text).map_or(0, |p| {
            p.len() * if p.as_str().contains('{') { 256 } else { 16 }
        });
        vals.iter().map(of).sum::<usize>() + pattern
    }

    /// The steps it takes to read a text.
    fn reading(&self, text: &str) -> usize {
        let bytes = text.len();
        match self.name {
            "tpl" => bytes / 8 + 24 * text.matches("{{").count(),
            "fromYaml" | "fromYamlArray" | "fromToml" => bytes,
            "fromJson" | "fromJsonArray" | "mustFromJson" => bytes / 3,
            "upper" | "lower" | "title" | "untitle" | "nospace" | "quote" | "html" | "js"
            | "urlquery" => bytes / 2,
            "camelcase" | "initials" | "kebabcase" | "snakecase" | "swapcase" | "wrap"
            | "wrapWith" => bytes * 2,
            name if name.contains("egex") => bytes,
            name if name.starts_with("semver") => bytes,
            "date" | "dateInZone" | "date_in_zone" | "dateModify" | "date_modify"
            | "mustDateModify" | "must_date_modify" | "htmlDate" | "htmlDateInZone" | "toDate"
            | "mustToDate" => bytes * 2,
            "printf" => bytes / 16 + 8 * text.matches('%').count(),
            _ => bytes / 16,
        }
    }

    /// The bytes that what it will make of the texts among `vals` takes, where that is far more
    /// than they do: known before, since it may be too much at once.
    pub(crate) fn room_before(&self, vals: &[Val]) -> usize {
        let Some(text) = vals.last().and_then(Val::as_text) else {
            return 0;
        };
        match self.name {
            "fromJson" | "fromJsonArray" | "mustFromJson" | "fromYaml" | "fromYamlArray"
            | "fromToml" => {
                let marks = |b: &u8| matches!(b, b',' | b'{' | b'[' | b'\n');
                READ * text.as_str().bytes().filter(marks).count()
            }
            "split" | "splitList" | "splitn" => {
                let by = vals.first().and_then(Val::as_text);
                let by = by.map_or("", |t| t.as_str());
                CUT * text.as_str().matches(by).count()
            }
            _ => 0,
        }
    }

    /// The bytes that `val` takes, which it made; texts are counted apart.
    pub(crate) fn room_for(&self, val: &Val) -> usize {
        match &val.kind {
            Kind::List(l) if !is_passing(self.name) => 64 * l.items.len(),
            _ => 0,
        }
    }

    /// The steps it took to make `val`.
    pub(crate) fn effort_for(&self, val: &Val) -> usize {
        if is_passing(self.name) {
            return 0;
        }
        match &val.kind {
            Kind::Str(t) => {
                let bytes = match self.name {
                    "toYaml" | "toYamlPretty" | "toToml" => t.len() + t.len() / 2,
                    "toJson" | "toPrettyJson" | "toRawJson" => t.len() / 16,
                    _ => t.len() / 64,
                };
                bytes + 2 * t.run_count()
            }
            Kind::List(l) if l.go_type == STRINGS => l.items.len() * 5,
            Kind::List(l) => l.items.len(),
            Kind::Map(m) if self.name.starts_with("split") => m.entries.borrow().len() * 10,
            _ => 0,
        }
    }
}

/// Bytes that a part takes of what was read from a text, with some to spare: it is kept.
const READ: usize = 320;
/// Bytes that a piece of a text takes.
const CUT: usize = 192;

/// The bytes of the texts among `items`.
fn texts(items: &[Val]) -> usize {
    let texts = items.iter().filter_map(Val::as_text);
    texts.map(|t| t.len()).sum()
}

/// The steps it takes to look at `bytes` with an expression that takes `size` bytes when it is
/// compiled: a large one isn't looked for by a table, but state by state.
pub(super) fn searching(size: usize, bytes: usize) -> usize {
    bytes / 32 + bytes.saturating_mul(size / 8192)
}

/// The steps it takes to compile an expression that takes `size` bytes then.
pub(super) fn compiling(size: usize) -> usize {
    size / 4
}
