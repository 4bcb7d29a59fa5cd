//! Charts with values, without rendering: values files, merged and set as Helm does it.

mod bare;
mod declared;
mod merge;
mod set;
pub mod template;
#[cfg(test)]
mod tests;
mod umbrella;

pub use bare::{Layers, bare, layers};
pub use declared::declared;
pub(crate) use declared::release;
pub use merge::merge;
pub(crate) use merge::overridden;
pub use set::{Setting, set};
pub use umbrella::{Dependency, dependencies, umbrella};

use crate::inventory::Release;

/// A release with what is known of where its chart lies.
#[derive(Debug, Clone)]
pub struct Installation {
    /// The release, values merged.
    pub release: Release,
    /// Where the chart is.
    pub source: ChartSource,
}

/// Where a chart is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChartSource {
    /// Not in the tree; the values have to speak for themselves.
    Elsewhere,
    /// In this folder of the tree: it can be rendered.
    Path(std::path::PathBuf),
}
