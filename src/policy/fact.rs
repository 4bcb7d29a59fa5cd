//! Facts: which setting has which value where, or which default applies.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::command::{argument, command_value, debconf_value};
use super::files::BoundFile;
use super::format::{Empty, Product, Scalar, Setting, Type, Written};
use super::path::ValuePath;
use super::recognise::{Layer, Subject};
use super::values::{Meaning, Reading, from_default};
use super::version::in_range;
use crate::trace::{Node, Origin, Text};

/// A setting and its value in one place.
#[derive(Debug, Clone)]
pub struct Fact<'a> {
    /// The product.
    pub product: &'a Product,
    /// The setting's name.
    pub name: &'a str,
    /// The setting.
    pub setting: &'a Setting,
    /// The component it is set for, if only for one.
    pub component: Option<&'a str>,
    /// What it means.
    pub meaning: Meaning,
    /// The value as it is written; none for a default.
    pub node: Option<Node>,
    /// For a default: where a line would be added.
    pub add_at: Origin,
    /// The place in the setting's `written` by which it was found or would be added.
    pub written: Option<&'a Written>,
    /// Why it can't be told whether somebody wrote it, though nobody seems to have.
    pub gap: Option<String>,
    /// Where the default is known from.
    pub default_source: Option<&'a str>,
    /// How it is deployed.
    pub layer: Layer,
    /// The chart in the product file whose values it would be written in.
    pub chart: Option<&'a str>,
    /// The workload, release or machine.
    pub subject: String,
}

/// The facts of one product in one deployment.
#[derive(Debug, Default)]
pub struct Facts<'a> {
    /// All of them.
    pub list: Vec<Fact<'a>>,
    /// Each setting's value, for conditions that ask for another setting.
    pub settings: BTreeMap<&'a str, Meaning>,
}

