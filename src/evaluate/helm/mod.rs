//! Helm's template language, evaluated with traces.
//!
//! [`template`] parses and runs templates as Go's `text/template` does, [`functions`] are the
//! functions Helm offers in them, [`objects`] the built-in objects (`.Chart`, `.Files` …),
//! and [`value`] the Go values all of them work on.

pub mod chart;
pub mod command;
pub mod deployments;
pub mod functions;
mod go_yaml;
pub mod objects;
pub mod render;
pub mod template;
mod url;
pub mod value;
pub mod values;
