//! Which draft of JSON Schema a schema says it is written in. What names none, or one that
//! Helm's validator doesn't know, may use the words of all.

use crate::evaluate::helm::chart::Schema;

/// The drafts that the validator tells apart, and their mixture.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub(super) enum Draft {
    Fourth,
    Sixth,
    Seventh,
    Any,
}

impl Draft {
    /// What `$schema` says.
    pub(super) fn of(schema: &Schema) -> Self {
        let named = schema.get("$schema").and_then(Schema::as_str).unwrap_or("");
        match named.strip_suffix('#').unwrap_or(named) {
            "http://json-schema.org/draft-04/schema" => Self::Fourth,
            "http://json-schema.org/draft-06/schema" => Self::Sixth,
            "http://json-schema.org/draft-07/schema" => Self::Seventh,
            _ => Self::Any,
        }
    }

    /// Whether `key` means something; what means nothing may be anything.
    pub(super) fn knows(self, key: &str) -> bool {
        match key {
            "const" | "contains" | "propertyNames" => self >= Self::Sixth,
            "if" | "then" | "else" => self >= Self::Seventh,
            "id" => matches!(self, Self::Fourth | Self::Any),
            "$id" => self != Self::Fourth,
            _ => true,
        }
    }

    /// Whether `true` and `false` are schemas.
    pub(super) fn has_truths(self) -> bool {
        self >= Self::Sixth
    }
}
