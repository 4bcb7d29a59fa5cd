//! Machines and the scripts that set them up.

use super::MountedFile;
use crate::trace::{Node, Origin, Text};

/// A machine, or any place where commands run and files are written: a virtual machine with
/// its boot script, a shell script of the tree, a hook inside a container.
#[derive(Debug, Clone, Default)]
pub struct Host {
    /// Its name: `aws_instance.meet`, `install.sh`.
    pub name: String,
    /// Commands in the order in which they would run.
    pub commands: Vec<Command>,
    /// Files that are written there, by path.
    pub files: Vec<MountedFile>,
    /// Packages that are installed.
    pub packages: Vec<Text>,
    /// Addresses of resources this machine is, for drawing lines between machine and place.
    pub resource: Option<String>,
    /// Where it is written.
    pub origin: Origin,
}

/// A command with the arguments that are known.
#[derive(Debug, Clone)]
pub struct Command {
    /// The program first, then its arguments; an argument that isn't literal is unknown.
    pub words: Vec<Node>,
    /// Variables set for it, and those exported before.
    pub env: Vec<super::Env>,
    /// The whole command.
    pub origin: Origin,
}
