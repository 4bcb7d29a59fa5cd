//! `helm install` and its kin.

use std::collections::BTreeMap;

use super::machine::Machine;
use super::started::{Call, flag};
use crate::evaluate::release::{ChartSource, Installation, Setting, merge, set, template};
use crate::inventory::{Chart, Gap, Release};
use crate::trace::{Map, Node, Origin, StepKind, Text, Unknown};

/// What `helm` remembers between calls.
#[derive(Debug, Default)]
pub(super) struct Helm {
    repositories: BTreeMap<String, String>,
}

/// Flags without a value.
const SWITCHES: &[&str] = &[
    "--atomic",
    "--cleanup-on-fail",
    "--create-namespace",
    "--debug",
    "--dependency-update",
    "--devel",
    "--disable-openapi-validation",
    "--dry-run",
    "--force",
    "--force-update",
    "--generate-name",
    "-g",
    "--hide-notes",
    "--install",
    "-i",
    "--no-hooks",
    "--replace",
    "--reset-then-reuse-values",
    "--reset-values",
    "--reuse-values",
    "--skip-crds",
    "--verify",
    "--wait",
    "--wait-for-jobs",
    "--insecure-skip-tls-verify",
    "--pass-credentials",
];

impl Helm {
    /// The release that a call installs or upgrades.
    pub(super) fn release(
        &mut self,
        machine: &Machine<'_>,
        call: &Call<'_>,
    ) -> Option<Installation> {
        let mut reader = Reader {
            machine,
            call,
            values: Node::map(Map::new(), call.command.origin.clone()),
            gaps: Vec::new(),
            values_at: None,
        };
        let mut plain: Vec<&Node> = Vec::new();
        let (mut repository, mut version, mut namespace) = (None, None, None);
        let mut sets: Vec<(Text, &str)> = Vec::new();
        let mut rest = call.arguments;
        while let Some(first) = rest.first() {
            let word = first.as_text().map(Text::as_str).unwrap_or_default();
            let mut taken = 1;
            if let Some((value, n)) = flag(rest, "values", Some('f')) {
                taken = n;
                reader.file(&value);
            } else if let Some((value, n)) = flag(rest, "set", None) {
                taken = n;
                sets.push((value, "set"));
            } else if let Some((value, n)) = flag(rest, "set-string", None) {
                taken = n;
                sets.push((value, "set-string"));
            } else if let Some((value, n)) = flag(rest, "set-literal", None) {
                taken = n;
                sets.push((value, "set-literal"));
            } else if let Some((value, n)) =
                flag(rest, "set-json", None).or_else(|| flag(rest, "set-file", None))
            {
                taken = n;
                sets.push((value, "set-file"));
            } else if let Some((value, n)) = flag(rest, "repo", None) {
                taken = n;
                repository = Some(value);
            } else if let Some((value, n)) = flag(rest, "version", None) {
                taken = n;
                version = Some(value);
            } else if let Some((value, n)) = flag(rest, "namespace", Some('n')) {
                taken = n;
                namespace = Some(value);
            } else if word.starts_with('-') {
                if !SWITCHES.contains(&word) && !word.contains('=') {
                    taken = 2;
                }
            } else {
                plain.push(first);
            }
            rest = rest.get(taken..).unwrap_or_default();
        }
        let word = |at: usize| plain.get(at).and_then(|n| n.as_str());
        if word(0) == Some("repo") && word(1) == Some("add") {
            if let (Some(name), Some(url)) = (word(2), word(3)) {
                self.repositories.insert(name.to_owned(), url.to_owned());
            }
            return None;
        }
        if !matches!(word(0), Some("install" | "upgrade" | "template")) {
            return None;
        }
        let generated = plain.len() == 2;
        let chart_node = plain.get(if generated { 1 } else { 2 })?;
        let chart = chart_node.as_text()?.as_str().to_owned();
        let last = chart
            .trim_end_matches('/')
            .rsplit('/')
            .next()
            .unwrap_or_default();
        let name = if generated {
            last
        } else {
            word(1).unwrap_or(last)
        }
        .to_owned();
        for (text, how) in sets {
            reader.set(&text, how);
        }
        let source = machine
            .in_tree(call.folder, &chart)
            .filter(|dir| machine.workspace.is_file(&dir.join("Chart.yaml")))
            .map_or(ChartSource::Elsewhere, ChartSource::Path);
        let known = chart
            .split_once('/')
            .and_then(|(alias, _)| self.repositories.get(alias).cloned());
        let address = chart.contains("://").then(|| {
            chart[..chart.len() - last.len()]
                .trim_end_matches('/')
                .to_owned()
        });
        let written = |text: Option<Text>| text.map(|t| t.as_str().to_owned());
        Some(Installation {
            release: Release {
                name,
                namespace: written(namespace),
                chart: Chart {
                    name: Some(last.to_owned()),
                    repository: written(repository).or(address).or(known),
                    version: written(version),
                },
                values: reader.values,
                gaps: reader.gaps,
                origin: call.command.origin.clone(),
                values_at: reader
                    .values_at
                    .unwrap_or_else(|| call.command.origin.clone()),
            },
            source,
        })
    }
}

