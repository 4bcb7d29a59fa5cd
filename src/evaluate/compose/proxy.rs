//! Ways in that services ask a reverse proxy for, by labels or environment variables.

use std::collections::{BTreeMap, BTreeSet};

use crate::inventory::{Route, Workload};
use crate::trace::{Node, Origin, Text, Value};

/// What the proxy's own start-up arguments say of its entry points.
#[derive(Debug, Default)]
struct EntryPoints {
    /// Whether there is a proxy in the project whose arguments name entry points.
    known: bool,
    /// Those that speak TLS whatever a router says.
    tls: BTreeSet<String>,
    /// Those that only send people on to another one.
    redirecting: BTreeSet<String>,
}

/// The ways into the services of one project.
pub(super) fn routes(services: &[Workload]) -> Vec<Route> {
    let entry_points = entry_points(services);
    let mut out = Vec::new();
    for service in services {
        routers(service, &entry_points, &mut out);
        by_environment(service, &mut out);
        by_caddy(service, &mut out);
    }
    out
}

fn entry_points(services: &[Workload]) -> EntryPoints {
    let mut out = EntryPoints::default();
    let containers = services.iter().flat_map(|s| &s.containers);
    for arg in containers.flat_map(|c| &c.args).filter_map(|a| a.as_text()) {
        let arg = arg.as_str().trim_start_matches('-').to_lowercase();
        let Some(rest) = arg.strip_prefix("entrypoints.") else {
            continue;
        };
        out.known = true;
        let (key, value) = rest.split_once('=').unwrap_or((rest, "true"));
        let Some((name, key)) = key.split_once('.') else {
            continue;
        };
        if key.starts_with("http.tls") && value != "false" {
            out.tls.insert(name.to_owned());
        }
        if key == "http.redirections.entrypoint.to" {
            out.redirecting.insert(name.to_owned());
        }
    }
    out
}

/// Labels `traefik.http.routers.NAME.…`, by the name of the router.
fn routers(service: &Workload, entry_points: &EntryPoints, out: &mut Vec<Route>) {
    let mut routers: BTreeMap<String, BTreeMap<String, &Node>> = BTreeMap::new();
    for (label, value) in &service.labels {
        // Docker hands labels on as they are; Traefik doesn't mind their case.
        let lower = label.to_lowercase();
        let Some(rest) = lower.strip_prefix("traefik.http.routers.") else {
            continue;
        };
        if let Some((name, key)) = rest.split_once('.') {
            let router = routers.entry(name.to_owned()).or_default();
            router.insert(key.to_owned(), value);
        }
    }
    for (name, router) in routers {
        let word = |key: &str| {
            let text = router.get(key)?.as_text()?;
            Some(text.as_str().to_lowercase())
        };
        let Some(rule) = router.get("rule") else {
            continue;
        };
        // It only sends people on, usually to the router with TLS.
        if word("middlewares").is_some_and(|m| m.contains("redirect") || m.contains("https")) {
            continue;
        }
        let points: Vec<String> = word("entrypoints")
            .map(|all| all.split(',').map(|p| p.trim().to_owned()).collect())
            .unwrap_or_default();
        let redirected = |p: &String| entry_points.redirecting.contains(p);
        if !points.is_empty() && points.iter().all(redirected) {
            continue;
        }
        let labelled = match word("tls").as_deref() {
            Some("true") => Some(true),
            Some("false") => Some(false),
            _ if router.keys().any(|k| k.starts_with("tls.")) => Some(true),
            _ => None,
        };
        out.push(Route {
            name: format!("router {name}"),
            namespace: None,
            hosts: rule.as_text().map(hosts).unwrap_or_default(),
            targets: vec![service.name.clone()],
            tls: labelled.or_else(|| tls_of(&points, entry_points)),
            origin: rule.origin.clone(),
        });
    }
}

