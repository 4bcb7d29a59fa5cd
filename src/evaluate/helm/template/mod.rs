//! Go's `text/template`, evaluated to text of which every byte knows its origin.
//!
//! [`Templates`] holds parsed templates and can be shared between threads and renders;
//! [`Engine`] runs them for one set of values:
//!
//! ```
//! use konform::evaluate::helm::template::{Engine, Limits, Templates};
//! use konform::evaluate::helm::value::Val;
//! use konform::trace::{Origin, Text};
//! use std::sync::Arc;
//!
//! let mut templates = Templates::new();
//! templates.add("greeting", &Text::plain("Hello {{ .who | upper }}!")).unwrap();
//! let mut engine = Engine::new(Arc::new(templates), Limits::default());
//! let dot = Val::map_from("map[string]interface {}", [("who", Val::str("all", Origin::nowhere()))]);
//! assert_eq!(engine.render("greeting", &dot).unwrap().as_str(), "Hello ALL!");
//! ```
//!
//! Text and values printed below an `if`, `with` or `range` carry a guard step whose inputs
//! are what the condition read.

mod call;
mod compile;
mod error;
mod exec;
mod host;
mod include;
mod lack;
mod limits;
mod operand;
pub mod program;
mod scan;
mod trail;

use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use foldhash::fast::RandomState;

use crate::trace::{SourceId, Text};

use super::value::Val;
pub use call::Call;
pub use error::{Failure, RenderError};
pub use exec::Engine;
pub(crate) use exec::NO_VALUE;
pub use host::Host;
pub use limits::Limits;
pub(crate) use operand::missing;
use program::{Op, Program};

/// Parsed templates by name.
#[derive(Debug, Default)]
pub struct Templates {
    programs: HashMap<Arc<str>, Arc<Program>, RandomState>,
    sources: HashSet<SourceId>,
    untraced: bool,
}

impl Templates {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// None yet; nobody will ask where what they print was written.
    #[must_use]
    pub fn untraced() -> Self {
        Self {
            untraced: true,
            ..Self::default()
        }
    }

    /// Parses a file and adds it as `name`, with everything it defines. What was there under
    /// the same name before is replaced, unless the new body is only white space.
    ///
    /// # Errors
    ///
    /// A syntax error; nothing is added then.
    pub fn add(&mut self, name: &str, text: &Text) -> Result<(), RenderError> {
        for (_, run) in text.runs() {
            self.sources.extend(run.origin.span().map(|s| s.source));
        }
        for program in compile::compile(name, text, !self.untraced)? {
            if is_blank(&program.body) && self.programs.contains_key(&program.name) {
                continue;
            }
            self.programs
                .insert(program.name.clone(), Arc::new(program));
        }
        Ok(())
    }

    /// The template `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Arc<Program>> {
        self.programs.get(name)
    }

    /// Whether what they print tells where it was written.
    #[must_use]
    pub(super) fn is_traced(&self) -> bool {
        !self.untraced
    }

    /// Whether `source` is the text of a template.
    #[must_use]
    pub fn holds(&self, source: SourceId) -> bool {
        self.sources.contains(&source)
    }
}

/// The names of template files in the order in which Helm parses and renders them: deeper
/// paths first, each depth in reverse order.
#[must_use]
pub fn order<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut names: Vec<&str> = names.into_iter().collect();
    names.sort_by_key(|n| std::cmp::Reverse((n.matches('/').count(), *n)));
    names
}

fn is_blank(ops: &[Op]) -> bool {
    ops.iter().all(|op| match op {
        Op::Text(t) => t.as_str().chars().all(char::is_whitespace),
        _ => false,
    })
}

/// What templates a piece of code can call: those of the chart, and over them those defined
/// inside the `tpl` strings around it.
#[derive(Debug)]
struct Scope {
    base: Arc<Templates>,
    own: HashMap<Arc<str>, Arc<Program>, RandomState>,
    parent: Option<Rc<Scope>>,
}

impl Scope {
    fn find(&self, name: &str) -> Option<Arc<Program>> {
        let mut scope = Some(self);
        while let Some(s) = scope {
            if let Some(p) = s.own.get(name) {
                return Some(p.clone());
            }
            scope = s.parent.as_deref();
        }
        self.base.get(name).cloned()
    }
}

/// The dot of a template that was given none.
fn no_dot() -> Val {
    Val::invalid(crate::trace::Origin::nowhere())
}

#[cfg(test)]
mod tests;
