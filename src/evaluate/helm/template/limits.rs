//! How much a render may use.

/// Bounds of one [`super::Engine`]; each ends in an error that names it.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Nested blocks, pipelines and calls of templates, together.
    pub depth: usize,
    /// Nested calls of one template by `include`; Helm's own limit.
    pub includes: usize,
    /// Bytes that all templates and functions may make one after the other, what they keep of
    /// origins included; one text or list may take a thirty-second of it.
    pub bytes: usize,
    /// Steps that may be taken: an action counts for three, the call of a function for four and
    /// more, by what it reads and makes; a step takes some thirty nanoseconds.
    pub steps: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 6_000,
            includes: 1_000,
            bytes: 2 << 30,
            steps: 70_000_000,
        }
    }
}
