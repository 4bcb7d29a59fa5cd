//! Everything that ends in a cluster: manifests, kustomizations, the objects of Flux and Argo
//! CD, and values files.
//!
//! These hang together: a kustomization generates the ConfigMap that a HelmRelease reads its
//! values from, a Flux Kustomization substitutes variables in both, an Application reads a
//! values file at the other end of the tree.

mod argo;
mod flux;
mod generators;
mod groups;
mod substitute;
#[cfg(test)]
mod tests;
mod tree;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::evaluate::helm::render::Library;
use crate::evaluate::kubernetes::{self, Manifest};
use crate::evaluate::release::{self, ChartSource, Installation};
use crate::inventory::{Deployment, Inventory, Item, Route};
use crate::trace::Problem;
use crate::workspace::Workspace;

use groups::Group;
use tree::Tree;

/// Renders charts of the tree.
pub trait Charts {
    /// The objects that the chart in `dir` makes for `installation`; none if it can't.
    fn render(
        &self,
        workspace: &Workspace,
        dir: &Path,
        installation: &Installation,
    ) -> Option<Rendered>;

    /// The deployments of charts of the tree by themselves, and everything that could not be
    /// rendered so far; none if charts are told by their values. Files in `claimed` belong to
    /// somebody else; those that are taken here are added.
    fn alone(&self, _: &Workspace, _: &mut BTreeSet<PathBuf>) -> Option<Inventory> {
        None
    }
}

/// A rendered chart.
#[derive(Debug, Clone, Default)]
pub struct Rendered {
    /// Its objects.
    pub manifests: Vec<Manifest>,
    /// Releases of its dependencies that aren't in the tree.
    pub absent: Vec<Installation>,
    /// Remarks.
    pub notes: Vec<Problem>,
}

/// Renders nothing: all charts are told by their values.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unrendered;

impl Charts for Unrendered {
    fn render(&self, _: &Workspace, _: &Path, _: &Installation) -> Option<Rendered> {
        None
    }
}

/// All deployments of the tree that end in a cluster, charts of the tree rendered.
#[must_use]
pub fn deployments(workspace: &Workspace) -> Inventory {
    deployments_with(workspace, &Library::new(workspace), &BTreeSet::new())
}

/// All deployments of the tree that end in a cluster. `charts` renders those whose chart is in
/// the tree; values files in `taken` belong to somebody else.
#[must_use]
pub fn deployments_with(
    workspace: &Workspace,
    charts: &dyn Charts,
    taken: &BTreeSet<PathBuf>,
) -> Inventory {
    let mut out = Inventory::default();
    let (mut groups, problems) = groups::read(workspace);
    out.problems = problems;
    let raw = Tree::new(&groups);
    let variables: Vec<_> = groups
        .iter()
        .map(|group| substitute::variables(workspace, group, &raw))
        .collect();
    for (group, variables) in groups.iter_mut().zip(variables) {
        if let Some(variables) = variables {
            variables.apply(group);
        }
    }
    let tree = Tree::new(&groups);
    let mut claimed = taken.clone();
    for group in &groups {
        let deployments = of_group(workspace, group, &tree, charts, &mut claimed);
        out.deployments.extend(deployments);
    }
    let declared = release::declared(workspace, &mut claimed);
    let alone = charts.alone(workspace, &mut claimed);
    let gather = alone.is_none();
    let bare = release::bare(workspace, &claimed, gather);
    for found in [declared, alone.unwrap_or_default(), bare] {
        out.deployments.extend(found.deployments);
        out.problems.extend(found.problems);
    }
    out
}

/// What documents that lie in no file of the tree bring into a cluster, and the charts that
/// objects among them install.
#[must_use]
pub fn carried(workspace: &Workspace, manifests: &[Manifest]) -> (Vec<Item>, Vec<Installation>) {
    let groups = [Group {
        manifests: manifests.to_vec(),
        ..Group::default()
    }];
    let tree = Tree::new(&groups);
    let mut charts = Vec::new();
    for (group, manifest) in groups
        .iter()
        .flat_map(|g| g.manifests.iter().map(move |m| (g, m)))
    {
        charts.extend(flux::releases(workspace, manifest, group, &tree));
        charts.extend(argo::applications(
            workspace,
            manifest,
            &mut BTreeSet::new(),
        ));
    }
    (kubernetes::inventory(manifests), charts)
}

fn of_group(
    workspace: &Workspace,
    group: &Group,
    tree: &Tree<'_>,
    charts: &dyn Charts,
    claimed: &mut BTreeSet<PathBuf>,
) -> Vec<Deployment> {
    claimed.extend(group.claimed.iter().cloned());
    let mut main = Deployment {
        name: group.name.clone(),
        kind: group.kind,
        items: kubernetes::inventory(&group.manifests),
        notes: group.notes.clone(),
    };
    let mut out = Vec::new();
    for manifest in &group.manifests {
        for found in flux::releases(workspace, manifest, group, tree) {
            let name = workspace.show(&manifest.path);
            out.push(installed(workspace, name, "helm-release", found, charts));
        }
        for found in argo::applications(workspace, manifest, claimed) {
            let name = workspace.show(&manifest.path);
            let kind = "argocd-application";
            out.push(installed(workspace, name, kind, found, charts));
        }
    }
    for chart in &group.charts {
        let name = group.name.clone();
        out.push(installed(
            workspace,
            name,
            "kustomization",
            chart.clone(),
            charts,
        ));
    }
    for deployment in &mut out {
        take_routes(&mut main, deployment);
    }
    if !main.items.is_empty() || !main.notes.is_empty() {
        out.insert(0, main);
    }
    out
}

/// The deployment of one installation.
pub(crate) fn installed(
    workspace: &Workspace,
    name: String,
    kind: &'static str,
    installation: Installation,
    charts: &dyn Charts,
) -> Deployment {
    let mut deployment = Deployment {
        name,
        kind,
        ..Deployment::default()
    };
    let rendered = match &installation.source {
        ChartSource::Path(dir) => charts.render(workspace, dir, &installation),
        ChartSource::Elsewhere => None,
    };
    match rendered {
        Some(rendered) => {
            deployment.items = kubernetes::inventory(&rendered.manifests);
            let absent = rendered.absent.into_iter();
            deployment
                .items
                .extend(absent.map(|i| Item::Release(i.release)));
            deployment.notes = rendered.notes;
        }
        None => deployment.items.push(Item::Release(installation.release)),
    }
    deployment
}

/// Moves routes to the release's Services, written beside it, into its deployment.
fn take_routes(main: &mut Deployment, deployment: &mut Deployment) {
    let releases: Vec<(String, Option<String>)> = deployment
        .items
        .iter()
        .filter_map(|item| match item {
            Item::Release(release) => Some((release.name.clone(), release.namespace.clone())),
            _ => None,
        })
        .collect();
    let is_to = |route: &Route| {
        releases.iter().any(|(name, namespace)| {
            let near = match (namespace, &route.namespace) {
                (Some(a), Some(b)) => a == b,
                _ => true,
            };
            let named = |target: &String| {
                target == name
                    || target
                        .strip_prefix(name.as_str())
                        .is_some_and(|rest| rest.starts_with('-'))
            };
            near && !name.is_empty() && route.targets.iter().any(named)
        })
    };
    let (taken, left) = std::mem::take(&mut main.items)
        .into_iter()
        .partition(|item| matches!(item, Item::Route(route) if is_to(route)));
    main.items = left;
    let mut taken: Vec<Item> = taken;
    deployment.items.append(&mut taken);
}
