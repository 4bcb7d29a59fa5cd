//! Conditions: CEL expressions over facts.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use cel::{Context, Program, Value};

use super::values::Meaning;

/// The names that a condition over a setting may use.
pub const SETTING_NAMES: &[&str] = &[
    "value",
    "state",
    "product",
    "component",
    "setting",
    "settings",
    "components",
    "third_party",
    "hosts",
];

/// The names that a condition over an item may use.
pub const ITEM_NAMES: &[&str] = &[
    "place",
    "route",
    "port",
    "processor",
    "components",
    "products",
];

/// Compiled conditions; each is compiled once, and only if it is needed.
#[derive(Default)]
pub struct Judge {
    programs: HashMap<String, Result<Arc<Compiled>, String>>,
    /// The functions of the language; making them anew for each condition would cost more than
    /// the condition.
    root: Context<'static, 'static>,
}

struct Compiled {
    program: Program,
    /// The names it asks for; only these are handed over.
    names: Vec<String>,
}

impl std::fmt::Debug for Judge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Judge({} programs)", self.programs.len())
    }
}

/// What a condition may ask for.
#[derive(Default)]
pub struct Names<'a> {
    values: BTreeMap<&'a str, Value>,
}

impl<'a> Names<'a> {
    /// Sets a name.
    pub fn set(&mut self, name: &'a str, value: Value) {
        self.values.insert(name, value);
    }
}

impl Judge {
    /// Whether the condition holds.
    ///
    /// # Errors
    /// What is wrong with the condition: it can't be read, uses an unknown name, compares
    /// things that can't be compared, or yields no truth value.
    pub fn holds(&mut self, condition: &str, names: &Names<'_>) -> Result<bool, String> {
        let compiled = match self.programs.get(condition) {
            Some(known) => known.clone()?,
            None => {
                let compiled = compile(condition).map(Arc::new);
                self.programs.insert(condition.to_owned(), compiled.clone());
                compiled?
            }
        };
        let mut context = self.root.new_inner_scope();
        for name in &compiled.names {
            if let Some(value) = names.values.get(name.as_str()) {
                context.add_variable_from_value(name.clone(), value.clone());
            }
        }
        match compiled.program.execute(&context) {
            Ok(Value::Bool(b)) => Ok(b),
            Ok(other) => Err(format!("`{condition}` yields {other:?}, not a truth value")),
            Err(e) => Err(format!("`{condition}`: {e}")),
        }
    }
}

fn compile(condition: &str) -> Result<Compiled, String> {
    let program = Program::compile(condition).map_err(|e| format!("`{condition}`: {e}"))?;
    let names = program
        .references()
        .variables()
        .into_iter()
        .map(str::to_owned)
        .collect();
    Ok(Compiled { program, names })
}

/// Checks that a condition can be read and uses only `allowed` names.
///
/// # Errors
/// What is wrong with it.
pub fn check(condition: &str, allowed: &[&str]) -> Result<(), String> {
    let program = compile(condition)?;
    let bound = bound_names(condition);
    for name in program.names.iter().map(String::as_str) {
        if !allowed.contains(&name) && !bound.contains(&name) {
            return Err(format!("`{condition}`: there is no name `{name}` here"));
        }
    }
    Ok(())
}

/// The names that macros bind: `h` in `hosts.exists(h, …)`.
fn bound_names(condition: &str) -> Vec<&str> {
    let mut out = Vec::new();
    for mac in [".exists(", ".exists_one(", ".all(", ".filter(", ".map("] {
        for (at, _) in condition.match_indices(mac) {
            let rest = &condition[at + mac.len()..];
            if let Some((name, _)) = rest.split_once(',') {
                out.push(name.trim());
            }
        }
    }
    out
}

/// A meaning as conditions see it.
#[must_use]
pub fn value(meaning: &Meaning) -> Value {
    match meaning {
        Meaning::Bool(b) => Value::Bool(*b),
        Meaning::Int(i) => Value::Int(*i),
        Meaning::Number(f) => Value::Float(*f),
        Meaning::Text(t) => text(t),
        Meaning::List(items) => list(items.iter().map(|i| text(i))),
        Meaning::Null | Meaning::Unset | Meaning::Unknown(_) | Meaning::Invalid => Value::Null,
    }
}

/// A text as conditions see it.
#[must_use]
pub fn text(text: &str) -> Value {
    Value::String(Arc::new(text.to_owned()))
}

/// A list as conditions see it.
#[must_use]
pub fn list(items: impl IntoIterator<Item = Value>) -> Value {
    Value::List(Arc::new(items.into_iter().collect()))
}

/// A map as conditions see it.
#[must_use]
pub fn map(entries: impl IntoIterator<Item = (String, Value)>) -> Value {
    let map: HashMap<String, Value> = entries.into_iter().collect();
    Value::from(map)
}
