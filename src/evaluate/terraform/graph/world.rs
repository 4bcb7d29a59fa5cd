//! The state of one deployment's evaluation.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::calls::Calls;
use super::emit::Guard;
use super::resources::{Copies, Expanded};
use super::state::{Chain, Keeper};
use super::variables::Given;
use crate::evaluate::terraform::ast::Expr;
use crate::evaluate::terraform::config::{Declared, Module, load};
use crate::evaluate::terraform::expr::{Fail, Repeat};
use crate::evaluate::terraform::limits;
use crate::evaluate::terraform::value::Val;
use crate::trace::{Origin, Problem, SourceId, Span};
use crate::workspace::Workspace;

/// Modules that were read, shared by all deployments of a run.
pub(crate) struct Library<'w> {
    workspace: &'w Workspace,
    modules: Mutex<HashMap<PathBuf, Arc<Module>>>,
    templates: Mutex<BTreeSet<SourceId>>,
    pub(super) standing: OnceLock<Vec<Standing>>,
    pub(super) keepers: OnceLock<Vec<Keeper>>,
}

impl<'w> Library<'w> {
    /// Nothing read yet.
    #[must_use]
    pub(crate) fn new(workspace: &'w Workspace) -> Self {
        Self {
            workspace,
            modules: Mutex::default(),
            templates: Mutex::default(),
            standing: OnceLock::new(),
            keepers: OnceLock::new(),
        }
    }

    /// Says which root modules there are, and with which variables.
    pub(in crate::evaluate::terraform) fn stand(&self, roots: Vec<Standing>) {
        // What was said first stays.
        let _ = self.standing.set(roots);
    }

    /// Notes that a file is a template, not what it looks like.
    fn note_template(&self, source: SourceId) {
        let mut all = self
            .templates
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        all.insert(source);
    }

    /// The files that were found to be templates.
    #[must_use]
    pub(in crate::evaluate::terraform) fn take_templates(&self) -> BTreeSet<SourceId> {
        let mut all = self
            .templates
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut all)
    }

    /// The module in a folder.
    #[must_use]
    pub(crate) fn module(&self, dir: &Path) -> Arc<Module> {
        let lock = || self.modules.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(module) = lock().get(dir) {
            return module.clone();
        }
        let module = Arc::new(load(self.workspace, dir));
        lock().entry(dir.to_path_buf()).or_insert(module).clone()
    }
}

/// A root module with one set of variables.
#[derive(Debug, Clone)]
pub(in crate::evaluate::terraform) struct Standing {
    /// The deployment's name.
    pub(in crate::evaluate::terraform) name: String,
    /// The folder.
    pub(in crate::evaluate::terraform) dir: PathBuf,
    /// The variables.
    pub(in crate::evaluate::terraform) given: BTreeMap<String, Given>,
}

/// One instance of a module.
pub(super) struct Instance {
    /// What is written.
    pub(super) module: Arc<Module>,
    /// `module.a.module.b[0]`; empty at the root.
    pub(super) address: String,
    /// By which block of which instance it is called.
    pub(super) parent: Option<(usize, String)>,
    /// What `each` and `count` mean in the block that calls it.
    pub(super) repeat: Option<Repeat>,
    /// How deep it lies.
    pub(super) depth: usize,
    /// The conditions under which it is there, the outermost last.
    pub(super) guards: Vec<Guard>,
}

impl Instance {
    /// The conditions under which a block of the module is there, the outermost last.
    pub(super) fn guards_with(&self, shape: &Copies, block: &Declared) -> Vec<Guard> {
        let own = Guard::of(shape, block).into_iter();
        own.chain(self.guards.iter().cloned()).collect()
    }
}

/// What is evaluated once.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Key {
    Variable(usize, String),
    Local(usize, String),
    Output(usize, String),
    Resource(usize, bool, String),
    Call(usize, String),
    Provider(usize, String),
}

impl Key {
    /// Whether what it refers to is referred to by what refers to it: a chain of references
    /// ends at a resource.
    fn is_transparent(&self) -> bool {
        !matches!(self, Self::Resource(_, false, _))
    }
}

