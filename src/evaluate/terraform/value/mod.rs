//! Terraform's values, with the origin of every part.

mod convert;
mod node;
mod num;
mod trace;
mod types;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use convert::{convert, unify};
pub(super) use convert::{set, to_text};
pub use num::Num;
pub use trace::Stepper;
pub use types::{Attribute, Type};

use crate::trace::{Origin, Text, Unknown};

/// A value.
#[derive(Debug, Clone)]
pub struct Val {
    /// What it is.
    pub data: Data,
    /// Where it came from; that of a text's characters is in the text.
    pub origin: Origin,
    /// Whether Terraform would hide it.
    pub sensitive: bool,
}

/// What a [`Val`] holds. Collections are shared: a clone costs nothing.
#[derive(Debug, Clone)]
pub enum Data {
    /// `null`.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number.
    Num(Num),
    /// A string; parts of it may be unknown.
    Str(Text),
    /// A sequence of values of any types, as `[…]` makes it.
    Tuple(Arc<Vec<Val>>),
    /// A sequence of values of one type.
    List(Arc<Vec<Val>>),
    /// Values of one type, ordered and each once.
    Set(Arc<Vec<Val>>),
    /// Attributes of any types, as `{…}` makes it.
    Object(Arc<Fields>),
    /// Values of one type by key.
    Map(Arc<Fields>),
    /// Not known.
    Unknown(Arc<Unknown>),
}

/// The attributes of an object or entries of a map, ordered by name as Terraform orders them.
#[derive(Debug, Clone, Default)]
pub struct Fields {
    /// What is there.
    pub entries: BTreeMap<String, Field>,
    /// There may be more, of which nothing is known for this reason.
    pub rest: Option<Arc<Unknown>>,
}

/// One attribute.
#[derive(Debug, Clone)]
pub struct Field {
    /// Where its name was written.
    pub key: Origin,
    /// Its value.
    pub val: Val,
}

impl Fields {
    /// The value of `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Val> {
        self.entries.get(name).map(|f| &f.val)
    }

    /// Sets `name`.
    pub fn set(&mut self, name: impl Into<String>, key: Origin, val: Val) {
        self.entries.insert(name.into(), Field { key, val });
    }
}

/// What is printed in a text in place of something unknown.
pub const PLACEHOLDER: &str = "unknown";

impl Val {
    /// `data` from `origin`.
    #[must_use]
    pub fn new(data: Data, origin: Origin) -> Self {
        Self {
            data,
            origin,
            sensitive: false,
        }
    }

    /// Null.
    #[must_use]
    pub fn null(origin: Origin) -> Self {
        Self::new(Data::Null, origin)
    }

    /// A truth value.
    #[must_use]
    pub fn bool(value: bool, origin: Origin) -> Self {
        Self::new(Data::Bool(value), origin)
    }

    /// A number.
    #[must_use]
    pub fn num(value: Num, origin: Origin) -> Self {
        Self::new(Data::Num(value), origin)
    }

    /// A whole number.
    #[must_use]
    pub fn int(value: i128, origin: Origin) -> Self {
        Self::num(Num::int(value), origin)
    }

    /// A string that is traced itself.
    #[must_use]
    pub fn text(text: Text) -> Self {
        let origin = text.origin();
        Self::new(Data::Str(text), origin)
    }

    /// A string from `origin` as a whole.
    #[must_use]
    pub fn str(chars: impl Into<String>, origin: &Origin) -> Self {
        Self::new(
            Data::Str(Text::opaque(chars, origin.clone())),
            origin.clone(),
        )
    }

    /// Not known because of `why`.
    #[must_use]
    pub fn unknown(why: impl Into<String>, origin: Origin) -> Self {
        Self::new(Data::Unknown(Unknown::new(why)), origin)
    }

    /// A tuple.
    #[must_use]
    pub fn tuple(items: Vec<Self>, origin: Origin) -> Self {
        Self::new(Data::Tuple(Arc::new(items)), origin)
    }

    /// A list, whose elements have one type already.
    #[must_use]
    pub fn list(items: Vec<Self>, origin: Origin) -> Self {
        Self::new(Data::List(Arc::new(items)), origin)
    }

    /// An object.
    #[must_use]
    pub fn object(fields: Fields, origin: Origin) -> Self {
        Self::new(Data::Object(Arc::new(fields)), origin)
    }

    /// A map, whose values have one type already.
    #[must_use]
    pub fn map(fields: Fields, origin: Origin) -> Self {
        Self::new(Data::Map(Arc::new(fields)), origin)
    }

    /// The elements of a list, set or tuple.
    #[must_use]
    pub fn items(&self) -> Option<&[Self]> {
        match &self.data {
            Data::Tuple(items) | Data::List(items) | Data::Set(items) => Some(items),
            _ => None,
        }
    }

    /// The attributes of an object or entries of a map.
    #[must_use]
    pub fn fields(&self) -> Option<&Fields> {
        match &self.data {
            Data::Object(fields) | Data::Map(fields) => Some(fields),
            _ => None,
        }
    }

