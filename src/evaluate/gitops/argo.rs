//! Argo CD: `Application` and `ApplicationSet`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::flux::last;
use super::generators;
use super::tree::from_top;
use crate::evaluate::kubernetes::{
    Manifest, Object, key_origin, list, mask_encrypted, objects, word,
};
use crate::evaluate::release::{self, ChartSource, Installation, Setting, merge, template};
use crate::inventory::{Chart, Gap, Release};
use crate::syntax::yaml::{self, Schema};
use crate::trace::{Map, Node, Origin, StepKind, Text, Unknown, Value};
use crate::workspace::Workspace;

/// The charts that the applications of a document install. Values files they read are added
/// to `claimed`.
pub(super) fn applications(
    workspace: &Workspace,
    manifest: &Manifest,
    claimed: &mut BTreeSet<PathBuf>,
) -> Vec<Installation> {
    let root = mask_encrypted(manifest.root.clone());
    let mut out = Vec::new();
    for object in objects([&root]) {
        if object.gvk.group != "argoproj.io" {
            continue;
        }
        match object.gvk.kind.as_str() {
            "Application" => out.extend(installations(
                workspace,
                manifest,
                object.root,
                &object,
                claimed,
            )),
            "ApplicationSet" => {
                for template in generators::templates(&object) {
                    out.extend(installations(
                        workspace, manifest, &template, &object, claimed,
                    ));
                }
            }
            _ => {}
        }
    }
    out
}

/// The charts of one application.
fn installations(
    workspace: &Workspace,
    manifest: &Manifest,
    application: &Node,
    object: &Object<'_>,
    claimed: &mut BTreeSet<PathBuf>,
) -> Vec<Installation> {
    let Some(spec) = application.get("spec") else {
        return Vec::new();
    };
    let name = application.at(&["metadata", "name"]).and_then(word);
    let reader = Reader {
        workspace,
        from: manifest.path.parent().unwrap_or(&manifest.path),
        name: name.unwrap_or(object.name),
        title: object.title(),
        spec,
    };
    let sources = list(spec, "sources").iter().chain(spec.get("source"));
    sources
        .filter_map(|source| reader.installation(source, claimed))
        .collect()
}

struct Reader<'r> {
    workspace: &'r Workspace,
    from: &'r Path,
    /// The application's name.
    name: &'r str,
    /// Kind and name of the object it is written in.
    title: String,
    spec: &'r Node,
}

/// Values with what is missing of them.
struct Read {
    values: Node,
    gaps: Vec<Gap>,
    /// The last values file.
    file: Option<Origin>,
}

