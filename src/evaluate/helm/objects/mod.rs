//! The built-in objects of templates: `.Chart`, `.Capabilities`, `.Files`, `.Release`.

mod capabilities;
mod chart;
mod files;
mod release;
mod values;

pub use capabilities::{Capabilities, DEFAULT_KUBE_VERSION};
pub use chart::chart;
pub use files::files;
pub use release::release;

use super::functions::{Function, semver};
use super::value::{Kind, Val};

/// The method `name` of a value, by its Go type.
#[must_use]
pub fn method(val: &Val, name: &str) -> Option<&'static Function> {
    let all = match &val.kind {
        Kind::Map(m) => match m.go_type {
            files::TYPE => files::METHODS,
            super::value::VALUES => values::METHODS,
            _ => return None,
        },
        Kind::List(l) if l.go_type == capabilities::VERSIONS => capabilities::METHODS,
        Kind::Struct(s) => match s.go_type {
            capabilities::KUBE_VERSION => capabilities::KUBE_METHODS,
            semver::TYPE => semver::METHODS,
            _ => return None,
        },
        Kind::Time(_) => values::TIME_METHODS,
        _ => return None,
    };
    all.iter().find(|f| f.name == name)
}
