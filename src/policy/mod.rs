//! What konform knows, and what it makes of what is deployed.
pub mod finding;
