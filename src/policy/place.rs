//! Places: from what a configuration names to a country and what the law says of it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use regex::Regex;

use super::format::{PlaceFile, Region};
use super::image::glob;
use super::load::Policies;
use super::path::ValuePath;
use super::values::host_matches;
use crate::inventory::{Deployment, Item, Location, Resource};
use crate::trace::{Node, Origin};

/// A place that a deployment names.
#[derive(Debug, Clone)]
pub struct Named {
    /// The provider's id and title.
    pub provider: Option<(String, String)>,
    /// The id as it is written.
    pub id: String,
    /// Where the id is written.
    pub node: Node,
    /// What is placed there, for people.
    pub subject: String,
    /// `runs`, `stores`, `replica`, `backup`, `state`, `default`, `hint`.
    pub role: String,
    /// Where it is.
    pub country: Country,
    /// The address of the resource that names it.
    pub address: Option<String>,
    /// Addresses to which that resource refers.
    pub refers_to: Vec<String>,
}

/// Where something is, and what that means.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Country {
    /// ISO codes; several if data lies in several.
    pub codes: Vec<String>,
    /// The town, if it is known.
    pub city: Option<String>,
    /// The country of the company that controls the provider.
    pub owner: Option<String>,
}

/// What the law says of a country.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// A member of the EU.
    Eu,
    /// In the EEA.
    Eea,
    /// With an adequacy decision.
    Adequate,
    /// It can't be told where it is.
    Unknown,
    /// Anywhere else.
    None,
}

impl Status {
    /// Its name in conditions.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Eu => "eu",
            Self::Eea => "eea",
            Self::Adequate => "adequate",
            Self::Unknown => "unknown",
            Self::None => "none",
        }
    }
}

/// Resolves ids to countries. Never without the provider.
#[derive(Debug)]
pub struct Atlas<'a> {
    policies: &'a Policies,
    today: String,
    /// The patterns of places; none for one that can't be read.
    patterns: RefCell<HashMap<&'a str, Option<Regex>>>,
    hosts: RefCell<HashMap<String, Option<Placed<'a>>>>,
}

/// A provider, the id of its region, and where that is.
type Placed<'a> = (&'a PlaceFile, String, Country);

impl<'a> Atlas<'a> {
    /// An atlas for the day `today` (`YYYY-MM-DD`), on which adequacy decisions may have ended.
    #[must_use]
    pub fn new(policies: &'a Policies, today: impl Into<String>) -> Self {
        Self {
            policies,
            today: today.into(),
            patterns: RefCell::default(),
            hosts: RefCell::default(),
        }
    }

