//! Reads `values.schema.json`, which can be many times larger than everything else in a chart.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::syntax::json;
use crate::trace::{Map, Node, Origin, Problem, Text, Value};

/// The schema in `text`. Nobody asks where a part of it was written, so its nodes don't tell;
/// only what isn't quite JSON is read with places, for the sake of the complaints.
pub(super) fn read(text: &Text) -> (Node, Vec<Problem>) {
    // Whatever follows the first value is not looked at; nor does Helm.
    let mut reader = serde_json::Deserializer::from_str(text.as_str());
    match Plain::deserialize(&mut reader) {
        Ok(plain) => (plain.0, Vec::new()),
        Err(_) => json::parse(text),
    }
}

/// A node that was written nowhere.
struct Plain(Node);

impl<'de> Deserialize<'de> for Plain {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let value = from.deserialize_any(Reader)?;
        Ok(Self(Node::new(value, Origin::nowhere())))
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, b: bool) -> Result<Value, E> {
        Ok(Value::Bool(b))
    }

    fn visit_i64<E>(self, i: i64) -> Result<Value, E> {
        Ok(Value::Int(i))
    }

    fn visit_u64<E>(self, u: u64) -> Result<Value, E> {
        #[allow(clippy::cast_precision_loss)]
        Ok(i64::try_from(u).map_or(Value::Float(u as f64), Value::Int))
    }

    fn visit_f64<E>(self, f: f64) -> Result<Value, E> {
        Ok(Value::Float(f))
    }

    fn visit_str<E>(self, s: &str) -> Result<Value, E> {
        Ok(Value::Text(Text::plain(s)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(Plain(node)) = from.next_element()? {
            items.push(node);
        }
        Ok(Value::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some((key, Plain(node))) = from.next_entry::<String, Plain>()? {
            map.insert(key, Origin::nowhere(), node);
        }
        Ok(Value::Map(map))
    }
}
