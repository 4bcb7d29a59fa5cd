//! Trees of traced values.

use std::sync::Arc;

use super::{Entries, Origin, Span, Text};

/// A value and where it came from.
///
/// For a scalar the origin is the whole token in the source, quotes included; the origins of
/// its characters are in the [`Text`]. For a list or map it is the whole collection.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What it is.
    pub value: Value,
    /// Where it came from.
    pub origin: Origin,
}

/// What a [`Node`] holds.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// Nothing: `null`, `~`, an empty value.
    #[default]
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// A string that remembers its parts.
    Text(Text),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping in the order in which it was written.
    Map(Map),
    /// A value that can't be known from the files at hand.
    Unknown(Arc<Unknown>),
}

/// Why a value can't be known.
///
/// Unknown is a value, not an error: what is made of it is unknown too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// The reason in one clause: `variable "recording" has no value`.
    pub why: String,
}

impl Unknown {
    /// Not known because of `why`.
    #[must_use]
    pub fn new(why: impl Into<String>) -> Arc<Self> {
        Arc::new(Self { why: why.into() })
    }
}

/// An ordered mapping whose keys are traced too.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Map {
    entries: Entries<Slot>,
}

/// An entry of a [`Map`].
#[derive(Debug, Clone, PartialEq)]
pub struct Slot {
    /// Where the key was written.
    pub key: Origin,
    /// The value.
    pub node: Node,
}

impl Map {
    /// An empty mapping.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The value under `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries.get(key).map(|s| &s.node)
    }

    /// The value under `key`, to change.
    #[must_use]
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.entries.get_mut(key).map(|s| &mut s.node)
    }

    /// Entry and key origin under `key`.
    #[must_use]
    pub fn slot(&self, key: &str) -> Option<&Slot> {
        self.entries.get(key)
    }

    /// Whether `key` is there, whatever its value.
    #[must_use]
    pub fn contains(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// Sets `key`; an entry that was there keeps its position and is returned.
    pub fn insert(&mut self, key: impl Into<String>, origin: Origin, node: Node) -> Option<Slot> {
        self.entries.insert(key.into(), Slot { key: origin, node })
    }

    /// Takes `key` out, keeping the order of the rest.
    pub fn remove(&mut self, key: &str) -> Option<Slot> {
        self.entries.remove(key)
    }

    /// Keys and values in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &Node)> + ExactSizeIterator {
        self.entries.iter().map(|(k, s)| (k.as_str(), &s.node))
    }

    /// Keys, values and the keys' origins in order.
    pub fn slots(&self) -> impl DoubleEndedIterator<Item = (&str, &Slot)> + ExactSizeIterator {
        self.entries.iter().map(|(k, s)| (k.as_str(), s))
    }

    /// Keys and slots in order, to change.
    pub fn slots_mut(&mut self) -> impl Iterator<Item = (&str, &mut Slot)> {
        self.entries.iter_mut()
    }

    /// Keys in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|(k, _)| k.as_str())
    }

    /// Puts the entries in the order of their keys' bytes, as Go maps are printed.
    pub fn sort_keys(&mut self) {
        self.entries.sort_keys();
    }
}

impl IntoIterator for Map {
    type Item = (String, Slot);
    type IntoIter = std::vec::IntoIter<(String, Slot)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl FromIterator<(String, Slot)> for Map {
    fn from_iter<T: IntoIterator<Item = (String, Slot)>>(iter: T) -> Self {
        Self {
            entries: iter.into_iter().collect(),
        }
    }
}

impl Node {
    /// `value`, from `origin`.
    #[must_use]
    pub fn new(value: Value, origin: Origin) -> Self {
        Self { value, origin }
    }

    /// Null.
    #[must_use]
    pub fn null(origin: Origin) -> Self {
        Self::new(Value::Null, origin)
    }

    /// A text; its origin is the text's own.
    #[must_use]
    pub fn text(text: Text) -> Self {
        let origin = text.origin();
        Self::new(Value::Text(text), origin)
    }

