//! Whether a schema is one at all. Helm's validator reads all of it before it looks at a value,
//! and refuses the chart if a part isn't of the form it wants.

use std::collections::HashSet;

use super::draft::Draft;
use super::refs::{Refs, Target};
use super::{MAX_DEPTH, MAX_STEPS, equal};
use crate::evaluate::helm::chart::{Members, Schema};
use crate::evaluate::helm::functions::go_regex;

/// What the schema lacks.
#[derive(Default)]
pub(super) struct Found {
    /// Why the validator refuses it.
    pub(super) fault: Option<String>,
    /// The references that lead out of the tree.
    pub(super) elsewhere: Vec<String>,
}

/// Looks at `root` and at all that its references lead to.
pub(super) fn check<'s>(root: &'s Schema, refs: &Refs<'s>) -> Found {
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
    seen: HashSet<*const Schema>,
    waiting: Vec<&'s Schema>,
    steps: usize,
    elsewhere: Vec<String>,
}

type Fault = Result<(), String>;

const TYPES: [&str; 7] = [
    "array", "boolean", "integer", "number", "null", "object", "string",
];

impl<'s> Reader<'_, 's> {
    fn all(&mut self, root: &'s Schema) -> Fault {
        if !matches!(root, Schema::Map(_) | Schema::Bool(_)) {
            return Err("it is no schema".to_owned());
        }
        let named = root.get("$schema");
        fitting(
            named.is_none_or(|v| v.as_str().is_some()),
            "$schema",
            "a text",
        )?;
        while let Some(node) = self.waiting.pop() {
            if self.seen.insert(node) {
                self.schema(node, 0)?;
            }
        }
        Ok(())
    }

    fn schema(&mut self, node: &'s Schema, depth: usize) -> Fault {
        self.steps += 1;
        if depth > MAX_DEPTH || self.steps > MAX_STEPS {
            return Ok(());
        }
        let map = match node {
            Schema::Map(map) => map,
            Schema::Bool(_) if self.draft.has_truths() => return Ok(()),
            _ => return Err("a part that has to be a schema is none".to_owned()),
        };
        self.scalars(map)?;
        if let Some(target) = map.get("$ref").and_then(Schema::as_str) {
            match self.refs.find(node, target) {
                Target::Here(node) => self.waiting.push(node),
                Target::Elsewhere => self.elsewhere.push(target.to_owned()),
                Target::Nowhere(why) => return Err(why),
            }
        }
        self.inner(map, depth + 1)
    }

    /// The words that hold no schemas.
    fn scalars(&self, map: &Members) -> Fault {
        let is_text = |v: &Schema| v.as_str().is_some();
        for (key, value) in map.iter().filter(|(key, _)| self.draft.knows(key)) {
            let (is_fitting, what) = match key {
                "id" | "$id" | "title" | "description" | "$ref" | "format" => {
                    (is_text(value), "a text")
                }
                "pattern" => {
                    let is_pattern = value.as_str().is_some_and(is_expression);
                    (is_pattern, "a regular expression")
                }
                "uniqueItems" => (value.as_bool().is_some(), "true or false"),
                "minimum" | "maximum" => (value.as_number().is_some(), "a number"),
                "multipleOf" => {
                    let is_step = value.as_number().is_some_and(|n| n > 0.0);
                    (is_step, "a number above 0")
                }
                "minLength" | "maxLength" | "minProperties" | "maxProperties" | "minItems"
                | "maxItems" => (matches!(value, Schema::Int(0..)), "a number of things"),
                "exclusiveMinimum" => (self.is_exclusive(map, value, "minimum"), OF_DRAFT),
                "exclusiveMaximum" => (self.is_exclusive(map, value, "maximum"), OF_DRAFT),
                "type" => {
                    let is_type = |v: &Schema| v.as_str().is_some_and(|name| TYPES.contains(&name));
                    let are_types = match value.as_list() {
                        Some(list) => list.iter().all(is_type) && are_unique(list),
                        None => is_type(value),
                    };
                    (are_types, "a type or several")
                }
                "required" => {
                    let are_names = |list: &[Schema]| list.iter().all(is_text) && are_unique(list);
                    let are_names = value.as_list().is_some_and(are_names);
                    (are_names, "a list of unlike texts")
                }
                "enum" => {
                    let are_unlike = value.as_list().is_some_and(are_unique);
                    (are_unlike, "a list of unlike values")
                }
                _ => continue,
            };
            fitting(is_fitting, key, what)?;
        }
        let bound = |key: &str| map.get(key).and_then(Schema::as_number);
        for (low, high) in [
            ("minLength", "maxLength"),
            ("minProperties", "maxProperties"),
        ] {
            if bound(low).zip(bound(high)).is_some_and(|(l, h)| l > h) {
                return Err(format!("`{low}` is above `{high}`"));
            }
        }
        Ok(())
    }

    /// Whether `value` is what the draft knows as the exclusive form of the bound `of`.
    fn is_exclusive(&self, map: &Members, value: &Schema, of: &str) -> bool {
        match (self.draft, value.as_bool()) {
            (Draft::Fourth | Draft::Any, Some(_)) => map.get(of).is_some(),
            (Draft::Fourth, None) => false,
            (_, _) => value.as_number().is_some(),
        }
    }

    /// The words that hold schemas.
    fn inner(&mut self, map: &'s Members, depth: usize) -> Fault {
        let is_schema = |v: &Schema| matches!(v, Schema::Map(_) | Schema::Bool(_));
        let draft = self.draft;
        for (key, value) in map.iter().filter(|(key, _)| draft.knows(key)) {
            match key {
                "definitions" | "properties" | "patternProperties" => {
                    fitting(value.as_map().is_some(), key, "a map of schemas")?;
                    for (name, inner) in value.as_map().into_iter().flat_map(Members::iter) {
                        if key == "patternProperties" && !is_expression(name) {
                            return Err(format!("`{name}` is no regular expression"));
                        }
                        self.schema(inner, depth)?;
                    }
                }
                "dependencies" => {
                    fitting(value.as_map().is_some(), key, "a map")?;
                    for (_, inner) in value.as_map().into_iter().flat_map(Members::iter) {
                        match inner.as_list() {
                            Some(names) if names.iter().all(|n| n.as_str().is_some()) => {}
                            None if is_schema(inner) => self.schema(inner, depth)?,
                            _ => {
                                let why = "a dependency is neither a schema nor a list of texts";
                                return Err(why.to_owned());
                            }
                        }
                    }
                }
                // Here the fourth draft knows `true` and `false`, too.
                "additionalProperties" | "additionalItems" if value.as_bool().is_some() => {}
                "additionalProperties"
                | "additionalItems"
                | "not"
                | "propertyNames"
                | "if"
                | "then"
                | "else" => {
                    fitting(is_schema(value), key, "a schema")?;
                    self.schema(value, depth)?;
                }
                "contains" => self.schema(value, depth)?,
                "items" | "allOf" | "anyOf" | "oneOf" => {
                    let is_fitting = key == "items" || value.as_list().is_some();
                    fitting(is_fitting, key, "a list of schemas")?;
                    match value.as_list() {
                        Some(list) => list.iter().try_for_each(|s| self.schema(s, depth))?,
                        None => self.schema(value, depth)?,
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// What the exclusive bounds have to be.
const OF_DRAFT: &str = "of the form that its draft knows";

/// A complaint if what `key` says isn't what it has to be.
fn fitting(is_fitting: bool, key: &str, what: &str) -> Fault {
    if is_fitting {
        return Ok(());
    }
    Err(format!("`{key}` has to be {what}"))
}

/// Whether Go would compile it; one that is only too large for us may be.
fn is_expression(pattern: &str) -> bool {
    go_regex(pattern).map_or_else(|why| why.contains("size limit"), |_| true)
}

/// Lists longer than this are not looked at.
const MAX_UNLIKE: usize = 1000;

/// Whether no two elements are the same.
pub(super) fn are_unique(list: &[Schema]) -> bool {
    let is_twice = |(i, one): (usize, &Schema)| list.iter().take(i).any(|o| equal(o, one, 0));
    list.len() > MAX_UNLIKE || !list.iter().enumerate().any(is_twice)
}
