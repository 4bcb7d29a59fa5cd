//! Values that remember where they came from.
//!
//! Everything konform reads becomes a tree of [`Node`]s. A node, and each part of a [`Text`],
//! carries an [`Origin`]: the bytes of the file in which somebody wrote it, and the steps by
//! which it came from there to here. Nothing in this module knows a file format or a product.

mod entries;
mod node;
mod origin;
mod run;
mod runs;
mod source;
mod text;

#[cfg(test)]
mod tests;

pub use entries::Entries;
pub use node::{Map, Node, Slot, Unknown, Value};
pub use origin::{DefaultValue, Note, Origin, Place, Step, StepKind};
pub use run::Run;
pub use source::{Position, Role, Source, SourceId, Sources, Span};
pub use text::Text;

/// Something that should have been read and could not be, at its place.
///
/// Problems don't stop the run: the rest is still checked, and the exit code is 2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What went wrong, in one sentence, without the path.
    pub message: String,
    /// Where; an empty span at 0 stands for the whole file.
    pub span: Option<Span>,
}

impl Problem {
    /// A problem at `span`.
    #[must_use]
    pub fn new(message: impl Into<String>, span: Option<Span>) -> Self {
        Self {
            message: message.into(),
            span,
        }
    }
}