#[derive(Clone)]
pub(super) enum Made {
    Val(Result<Val, Fail>),
    Expanded(Result<Rc<Expanded>, Fail>),
    Calls(Result<Rc<Calls>, Fail>),
    Configurations(Result<Rc<Vec<(String, Val)>>, Fail>),
}

enum Slot {
    Running,
    Done(Made, Rc<BTreeSet<String>>),
}

/// One deployment: a root module with one set of variables.
pub(crate) struct World<'w> {
    pub(super) library: Option<&'w Library<'w>>,
    pub(super) root: PathBuf,
    pub(super) given: BTreeMap<String, Given>,
    pub(super) workspace: Option<Val>,
    pub(super) instances: RefCell<Vec<Rc<Instance>>>,
    memo: RefCell<HashMap<Key, Slot>>,
    templates: RefCell<HashMap<PathBuf, Rc<Result<Expr, String>>>>,
    references: RefCell<Vec<BTreeSet<String>>>,
    problems: RefCell<Vec<Problem>>,
    depth: Cell<usize>,
    work: Cell<usize>,
    total: Cell<usize>,
    pub(super) rendering: Cell<usize>,
    failed: Cell<usize>,
    strict: Cell<usize>,
    /// Which states led here; none where no state is to be read.
    pub(super) states: Option<Chain>,
    /// The deployments whose states were read.
    pub(super) built_on: RefCell<BTreeSet<String>>,
}

/// Gives back the level that was entered.
pub(crate) struct Level<'a>(&'a Cell<usize>);

impl Drop for Level<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get().saturating_sub(1));
    }
}

impl<'w> World<'w> {
    /// The root module in `root`, nothing evaluated yet.
    #[must_use]
    pub(in crate::evaluate::terraform) fn new(
        library: &'w Library<'w>,
        root: &Path,
        given: BTreeMap<String, Given>,
        workspace: Option<Val>,
    ) -> Self {
        let module = library.module(root);
        Self::with(Some(library), root.to_path_buf(), module, given, workspace)
    }

    /// A world without files: for expressions that stand alone.
    #[must_use]
    pub(crate) fn empty() -> Self {
        Self::with(None, PathBuf::new(), Arc::default(), BTreeMap::new(), None)
    }

    fn with(
        library: Option<&'w Library<'w>>,
        root: PathBuf,
        module: Arc<Module>,
        given: BTreeMap<String, Given>,
        workspace: Option<Val>,
    ) -> Self {
        let top = Instance {
            module,
            address: String::new(),
            parent: None,
            repeat: None,
            depth: 0,
            guards: Vec::new(),
        };
        Self {
            states: Some(Chain::new(&root)),
            library,
            root,
            given,
            workspace,
            instances: RefCell::new(vec![Rc::new(top)]),
            memo: RefCell::default(),
            templates: RefCell::default(),
            references: RefCell::default(),
            problems: RefCell::default(),
            depth: Cell::new(0),
            work: Cell::new(0),
            total: Cell::new(0),
            rendering: Cell::new(0),
            failed: Cell::new(0),
            strict: Cell::new(0),
            built_on: RefCell::default(),
        }
    }

    /// The same, without a look at the states of others.
    pub(super) fn without_states(mut self) -> Self {
        self.states = None;
        self
    }

    /// The same, as a part of what `outer` evaluates.
    pub(super) fn within(mut self, outer: &Self, chain: Chain) -> Self {
        self.states = Some(chain);
        self.depth = Cell::new(outer.depth.get());
        self.total = Cell::new(outer.total.get());
        self.rendering = Cell::new(outer.rendering.get());
        self
    }

    /// Counts the work that was done within as this one's.
    pub(super) fn take_work(&self, inner: &Self) {
        self.total.set(inner.total.get());
    }

