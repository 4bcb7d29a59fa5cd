//! The tools' own ways from input to deployed configuration, one folder a tool.

pub mod helm;