impl Reader<'_> {
    fn installation(&self, source: &Node, claimed: &mut BTreeSet<PathBuf>) -> Option<Installation> {
        let field = |key: &str| source.get(key).and_then(word).map(str::to_owned);
        let helm = source.get("helm");
        let path = field("path").filter(|p| !p.is_empty());
        let dir = path.as_deref().and_then(|p| {
            from_top(self.from, p, |dir| {
                self.workspace.is_file(&dir.join("Chart.yaml"))
            })
        });
        let name = field("chart").or_else(|| {
            let known = helm.is_some() || dir.is_some();
            path.as_deref()
                .filter(|_| known)
                .and_then(last)
                .map(str::to_owned)
        })?;
        let read = self.values(source, helm, dir.as_deref(), claimed);
        let release_name = helm.and_then(|h| h.get("releaseName")).and_then(word);
        let version = source.get("targetRevision").and_then(Node::scalar_text);
        let (repository, name) = match name.rsplit_once('/') {
            // OCI charts may carry a part of the address in their name.
            Some((rest, name)) => {
                let base = field("repoURL").map(|u| format!("{u}/{rest}"));
                (base, name.to_owned())
            }
            None => (field("repoURL"), name),
        };
        let written = source.get("chart").or_else(|| source.get("path"));
        Some(Installation {
            source: dir.map_or(ChartSource::Elsewhere, ChartSource::Path),
            release: Release {
                name: release_name.unwrap_or(self.name).to_owned(),
                namespace: self
                    .spec
                    .at(&["destination", "namespace"])
                    .and_then(word)
                    .map(str::to_owned),
                chart: Chart {
                    name: Some(name),
                    repository,
                    version: version.map(|v| v.as_str().to_owned()),
                },
                values: read.values,
                gaps: read.gaps,
                origin: written.unwrap_or(source).origin.clone(),
                values_at: helm
                    .and_then(values_key)
                    .or(read.file)
                    .or_else(|| key_origin(source, "helm"))
                    .unwrap_or_else(|| source.origin.clone()),
            },
        })
    }

    /// `valueFiles`, then `values` or `valuesObject`, then parameters.
    fn values(
        &self,
        source: &Node,
        helm: Option<&Node>,
        chart: Option<&Path>,
        claimed: &mut BTreeSet<PathBuf>,
    ) -> Read {
        let mut read = Read {
            values: Node::map(Map::new(), source.origin.clone()),
            gaps: Vec::new(),
            file: None,
        };
        let Some(helm) = helm else { return read };
        for file in list(helm, "valueFiles") {
            self.file(&mut read, file, chart, claimed);
        }
        let object = helm.get("valuesObject").filter(|o| o.as_map().is_some());
        if let Some(object) = object {
            read.lay(object.clone(), "valuesObject");
        } else if let Some(text) = helm.get("values") {
            match (text.as_text(), text.why_unknown()) {
                (Some(text), _) => {
                    let stream = yaml::parse(text, Schema::Yaml11);
                    if let Some(root) = stream.into_first() {
                        read.lay(root, "helm.values");
                    }
                }
                (None, Some(why)) => read.gap(why.why.clone(), &text.origin),
                (None, None) => {}
            }
        }
        for parameter in list(helm, "fileParameters") {
            if let Some(name) = parameter.get("name").and_then(Node::as_text) {
                let why = "it is read from a file of the chart's repository";
                let node = Node::unknown(why, name.origin());
                read.set(name, node, Setting::Text);
            }
        }
        for parameter in list(helm, "parameters") {
            let (Some(name), Some(value)) = (
                parameter.get("name").and_then(Node::as_text),
                parameter.get("value"),
            ) else {
                continue;
            };
            let forced = parameter.get("forceString").and_then(Node::as_bool) == Some(true);
            let setting = if forced {
                Setting::Text
            } else {
                Setting::Typed
            };
            let value = match value.scalar_text() {
                Some(text) => Node::new(Value::Text(text), value.origin.clone()),
                None => value.clone(),
            };
            read.set(name, value, setting);
        }
        read
    }

    fn file(
        &self,
        read: &mut Read,
        file: &Node,
        chart: Option<&Path>,
        claimed: &mut BTreeSet<PathBuf>,
    ) {
        let Some(text) = file.as_text() else { return };
        let name = text.as_str();
        let is_file = |path: &Path| self.workspace.is_file(path);
        // `$name/…` is relative to the top of the source with that `ref`; whether that is this
        // repository shows in the file being there.
        let path = match name.strip_prefix('$').and_then(|n| n.split_once('/')) {
            Some((_, below)) => from_top(self.from, below, is_file),
            None if name.contains("://") => None,
            None => chart
                .map(|dir| self.workspace.beside(dir, name))
                .filter(|path| is_file(path)),
        };
        let Some(path) = path else {
            read.gap(
                format!("the values file {name} isn't in the tree"),
                &file.origin,
            );
            return;
        };
        let Some(source) = self.workspace.read(&path) else {
            read.gap(
                format!("the values file {name} can't be read"),
                &file.origin,
            );
            return;
        };
        let (root, open, _) = template::values(&self.workspace.text(source));
        for origin in open {
            read.gap("a template action prints values here".to_owned(), &origin);
        }
        claimed.insert(path);
        if let Some(root) = root {
            let root = mask_encrypted(root);
            read.file = Some(root.origin.clone());
            let at = file.span();
            let note = format!("valueFiles of {}", self.title);
            let root = root.map_origins(&|o| o.then(StepKind::Reference, at, note.clone()));
            read.lay(root, last(name).unwrap_or(name));
        }
    }
}

impl Read {
    fn lay(&mut self, over: Node, layer: &str) {
        let old = std::mem::replace(&mut self.values, Node::null(Origin::nowhere()));
        self.values = merge(old, over, layer);
    }

    fn gap(&mut self, why: String, origin: &Origin) {
        self.gaps.push(Gap {
            why: Unknown::new(why),
            origin: origin.clone(),
        });
    }

    fn set(&mut self, name: &Text, value: Node, setting: Setting) {
        if let Err(why) = release::set(&mut self.values, name, value, setting, "a parameter") {
            self.gap(why, &name.origin());
        }
    }
}

fn values_key(helm: &Node) -> Option<Origin> {
    key_origin(helm, "valuesObject").or_else(|| key_origin(helm, "values"))
}
