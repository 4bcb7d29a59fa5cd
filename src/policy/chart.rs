//! Charts whose templates aren't at hand: from values to the containers and files that the
//! chart would make of them.

use std::borrow::Cow;

use super::files::BoundFile;
use super::format::{Chart, ChartComponent, ChartEnv, ConfigFile, Product};
use super::image::{Image, glob};
use super::load::Policies;
use super::path::ValuePath;
use super::recognise::{Layer, Subject, script_commands};
use super::version::in_range;
use crate::inventory::{Command, Env, Gap, Release, Route};
use crate::syntax;
use crate::trace::{Map, Node, StepKind, Text, Unknown, Value};

/// The subjects that `release` deploys.
pub(super) fn of_release<'a>(
    release: &'a Release,
    policies: &'a Policies,
    out: &mut Vec<Subject<'a>>,
) {
    for (product, name, chart, values) in matches(release, policies) {
        deploy(release, product, name, chart, values, out);
    }
}

/// A product, the name of its chart, the chart, and the values that are for it.
type Match<'a> = (&'a Product, &'a str, &'a Chart, &'a Node);

/// The charts that a release may be.
fn matches<'a>(release: &'a Release, policies: &'a Policies) -> Vec<Match<'a>> {
    if release.chart.name.is_some() {
        return by_name(release, policies);
    }
    let found = by_marks(&release.values, policies);
    if !found.is_empty() {
        return found;
    }
    // The values of an umbrella chart: each dependency's are under its name or alias.
    let mut out = Vec::new();
    for (key, node) in release.values.as_map().into_iter().flat_map(Map::iter) {
        for found in by_marks(node, policies) {
            let (_, name, chart, _) = found;
            let alike = name == key || chart.names.iter().any(|n| n == key);
            if alike || trees_found(node, chart) >= chart.at_least.clamp(2, 3) {
                out.push(found);
            }
        }
    }
    out
}

/// By the chart's name; one chart may deploy several products.
fn by_name<'a>(release: &'a Release, policies: &'a Policies) -> Vec<Match<'a>> {
    let mut out = Vec::new();
    let full = release.chart.name.as_deref().unwrap_or_default();
    let name = full
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or(full);
    for product in &policies.products {
        for (key, chart) in &product.charts {
            if key != name && !chart.names.iter().any(|n| n == name) {
                continue;
            }
            let repository = release.chart.repository.as_deref();
            let from_there = |r: &str| {
                chart
                    .repositories
                    .iter()
                    .any(|p| glob(r.trim_end_matches('/'), p.trim_end_matches('/')) || glob(r, p))
            };
            let fits = if chart.strict {
                repository.is_some_and(from_there)
                    || marks_found(&release.values, chart) >= chart.at_least.max(1)
            } else {
                true
            };
            if fits {
                out.push((product, key.as_str(), chart, &release.values));
                break;
            }
        }
    }
    out
}

/// The chart whose marks the values bear most of, for all products that it deploys.
fn by_marks<'a>(values: &'a Node, policies: &'a Policies) -> Vec<Match<'a>> {
    let mut best: Option<(usize, &Product, &str, &Chart)> = None;
    for product in &policies.products {
        for (name, chart) in &product.charts {
            let found = marks_found(values, chart);
            // Lists of versions or replica counts name the same keys, but with bare numbers.
            if trees_found(values, chart) == 0 {
                continue;
            }
            if found >= chart.at_least.max(2)
                && !chart.marks.is_empty()
                && best.as_ref().is_none_or(|(n, ..)| found > *n)
            {
                best = Some((found, product, name, chart));
            }
        }
    }
    let Some((_, product, name, chart)) = best else {
        return Vec::new();
    };
    let others = policies
        .products
        .iter()
        .filter(|p| p.product != product.product)
        .filter_map(|p| p.charts.get(name).map(|c| (p, c)))
        .map(|(p, c)| (p, name, c, values));
    std::iter::once((product, name, chart, values))
        .chain(others)
        .collect()
}

