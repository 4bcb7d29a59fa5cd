//! Files that volumes bring into a container.

use std::sync::Arc;

use super::cluster::{Cluster, Found};
use super::env::step;
use super::object::{list, scalar, word};
use super::pod::Pod;
use super::store::kind_of;
use super::workload::Owner;
use crate::inventory::{Gap, MountedFile};
use crate::trace::{Node, Origin, StepKind, Unknown};

/// What is known of a container's files.
#[derive(Default)]
pub(super) struct Files {
    /// Files with known content.
    pub(super) files: Vec<MountedFile>,
    /// Paths whose content is not known.
    pub(super) gaps: Vec<(String, Gap)>,
}

/// What is in a volume, by path relative to its root.
#[derive(Default)]
struct Content {
    files: Vec<(String, Node)>,
    gaps: Vec<Gap>,
}

/// Reads `volumeMounts` against the volumes of the pod.
pub(super) fn read(
    container: &Node,
    pod: &Pod<'_>,
    owner: &Owner<'_>,
    cluster: &Cluster<'_>,
) -> Files {
    let mut out = Files::default();
    for mount in list(container, "volumeMounts") {
        let Some(path) = mount.get("mountPath") else {
            continue;
        };
        let (Some(base), Some(name)) = (scalar(path), mount.get("name").and_then(word)) else {
            continue;
        };
        let content = volume(name, mount, pod, owner, cluster);
        out.add(&base, mount, path, content, owner);
    }
    out
}

impl Files {
    fn add(&mut self, base: &str, mount: &Node, path: &Node, content: Content, owner: &Owner<'_>) {
        let base = base.trim_end_matches('/');
        let sub = mount.get("subPath").and_then(scalar);
        let sub = sub.as_deref().map(|s| s.trim_matches('/'));
        if mount.get("subPathExpr").is_some() {
            self.gaps.push((
                base.to_owned(),
                Gap {
                    why: Unknown::new("the cluster decides the subPathExpr"),
                    origin: path.origin.clone(),
                },
            ));
            return;
        }
        let note = format!("mounted at {base} in {}", owner.container);
        let mut found = false;
        for (relative, node) in content.files {
            let target = match sub {
                None | Some("") => format!("{base}/{relative}"),
                Some(sub) if sub == relative => base.to_owned(),
                Some(sub) => match relative.strip_prefix(sub).and_then(|r| r.strip_prefix('/')) {
                    Some(rest) => format!("{base}/{rest}"),
                    None => continue,
                },
            };
            found = true;
            let content = step(&node, StepKind::Deploy, &path.origin, &note);
            self.files.retain(|f| f.path != target);
            self.files.push(MountedFile {
                path: target,
                content,
            });
        }
        for gap in content.gaps {
            self.gaps.push((base.to_owned(), gap));
        }
        if let Some(sub) = sub.filter(|s| !s.is_empty() && !found)
            && self.gaps.last().is_none_or(|(p, _)| p != base)
        {
            self.gaps.push((
                base.to_owned(),
                Gap {
                    why: Unknown::new(format!("nothing in the volume is called {sub}")),
                    origin: path.origin.clone(),
                },
            ));
        }
    }
}

fn volume(
    name: &str,
    mount: &Node,
    pod: &Pod<'_>,
    owner: &Owner<'_>,
    cluster: &Cluster<'_>,
) -> Content {
    let mut content = Content::default();
    let named = |v: &&Node| v.get("name").and_then(word) == Some(name);
    let Some(volume) = list(pod.spec, "volumes").iter().find(named) else {
        content.gap("a volume claim holds it", mount);
        return content;
    };
    let reader = Reader { owner, cluster };
    for (kind, slot) in volume
        .as_map()
        .into_iter()
        .flat_map(crate::trace::Map::slots)
    {
        let source = &slot.node;
        match kind {
            "name" => {}
            "configMap" => reader.store(source, false, source.get("name"), &mut content),
            "secret" => reader.store(source, true, source.get("secretName"), &mut content),
            "projected" => {
                for part in list(source, "sources") {
                    if let Some(map) = part.get("configMap") {
                        reader.store(map, false, map.get("name"), &mut content);
                    }
                    if let Some(secret) = part.get("secret") {
                        reader.store(secret, true, secret.get("name"), &mut content);
                    }
                }
            }
            "emptyDir" => {
                if filled_before(name, pod) {
                    content.gap("an init container may write it", mount);
                }
            }
            "downwardAPI" => {}
            other => content.gap(&format!("the volume is of kind {other}"), mount),
        }
    }
    content
}

/// Whether an init container has the volume too.
fn filled_before(volume: &str, pod: &Pod<'_>) -> bool {
    list(pod.spec, "initContainers").iter().any(|c| {
        list(c, "volumeMounts")
            .iter()
            .any(|m| m.get("name").and_then(word) == Some(volume))
    })
}

impl Content {
    fn gap(&mut self, why: &str, mount: &Node) {
        let at = mount.get("mountPath").unwrap_or(mount);
        self.open(Unknown::new(why), at.origin.clone());
    }

    fn open(&mut self, why: Arc<Unknown>, origin: Origin) {
        self.gaps.push(Gap { why, origin });
    }
}

struct Reader<'r, 'a> {
    owner: &'r Owner<'r>,
    cluster: &'r Cluster<'a>,
}

impl Reader<'_, '_> {
    fn store(&self, source: &Node, secret: bool, name: Option<&Node>, content: &mut Content) {
        let Some((name, chars)) = name.and_then(|n| Some((n, word(n)?))) else {
            return;
        };
        let optional = source.get("optional").and_then(Node::as_bool) == Some(true);
        let (index, store) = match self.cluster.store(secret, self.owner.namespace(), chars) {
            Found::Store(index, store) => (index, store),
            Found::Missing(why) => {
                content.open(why, name.origin.clone());
                return;
            }
        };
        let items = list(source, "items");
        let note = format!("{} {chars}", kind_of(secret));
        if let Some(why) = &store.open {
            content.open(why.clone(), name.origin.clone());
        }
        if items.is_empty() {
            self.cluster.mark(index, None);
            for (key, slot) in &store.entries {
                let node = step(&slot.node, StepKind::Reference, &name.origin, &note);
                content.files.push((key.clone(), node));
            }
            return;
        }
        for item in items {
            let (Some(key), Some(path)) = (
                item.get("key").and_then(scalar),
                item.get("path").and_then(scalar),
            ) else {
                continue;
            };
            self.cluster.mark(index, Some(&key));
            match store.entries.get(&key) {
                Some(slot) => {
                    let node = step(&slot.node, StepKind::Reference, &name.origin, &note);
                    content
                        .files
                        .push((path.trim_matches('/').to_owned(), node));
                }
                None if optional || store.open.is_some() => {}
                None => {
                    let why = format!("{} has no key {key}", store.title());
                    content.open(Unknown::new(why), item.origin.clone());
                }
            }
        }
    }
}
