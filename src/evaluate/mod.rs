//! One folder a tool: reads what a tool would read, as the tool reads it.

pub mod gitops;
pub mod kubernetes;
pub mod kustomize;
pub mod release;
