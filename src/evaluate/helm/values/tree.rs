//! Values while they are being merged: maps are shared and changed in place, as in Go.
//!
//! That is not thrift: what one chart sees of another's globals depends on which maps are
//! shared.

use std::cell::RefCell;
use std::rc::Rc;

use crate::trace::{Entries, Map, Node, Note, Origin, Sources, Step, StepKind, Value};

/// A value that may share its maps with other values.
#[derive(Debug, Clone)]
pub enum Tree {
    /// Anything but a map.
    Leaf(Node),
    /// A map.
    Table(Table),
}

/// A shared map.
#[derive(Debug, Clone)]
pub struct Table {
    /// Where the map was written.
    pub origin: Origin,
    entries: Rc<RefCell<Entries<Entry>>>,
}

/// An entry of a [`Table`].
#[derive(Debug, Clone)]
pub struct Entry {
    /// Where the key was written.
    pub key: Origin,
    /// The value.
    pub tree: Tree,
}

impl Tree {
    /// `node` with maps of its own.
    #[must_use]
    pub fn new(node: &Node) -> Self {
        match &node.value {
            Value::Map(map) => Self::Table(Table::from_map(map, &node.origin)),
            _ => Self::Leaf(node.clone()),
        }
    }

    /// The tree as it is now.
    #[must_use]
    pub fn to_node(&self) -> Node {
        match self {
            Self::Leaf(node) => node.clone(),
            Self::Table(table) => table.to_node(),
        }
    }

    /// The map, if it is one.
    #[must_use]
    pub fn as_table(&self) -> Option<&Table> {
        match self {
            Self::Table(table) => Some(table),
            Self::Leaf(_) => None,
        }
    }

    /// The value, if it isn't a map.
    #[must_use]
    pub fn as_leaf(&self) -> Option<&Node> {
        match self {
            Self::Leaf(node) => Some(node),
            Self::Table(_) => None,
        }
    }

    /// Whether it is null.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.as_leaf().is_some_and(Node::is_null)
    }

    /// A copy that shares nothing.
    #[must_use]
    pub fn copy(&self) -> Self {
        match self {
            Self::Leaf(node) => Self::Leaf(node.clone()),
            Self::Table(table) => Self::Table(table.copy()),
        }
    }

    fn origin(&self) -> &Origin {
        match self {
            Self::Leaf(node) => &node.origin,
            Self::Table(table) => &table.origin,
        }
    }
}

impl Table {
    /// An empty map.
    #[must_use]
    pub fn empty(origin: Origin) -> Self {
        Self {
            origin,
            entries: Rc::default(),
        }
    }

    fn from_map(map: &Map, origin: &Origin) -> Self {
        let entries = map.slots().map(|(key, slot)| {
            let entry = Entry {
                key: slot.key.clone(),
                tree: Tree::new(&slot.node),
            };
            (key.to_owned(), entry)
        });
        Self {
            origin: origin.clone(),
            entries: Rc::new(RefCell::new(entries.collect())),
        }
    }

    /// The map of `node`, or an empty one.
    #[must_use]
    pub fn of(node: &Node) -> Self {
        match &node.value {
            Value::Map(map) => Self::from_map(map, &node.origin),
            _ => Self::empty(node.origin.clone()),
        }
    }

    /// The map as it is now.
    #[must_use]
    pub fn to_node(&self) -> Node {
        let mut map = Map::new();
        for (key, entry) in self.entries.borrow().iter() {
            map.insert(key.clone(), entry.key.clone(), entry.tree.to_node());
        }
        Node::map(map, self.origin.clone())
    }

    /// A copy that shares nothing.
    #[must_use]
    pub fn copy(&self) -> Self {
        let entries = self.entries.borrow();
        let copied = entries.iter().map(|(key, entry)| {
            let entry = Entry {
                key: entry.key.clone(),
                tree: entry.tree.copy(),
            };
            (key.clone(), entry)
        });
        Self {
            origin: self.origin.clone(),
            entries: Rc::new(RefCell::new(copied.collect())),
        }
    }

