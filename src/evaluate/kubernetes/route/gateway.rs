//! The Gateway API: routes and the listeners they attach to.

use super::super::cluster::Cluster;
use super::super::object::{Object, list, scalar, word};
use super::{switch, targets};
use crate::inventory::Route;
use crate::trace::Node;

/// One route for the object; none if all it does is send people to HTTPS.
pub(super) fn routes(object: &Object<'_>, cluster: &Cluster<'_>) -> Vec<Route> {
    let Some(spec) = object.spec() else {
        return Vec::new();
    };
    let rules = list(spec, "rules");
    if !rules.is_empty() && rules.iter().all(only_redirects) {
        return Vec::new();
    }
    let services = rules
        .iter()
        .flat_map(|rule| list(rule, "backendRefs"))
        .filter_map(|backend| backend.get("name"));
    let targets = targets(object, cluster, services);
    let listeners = attached(object, spec, cluster);
    let tls = match object.gvk.kind.as_str() {
        "TLSRoute" => Some(true),
        _ => speaks_tls(&listeners).or_else(|| by_section(spec)),
    };
    let plain = listeners.iter().find_map(|l| l.get("protocol"));
    let origin = match (tls, plain) {
        (Some(false), Some(protocol)) => protocol.origin.clone(),
        (Some(true), _) => object.origin(),
        _ => switch(object),
    };
    let mut route = super::route(object, targets, tls, origin);
    route.hosts = list(spec, "hostnames").to_vec();
    if route.hosts.is_empty() {
        route.hosts = listeners
            .iter()
            .filter_map(|l| l.get("hostname").cloned())
            .collect();
    }
    vec![route]
}

fn only_redirects(rule: &Node) -> bool {
    list(rule, "backendRefs").is_empty()
        && list(rule, "filters").iter().any(|filter| {
            filter
                .at(&["requestRedirect", "scheme"])
                .is_some_and(|s| word(s) == Some("https"))
        })
}

/// The listeners of the Gateways among the manifests to which the route attaches.
fn attached<'a>(object: &Object<'_>, spec: &Node, cluster: &Cluster<'a>) -> Vec<&'a Node> {
    let mut out = Vec::new();
    for parent in list(spec, "parentRefs") {
        let name = parent.get("name").and_then(word);
        let namespace = parent.get("namespace").and_then(word).or(object.namespace);
        let section = parent.get("sectionName").and_then(word);
        let port = parent.get("port").and_then(scalar);
        let gateways = cluster.objects.iter().filter(|o| {
            o.gvk.kind == "Gateway"
                && o.gvk.group == "gateway.networking.k8s.io"
                && Some(o.name) == name
                && o.namespace == namespace
        });
        for gateway in gateways {
            let listeners = gateway.spec().map_or(&[][..], |s| list(s, "listeners"));
            out.extend(listeners.iter().filter(|l| {
                section.is_none_or(|s| l.get("name").and_then(word) == Some(s))
                    && (port.is_none() || l.get("port").and_then(scalar) == port)
            }));
        }
    }
    out
}

fn speaks_tls(listeners: &[&Node]) -> Option<bool> {
    let mut protocols = listeners
        .iter()
        .filter_map(|l| l.get("protocol").and_then(word))
        .peekable();
    protocols.peek()?;
    Some(protocols.any(|p| p == "HTTPS" || p == "TLS"))
}

/// A Gateway that isn't among the manifests still names its listeners.
fn by_section(spec: &Node) -> Option<bool> {
    let secure = |name: &str| name.contains("https") || name.contains("websecure");
    list(spec, "parentRefs")
        .iter()
        .filter_map(|p| p.get("sectionName").and_then(word))
        .any(secure)
        .then_some(true)
}