struct Reader<'a, 'w> {
    machine: &'a Machine<'w>,
    call: &'a Call<'a>,
    values: Node,
    gaps: Vec<Gap>,
    values_at: Option<Origin>,
}

impl Reader<'_, '_> {
    fn gap(&mut self, why: String, origin: Origin) {
        self.gaps.push(Gap {
            why: Unknown::new(why),
            origin,
        });
    }

    fn file(&mut self, path: &Text) {
        let name = path.as_str();
        let content = if name == "-" {
            self.call.input.cloned().map(Node::text)
        } else {
            self.machine.content(self.call.folder, name)
        };
        let Some(text) = content.as_ref().and_then(Node::as_text) else {
            self.gap(
                format!("the values file {name} is not known"),
                path.origin(),
            );
            return;
        };
        let (root, open, _) = template::values(text);
        for origin in open {
            self.gap("a template action prints values here".to_owned(), origin);
        }
        let Some(root) = root else { return };
        let at = path.origin().nearest_span();
        let root = root.map_origins(&|o| o.then(StepKind::Reference, at, "given to helm"));
        self.values_at = Some(root.origin.clone());
        let old = std::mem::replace(&mut self.values, Node::null(Origin::nowhere()));
        self.values = merge(old, root, name.rsplit('/').next().unwrap_or(name));
    }

    fn set(&mut self, text: &Text, how: &str) {
        let parts = if how == "set-literal" {
            vec![text.clone()]
        } else {
            settings(text)
        };
        for part in parts {
            let Some(at) = part.as_str().find('=') else {
                continue;
            };
            let path = part.slice(0..at);
            let value = part.slice(at + 1..part.len());
            if how == "set-file" {
                self.gap(
                    format!("{} is set in a way that is not read", path.as_str()),
                    part.origin(),
                );
                continue;
            }
            let setting = if how == "set" {
                Setting::Typed
            } else {
                Setting::Text
            };
            let node = list(&value).unwrap_or_else(|| super::machine::settled(value));
            if let Err(why) = set(&mut self.values, &path, node, setting, "helm --set") {
                self.gap(why, part.origin());
            }
        }
    }
}

/// The parts of `a=b,c={d,e}`; a comma behind a backslash or in braces separates none.
fn settings(text: &Text) -> Vec<Text> {
    let mut out = Vec::new();
    let (mut start, mut deep, mut escaped) = (0, 0_usize, false);
    for (at, c) in text.as_str().char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '{' => deep += 1,
            '}' => deep = deep.saturating_sub(1),
            ',' if deep == 0 => {
                out.push(text.slice(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    out.push(text.slice(start..text.len()));
    out
}

/// `{a,b}`.
fn list(value: &Text) -> Option<Node> {
    let inner = value.as_str().strip_prefix('{')?.strip_suffix('}')?;
    let items = value.slice(1..1 + inner.len()).split(",");
    Some(Node::list(
        items.into_iter().map(Node::text).collect(),
        value.origin(),
    ))
}
