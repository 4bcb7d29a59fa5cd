//! Values against `values.schema.json`: the part of JSON Schema that charts use.

mod draft;
mod format;
mod refs;
mod sound;

use regex::Regex;

use super::resolve::Instance;
use crate::evaluate::helm::chart::{Members, Schema};
use crate::evaluate::helm::functions::go_regex;
use crate::trace::{Map, Node, Origin, Problem, Value};
use draft::Draft;
use refs::Refs;

/// Deeper values, or longer chains of references, are not looked at.
const MAX_DEPTH: usize = 64;

/// So many violations are reported.
const MAX_VIOLATIONS: usize = 100;

/// What in `values` (those of the whole release) breaks the schemas of the chart and of its
/// subcharts. What is not looked at goes to `notes`.
#[must_use]
pub fn violations(chart: &Instance, values: &Node, notes: &mut Vec<Problem>) -> Vec<Problem> {
    let mut out = Vec::new();
    of_chart(chart, values, &mut out, notes);
    out.truncate(MAX_VIOLATIONS);
    out
}

fn of_chart(chart: &Instance, values: &Node, out: &mut Vec<Problem>, notes: &mut Vec<Problem>) {
    if let Some(schema) = &chart.chart.schema {
        let name = &chart.name;
        let refs = Refs::new(schema);
        let sound = sound::check(schema, &refs);
        if let Some(target) = sound.elsewhere.first() {
            let message = format!("the schema of `{name}` asks for `{target}`, which is not read");
            notes.push(Problem::new(message, chart.chart.start()));
        }
        let broken = sound.fault.map(|why| {
            let message = format!("the schema of `{name}` is not sound: {why}");
            Problem::new(message, chart.chart.start())
        });
        match broken {
            Some(problem) => out.push(problem),
            None => out.extend(broken_by(values, schema, refs, name)),
        }
    }
    for child in &chart.children {
        match values.get(&child.name) {
            Some(node) => of_chart(child, node, out, notes),
            None => {
                let none = Node::map(Map::new(), values.origin.clone());
                of_chart(child, &none, out, notes);
            }
        }
    }
}

/// Where `values` break a sound `schema`.
fn broken_by(values: &Node, schema: &Schema, refs: Refs<'_>, name: &str) -> Vec<Problem> {
    let mut check = Check {
        refs,
        draft: Draft::of(schema),
        found: Vec::new(),
        steps: 0,
    };
    check.node(schema, values, "", 0);
    let found = check.found.into_iter();
    let problem = |(message, origin): (String, Origin)| {
        let message = format!("values of `{name}` don't fit its schema: {message}");
        Problem::new(message, origin.nearest_span())
    };
    found.map(problem).collect()
}

struct Check<'s> {
    refs: Refs<'s>,
    draft: Draft,
    found: Vec<(String, Origin)>,
    steps: usize,
}

/// More applications of a schema to a value than this end the check.
const MAX_STEPS: usize = 200_000;

