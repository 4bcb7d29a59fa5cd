//! Tools that run Helm's templates with functions of their own.

use std::fmt;

use super::{Call, Failure};
use crate::evaluate::helm::value::Val;
use crate::trace::Unknown;

/// A tool around the templates.
///
/// An engine with a host never stops at a mistake in an action: what the action would have
/// printed is not known then. Limits still end the render.
pub trait Host: fmt::Debug {
    /// The name of the function if it is one of the host's own, which win over Helm's.
    fn find(&self, name: &str) -> Option<&'static str>;

    /// Calls the function `call.name`.
    ///
    /// # Errors
    ///
    /// What the function would stop with.
    fn call(&self, call: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure>;

    /// Whether something that isn't known is taken for empty where a template decides on it,
    /// as an environment variable that may or may not be set.
    fn is_unset(&self, why: &Unknown) -> bool;
}

/// Functions that decide: to them, what may be unset is empty.
pub(super) const DECIDING: &[&str] = &["eq", "ne", "not", "empty", "default", "coalesce"];
