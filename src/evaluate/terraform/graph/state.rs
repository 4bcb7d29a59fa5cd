//! The state of another root module of the tree, as `terraform_remote_state` reads it: what its
//! outputs would be, where it is proven which root module that is.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::world::{Library, Standing, World};
use crate::evaluate::terraform::config::Declared;
use crate::evaluate::terraform::expr::Scope;
use crate::evaluate::terraform::limits;
use crate::evaluate::terraform::value::{Data, Field, Fields, Val, to_text};
use crate::trace::{Origin, StepKind, Unknown};

/// Where a state is kept, by what tells it from others; kinds of backends and their arguments.
const BACKENDS: &[(&str, &[&str])] = &[
    (
        "azurerm",
        &["storage_account_name", "container_name", "key"],
    ),
    ("consul", &["path"]),
    ("cos", &["bucket", "prefix", "key"]),
    ("gcs", &["bucket", "prefix"]),
    ("http", &["address"]),
    ("kubernetes", &["secret_suffix", "namespace"]),
    ("local", &["path"]),
    ("oci", &["bucket", "namespace", "key"]),
    ("oss", &["bucket", "prefix", "key"]),
    ("remote", &["hostname", "organization", "workspaces.name"]),
    ("s3", &["bucket", "key"]),
];

/// A place where a state is kept: kind of backend and the arguments that tell it, those without
/// a value left out.
pub(super) type Store = (&'static str, BTreeMap<&'static str, String>);

/// A root module with one set of variables, and where it keeps its state.
pub(super) struct Keeper {
    root: Standing,
    store: Store,
    /// What stands before the keys of the states of workspaces.
    prefix: Option<String>,
}

/// States that are being read, one within the other.
#[derive(Clone)]
pub(super) struct Chain {
    dirs: Vec<PathBuf>,
    /// How many may still be read.
    left: Rc<Cell<usize>>,
}

impl Chain {
    /// Nothing read yet by the root module in `dir`.
    pub(super) fn new(dir: &Path) -> Self {
        Self {
            dirs: vec![dir.to_path_buf()],
            left: Rc::new(Cell::new(limits::MAX_STATES)),
        }
    }
}

impl Library<'_> {
    /// Where the root modules of the tree keep their states.
    pub(super) fn keepers(&self) -> &[Keeper] {
        self.keepers.get_or_init(|| {
            let standing = self.standing.get().map_or(&[][..], Vec::as_slice);
            let of = |root: &Standing| {
                let world = World::new(self, &root.dir, root.given.clone(), None);
                let (store, prefix) = world.without_states().own_store()?;
                Some(Keeper {
                    root: root.clone(),
                    store,
                    prefix,
                })
            };
            standing.iter().filter_map(of).collect()
        })
    }
}

