//! Values, merged as Helm merges them.
//!
//! [`input`] is what the user says (`-f`, `--set` …), [`resolve`] finds out which subcharts
//! take part and what their defaults become, [`coalesce`] lays the one over the other, and
//! [`schema`] checks the result against `values.schema.json`.

pub mod coalesce;
pub mod input;
pub mod resolve;
pub mod schema;
pub mod set;
mod tree;

#[cfg(test)]
mod tests;

pub use input::{Input, Merged};
pub use resolve::Instance;
pub use tree::Tree;
