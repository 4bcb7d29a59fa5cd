//! Whether a schema is one at all. Helm's validator reads all of it before it looks at a value,
//! and refuses the chart if a part isn't of the form it wants.

use std::collections::HashSet;

use super::draft::Draft;
use super::refs::{Refs, Target};
use super::{MAX_DEPTH, MAX_STEPS, equal, number};
use crate::evaluate::helm::functions::go_regex;
use crate::trace::{Map, Node, Value};

/// What the schema lacks.
#[derive(Default)]
pub(super) struct Found {
    /// Why the validator refuses it.
    pub(super) fault: Option<String>,
    /// The references that lead out of the tree.
    pub(super) elsewhere: Vec<String>,
}

/// Looks at `root` and at all that its references lead to.
pub(super) fn check<'s>(root: &'s Node, refs: &Refs<'s>) -> Found {
    let mut reader = Reader {
        refs,
        draft: Draft::of(root),
        seen: HashSet::new(),
        waiting: vec![root],
        steps: 0,
        elsewhere: Vec::new(),
    };
    let fault = reader.all(root).err();
    Found {
        fault,
        elsewhere: reader.elsewhere,
    }
}

struct Reader<'r, 's> {
    refs: &'r Refs<'s>,
    draft: Draft,
    /// The targets of references that were looked at, by their address in memory.
    seen: HashSet<*const Node>,
    waiting: Vec<&'s Node>,
    steps: usize,
    elsewhere: Vec<String>,
}

type Fault = Result<(), String>;

const TYPES: [&str; 7] = [
    "array", "boolean", "integer", "number", "null", "object", "string",
];

