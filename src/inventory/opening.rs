//! Holes in firewalls.

use crate::trace::Origin;

/// Ports that a firewall lets the whole world reach.
#[derive(Debug, Clone)]
pub struct Opening {
    /// The rule or group: `aws_security_group.chat`.
    pub name: String,
    /// The first port.
    pub from: u16,
    /// The last port.
    pub to: u16,
    /// `tcp`, `udp`, or what stands for both.
    pub protocol: String,
    /// Where it would be closed: the addresses that may come in.
    pub origin: Origin,
}