/// Binds the settings of `product` to the `subjects` that carry them.
#[must_use]
pub fn facts<'a>(product: &'a Product, subjects: &[&Subject<'a>]) -> Facts<'a> {
    let mut facts = Facts::default();
    for (name, setting) in &product.settings {
        let before = facts.list.len();
        let mut gap: Option<String> = None;
        // Where components are known, a default needs one of those it concerns.
        let list = setting.components.as_slice();
        let known = subjects.iter().any(|s| s.component.is_some());
        let present = list.is_empty()
            || !known
            || subjects
                .iter()
                .any(|s| s.component.is_some_and(|c| list.iter().any(|l| l == c)));
        let mut open: Vec<(&Subject<'a>, Option<&'a Written>, Origin)> = Vec::new();
        for subject in subjects {
            let concerned = concerns(setting.components.as_slice(), subject.component);
            let mut found = false;
            for written in &setting.written {
                // What stands in a file or chart counts wherever that is found.
                let in_tree = written.file.is_some() || written.chart.is_some();
                let here = concerned && concerns(written.components.as_slice(), subject.component);
                if !(in_tree || here) || !in_versions(written, subject) {
                    continue;
                }
                for hit in look(written, subject) {
                    let meaning = reading(product, setting, written).read(&hit.node);
                    let meaning = match (meaning, setting.empty) {
                        // That it is deployed is what the setting says.
                        (_, _) if written.deployed.is_some() && setting.kind == Type::Boolean => {
                            Meaning::Bool(!written.invert.unwrap_or(setting.invert))
                        }
                        (Meaning::Unset, Empty::Written) => match setting.kind {
                            Type::Hosts | Type::List => Meaning::List(Vec::new()),
                            _ => Meaning::Null,
                        },
                        (meaning, _) => meaning,
                    };
                    if meaning == Meaning::Unset {
                        open_for(&mut open, subject, Some(written), hit.node.origin);
                        continue;
                    }
                    found = true;
                    facts.list.push(Fact {
                        product,
                        name,
                        setting,
                        component: subject.component.or(hit.component),
                        meaning,
                        node: Some(hit.node),
                        add_at: Origin::nowhere(),
                        written: Some(written),
                        gap: None,
                        default_source: None,
                        layer: subject.layer,
                        chart: subject.values.map(|(chart, _)| chart),
                        subject: subject.name.clone(),
                    });
                }
                if found {
                    break;
                }
            }
            // Variables alone prove no deployment: what isn't there may be elsewhere.
            if !found
                && concerned
                && present
                && !matches!(subject.layer, Layer::Environment | Layer::Tool)
            {
                if let Some((written, at)) = place_to_add(setting, subject) {
                    if let Some(why) = hidden(written, subject) {
                        gap.get_or_insert(why);
                    }
                    open_for(&mut open, subject, Some(written), at);
                } else if setting.written.is_empty()
                    || subject.component.is_some()
                        && setting.written.iter().all(|w| !in_versions(w, subject))
                {
                    // This version has no way to set it.
                    open_for(&mut open, subject, None, subject.origin.clone());
                }
            }
        }
        split_lists(&mut facts.list, before, setting);
        if facts.list.len() > before {
            open.clear();
        }
        for (subject, written, add_at) in open {
            let Some((meaning, source)) = default(setting, subject, subjects) else {
                continue;
            };
            facts.list.push(Fact {
                product,
                name,
                setting,
                component: subject.component,
                meaning,
                node: None,
                add_at,
                written,
                gap: gap.clone(),
                default_source: source,
                layer: subject.layer,
                chart: subject.values.map(|(chart, _)| chart),
                subject: subject.name.clone(),
            });
        }
        if let Some(value) = effective(&facts.list[before..]) {
            facts.settings.insert(name, value);
        }
    }
    facts
}

/// Remembers that `subject` lacks a setting; once for each component.
fn open_for<'s, 'a>(
    open: &mut Vec<(&'s Subject<'a>, Option<&'a Written>, Origin)>,
    subject: &'s Subject<'a>,
    written: Option<&'a Written>,
    at: Origin,
) {
    if !open.iter().any(|(s, ..)| s.component == subject.component) {
        open.push((subject, written, at));
    }
}

fn concerns(components: &[String], component: Option<&str>) -> bool {
    components.is_empty()
        || component.is_none_or(|component| components.iter().any(|c| c == component))
}

fn applies(written: &Written, subject: &Subject<'_>) -> bool {
    concerns(written.components.as_slice(), subject.component) && in_versions(written, subject)
}

fn in_versions(written: &Written, subject: &Subject<'_>) -> bool {
    written
        .versions
        .as_deref()
        .is_none_or(|range| in_range(version(subject, written.chart.is_some()), range))
}

/// The version that a range speaks of: of the chart, or of the program.
fn version<'s>(subject: &'s Subject<'_>, of_chart: bool) -> Option<&'s str> {
    if of_chart {
        subject.chart_version.as_deref()
    } else {
        subject.version.as_deref()
    }
}

/// How the value of `setting` is read where it is `written`.
fn reading<'a>(product: &'a Product, setting: &'a Setting, written: &'a Written) -> Reading<'a> {
    Reading {
        kind: written.kind.unwrap_or(setting.kind),
        spelling: written
            .spelling
            .as_ref()
            .or(setting.spelling.as_ref())
            .and_then(|name| product.spellings.get(name)),
        invert: written.invert.unwrap_or(setting.invert),
        values: if written.values.is_empty() {
            &setting.values
        } else {
            &written.values
        },
        unit: written.unit.or(setting.unit),
    }
}

struct Hit<'a> {
    node: Node,
    component: Option<&'a str>,
}

/// What is written for a setting in a subject.
fn look<'a>(written: &Written, subject: &Subject<'a>) -> Vec<Hit<'a>> {
    let mut out = Vec::new();
    let hit = |node: Node| Hit {
        node,
        component: None,
    };
    if let Some(names) = &written.env {
        let exact_first = |name: &&String| name.contains('*');
        let mut names: Vec<&String> = names.as_slice().iter().collect();
        names.sort_by_key(exact_first);
        for name in names {
            let matches = |n: &str| {
                if name.contains('*') {
                    super::image::glob(n, name)
                } else {
                    n == name
                }
            };
            if let Some(env) = subject.env.iter().rev().find(|e| matches(e.name.as_str())) {
                out.push(hit(env.value.clone()));
                return out;
            }
        }
    }
    if let (Some(file), Some(key)) = (&written.file, &written.key) {
        let path = ValuePath::parse(key);
        for bound in subject.files.iter().filter(|f| f.name == file) {
            for node in path.find(&bound.root) {
                out.push(Hit {
                    node: node.clone(),
                    component: bound.file.component.as_deref(),
                });
            }
        }
    }
    if let (Some(chart), Some(value), Some((name, values))) =
        (&written.chart, &written.value, subject.values)
        && subject.component.is_none()
        && chart == name
        && hold(&written.with, values)
    {
        out.extend(
            ValuePath::parse(value)
                .find(values)
                .into_iter()
                .map(|n| hit(n.clone())),
        );
    }
    if let Some(name) = &written.deployed
        && let Some(node) = subject.image
        && let Some(image) = super::recognise::image_text(node)
        && super::image::Image::parse(&image).is(name)
    {
        // What is deployed is put right where the workload is, not where its image is named.
        let at = subject.workload_at.unwrap_or(&node.origin).clone();
        out.push(hit(Node::text(Text::opaque(image, at))));
    }
    if let Some(flag) = &written.argument {
        out.extend(argument(flag, subject.args).map(hit));
    }
    if let Some(pattern) = &written.command {
        // The last of several commands that set the same thing wins.
        let found = subject
            .commands
            .iter()
            .rev()
            .find_map(|c| command_value(pattern, c, written));
        out.extend(found.map(hit));
    }
    if let Some(question) = &written.debconf {
        let found = subject
            .commands
            .iter()
            .rev()
            .find_map(|c| debconf_value(question, c));
        out.extend(found.map(hit));
    }
    out
}

