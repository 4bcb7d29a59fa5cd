//! What is known of well-known charts by their values says the same as rendering them.
//!
//! `testdata/both-ways/CHART/` holds sets of values, `chart.yaml` (which chart, and where both
//! ways differ for a reason) and `recorded.yaml`: what came out both ways. The charts are not
//! here; where they are, this records again:
//!
//! ```text
//! KONFORM_CHARTS=DIR cargo test --test both_ways -- --ignored
//! ```
//!
//! `DIR/NAME` (a folder or a link) has to be the chart of each `NAME` under `both-ways`.

mod bindings;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use konform::inventory::{Deployment, Inventory};
use konform::policy::format::Product;
use konform::policy::recognise::{Subject, subjects};
use konform::policy::values::Meaning;
use konform::policy::{Options, Policies, check, fact};
use konform::workspace::{Config, Workspace};
use serde::Deserialize;

/// All products, and the rule that tells which ways in are open without TLS.
static POLICIES: LazyLock<Policies> = LazyLock::new(|| {
    let mut policies = Policies::builtin().expect("the embedded policies load");
    policies.rules.retain(|name, _| name == ROUTE);
    for rule in policies.rules.values_mut() {
        // What is compared: the names by which each can be reached.
        rule.message.en = "{hosts}".to_owned();
    }
    policies
});

const ROUTE: &str = "route-without-tls";

/// Folders of a chart that take no part in an installation.
const IDLE: &[&str] = &[
    ".git",
    "ci",
    "docs",
    "scripts",
    "source",
    "test-values",
    "tests",
];

/// `chart.yaml`.
#[derive(Deserialize)]
struct About {
    chart: String,
    repository: String,
    version: String,
    /// Settings (`product:setting`) that come out differently, and why they have to.
    #[serde(default)]
    differ: BTreeMap<String, String>,
    /// Settings of which only one way can tell, and why; `*` stands for any characters.
    #[serde(default)]
    unseen: BTreeMap<String, String>,
    /// What is known of the values and can't be compared with the rendered chart, and why.
    #[serde(default)]
    unshown: BTreeMap<String, String>,
}

/// What a setting came out as, and whether somebody wrote it.
#[derive(Clone, PartialEq)]
struct Said {
    value: String,
    written: bool,
}

/// By product and setting.
type Facts = BTreeMap<String, Said>;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/both-ways")
}

/// The charts with their folders and sets of values.
fn charts() -> Vec<(String, PathBuf, About, Vec<PathBuf>)> {
    let mut out = Vec::new();
    for dir in listed(&root()) {
        let name = file_name(&dir);
        let about = std::fs::read_to_string(dir.join("chart.yaml")).expect("chart.yaml");
        let about: About = serde_yaml::from_str(&about).expect("chart.yaml is right");
        let mut cases = listed(&dir);
        cases.retain(|p| !["chart.yaml", "recorded.yaml"].contains(&file_name(p).as_str()));
        out.push((name, dir, about, cases));
    }
    assert!(!out.is_empty(), "there are charts");
    out
}

fn listed(dir: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir).expect("a folder");
    let mut out: Vec<_> = entries.map(|e| e.expect("an entry").path()).collect();
    out.sort();
    out
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .expect("a name")
        .to_string_lossy()
        .into_owned()
}

/// A release of the chart with the values in `case`; the chart is `copy`, or not in the tree.
fn release(about: &About, case: &Path, copy: Option<&Path>) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let values = std::fs::read_to_string(case).expect("values");
    let mut indented = String::new();
    for line in values.lines() {
        let _ = writeln!(indented, "    {line}");
    }
    let (chart, source) = match copy {
        Some(_) => ("./chart", "{kind: GitRepository, name: flux-system}"),
        None => (about.chart.as_str(), "{kind: HelmRepository, name: charts}"),
    };
    let text = format!(
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\n\
         metadata: {{name: charts, namespace: chat}}\nspec: {{url: {}}}\n---\n\
         apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n\
         metadata: {{name: app, namespace: chat}}\nspec:\n  chart:\n    spec:\n      \
         chart: {chart}\n      version: {}\n      sourceRef: {source}\n  values:\n{indented}",
        about.repository, about.version
    );
    std::fs::write(dir.path().join("release.yaml"), text).expect("a file");
    if let Some(chart) = copy {
        copied(chart, &dir.path().join("chart"));
    }
    dir
}

fn copied(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for path in listed(from) {
        let name = file_name(&path);
        if path.is_dir() {
            if !IDLE.contains(&name.as_str()) {
                copied(&path, &to.join(name));
            }
        } else {
            std::fs::copy(&path, to.join(name)).expect("a file");
        }
    }
}

