//! All objects of the tree, for references that lead out of a deployment.

use std::collections::BTreeMap;
use std::path::Path;

use super::groups::Group;
use crate::evaluate::kubernetes::{Object, Store, objects, stores};

/// The objects of all groups.
pub(super) struct Tree<'a> {
    by_name: BTreeMap<(String, String), Vec<Placed<'a>>>,
    /// Flux Kustomizations with the folder of the file that holds each.
    pub(super) kustomizations: Vec<(Object<'a>, &'a Path)>,
}

#[derive(Debug, Clone)]
struct Placed<'a> {
    object: Object<'a>,
    group: &'a Path,
}

impl<'a> Tree<'a> {
    pub(super) fn new(groups: &'a [Group]) -> Self {
        let mut this = Self {
            by_name: BTreeMap::new(),
            kustomizations: Vec::new(),
        };
        for group in groups {
            for manifest in &group.manifests {
                for object in objects([&manifest.root]) {
                    if object.gvk.group == "kustomize.toolkit.fluxcd.io" {
                        let dir = manifest.path.parent().unwrap_or(&manifest.path);
                        this.kustomizations.push((object.clone(), dir));
                    }
                    let key = (object.gvk.kind.clone(), object.name.to_owned());
                    let group = group.dir.as_path();
                    let entry = this.by_name.entry(key).or_default();
                    entry.push(Placed { object, group });
                }
            }
        }
        this
    }

    /// The object of that kind and name: in the namespace if there is one, else the only one.
    pub(super) fn find(
        &self,
        kind: &str,
        name: &str,
        namespace: Option<&str>,
    ) -> Option<&Object<'a>> {
        let all = self.by_name.get(&(kind.to_owned(), name.to_owned()))?;
        let exact = all.iter().rev().find(|p| p.object.namespace == namespace);
        exact.or_else(|| all.last()).map(|p| &p.object)
    }

    /// The ConfigMap or Secret of that name, best from the group in `near`.
    ///
    /// An object without a namespace may end in any; one with another doesn't count.
    pub(super) fn store(
        &self,
        secret: bool,
        name: &str,
        namespace: Option<&str>,
        near: &Path,
    ) -> Option<Store> {
        let kinds: &[&str] = if secret {
            &["Secret", "SealedSecret", "ExternalSecret"]
        } else {
            &["ConfigMap"]
        };
        let fits = |p: &&Placed<'_>| match (p.object.namespace, namespace) {
            (Some(a), Some(b)) => a == b,
            _ => true,
        };
        let all: Vec<_> = kinds
            .iter()
            .filter_map(|kind| self.by_name.get(&((*kind).to_owned(), name.to_owned())))
            .flatten()
            .filter(fits)
            .collect();
        let close = all.iter().rev().find(|p| p.group == near);
        let only = all.first().filter(|_| all.len() == 1);
        let exact = all
            .iter()
            .rev()
            .find(|p| namespace.is_some() && p.object.namespace == namespace);
        let found = close.or(exact).or(only)?;
        stores(&found.object)
    }
}

/// The folder or file that `name`, relative to the top of a repository, means for a file in
/// `from`: the top is not known, so all folders above are tried, the outermost first.
pub(super) fn from_top(
    from: &Path,
    name: &str,
    exists: impl Fn(&Path) -> bool,
) -> Option<std::path::PathBuf> {
    let name = name.trim_start_matches("./").trim_start_matches('/');
    let name = name.trim_end_matches('/');
    let above: Vec<&Path> = from.ancestors().collect();
    above
        .into_iter()
        .rev()
        .map(|dir| {
            if name.is_empty() {
                dir.to_path_buf()
            } else {
                dir.join(name)
            }
        })
        .find(|path| exists(path))
}
