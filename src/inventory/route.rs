//! Ways in from outside.

use crate::trace::{Node, Origin};

/// A way in from outside: an Ingress, a Gateway listener with its routes, a reverse proxy's
/// router.
#[derive(Debug, Clone, Default)]
pub struct Route {
    /// What it is, for people: `Ingress chat`.
    pub name: String,
    /// The namespace, where there are such.
    pub namespace: Option<String>,
    /// The host names it answers to.
    pub hosts: Vec<Node>,
    /// Names of the services or workloads behind it.
    pub targets: Vec<String>,
    /// Whether it speaks TLS; none if that can't be known.
    pub tls: Option<bool>,
    /// Where it is written; if TLS is off, where it would be switched on.
    pub origin: Origin,
}