/// A tree and what it deploys.
struct Tree {
    workspace: Workspace,
    inventory: Inventory,
}

fn read(dir: &Path) -> Tree {
    let root = dir.canonicalize().expect("a folder");
    let workspace = Workspace::open(std::slice::from_ref(&root), &root, Config::default());
    let inventory = konform::evaluate::evaluate(&workspace);
    assert!(inventory.problems.is_empty(), "{:?}", inventory.problems);
    Tree {
        workspace,
        inventory,
    }
}

/// All settings of the products that `policies` know in the tree, their components, and the ways
/// in without TLS.
fn facts(tree: &Tree, policies: &Policies) -> Facts {
    let mut out = Facts::new();
    let released = |d: &&Deployment| d.kind == "helm-release";
    for deployment in tree.inventory.deployments.iter().filter(released) {
        let (found, problems) = subjects(deployment, policies);
        assert!(problems.is_empty(), "{problems:?}");
        let mut products: BTreeMap<&str, (&Product, Vec<&Subject<'_>>)> = BTreeMap::new();
        for subject in &found {
            let entry = products.entry(&subject.product.product);
            entry
                .or_insert((subject.product, Vec::new()))
                .1
                .push(subject);
        }
        for (name, (product, group)) in products {
            for component in group.iter().filter_map(|s| s.component) {
                let said = Said {
                    value: "there".to_owned(),
                    written: true,
                };
                out.insert(format!("{name}:component {component}"), said);
            }
            let facts = fact::facts(product, &group);
            for (setting, meaning) in &facts.settings {
                let mine = || facts.list.iter().filter(|f| f.name == *setting);
                let written = mine().any(|f| f.node.is_some());
                let value = if !written && mine().any(|f| f.gap.is_some()) {
                    UNDECIDED.to_owned()
                } else {
                    shown(meaning)
                };
                let said = Said { value, written };
                out.insert(format!("{name}:{setting}"), said);
            }
        }
    }
    let sources = tree.workspace.sources();
    let outcome = check(&tree.inventory, policies, &Options::default(), sources);
    for finding in outcome.findings.iter().filter(|f| f.rule == ROUTE) {
        let (product, _) = finding.product.as_ref().expect("it is a product's");
        let said = Said {
            value: finding.message.clone(),
            written: true,
        };
        out.insert(format!("{product}:{ROUTE}"), said);
    }
    out
}

fn shown(meaning: &Meaning) -> String {
    match meaning {
        Meaning::Bool(b) => b.to_string(),
        Meaning::Int(i) => i.to_string(),
        Meaning::Number(n) => n.to_string(),
        Meaning::Text(t) => t.clone(),
        Meaning::List(items) => {
            let items: BTreeSet<&str> = items.iter().map(String::as_str).collect();
            format!("[{}]", items.into_iter().collect::<Vec<_>>().join(", "))
        }
        Meaning::Null => "null".to_owned(),
        Meaning::Unset => "unset".to_owned(),
        Meaning::Unknown(_) => "unknown".to_owned(),
        Meaning::Invalid => "invalid".to_owned(),
    }
}

/// The part of `recorded.yaml` on one set of values.
#[derive(Deserialize)]
struct Case {
    /// Settings that somebody wrote, and that are the same both ways.
    written: BTreeMap<String, String>,
    /// Settings that come out differently: by values, rendered.
    differ: BTreeMap<String, (String, String)>,
    /// Settings of which only one way can tell: by values, rendered.
    unseen: BTreeMap<String, (String, String)>,
}

fn recorded(dir: &Path) -> BTreeMap<String, Case> {
    let text = std::fs::read_to_string(dir.join("recorded.yaml")).expect("a recording");
    serde_yaml::from_str(&text).expect("it is right")
}

const NONE: &str = "nothing";
const UNDECIDED: &str = "undecided";

fn compare(by_values: &Facts, rendered: &Facts) -> Case {
    let mut case = Case {
        written: BTreeMap::new(),
        differ: BTreeMap::new(),
        unseen: BTreeMap::new(),
    };
    let names: BTreeSet<&String> = by_values.keys().chain(rendered.keys()).collect();
    for name in names {
        let (a, b) = (by_values.get(name), rendered.get(name));
        let value = |s: Option<&Said>| s.map_or_else(|| NONE.to_owned(), |s| s.value.clone());
        let tells = |v: &str| ![NONE, UNDECIDED, "unknown"].contains(&v);
        if !tells(&value(a)) && !tells(&value(b)) {
            continue;
        }
        if !tells(&value(a)) || !tells(&value(b)) {
            case.unseen.insert(name.clone(), (value(a), value(b)));
        } else if value(a) != value(b) {
            case.differ.insert(name.clone(), (value(a), value(b)));
        } else if [a, b].into_iter().flatten().any(|s| s.written) {
            case.written.insert(name.clone(), value(a));
        }
    }
    case
}

fn case_name(path: &Path) -> String {
    file_name(path).trim_end_matches(".yaml").to_owned()
}

#[test]
fn by_values_as_recorded() {
    for (name, dir, about, cases) in charts() {
        let recorded = recorded(&dir);
        assert_eq!(recorded.len(), cases.len(), "{name}: record again");
        for path in cases {
            let found = facts(&read(release(&about, &path, None).path()), &POLICIES);
            let case = &recorded[&case_name(&path)];
            let expected = case.written.iter();
            let apart = case.differ.iter().chain(&case.unseen);
            let expected = expected.chain(apart.map(|(k, (v, _))| (k, v)));
            for (setting, value) in expected {
                let value = value.as_str();
                let said = found.get(setting).map_or(NONE, |s| s.value.as_str());
                assert_eq!(said, value, "{name}, {}: {setting}", path.display());
            }
        }
    }
}

#[test]
fn what_differs_has_a_reason() {
    for (name, dir, about, _) in charts() {
        let recorded = recorded(&dir);
        let mut found = BTreeSet::new();
        for (case, said) in &recorded {
            for setting in said.differ.keys() {
                assert!(
                    about.differ.contains_key(setting),
                    "{name}, {case}: {setting}"
                );
                found.insert(setting);
            }
            for setting in said.unseen.keys() {
                let mut known = about.unseen.keys();
                let known = known.find(|known| fits(setting, known));
                let known = known.unwrap_or_else(|| panic!("{name}, {case}: {setting}"));
                found.insert(known);
            }
        }
        for setting in about.differ.keys().chain(about.unseen.keys()) {
            assert!(found.contains(setting), "{name}: {setting} doesn't differ");
        }
    }
}

/// Whether a setting is meant by a name that may end in `*`.
fn fits(setting: &str, name: &str) -> bool {
    match name.strip_suffix('*') {
        Some(start) => setting.starts_with(start),
        None => setting == name,
    }
}

/// Renders the charts under `KONFORM_CHARTS`, compares, and writes the recordings.
#[test]
#[ignore = "needs the charts"]
fn record() {
    let Some(charts_dir) = std::env::var_os("KONFORM_CHARTS") else {
        return;
    };
    for (name, dir, about, cases) in charts() {
        let chart = Path::new(&charts_dir).join(&name);
        let meta = std::fs::read_to_string(chart.join("Chart.yaml")).expect("the chart");
        assert!(
            meta.lines()
                .any(|l| l.trim() == format!("version: {}", about.version)),
            "{name} is not of version {}",
            about.version
        );
        let mut out = format!(
            "# {name} {}: each set of values once with the chart in the tree, rendered, and once\n\
             # without it, by what the policies know of its values. Recorded by the test `record`.\n",
            about.version
        );
        for path in cases {
            let by_values = facts(&read(release(&about, &path, None).path()), &POLICIES);
            let rendered = facts(
                &read(release(&about, &path, Some(&chart)).path()),
                &POLICIES,
            );
            let case = compare(&by_values, &rendered);
            let quoted = |s: &str| serde_json::to_string(s).expect("text");
            let _ = write!(out, "\n{}:\n  written:", case_name(&path));
            out.push_str(if case.written.is_empty() {
                " {}\n"
            } else {
                "\n"
            });
            for (setting, value) in &case.written {
                let _ = writeln!(out, "    {}: {}", quoted(setting), quoted(value));
            }
            let told = case.written.len() + case.differ.len() + case.unseen.len();
            let same = rendered.len().saturating_sub(told);
            let _ = writeln!(
                out,
                "  # and {same} that nobody wrote and that are the same, too"
            );
            for (title, apart) in [("differ", &case.differ), ("unseen", &case.unseen)] {
                let _ = write!(out, "  {title}:");
                out.push_str(if apart.is_empty() { " {}\n" } else { "\n" });
                for (setting, (by_values, rendered)) in apart {
                    let pair = format!("[{}, {}]", quoted(by_values), quoted(rendered));
                    let _ = writeln!(out, "    {}: {pair}", quoted(setting));
                }
            }
        }
        std::fs::write(dir.join("recorded.yaml"), out).expect("written");
    }
}