/// The ways in that the charts of a release open: with the product and component behind.
pub(super) fn routes<'a>(
    release: &'a Release,
    policies: &'a Policies,
) -> Vec<(&'a Product, Option<&'a str>, Route)> {
    let mut out = Vec::new();
    for (product, _, chart, values) in matches(release, policies) {
        for route in &chart.routes {
            let switch = route.enabled.as_deref().and_then(|p| first(values, p));
            let on = switch.map_or(Some(route.default), truth).unwrap_or(false);
            let elsewhere = route
                .tls_elsewhere
                .as_slice()
                .iter()
                .any(|p| first(values, p).is_some_and(|n| truth(n) != Some(false)));
            let tls = route.tls.as_deref().and_then(|p| first(values, p));
            if !on || elsewhere || tls.is_some_and(|n| truth(n).is_none()) {
                continue;
            }
            let place = tls.filter(|n| !n.is_null()).or(switch).unwrap_or(values);
            out.push((
                product,
                route.component.as_deref(),
                Route {
                    name: format!("{} {}", product.title, release.name)
                        .trim()
                        .to_owned(),
                    namespace: release.namespace.clone(),
                    hosts: route
                        .hosts
                        .as_deref()
                        .and_then(|p| first(values, p))
                        .map(|n| {
                            n.as_list()
                                .map_or_else(|| vec![n.clone()], <[Node]>::to_vec)
                        })
                        .unwrap_or_default(),
                    targets: Vec::new(),
                    tls: Some(tls.and_then(truth).unwrap_or(false)),
                    origin: place.origin.clone(),
                },
            ));
        }
    }
    out
}

/// How many of the marks hold more than a scalar.
fn trees_found(values: &Node, chart: &Chart) -> usize {
    chart
        .marks
        .iter()
        .flat_map(|m| ValuePath::parse(m).find(values))
        .filter(|n| matches!(n.value, Value::Map(_) | Value::List(_)))
        .count()
}

fn marks_found(values: &Node, chart: &Chart) -> usize {
    chart
        .marks
        .iter()
        .filter(|m| !ValuePath::parse(m).find(values).is_empty())
        .count()
}

fn deploy<'a>(
    release: &'a Release,
    product: &'a Product,
    name: &'a str,
    chart: &'a Chart,
    values: &'a Node,
    out: &mut Vec<Subject<'a>>,
) {
    let add_at = if release.values_at.nearest_span().is_some() {
        release.values_at.clone()
    } else {
        release.origin.clone()
    };
    let base = |component: Option<&'a str>| {
        let mut subject = Subject::new(
            product,
            Layer::Chart,
            release.name.clone(),
            release.origin.clone(),
        );
        subject.component = component;
        subject.namespace = release.namespace.as_deref();
        subject.version = image_version(values, component).or_else(|| app_version(chart, release));
        subject.chart_version.clone_from(&release.chart.version);
        subject.add_at = add_at.clone();
        subject.gaps = Cow::Borrowed(&release.gaps);
        subject.unseen = release.gaps.first();
        subject
    };
    let mut components: Vec<&'a str> = Vec::new();
    for component in &chart.components {
        match component {
            ChartComponent::Always(name) => components.push(name),
            ChartComponent::When(when) => {
                let on = first(values, &when.when)
                    .and_then(truth)
                    .unwrap_or(when.default);
                if on {
                    components.push(&when.name);
                }
            }
        }
    }
    // With all of them switched off nothing of the product is there.
    if components.is_empty() && !chart.components.is_empty() {
        return;
    }
    // The values themselves, for settings that have a value of their own.
    let mut whole = base(None);
    whole.values = Some((name, values));
    whole.commands = Cow::Owned(scripts(chart, values));
    out.push(whole);
    for component in components {
        let mut subject = base(Some(component));
        let (env, gaps) = env_for(chart, values, component);
        subject.env = Cow::Owned(env);
        let mut all = release.gaps.clone();
        all.extend(gaps);
        subject.gaps = Cow::Owned(all);
        subject.files = files_for(product, chart, values, component);
        subject.makes = chart.files.iter().map(|f| f.file.as_str()).collect();
        subject.values = Some((name, values));
        out.push(subject);
    }
}

