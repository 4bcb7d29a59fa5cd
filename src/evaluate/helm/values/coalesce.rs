//! Laying values over a chart's defaults, quirks included.
//!
//! Two ways: to *coalesce*, where a null deletes what is below it, and to *merge*, where nulls
//! stay for a later round.

use super::resolve::Instance;
use super::tree::{Entry, Table, Tree};
use crate::trace::{Node, Origin, Problem, Sources};

/// The key whose values all subcharts see.
const GLOBAL: &str = "global";

/// What laying values over each other needs to know.
#[derive(Debug)]
pub struct Coalescer<'s> {
    /// The texts, for the names of files in traces.
    pub sources: &'s Sources,
    /// Whether nulls stay.
    pub merge: bool,
    /// What went wrong.
    pub problems: Vec<Problem>,
}

impl<'s> Coalescer<'s> {
    /// One in which nulls delete.
    #[must_use]
    pub fn new(sources: &'s Sources) -> Self {
        Self {
            sources,
            merge: false,
            problems: Vec::new(),
        }
    }

    /// One in which nulls stay.
    #[must_use]
    pub fn merging(sources: &'s Sources) -> Self {
        Self {
            merge: true,
            ..Self::new(sources)
        }
    }

    /// `values` over the defaults of `chart` and of its subcharts. Changes `values`.
    pub fn chart(&mut self, chart: &Instance, values: &Table) {
        self.own(chart, values);
        for child in &chart.children {
            match values.get(&child.name) {
                None => {
                    let key = values.origin.clone();
                    let tree = Tree::Table(Table::empty(key.clone()));
                    values.set(&child.name, Entry { key, tree });
                }
                Some(Tree::Table(_)) => {}
                Some(Tree::Leaf(node)) => {
                    let message = format!(
                        "the values of the subchart `{}` have to be a map",
                        child.name
                    );
                    self.problems.push(Problem::new(message, node.span()));
                    continue;
                }
            }
            if let Some(table) = values.table(&child.name) {
                self.globals(&table, values);
                self.chart(child, &table);
            }
        }
    }

    /// Lays the globals of `from`, the parent's values, over those of a subchart.
    fn globals(&self, to: &Table, from: &Table) {
        let global = |table: &Table| match table.get(GLOBAL) {
            None => Some(Table::empty(table.origin.clone())),
            Some(Tree::Table(table)) => Some(table),
            Some(Tree::Leaf(_)) => None,
        };
        let (Some(mine), Some(theirs)) = (global(to), global(from)) else {
            return;
        };
        for (key, entry) in theirs.snapshot() {
            let there = mine.get(&key);
            let tree = match (&entry.tree, there) {
                (Tree::Table(table), None) => Tree::Table(table.shallow()),
                (Tree::Table(table), Some(Tree::Table(old))) => {
                    let top = table.shallow();
                    self.tables(&top, &old, true);
                    Tree::Table(top)
                }
                (Tree::Table(_), Some(Tree::Leaf(_))) | (Tree::Leaf(_), Some(Tree::Table(_))) => {
                    continue;
                }
                (Tree::Leaf(node), Some(old)) => {
                    Tree::Leaf(super::tree::overridden(node.clone(), &old, self.sources))
                }
                (Tree::Leaf(_), None) => entry.tree.clone(),
            };
            let key_origin = entry.key.clone();
            mine.set(
                &key,
                Entry {
                    key: key_origin,
                    tree,
                },
            );
        }
        let key = theirs.origin.clone();
        to.set(
            GLOBAL,
            Entry {
                key,
                tree: Tree::Table(mine),
            },
        );
    }

    /// `values` over the chart's own defaults.
    fn own(&self, chart: &Instance, values: &Table) {
        let defaults = chart.values.copy();
        for (key, default) in defaults.snapshot() {
            match values.get(&key) {
                None => values.set(&key, default),
                Some(tree) if tree.is_null() && !self.merge => values.remove(&key),
                Some(Tree::Table(over)) => {
                    if let Tree::Table(under) = &default.tree {
                        let is_child = chart.children.iter().any(|c| c.name == key);
                        self.tables(&over, under, self.merge || is_child);
                    }
                }
                Some(Tree::Leaf(_)) => values.remember(&key, &default.tree, self.sources),
            }
        }
    }

    /// The map `over` on top of `under`. Changes `over`, and shares maps
    /// of `under` with it.
    pub fn tables(&self, over: &Table, under: &Table, merge: bool) {
        for (key, low) in under.snapshot() {
            match over.get(&key) {
                None => over.set(&key, low),
                Some(tree) if tree.is_null() && !merge => over.remove(&key),
                Some(Tree::Table(high)) => {
                    if let Tree::Table(low) = &low.tree {
                        self.tables(&high, low, merge);
                    }
                }
                Some(Tree::Leaf(_)) => {
                    // A map that lost to something that isn't one is lost all the same.
                    over.remember(&key, &low.tree, self.sources);
                }
            }
        }
    }
}

/// The values of the whole release: what the user says over all defaults.
pub fn values(
    chart: &Instance,
    user: &Node,
    sources: &Sources,
    problems: &mut Vec<Problem>,
) -> Table {
    let table = Table::of(user);
    let mut coalescer = Coalescer::new(sources);
    coalescer.chart(chart, &table);
    problems.append(&mut coalescer.problems);
    table
}

/// A path with dots and a map as nested maps that lead to it.
pub(super) fn nested(path: &str, map: Table, origin: &Origin) -> Table {
    if path == "." {
        return map;
    }
    path.rsplit('.').fold(map, |inner, key| {
        let outer = Table::empty(origin.clone());
        let entry = Entry {
            key: origin.clone(),
            tree: Tree::Table(inner),
        };
        outer.set(key, entry);
        outer
    })
}
