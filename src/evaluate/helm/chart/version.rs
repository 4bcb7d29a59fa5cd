//! Versions of charts.

use crate::evaluate::helm::functions;

pub(crate) use functions::in_full;

/// Whether `version` lies in `range`. What isn't a range or a version never fits.
#[must_use]
pub fn is_in_range(range: &str, version: &str) -> bool {
    functions::satisfies(range, version).unwrap_or(false)
}
