//! The functions that templates can call: Go's own, Sprig's and Helm's, by family.
//!
//! Where a function only moves text around, the text keeps the origins of its bytes; anything
//! else gives one value that came from all its arguments.

mod args;
pub mod builtin;
mod compare;
mod crypto;
pub mod date;
mod dicts;
mod effort;
mod encoding;
mod flow;
mod helm;
mod lists;
mod math;
mod password;
mod paths;
mod regexes;
pub(crate) mod semver;
mod strings;
mod toml;
mod types;
mod urls;
mod words;
pub mod yaml_emit;

use std::collections::HashMap;
use std::sync::OnceLock;

use foldhash::fast::RandomState;

use super::template::{Call, Failure};
use super::value::{Kind, LIST, MAP, VALUES, Val};

pub(crate) use paths::base as path_base;
pub(crate) use regexes::go_regex;
pub(crate) use semver::{in_full, satisfies};

/// The value as `toYaml` writes it.
pub(crate) fn helm_yaml(val: &Val) -> crate::trace::Text {
    helm::to_yaml(val, yaml_emit::Dialect::V2)
}

/// A function that templates can call.
#[derive(Debug)]
pub struct Function {
    /// Its name in templates.
    pub name: &'static str,
    /// Its parameters, a letter each: `a`ny, `s`tring, `i`nt, `I`nt64, `f`loat64, `b`ool, `m`ap,
    /// `l`ist, `d`ate; the last stands for any number of arguments if a `*` follows.
    pub params: &'static str,
    /// Whether it can do something sensible with values that aren't known. Of all others the
    /// result is not known either.
    pub knows_unknown: bool,
    /// What it does.
    pub run: Run,
}

/// The body of a [`Function`]; the arguments have the types of its parameters, or are not
/// known.
pub type Run = fn(&mut Call<'_>, &[Val]) -> Result<Val, Failure>;

/// A function of text, or of any values whose result is not known when one of them isn't.
pub(crate) const fn pure(name: &'static str, params: &'static str, run: Run) -> Function {
    Function {
        name,
        params,
        knows_unknown: false,
        run,
    }
}

/// A function that takes care of unknown values itself.
pub(crate) const fn aware(name: &'static str, params: &'static str, run: Run) -> Function {
    Function {
        name,
        params,
        knows_unknown: true,
        run,
    }
}

/// The function `name`.
#[must_use]
pub fn find(name: &str) -> Option<&'static Function> {
    static BY_NAME: OnceLock<HashMap<&'static str, &'static Function, RandomState>> =
        OnceLock::new();
    let by_name = BY_NAME.get_or_init(|| all().map(|f| (f.name, f)).collect());
    by_name.get(name).copied()
}

/// All functions, in no particular order.
pub fn all() -> impl Iterator<Item = &'static Function> {
    [
        builtin::ALL,
        compare::ALL,
        crypto::ALL,
        date::ALL,
        dicts::ALL,
        encoding::ALL,
        flow::ALL,
        helm::ALL,
        lists::ALL,
        math::ALL,
        password::ALL,
        paths::ALL,
        regexes::ALL,
        semver::ALL,
        strings::ALL,
        types::ALL,
        urls::ALL,
        words::ALL,
    ]
    .into_iter()
    .flatten()
}

impl Function {
    /// How many parameters always need an argument.
    pub(crate) fn fixed(&self) -> usize {
        match self.params.strip_suffix('*') {
            Some(rest) => rest.len() - 1,
            None => self.params.len(),
        }
    }

    /// Whether the last parameter takes any number of arguments.
    pub(crate) fn variadic(&self) -> bool {
        self.params.ends_with('*')
    }

    /// The type of parameter `i`.
    pub(crate) fn want(&self, i: usize) -> Want {
        let letters = self.params.trim_end_matches('*').as_bytes();
        match letters.get(i).or(letters.last()) {
            Some(b's') => Want::Text,
            Some(b'i') => Want::Int,
            Some(b'I') => Want::Int64,
            Some(b'f') => Want::Float,
            Some(b'b') => Want::Bool,
            Some(b'm') => Want::Map,
            Some(b'l') => Want::List,
            Some(b'd') => Want::Time,
            _ => Want::Any,
        }
    }

    /// For `and` and `or`: the truth at which no more arguments are evaluated.
    pub(crate) fn stops_at(&self) -> Option<bool> {
        match self.name {
            "and" => Some(false),
            "or" => Some(true),
            _ => None,
        }
    }
}

/// The type of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Want {
    /// `interface {}`.
    Any,
    /// `string`.
    Text,
    /// `int`.
    Int,
    /// `int64`.
    Int64,
    /// `float64`.
    Float,
    /// `bool`.
    Bool,
    /// `map[string]interface {}`.
    Map,
    /// `[]interface {}`.
    List,
    /// `time.Time`.
    Time,
}

impl Want {
    /// The type's name in Go.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Any => "interface {}",
            Self::Text => "string",
            Self::Int => "int",
            Self::Int64 => "int64",
            Self::Float => "float64",
            Self::Bool => "bool",
            Self::Map => MAP,
            Self::List => LIST,
            Self::Time => "time.Time",
        }
    }

    /// How complaints about literals name the type.
    #[must_use]
    pub fn literal_name(self) -> &'static str {
        match self {
            Self::Int | Self::Int64 => "integer",
            Self::Float => "float",
            other => other.name(),
        }
    }

    /// Whether nil is a value of the type.
    #[must_use]
    pub fn takes_nil(self) -> bool {
        matches!(self, Self::Any | Self::Map | Self::List)
    }

    /// Whether a value has the type.
    #[must_use]
    pub fn fits(self, val: &Val) -> bool {
        use super::value::IntType;
        match (self, &val.kind) {
            (Self::Any, _) | (_, Kind::Unknown(_)) => true,
            (Self::Text, Kind::Str(_)) => true,
            (Self::Int, Kind::Int(t, _)) => *t == IntType::Int,
            (Self::Int64, Kind::Int(t, _)) => *t == IntType::Int64,
            (Self::Float, Kind::Float(_)) => true,
            (Self::Bool, Kind::Bool(_)) => true,
            (Self::Map, Kind::Map(m)) => matches!(m.go_type, MAP | VALUES),
            (Self::List, Kind::List(l)) => l.go_type == LIST,
            (Self::Time, Kind::Time(_)) => true,
            _ => false,
        }
    }

    /// The value as an argument of the type.
    ///
    /// # Errors
    ///
    /// If it has another type, in Go's words.
    pub fn check(self, val: Val) -> Result<Val, String> {
        if self.fits(&val) {
            return Ok(val);
        }
        match (&val.kind, self) {
            (Kind::Invalid, Self::Map) => Ok(Val::map(Default::default(), val.origin())),
            (Kind::Invalid, Self::List) => Ok(Val::list(Vec::new(), val.origin())),
            (Kind::Invalid, _) => Err(format!("invalid value; expected {}", self.name())),
            (Kind::Nil, _) => Err(format!(
                "wrong type for value; expected {}; got interface {{}}",
                self.name()
            )),
            _ => Err(format!(
                "wrong type for value; expected {}; got {}",
                self.name(),
                val.go_type()
            )),
        }
    }
}
