//! What konform knows, and what it makes of what is deployed.
//!
//! [`load`] reads the data of `policies/` ([`format`] has its shape); [`recognise`] finds the
//! products in an inventory, [`fact`] binds their settings to what is written, [`place`] resolves
//! regions to countries; [`judge`] evaluates the rules' conditions, and [`check`] puts it all
//! together into [`finding`]s. Which language something was written in is not known here:
//! embedded files are read through [`crate::syntax::read`] by the name of their format.

mod assemble;
mod assembled;
mod chart;
mod check;
mod command;
mod exception;
pub mod fact;
pub mod files;
pub mod finding;
pub mod format;
mod image;
mod item;
pub mod judge;
mod legal;
pub mod load;
mod operator;
mod path;
pub mod place;
pub mod recognise;
pub mod suppress;
pub mod validate;
pub mod values;
mod version;
mod words;

pub use check::{Allowance, Options, check};
pub use load::{Policies, PolicyError};