    /// The characters of a string that is known throughout.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.data {
            Data::Str(text) if text.unknown().is_none() => Some(text.as_str()),
            _ => None,
        }
    }

    /// Whether it is null.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self.data, Data::Null)
    }

    /// Why the value itself, or a part of the string it is, can't be known.
    #[must_use]
    pub fn why(&self) -> Option<&Arc<Unknown>> {
        match &self.data {
            Data::Unknown(why) => Some(why),
            Data::Str(text) => text.unknown(),
            _ => None,
        }
    }

    /// Why something in it can't be known.
    #[must_use]
    pub fn why_deep(&self) -> Option<Arc<Unknown>> {
        let mut rest = vec![self];
        while let Some(val) = rest.pop() {
            if let Some(why) = val.why() {
                return Some(why.clone());
            }
            if let Some(items) = val.items() {
                rest.extend(items);
            } else if let Some(fields) = val.fields() {
                if let Some(why) = &fields.rest {
                    return Some(why.clone());
                }
                rest.extend(fields.entries.values().map(|f| &f.val));
            }
        }
        None
    }

    /// How many values it is when nothing is shared, itself included; `most` if it is more.
    #[must_use]
    pub fn parts(&self, most: usize) -> usize {
        let mut seen = 0;
        let mut rest = vec![self];
        while let Some(val) = rest.pop() {
            seen += 1;
            if seen + rest.len() >= most {
                return most;
            }
            if let Some(items) = val.items() {
                rest.extend(items);
            } else if let Some(fields) = val.fields() {
                rest.extend(fields.entries.values().map(|f| &f.val));
            }
        }
        seen
    }

    /// Whether something in it is hidden.
    #[must_use]
    pub fn sensitive_deep(&self) -> bool {
        let mut rest = vec![self];
        while let Some(val) = rest.pop() {
            if val.sensitive {
                return true;
            }
            if let Some(items) = val.items() {
                rest.extend(items);
            } else if let Some(fields) = val.fields() {
                rest.extend(fields.entries.values().map(|f| &f.val));
            }
        }
        false
    }

    /// The same, hidden if `hidden`.
    #[must_use]
    pub fn hidden_if(mut self, hidden: bool) -> Self {
        self.sensitive |= hidden;
        self
    }

    /// Whether two values are equal as `==` compares them; none if that can't be known.
    #[must_use]
    pub fn equals(&self, other: &Self) -> Option<bool> {
        self.equals_within(other, 0)
    }

    fn equals_within(&self, other: &Self, depth: usize) -> Option<bool> {
        // Values are at most as deep as what was evaluated, which is limited.
        if depth > MAX_NESTING {
            return None;
        }
        if self.is_null() || other.is_null() {
            let unknown =
                matches!(self.data, Data::Unknown(_)) || matches!(other.data, Data::Unknown(_));
            return if unknown {
                None
            } else {
                Some(self.is_null() && other.is_null())
            };
        }
        if self.why().is_some() || other.why().is_some() {
            return None;
        }
        let all = |a: &[Self], b: &[Self]| {
            if a.len() != b.len() {
                return Some(false);
            }
            fold(a.iter().zip(b).map(|(a, b)| a.equals_within(b, depth + 1)))
        };
        match (&self.data, &other.data) {
            (Data::Bool(a), Data::Bool(b)) => Some(a == b),
            (Data::Num(a), Data::Num(b)) => Some(a == b),
            (Data::Str(a), Data::Str(b)) => Some(a.as_str() == b.as_str()),
            (Data::Tuple(a), Data::Tuple(b))
            | (Data::List(a), Data::List(b))
            | (Data::Set(a), Data::Set(b)) => all(a, b),
            (Data::Object(a), Data::Object(b)) | (Data::Map(a), Data::Map(b)) => {
                if a.rest.is_some() || b.rest.is_some() {
                    return None;
                }
                if !a.entries.keys().eq(b.entries.keys()) {
                    return Some(false);
                }
                fold(
                    a.entries
                        .values()
                        .zip(b.entries.values())
                        .map(|(a, b)| a.val.equals_within(&b.val, depth + 1)),
                )
            }
            _ => Some(false),
        }
    }

    /// How people would call its type.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self.data {
            Data::Null => "null",
            Data::Bool(_) => "bool",
            Data::Num(_) => "number",
            Data::Str(_) => "string",
            Data::Tuple(_) => "tuple",
            Data::List(_) => "list",
            Data::Set(_) => "set",
            Data::Object(_) => "object",
            Data::Map(_) => "map",
            Data::Unknown(_) => "unknown value",
        }
    }
}

/// Values nested deeper than this are not compared or converted.
pub const MAX_NESTING: usize = 200;

/// False if any is false, else unknown if any is unknown.
fn fold(results: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut all = Some(true);
    for result in results {
        match result {
            Some(true) => {}
            Some(false) => return Some(false),
            None => all = None,
        }
    }
    all
}
