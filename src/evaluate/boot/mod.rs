//! What a machine becomes by what it is started with: user data, scripts, delivered files.
//!
//! It doesn't matter who hands it over (a cloud resource, a hook in a container, a person who
//! runs `install.sh`): [`Machine`] takes texts of any kind a machine is started with, keeps its
//! files, and tells at the end what it holds and what it starts. [`base64`] keeps the way of
//! bytes through the encoding in which such texts often come.

pub mod base64;
mod cloud_config;
mod decode;
mod docker;
mod gzip;
mod helm;
mod holes;
mod ignition;
mod kubectl;
mod machine;
mod mime;
mod packages;
mod projects;
mod scripts;
mod started;
#[cfg(test)]
mod tests;
mod unit;

pub use machine::{Booted, Machine};
pub(super) use scripts::deployments;
