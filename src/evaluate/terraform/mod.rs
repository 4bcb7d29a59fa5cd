//! Terraform and OpenTofu.

pub mod carriers;