/// Whether a router without a word on TLS has it from its entry points.
fn tls_of(points: &[String], entry_points: &EntryPoints) -> Option<bool> {
    if points.is_empty() {
        return (entry_points.known && entry_points.tls.is_empty()).then_some(false);
    }
    let secure = |p: &String| {
        entry_points.tls.contains(p)
            || p.contains("secure")
            || p.contains("https")
            || p.contains("443")
            || p.contains("tls")
    };
    if points.iter().all(secure) {
        return Some(true);
    }
    let plain = |p: &String| matches!(p.as_str(), "web" | "http" | "insecure");
    points.iter().any(plain).then_some(false)
}

/// The names in ``Host(`a`) || Host(`b`, `c`)``.
fn hosts(rule: &Text) -> Vec<Node> {
    let chars = rule.as_str();
    let mut out = Vec::new();
    for (at, call) in chars.match_indices("Host") {
        let from = at + call.len();
        let rest = chars.get(from..).unwrap_or_default();
        let rest = rest.strip_prefix("SNI").unwrap_or(rest);
        if !rest.starts_with('(') {
            continue;
        }
        let start = chars.len() - rest.len() + 1;
        let end = chars
            .get(start..)
            .and_then(|inner| inner.find(')'))
            .map_or(chars.len(), |n| start + n);
        for host in rule.slice(start..end).split(",") {
            let host = host.trim_matches(|c| c.is_whitespace() || matches!(c, '`' | '"' | '\''));
            if !host.is_empty() {
                out.push(host_node(host));
            }
        }
    }
    out
}

fn host_node(host: Text) -> Node {
    match host.unknown().cloned() {
        Some(why) if host.is_wholly_unknown() => {
            let origin = host.origin();
            Node::new(Value::Unknown(why), origin)
        }
        _ => Node::text(host),
    }
}

/// The hosts of a list with commas.
fn host_nodes(list: &Text) -> Vec<Node> {
    let hosts = list.split(",").into_iter();
    hosts.map(|host| host_node(host.trim())).collect()
}

/// `VIRTUAL_HOST`, which a proxy beside the service reads, with `LETSENCRYPT_HOST` for a
/// certificate.
fn by_environment(service: &Workload, out: &mut Vec<Route>) {
    for container in &service.containers {
        let Some(host) = container.env("VIRTUAL_HOST") else {
            continue;
        };
        let Some(text) = host.value.as_text().filter(|t| !t.is_empty()) else {
            continue;
        };
        let certified = ["LETSENCRYPT_HOST", "CERT_NAME"].iter().any(|name| {
            let value = container.env(name).and_then(|e| e.value.as_text());
            value.is_some_and(|t| !t.is_empty())
        });
        let refused = container
            .env("HTTPS_METHOD")
            .and_then(|e| e.value.as_str())
            .is_some_and(|method| method == "nohttps");
        let tls = match (certified, refused) {
            (_, true) => Some(false),
            (true, false) => Some(true),
            (false, false) => None,
        };
        out.push(Route {
            name: format!("VIRTUAL_HOST of {}", service.name),
            namespace: None,
            hosts: host_nodes(text),
            targets: vec![service.name.clone()],
            tls,
            origin: host.value.origin.clone(),
        });
    }
}

/// The label `caddy`: an address for which Caddy gets a certificate unless it says `http://`.
fn by_caddy(service: &Workload, out: &mut Vec<Route>) {
    let numbered = |label: &str| {
        label == "caddy"
            || label
                .strip_prefix("caddy_")
                .is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()))
    };
    for (label, value) in service.labels.iter().filter(|(label, _)| numbered(label)) {
        let Some(text) = value.as_text() else {
            continue;
        };
        let plain =
            text.as_str().contains("http://") || text.as_str().trim_start().starts_with(":80");
        out.push(Route {
            name: format!("{label} of {}", service.name),
            namespace: None,
            hosts: host_nodes(text),
            targets: vec![service.name.clone()],
            tls: Some(!plain),
            origin: Origin::clone(&value.origin),
        });
    }
}
