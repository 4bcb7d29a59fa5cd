//! Which files belong together.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::{Kind, Workspace, WorkspaceFile, root};

/// A chart in the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartDir {
    /// Its folder.
    pub dir: PathBuf,
    /// The folder of the chart in whose `charts/` it lies.
    pub parent: Option<PathBuf>,
}

/// A folder that is a Terraform root module: no other module of the tree calls it, or it has
/// values or a backend of its own.
#[derive(Debug)]
pub struct TerraformRoot<'w> {
    /// The folder.
    pub dir: PathBuf,
    /// Its configuration files.
    pub files: Vec<&'w WorkspaceFile>,
    /// Files with values for its variables, those named `terraform.tfvars` and `*.auto.tfvars`
    /// among them.
    pub tfvars: Vec<&'w WorkspaceFile>,
}

/// The Compose files of one folder.
#[derive(Debug)]
pub struct ComposeGroup<'w> {
    /// The folder.
    pub dir: PathBuf,
    /// The file `docker compose` would take by itself.
    pub main: Option<&'w WorkspaceFile>,
    /// The override file it would add.
    pub overlay: Option<&'w WorkspaceFile>,
    /// All others.
    pub others: Vec<&'w WorkspaceFile>,
}

/// Manifests that would be applied together.
#[derive(Debug)]
pub struct ManifestGroup<'w> {
    /// The folder: that of the kustomization, or the one the files lie in.
    pub dir: PathBuf,
    /// The kustomization, if there is one here or above.
    pub kustomization: Option<&'w WorkspaceFile>,
    /// The manifests, whether the kustomization names them or not.
    pub files: Vec<&'w WorkspaceFile>,
}

const COMPOSE_MAIN: &[&str] = &[
    "compose.yaml",
    "compose.yml",
    "docker-compose.yaml",
    "docker-compose.yml",
];

const COMPOSE_OVERRIDE: &[&str] = &[
    "compose.override.yaml",
    "compose.override.yml",
    "docker-compose.override.yaml",
    "docker-compose.override.yml",
];

impl Workspace {
    /// The charts, outer before inner.
    #[must_use]
    pub fn charts(&self) -> Vec<ChartDir> {
        let dirs: BTreeSet<&Path> = self
            .of_kind(Kind::HelmChart)
            .map(WorkspaceFile::dir)
            .collect();
        dirs.iter()
            .map(|dir| {
                let holder = dir.parent().filter(|p| p.ends_with("charts"));
                let parent = holder
                    .and_then(Path::parent)
                    .filter(|p| self.is_file(&p.join("Chart.yaml")));
                ChartDir {
                    dir: dir.to_path_buf(),
                    parent: parent.map(Path::to_path_buf),
                }
            })
            .collect()
    }

