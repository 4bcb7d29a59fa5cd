//! Charts with values.

use super::Gap;
use crate::trace::{Node, Origin};

/// A chart that would be installed with these values.
///
/// It is in the inventory when the chart itself isn't in the tree; a chart that is there is
/// rendered, and its workloads are in the inventory instead.
#[derive(Debug, Clone)]
pub struct Release {
    /// The release's name.
    pub name: String,
    /// The namespace, if it is said.
    pub namespace: Option<String>,
    /// The chart.
    pub chart: Chart,
    /// The user's values, merged in the tool's order. Chart defaults are not in it.
    pub values: Node,
    /// Values that could not be read (a secret, a file that isn't there).
    pub gaps: Vec<Gap>,
    /// Where the release is written.
    pub origin: Origin,
    /// Where a value would be added: the `values:` key, the values file.
    pub values_at: Origin,
}

/// Which chart.
#[derive(Debug, Clone, Default)]
pub struct Chart {
    /// Its name, if it is said: `web-chat`. A bare values file has none.
    pub name: Option<String>,
    /// Repository or OCI address.
    pub repository: Option<String>,
    /// Version or range.
    pub version: Option<String>,
}
