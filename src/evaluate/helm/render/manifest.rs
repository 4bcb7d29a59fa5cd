//! Joining rendered charts with what reads manifests.

use super::Rendering;
use crate::evaluate::kubernetes::Manifest;

impl Rendering {
    /// The documents for the cluster; what only runs in tests is left out.
    #[must_use]
    pub fn manifests(&self) -> Vec<Manifest> {
        self.documents
            .iter()
            .filter(|d| !d.is_test())
            .filter_map(|d| Some(Manifest::new("", d.root.clone()?)))
            .collect()
    }
}
