//! What a file is, told by its name and by what stands in it.

use std::path::Path;

use super::MAX_FILE_BYTES;
use crate::trace::Role;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A Compose or Docker stack file.
    Compose,
    /// Kubernetes manifests, objects of Flux and Argo CD included.
    Kubernetes,
    /// A kustomization.
    Kustomization,
    /// `Chart.yaml`.
    HelmChart,
    /// A file in a chart's `templates/`.
    ChartTemplate,
    /// Another file of a chart.
    ChartFile,
    /// Values for a chart, by their name.
    HelmValues,
    /// A helmfile.
    Helmfile,
    /// Terraform or OpenTofu configuration.
    Terraform,
    /// Values of Terraform variables.
    Tfvars,
    /// A Terraform plan or state as JSON.
    TerraformPlan,
    /// `NAME=value` lines.
    Dotenv,
    /// How an image is built.
    Dockerfile,
    /// cloud-init user data.
    CloudInit,
    /// A shell script.
    Shell,
    /// A playbook, or a part of a role or inventory.
    Ansible,
    /// Any other file that could configure a program; YAML of unknown use is among them.
    Config,
    /// Nothing of interest.
    Ignored,
}

impl Kind {
    /// The word for it in reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Compose => "compose",
            Self::Kubernetes => "kubernetes",
            Self::Kustomization => "kustomization",
            Self::HelmChart => "helm-chart",
            Self::ChartTemplate => "helm-template",
            Self::ChartFile => "helm-chart-file",
            Self::HelmValues => "helm-values",
            Self::Helmfile => "helmfile",
            Self::Terraform => "terraform",
            Self::Tfvars => "tfvars",
            Self::TerraformPlan => "terraform-plan",
            Self::Dotenv => "dotenv",
            Self::Dockerfile => "dockerfile",
            Self::CloudInit => "cloud-init",
            Self::Shell => "shell",
            Self::Ansible => "ansible",
            Self::Config => "config",
            Self::Ignored => "other",
        }
    }

    /// Whose text such a file at `path` is.
    pub(super) fn role(self, path: &Path) -> Role {
        let vendored = path.parent().is_some_and(|dir| {
            let parts: Vec<_> = dir.iter().map(std::ffi::OsStr::to_string_lossy).collect();
            let in_subchart = parts.iter().rposition(|p| p == "charts");
            // `charts/x` at the top is where people keep their own; `a/charts/b/…` with a
            // chart at `a` is a subchart, which only the evaluator of charts can tell.
            in_subchart.is_some_and(|at| parts[..at].iter().any(|p| p == "charts"))
                || parts.iter().any(|p| p == ".terraform" || p == "vendor")
        });
        match self {
            _ if vendored => Role::Vendored,
            Self::HelmValues | Self::Tfvars | Self::Dotenv => Role::Settings,
            _ => Role::Code,
        }
    }
}

/// What the name alone tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hint {
    /// Certain.
    Is(Kind),
    /// YAML; the content tells.
    Yaml,
    /// JSON; the content tells.
    Json,
    /// JSON that by its name may be a plan.
    Plan,
    /// Perhaps a script or a configuration; the content tells.
    Perhaps,
    /// Not worth opening.
    Ignore,
}

impl Hint {
    /// Whether it would be a loss if such a file could not be read.
    pub(super) fn is_wanted(self) -> bool {
        match self {
            Self::Is(kind) => !matches!(kind, Kind::Config | Kind::ChartFile | Kind::ChartTemplate),
            Self::Yaml | Self::Plan => true,
            Self::Json | Self::Perhaps | Self::Ignore => false,
        }
    }

    /// The size up to which it is worth reading.
    pub(super) fn limit(self, given: bool) -> u64 {
        if given || self.is_wanted() {
            return MAX_FILE_BYTES;
        }
        match self {
            Self::Json => 4 * 1024 * 1024,
            _ => 512 * 1024,
        }
    }
}

