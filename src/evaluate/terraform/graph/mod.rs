//! A deployment: module instances, what refers to what, and the values by demand.

mod body;
mod calls;
mod computed;
mod emit;
mod providers;
mod resources;
mod state;
mod variables;
mod world;

pub(super) use providers::{completed, left_open};
pub(super) use variables::Given;
pub(super) use world::{Library, Standing, World};
