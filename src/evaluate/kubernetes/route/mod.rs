//! Ways in from outside: Ingresses and what controllers offer in their place.

mod gateway;
mod ingress;
mod openshift;
mod traefik;

use super::cluster::Cluster;
use super::object::Object;
use crate::inventory::{Item, Route};
use crate::trace::{Node, Origin};

/// All routes of the deployment.
pub(super) fn items(cluster: &Cluster<'_>) -> Vec<Item> {
    cluster
        .objects
        .iter()
        .flat_map(|object| routes(object, cluster))
        .map(Item::Route)
        .collect()
}

fn routes(object: &Object<'_>, cluster: &Cluster<'_>) -> Vec<Route> {
    let group = object.gvk.group.as_str();
    match (object.gvk.kind.as_str(), group) {
        ("Ingress", "networking.k8s.io" | "extensions" | "") => ingress::routes(object, cluster),
        ("HTTPRoute" | "GRPCRoute" | "TLSRoute", "gateway.networking.k8s.io") => {
            gateway::routes(object, cluster)
        }
        ("IngressRoute" | "IngressRouteTCP", "traefik.io" | "traefik.containo.us") => {
            traefik::routes(object, cluster)
        }
        ("Route", "route.openshift.io" | "") => openshift::routes(object, cluster),
        ("HTTPProxy", "projectcontour.io") => openshift::http_proxies(object, cluster),
        _ => Vec::new(),
    }
}

/// A route of `object` without hosts.
fn route(object: &Object<'_>, targets: Vec<String>, tls: Option<bool>, origin: Origin) -> Route {
    let mut names: Vec<String> = Vec::new();
    for target in targets {
        if !names.contains(&target) {
            names.push(target);
        }
    }
    Route {
        name: object.title(),
        namespace: object.namespace.map(str::to_owned),
        hosts: Vec::new(),
        targets: names,
        tls,
        origin,
    }
}

/// Where TLS would be switched on: the `spec` of the object.
fn switch(object: &Object<'_>) -> Origin {
    super::object::key_origin(object.root, "spec").unwrap_or_else(|| object.origin())
}

/// Whether an annotation or label says yes.
fn says_yes(value: &str) -> bool {
    value.eq_ignore_ascii_case("true")
}

/// Names of the workloads behind the Services that the nodes name.
fn targets<'n>(
    object: &Object<'_>,
    cluster: &Cluster<'_>,
    services: impl IntoIterator<Item = &'n Node>,
) -> Vec<String> {
    services
        .into_iter()
        .filter_map(super::object::word)
        .flat_map(|name| cluster.behind(object.namespace, name))
        .collect()
}
