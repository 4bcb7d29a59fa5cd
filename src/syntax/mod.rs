//! Readers of languages: from [`Text`](crate::trace::Text) to traced trees.
//!
//! A reader knows its language and nothing of what the text is for. It never fails as a whole:
//! what it could read is returned together with the [`Problem`](crate::trace::Problem)s. What
//! only a running program would know is an unknown value.

pub mod dotenv;
pub mod hocon;
pub mod interpolation;
pub mod javascript;
pub mod jcfg;
pub mod json;
pub mod lua;
pub mod nginx;
pub mod php;
pub mod placeholder;
pub mod properties;
pub mod shell;
pub mod toml;
pub mod yaml;

mod escape;
mod format;
mod line;
mod piece;
mod scan;
mod script;
mod tree;

#[cfg(test)]
mod tests;

pub use format::{Format, Read, UnknownFormat, read};
pub use line::{Literal, line};
