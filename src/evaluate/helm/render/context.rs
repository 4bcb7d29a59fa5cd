//! What templates see: one map for each chart, shared by its templates.

use std::collections::HashSet;

use crate::evaluate::helm::chart::{Data, File};
use crate::evaluate::helm::objects;
use crate::evaluate::helm::value::bytes::from_bytes;
use crate::evaluate::helm::value::{MAP, VALUES, Val};
use crate::evaluate::helm::values::Instance;
use crate::trace::{Map, Node, Origin, Problem, SourceId, Text};
use crate::workspace::Workspace;

/// A template and the chart it belongs to.
#[derive(Debug)]
pub(super) struct Template {
    /// Its full name: `chart/charts/sub/templates/web.yaml`.
    pub name: String,
    /// `chart/charts/sub/templates`.
    pub base: String,
    /// Its text.
    pub source: SourceId,
    /// Which of the charts, as [`names`] and [`Contexts::of`] count them.
    pub chart: usize,
}

/// The templates of a chart and its subcharts.
pub(super) fn templates(chart: &Instance) -> Vec<Template> {
    let mut out = Vec::new();
    let mut count = 0;
    collect(chart, [&chart.name, &chart.name], &mut count, &mut out);
    // Of templates with the same name the last one counts.
    let mut known = HashSet::new();
    out.reverse();
    out.retain(|t| known.insert(t.name.clone()));
    out.reverse();
    out
}

/// `path` is the chart's path, `unaliased` what it would be without any alias.
fn collect(
    chart: &Instance,
    [path, unaliased]: [&str; 2],
    count: &mut usize,
    out: &mut Vec<Template>,
) {
    let own = *count;
    *count += 1;
    // A chart that declares no dependencies shares what is in its folder with all of its aliases.
    let shares = chart.chart.metadata.dependencies.is_empty();
    let base = if shares { unaliased } else { path };
    for child in &chart.children {
        let path = format!("{base}/charts/{}", child.name);
        let name = &child.chart.metadata.name;
        let unaliased = format!("{unaliased}/charts/{name}");
        collect(child, [&path, &unaliased], count, out);
    }
    for file in &chart.chart.templates {
        let last = file.name.rsplit('/').next().unwrap_or(&file.name);
        if chart.chart.is_library() && !last.starts_with('_') {
            continue;
        }
        if let Data::Text(source) = file.data {
            out.push(Template {
                name: format!("{path}/{}", file.name),
                base: format!("{path}/templates"),
                source,
                chart: own,
            });
        }
    }
}

/// What is the same for all charts of a release.
pub(super) struct Shared<'w> {
    pub workspace: &'w Workspace,
    pub release: Val,
    pub capabilities: Val,
}

/// The maps of all charts, in the order in which [`templates`] counts them.
pub(super) fn contexts(shared: &Shared<'_>, chart: &Instance, values: &Node) -> Vec<Val> {
    let mut out = Vec::new();
    let values = Val::typed_from_node(VALUES, values);
    of_chart(shared, chart, values, true, &mut out);
    out
}

fn of_chart(
    shared: &Shared<'_>,
    chart: &Instance,
    values: Val,
    is_root: bool,
    out: &mut Vec<Val>,
) -> Val {
    let own = out.len();
    out.push(Val::nil(Origin::nowhere()));
    let mut children = Vec::new();
    for child in &chart.children {
        let inner = values.as_map().and_then(|m| m.get(&child.name));
        let inner = inner.filter(|v| v.as_map().is_some());
        let inner = inner.unwrap_or_else(|| Val::map_from(VALUES, []));
        // The map itself, not a copy: what a template sets there, the parent sees too.
        children.push((
            child.name.as_str(),
            of_chart(shared, child, inner, false, out),
        ));
    }
    for wanted in chart.requirements.iter().filter(|_| is_root) {
        if !chart.children.iter().any(|c| c.name == wanted.name) {
            let why = super::absent::missing(&wanted.name);
            let val = Val::unknown(why, wanted.node.origin.clone());
            children.push((wanted.name.as_str(), val));
        }
    }
    let files = chart.chart.files.iter();
    let files = files.map(|f| (f.name.as_str(), content(shared.workspace, f)));
    let context = Val::map_from(
        MAP,
        [
            ("Chart", objects::chart(&metadata(chart), is_root)),
            ("Files", objects::files(files)),
            ("Release", shared.release.clone()),
            ("Capabilities", shared.capabilities.clone()),
            ("Values", values),
            ("Subcharts", Val::map_from(MAP, children)),
        ],
    );
    if let Some(slot) = out.get_mut(own) {
        *slot = context.clone();
    }
    context
}

/// `Chart.yaml` under the name by which the chart takes part.
fn metadata(chart: &Instance) -> Node {
    let meta = &chart.chart.metadata;
    let mut node = meta.node.clone();
    let origin = node.origin.clone();
    if let crate::trace::Value::Map(map) = &mut node.value {
        let text = |s: &str, o: &Origin| Node::text(Text::opaque(s, o.clone()));
        let name = map
            .get("name")
            .map_or_else(|| origin.clone(), |n| n.origin.clone());
        if chart.name != meta.name {
            map.insert("name", name, text(&chart.name, &origin));
        }
        if !map.contains("apiVersion") {
            map.insert(
                "apiVersion",
                origin.clone(),
                text(&meta.api_version, &origin),
            );
        }
        let entries = chart.requirements.iter().map(|r| {
            let mut entry = r.node.clone();
            if let crate::trace::Value::Map(map) = &mut entry.value {
                set(map, "name", text(&r.name, &r.node.origin));
                let on = crate::trace::Value::Bool(true);
                set(map, "enabled", Node::new(on, r.node.origin.clone()));
            }
            entry
        });
        let entries: Vec<Node> = entries.collect();
        if entries.is_empty() {
            map.remove("dependencies");
        } else {
            set(map, "dependencies", Node::list(entries, origin));
        }
    }
    node
}

fn set(map: &mut Map, key: &str, node: Node) {
    map.insert(key, node.origin.clone(), node);
}

/// Tells which templates of a chart and of its subcharts are no text and can't be run.
pub(super) fn unreadable(chart: &Instance, out: &mut Vec<Problem>) {
    let binary = |file: &&File| matches!(file.data, Data::Bytes(_));
    out.extend(chart.chart.templates.iter().filter(binary).map(|file| {
        let message = format!("{}/{} is not UTF-8, and not run", chart.name, file.name);
        Problem::new(message, chart.chart.start())
    }));
    for child in &chart.children {
        unreadable(child, out);
    }
}

/// A text of a chart without the byte order mark at its start.
pub(super) fn without_mark(text: Text) -> Text {
    match text.as_str().strip_prefix('\u{feff}') {
        Some(rest) => text.slice(text.len() - rest.len()..text.len()),
        None => text,
    }
}

fn content(workspace: &Workspace, file: &File) -> Text {
    match &file.data {
        Data::Text(source) => without_mark(workspace.sources().text(*source)),
        Data::Bytes(bytes) => Text::opaque(from_bytes(bytes), Origin::nowhere()),
    }
}
