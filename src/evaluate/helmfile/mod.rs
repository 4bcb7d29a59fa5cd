//! Helmfile: releases of charts, gathered from helmfiles that call each other, with values in
//! layers for each environment.
//!
//! A helmfile is read part by part, each rendered with the values that the parts before it, its
//! bases and the environment gave ([`state`]); then the values of each release ([`releases`]).
//! Environment variables, commands and secret stores are not known, and neither is anything
//! made of them.

mod chart;
mod entries;
mod functions;
mod layers;
mod limits;
mod releases;
mod render;
mod state;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::evaluate::gitops::installed;
use crate::evaluate::helm::render::Library;
use crate::evaluate::release::ChartSource;
use crate::evaluate::stack::on_large_stack;
use crate::inventory::{Deployment, Inventory};
use crate::trace::{Node, Problem};
use crate::workspace::Workspace;

use entries::Entry;
use layers::{Budget, Layers, Place};
use releases::{Reader, is_checked};
use render::Renderer;
use state::State;

/// What helmfiles install.
#[derive(Debug, Default)]
pub struct Helmfiles {
    /// A deployment for each release in each environment.
    pub inventory: Inventory,
    /// The files that they read as values, bases or helmfiles, whether a release takes them in
    /// or not: nobody else should take them for theirs.
    pub taken: BTreeSet<PathBuf>,
}

/// Everything that the helmfiles of the tree install. `library` renders the charts that are in
/// the tree; what it could not render it keeps.
#[must_use]
pub fn deployments(workspace: &Workspace, library: &Library<'_>) -> Helmfiles {
    let renderer = Renderer::new(workspace);
    let entries = entries::entries(&renderer);
    let jobs: Vec<(&Entry, &str)> = entries
        .iter()
        .flat_map(|e| e.environments.iter().map(move |n| (e, n.as_str())))
        .collect();
    let found: Vec<Found> = jobs
        .par_iter()
        .map(|(entry, environment)| {
            let mut run = Run {
                renderer: &renderer,
                library,
                environment,
                alone: entry.environments.len() == 1 && *environment == "default",
                budget: Budget::default(),
                found: Found::default(),
            };
            let run = on_large_stack(|| {
                run.helmfile(&entry.file, Layers::default(), &mut Vec::new());
                run
            });
            match run {
                Ok(run) => run.finish(),
                Err(error) => Found::failed(&entry.file, workspace, &error.to_string()),
            }
        })
        .collect();
    let mut out = Helmfiles::default();
    for found in found {
        out.taken.extend(found.taken);
        out.inventory.deployments.extend(found.deployments);
        out.inventory.problems.extend(found.problems);
    }
    out
}

/// What one helmfile installs in one environment.
#[derive(Debug, Default)]
struct Found {
    deployments: Vec<Deployment>,
    problems: Vec<Problem>,
    taken: BTreeSet<PathBuf>,
}

impl Found {
    fn failed(file: &Path, workspace: &Workspace, error: &str) -> Self {
        let message = format!("{} can't be evaluated: {error}", workspace.show(file));
        let span = workspace.file(file).map(|f| f.start());
        Self {
            problems: vec![Problem::new(message, span)],
            ..Self::default()
        }
    }
}

/// The evaluation of one helmfile in one environment.
struct Run<'r> {
    renderer: &'r Renderer<'r>,
    library: &'r Library<'r>,
    environment: &'r str,
    /// Whether there is no other environment to tell apart.
    alone: bool,
    budget: Budget,
    found: Found,
}

/// The values that a helmfile passes to those it calls; often the same for many.
struct Passed {
    written: Node,
    layers: Layers,
}

