//! Resources of a cloud.

use crate::trace::{Node, Origin};

/// A resource with its arguments, as Terraform and its kin know them.
#[derive(Debug, Clone)]
pub struct Resource {
    /// Its address: `module.web.aws_instance.meet[0]`; `provider.aws` for a provider block,
    /// `backend.s3` for a state backend.
    pub address: String,
    /// Its type: `aws_instance`; `provider` and `backend` for those blocks.
    pub kind: String,
    /// The provider's local name: `aws`.
    pub provider: String,
    /// The arguments as they are written, evaluated; nested blocks are lists of maps.
    pub body: Node,
    /// The arguments of the provider configuration that applies to it.
    pub provider_config: Option<Node>,
    /// Addresses of resources to which its arguments refer.
    pub refers_to: Vec<String>,
    /// Where it is written: the block's header.
    pub origin: Origin,
}