/// Endings that say "to be filled in"; what is before them tells the format.
const TEMPLATE_ENDINGS: &[&str] = &[
    ".j2",
    ".tpl",
    ".tmpl",
    ".tftpl",
    ".template",
    ".gotmpl",
    ".example",
    ".sample",
    ".dist",
    ".in",
    ".erb",
    ".orig",
    ".default",
];

/// JSON that other tools write or read.
const OTHER_JSON: &[&str] = &[
    "package.json",
    "package-lock.json",
    "composer.json",
    "renovate.json",
    "manifest.json",
    "devcontainer.json",
    "lerna.json",
    "angular.json",
];

/// The name without endings that say that it is a template.
fn bare(name: &str) -> &str {
    let mut name = name;
    while let Some(shorter) = TEMPLATE_ENDINGS
        .iter()
        .find_map(|ending| name.strip_suffix(ending).filter(|n| !n.is_empty()))
    {
        name = shorter;
    }
    name
}

/// What the path (below the root) tells.
pub(super) fn by_name(path: &Path) -> Hint {
    let full = path.to_string_lossy().replace('\\', "/").to_lowercase();
    let parts: Vec<&str> = full.split('/').collect();
    let name = parts.last().copied().unwrap_or_default();
    let dirs = parts.get(..parts.len() - 1).unwrap_or_default();
    let in_dir = |wanted: &str| dirs.contains(&wanted);
    if is_dotenv(name, dirs) {
        return Hint::Is(Kind::Dotenv);
    }
    if is_of_others(name, dirs) {
        return Hint::Ignore;
    }
    if ["dockerfile", "containerfile"]
        .iter()
        .any(|d| name.split('.').any(|part| part == *d))
    {
        return Hint::Is(Kind::Dockerfile);
    }
    let bare = bare(name);
    let ending = bare.rsplit_once('.').map_or("", |(_, e)| e);
    match ending {
        "tf" | "tofu" => Hint::Is(Kind::Terraform),
        "tfvars" => Hint::Is(Kind::Tfvars),
        "json" if bare.ends_with(".tf.json") || bare.ends_with(".tofu.json") => {
            Hint::Is(Kind::Terraform)
        }
        "json" if bare.ends_with(".tfvars.json") => Hint::Is(Kind::Tfvars),
        "yaml" | "yml" => match bare {
            "chart.yaml" => Hint::Is(Kind::HelmChart),
            "kustomization.yaml" | "kustomization.yml" => Hint::Is(Kind::Kustomization),
            _ => Hint::Yaml,
        },
        "json" if bare.contains("plan") => Hint::Plan,
        "json" => Hint::Json,
        "sh" | "bash" | "zsh" | "ksh" => Hint::Is(Kind::Shell),
        "json5" | "jsonc" | "toml" | "ini" | "conf" | "cfg" | "cnf" | "config" | "properties"
        | "jcfg" | "hocon" | "lua" => Hint::Is(Kind::Config),
        "js" | "mjs" | "ts" if bare.contains("config") || bare.contains("settings") => {
            if bare.contains(".min.") {
                Hint::Ignore
            } else {
                Hint::Is(Kind::Config)
            }
        }
        "php" if bare.contains("config") || in_dir("config") => Hint::Is(Kind::Config),
        "service" | "timer" | "socket" => Hint::Ignore,
        _ if bare == "kustomization" => Hint::Is(Kind::Kustomization),
        // No ending, or a template of what its ending doesn't say.
        "" => Hint::Perhaps,
        _ if bare.len() < name.len() => Hint::Perhaps,
        _ if in_dir("templates") => Hint::Perhaps,
        _ => Hint::Ignore,
    }
}

fn is_dotenv(name: &str, dirs: &[&str]) -> bool {
    if name == ".envrc" || name.ends_with(".gpg") || name.ends_with(".md") {
        return false;
    }
    let bare = bare(name);
    name == "dotenv"
        || bare == "env"
        || bare == ".env"
        || bare.ends_with(".env")
        || name.starts_with(".env.")
        || ["env.prod", "env.production", "env.staging", "env.local"].contains(&name)
        || (dirs.last() == Some(&"env.d") && !name.starts_with('.'))
}

