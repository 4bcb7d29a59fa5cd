//! Lines between what runs and the resources it runs on.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{Deployment, Item, Resource};
use crate::trace::Origin;

/// So many resources are looked at from one on.
const MAX_VISITED: usize = 10_000;

/// The resources of a deployment by what refers to what.
#[derive(Debug)]
pub struct Links<'d> {
    resources: Vec<&'d Resource>,
    /// Resources by address without index.
    by_address: BTreeMap<&'d str, Vec<usize>>,
    /// Who refers to a resource.
    users: BTreeMap<usize, Vec<usize>>,
}

impl<'d> Links<'d> {
    /// The lines between the resources of `deployment`.
    #[must_use]
    pub fn new(deployment: &'d Deployment) -> Self {
        let resources: Vec<&Resource> = deployment
            .items
            .iter()
            .filter_map(|item| match item {
                Item::Resource(resource) => Some(resource),
                _ => None,
            })
            .collect();
        let mut by_address: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, resource) in resources.iter().enumerate() {
            by_address
                .entry(bare(&resource.address))
                .or_default()
                .push(at);
        }
        let mut links = Self {
            resources,
            by_address,
            users: BTreeMap::new(),
        };
        for at in 0..links.resources.len() {
            for used in links.used_by(at) {
                links.users.entry(used).or_default().push(at);
            }
        }
        links
    }

    /// What a resource refers to, its provider included.
    fn used_by(&self, at: usize) -> Vec<usize> {
        let Some(resource) = self.resources.get(at) else {
            return Vec::new();
        };
        let mut out: Vec<usize> = resource
            .refers_to
            .iter()
            .filter_map(|address| self.by_address.get(bare(address)))
            .flatten()
            .copied()
            .collect();
        let config = resource.provider_config.as_ref().and_then(|c| c.span());
        if let Some(config) = config {
            let same = |r: &Resource| r.kind == "provider" && r.body.span() == Some(config);
            let all = self.resources.iter().enumerate();
            out.extend(all.filter(|(_, r)| same(r)).map(|(at, _)| at));
        }
        out
    }

    /// The resources that carry what came the way of `origin`: it was written in them, or went
    /// through one of their arguments.
    #[must_use]
    pub fn carriers(&self, origin: &Origin) -> Vec<&'d Resource> {
        let mut spans = BTreeSet::new();
        spans.extend(origin.span());
        spans.extend(origin.steps().into_iter().filter_map(|s| s.at));
        let carries = |r: &&Resource| {
            !matches!(r.kind.as_str(), "provider" | "backend")
                && r.origin.span().is_some_and(|s| spans.contains(&s))
        };
        let all: Vec<&Resource> = self.resources.iter().copied().filter(carries).collect();
        // What is only read hands on what something else carries.
        let read = |r: &&Resource| r.kind.starts_with("data.");
        match all.iter().all(&read) {
            true => all,
            false => all.into_iter().filter(|r| !read(r)).collect(),
        }
    }

    /// The addresses on the way from the resource `from` to the resource `to`, both included,
    /// if the one is built on the other.
    ///
    /// Looked at are what `from` refers to, step by step, and what is built on `from` (a group
    /// that starts machines from its template) with all that refers to.
    #[must_use]
    pub fn way(&self, from: &str, to: &str) -> Option<Vec<String>> {
        let starts = self.by_address.get(bare(from))?;
        let goal = self.by_address.get(bare(to))?;
        let mut before: BTreeMap<usize, Option<usize>> = BTreeMap::new();
        let mut queue: VecDeque<(usize, bool)> = VecDeque::new();
        for start in starts {
            before.insert(*start, None);
            queue.push_back((*start, true));
        }
        while let Some((at, up)) = queue.pop_front() {
            if goal.contains(&at) {
                return Some(self.told(at, &before));
            }
            if before.len() > MAX_VISITED {
                return None;
            }
            let mut next: Vec<(usize, bool)> =
                self.used_by(at).into_iter().map(|n| (n, false)).collect();
            if up {
                let users = self.users.get(&at).into_iter().flatten();
                next.extend(users.map(|n| (*n, true)));
            }
            for (other, up) in next {
                before.entry(other).or_insert_with(|| {
                    queue.push_back((other, up));
                    Some(at)
                });
            }
        }
        None
    }

    fn told(&self, last: usize, before: &BTreeMap<usize, Option<usize>>) -> Vec<String> {
        let mut out = Vec::new();
        let mut at = Some(last);
        while let Some(here) = at {
            out.extend(self.resources.get(here).map(|r| r.address.clone()));
            at = before.get(&here).copied().flatten();
        }
        out.reverse();
        out
    }
}

/// An address without the index of its last part. References name no instance, but which
/// instance of a provider is used is known.
fn bare(address: &str) -> &str {
    if address.starts_with("provider.") || address.contains(".provider.") {
        return address;
    }
    match address.rfind('[') {
        Some(at) if address.ends_with(']') && !address[at..].contains('.') => &address[..at],
        _ => address,
    }
}
