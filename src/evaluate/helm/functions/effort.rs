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
            Kind::List(l) => l.items.len() * per_item,
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
            _ => bytes / 16,
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
