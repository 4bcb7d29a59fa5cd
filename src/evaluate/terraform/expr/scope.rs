//! What names mean where an expression stands.

use crate::evaluate::terraform::graph::World;
use crate::evaluate::terraform::value::Val;

/// Where an expression is evaluated.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    /// The deployment.
    pub world: &'a World<'a>,
    /// Which module instance.
    pub module: usize,
    /// What `each` and `count` mean.
    pub repeat: Option<&'a Repeat>,
    /// What `self` means.
    pub this: Option<&'a Val>,
    /// Names bound by `for`, `dynamic` and templates.
    pub names: Option<&'a Names<'a>>,
    /// Nothing but `names` can be seen, as in a template file.
    pub isolated: bool,
}

/// Bound names; inner ones hide outer ones.
pub(crate) struct Names<'a> {
    bound: &'a [(String, Val)],
    outer: Option<&'a Names<'a>>,
}

impl Names<'_> {
    fn get(&self, name: &str) -> Option<&Val> {
        let mut names = Some(self);
        while let Some(here) = names {
            if let Some((_, val)) = here.bound.iter().rev().find(|(n, _)| n == name) {
                return Some(val);
            }
            names = here.outer;
        }
        None
    }
}

/// One of the instances that `count` or `for_each` makes.
#[derive(Debug, Clone)]
pub(crate) enum Repeat {
    /// `count.index`.
    Count(Val),
    /// `each.key` and `each.value`.
    Each(Val, Val),
}

impl<'a> Scope<'a> {
    /// The top of a module instance.
    #[must_use]
    pub(crate) fn of(world: &'a World<'a>, module: usize) -> Self {
        Self {
            world,
            module,
            repeat: None,
            this: None,
            names: None,
            isolated: false,
        }
    }

    /// This scope with more names.
    #[must_use]
    pub(in crate::evaluate::terraform) fn with<'b>(&self, bound: &'b [(String, Val)]) -> Inner<'b>
    where
        'a: 'b,
    {
        Inner {
            scope: *self,
            names: Names {
                bound,
                outer: self.names,
            },
        }
    }

    /// The value bound to a name.
    pub(super) fn bound(&self, name: &str) -> Option<&Val> {
        self.names?.get(name)
    }
}

/// A scope together with the names it adds.
pub(crate) struct Inner<'b> {
    scope: Scope<'b>,
    names: Names<'b>,
}

impl Inner<'_> {
    /// The scope in which the names are seen.
    #[must_use]
    pub(crate) fn scope(&self) -> Scope<'_> {
        Scope {
            names: Some(&self.names),
            ..self.scope
        }
    }
}
