//! Types, as `type = …` writes them and as values have them.

use std::collections::BTreeMap;

use super::{Data, MAX_NESTING, Val};
use crate::evaluate::terraform::ast::{Expr, ExprKind, Key};

/// A type, or a constraint on one.
#[derive(Debug, Clone)]
pub enum Type {
    /// Any.
    Any,
    /// `bool`.
    Bool,
    /// `number`.
    Num,
    /// `string`.
    Str,
    /// `list(…)`.
    List(Box<Type>),
    /// `set(…)`.
    Set(Box<Type>),
    /// `map(…)`.
    Map(Box<Type>),
    /// `tuple([…])`.
    Tuple(Vec<Type>),
    /// `object({…})`.
    Object(BTreeMap<String, Attribute>),
}

/// An attribute of an object type.
#[derive(Debug, Clone)]
pub struct Attribute {
    /// Its type.
    pub of: Type,
    /// Whether it may be missing.
    pub optional: bool,
    /// What it is then.
    pub default: Option<Expr>,
}

impl Type {
    /// The type that an expression writes; none if it writes none.
    #[must_use]
    pub fn written(expr: &Expr) -> Option<Self> {
        Self::written_within(expr, 0)
    }

    fn written_within(expr: &Expr, depth: usize) -> Option<Self> {
        if depth > MAX_NESTING {
            return None;
        }
        match &expr.kind {
            ExprKind::Var(name) => named(name),
            // Terraform before 0.12 wrote types in quotes.
            ExprKind::Literal(val) => match val.as_str()? {
                "list" => Some(Self::List(Box::new(Self::Any))),
                "map" => Some(Self::Map(Box::new(Self::Any))),
                "string" => Some(Self::Str),
                _ => None,
            },
            ExprKind::Call { name, args, .. } => {
                let arg = args.first()?;
                let inner = |e| Self::written_within(e, depth + 1).map(Box::new);
                match name.as_str() {
                    "list" => Some(Self::List(inner(arg)?)),
                    "set" => Some(Self::Set(inner(arg)?)),
                    "map" => Some(Self::Map(inner(arg)?)),
                    "tuple" => {
                        let ExprKind::List(items) = &arg.kind else {
                            return None;
                        };
                        items
                            .iter()
                            .map(|e| Self::written_within(e, depth + 1))
                            .collect::<Option<_>>()
                            .map(Self::Tuple)
                    }
                    "object" => Self::object(arg, depth),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn object(arg: &Expr, depth: usize) -> Option<Self> {
        let ExprKind::Object(entries) = &arg.kind else {
            return None;
        };
        let mut attributes = BTreeMap::new();
        for (key, value) in entries {
            let Key::Name(name, _) = key else {
                return None;
            };
            let attribute = match &value.kind {
                ExprKind::Call { name, args, .. } if name == "optional" => Attribute {
                    of: Self::written_within(args.first()?, depth + 1)?,
                    optional: true,
                    default: args.get(1).cloned(),
                },
                _ => Attribute {
                    of: Self::written_within(value, depth + 1)?,
                    optional: false,
                    default: None,
                },
            };
            attributes.insert(name.clone(), attribute);
        }
        Some(Self::Object(attributes))
    }

    /// The type of a value.
    #[must_use]
    pub fn of(val: &Val) -> Self {
        Self::of_within(val, 0)
    }

    fn of_within(val: &Val, depth: usize) -> Self {
        if depth > MAX_NESTING {
            return Self::Any;
        }
        let first = |items: &[Val]| {
            Box::new(
                items
                    .iter()
                    .map(|v| Self::of_within(v, depth + 1))
                    .find(|t| !matches!(t, Self::Any))
                    .unwrap_or(Self::Any),
            )
        };
        match &val.data {
            Data::Null | Data::Unknown(_) => Self::Any,
            Data::Bool(_) => Self::Bool,
            Data::Num(_) => Self::Num,
            Data::Str(_) => Self::Str,
            Data::List(items) => Self::List(first(items)),
            Data::Set(items) => Self::Set(first(items)),
            Data::Tuple(items) => Self::Tuple(
                items
                    .iter()
                    .map(|v| Self::of_within(v, depth + 1))
                    .collect(),
            ),
            Data::Map(fields) => Self::Map(Box::new(
                fields
                    .entries
                    .values()
                    .map(|f| Self::of_within(&f.val, depth + 1))
                    .find(|t| !matches!(t, Self::Any))
                    .unwrap_or(Self::Any),
            )),
            Data::Object(fields) => Self::Object(
                fields
                    .entries
                    .iter()
                    .map(|(name, field)| {
                        let attribute = Attribute {
                            of: Self::of_within(&field.val, depth + 1),
                            optional: false,
                            default: None,
                        };
                        (name.clone(), attribute)
                    })
                    .collect(),
            ),
        }
    }

    /// Whether values of it are a single thing.
    #[must_use]
    pub fn is_primitive(&self) -> bool {
        matches!(self, Self::Bool | Self::Num | Self::Str)
    }

    /// How it is written.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Any => "any".to_owned(),
            Self::Bool => "bool".to_owned(),
            Self::Num => "number".to_owned(),
            Self::Str => "string".to_owned(),
            Self::List(of) => format!("list of {}", of.name()),
            Self::Set(of) => format!("set of {}", of.name()),
            Self::Map(of) => format!("map of {}", of.name()),
            Self::Tuple(_) => "tuple".to_owned(),
            Self::Object(_) => "object".to_owned(),
        }
    }
}

fn named(name: &str) -> Option<Type> {
    Some(match name {
        "any" => Type::Any,
        "bool" => Type::Bool,
        "number" => Type::Num,
        "string" => Type::Str,
        "list" => Type::List(Box::new(Type::Any)),
        "set" => Type::Set(Box::new(Type::Any)),
        "map" => Type::Map(Box::new(Type::Any)),
        _ => return None,
    })
}
