//! konform: a data-protection linter for the infrastructure code of self-hosted
//! conferencing and chat.
//!
//! The modules are the stages of the pipeline, in order; each knows only those above it
//! (`docs/architecture.md` has the picture, `tests/layers.rs` holds it true).

pub mod cli;
pub mod evaluate;
pub mod inventory;
pub mod policy;
pub mod report;
pub mod syntax;
pub mod trace;
pub mod workspace;