    /// The files, if there are any.
    #[must_use]
    pub(crate) fn files(&self) -> Option<&'w Workspace> {
        self.library.map(|l| l.workspace)
    }

    /// The folder of the root module.
    #[must_use]
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn instance(&self, id: usize) -> Rc<Instance> {
        let all = self.instances.borrow();
        match all.get(id).or_else(|| all.first()) {
            Some(instance) => instance.clone(),
            None => Rc::new(Instance {
                module: Arc::default(),
                address: String::new(),
                parent: None,
                repeat: None,
                depth: 0,
                guards: Vec::new(),
            }),
        }
    }

    /// One expression deeper.
    ///
    /// # Errors
    /// If that is too deep, or too much was evaluated already.
    pub(crate) fn enter(&self, at: Option<Span>) -> Result<Level<'_>, Fail> {
        let depth = self.depth.get();
        if depth >= limits::MAX_DEPTH {
            let message = format!(
                "expressions refer to each other more than {} levels deep",
                limits::MAX_DEPTH
            );
            self.problem_once(&message, at);
            return Err(Fail::limit(message));
        }
        self.spend(1)
            .inspect_err(|fail| self.problem_once(&fail.message, at))?;
        self.depth.set(depth + 1);
        Ok(Level(&self.depth))
    }

    /// Counts `n` steps of work.
    ///
    /// # Errors
    /// If that is more than one expression or deployment may have.
    pub(crate) fn spend(&self, n: usize) -> Result<(), Fail> {
        if n > limits::MAX_ELEMENTS {
            let message = format!(
                "a collection has more than {} elements",
                limits::MAX_ELEMENTS
            );
            self.problem_once(&message, None);
            return Err(Fail::limit(message));
        }
        let work = self.work.get().saturating_add(n);
        let total = self.total.get().saturating_add(n);
        self.work.set(work);
        self.total.set(total);
        let over = if work > limits::MAX_WORK {
            limits::MAX_WORK
        } else if total > limits::MAX_TOTAL_WORK {
            limits::MAX_TOTAL_WORK
        } else {
            return Ok(());
        };
        let message = format!("evaluation takes more than {over} steps");
        self.problem_once(&message, None);
        Err(Fail::limit(message))
    }

    /// Takes down something that could not be read or evaluated.
    pub(crate) fn problem(&self, problem: Problem) {
        self.problems.borrow_mut().push(problem);
    }

    pub(crate) fn problem_once(&self, message: &str, at: Option<Span>) {
        let mut problems = self.problems.borrow_mut();
        if !problems.iter().any(|p| p.message == message) {
            problems.push(Problem::new(message, at));
        }
    }

    /// The names of the deployments whose states were read.
    #[must_use]
    pub(in crate::evaluate::terraform) fn take_built_on(&self) -> BTreeSet<String> {
        self.built_on.take()
    }

    /// What was taken down.
    #[must_use]
    pub(crate) fn take_problems(&self) -> Vec<Problem> {
        self.problems.take()
    }

    /// From here on (as long as the result lives) a part of a template that fails makes the
    /// template fail; otherwise it is unknown and the rest is still read.
    #[must_use]
    pub(crate) fn strictly(&self) -> Level<'_> {
        self.strict.set(self.strict.get() + 1);
        Level(&self.strict)
    }

    /// Whether mistakes are to be told instead of worked around.
    #[must_use]
    pub(crate) fn is_strict(&self) -> bool {
        self.strict.get() > 0
    }

    /// Counts an argument whose expression failed.
    pub(super) fn count_failure(&self) {
        self.failed.set(self.failed.get() + 1);
    }

    /// What `make` makes for `key`: once, and never within itself.
    pub(super) fn once(
        &self,
        key: Key,
        at: &Origin,
        make: impl FnOnce() -> Made,
        cycle: impl FnOnce(Fail) -> Made,
    ) -> Made {
        if let Some(slot) = self.memo.borrow().get(&key) {
            return match slot {
                Slot::Done(made, references) => {
                    if key.is_transparent() {
                        self.refer_all(references);
                    }
                    made.clone()
                }
                Slot::Running => {
                    let message = format!("{} refers to itself", shown(&key));
                    self.problem_once(&message, at.nearest_span());
                    cycle(Fail::limit(message))
                }
            };
        }
        self.memo.borrow_mut().insert(key.clone(), Slot::Running);
        self.references.borrow_mut().push(BTreeSet::new());
        let before = self.work.replace(0);
        let made = make();
        self.work.set(before);
        let references = Rc::new(self.references.borrow_mut().pop().unwrap_or_default());
        if key.is_transparent() {
            self.refer_all(&references);
        }
        self.memo
            .borrow_mut()
            .insert(key, Slot::Done(made.clone(), references));
        made
    }

    /// Which resources the making of `key` referred to.
    pub(super) fn references(&self, key: &Key) -> BTreeSet<String> {
        match self.memo.borrow().get(key) {
            Some(Slot::Done(_, references)) => (**references).clone(),
            _ => BTreeSet::new(),
        }
    }

    /// Notes that what is being evaluated refers to the resource `address`.
    pub(super) fn refer(&self, address: String) {
        if let Some(top) = self.references.borrow_mut().last_mut() {
            top.insert(address);
        }
    }

    fn refer_all(&self, addresses: &BTreeSet<String>) {
        if let Some(top) = self.references.borrow_mut().last_mut() {
            top.extend(addresses.iter().cloned());
        }
    }

    /// Runs `make` and tells which resources it referred to.
    pub(super) fn collect<T>(&self, make: impl FnOnce() -> T) -> (T, BTreeSet<String>) {
        self.references.borrow_mut().push(BTreeSet::new());
        let made = make();
        let references = self.references.borrow_mut().pop().unwrap_or_default();
        self.refer_all(&references);
        (made, references)
    }

    /// A template file, read and parsed once.
    pub(crate) fn template(
        &self,
        path: &Path,
        read: impl FnOnce() -> Result<Expr, String>,
    ) -> Rc<Result<Expr, String>> {
        if let Some(found) = self.templates.borrow().get(path) {
            return found.clone();
        }
        let made = Rc::new(read());
        self.templates
            .borrow_mut()
            .insert(path.to_path_buf(), made.clone());
        made
    }

    /// Notes that a file is a template, not what it looks like.
    pub(crate) fn note_template(&self, source: Option<SourceId>) {
        if let (Some(library), Some(source)) = (self.library, source) {
            library.note_template(source);
        }
    }

    /// One template deeper.
    pub(crate) fn enter_template(&self) -> Result<Level<'_>, Fail> {
        if self.rendering.get() >= limits::MAX_TEMPLATES {
            let message = format!(
                "templates render templates more than {} levels deep",
                limits::MAX_TEMPLATES
            );
            self.problem_once(&message, None);
            return Err(Fail::limit(message));
        }
        self.rendering.set(self.rendering.get() + 1);
        Ok(Level(&self.rendering))
    }

    /// `path.module` of an instance.
    #[must_use]
    pub(crate) fn module_path(&self, id: usize) -> String {
        let instance = self.instance(id);
        relative(&instance.module.dir, &self.root)
    }

    /// `terraform.workspace`.
    #[must_use]
    pub(crate) fn workspace_name(&self, here: &Origin) -> Val {
        self.workspace
            .clone()
            .unwrap_or_else(|| Val::str("default", here))
    }
}

fn shown(key: &Key) -> String {
    match key {
        Key::Variable(_, name) => format!("var.{name}"),
        Key::Local(_, name) => format!("local.{name}"),
        Key::Output(_, name) => format!("output {name}"),
        Key::Resource(_, false, name) => name.clone(),
        Key::Resource(_, true, name) => format!("data.{name}"),
        Key::Call(_, name) => format!("module.{name}"),
        Key::Provider(_, name) => format!("provider.{name}"),
    }
}

/// `path` as it is named from `base`: `.`, `modules/web`, `../shared`.
pub(super) fn relative(path: &Path, base: &Path) -> String {
    let mut up = 0;
    let mut from = Some(base);
    while let Some(dir) = from {
        if let Ok(below) = path.strip_prefix(dir) {
            let mut parts = vec!["..".to_owned(); up];
            parts.extend(
                below
                    .components()
                    .map(|c| c.as_os_str().to_string_lossy().into_owned()),
            );
            return if parts.is_empty() {
                ".".to_owned()
            } else {
                parts.join("/")
            };
        }
        from = dir.parent();
        up += 1;
    }
    path.to_string_lossy().into_owned()
}