/// Files with a reader of their own that has nothing to do with deployments.
fn is_of_others(name: &str, dirs: &[&str]) -> bool {
    let in_dir = |wanted: &[&str]| dirs.iter().any(|d| wanted.contains(d));
    in_dir(&[
        ".github",
        ".circleci",
        ".idea",
        ".vscode",
        ".devcontainer",
        ".husky",
    ]) || (in_dir(&["locales", "locale", "i18n", "translations", "lang", "l10n"])
        && (name.ends_with(".json") || name.ends_with(".yml") || name.ends_with(".yaml")))
        || OTHER_JSON.contains(&name)
        || name.starts_with("tsconfig")
        || name.ends_with(".schema.json")
        || name.ends_with(".lock")
        || name.ends_with(".min.js")
        || matches!(
            name,
            ".gitlab-ci.yml"
                | ".pre-commit-config.yaml"
                | ".travis.yml"
                | ".drone.yml"
                | ".woodpecker.yml"
                | "azure-pipelines.yml"
                | "mkdocs.yml"
                | "pnpm-lock.yaml"
                | ".sops.yaml"
                | "konform.toml"
                | "cargo.toml"
                | "pyproject.toml"
                | "artifacthub-repo.yml"
        )
}

/// What it is. `chart` is the path below the chart it lies in, if it does.
pub(super) fn of(path: &Path, hint: Hint, text: &str, chart: Option<&Path>) -> Kind {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .to_lowercase();
    if let Some(below) = chart
        && hint != Hint::Is(Kind::HelmChart)
    {
        let mut parts = below.iter();
        let first = parts.next().unwrap_or_default().to_string_lossy();
        if first == "templates" {
            return Kind::ChartTemplate;
        }
        if matches!(first.as_ref(), "files" | "crds" | "requirements.yaml") {
            return Kind::ChartFile;
        }
        if hint == Hint::Yaml && is_values_name(&name, path) {
            return Kind::HelmValues;
        }
    }
    match hint {
        Hint::Is(kind) => kind,
        Hint::Ignore => Kind::Ignored,
        Hint::Yaml => yaml(path, &name, text),
        Hint::Json | Hint::Plan => json(text),
        Hint::Perhaps => {
            if is_cloud_init(text) {
                Kind::CloudInit
            } else if has_shell_mark(text) {
                Kind::Shell
            } else if bare(&name).len() < name.len() {
                Kind::Config
            } else if text.trim_start().starts_with('{') {
                // Web servers hand out JSON under names without an ending.
                json(text)
            } else {
                Kind::Ignored
            }
        }
    }
}

fn is_values_name(name: &str, path: &Path) -> bool {
    let bare = bare(name);
    let stem = bare.rsplit_once('.').map_or(bare, |(s, _)| s);
    let in_values = path
        .parent()
        .and_then(Path::file_name)
        .is_some_and(|d| d.eq_ignore_ascii_case("values"));
    in_values
        || stem == "values"
        || stem.starts_with("values-")
        || stem.starts_with("values_")
        || stem.starts_with("values.")
        || stem.ends_with("-values")
        || stem.ends_with("_values")
        || stem.ends_with(".values")
}

fn is_cloud_init(text: &str) -> bool {
    let mut lines = text.lines().filter(|l| !l.trim().is_empty());
    lines
        .by_ref()
        .take_while(|l| l.starts_with('#'))
        .any(|l| l.trim_end() == "#cloud-config")
}

fn has_shell_mark(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    let program = first.strip_prefix("#!").map(str::trim).unwrap_or_default();
    let mut words = program.split_whitespace();
    let path = words.next().unwrap_or_default();
    let mut shell = path.rsplit('/').next().unwrap_or_default();
    if shell == "env" {
        shell = words.find(|w| !w.starts_with('-')).unwrap_or_default();
    }
    matches!(
        shell,
        "sh" | "bash" | "dash" | "zsh" | "ksh" | "ash" | "with-contenv"
    )
}

