//! Who operates a host.

use super::format::Processor;
use super::load::Policies;
use super::values::host_matches;

/// Finds the operators of hosts.
#[derive(Debug)]
pub struct Operators<'a> {
    policies: &'a Policies,
    own: &'a [String],
}

impl<'a> Operators<'a> {
    /// With the user's `own` hosts (globs), which belong to nobody else.
    #[must_use]
    pub fn new(policies: &'a Policies, own: &'a [String]) -> Self {
        Self { policies, own }
    }

    /// The operator of `host`, if it is a known one and not the user.
    ///
    /// The longest pattern wins, so that an operator's EU endpoint is told from the rest.
    #[must_use]
    pub fn of(&self, host: &str) -> Option<(&'a str, &'a Processor)> {
        if self.own.iter().any(|own| host_matches(host, own)) {
            return None;
        }
        let mut best: Option<(usize, &str, &Processor)> = None;
        for (id, processor) in &self.policies.processors {
            for pattern in &processor.hosts {
                if best.as_ref().is_none_or(|(n, ..)| pattern.len() > *n)
                    && host_matches(host, pattern)
                {
                    best = Some((pattern.len(), id, processor));
                }
            }
        }
        best.map(|(_, id, processor)| (id, processor))
    }
}
