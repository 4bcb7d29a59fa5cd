//! Charts as Helm loads them: from a folder, from a packed archive, with their subcharts.

mod archive;
mod fault;
mod files;
mod ignore;
mod load;
mod metadata;
mod schema;
pub mod version;

#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::Arc;

pub use load::{Limits, Loaded, load};
pub use metadata::{Import, Metadata, Requirement};
pub use schema::{Members, Schema};

use crate::trace::{Node, SourceId, Span};

/// A chart with everything in it.
#[derive(Debug)]
pub struct Chart {
    /// What `Chart.yaml` says.
    pub metadata: Metadata,
    /// `values.yaml`, numbers as Helm reads them; an empty map if there is none.
    pub values: Node,
    /// `values.schema.json`, without places.
    pub schema: Option<Schema>,
    /// The files in `templates/`, with their path in the chart.
    pub templates: Vec<File>,
    /// All other files, which templates can read; with their path in the chart.
    pub files: Vec<File>,
    /// The charts in `charts/`, and those that `file://` names.
    pub dependencies: Vec<Arc<Chart>>,
    /// Its folder; none if it came packed.
    pub dir: Option<PathBuf>,
}

/// A file of a chart.
#[derive(Debug, Clone)]
pub struct File {
    /// The path in the chart, with `/`.
    pub name: String,
    /// What is in it.
    pub data: Data,
}

/// The content of a [`File`].
#[derive(Debug, Clone)]
pub enum Data {
    /// Text.
    Text(SourceId),
    /// Something else.
    Bytes(Arc<[u8]>),
}

impl Chart {
    /// The first byte of `Chart.yaml`.
    #[must_use]
    pub fn start(&self) -> Option<Span> {
        self.metadata.node.span().map(|s| Span::new(s.source, 0, 0))
    }

    /// Whether it has nothing to install, only templates for others to call.
    #[must_use]
    pub fn is_library(&self) -> bool {
        self.metadata.kind.eq_ignore_ascii_case("library")
    }

    /// The files in `crds/` that define resources.
    pub fn crds(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|f| {
            f.name.starts_with("crds/")
                && [".yaml", ".yml", ".json"]
                    .iter()
                    .any(|end| f.name.ends_with(end))
        })
    }
}
