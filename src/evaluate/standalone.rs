//! Files that configure something, although nothing in the tree says what reads them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::inventory::{Deployment, Env, Environment, Inventory, Item, MountedFile};
use crate::syntax::dotenv;
use crate::trace::{Node, Origin, SourceId, Span, Text};
use crate::workspace::{Workspace, WorkspaceFile};

/// Dotenv and configuration files of which nothing is in `taken` yet.
pub(super) fn deployments(workspace: &Workspace, taken: &Inventory) -> Inventory {
    let taken = sources_of(taken);
    let mut out = Inventory::default();
    for file in workspace.dotenv_files() {
        if !taken.contains(&file.source) && !stands_beside(workspace, file) {
            out.deployments.push(dotenv(workspace, file));
        }
    }
    let mut folders: BTreeMap<&Path, Vec<&WorkspaceFile>> = BTreeMap::new();
    for file in workspace.config_files() {
        if !taken.contains(&file.source) {
            folders.entry(file.dir()).or_default().push(file);
        }
    }
    for (dir, files) in folders {
        let item = |file: &&WorkspaceFile| {
            Item::File(MountedFile {
                path: file.path.clone(),
                content: Node::text(workspace.text_of(file)),
            })
        };
        out.deployments.push(Deployment {
            name: workspace.show(dir),
            kind: "config-files",
            items: files.iter().map(item).collect(),
            notes: Vec::new(),
        });
    }
    out
}

/// Whether it is the example of a `.env` that is there too: documentation then, not settings.
fn stands_beside(workspace: &Workspace, file: &WorkspaceFile) -> bool {
    let name = file.name();
    let real: Option<PathBuf> = if is_example(name) {
        let dir = file.dir();
        let stem = name.trim_start_matches('.').split('.').next().unwrap_or_default();
        [".env".to_owned(), format!("{stem}.env"), format!(".{stem}")]
            .into_iter()
            .filter(|real| real != name)
            .map(|real| dir.join(real))
            .find(|real| workspace.is_file(real))
    } else {
        None
    };
    real.is_some()
}

fn is_example(name: &str) -> bool {
    ["example", "sample", "dist", "template", "tpl", "default"]
        .iter()
        .any(|word| name.contains(word))
}

fn dotenv(workspace: &Workspace, file: &WorkspaceFile) -> Deployment {
    let text = workspace.text_of(file);
    let parsed = dotenv::parse(&text);
    let (values, problems) = parsed.to_node(&|_| None);
    let whole = Origin::at(Span::new(file.source, 0, text.len()));
    let env = values.as_map().map(|map| {
        map.slots()
            .map(|(name, slot)| Env {
                name: Text::opaque(name, slot.key.clone()),
                value: slot.node.clone(),
            })
            .collect()
    });
    Deployment {
        name: file.path.clone(),
        kind: "dotenv",
        items: vec![Item::Environment(Environment {
            env: env.unwrap_or_default(),
            origin: whole,
        })],
        notes: problems,
    }
}

/// The sources of files and variables that are in workloads, machines and releases.
fn sources_of(inventory: &Inventory) -> BTreeSet<SourceId> {
    let mut out = BTreeSet::new();
    let mut add = |origin: &Origin| {
        out.extend(origin.span().map(|s| s.source));
    };
    for item in inventory.deployments.iter().flat_map(|d| &d.items) {
        match item {
            Item::Workload(workload) => {
                for container in &workload.containers {
                    container.files.iter().for_each(|f| add(&f.content.origin));
                    for env in &container.env {
                        add(&env.value.origin);
                        add(&env.name.origin());
                    }
                }
            }
            Item::Host(host) => {
                host.files.iter().for_each(|f| add(&f.content.origin));
                let env = host.commands.iter().flat_map(|c| &c.env);
                env.for_each(|e| add(&e.value.origin));
            }
            Item::File(file) => add(&file.content.origin),
            Item::Environment(environment) => add(&environment.origin),
            Item::Release(_) | Item::Resource(_) | Item::Route(_) | Item::Location(_) => {}
        }
    }
    out
}
