//! The names Go gives to types and kinds.

use super::{IntType, Kind, Val};

impl IntType {
    /// The type's name in Go.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Int => "int",
            Self::Int64 => "int64",
            Self::Int32 => "int32",
            Self::Uint8 => "uint8",
            Self::Uint64 => "uint64",
        }
    }

    /// Whether it has no sign.
    #[must_use]
    pub fn unsigned(self) -> bool {
        matches!(self, Self::Uint8 | Self::Uint64)
    }
}

impl Val {
    /// What `%T` prints.
    #[must_use]
    pub fn go_type(&self) -> String {
        match &self.kind {
            Kind::Invalid | Kind::Nil => "<nil>".to_owned(),
            Kind::Struct(s) if s.pointer => format!("*{}", s.go_type),
            _ => self.static_type().to_owned(),
        }
    }

    /// The type as error messages name it; a nil is an `interface {}`.
    #[must_use]
    pub fn static_type(&self) -> &'static str {
        match &self.kind {
            Kind::Invalid | Kind::Nil | Kind::Unknown(_) => "interface {}",
            Kind::Bool(_) => "bool",
            Kind::Int(t, _) => t.name(),
            Kind::Float(_) => "float64",
            Kind::Str(_) => "string",
            Kind::Bytes(_) => "[]uint8",
            Kind::List(l) => l.go_type,
            Kind::Map(m) => m.go_type,
            Kind::Struct(s) => s.go_type,
            Kind::Time(_) => "time.Time",
        }
    }

    /// What `kindOf` gives.
    #[must_use]
    pub fn go_kind(&self) -> &'static str {
        match &self.kind {
            Kind::Invalid | Kind::Nil => "invalid",
            Kind::Unknown(_) => "string",
            Kind::Bool(_) => "bool",
            Kind::Int(t, _) => t.name(),
            Kind::Float(_) => "float64",
            Kind::Str(_) => "string",
            Kind::Bytes(_) | Kind::List(_) => "slice",
            Kind::Map(_) => "map",
            Kind::Struct(s) if s.pointer => "ptr",
            Kind::Struct(_) | Kind::Time(_) => "struct",
        }
    }
}