impl World<'_> {
    /// Where this root module keeps its own state; none if that isn't written.
    fn own_store(&self) -> Option<(Store, Option<String>)> {
        let root = self.instance(0);
        let Some(block) = root.module.backends.first() else {
            return Some((self.store("local", &Fields::default())?, None));
        };
        let fields = self.body(&Scope::of(self, 0), &block.body).ok()?;
        let kind = if block.kind == "cloud" {
            "remote"
        } else {
            &block.kind
        };
        Some((self.store(kind, &fields)?, prefix(&fields)))
    }

    /// The place that the arguments of a backend mean; none if one that matters isn't known.
    fn store(&self, kind: &str, fields: &Fields) -> Option<Store> {
        let (kind, names) = BACKENDS.iter().find(|(k, _)| *k == kind)?;
        let mut told = BTreeMap::new();
        for name in *names {
            let Some(val) = inner(fields, name) else {
                continue;
            };
            if val.is_null() {
                continue;
            }
            let text = to_text(val).filter(|t| t.unknown().is_none())?;
            told.insert(*name, text.as_str().trim_matches('/').to_owned());
        }
        if *kind == "local" {
            let written = fields.get("path").and_then(Val::as_str);
            let path = written.unwrap_or("terraform.tfstate");
            let path = self.files()?.beside(self.root(), path);
            told.insert("path", path.to_string_lossy().into_owned());
        }
        (!told.is_empty()).then_some((*kind, told))
    }

    /// The outputs that `data "terraform_remote_state"` with these arguments finds.
    pub(super) fn remote_state(&self, block: &Declared, fields: &Fields) -> Val {
        let header = &block.header;
        let kind = fields.get("backend").and_then(Val::as_str);
        let nothing = Fields::default();
        let config = fields.get("config").map_or(Some(&nothing), Val::fields);
        let store = kind
            .zip(config)
            .and_then(|(kind, config)| self.store(kind, config));
        let outputs = match store {
            Some(store) => {
                let prefix = config.and_then(prefix);
                self.outputs_at(&store, prefix, fields.get("workspace"), block)
            }
            None => Err("it isn't known where the state is that is read".to_owned()),
        };
        match outputs {
            Ok(mut outputs) => {
                if let Some(defaults) = fields.get("defaults").and_then(Val::fields) {
                    for (name, field) in &defaults.entries {
                        let of_default = || field.clone();
                        outputs
                            .entries
                            .entry(name.clone())
                            .or_insert_with(of_default);
                    }
                }
                Val::object(outputs, header.clone())
            }
            Err(why) => Val::unknown(why, header.clone()),
        }
    }

    /// The values that `data "tfe_outputs"` finds.
    pub(super) fn outputs_of_workspace(&self, block: &Declared, fields: &Fields) -> Val {
        let mut told = BTreeMap::new();
        for (argument, name) in [
            ("organization", "organization"),
            ("workspace", "workspaces.name"),
        ] {
            if let Some(text) = fields.get(argument).and_then(Val::as_str) {
                told.insert(name, text.to_owned());
            }
        }
        let outputs = if told.len() == 2 {
            self.outputs_at(&("remote", told), None, None, block)
        } else {
            Err("it isn't known which workspace is read".to_owned())
        };
        match outputs {
            Ok(outputs) => Val::object(outputs, block.header.clone()),
            Err(why) => Val::unknown(why, block.header.clone()),
        }
    }

    /// The outputs of the root module that keeps its state at `store`.
    fn outputs_at(
        &self,
        store: &Store,
        prefix: Option<String>,
        workspace: Option<&Val>,
        block: &Declared,
    ) -> Result<Fields, String> {
        let library = self.library.ok_or("there are no files here")?;
        let chain = self.states.as_ref().ok_or("a backend can't read a state")?;
        let (store, folder) = without_workspace(store);
        let all = library.keepers().iter();
        let mut keepers: Vec<&Keeper> = all.filter(|k| k.store == store).collect();
        let one = |keepers: &[&Keeper]| {
            let dirs = keepers.iter().map(|k| &k.root.dir);
            dirs.collect::<BTreeSet<_>>().len() <= 1
        };
        // What only the states of workspaces tell apart.
        if !one(&keepers) {
            keepers.retain(|k| k.prefix == prefix);
        }
        let Some(first) = keepers.first().map(|k| &k.root) else {
            return Err("the configuration whose state is read is not in the tree".to_owned());
        };
        if !one(&keepers) {
            return Err("several configurations keep their state where it is read".to_owned());
        }
        if chain.dirs.contains(&first.dir) {
            return Err("states are read in a circle".to_owned());
        }
        let name = workspace.filter(|w| !w.is_null()).cloned().or(folder);
        let mut all = Vec::new();
        for keeper in &keepers {
            let left = chain.left.get();
            if left == 0 || chain.dirs.len() > limits::MAX_TEMPLATES {
                let message = format!(
                    "more than {} states are read, or more than {} by way of each other",
                    limits::MAX_STATES,
                    limits::MAX_TEMPLATES
                );
                self.problem_once(&message, block.header.nearest_span());
                return Err(message);
            }
            chain.left.set(left - 1);
            let mut chain = chain.clone();
            let root = &keeper.root;
            chain.dirs.push(root.dir.clone());
            let world = World::new(library, &root.dir, root.given.clone(), name.clone());
            let world = world.within(self, chain);
            all.push(world.outputs());
            self.take_work(&world);
            let mut built_on = self.built_on.borrow_mut();
            built_on.insert(root.name.clone());
            built_on.extend(world.take_built_on());
        }
        let from = super::world::relative(&first.dir, self.root());
        let note = format!("state of {from}, data.{}.{}", block.kind, block.name);
        let mut out = agreed(all);
        for field in out.entries.values_mut() {
            let val = std::mem::replace(&mut field.val, Val::null(Origin::nowhere()));
            field.val = val.then(
                StepKind::Reference,
                block.header.nearest_span(),
                note.clone(),
            );
        }
        Ok(out)
    }

    /// All outputs of the root module.
    fn outputs(&self) -> Fields {
        let root = self.instance(0);
        let mut out = Fields::default();
        for (name, output) in &root.module.outputs {
            let val = self
                .output(0, name)
                .unwrap_or_else(|fail| Val::unknown(fail.message, output.header.clone()));
            out.set(name.clone(), output.header.clone(), val);
        }
        out
    }
}

/// What stands before the keys of the states of workspaces.
fn prefix(fields: &Fields) -> Option<String> {
    let written = fields.get("workspace_key_prefix").and_then(Val::as_str);
    written.map(str::to_owned)
}

/// The argument `name`, or `block.name`.
fn inner<'f>(fields: &'f Fields, name: &str) -> Option<&'f Val> {
    let Some((block, name)) = name.split_once('.') else {
        return fields.get(name);
    };
    let block = fields.get(block)?;
    let block = block.items().map_or(Some(block), <[Val]>::first)?;
    block.fields()?.get(name)
}

/// A state file in the folder of a workspace belongs to the root module beside that folder.
fn without_workspace(store: &Store) -> (Store, Option<Val>) {
    let (kind, told) = store;
    let parts = told.get("path").filter(|_| *kind == "local");
    let split = parts.and_then(|path| {
        let (before, after) = path.split_once("/terraform.tfstate.d/")?;
        let name = after.strip_suffix("/terraform.tfstate")?;
        Some((format!("{before}/terraform.tfstate"), name.to_owned()))
    });
    match split {
        Some((path, name)) => (
            (*kind, BTreeMap::from([("path", path)])),
            Some(Val::str(name, &Origin::nowhere())),
        ),
        None => (store.clone(), None),
    }
}

/// What several sets of variables agree on; the rest isn't known.
fn agreed(mut all: Vec<Fields>) -> Fields {
    let mut out = all.pop().unwrap_or_default();
    for (name, field) in &mut out.entries {
        let same = |other: &Fields| {
            let other = other.get(name);
            other.and_then(|o| o.equals(&field.val)) == Some(true)
        };
        if !all.iter().all(same) {
            let why = "the configuration whose state is read has several sets of variables, and \
                       which one that is can't be told";
            *field = Field {
                key: field.key.clone(),
                val: Val::new(Data::Unknown(Unknown::new(why)), field.val.origin.clone()),
            };
        }
    }
    out
}
