//! Between traced trees and Go values.

use std::rc::Rc;
use std::sync::Arc;

use super::{Budget, IntType, Kind, MAP, MAX_DEPTH, Slot, Val, too_large};
use crate::trace::{Map, Node, Unknown, Value};

impl Val {
    /// A tree as a Go value: integers become `int64`, floats `float64`.
    ///
    /// Helm reads values files by way of JSON, which knows floats only: see [`json_numbers`].
    #[must_use]
    pub fn from_node(node: &Node) -> Self {
        Self::map_from_node(MAP, node, 0)
    }

    /// A tree of which the outermost map has the Go type `go_type`.
    #[must_use]
    pub fn typed_from_node(go_type: &'static str, node: &Node) -> Self {
        Self::map_from_node(go_type, node, 0)
    }

    fn map_from_node(go_type: &'static str, node: &Node, depth: usize) -> Self {
        let origin = node.origin.clone();
        if depth > MAX_DEPTH {
            let why = Unknown::new(format!("nested deeper than {MAX_DEPTH}"));
            return Self::unknown(why, origin);
        }
        match &node.value {
            Value::Null => Self::nil(origin),
            Value::Bool(b) => Self::bool(*b, origin),
            Value::Int(i) => Self::int64(*i, origin),
            Value::Float(f) => Self::float(*f, origin),
            Value::Text(t) => Self::text(t.clone()),
            Value::Unknown(why) => Self::unknown(Arc::clone(why), origin),
            Value::List(items) => {
                let items = items.iter().map(|n| Self::map_from_node(MAP, n, depth + 1));
                Self::list(items.collect(), origin)
            }
            Value::Map(map) => {
                let entries = map.slots().map(|(k, s)| {
                    let val = Self::map_from_node(MAP, &s.node, depth + 1);
                    let key = s.key.clone();
                    (Rc::from(k), Slot { key, val })
                });
                Self::map_of(go_type, entries.collect(), origin)
            }
        }
    }

    /// A tree read from JSON, or from YAML by way of JSON: every number becomes a `float64`.
    #[must_use]
    pub fn from_json(node: Node) -> Self {
        Self::from_json_at(node, 0)
    }

    fn from_json_at(node: Node, depth: usize) -> Self {
        let origin = node.origin;
        if depth > MAX_DEPTH {
            let why = Unknown::new(format!("nested deeper than {MAX_DEPTH}"));
            return Self::unknown(why, origin);
        }
        match node.value {
            #[allow(clippy::cast_precision_loss)]
            Value::Int(i) => Self::float(i as f64, origin),
            Value::Float(f) => Self::float(f, origin),
            Value::Null => Self::nil(origin),
            Value::Bool(b) => Self::bool(b, origin),
            Value::Text(t) => Self::text(t),
            Value::Unknown(why) => Self::unknown(why, origin),
            Value::List(items) => {
                let items = items.into_iter().map(|n| Self::from_json_at(n, depth + 1));
                Self::list(items.collect(), origin)
            }
            Value::Map(map) => {
                let entries = map.into_iter().map(|(k, s)| {
                    let val = Self::from_json_at(s.node, depth + 1);
                    (Rc::from(k), Slot { key: s.key, val })
                });
                Self::map(entries.collect(), origin)
            }
        }
    }

    /// The value as a tree, maps in the order of their keys.
    #[must_use]
    pub fn to_node(&self) -> Node {
        self.node_at(0, &Budget::new())
    }

    fn node_at(&self, depth: usize, budget: &Budget) -> Node {
        let origin = self.origin();
        if !budget.allows(depth) {
            return Node::unknown(too_large(), origin);
        }
        let value = match &self.kind {
            Kind::Invalid | Kind::Nil => Value::Null,
            Kind::Bool(b) => Value::Bool(*b),
            Kind::Int(_, i) | Kind::Time(i) => Value::Int(*i),
            Kind::Float(f) => Value::Float(*f),
            Kind::Str(t) | Kind::Bytes(t) => Value::Text((**t).clone()),
            Kind::Unknown(why) => Value::Unknown(why.clone()),
            Kind::List(l) => Value::List(
                l.items
                    .iter()
                    .map(|v| v.node_at(depth + 1, budget))
                    .collect(),
            ),
            Kind::Map(m) => {
                let mut map = Map::new();
                for (key, slot) in m.snapshot() {
                    map.insert(&*key, slot.key, slot.val.node_at(depth + 1, budget));
                }
                Value::Map(map)
            }
            Kind::Struct(s) => {
                let mut map = Map::new();
                for field in &s.fields {
                    let node = field.val.node_at(depth + 1, budget);
                    map.insert(field.json, node.origin.clone(), node);
                }
                Value::Map(map)
            }
        };
        Node::new(value, origin)
    }

    /// The integer it holds, as 128 bits so that `uint64` fits.
    #[must_use]
    pub fn as_integer(&self) -> Option<i128> {
        match self.kind {
            Kind::Int(IntType::Uint64, i) => Some(i128::from(i.cast_unsigned())),
            Kind::Int(_, i) => Some(i128::from(i)),
            _ => None,
        }
    }
}

/// The tree with every integer as the float that Go's JSON decoder makes of it.
#[must_use]
pub fn json_numbers(node: Node) -> Node {
    node.map_leaves(&|leaf| match leaf {
        #[allow(clippy::cast_precision_loss)]
        Value::Int(i) => Value::Float(i as f64),
        other => other,
    })
}