impl<'s> Reader<'_, 's> {
    fn all(&mut self, root: &'s Node) -> Fault {
        if !matches!(root.value, Value::Map(_) | Value::Bool(_)) {
            return Err("it is no schema".to_owned());
        }
        want(root.as_map(), "$schema", "a text", |v| v.as_str().is_some())?;
        while let Some(node) = self.waiting.pop() {
            if self.seen.insert(node) {
                self.schema(node, 0)?;
            }
        }
        Ok(())
    }

    fn schema(&mut self, node: &'s Node, depth: usize) -> Fault {
        self.steps += 1;
        if depth > MAX_DEPTH || self.steps > MAX_STEPS {
            return Ok(());
        }
        let map = match &node.value {
            Value::Map(map) => map,
            Value::Bool(_) if self.draft.has_truths() => return Ok(()),
            _ => return Err("a part that has to be a schema is none".to_owned()),
        };
        self.scalars(map)?;
        if let Some(target) = map.get("$ref").and_then(Node::as_str) {
            match self.refs.find(node, target) {
                Target::Here(node) => self.waiting.push(node),
                Target::Elsewhere => self.elsewhere.push(target.to_owned()),
                Target::Nowhere(why) => return Err(why),
            }
        }
        self.inner(map, depth + 1)
    }

    /// The words that hold no schemas.
    fn scalars(&self, map: &Map) -> Fault {
        let draft = self.draft;
        let is_text = |v: &Node| v.as_str().is_some();
        for key in ["id", "$id", "title", "description", "$ref", "format"] {
            if draft.knows(key) {
                want(Some(map), key, "a text", is_text)?;
            }
        }
        let is_pattern = |v: &Node| v.as_str().is_some_and(is_expression);
        want(Some(map), "pattern", "a regular expression", is_pattern)?;
        let is_flag = |v: &Node| v.as_bool().is_some();
        want(Some(map), "uniqueItems", "true or false", is_flag)?;
        for key in ["minimum", "maximum"] {
            want(Some(map), key, "a number", |v| number(v).is_some())?;
        }
        let is_step = |v: &Node| number(v).is_some_and(|n| n > 0.0);
        want(Some(map), "multipleOf", "a number above 0", is_step)?;
        for of in ["Length", "Properties", "Items"] {
            let (low, high) = (format!("min{of}"), format!("max{of}"));
            let is_size = |v: &Node| matches!(v.value, Value::Int(0..));
            want(Some(map), &low, "a number of things", is_size)?;
            want(Some(map), &high, "a number of things", is_size)?;
            let bound = |key: &str| map.get(key).and_then(number);
            if of != "Items" && bound(&low).zip(bound(&high)).is_some_and(|(l, h)| l > h) {
                return Err(format!("`{low}` is above `{high}`"));
            }
        }
        self.exclusive(map, "exclusiveMinimum", "minimum")?;
        self.exclusive(map, "exclusiveMaximum", "maximum")?;
        let is_type = |v: &Node| v.as_str().is_some_and(|name| TYPES.contains(&name));
        let are_types = |v: &Node| match v.as_list() {
            Some(list) => list.iter().all(is_type) && are_unique(list),
            None => is_type(v),
        };
        want(Some(map), "type", "a type or several", are_types)?;
        let are_names = |v: &Node| {
            let list = v.as_list();
            list.is_some_and(|list| list.iter().all(is_text) && are_unique(list))
        };
        want(Some(map), "required", "a list of unlike texts", are_names)?;
        let are_unlike = |v: &Node| v.as_list().is_some_and(are_unique);
        want(Some(map), "enum", "a list of unlike values", are_unlike)
    }

    fn exclusive(&self, map: &Map, key: &str, of: &str) -> Fault {
        let Some(value) = map.get(key) else {
            return Ok(());
        };
        let is_number = number(value).is_some();
        let is_fitting = match (self.draft, value.as_bool()) {
            (Draft::Fourth | Draft::Any, Some(_)) => map.contains(of),
            (Draft::Fourth, None) => false,
            (_, _) => is_number,
        };
        match is_fitting {
            true => Ok(()),
            false => Err(format!("`{key}` has not the form of its draft")),
        }
    }

    /// The words that hold schemas.
    fn inner(&mut self, map: &'s Map, depth: usize) -> Fault {
        let is_schema = |v: &Node| matches!(v.value, Value::Map(_) | Value::Bool(_));
        let known = self.draft;
        for key in ["definitions", "properties", "patternProperties"] {
            want(Some(map), key, "a map of schemas", |v| v.as_map().is_some())?;
            for (name, inner) in map
                .get(key)
                .and_then(Node::as_map)
                .into_iter()
                .flat_map(Map::iter)
            {
                if key == "patternProperties" && !is_expression(name) {
                    return Err(format!("`{name}` is no regular expression"));
                }
                self.schema(inner, depth)?;
            }
        }
        want(Some(map), "dependencies", "a map", |v| v.as_map().is_some())?;
        for (_, inner) in map
            .get("dependencies")
            .and_then(Node::as_map)
            .into_iter()
            .flat_map(Map::iter)
        {
            match inner.as_list() {
                Some(names) if names.iter().all(|n| n.as_str().is_some()) => {}
                None if is_schema(inner) => self.schema(inner, depth)?,
                _ => return Err("a dependency is neither a schema nor a list of texts".to_owned()),
            }
        }
        let single = [
            "additionalProperties",
            "additionalItems",
            "not",
            "propertyNames",
            "if",
            "then",
            "else",
        ];
        for key in single.into_iter().filter(|key| known.knows(key)) {
            want(Some(map), key, "a schema", is_schema)?;
            // In these two the fourth draft knows `true` and `false`, too.
            let is_plain = key.starts_with("additional");
            let inner = map.get(key).filter(|v| !is_plain || v.as_bool().is_none());
            inner.map_or(Ok(()), |inner| self.schema(inner, depth))?;
        }
        if let Some(inner) = map.get("contains").filter(|_| known.knows("contains")) {
            self.schema(inner, depth)?;
        }
        for key in ["allOf", "anyOf", "oneOf"] {
            want(Some(map), key, "a list of schemas", |v| {
                v.as_list().is_some()
            })?;
        }
        for key in ["items", "allOf", "anyOf", "oneOf"] {
            let Some(value) = map.get(key) else { continue };
            match value.as_list() {
                Some(list) => list.iter().try_for_each(|s| self.schema(s, depth))?,
                None => self.schema(value, depth)?,
            }
        }
        Ok(())
    }
}

/// A complaint if `key` is there but isn't what it has to be.
fn want(map: Option<&Map>, key: &str, what: &str, is_fitting: impl Fn(&Node) -> bool) -> Fault {
    match map.and_then(|map| map.get(key)) {
        Some(value) if !is_fitting(value) => Err(format!("`{key}` has to be {what}")),
        _ => Ok(()),
    }
}

/// Whether Go would compile it; one that is only too large for us may be.
fn is_expression(pattern: &str) -> bool {
    go_regex(pattern).map_or_else(|why| why.contains("size limit"), |_| true)
}

/// Lists longer than this are not looked at.
const MAX_UNLIKE: usize = 1000;

fn are_unique(list: &[Node]) -> bool {
    let is_twice = |(i, one): (usize, &Node)| list.iter().take(i).any(|o| equal(o, one, 0));
    list.len() > MAX_UNLIKE || !list.iter().enumerate().any(is_twice)
}
