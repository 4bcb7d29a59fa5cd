//! Containers and the workloads that run them.

use super::{Gap, Labels};
use crate::trace::{Node, Origin, Text};

/// Containers that run together: a Compose service, a pod template, a task definition.
#[derive(Debug, Clone, Default)]
pub struct Workload {
    /// Its name: of the service, the Deployment, ….
    pub name: String,
    /// The namespace or project; none where that word means nothing.
    pub namespace: Option<String>,
    /// What it is to its tool: `Deployment`, `service`, `docker_container`.
    pub kind: String,
    /// Labels by which others refer to it.
    pub labels: Labels,
    /// The containers, init containers included.
    pub containers: Vec<Container>,
    /// Where it is written.
    pub origin: Origin,
}

/// One container as it would be started.
#[derive(Debug, Clone, Default)]
pub struct Container {
    /// Its name in the workload.
    pub name: String,
    /// The image reference, if one is named.
    pub image: Option<Node>,
    /// Environment variables in order; of two with one name the later counts.
    pub env: Vec<Env>,
    /// Sources of environment variables that could not be read.
    pub env_gaps: Vec<Gap>,
    /// Files whose content is known, by the path in the container.
    pub files: Vec<MountedFile>,
    /// Mounts whose content is not known (a host path outside the tree, a secret that is not in it).
    pub file_gaps: Vec<(String, Gap)>,
    /// Entry point and arguments, in order.
    pub args: Vec<Node>,
    /// Ports that can be reached from outside of the workload.
    pub ports: Vec<Port>,
    /// Where the container is written.
    pub origin: Origin,
    /// Where an environment variable would be added: the `env:`/`environment:` key, else the
    /// container.
    pub env_at: Origin,
}

/// An environment variable.
#[derive(Debug, Clone)]
pub struct Env {
    /// Its name, where it is written.
    pub name: Text,
    /// Its value: text, or unknown. Numbers and booleans are already the text the process gets.
    pub value: Node,
}

impl Container {
    /// The variable `name` as the process would see it: the last entry of that name.
    #[must_use]
    pub fn env(&self, name: &str) -> Option<&Env> {
        self.env.iter().rev().find(|e| e.name.as_str() == name)
    }
}

/// A file with known content.
#[derive(Debug, Clone)]
pub struct MountedFile {
    /// The path under which the program finds it; for a file of the tree, its path there.
    pub path: String,
    /// The content: text, or unknown.
    pub content: Node,
}

/// A port.
#[derive(Debug, Clone)]
pub struct Port {
    /// The port in the container.
    pub container: Option<u16>,
    /// The port outside, if it is published on the machine; 0 if it isn't known which.
    pub published: Option<u16>,
    /// The address it is published on; none means all.
    pub address: Option<String>,
    /// `tcp` or `udp`.
    pub protocol: String,
    /// Where it is written.
    pub origin: Origin,
}