fn json(text: &str) -> Kind {
    let top = text.trim_start();
    if !top.starts_with('{') && !top.starts_with('/') {
        return Kind::Ignored;
    }
    let has = |key: &str| text.contains(key);
    if has("\"planned_values\"") && has("\"format_version\"") {
        return Kind::TerraformPlan;
    }
    let head = &text.as_bytes()[..text.len().min(4096)];
    let heads = |key: &[u8]| head.windows(key.len()).any(|w| w == key);
    if heads(b"\"apiVersion\"") && heads(b"\"kind\"") {
        return Kind::Kubernetes;
    }
    Kind::Config
}

/// The keys at the left margin of all documents, without parsing: the text may be a template.
fn top_keys(text: &str) -> Vec<&str> {
    let key = |line: &'_ str| -> Option<usize> {
        let first = *line.as_bytes().first()?;
        if !(first.is_ascii_alphanumeric() || matches!(first, b'"' | b'\'' | b'_' | b'.')) {
            return None;
        }
        let end = line.find(':')?;
        let after = line.as_bytes().get(end + 1);
        (after.is_none_or(u8::is_ascii_whitespace) && !line[..end].contains(' ')).then_some(end)
    };
    text.lines()
        .filter_map(|line| Some(line[..key(line)?].trim_matches(['"', '\''])))
        .collect()
}

/// Top-level keys of Compose files besides extensions.
const COMPOSE_KEYS: &[&str] = &[
    "services", "version", "volumes", "networks", "configs", "secrets", "name", "include", "models",
];

fn yaml(path: &Path, name: &str, text: &str) -> Kind {
    let keys = top_keys(text);
    let has = |key: &str| keys.contains(&key);
    if is_cloud_init(text) {
        return Kind::CloudInit;
    }
    if has("apiVersion") && has("kind") {
        let kustomize = text.contains("kustomize.config.k8s.io/");
        return if kustomize {
            Kind::Kustomization
        } else {
            Kind::Kubernetes
        };
    }
    if is_compose(name, &keys, text) {
        return Kind::Compose;
    }
    let called = name.contains("helmfile") || in_dir(path, "helmfile.d") || has("helmfiles");
    let parts = ["releases", "helmfiles", "environments", "bases"];
    if called && parts.into_iter().any(has) {
        return Kind::Helmfile;
    }
    if is_ansible(path, text) {
        return Kind::Ansible;
    }
    if is_values_name(name, path) {
        return Kind::HelmValues;
    }
    // A flow mapping over several lines is JSON to the reader.
    if text.trim_start().starts_with('{') && !text.trim_start().starts_with("{{") {
        return json(text);
    }
    Kind::Config
}

fn is_compose(name: &str, keys: &[&str], text: &str) -> bool {
    let known = |k: &&str| COMPOSE_KEYS.contains(k) || k.starts_with("x-");
    if name.contains("compose") && keys.iter().any(known) {
        return keys.contains(&"services") || keys.contains(&"include") || keys.iter().all(known);
    }
    if !keys.contains(&"services") || !keys.iter().all(known) {
        return false;
    }
    text.lines().any(|line| {
        let inner = line.trim_start();
        inner.len() < line.len()
            && [
                "image:",
                "build:",
                "environment:",
                "env_file:",
                "volumes:",
                "ports:",
            ]
            .iter()
            .any(|key| inner.starts_with(key))
    })
}

fn in_dir(path: &Path, wanted: &str) -> bool {
    path.parent()
        .is_some_and(|d| d.iter().any(|p| p.eq_ignore_ascii_case(wanted)))
}

fn is_ansible(path: &Path, text: &str) -> bool {
    let inside = |dir| in_dir(path, dir);
    if inside("group_vars") || inside("host_vars") {
        return true;
    }
    if inside("roles")
        && ["tasks", "handlers", "defaults", "vars", "meta"]
            .into_iter()
            .any(inside)
    {
        return true;
    }
    let plays = text
        .lines()
        .any(|l| l.starts_with("- hosts:") || l.starts_with("  hosts:"));
    let works = ["tasks:", "roles:", "import_playbook:", "vars_files:"]
        .iter()
        .any(|key| {
            text.lines()
                .any(|l| l.trim_start_matches([' ', '-']).starts_with(key))
        });
    plays && works
}