/// The version of the image that the values name; charts fetch a recent one otherwise.
fn image_version(values: &Node, component: Option<&str>) -> Option<String> {
    let own = component.and_then(|c| values.at(&[c, "image", "tag"]));
    let tag = own.filter(|n| !n.is_null());
    let tag = tag
        .or_else(|| values.at(&["image", "tag"]))?
        .scalar_text()?;
    Image::parse(&format!("image:{}", tag.as_str())).version()
}

/// The version of the program that this version of the chart deploys.
fn app_version(chart: &Chart, release: &Release) -> Option<String> {
    let version = release.chart.version.as_deref();
    let mut known = chart.apps.iter();
    let found = known.find(|(range, _)| in_range(version, range));
    found.map(|(_, app)| app.clone())
}

fn first<'a>(values: &'a Node, path: &str) -> Option<&'a Node> {
    ValuePath::parse(path).find(values).into_iter().next()
}

/// Whether a template's `if` would hold for it.
pub(super) fn truth(node: &Node) -> Option<bool> {
    match &node.value {
        Value::Unknown(_) => None,
        Value::Null => Some(false),
        Value::Bool(b) => Some(*b),
        Value::Int(i) => Some(*i != 0),
        Value::Float(f) => Some(*f != 0.0),
        Value::Text(t) if t.unknown().is_some() => None,
        // Charts that take words for switches mean them.
        Value::Text(t) => Some(!matches!(
            t.as_str().to_ascii_lowercase().as_str(),
            "" | "false" | "no" | "off" | "0"
        )),
        Value::List(l) => Some(!l.is_empty()),
        Value::Map(m) => Some(!m.is_empty()),
    }
}

fn scripts(chart: &Chart, values: &Node) -> Vec<Command> {
    chart
        .scripts
        .iter()
        .flat_map(|path| ValuePath::parse(path).find(values))
        .flat_map(|node| match &node.value {
            Value::List(words) => listed_commands(words),
            Value::Text(text) => script_commands(text),
            _ => Vec::new(),
        })
        .collect()
}

/// The commands of a container's `command` or `args`: what one of them says to a shell, or all
/// of them together.
fn listed_commands(words: &[Node]) -> Vec<Command> {
    let spaced = |t: &&Text| t.as_str().contains(char::is_whitespace);
    let texts: Vec<&Text> = words.iter().filter_map(Node::as_text).collect();
    if texts.iter().any(spaced) {
        return texts
            .into_iter()
            .filter(spaced)
            .flat_map(script_commands)
            .collect();
    }
    let origin = words.first().map(|w| w.origin.clone());
    origin
        .map(|origin| Command {
            words: words.to_vec(),
            env: Vec::new(),
            origin,
        })
        .into_iter()
        .collect()
}

