//! Scripts and user data of the tree that nothing in it runs.

use super::machine::Machine;
use crate::evaluate::helm::deployments::installed;
use crate::evaluate::helm::render::Library;
use crate::inventory::{Deployment, Inventory};
use crate::trace::{Origin, Span};
use crate::workspace::{Kind, Workspace};

/// One deployment for each script and cloud-init file that nothing has read yet.
pub(in crate::evaluate) fn deployments(workspace: &Workspace) -> Inventory {
    let mut out = Inventory::default();
    let library = Library::new(workspace);
    let is_script = |kind| matches!(kind, Kind::Shell | Kind::CloudInit);
    let unread: Vec<_> = workspace
        .files()
        .iter()
        .filter(|f| is_script(f.kind) && !workspace.was_read(f.source))
        .collect();
    for file in unread {
        let text = workspace.text_of(file);
        let whole = Origin::at(Span::new(file.source, 0, text.len()));
        let mut machine = Machine::new(workspace, file.name(), whole);
        if file.kind == Kind::Shell {
            machine = machine.running_in(file.dir());
        }
        machine.boot(&text);
        let booted = machine.finish();
        let mut items = booted.items;
        let mut notes = booted.notes;
        for chart in booted.charts {
            items.extend(installed(&library, chart, &mut notes));
        }
        if items.is_empty() {
            continue;
        }
        out.deployments.push(Deployment {
            name: file.path.clone(),
            kind: "script",
            items,
            notes,
        });
    }
    out.problems.extend(library.take_problems());
    out
}
