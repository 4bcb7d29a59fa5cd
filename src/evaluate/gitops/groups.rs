//! Which objects are applied together.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::evaluate::kubernetes::{Manifest, Object, objects, references};
use crate::evaluate::kustomize;
use crate::evaluate::release::{Installation, template};
use crate::syntax::yaml::{self, Schema};
use crate::trace::{Node, Problem};
use crate::workspace::{Kind, Workspace, WorkspaceFile};

/// Objects that are applied together.
#[derive(Debug, Clone, Default)]
pub(super) struct Group {
    /// The path for people.
    pub(super) name: String,
    /// `kustomization` or `manifests`.
    pub(super) kind: &'static str,
    /// The folder.
    pub(super) dir: PathBuf,
    /// The objects.
    pub(super) manifests: Vec<Manifest>,
    /// Charts that the kustomization would inflate.
    pub(super) charts: Vec<Installation>,
    /// Files that nobody else should take for theirs.
    pub(super) claimed: BTreeSet<PathBuf>,
    /// Remarks.
    pub(super) notes: Vec<Problem>,
}

/// All groups: one for each kustomization that no other includes, then the rest by folder,
/// folders that refer to each other together.
pub(super) fn read(workspace: &Workspace) -> (Vec<Group>, Vec<Problem>) {
    let mut groups = Vec::new();
    let mut reached = BTreeSet::new();
    for dir in kustomize::folders(workspace) {
        let file = kustomize::kustomization_in(workspace, &dir);
        if file.is_some_and(|f| reached.contains(&f)) {
            continue;
        }
        let build = kustomize::build(workspace, &dir);
        reached.extend(build.reached.iter().cloned());
        groups.push(Group {
            name: workspace.show(&dir),
            kind: "kustomization",
            dir,
            manifests: build.manifests,
            charts: build.charts,
            claimed: build.reached,
            notes: build.notes,
        });
    }
    let files: Vec<&WorkspaceFile> = workspace.of_kind(Kind::Kubernetes).collect();
    let parsed: Vec<_> = files
        .par_iter()
        .map(|file| parse(workspace, file))
        .collect();
    let mut problems: Vec<Problem> = workspace
        .of_kind(Kind::Kustomization)
        .flat_map(|file| parse(workspace, file).1)
        .collect();
    let mut folders: BTreeMap<&Path, Vec<Manifest>> = BTreeMap::new();
    for (file, (documents, found)) in files.iter().zip(parsed) {
        problems.extend(found);
        if !reached.contains(&file.abs) {
            let manifests = documents.into_iter().map(|d| Manifest::new(&file.abs, d));
            folders.entry(file.dir()).or_default().extend(manifests);
        }
    }
    for members in together(&folders) {
        groups.push(gather(workspace, &members, &mut folders));
    }
    (groups, problems)
}

fn gather<'a>(
    workspace: &Workspace,
    members: &[&'a Path],
    folders: &mut BTreeMap<&'a Path, Vec<Manifest>>,
) -> Group {
    let dir = common(members);
    let manifests: Vec<Manifest> = members
        .iter()
        .filter_map(|dir| folders.remove(dir))
        .flatten()
        .collect();
    // A single file is known by its own name.
    let paths: BTreeSet<&PathBuf> = manifests.iter().map(|m| &m.path).collect();
    let name = match paths.first() {
        Some(path) if paths.len() == 1 => workspace.show(path),
        _ => workspace.show(&dir),
    };
    Group {
        name,
        kind: "manifests",
        dir,
        manifests,
        ..Group::default()
    }
}

fn parse(workspace: &Workspace, file: &WorkspaceFile) -> (Vec<Node>, Vec<Problem>) {
    let text = workspace.text_of(file);
    let mut stream = yaml::parse(&text, Schema::Yaml11);
    if file.templated && !stream.problems.is_empty() {
        let plain = template::plain(&text);
        stream = yaml::parse(&plain.text, Schema::Yaml11);
        stream.problems.clear();
    }
    // `release.yaml.j2` is a template whatever its marks are.
    let ending = file.name().rsplit('.').next().unwrap_or_default();
    if !matches!(ending, "yaml" | "yml" | "json" | "Kustomization") {
        stream.problems.clear();
    }
    let documents = stream.documents.into_iter().map(|d| d.root);
    (documents.collect(), stream.problems)
}

/// The folder that holds all of `dirs`.
fn common(dirs: &[&Path]) -> PathBuf {
    let Some((first, rest)) = dirs.split_first() else {
        return PathBuf::new();
    };
    first
        .ancestors()
        .find(|a| rest.iter().all(|d| d.starts_with(a)))
        .unwrap_or(first)
        .to_path_buf()
}

/// Kinds that are used from within a namespace by those who brought them there.
const BINDING: &[&str] = &["ConfigMap", "PersistentVolumeClaim", "Secret", "Service"];

type Key = (String, Option<String>, String);

/// Sorts folders into sets: one that names an object which only one other folder has belongs
/// to that one, since both are applied to the same namespace.
fn together<'a>(folders: &BTreeMap<&'a Path, Vec<Manifest>>) -> Vec<Vec<&'a Path>> {
    let dirs: Vec<&Path> = folders.keys().copied().collect();
    let mut has: BTreeMap<Key, BTreeSet<usize>> = BTreeMap::new();
    let mut wants: Vec<BTreeSet<Key>> = Vec::new();
    for (index, manifests) in folders.values().enumerate() {
        let mut wanted = BTreeSet::new();
        for object in objects(manifests.iter().map(|m| &m.root)) {
            let namespace = object.namespace.map(str::to_owned);
            let key = (provides(&object), namespace.clone(), object.name.to_owned());
            has.entry(key).or_default().insert(index);
            for (kind, name) in references::all(object.root) {
                if !BINDING.contains(&kind.as_str()) {
                    continue;
                }
                wanted.insert((kind, namespace.clone(), name));
            }
        }
        wants.push(wanted);
    }
    let mut set: Vec<usize> = (0..dirs.len()).collect();
    for (index, wanted) in wants.iter().enumerate() {
        for key in wanted {
            let Some(owners) = has.get(key) else { continue };
            if let (1, Some(owner)) = (owners.len(), owners.first()) {
                let (a, b) = (top(&set, index), top(&set, *owner));
                if let Some(entry) = set.get_mut(a.max(b)) {
                    *entry = a.min(b);
                }
            }
        }
    }
    let mut out: BTreeMap<usize, Vec<&Path>> = BTreeMap::new();
    for (index, dir) in dirs.iter().enumerate() {
        out.entry(top(&set, index)).or_default().push(dir);
    }
    out.into_values().collect()
}

fn top(set: &[usize], mut index: usize) -> usize {
    while let Some(next) = set.get(index).filter(|next| **next != index) {
        index = *next;
    }
    index
}

/// The kind under which others refer to the object.
fn provides(object: &Object<'_>) -> String {
    match object.gvk.kind.as_str() {
        "SealedSecret" | "ExternalSecret" => "Secret".to_owned(),
        kind => kind.to_owned(),
    }
}