    /// The Terraform root modules.
    #[must_use]
    pub fn terraform_roots(&self) -> Vec<TerraformRoot<'_>> {
        let mut dirs: BTreeMap<&Path, Vec<&WorkspaceFile>> = BTreeMap::new();
        for file in self.of_kind(Kind::Terraform) {
            dirs.entry(file.dir()).or_default().push(file);
        }
        let called = self.called_modules();
        let mut roots = Vec::new();
        for (dir, files) in dirs {
            let tfvars: Vec<_> = self
                .of_kind(Kind::Tfvars)
                .filter(|f| f.dir().starts_with(dir) && self.nearest_module(f.dir()) == Some(dir))
                .collect();
            let own_backend = files.iter().any(|f| {
                let text = &self.sources().get(f.source).text;
                text.lines()
                    .any(|l| l.trim_start().starts_with("backend \""))
            });
            if called.contains(dir) && tfvars.is_empty() && !own_backend {
                continue;
            }
            roots.push(TerraformRoot {
                dir: dir.to_path_buf(),
                files,
                tfvars,
            });
        }
        roots
    }

    /// The nearest folder at or above `dir` with Terraform configuration to check.
    fn nearest_module(&self, dir: &Path) -> Option<&Path> {
        dir.ancestors().find_map(|dir| {
            let mut all = self.of_kind(Kind::Terraform);
            all.find(|f| f.dir() == dir).map(WorkspaceFile::dir)
        })
    }

    /// Folders that some module block names as its source.
    fn called_modules(&self) -> BTreeSet<PathBuf> {
        let mut called = BTreeSet::new();
        for file in self.of_kind(Kind::Terraform) {
            let source = self.sources().get(file.source);
            for line in source.text.lines() {
                let Some(rest) = line
                    .trim_start()
                    .trim_start_matches('"')
                    .strip_prefix("source")
                else {
                    continue;
                };
                let rest = rest.trim_start_matches(['"', ' ', '\t', '=', ':']);
                let name = rest.split('"').next().unwrap_or_default();
                if name.starts_with("./") || name.starts_with("../") {
                    called.insert(root::absolute(Path::new(name), file.dir()));
                }
            }
        }
        called
    }

    /// The Compose files by folder.
    #[must_use]
    pub fn compose_projects(&self) -> Vec<ComposeGroup<'_>> {
        let mut dirs: BTreeMap<&Path, Vec<&WorkspaceFile>> = BTreeMap::new();
        for file in self.of_kind(Kind::Compose) {
            dirs.entry(file.dir()).or_default().push(file);
        }
        dirs.into_iter()
            .map(|(dir, mut files)| {
                let mut take = |names: &[&str]| {
                    let at = names
                        .iter()
                        .find_map(|name| files.iter().position(|f| f.name() == *name))?;
                    Some(files.remove(at))
                };
                ComposeGroup {
                    dir: dir.to_path_buf(),
                    main: take(COMPOSE_MAIN),
                    overlay: take(COMPOSE_OVERRIDE),
                    others: files,
                }
            })
            .collect()
    }

    /// The manifests, grouped by the nearest kustomization at or above them, else by folder;
    /// kustomizations without manifests of their own are there too.
    #[must_use]
    pub fn manifests(&self) -> Vec<ManifestGroup<'_>> {
        let kustomizations: BTreeMap<&Path, &WorkspaceFile> = self
            .of_kind(Kind::Kustomization)
            .map(|f| (f.dir(), f))
            .collect();
        let mut groups: BTreeMap<&Path, Vec<&WorkspaceFile>> = BTreeMap::new();
        for dir in kustomizations.keys() {
            groups.entry(dir).or_default();
        }
        for file in self.of_kind(Kind::Kubernetes) {
            let dir = file.dir();
            let home = dir.ancestors().find(|d| kustomizations.contains_key(d));
            groups.entry(home.unwrap_or(dir)).or_default().push(file);
        }
        groups
            .into_iter()
            .map(|(dir, files)| ManifestGroup {
                dir: dir.to_path_buf(),
                kustomization: kustomizations.get(dir).copied(),
                files,
            })
            .collect()
    }

    /// Files that are values of charts by their name, and those that could be by being YAML of
    /// unknown use ([`Kind::Config`]).
    pub fn values_files(&self) -> impl Iterator<Item = &WorkspaceFile> {
        self.files().iter().filter(|f| {
            f.kind == Kind::HelmValues
                || f.kind == Kind::Config
                    && [".yaml", ".yml", ".yaml.gotmpl"]
                        .iter()
                        .any(|e| f.path.ends_with(e))
        })
    }

    /// The dotenv files.
    pub fn dotenv_files(&self) -> impl Iterator<Item = &WorkspaceFile> {
        self.of_kind(Kind::Dotenv)
    }

    /// Files that could configure a program, mounted somewhere or not.
    pub fn config_files(&self) -> impl Iterator<Item = &WorkspaceFile> {
        self.files()
            .iter()
            .filter(|f| f.kind == Kind::Config || (f.kind == Kind::Ansible && holds_variables(f)))
    }
}

/// Whether a file of a playbook holds nothing but variables: they configure what the playbook sets up.
fn holds_variables(file: &WorkspaceFile) -> bool {
    file.path
        .split('/')
        .any(|dir| matches!(dir, "group_vars" | "host_vars" | "vars" | "defaults"))
}
