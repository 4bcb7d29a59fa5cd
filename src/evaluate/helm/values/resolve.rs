//! Which subcharts take part, under which name, and what they hand up to their parent.

use std::collections::HashSet;
use std::sync::Arc;

use super::coalesce::{Coalescer, nested};
use super::tree::Table;
use crate::evaluate::helm::chart::{Chart, Import, Requirement, version};
use crate::trace::{Node, Problem, Sources};

/// A chart as it takes part in a release.
#[derive(Debug, Clone)]
pub struct Instance {
    /// Its name, or the alias.
    pub name: String,
    /// The chart.
    pub chart: Arc<Chart>,
    /// Its defaults, with what it imports from its subcharts.
    pub values: Table,
    /// The entries of `dependencies` that are switched on.
    pub requirements: Vec<Requirement>,
    /// The subcharts that are switched on.
    pub children: Vec<Instance>,
}

/// Import paths with more parts than this are not followed.
const MAX_PATH: usize = 64;

impl Instance {
    /// `chart` with the subcharts that `user` switches on or leaves on.
    #[must_use]
    pub fn resolve(
        chart: &Arc<Chart>,
        user: &Node,
        sources: &Sources,
        problems: &mut Vec<Problem>,
    ) -> Self {
        let mut this = Self::of(chart, &chart.metadata.name);
        let mut resolver = Resolver {
            sources,
            imported: HashSet::new(),
        };
        resolver.enable(&mut this, &Table::of(user), "");
        resolver.import(&mut this, problems);
        this
    }

    fn of(chart: &Arc<Chart>, name: &str) -> Self {
        Self {
            name: name.to_owned(),
            chart: Arc::clone(chart),
            values: Table::of(&chart.values),
            requirements: chart.metadata.dependencies.clone(),
            children: chart
                .dependencies
                .iter()
                .map(|d| Self::of(d, &d.metadata.name))
                .collect(),
        }
    }
}

struct Resolver<'s> {
    sources: &'s Sources,
    /// The charts that have imported what they want from their dependencies.
    imported: HashSet<*const Chart>,
}

impl Resolver<'_> {
    /// Names and switches the subcharts of `this`. `values` are those of the chart at the top.
    fn enable(&mut self, this: &mut Instance, values: &Table, path: &str) {
        if this.chart.metadata.dependencies.is_empty() {
            return;
        }
        let fits = |child: &Instance, wanted: &Requirement| {
            child.name == wanted.name
                && version::is_in_range(&wanted.version, &child.chart.metadata.version)
        };
        let all = std::mem::take(&mut this.children);
        let mut children: Vec<Instance> = all
            .iter()
            .filter(|c| !this.requirements.iter().any(|r| fits(c, r)))
            .cloned()
            .collect();
        for wanted in &mut this.requirements {
            if let Some(found) = all.iter().find(|c| fits(c, wanted)) {
                // Each alias has its own.
                let mut child = Instance::of(&found.chart, &found.name);
                if !wanted.alias.is_empty() {
                    child.name.clone_from(&wanted.alias);
                }
                children.push(child);
            }
            if !wanted.alias.is_empty() {
                wanted.name.clone_from(&wanted.alias);
            }
        }
        this.children = children;
        let all_values = values.copy();
        Coalescer::new(self.sources).chart(this, &all_values);
        let on = |wanted: &Requirement| is_on(wanted, &all_values, path);
        let off: Vec<String> = this
            .requirements
            .iter()
            .filter(|r| !on(r))
            .map(|r| r.name.clone())
            .collect();
        this.children.retain(|c| !off.contains(&c.name));
        this.requirements.retain(|r| !off.contains(&r.name));
        for child in &mut this.children {
            let path = format!("{path}{}.", child.name);
            self.enable(child, &all_values, &path);
        }
    }

    /// Brings what subcharts export into the defaults of their parents, the innermost first.
    fn import(&mut self, this: &mut Instance, problems: &mut Vec<Problem>) {
        for child in &mut this.children {
            self.import(child, problems);
        }
        if this.requirements.is_empty() {
            return;
        }
        let values = Table::empty(this.values.origin.clone());
        let mut merger = Coalescer::merging(self.sources);
        merger.chart(this, &values);
        problems.append(&mut merger.problems);
        let imported = Table::empty(this.values.origin.clone());
        // Aliases of a chart share what it says of its dependencies, and in Helm what is to be
        // imported is gone after the first of them.
        let first = self.imported.insert(Arc::as_ptr(&this.chart));
        for wanted in this.requirements.iter().filter(|_| first) {
            let origin = &wanted.node.origin;
            for import in &wanted.imports {
                let (child, parent) = match import {
                    Import::Export(name) => (format!("exports.{name}"), "."),
                    Import::Path { child, parent } => (child.clone(), parent.as_str()),
                };
                if parent.split('.').count() > MAX_PATH {
                    let message = format!("`{parent}` has more parts than the limit");
                    problems.push(Problem::new(message, origin.span()));
                    continue;
                }
                let found = values.table_at(&format!("{}.{child}", wanted.name));
                if let Some(found) = found {
                    let found = nested(parent, found.copy(), origin);
                    merger.tables(&imported, &found, true);
                }
            }
        }
        let values = values.copy();
        merger.tables(&values, &imported, true);
        this.values = values;
    }
}

/// Whether tags and conditions leave a dependency switched on.
fn is_on(wanted: &Requirement, values: &Table, path: &str) -> bool {
    let mut on = true;
    if let Some(tags) = values.table("tags") {
        let mut said = wanted
            .tags
            .iter()
            .filter_map(|tag| tags.get(tag)?.as_leaf()?.as_bool())
            .peekable();
        on = said.peek().is_none() || said.any(|b| b);
    }
    let conditions = wanted.condition.trim().split(',').filter(|c| !c.is_empty());
    conditions
        .filter_map(|c| values.leaf_at(&format!("{path}{c}"))?.as_bool())
        .next()
        .unwrap_or(on)
}