impl<'s> Check<'s> {
    /// What `schema` says for `key`, if its draft has such a word.
    fn known(&self, schema: &'s Members, key: &str) -> Option<&'s Schema> {
        schema.get(key).filter(|_| self.draft.knows(key))
    }

    fn fits(&mut self, schema: &'s Schema, value: &Node, depth: usize) -> bool {
        let before = std::mem::take(&mut self.found);
        self.node(schema, value, "", depth);
        let found = std::mem::replace(&mut self.found, before);
        found.is_empty()
    }

    fn fail(&mut self, path: &str, why: &str, at: &Node) {
        let path = if path.is_empty() { "(root)" } else { path };
        self.found
            .push((format!("{path}: {why}"), at.origin.clone()));
    }

    fn node(&mut self, schema: &'s Schema, value: &Node, path: &str, depth: usize) {
        self.steps += 1;
        if depth > MAX_DEPTH || self.steps > MAX_STEPS || value.why_unknown().is_some() {
            return;
        }
        let Some(map) = schema.as_map() else {
            if schema.as_bool() == Some(false) {
                self.fail(path, "is not allowed", value);
            }
            return;
        };
        if map.get("$ref").is_some() {
            if let Some(target) = self.refs.end(schema) {
                self.node(target, value, path, depth + 1);
            }
            return;
        }
        self.of_type(map, value, path);
        self.choices(map, value, path);
        self.combined(map, value, path, depth);
        match &value.value {
            Value::Map(members) => self.members(map, members, value, path, depth),
            Value::List(items) => self.items(map, items, value, path, depth),
            Value::Text(text) => self.text(map, text.as_str(), value, path),
            Value::Int(_) | Value::Float(_) => self.number(map, value, path),
            _ => {}
        }
    }

    fn of_type(&mut self, schema: &Members, value: &Node, path: &str) {
        let Some(wanted) = schema.get("type") else {
            return;
        };
        let names: Vec<&str> = match wanted.as_list() {
            Some(list) => list.iter().filter_map(Schema::as_str).collect(),
            None => wanted.as_str().into_iter().collect(),
        };
        if !names.is_empty() && !names.iter().any(|name| is_a(value, name)) {
            let why = format!("has to be {}", names.join(" or "));
            self.fail(path, &why, value);
        }
    }

    fn choices(&mut self, schema: &'s Members, value: &Node, path: &str) {
        // A choice of nothing says nothing.
        if let Some(list) = schema.get("enum").and_then(Schema::as_list)
            && !list.is_empty()
            && let plain = Schema::from(value)
            && !list.iter().any(|one| equal(one, &plain, 0))
        {
            let names: Vec<String> = list.iter().take(12).map(shown).collect();
            let why = format!("has to be one of {}", names.join(", "));
            self.fail(path, &why, value);
        }
        if let Some(only) = self.known(schema, "const")
            && !equal(only, &Schema::from(value), 0)
        {
            let why = format!("has to be {}", shown(only));
            self.fail(path, &why, value);
        }
    }

    fn combined(&mut self, schema: &'s Members, value: &Node, path: &str, depth: usize) {
        let list = |key: &str| {
            schema
                .get(key)
                .and_then(Schema::as_list)
                .unwrap_or_default()
        };
        for one in list("allOf") {
            self.node(one, value, path, depth + 1);
        }
        let mut count = |key: &str| {
            let all = list(key);
            let fitting = all
                .iter()
                .filter(|s| self.fits(s, value, depth + 1))
                .count();
            (all.len(), fitting)
        };
        let any = count("anyOf");
        let one = count("oneOf");
        if any.0 > 0 && any.1 == 0 {
            self.fail(path, "fits none of the allowed forms", value);
        }
        if one.0 > 0 && one.1 != 1 {
            self.fail(path, "has to fit exactly one of the allowed forms", value);
        }
        if let Some(not) = schema.get("not")
            && self.fits(not, value, depth + 1)
        {
            self.fail(path, "has a form that is not allowed", value);
        }
        if let Some(condition) = self.known(schema, "if") {
            let branch = if self.fits(condition, value, depth + 1) {
                "then"
            } else {
                "else"
            };
            if let Some(branch) = schema.get(branch) {
                self.node(branch, value, path, depth + 1);
            }
        }
    }

    fn members(
        &mut self,
        schema: &'s Members,
        members: &Map,
        value: &Node,
        path: &str,
        depth: usize,
    ) {
        let required = schema.get("required").and_then(Schema::as_list);
        for key in required
            .unwrap_or_default()
            .iter()
            .filter_map(Schema::as_str)
        {
            if !members.contains(key) {
                self.fail(path, &format!("{key} is required"), value);
            }
        }
        self.size(
            schema,
            ["minProperties", "maxProperties"],
            members.len(),
            value,
            path,
        );
        let dependencies = schema.get("dependencies").and_then(Schema::as_map);
        for (key, wanted) in dependencies.into_iter().flat_map(Members::iter) {
            if !members.contains(key) {
                continue;
            }
            match wanted.as_list() {
                Some(others) => {
                    for other in others.iter().filter_map(Schema::as_str) {
                        if !members.contains(other) {
                            self.fail(path, &format!("{key} wants {other} beside it"), value);
                        }
                    }
                }
                None => self.node(wanted, value, path, depth + 1),
            }
        }
        let properties = schema.get("properties").and_then(Schema::as_map);
        let patterns: Vec<(Regex, &'s Schema)> = schema
            .get("patternProperties")
            .and_then(Schema::as_map)
            .into_iter()
            .flat_map(Members::iter)
            .filter_map(|(p, s)| Some((go_regex(p).ok()?, s)))
            .collect();
        let names = self.known(schema, "propertyNames");
        for (key, slot) in members.slots() {
            let below = if path.is_empty() {
                key.to_owned()
            } else {
                format!("{path}.{key}")
            };
            if let Some(names) = names {
                let name = Node::text(crate::trace::Text::opaque(key, slot.key.clone()));
                self.node(names, &name, &below, depth + 1);
            }
            let mut known = false;
            if let Some(inner) = properties.and_then(|p| p.get(key)) {
                known = true;
                self.node(inner, &slot.node, &below, depth + 1);
            }
            for (pattern, inner) in &patterns {
                if pattern.is_match(key) {
                    known = true;
                    self.node(inner, &slot.node, &below, depth + 1);
                }
            }
            match schema.get("additionalProperties") {
                Some(rest) if !known => {
                    if rest.as_bool() == Some(false) {
                        let at = Node::null(slot.key.clone());
                        self.fail(&below, "is not a known property", &at);
                    } else {
                        self.node(rest, &slot.node, &below, depth + 1);
                    }
                }
                _ => {}
            }
        }
    }

    fn items(
        &mut self,
        schema: &'s Members,
        items: &[Node],
        value: &Node,
        path: &str,
        depth: usize,
    ) {
        self.size(schema, ["minItems", "maxItems"], items.len(), value, path);
        let tuple = schema.get("items").and_then(Schema::as_list);
        for (index, item) in items.iter().enumerate() {
            let below = format!("{path}.{index}");
            let inner = match tuple {
                // A tuple of nothing says nothing, nor does what would follow.
                Some([]) => None,
                Some(list) => list.get(index).or_else(|| schema.get("additionalItems")),
                None => schema.get("items"),
            };
            if let Some(inner) = inner {
                self.node(inner, item, below.trim_start_matches('.'), depth + 1);
            }
        }
        if let Some(wanted) = self.known(schema, "contains")
            && !items.iter().any(|i| self.fits(wanted, i, depth + 1))
        {
            self.fail(path, "lacks an element that it has to have", value);
        }
        let unique = schema.get("uniqueItems").and_then(Schema::as_bool) == Some(true);
        if unique && items.len() < 1000 {
            let items: Vec<Schema> = items.iter().map(Schema::from).collect();
            if !sound::are_unique(&items) {
                self.fail(path, "has the same element twice", value);
            }
        }
    }

    fn text(&mut self, schema: &'s Members, text: &str, value: &Node, path: &str) {
        self.size(
            schema,
            ["minLength", "maxLength"],
            text.chars().count(),
            value,
            path,
        );
        if let Some(pattern) = schema.get("pattern").and_then(Schema::as_str)
            && go_regex(pattern).is_ok_and(|p| !p.is_match(text))
        {
            let why = format!("has to match `{pattern}`");
            self.fail(path, &why, value);
        }
        if let Some(name) = schema.get("format").and_then(Schema::as_str)
            && !format::fits(name, text)
        {
            self.fail(path, &format!("has to be of the format {name}"), value);
        }
    }

    fn number(&mut self, schema: &Members, value: &Node, path: &str) {
        let Some(number) = number(value) else {
            return;
        };
        if let Some(name) = schema.get("format").and_then(Schema::as_str)
            && format::is_known(name)
        {
            self.fail(path, &format!("has to be of the format {name}"), value);
        }
        let bound = |key: &str| schema.get(key).and_then(Schema::as_number);
        // In the fourth draft the exclusive bounds are switches of the other two.
        let strict = |key: &str| schema.get(key).and_then(Schema::as_bool) == Some(true);
        let low = bound("minimum")
            .is_some_and(|b| number < b || strict("exclusiveMinimum") && number <= b)
            || bound("exclusiveMinimum").is_some_and(|b| number <= b);
        let high = bound("maximum")
            .is_some_and(|b| number > b || strict("exclusiveMaximum") && number >= b)
            || bound("exclusiveMaximum").is_some_and(|b| number >= b);
        if low || high {
            let why = if low { "is too small" } else { "is too large" };
            self.fail(path, why, value);
        }
        if let Some(step) = bound("multipleOf").filter(|s| *s > 0.0)
            && ((number / step) - (number / step).round()).abs() > 1e-9
        {
            let why = format!("has to be a multiple of {step}");
            self.fail(path, &why, value);
        }
    }

    /// Holds `size` against the two members of the schema that bound it.
    fn size(&mut self, schema: &Members, bounds: [&str; 2], size: usize, value: &Node, path: &str) {
        #[allow(clippy::cast_precision_loss, reason = "sizes are small")]
        let size = size as f64;
        let [least, most] = bounds.map(|key| schema.get(key).and_then(Schema::as_number));
        if least.is_some_and(|b| size < b) {
            self.fail(path, "is too short", value);
        }
        if most.is_some_and(|b| size > b) {
            self.fail(path, "is too long", value);
        }
    }
}

#[allow(clippy::cast_precision_loss, reason = "JSON knows floats only")]
fn number(node: &Node) -> Option<f64> {
    match node.value {
        Value::Int(i) => Some(i as f64),
        Value::Float(f) => Some(f),
        _ => None,
    }
}

fn is_a(value: &Node, name: &str) -> bool {
    match (&value.value, name) {
        (Value::Null, "null")
        | (Value::Bool(_), "boolean")
        | (Value::Text(_), "string")
        | (Value::List(_), "array")
        | (Value::Map(_), "object")
        | (Value::Int(_), "integer" | "number")
        | (Value::Float(_), "number")
        | (Value::Unknown(_), _) => true,
        (Value::Float(f), "integer") => f.fract() == 0.0,
        _ => false,
    }
}

fn equal(a: &Schema, b: &Schema, depth: usize) -> bool {
    if depth > MAX_DEPTH {
        return false;
    }
    match (a, b) {
        (Schema::Text(a), Schema::Text(b)) => a == b,
        (Schema::List(a), Schema::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b, depth + 1))
        }
        (Schema::Map(a), Schema::Map(b)) => {
            let same = |(k, v): (&str, &Schema)| b.get(k).is_some_and(|w| equal(v, w, depth + 1));
            a.len() == b.len() && a.iter().all(same)
        }
        (Schema::Null, Schema::Null) => true,
        (Schema::Bool(a), Schema::Bool(b)) => a == b,
        _ => match (a.as_number(), b.as_number()) {
            (Some(a), Some(b)) => (a - b).abs() < f64::EPSILON,
            _ => false,
        },
    }
}

fn shown(schema: &Schema) -> String {
    match schema {
        Schema::Null => "null".to_owned(),
        Schema::Bool(b) => format!("`{b}`"),
        Schema::Int(i) => format!("`{i}`"),
        Schema::Float(f) => format!("`{f}`"),
        Schema::Text(text) => format!("`{text}`"),
        Schema::List(_) | Schema::Map(_) => "…".to_owned(),
    }
}