impl Run<'_> {
    fn finish(mut self) -> Found {
        self.found.problems.append(&mut self.budget.problems);
        if let Some(first) = self.found.deployments.first_mut() {
            first.notes.append(&mut self.budget.notes);
        }
        self.found
    }

    /// `file` with what it calls; `above` are the helmfiles that led here.
    fn helmfile(&mut self, file: &Path, over: Layers, above: &mut Vec<PathBuf>) {
        if above.len() >= limits::DEPTH || above.iter().any(|f| f == file) {
            return;
        }
        let renderer = self.renderer;
        let mut state = State::load(renderer, file, self.environment, over, &mut self.budget);
        let values = state.values();
        self.found.taken.extend(state.sources.iter().cloned());
        self.found.taken.extend(state.layers.files.iter().cloned());
        above.push(file.to_path_buf());
        let mut passed: Option<Passed> = None;
        for entry in &state.helmfiles {
            let Some(name) = entry.get("path").unwrap_or(entry).as_str() else {
                continue;
            };
            let files = entries::called(renderer, state.dir(), name);
            if files.is_empty() {
                let message = format!("the helmfile {name} is not in the tree");
                self.budget.note(message, &entry.origin);
            }
            let written = entry.get("values").filter(|v| v.as_list().is_some());
            let layers = match (written, &passed) {
                (None, _) => Layers::default(),
                (Some(node), Some(known)) if is_same(node, &known.written) => known.layers.clone(),
                (Some(node), _) => {
                    let layers = self.pass(&state, node, &values);
                    passed = Some(Passed {
                        written: node.clone(),
                        layers: layers.clone(),
                    });
                    layers
                }
            };
            for file in files {
                self.helmfile(&file, layers.clone(), above);
            }
        }
        above.pop();
        self.releases(&state, &values);
    }

    /// The values that `written` passes to a helmfile.
    fn pass(&mut self, state: &State, written: &Node, values: &Node) -> Layers {
        let mut layers = Layers::default();
        let place = Place {
            dir: state.dir(),
            or_dir: state.dir(),
            owner: "values for the helmfile",
            lenient: state.lenient,
        };
        for entry in written.as_list().unwrap_or_default() {
            let context = state.context(values);
            layers.entry(self.renderer, entry, place, context, &mut self.budget);
        }
        // What could not be read of the caller's own values is missing here too.
        layers.gaps.extend(state.layers.gaps.iter().cloned());
        layers
    }

    fn releases(&mut self, state: &State, values: &Node) {
        let reader = Reader {
            renderer: self.renderer,
            state,
            values,
        };
        let near = state.sources.iter().chain(&state.layers.files);
        let near = near.cloned().collect::<Vec<_>>();
        let near = near.iter().any(|f| is_checked(self.renderer, f));
        let shown = self.renderer.workspace.show(&state.file);
        for entry in &state.releases {
            if self.found.deployments.len() >= limits::RELEASES {
                let limit = limits::RELEASES;
                let message = format!("the helmfile has more than {limit} releases");
                let problem = Problem::new(message, entry.origin.nearest_span());
                self.found.problems.push(problem);
                return;
            }
            let Some(written) = reader.written(entry) else {
                continue;
            };
            let files = reader.files(&written).files;
            let wanted = near || files.iter().any(|f| is_checked(self.renderer, f));
            self.found.taken.extend(files);
            if reader.is_off(&written) {
                // Nor is its chart installed with its own defaults.
                if let ChartSource::Path(dir) = reader.chart(&written).1 {
                    self.library.note_installed(&dir);
                }
                continue;
            }
            if !wanted {
                continue;
            }
            let installation = reader.installation(&written, &mut self.budget);
            let name = match self.alone {
                true => format!("{shown}: {}", written.name()),
                false => format!("{shown} ({}): {}", self.environment, written.name()),
            };
            let workspace = self.renderer.workspace;
            let deployment = installed(workspace, name, "helmfile", installation, self.library);
            self.found.deployments.push(deployment);
        }
    }
}

/// Whether two lists are written at one place, as an alias and what it stands for.
fn is_same(a: &Node, b: &Node) -> bool {
    let items = |n: &Node| n.as_list().map(<[Node]>::len);
    a.origin.span().is_some() && a.origin.place == b.origin.place && items(a) == items(b)
}