    /// A copy of which the maps below are still shared.
    #[must_use]
    pub fn shallow(&self) -> Self {
        Self {
            origin: self.origin.clone(),
            entries: Rc::new(RefCell::new(self.entries.borrow().clone())),
        }
    }

    /// The entries as they are now.
    #[must_use]
    pub fn snapshot(&self) -> Vec<(String, Entry)> {
        let entries = self.entries.borrow();
        entries
            .iter()
            .map(|(k, e)| (k.clone(), e.clone()))
            .collect()
    }

    /// The value under `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Tree> {
        self.entries.borrow().get(key).map(|e| e.tree.clone())
    }

    /// Sets `key`; what was there keeps its position.
    pub fn set(&self, key: &str, entry: Entry) {
        self.entries.borrow_mut().insert(key.to_owned(), entry);
    }

    /// Takes `key` out.
    pub fn remove(&self, key: &str) {
        self.entries.borrow_mut().remove(key);
    }

    /// The map under `key`.
    #[must_use]
    pub fn table(&self, key: &str) -> Option<Self> {
        self.get(key)?.as_table().cloned()
    }

    /// The map at the end of a path with dots.
    #[must_use]
    pub fn table_at(&self, path: &str) -> Option<Self> {
        path.split('.')
            .try_fold(self.clone(), |t, key| t.table(key))
    }

    /// The value at the end of a path with dots, if it isn't a map.
    #[must_use]
    pub fn leaf_at(&self, path: &str) -> Option<Node> {
        let (table, key) = match path.rsplit_once('.') {
            Some((above, key)) => (self.table_at(above)?, key),
            None => (self.clone(), path),
        };
        table.get(key)?.as_leaf().cloned()
    }

    /// Lets the value under `key` remember that it won over `old`.
    pub fn remember(&self, key: &str, old: &Tree, sources: &Sources) {
        let mut entries = self.entries.borrow_mut();
        if let Some(entry) = entries.get_mut(key)
            && let Tree::Leaf(node) = &mut entry.tree
        {
            let new = std::mem::replace(node, Node::null(Origin::nowhere()));
            *node = overridden(new, old, sources);
        }
    }
}

/// `new`, remembering that it took the place of `old`.
#[must_use]
pub(super) fn overridden(new: Node, old: &Tree, sources: &Sources) -> Node {
    if old.is_null() || old.origin().place == new.origin.place || knows(&new.origin, old.origin()) {
        return new;
    }
    let (note, at) = if let Some(by) = bringer(&new.origin) {
        (format!("takes the place of {}", shown(old)), by.at)
    } else {
        let file = new.span().map(|s| sources.get(s.source).path.clone());
        let name = file
            .as_deref()
            .map_or("it", |f| f.rsplit('/').next().unwrap_or(f));
        (format!("{name} overrides {}", shown(old)), new.span())
    };
    let note = Note::from(note);
    let inputs = vec![old.origin().clone()];
    new.map_origins(&|o| o.then_with(StepKind::Override, at, note.clone(), inputs.clone()))
}

/// Who handed the value to the chart, if it doesn't come straight from a file with values.
fn bringer(origin: &Origin) -> Option<&Step> {
    let steps = origin.steps().into_iter();
    steps.rev().find(|s| s.kind == StepKind::Deploy)
}

/// Whether it has been told already.
fn knows(new: &Origin, old: &Origin) -> bool {
    let has = |step: &&Step| {
        step.kind == StepKind::Override && step.inputs.iter().any(|o| o.place == old.place)
    };
    new.steps().iter().any(has)
}

/// What was there, for people.
fn shown(old: &Tree) -> String {
    match old {
        Tree::Table(_) => "a map".to_owned(),
        Tree::Leaf(node) => super::input::shown(node),
    }
}
