//! Reads `values.schema.json`, which can be many times larger than everything else in a chart.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::syntax::json;
use crate::trace::{Node, Problem, Text, Value};

/// A part of a schema. Nobody asks where it was written, so it doesn't tell, and takes a
/// fraction of the memory of a [`Node`].
#[derive(Debug, Clone)]
pub enum Schema {
    /// `null`, or what isn't JSON.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// A number without a fraction.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// A string.
    Text(Box<str>),
    /// An array.
    List(Vec<Schema>),
    /// An object.
    Map(Members),
}

/// The members of an object.
#[derive(Debug, Clone, Default)]
pub struct Members(Vec<(Box<str>, Schema)>);

/// More members than this are sorted; fewer are gone through faster than that.
const FEW: usize = 16;

impl Members {
    fn new(mut members: Vec<(Box<str>, Schema)>) -> Self {
        if members.len() > FEW {
            // Of equal names the last comes first, and is kept.
            members.reverse();
            members.sort_by(|(a, _), (b, _)| a.cmp(b));
            members.dedup_by(|(a, _), (b, _)| a == b);
        }
        Self(members)
    }

    /// The member `name`; the last one, if there are several.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Schema> {
        if self.0.len() > FEW {
            let at = self.0.binary_search_by(|(n, _)| (**n).cmp(name)).ok()?;
            return self.0.get(at).map(|(_, schema)| schema);
        }
        let found = self.0.iter().rev().find(|(n, _)| **n == *name);
        found.map(|(_, schema)| schema)
    }

    /// All of them, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Schema)> {
        self.0.iter().map(|(name, schema)| (&**name, schema))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Schema {
    /// The member `name`, if it is an object that has one.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.as_map()?.get(name)
    }

    /// The members, if it is an object.
    #[must_use]
    pub fn as_map(&self) -> Option<&Members> {
        match self {
            Self::Map(members) => Some(members),
            _ => None,
        }
    }

    /// The elements, if it is an array.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Self]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    /// The characters, if it is a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The truth value, if it is one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(b) => Some(*b),
            _ => None,
        }
    }

    /// The number, if it is one.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "JSON knows floats only")]
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Int(i) => Some(*i as f64),
            Self::Float(f) => Some(*f),
            _ => None,
        }
    }
}

/// What a value is, to compare it with what a schema says.
impl From<&Node> for Schema {
    fn from(node: &Node) -> Self {
        match &node.value {
            Value::Null | Value::Unknown(_) => Self::Null,
            Value::Bool(b) => Self::Bool(*b),
            Value::Int(i) => Self::Int(*i),
            Value::Float(f) => Self::Float(*f),
            Value::Text(text) => Self::Text(text.as_str().into()),
            Value::List(items) => Self::List(items.iter().map(Self::from).collect()),
            Value::Map(map) => {
                let members = map.iter().map(|(name, node)| (name.into(), node.into()));
                Self::Map(Members::new(members.collect()))
            }
        }
    }
}

/// The schema in `text`. What isn't quite JSON is read as well as it can be, for the sake of
/// the complaints.
pub(super) fn read(text: &Text) -> (Schema, Vec<Problem>) {
    // Whatever follows the first value is not looked at; nor does Helm.
    let mut reader = serde_json::Deserializer::from_str(text.as_str());
    match Schema::deserialize(&mut reader) {
        Ok(schema) => (schema, Vec::new()),
        Err(_) => {
            let (node, problems) = json::parse(text);
            (Schema::from(&node), problems)
        }
    }
}

impl<'de> Deserialize<'de> for Schema {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Schema;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Schema, E> {
        Ok(Schema::Null)
    }

    fn visit_bool<E>(self, b: bool) -> Result<Schema, E> {
        Ok(Schema::Bool(b))
    }

    fn visit_i64<E>(self, i: i64) -> Result<Schema, E> {
        Ok(Schema::Int(i))
    }

    fn visit_u64<E>(self, u: u64) -> Result<Schema, E> {
        #[allow(clippy::cast_precision_loss)]
        Ok(i64::try_from(u).map_or(Schema::Float(u as f64), Schema::Int))
    }

    fn visit_f64<E>(self, f: f64) -> Result<Schema, E> {
        Ok(Schema::Float(f))
    }

    fn visit_str<E>(self, s: &str) -> Result<Schema, E> {
        Ok(Schema::Text(s.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Schema, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = from.next_element()? {
            items.push(item);
        }
        Ok(Schema::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Schema, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = from.next_entry()? {
            members.push(member);
        }
        Ok(Schema::Map(Members::new(members)))
    }
}
