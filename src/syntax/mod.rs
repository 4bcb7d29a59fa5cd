//! Readers of languages: from [`Text`](crate::trace::Text) to traced trees.
//!
//! A reader knows its language and nothing of what the text is for. It never fails as a whole:
//! what it could read is returned together with the [`Problem`](crate::trace::Problem)s.

pub mod dotenv;
pub mod interpolation;
pub mod json;
pub mod yaml;

mod escape;
mod piece;