/// Whether all values at these paths are written so.
fn hold(conditions: &IndexMap<String, Scalar>, values: &Node) -> bool {
    conditions.iter().all(|(path, want)| {
        let want = want.to_string();
        let found = ValuePath::parse(path).find(values);
        let text = found.first().and_then(|n| n.scalar_text());
        text.is_some_and(|have| have.as_str() == want)
    })
}

/// Where a line for `setting` would be added in `subject`, and as what.
fn place_to_add<'a>(setting: &'a Setting, subject: &Subject<'_>) -> Option<(&'a Written, Origin)> {
    // A file that would have to be made comes after everything that is there.
    let there = |w: &Written| {
        w.file
            .as_ref()
            .is_none_or(|file| subject.files.iter().any(|f| f.name == file))
    };
    let (first, last): (Vec<_>, Vec<_>) = setting.written.iter().partition(|w| there(w));
    for written in first.into_iter().chain(last) {
        if !applies(written, subject) {
            continue;
        }
        match subject.layer {
            Layer::Chart => {
                if let (Some(chart), Some(value), Some((name, values))) =
                    (&written.chart, &written.value, subject.values)
                    && chart == name
                {
                    let nearest = ValuePath::parse(value).nearest(values);
                    let at = if std::ptr::eq(nearest, values) {
                        subject.add_at.clone()
                    } else {
                        nearest.origin.clone()
                    };
                    return Some((written, at));
                }
                if written.env.is_some() && subject.component.is_some() {
                    return Some((written, subject.add_at.clone()));
                }
                if let Some(file) = &written.file
                    && let Some(bound) = subject.files.iter().find(|f| f.name == file)
                {
                    return Some((written, in_file(written, bound)));
                }
                // The chart would make the file, if the values had something for it.
                if let Some(file) = &written.file
                    && subject.component.is_some()
                    && subject.makes.contains(&file.as_str())
                {
                    return Some((written, subject.add_at.clone()));
                }
            }
            Layer::Container | Layer::Environment => {
                if written.env.is_some() {
                    return Some((written, subject.add_at.clone()));
                }
                if let Some(file) = &written.file {
                    let at = subject
                        .files
                        .iter()
                        .find(|f| f.name == file)
                        .map_or_else(|| subject.origin.clone(), |f| in_file(written, f));
                    if subject.layer == Layer::Container {
                        return Some((written, at));
                    }
                }
                if written.argument.is_some() && subject.layer == Layer::Container {
                    return Some((written, subject.origin.clone()));
                }
            }
            Layer::File => {
                if let Some(file) = &written.file
                    && let Some(bound) = subject.files.iter().find(|f| f.name == file)
                {
                    return Some((written, in_file(written, bound)));
                }
            }
            Layer::Host | Layer::Tool => {
                if let Some(file) = &written.file
                    && let Some(bound) = subject.files.iter().find(|f| f.name == file)
                {
                    return Some((written, in_file(written, bound)));
                }
                if written.command.is_some() || written.debconf.is_some() || written.file.is_some()
                {
                    return Some((written, subject.origin.clone()));
                }
            }
        }
    }
    None
}

