//! Kubernetes manifests, joined as the cluster joins them.
//!
//! Whatever wrote the manifests (a folder, a kustomization, a rendered chart) ends here as a
//! list of traced documents. [`inventory`] resolves the references between them: environment
//! variables and files from ConfigMaps and Secrets, ports from Services, ways in from
//! Ingresses and their kin, places from node selectors and volumes.

mod cluster;
mod encrypted;
mod env;
mod hooks;
mod mounts;
mod object;
mod place;
mod pod;
pub(crate) mod references;
mod route;
mod service;
mod store;
mod template;
#[cfg(test)]
mod tests;
mod workload;

use std::path::PathBuf;

use crate::inventory::Item;
use crate::trace::Node;

pub use encrypted::mask_encrypted;

pub(crate) use object::{Object, key_origin, list, objects, scalar, word};
pub(crate) use store::{Store, stores};
pub(crate) use template::composed;

/// One document of a manifest.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// The file it was read from, absolute; empty if it was rendered.
    pub path: PathBuf,
    /// The document.
    pub root: Node,
}

impl Manifest {
    /// `root`, read from `path`.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>, root: Node) -> Self {
        Self {
            path: path.into(),
            root,
        }
    }
}

/// What a cluster would run if it were given these manifests together.
///
/// References are resolved among the manifests alone; those that lead outside become gaps or
/// unknown values. Of two objects with the same kind, namespace and name the later counts.
#[must_use]
pub fn inventory(manifests: &[Manifest]) -> Vec<Item> {
    let masked: Vec<_> = manifests
        .iter()
        .map(|m| template::filled(mask_encrypted(m.root.clone())))
        .collect();
    let cluster = cluster::Cluster::new(objects(masked.iter()));
    let mut items = workload::items(&cluster);
    items.extend(hooks::items(&cluster, &items));
    items.extend(route::items(&cluster));
    items.extend(place::items(&cluster));
    // Last, because only now it is known which stores somebody reads.
    items.extend(cluster.leftovers());
    items
}
