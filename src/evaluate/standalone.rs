//! Files that configure something, although nothing in the tree says what reads them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::inventory::{Deployment, Env, Environment, Inventory, Item, MountedFile};
use crate::syntax::dotenv;
use crate::trace::{Node, Origin, SourceId, Span, Text};
use crate::workspace::{Workspace, WorkspaceFile};

/// Dotenv files that nobody read, and configuration files that are not among `taken`.
pub(super) fn deployments(workspace: &Workspace, taken: &BTreeSet<SourceId>) -> Inventory {
    let mut out = Inventory::default();
    for file in workspace.dotenv_files() {
        if !workspace.was_read(file.source) && !stands_beside(workspace, file) {
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

/// Words that mark a file as something to be filled in.
const MARKS: &[&str] = &[
    "example", "sample", "dist", "template", "tpl", "default", "defaults",
];

/// Whether it is the example of a file that is there too: documentation then, not settings.
fn stands_beside(workspace: &Workspace, file: &WorkspaceFile) -> bool {
    let (marks, parts): (Vec<&str>, Vec<&str>) = file
        .name()
        .split('.')
        .filter(|part| !part.is_empty())
        .partition(|part| MARKS.contains(part));
    let real = parts.join(".");
    let there = |name: String| workspace.is_file(&file.dir().join(name));
    !marks.is_empty() && (there(format!(".{real}")) || (real != "env" && there(real)))
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

/// The sources of the files that are in workloads and machines. That a file was read is not
/// enough: YAML of unknown use is also read as the values it could be.
pub(super) fn taken(inventory: &Inventory) -> BTreeSet<SourceId> {
    let mut out = BTreeSet::new();
    let mut add = |origin: &Origin| {
        out.extend(origin.span().map(|s| s.source));
    };
    let items = inventory.deployments.iter().flat_map(|d| &d.items);
    for item in items {
        match item {
            Item::Workload(workload) => {
                let files = workload.containers.iter().flat_map(|c| &c.files);
                files.for_each(|f| add(&f.content.origin));
            }
            Item::Host(host) => host.files.iter().for_each(|f| add(&f.content.origin)),
            Item::File(file) => add(&file.content.origin),
            Item::Environment(_)
            | Item::Release(_)
            | Item::Resource(_)
            | Item::Route(_)
            | Item::Opening(_)
            | Item::Location(_) => {}
        }
    }
    out
}

/// Leaves out what could have been values of a chart, now that it is known to be a file that
/// some container reads.
pub(super) fn drop_taken_values(
    workspace: &Workspace,
    inventory: &mut Inventory,
    taken: &BTreeSet<SourceId>,
) {
    let guessed: BTreeSet<SourceId> = workspace.config_files().map(|f| f.source).collect();
    inventory.deployments.retain(|deployment| {
        let is_taken = |item: &Item| match item {
            Item::Release(release) => release
                .origin
                .span()
                .is_some_and(|s| guessed.contains(&s.source) && taken.contains(&s.source)),
            _ => false,
        };
        deployment.kind != "values"
            || deployment.items.is_empty()
            || !deployment.items.iter().all(is_taken)
    });
}

/// Leaves out what a template seems to be by itself, where what is rendered of it is deployed.
pub(super) fn drop_templates(inventory: &mut Inventory, templates: &BTreeSet<SourceId>) {
    let renders = |d: &Deployment| d.kind == "terraform";
    let template_of = |item: &Item| {
        let span = written(item)?.nearest_span()?;
        templates.get(&span.source).copied()
    };
    let rendered: BTreeSet<SourceId> = inventory
        .deployments
        .iter()
        .filter(|d| renders(d))
        .flat_map(|d| d.items.iter().filter_map(template_of))
        .collect();
    for deployment in inventory.deployments.iter_mut().filter(|d| !renders(d)) {
        deployment
            .items
            .retain(|item| template_of(item).is_none_or(|t| !rendered.contains(&t)));
    }
    inventory
        .deployments
        .retain(|d| !d.items.is_empty() || !d.notes.is_empty());
}

/// Where something is written.
fn written(item: &Item) -> Option<&Origin> {
    match item {
        Item::Workload(workload) => Some(&workload.origin),
        Item::Release(release) => Some(&release.values.origin),
        Item::Host(host) => Some(&host.origin),
        Item::Route(route) => Some(&route.origin),
        Item::File(file) => Some(&file.content.origin),
        Item::Environment(environment) => Some(&environment.origin),
        Item::Location(location) => Some(&location.value.origin),
        Item::Resource(_) | Item::Opening(_) => None,
    }
}
