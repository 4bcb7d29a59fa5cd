//! Conditions: CEL expressions over facts.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
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

/// What a condition sees.
pub type Scope<'p> = Context<'p, 'static>;

/// Compiled conditions; each is compiled once, and only if it is needed.
#[derive(Default)]
pub struct Judge {
    programs: RefCell<HashMap<String, Result<Rc<Compiled>, String>>>,
    /// The functions of the language; making them anew for each condition would cost more than
    /// the condition.
    root: Scope<'static>,
}

struct Compiled {
    program: Program,
    /// The names it asks for; only these are made and handed over.
    names: Vec<String>,
}

impl std::fmt::Debug for Judge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Judge({} programs)", self.programs.borrow().len())
    }
}

impl Judge {
    /// A scope with names that many conditions may ask for, so that their values are made once.
    #[must_use]
    pub fn scope(&self, names: impl IntoIterator<Item = (&'static str, Value)>) -> Scope<'_> {
        let mut scope = self.root.new_inner_scope();
        for (name, value) in names {
            scope.add_variable_from_value(name, value);
        }
        scope
    }

    /// Whether the condition asks for one of `names`.
    #[must_use]
    pub fn asks(&self, condition: &str, names: &[&str]) -> bool {
        self.compiled(condition)
            .is_ok_and(|c| c.names.iter().any(|n| names.contains(&n.as_str())))
    }

    /// Whether the condition holds, over the names of `scope`, if there is one, and those for
    /// which `value` has something; it is asked for those that the condition uses.
    ///
    /// # Errors
    /// What is wrong with the condition: it can't be read, uses an unknown name, compares
    /// things that can't be compared, or yields no truth value.
    pub fn holds(
        &self,
        condition: &str,
        scope: Option<&Scope<'_>>,
        value: impl Fn(&str) -> Option<Value>,
    ) -> Result<bool, String> {
        let compiled = self.compiled(condition)?;
        let mut context = match scope {
            Some(scope) => scope.new_inner_scope(),
            None => self.root.new_inner_scope(),
        };
        for name in &compiled.names {
            if let Some(value) = value(name) {
                context.add_variable_from_value(name.clone(), value);
            }
        }
        match compiled.program.execute(&context) {
            Ok(Value::Bool(b)) => Ok(b),
            Ok(other) => Err(format!("`{condition}` yields {other:?}, not a truth value")),
            Err(e) => Err(format!("`{condition}`: {e}")),
        }
    }

    fn compiled(&self, condition: &str) -> Result<Rc<Compiled>, String> {
        if let Some(known) = self.programs.borrow().get(condition) {
            return known.clone();
        }
        let compiled = compile(condition).map(Rc::new);
        self.programs
            .borrow_mut()
            .insert(condition.to_owned(), compiled.clone());
        compiled
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
pub fn map<K: Into<String>>(entries: impl IntoIterator<Item = (K, Value)>) -> Value {
    let map: HashMap<String, Value> = entries.into_iter().map(|(k, v)| (k.into(), v)).collect();
    Value::from(map)
}