    /// Not known because of `why`.
    #[must_use]
    pub fn unknown(why: impl Into<String>, origin: Origin) -> Self {
        Self::new(Value::Unknown(Unknown::new(why)), origin)
    }

    /// A mapping.
    #[must_use]
    pub fn map(map: Map, origin: Origin) -> Self {
        Self::new(Value::Map(map), origin)
    }

    /// A list.
    #[must_use]
    pub fn list(items: Vec<Self>, origin: Origin) -> Self {
        Self::new(Value::List(items), origin)
    }

    /// The entry `key`, if this is a map that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.as_map()?.get(key)
    }

    /// The node behind a chain of keys.
    #[must_use]
    pub fn at<'a>(&'a self, path: &[&str]) -> Option<&'a Self> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The map, if it is one.
    #[must_use]
    pub fn as_map(&self) -> Option<&Map> {
        match &self.value {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The list, if it is one.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Self]> {
        match &self.value {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    /// The text, if it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&Text> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The characters of a text of which all parts are known.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        self.as_text()
            .filter(|t| t.unknown().is_none())
            .map(Text::as_str)
    }

    /// The truth value, if it is one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self.value {
            Value::Bool(b) => Some(b),
            _ => None,
        }
    }

    /// The whole number, if it is one.
    #[must_use]
    pub fn as_int(&self) -> Option<i64> {
        match self.value {
            Value::Int(i) => Some(i),
            _ => None,
        }
    }

    /// Why the node itself, or a part of its text, can't be known. Does not look into
    /// collections.
    #[must_use]
    pub fn why_unknown(&self) -> Option<&Arc<Unknown>> {
        match &self.value {
            Value::Unknown(why) => Some(why),
            Value::Text(text) => text.unknown(),
            _ => None,
        }
    }

    /// Whether it is null.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    /// A scalar as the text a process would get for it: `true`, `1`, `0.5`, the text itself.
    ///
    /// Collections, nulls and wholly unknown values have none.
    #[must_use]
    pub fn scalar_text(&self) -> Option<Text> {
        let plain = |s: String| Some(Text::opaque(s, self.origin.clone()));
        match &self.value {
            Value::Text(text) => Some(text.clone()),
            Value::Bool(b) => plain(b.to_string()),
            Value::Int(i) => plain(i.to_string()),
            Value::Float(f) => plain(f.to_string()),
            Value::Null | Value::List(_) | Value::Map(_) | Value::Unknown(_) => None,
        }
    }

    /// The tree with every value that is neither list nor map changed.
    #[must_use]
    pub fn map_leaves(self, change: &impl Fn(Value) -> Value) -> Self {
        let value = match self.value {
            Value::List(items) => {
                Value::List(items.into_iter().map(|n| n.map_leaves(change)).collect())
            }
            Value::Map(map) => Value::Map(
                map.into_iter()
                    .map(|(k, s)| {
                        let node = s.node.map_leaves(change);
                        (k, Slot { key: s.key, node })
                    })
                    .collect(),
            ),
            leaf => change(leaf),
        };
        Self { value, ..self }
    }

    /// Applies `change` to the origin of this node, of all nodes under it, and of the runs of
    /// their texts.
    #[must_use]
    pub fn map_origins(self, change: &impl Fn(&Origin) -> Origin) -> Self {
        let value = match self.value {
            Value::Text(text) => Value::Text(text.map_origins(change)),
            Value::List(items) => {
                Value::List(items.into_iter().map(|n| n.map_origins(change)).collect())
            }
            Value::Map(map) => Value::Map(
                map.into_iter()
                    .map(|(k, s)| {
                        let slot = Slot {
                            key: s.key,
                            node: s.node.map_origins(change),
                        };
                        (k, slot)
                    })
                    .collect(),
            ),
            other => other,
        };
        Self {
            value,
            origin: change(&self.origin),
        }
    }

    /// The bytes where it was written.
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        self.origin.span()
    }
}
