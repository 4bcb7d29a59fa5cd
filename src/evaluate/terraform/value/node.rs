//! Between Terraform's values and the trees that the rest of the program reads.

use super::{Data, Fields, MAX_NESTING, Num, Val};
use crate::trace::{Map, Node, Slot, Text, Value};

impl Val {
    /// The value as a tree: whole numbers that fit are integers, sets are lists.
    #[must_use]
    pub fn to_node(&self) -> Node {
        self.node_within(0)
    }

    fn node_within(&self, depth: usize) -> Node {
        if depth > MAX_NESTING {
            return Node::unknown("nested too deeply", self.origin.clone());
        }
        let value = match &self.data {
            Data::Null => Value::Null,
            Data::Bool(b) => Value::Bool(*b),
            Data::Num(n) => n
                .as_i64()
                .map_or_else(|| Value::Float(n.as_f64()), Value::Int),
            Data::Str(text) => Value::Text(text.clone()),
            Data::Tuple(items) | Data::List(items) | Data::Set(items) => {
                Value::List(items.iter().map(|v| v.node_within(depth + 1)).collect())
            }
            Data::Object(fields) | Data::Map(fields) => {
                let slots = fields.entries.iter().map(|(name, field)| {
                    let slot = Slot {
                        key: field.key.clone(),
                        node: field.val.node_within(depth + 1),
                    };
                    (name.clone(), slot)
                });
                Value::Map(slots.collect::<Map>())
            }
            Data::Unknown(why) => Value::Unknown(why.clone()),
        };
        Node::new(value, self.origin.clone())
    }

    /// A tree as a value: sequences are tuples, mappings are objects.
    #[must_use]
    pub fn from_node(node: &Node) -> Self {
        Self::from_node_within(node, 0)
    }

    fn from_node_within(node: &Node, depth: usize) -> Self {
        let origin = node.origin.clone();
        if depth > MAX_NESTING {
            return Self::unknown("nested too deeply", origin);
        }
        let data = match &node.value {
            Value::Null => Data::Null,
            Value::Bool(b) => Data::Bool(*b),
            Value::Int(i) => Data::Num(Num::int(i128::from(*i))),
            Value::Float(f) => match Num::float(*f) {
                Some(num) => Data::Num(num),
                None => Data::Str(Text::opaque(f.to_string(), origin.clone())),
            },
            Value::Text(text) => Data::Str(text.clone()),
            Value::List(items) => {
                let items = items.iter().map(|n| Self::from_node_within(n, depth + 1));
                return Self::tuple(items.collect(), origin);
            }
            Value::Map(map) => {
                let mut fields = Fields::default();
                for (name, slot) in map.slots() {
                    let val = Self::from_node_within(&slot.node, depth + 1);
                    fields.set(name, slot.key.clone(), val);
                }
                return Self::object(fields, origin);
            }
            Value::Unknown(why) => Data::Unknown(why.clone()),
        };
        Self::new(data, origin)
    }
}
