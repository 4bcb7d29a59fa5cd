//! `Ingress`, of today's API and of the ones before it.

use super::super::cluster::Cluster;
use super::super::object::{Object, key_origin, list, word};
use super::{says_yes, switch, targets};
use crate::inventory::Route;
use crate::trace::Node;

/// Annotations that name a certificate: the controller terminates TLS with it.
const CERTIFICATE: &[&str] = &[
    "alb.ingress.kubernetes.io/certificate-arn",
    "appgw.ingress.kubernetes.io/appgw-ssl-certificate",
    "ingress.gcp.kubernetes.io/pre-shared-cert",
    "networking.gke.io/managed-certificates",
];

/// Annotations that switch TLS on by being true.
const SWITCH: &[&str] = &[
    "nginx.ingress.kubernetes.io/ssl-passthrough",
    "traefik.ingress.kubernetes.io/router.tls",
];

/// Annotations that only make sense if TLS ends somewhere before or behind.
const HINT: &[&str] = &[
    "acme.cert-manager.io/http01-edit-in-place",
    "cert-manager.io/cluster-issuer",
    "cert-manager.io/issuer",
    "certmanager.k8s.io/cluster-issuer",
    "certmanager.k8s.io/issuer",
    "external-dns.alpha.kubernetes.io/cloudflare-proxied",
    "kubernetes.io/tls-acme",
    "nginx.ingress.kubernetes.io/force-ssl-redirect",
    "traefik.ingress.kubernetes.io/router.tls.certresolver",
];

/// Classes of controllers outside the cluster that always speak TLS to the world.
const TUNNEL: &[&str] = &["cloudflare-tunnel", "ngrok", "tailscale"];

/// The hosts with TLS and those without are separate routes.
pub(super) fn routes(object: &Object<'_>, cluster: &Cluster<'_>) -> Vec<Route> {
    let Some(spec) = object.spec() else {
        return Vec::new();
    };
    let sections = list(spec, "tls");
    let said = announced(object, spec);
    let mut out = Vec::new();
    for rule in list(spec, "rules") {
        let host = rule.get("host").filter(|h| !h.is_null());
        let tls = if sections.iter().any(|s| covers(s, host)) {
            Some(true)
        } else {
            said
        };
        let backends = rule.get("http").map_or(&[][..], |h| list(h, "paths"));
        let services = backends.iter().filter_map(|p| service(p.get("backend")?));
        push(&mut out, object, cluster, services, tls, host);
    }
    let default = spec.get("defaultBackend").or_else(|| spec.get("backend"));
    if let Some(service) = default.and_then(service) {
        let tls = if sections.is_empty() {
            said
        } else {
            Some(true)
        };
        push(&mut out, object, cluster, [service], tls, None);
    }
    out
}

fn push<'n>(
    out: &mut Vec<Route>,
    object: &Object<'_>,
    cluster: &Cluster<'_>,
    services: impl IntoIterator<Item = &'n Node>,
    tls: Option<bool>,
    host: Option<&Node>,
) {
    let targets = targets(object, cluster, services);
    let origin = if tls == Some(true) {
        object.origin()
    } else {
        switch(object)
    };
    let mut route = super::route(object, targets, tls, origin);
    route.hosts.extend(host.cloned());
    match out.iter_mut().find(|r| r.tls == tls) {
        Some(same) => {
            same.hosts.append(&mut route.hosts);
            for target in route.targets {
                if !same.targets.contains(&target) {
                    same.targets.push(target);
                }
            }
        }
        None => out.push(route),
    }
}

fn service(backend: &Node) -> Option<&Node> {
    backend
        .at(&["service", "name"])
        .or_else(|| backend.get("serviceName"))
}

/// Whether a section of `spec.tls` is for `host`. One without hosts is for all.
fn covers(section: &Node, host: Option<&Node>) -> bool {
    let hosts = list(section, "hosts");
    let Some(host) = host.and_then(word) else {
        return true;
    };
    hosts.is_empty()
        || hosts.iter().filter_map(word).any(|pattern| {
            pattern == host
                || pattern
                    .strip_prefix('*')
                    .is_some_and(|end| host.strip_suffix(end).is_some_and(|h| !h.contains('.')))
        })
}

/// What annotations and the class say about TLS where `spec.tls` doesn't.
fn announced(object: &Object<'_>, spec: &Node) -> Option<bool> {
    let annotation = |key: &&str| object.annotation(key);
    let class = spec.get("ingressClassName").and_then(word);
    let class = class.or_else(|| object.annotation("kubernetes.io/ingress.class"));
    let entry = object.annotation("traefik.ingress.kubernetes.io/router.entrypoints");
    let secure = entry.is_some_and(|e| {
        let mut names = e.split(',').map(str::trim);
        names.all(|n| n == "websecure" || n == "https")
    });
    let listens = object.annotation("alb.ingress.kubernetes.io/listen-ports");
    let terminated = object
        .metadata("annotations")
        .is_some_and(|map| map.contains("route.openshift.io/termination"));
    if CERTIFICATE.iter().any(|k| annotation(k).is_some())
        || SWITCH.iter().filter_map(annotation).any(says_yes)
        || class.is_some_and(|c| TUNNEL.contains(&c))
        || listens.is_some_and(|l| l.contains("HTTPS"))
        || secure
        || terminated
    {
        return Some(true);
    }
    let hint = HINT
        .iter()
        .filter_map(annotation)
        .any(|value| !value.eq_ignore_ascii_case("false"));
    // A redirect to HTTPS that the middleware's name announces implies a second router.
    let redirect = object
        .annotation("traefik.ingress.kubernetes.io/router.middlewares")
        .is_some_and(|m| m.contains("redirect"));
    // An internal class or an unknown part of the object leaves it open.
    let unknown = key_origin(spec, "tls").is_some() && spec.get("tls").is_some_and(is_unknown);
    if hint || redirect || unknown {
        return None;
    }
    Some(false)
}

fn is_unknown(node: &Node) -> bool {
    node.why_unknown().is_some()
}