    /// The provider with that id or Terraform name.
    #[must_use]
    pub fn provider(&self, name: &str) -> Option<&'a PlaceFile> {
        let terraform = |p: &&PlaceFile| {
            p.terraform
                .as_ref()
                .is_some_and(|t| t.providers.iter().any(|n| n == name))
        };
        self.policies
            .places
            .iter()
            .find(|p| p.provider == name)
            .or_else(|| self.policies.places.iter().find(terraform))
    }

    /// The region that `id` means at `provider`.
    #[must_use]
    pub fn region(&self, provider: &'a PlaceFile, id: &str) -> Option<&'a Region> {
        let id = id.trim();
        if let Some(found) = self.exact(provider, id) {
            return Some(found);
        }
        let mut id = id.to_owned();
        if provider.normalise.lower {
            id = id.to_lowercase();
        }
        if provider.normalise.spaces {
            id.retain(|c| !c.is_whitespace());
        }
        if let Some(found) = self.exact(provider, &id) {
            return Some(found);
        }
        for pattern in provider.normalise.strip.as_slice() {
            let shorter = self.with_pattern(pattern, |p| p.replace(&id, "").into_owned());
            if let Some(shorter) = shorter.filter(|s| *s != id && !s.is_empty()) {
                if let Some(found) = self.exact(provider, &shorter) {
                    return Some(found);
                }
                id = shorter;
            }
        }
        None
    }

    fn exact(&self, provider: &'a PlaceFile, id: &str) -> Option<&'a Region> {
        if let Some(region) = provider.regions.get(id) {
            return Some(region);
        }
        // Ids and plain aliases first, so that a local zone is not taken for its parent region.
        let mut regions = provider.regions.values();
        let plain = regions.find(|r| r.aliases.iter().any(|a| a.eq_ignore_ascii_case(id)));
        let matches = |alias: &'a String| {
            alias
                .strip_prefix("re:")
                .and_then(|p| self.with_pattern(p, |p| p.is_match(id)))
                == Some(true)
        };
        plain.or_else(|| {
            let mut regions = provider.regions.values();
            regions.find(|r| r.aliases.iter().any(matches))
        })
    }

    /// Asks a pattern that is compiled once only; none if it can't be read.
    fn with_pattern<T>(&self, pattern: &'a str, ask: impl Fn(&Regex) -> T) -> Option<T> {
        let mut patterns = self.patterns.borrow_mut();
        let compiled = patterns
            .entry(pattern)
            .or_insert_with(|| Regex::new(pattern).ok());
        compiled.as_ref().map(ask)
    }

    /// Where `id` is at `provider`.
    #[must_use]
    pub fn country(&self, provider: &'a PlaceFile, id: &str) -> Country {
        let region = self.region(provider, id);
        Country {
            codes: region
                .map(|r| r.country.split('+').map(|c| c.trim().to_owned()).collect())
                .unwrap_or_default(),
            city: region.and_then(|r| r.city.clone()),
            owner: provider.owner.clone(),
        }
    }

    /// What the law says; of several countries, the one that weighs most.
    #[must_use]
    pub fn status(&self, country: &Country) -> Status {
        country
            .codes
            .iter()
            .map(|code| self.status_of(code))
            .max()
            .unwrap_or(Status::Unknown)
    }

    fn status_of(&self, code: &str) -> Status {
        let law = &self.policies.jurisdictions;
        let is = |list: &[String]| list.iter().any(|c| c == code);
        if code == "EU" || is(&law.eu) || is(&law.eu_territories) {
            return Status::Eu;
        }
        if is(&law.eea) {
            return Status::Eea;
        }
        if code == "ZZ" || code.is_empty() {
            return Status::Unknown;
        }
        match law.adequacy.get(code) {
            Some(a)
                if a.status == "full"
                    && a.expires
                        .as_deref()
                        .is_none_or(|until| until >= self.today.as_str()) =>
            {
                Status::Adequate
            }
            // A partial decision covers some recipients only; which is not in the code. Canada's
            // covers commercial ones, the United States' certified ones.
            Some(a) if a.status == "partial" && code != "US" => Status::Adequate,
            _ => Status::None,
        }
    }

    /// Whether it lies in what the user allows: `EU`, `EEA`, `adequate`, or country codes.
    #[must_use]
    pub fn allowed(&self, country: &Country, allowed: &[String]) -> bool {
        !country.codes.is_empty()
            && country.codes.iter().all(|code| {
                let status = self.status_of(code);
                allowed
                    .iter()
                    .any(|a| match a.to_ascii_uppercase().as_str() {
                        "EU" => status == Status::Eu,
                        "EEA" => matches!(status, Status::Eu | Status::Eea),
                        "ADEQUATE" | "ADEQUACY" => {
                            matches!(status, Status::Eu | Status::Eea | Status::Adequate)
                        }
                        other => other == code,
                    })
            })
    }

    /// What an adequacy decision does not cover.
    #[must_use]
    pub fn caveat(&self, country: &Country, lang: super::format::Lang) -> Option<String> {
        country.codes.iter().find_map(|code| {
            let decision = self.policies.jurisdictions.adequacy.get(code)?;
            decision
                .caveat
                .as_ref()
                .map(|words| words.get(lang).to_owned())
        })
    }

    /// The provider and region that a host name tells.
    #[must_use]
    pub fn of_host(&self, host: &str) -> Option<Placed<'a>> {
        if let Some(known) = self.hosts.borrow().get(host) {
            return known.clone();
        }
        let found = self.search_host(host);
        let mut hosts = self.hosts.borrow_mut();
        hosts.insert(host.to_owned(), found.clone());
        found
    }

    fn search_host(&self, host: &str) -> Option<Placed<'a>> {
        for provider in &self.policies.places {
            for pattern in &provider.hosts {
                let (pattern, region, country) = match pattern {
                    super::format::HostPattern::Pattern(p) => (p, None, None),
                    super::format::HostPattern::Fixed {
                        host,
                        country,
                        region,
                    } => (host, region.clone(), country.clone()),
                };
                if let Some((before, after)) = pattern.split_once("{region}") {
                    let Some(id) = between(host, before, after) else {
                        continue;
                    };
                    if self.region(provider, &id).is_some() {
                        let country = self.country(provider, &id);
                        return Some((provider, id, country));
                    }
                } else if host_matches(host, pattern) && (region.is_some() || country.is_some()) {
                    let mut known = region
                        .as_deref()
                        .map(|id| self.country(provider, id))
                        .unwrap_or_default();
                    if let Some(code) = country {
                        known.codes = code.split('+').map(str::to_owned).collect();
                    }
                    known.owner = provider.owner.clone();
                    return Some((provider, region.unwrap_or_else(|| host.to_owned()), known));
                }
            }
        }
        None
    }

    /// All places that a deployment names. Those that are named by the same bytes are together;
    /// the best known comes first.
    #[must_use]
    pub fn places(&self, deployment: &Deployment) -> Vec<Vec<Named>> {
        let mut found = Vec::new();
        for item in &deployment.items {
            match item {
                Item::Resource(resource) => self.of_resource(resource, &mut found),
                Item::Location(location) => found.extend(self.of_location(location)),
                _ => {}
            }
        }
        let mut out: Vec<Vec<Named>> = Vec::new();
        let mut seen = BTreeMap::new();
        for named in found {
            let Some(span) = named.node.origin.nearest_span() else {
                out.push(vec![named]);
                continue;
            };
            let at = *seen.entry((span, named.id.clone())).or_insert(out.len());
            match out.get_mut(at) {
                Some(same) => same.push(named),
                None => out.push(vec![named]),
            }
        }
        for same in &mut out {
            same.sort_by_key(|named| (named.role == "hint", named.origin().is_doubtful()));
        }
        out
    }

    fn of_resource(&self, resource: &Resource, out: &mut Vec<Named>) {
        if resource.kind == "backend" {
            self.of_backend(resource, out);
            return;
        }
        let Some(provider) = self.provider(&resource.provider) else {
            return;
        };
        let Some(terraform) = &provider.terraform else {
            return;
        };
        let is_provider = resource.kind == "provider";
        // What is only read lies where somebody else put it.
        let is_read = resource.kind.starts_with("data.");
        if is_read || terraform.global.iter().any(|g| glob(&resource.kind, g)) {
            return;
        }
        let mut paths: Vec<(&str, Option<&str>)> = Vec::new();
        if is_provider {
            paths.extend(
                terraform
                    .config
                    .iter()
                    .map(|p| (p.argument(), Some("default"))),
            );
        } else {
            for (kind, arguments) in &terraform.resources {
                if glob(&resource.kind, kind) {
                    paths.extend(arguments.iter().map(|a| (a.argument(), a.role())));
                }
            }
            paths.extend(
                terraform
                    .default_arguments
                    .iter()
                    .map(|a| (a.argument(), a.role())),
            );
        }
        let mut read = BTreeSet::new();
        for (path, role) in paths {
            if !read.insert(path) {
                continue;
            }
            let what = format!("{}.{path}", resource.kind);
            if terraform.ignore.iter().any(|i| glob(&what, i)) {
                continue;
            }
            for node in ValuePath::parse(path).find(&resource.body) {
                for node in node.as_list().unwrap_or(std::slice::from_ref(node)) {
                    out.extend(self.named(provider, node, resource, role.unwrap_or("runs")));
                }
            }
        }
    }

    fn of_backend(&self, resource: &Resource, out: &mut Vec<Named>) {
        let kind = resource.address.rsplit('.').next().unwrap_or_default();
        for provider in &self.policies.places {
            let Some(paths) = provider
                .terraform
                .as_ref()
                .and_then(|t| t.backends.get(kind))
            else {
                continue;
            };
            for path in paths {
                for node in ValuePath::parse(path.argument()).find(&resource.body) {
                    // An S3 backend may be another provider's: then the endpoint says so.
                    let named =
                        self.named(provider, node, resource, path.role().unwrap_or("state"));
                    out.extend(
                        named.filter(|n| {
                            !n.country.codes.is_empty() || self.provider(kind).is_some()
                        }),
                    );
                }
            }
        }
    }

    fn named(
        &self,
        provider: &'a PlaceFile,
        node: &Node,
        resource: &Resource,
        role: &str,
    ) -> Option<Named> {
        let id = match node.scalar_text() {
            Some(text) if text.unknown().is_none() => text.as_str().trim().to_owned(),
            _ if node.why_unknown().is_some() => String::new(),
            _ => return None,
        };
        if id.is_empty() && node.why_unknown().is_none() {
            return None;
        }
        let subject = match resource.kind.as_str() {
            "provider" => format!("provider {}", resource.provider),
            "backend" => format!("state backend {}", resource.address),
            _ => resource.address.clone(),
        };
        Some(Named {
            country: self.country(provider, &id),
            provider: Some((provider.provider.clone(), provider.title.clone())),
            id,
            node: node.clone(),
            subject,
            role: role.to_owned(),
            address: Some(resource.address.clone()),
            refers_to: resource.refers_to.clone(),
        })
    }

    fn of_location(&self, location: &Location) -> Option<Named> {
        let id = location.value.as_str()?.to_owned();
        let provider = location.provider.as_deref().and_then(|name| {
            self.provider(name).or_else(|| {
                self.policies.places.iter().find(|p| {
                    p.kubernetes
                        .as_ref()
                        .is_some_and(|k| k.provisioners.iter().any(|g| glob(name, g)))
                })
            })
        });
        let (provider, country) = match provider {
            Some(provider) => (Some(provider), self.country(provider, &id)),
            None => (None, self.agreed(&id)),
        };
        Some(Named {
            provider: provider.map(|p| (p.provider.clone(), p.title.clone())),
            id,
            node: location.value.clone(),
            subject: location.subject.clone(),
            role: "runs".to_owned(),
            country,
            address: None,
            refers_to: Vec::new(),
        })
    }

    /// The country of an id whose provider isn't said, if all providers that know it agree;
    /// somewhere in the EU if they agree on that.
    fn agreed(&self, id: &str) -> Country {
        let mut found: Option<Country> = None;
        for provider in &self.policies.places {
            if self.region(provider, id).is_none() {
                continue;
            }
            let country = Country {
                owner: None,
                ..self.country(provider, id)
            };
            match &found {
                Some(other) if other.codes != country.codes => {
                    let eu = |c: &Country| self.status(c) == Status::Eu;
                    if !eu(other) || !eu(&country) {
                        return Country::default();
                    }
                    found = Some(Country {
                        codes: vec!["EU".to_owned()],
                        ..Country::default()
                    });
                }
                _ => found = Some(country),
            }
        }
        found.unwrap_or_default()
    }

    /// A place that a setting names by its id, or by a host name.
    #[must_use]
    pub fn of_setting(
        &self,
        provider: Option<&str>,
        id: &str,
        node: &Node,
        subject: &str,
        role: &str,
    ) -> Named {
        let provider = provider.and_then(|p| self.provider(p));
        Named {
            country: match provider {
                Some(provider) => self.country(provider, id),
                None => Country {
                    codes: vec![id.trim().to_ascii_uppercase()],
                    ..Country::default()
                },
            },
            provider: provider.map(|p| (p.provider.clone(), p.title.clone())),
            id: id.to_owned(),
            node: node.clone(),
            subject: subject.to_owned(),
            role: role.to_owned(),
            address: None,
            refers_to: Vec::new(),
        }
    }
}

impl Named {
    /// Where the id is written.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.node.origin
    }
}

fn between(host: &str, before: &str, after: &str) -> Option<String> {
    // The part before the region may begin with `*`.
    let start = match before.rsplit_once('*') {
        Some((head, tail)) => {
            let head_ok = head.is_empty() || host.starts_with(head);
            let at = host.find(tail)?;
            head_ok.then_some(at + tail.len())?
        }
        None => host.starts_with(before).then_some(before.len())?,
    };
    let rest = host.get(start..)?;
    let end = if after.is_empty() {
        rest.len()
    } else {
        let tail = after.trim_start_matches('*');
        rest.ends_with(tail).then(|| rest.len() - tail.len())?
    };
    let id = rest.get(..end)?;
    (!id.is_empty()).then(|| id.split('.').next().unwrap_or(id).to_owned())
}
