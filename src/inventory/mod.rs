//! What is deployed, in words that belong to no tool.
//!
//! The evaluators turn what they read into [`Item`]s, grouped by [`Deployment`]; policy reads
//! nothing else. Nothing here says in which language an item was written, and nothing here
//! knows a product.

mod container;
mod dump;
mod host;
mod link;
mod opening;
mod release;
mod resource;
mod route;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use container::{Container, Env, MountedFile, Port, Workload};
pub use dump::dump;
pub use host::{Command, Host};
pub use link::Links;
pub use opening::Opening;
pub use release::{Chart, Release};
pub use resource::Resource;
pub use route::Route;

use crate::trace::{Node, Origin, Problem, Unknown};

/// Everything that was found in a tree.
#[derive(Debug, Default)]
pub struct Inventory {
    /// One for each thing that is deployed on its own.
    pub deployments: Vec<Deployment>,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// Pairs of names: the first deployment is built on what the second one made.
    pub built_on: Vec<(String, String)>,
}

/// What is deployed together: a Compose project, a chart with one set of values, a folder of
/// manifests, a Terraform root module with one set of variables.
///
/// Facts of one deployment may speak for each other (recording here, consent there); facts of
/// two never do.
#[derive(Debug, Clone, Default)]
pub struct Deployment {
    /// How people would call it, usually the path of its main file: `prod/docker-compose.yml`.
    pub name: String,
    /// What it is: `compose`, `manifests`, `kustomization`, `chart`, `values`, `helm-release`,
    /// `argocd-application`, `terraform`, `config-files`, ….
    pub kind: &'static str,
    /// What is in it.
    pub items: Vec<Item>,
    /// Remarks on how it was read that a person should know (the example file that stood in
    /// for a missing `.env`, a subchart that is not there).
    pub notes: Vec<Problem>,
}

/// One thing that is deployed.
#[derive(Debug, Clone)]
pub enum Item {
    /// Containers that run.
    Workload(Workload),
    /// A chart with values, not rendered.
    Release(Release),
    /// A machine, or a script that sets one up.
    Host(Host),
    /// A cloud resource with its arguments.
    Resource(Resource),
    /// A way in from outside.
    Route(Route),
    /// A port that a firewall lets the world reach.
    Opening(Opening),
    /// A configuration file that stands for itself.
    File(MountedFile),
    /// Environment variables that stand for themselves: a dotenv file whose reader isn't known.
    Environment(Environment),
    /// A place named outside of a resource: a node selector, a volume's zone.
    Location(Location),
}

/// Environment variables without a container.
#[derive(Debug, Clone)]
pub struct Environment {
    /// The variables, in order; of two with one name the later counts.
    pub env: Vec<Env>,
    /// The file as a whole.
    pub origin: Origin,
}

/// A place that something names, not yet resolved to a country.
#[derive(Debug, Clone)]
pub struct Location {
    /// Whose places these are, if it is said: a Terraform provider's name, a cloud's.
    pub provider: Option<String>,
    /// The id: `eu-central-1`, `fsn1`, `West Europe`.
    pub value: Node,
    /// What is placed there, for people: `node selector of Deployment web`.
    pub subject: String,
}

/// Labels and annotations; of two with one key the later counts.
pub type Labels = BTreeMap<String, Node>;

/// A part of something that could not be read, so that "not set" can't be said of it.
#[derive(Debug, Clone)]
pub struct Gap {
    /// Why.
    pub why: Arc<Unknown>,
    /// What pointed to it.
    pub origin: Origin,
}