fn in_file(written: &Written, bound: &BoundFile<'_>) -> Origin {
    let nearest = written.key.as_deref().map_or(&bound.root, |key| {
        ValuePath::parse(key).nearest(&bound.root)
    });
    if nearest.origin.nearest_span().is_some() {
        nearest.origin.clone()
    } else {
        bound.origin.clone()
    }
}

/// Why a setting might be written where it can't be seen.
fn hidden(written: &Written, subject: &Subject<'_>) -> Option<String> {
    if let Some(gap) = subject.unseen {
        return Some(gap.why.why.clone());
    }
    if written.env.is_some()
        && let Some(gap) = subject.gaps.first()
    {
        return Some(gap.why.why.clone());
    }
    let name = written.file.as_deref()?;
    if let Some(file) = subject.files.iter().find(|f| f.name == name) {
        return file.open.clone();
    }
    let file = subject.product.files.get(name)?;
    let covered = subject.hidden.iter().find(|(path, _)| {
        let last = path.rsplit('/').next().unwrap_or(path);
        file.names.iter().any(|pattern| {
            super::image::glob(last, pattern)
                || pattern.starts_with(&format!("{}/", path.trim_end_matches('/')))
        })
    });
    if let Some((_, gap)) = covered {
        return Some(gap.why.why.clone());
    }
    file.required
        .then(|| format!("`{name}` is not in the tree"))
}

/// The default that applies: the first that fits.
fn default<'a>(
    setting: &'a Setting,
    subject: &Subject<'a>,
    subjects: &[&Subject<'a>],
) -> Option<(Meaning, Option<&'a str>)> {
    let chart = subjects.iter().find_map(|s| s.values.map(|(name, _)| name));
    // What speaks for all components has the defaults of those that are there.
    let there = |components: &[String]| {
        components.is_empty()
            || subject.component.is_some()
            || subjects.iter().all(|s| s.component.is_none())
            || subjects.iter().any(|s| {
                s.component
                    .is_some_and(|c| components.iter().any(|d| d == c))
            })
    };
    setting
        .default
        .iter()
        .find(|d| {
            d.chart.as_deref().is_none_or(|c| chart == Some(c))
                && (d.with.is_empty() || subject.values.is_some_and(|(_, v)| hold(&d.with, v)))
                && concerns(d.components.as_slice(), subject.component)
                && there(d.components.as_slice())
                && d.versions
                    .as_deref()
                    .is_none_or(|range| in_range(version(subject, d.chart.is_some()), range))
        })
        .map(|d| {
            (
                from_default(&d.value, setting.kind, setting.unit),
                d.source.as_deref().or(Some(setting.source.as_str())),
            )
        })
        .filter(|(meaning, _)| *meaning != Meaning::Unset)
}

/// A list of hosts that is written as a list is judged element by element, so that each
/// finding points at its own line.
fn split_lists<'a>(list: &mut Vec<Fact<'a>>, from: usize, setting: &Setting) {
    if setting.kind != Type::Hosts {
        return;
    }
    let facts = list.split_off(from);
    for fact in facts {
        let items = fact
            .node
            .as_ref()
            .and_then(Node::as_list)
            .filter(|items| items.len() > 1)
            .map(<[Node]>::to_vec);
        let (Some(items), Some(written)) = (items, fact.written) else {
            list.push(fact);
            continue;
        };
        for item in items {
            let meaning = reading(fact.product, fact.setting, written).read(&item);
            if meaning != Meaning::Unset {
                list.push(Fact {
                    meaning,
                    node: Some(item),
                    ..fact.clone()
                });
            }
        }
    }
}

/// The value by which a setting counts for others.
fn effective(facts: &[Fact<'_>]) -> Option<Meaning> {
    let mut best: Option<&Meaning> = None;
    let mut lists: Vec<String> = Vec::new();
    let mut any_list = false;
    for fact in facts {
        if fact.gap.is_some() {
            continue;
        }
        match &fact.meaning {
            Meaning::Unknown(_) | Meaning::Invalid | Meaning::Unset => {}
            Meaning::List(items) => {
                any_list = true;
                lists.extend(items.iter().cloned());
            }
            meaning => {
                let better = matches!(
                    (best, meaning),
                    (None, _) | (Some(Meaning::Bool(false)), Meaning::Bool(true))
                );
                if better {
                    best = Some(meaning);
                }
            }
        }
    }
    if any_list {
        return Some(Meaning::List(lists));
    }
    best.cloned()
}
