//! Terraform and OpenTofu, evaluated as they would be planned, without providers, state or
//! network.
//!
//! [`ast`] reads the languages, [`config`] makes modules of the files of a folder, [`roots`]
//! says what is deployed with which variables, [`graph`] evaluates by demand with [`expr`] and
//! [`functions`].

pub mod ast;
pub mod carriers;
mod config;
mod expr;
mod functions;
mod graph;
pub mod limits;
mod roots;
#[cfg(test)]
mod tests;
pub mod value;

pub use expr::{Fail, Outcome, Scope};
pub use graph::World;
pub use roots::{Options, deployments, deployments_with};

use crate::trace::Text;

/// Evaluates one expression that stands alone: no variables, no files.
///
/// # Errors
/// If it can't be read, or what Terraform would report as an error.
pub fn evaluate_alone(text: &Text) -> Outcome {
    let expr = ast::hcl::expression(text).map_err(|e| Fail::new(e.message))?;
    let world = World::empty();
    Scope::of(&world, 0).eval(&expr)
}
