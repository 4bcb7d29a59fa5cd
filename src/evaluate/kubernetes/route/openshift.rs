//! OpenShift's Route, and Contour's HTTPProxy, which is alike.

use super::super::cluster::Cluster;
use super::super::object::{Object, list, word};
use super::{switch, targets};
use crate::inventory::Route;
use crate::trace::Node;

/// The route of a `Route`. One that answers plain HTTP besides counts as without TLS.
pub(super) fn routes(object: &Object<'_>, cluster: &Cluster<'_>) -> Vec<Route> {
    let Some(spec) = object.spec() else {
        return Vec::new();
    };
    let alternatives = list(spec, "alternateBackends").iter();
    let backends = spec.get("to").into_iter().chain(alternatives);
    let targets = targets(object, cluster, backends.filter_map(|b| b.get("name")));
    let plain = spec
        .at(&["tls", "insecureEdgeTerminationPolicy"])
        .filter(|policy| word(policy) == Some("Allow"));
    let tls = spec.get("tls").is_some_and(|t| !t.is_null()) && plain.is_none();
    let origin = match plain {
        Some(policy) => policy.origin.clone(),
        None if tls => object.origin(),
        None => switch(object),
    };
    let mut route = super::route(object, targets, Some(tls), origin);
    route.hosts.extend(spec.get("host").cloned());
    vec![route]
}

/// The route of an `HTTPProxy` that is a root.
pub(super) fn http_proxies(object: &Object<'_>, cluster: &Cluster<'_>) -> Vec<Route> {
    let Some(host) = object.spec().and_then(|s| s.get("virtualhost")) else {
        return Vec::new();
    };
    let services = object
        .spec()
        .map_or(&[][..], |s| list(s, "routes"))
        .iter()
        .flat_map(|r| list(r, "services"))
        .filter_map(|s| s.get("name"));
    let targets = targets(object, cluster, services);
    let tls = host.get("tls").is_some_and(|t: &Node| !t.is_null());
    let origin = if tls { object.origin() } else { switch(object) };
    let mut route = super::route(object, targets, Some(tls), origin);
    route.hosts.extend(host.get("fqdn").cloned());
    vec![route]
}
