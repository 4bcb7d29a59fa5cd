//! The inventory as text, for `konform inventory` and for tests.
//!
//! One line an item, indented under what it belongs to. Behind `@` stands where a value was
//! written, behind each `←` a step of its way from there, the latest first.

use std::fmt::Write as _;

use super::{
    Container, Deployment, Env, Gap, Host, Inventory, Item, Labels, MountedFile, Port, Release,
    Resource, Route, Workload,
};
use crate::trace::{Node, Origin, Place, Problem, Sources, Span, Value};

/// Texts longer than this are cut.
const MAX_TEXT: usize = 100;

/// Collections deeper than this are not printed.
const MAX_DEPTH: usize = 24;

/// The whole inventory as text; the same bytes for the same inventory.
#[must_use]
pub fn dump(inventory: &Inventory, sources: &Sources) -> String {
    let mut out = Dump {
        out: String::new(),
        depth: 0,
        sources,
    };
    for deployment in &inventory.deployments {
        out.deployment(deployment);
    }
    for problem in &inventory.problems {
        out.problem("problem", problem);
    }
    out.out
}

struct Dump<'a> {
    out: String,
    depth: usize,
    sources: &'a Sources,
}

impl Dump<'_> {
    fn line(&mut self, text: &str) {
        let indent = self.depth * 2;
        let _ = writeln!(self.out, "{:indent$}{}", "", text.trim_end());
    }

    fn inside(&mut self, what: impl FnOnce(&mut Self)) {
        self.depth += 1;
        what(self);
        self.depth -= 1;
    }

    fn span(&self, span: Span) -> String {
        let source = self.sources.get(span.source);
        let line = source.position(span.start as usize).line;
        format!("{}:{line}", source.path)
    }

    fn origin(&self, origin: &Origin) -> String {
        let mut out = match &origin.place {
            Place::Span(span) => format!("@{}", self.span(*span)),
            Place::Default(default) => format!("@default of {}", default.layer),
            Place::Nowhere => "@nowhere".to_owned(),
        };
        for step in origin.steps().into_iter().rev() {
            let _ = write!(out, " ← {}", step.note);
            if let Some(at) = step.at {
                let _ = write!(out, " {}", self.span(at));
            }
        }
        out
    }

    fn problem(&mut self, word: &str, problem: &Problem) {
        let at = problem
            .span
            .map_or(String::new(), |s| format!(" @{}", self.span(s)));
        self.line(&format!("{word}: {}{at}", problem.message));
    }

    fn deployment(&mut self, deployment: &Deployment) {
        self.line(&format!(
            "deployment {} ({})",
            deployment.name, deployment.kind
        ));
        self.inside(|this| {
            for note in &deployment.notes {
                this.problem("note", note);
            }
            for item in &deployment.items {
                this.item(item);
            }
        });
    }

    fn item(&mut self, item: &Item) {
        match item {
            Item::Workload(workload) => self.workload(workload),
            Item::Release(release) => self.release(release),
            Item::Host(host) => self.host(host),
            Item::Resource(resource) => self.resource(resource),
            Item::Route(route) => self.route(route),
            Item::Opening(opening) => {
                let at = self.origin(&opening.origin);
                self.line(&format!(
                    "opening {}-{}/{} in {} {at}",
                    opening.from, opening.to, opening.protocol, opening.name
                ));
            }
            Item::File(file) => self.file(file),
            Item::Environment(environment) => {
                let at = self.origin(&environment.origin);
                self.line(&format!("environment {at}"));
                self.inside(|this| this.env(&environment.env));
            }
            Item::Location(location) => {
                let provider = location.provider.as_deref().unwrap_or("?");
                let value = self.scalar(&location.value);
                self.line(&format!(
                    "location {provider} {value} of {}",
                    location.subject
                ));
            }
        }
    }

    fn named(namespace: Option<&str>, name: &str) -> String {
        namespace.map_or_else(|| name.to_owned(), |n| format!("{n}/{name}"))
    }

    fn workload(&mut self, workload: &Workload) {
        let name = Self::named(workload.namespace.as_deref(), &workload.name);
        let at = self.origin(&workload.origin);
        self.line(&format!("{} {name} {at}", workload.kind));
        self.inside(|this| {
            this.labels(&workload.labels);
            for container in &workload.containers {
                this.container(container);
            }
        });
    }

    fn labels(&mut self, labels: &Labels) {
        for (key, value) in labels {
            let value = self.scalar(value);
            self.line(&format!("label {key}: {value}"));
        }
    }

    fn container(&mut self, container: &Container) {
        let image = container.image.as_ref().map_or("no image".to_owned(), |i| {
            format!("image {}", self.scalar(i))
        });
        self.line(&format!("container {}: {image}", container.name));
        self.inside(|this| {
            this.env(&container.env);
            for gap in &container.env_gaps {
                this.gap("env", gap);
            }
            for file in &container.files {
                this.file(file);
            }
            for (path, gap) in &container.file_gaps {
                this.gap(&format!("file {path}"), gap);
            }
            for arg in &container.args {
                let arg = this.scalar(arg);
                this.line(&format!("arg {arg}"));
            }
            for port in &container.ports {
                this.port(port);
            }
        });
    }

    fn env(&mut self, env: &[Env]) {
        for entry in env {
            let value = self.scalar(&entry.value);
            self.line(&format!("env {} = {value}", entry.name.as_str()));
        }
    }

    fn gap(&mut self, what: &str, gap: &Gap) {
        let at = self.origin(&gap.origin);
        self.line(&format!("gap {what}: {} {at}", gap.why.why));
    }

    fn file(&mut self, file: &MountedFile) {
        let content = match &file.content.value {
            Value::Text(text) => format!("{} bytes", text.len()),
            Value::Unknown(why) => format!("?({})", why.why),
            _ => "no text".to_owned(),
        };
        let at = self.origin(&file.content.origin);
        self.line(&format!("file {}: {content} {at}", file.path));
    }

    fn port(&mut self, port: &Port) {
        let number = |n: Option<u16>| n.map_or("-".to_owned(), |n| n.to_string());
        let address = port.address.as_deref().unwrap_or("*");
        let (outside, inside) = (number(port.published), number(port.container));
        let at = self.origin(&port.origin);
        self.line(&format!(
            "port {address}:{outside} → {inside}/{} {at}",
            port.protocol
        ));
    }

    fn route(&mut self, route: &Route) {
        let name = Self::named(route.namespace.as_deref(), &route.name);
        let tls = match route.tls {
            Some(true) => "with TLS",
            Some(false) => "without TLS",
            None => "TLS not known",
        };
        let hosts: Vec<_> = route.hosts.iter().map(|h| self.scalar(h)).collect();
        let at = self.origin(&route.origin);
        self.line(&format!(
            "route {name}, {tls}, to {} {at}",
            route.targets.join(", ")
        ));
        self.inside(|this| {
            for host in hosts {
                this.line(&format!("host {host}"));
            }
        });
    }

    fn release(&mut self, release: &Release) {
        let name = Self::named(release.namespace.as_deref(), &release.name);
        let chart = &release.chart;
        let word = |part: &Option<String>| part.clone().unwrap_or_else(|| "?".to_owned());
        let at = self.origin(&release.origin);
        self.line(&format!(
            "release {name}: chart {} {} from {} {at}",
            word(&chart.name),
            word(&chart.version),
            word(&chart.repository)
        ));
        self.inside(|this| {
            this.tree("values", &release.values);
            for gap in &release.gaps {
                this.gap("values", gap);
            }
        });
    }

    fn host(&mut self, host: &Host) {
        let at = self.origin(&host.origin);
        self.line(&format!("host {} {at}", host.name));
        self.inside(|this| {
            for package in &host.packages {
                let at = this.origin(&package.origin());
                this.line(&format!("package {} {at}", package.as_str()));
            }
            for file in &host.files {
                this.file(file);
            }
            for command in &host.commands {
                let words: Vec<_> = command.words.iter().map(|w| this.bare(w)).collect();
                let at = this.origin(&command.origin);
                this.line(&format!("command {} {at}", words.join(" ")));
                this.inside(|this| this.env(&command.env));
            }
        });
    }

    fn resource(&mut self, resource: &Resource) {
        let at = self.origin(&resource.origin);
        self.line(&format!("resource {} {at}", resource.address));
        self.inside(|this| {
            this.tree("body", &resource.body);
            if let Some(config) = &resource.provider_config {
                this.tree("provider", config);
            }
            for other in &resource.refers_to {
                this.line(&format!("refers to {other}"));
            }
        });
    }

    fn tree(&mut self, name: &str, node: &Node) {
        match &node.value {
            Value::Map(map) if !map.is_empty() && self.depth < MAX_DEPTH => {
                self.line(&format!("{name}:"));
                self.inside(|this| {
                    for (key, value) in map.iter() {
                        this.tree(key, value);
                    }
                });
            }
            Value::List(items) if !items.is_empty() && self.depth < MAX_DEPTH => {
                self.line(&format!("{name}:"));
                self.inside(|this| {
                    for (at, value) in items.iter().enumerate() {
                        this.tree(&format!("[{at}]"), value);
                    }
                });
            }
            _ => {
                let value = self.scalar(node);
                self.line(&format!("{name}: {value}"));
            }
        }
    }

    fn scalar(&self, node: &Node) -> String {
        format!("{} {}", self.bare(node), self.origin(&node.origin))
    }

    fn bare(&self, node: &Node) -> String {
        match &node.value {
            Value::Null => "null".to_owned(),
            Value::Bool(b) => b.to_string(),
            Value::Int(i) => i.to_string(),
            Value::Float(f) => f.to_string(),
            Value::Text(text) => {
                let chars = text.as_str();
                let shown: String = chars.chars().take(MAX_TEXT).collect();
                let cut = if shown.len() < chars.len() { "…" } else { "" };
                let unknown = text
                    .unknown()
                    .map_or(String::new(), |why| format!(" ?({})", why.why));
                format!("{shown:?}{cut}{unknown}")
            }
            Value::List(items) => format!("[{} items]", items.len()),
            Value::Map(map) => format!("{{{} entries}}", map.len()),
            Value::Unknown(why) => format!("?({})", why.why),
        }
    }
}