fn env_for(chart: &Chart, values: &Node, component: &str) -> (Vec<Env>, Vec<Gap>) {
    let mut env = Vec::new();
    let mut gaps = Vec::new();
    for entry in &chart.env {
        if entry.component.as_deref().is_some_and(|c| c != component) {
            continue;
        }
        let find = |path: &Option<String>| {
            path.iter()
                .flat_map(|p| ValuePath::parse(p).find(values))
                .collect::<Vec<_>>()
        };
        for node in find(&entry.map) {
            for (name, slot) in node.as_map().into_iter().flat_map(Map::slots) {
                env.push(variable(entry, name, slot.key.clone(), &slot.node));
            }
            from_list(entry, node, &mut env);
        }
        for node in find(&entry.list).into_iter().chain(find(&entry.text)) {
            // Charts that take a list often take it as text too.
            match &node.value {
                Value::Text(text) => {
                    let read = syntax::read(syntax::Format::OF_VALUES, text);
                    from_list(entry, &read.root, &mut env);
                }
                _ => from_list(entry, node, &mut env),
            }
        }
        for node in find(&entry.value) {
            if let Some(name) = &entry.name
                && !node.is_null()
            {
                env.push(variable(entry, name, node.origin.clone(), node));
            }
        }
        for node in find(&entry.secret) {
            if truth(node) != Some(false) {
                let what = node.as_str().unwrap_or("a secret").to_owned();
                gaps.push(Gap {
                    why: Unknown::new(format!("the content of `{what}` is not in the tree")),
                    origin: node.origin.clone(),
                });
            }
        }
    }
    (env, gaps)
}

fn from_list(entry: &ChartEnv, list: &Node, env: &mut Vec<Env>) {
    for item in list.as_list().unwrap_or_default() {
        let Some(name) = item.get("name").and_then(Node::as_text) else {
            continue;
        };
        let value = match item.get("value") {
            Some(value) => value.clone(),
            None if item.get("valueFrom").is_some() => Node::unknown(
                format!("`{}` is taken from elsewhere", name.as_str()),
                item.origin.clone(),
            ),
            None => Node::text(Text::plain("")),
        };
        env.push(variable(entry, name.as_str(), name.origin(), &value));
    }
}

fn variable(entry: &ChartEnv, name: &str, key: crate::trace::Origin, node: &Node) -> Env {
    let name = format!("{}{name}", entry.prefix);
    let note = format!("environment variable {name}");
    let value = match node.scalar_text() {
        Some(text) => Node::new(Value::Text(text), node.origin.clone()),
        None => node.clone(),
    };
    let value = match entry.component.as_deref() {
        Some(component) => {
            value.map_origins(&|o| o.then(StepKind::Deploy, None, format!("{note} of {component}")))
        }
        None => value,
    };
    Env {
        name: Text::opaque(name, key),
        value,
    }
}

fn files_for<'a>(
    product: &'a Product,
    chart: &'a Chart,
    values: &Node,
    component: &str,
) -> Vec<BoundFile<'a>> {
    let mut out = Vec::new();
    for entry in &chart.files {
        let Some((name, file)) = product.files.get_key_value(&entry.file) else {
            continue;
        };
        if file.component.as_deref().is_some_and(|c| c != component) {
            continue;
        }
        for node in entry
            .text
            .iter()
            .flat_map(|p| ValuePath::parse(p).find(values))
        {
            let Some(text) = node.as_text() else {
                // Some charts take the tree where others take its text.
                if node.as_map().is_some() {
                    out.push(tree(name, file, node.clone()));
                }
                continue;
            };
            if let Ok(format) = file.format.parse::<syntax::Format>() {
                let read = syntax::read(format, text);
                let root = if file.root.is_empty() {
                    Some(read.root)
                } else {
                    ValuePath::parse(&file.root)
                        .find(&read.root)
                        .first()
                        .map(|n| (*n).clone())
                };
                if let Some(root) = root {
                    out.push(tree(name, file, Node::new(root.value, node.origin.clone())));
                }
            }
        }
        for node in entry
            .map
            .iter()
            .flat_map(|p| ValuePath::parse(p).find(values))
        {
            let root = match &entry.under {
                Some(under) => {
                    let mut map = Map::new();
                    map.insert(under.clone(), node.origin.clone(), node.clone());
                    Node::map(map, node.origin.clone())
                }
                None => node.clone(),
            };
            out.push(tree(name, file, root));
        }
    }
    out
}

fn tree<'a>(name: &'a str, file: &'a ConfigFile, root: Node) -> BoundFile<'a> {
    BoundFile {
        name,
        file,
        origin: root.origin.clone(),
        root,
        open: None,
    }
}
