//! How much one helmfile may use.

use crate::evaluate::helm::template;

/// Helmfiles that call helmfiles, and bases that have bases, may be nested so deep.
pub(super) const DEPTH: usize = 12;

/// So many files may be rendered for one helmfile in one environment.
pub(super) const RENDERS: usize = 3_000;

/// So many environments of one helmfile are looked at.
pub(super) const ENVIRONMENTS: usize = 40;

/// So many releases may come of one helmfile in one environment.
pub(super) const RELEASES: usize = 2_000;

/// So often a file is rendered again because it asked for other files.
pub(super) const ROUNDS: usize = 4;

/// What one template may use.
pub(super) fn of_template() -> template::Limits {
    template::Limits {
        bytes: 64 << 20,
        steps: 2_000_000,
        ..template::Limits::default()
    }
}
