//! Who operates a host.

use std::cell::RefCell;
use std::collections::HashMap;

use super::format::Processor;
use super::load::Policies;
use super::values::host_matches;

/// Finds the operators of hosts.
#[derive(Debug)]
pub struct Operators<'a> {
    policies: &'a Policies,
    own: &'a [String],
    /// A tree names few hosts, each many times.
    known: RefCell<HashMap<String, Option<Operator<'a>>>>,
}

/// An operator's id, and what is known of it.
type Operator<'a> = (&'a str, &'a Processor);

impl<'a> Operators<'a> {
    /// With the user's `own` hosts (globs), which belong to nobody else.
    #[must_use]
    pub fn new(policies: &'a Policies, own: &'a [String]) -> Self {
        Self {
            policies,
            own,
            known: RefCell::default(),
        }
    }

    /// The operator of `host`, if it is a known one and not the user.
    ///
    /// The longest pattern wins, so that an operator's EU endpoint is told from the rest.
    #[must_use]
    pub fn of(&self, host: &str) -> Option<Operator<'a>> {
        if let Some(known) = self.known.borrow().get(host) {
            return *known;
        }
        let found = self.search(host);
        self.known.borrow_mut().insert(host.to_owned(), found);
        found
    }

    fn search(&self, host: &str) -> Option<Operator<'a>> {
        if self.own.iter().any(|own| host_matches(host, own)) {
            return None;
        }
        let mut best: Option<(usize, Operator<'a>)> = None;
        for (id, processor) in &self.policies.processors {
            for pattern in &processor.hosts {
                if best.is_none_or(|(n, _)| pattern.len() > n) && host_matches(host, pattern) {
                    best = Some((pattern.len(), (id, processor)));
                }
            }
        }
        best.map(|(_, operator)| operator)
    }
}
