//! Traefik's own kinds.

use super::super::cluster::Cluster;
use super::super::object::{Object, list, word};
use super::{switch, targets};
use crate::inventory::Route;
use crate::trace::{Node, Text};

/// One route for the object; none if all it does is send people to HTTPS.
pub(super) fn routes(object: &Object<'_>, cluster: &Cluster<'_>) -> Vec<Route> {
    let Some(spec) = object.spec() else {
        return Vec::new();
    };
    let rules = list(spec, "routes");
    let entries: Vec<_> = list(spec, "entryPoints").iter().filter_map(word).collect();
    let secure = |name: &&str| *name == "websecure" || name.contains("https");
    let tls = if spec.get("tls").is_some_and(|t| !t.is_null()) || entries.iter().any(secure) {
        Some(true)
    } else if entries.is_empty() || object.gvk.kind == "IngressRouteTCP" {
        None
    } else {
        match rules.iter().map(|r| redirects(r, object, cluster)).max() {
            Some(Redirect::Always) => return Vec::new(),
            Some(Redirect::Perhaps) => None,
            Some(Redirect::Never) | None => Some(false),
        }
    };
    let services = rules
        .iter()
        .flat_map(|rule| list(rule, "services"))
        .filter_map(|service| service.get("name"));
    let targets = targets(object, cluster, services);
    let origin = match tls {
        Some(true) => object.origin(),
        _ => switch(object),
    };
    let mut route = super::route(object, targets, tls, origin);
    route.hosts = rules
        .iter()
        .filter_map(|rule| rule.get("match")?.as_text())
        .flat_map(hosts)
        .collect();
    vec![route]
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Redirect {
    Never,
    Perhaps,
    Always,
}

fn redirects(rule: &Node, object: &Object<'_>, cluster: &Cluster<'_>) -> Redirect {
    let names = list(rule, "middlewares").iter().filter_map(|m| {
        let namespace = m.get("namespace").and_then(word).or(object.namespace);
        Some((m.get("name").and_then(word)?, namespace))
    });
    names
        .map(|(name, namespace)| {
            let found = cluster
                .objects
                .iter()
                .find(|o| o.gvk.kind == "Middleware" && o.name == name && o.namespace == namespace);
            match found.and_then(|o| o.spec()) {
                Some(spec) if spec.get("redirectScheme").is_some() => Redirect::Always,
                Some(_) => Redirect::Never,
                None if name.contains("redirect") => Redirect::Perhaps,
                None => Redirect::Never,
            }
        })
        .max()
        .unwrap_or(Redirect::Never)
}

/// The names in ``Host(`a`, `b`)`` and `HostSNI(…)` of a matcher.
fn hosts(matcher: &Text) -> Vec<Node> {
    let chars = matcher.as_str();
    let mut out = Vec::new();
    for function in ["Host(", "HostSNI("] {
        for (at, _) in chars.match_indices(function) {
            let start = at + function.len();
            let end = chars[start..].find(')').map_or(chars.len(), |i| i + start);
            for name in matcher.slice(start..end).split(",") {
                let name = name.trim_matches(|c: char| c.is_whitespace() || "`\"'".contains(c));
                if !name.is_empty() {
                    out.push(Node::text(name));
                }
            }
        }
    }
    out
}
