//! Terraform and OpenTofu, evaluated as they would be planned, without providers, state or
//! network.
//!
//! [`ast`] reads the languages, [`config`] makes modules of the files of a folder, [`roots`]
//! says what is deployed with which variables, [`graph`] evaluates by demand with [`expr`] and
//! [`functions`]; [`plan`] reads what Terraform itself has planned.

pub mod ast;
pub mod carriers;
mod config;
pub mod console;
mod expr;
mod functions;
mod graph;
pub mod limits;
mod plan;
mod roots;
#[cfg(test)]
mod tests;
pub mod value;

use expr::Scope;
pub use expr::{Fail, Outcome};
use graph::World;
pub(super) use roots::read;
pub use roots::{Options, Read, deployments, deployments_with};

use std::path::{Path, PathBuf};

use crate::trace::Text;
use crate::workspace::{Config, Workspace};

/// Evaluates expressions that stand alone in a folder, as `terraform console` does there.
pub struct Bench {
    workspace: Workspace,
    dir: PathBuf,
}

impl Bench {
    /// In the folder `dir`.
    #[must_use]
    pub fn new(dir: &Path) -> Self {
        Self {
            workspace: Workspace::open(&[PathBuf::from(".")], dir, Config::default()),
            dir: dir.to_path_buf(),
        }
    }

    /// The value of an expression.
    ///
    /// # Errors
    /// If it can't be read, or what Terraform would report as an error.
    pub fn evaluate(&self, text: &Text) -> Outcome {
        let expr = ast::hcl::expression(text).map_err(|e| Fail::new(e.message))?;
        let library = graph::Library::new(&self.workspace);
        let world = World::new(&library, &self.dir, std::collections::BTreeMap::new(), None);
        let _strict = world.strictly();
        Scope::of(&world, 0).eval(&expr)
    }
}

/// Evaluates one expression that stands alone: no variables, no files.
///
/// # Errors
/// If it can't be read, or what Terraform would report as an error.
pub fn evaluate_alone(text: &Text) -> Outcome {
    let expr = ast::hcl::expression(text).map_err(|e| Fail::new(e.message))?;
    let world = World::empty();
    Scope::of(&world, 0).eval(&expr)
}
