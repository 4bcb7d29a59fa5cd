//! Which sets of values are deployments of a chart.

use crate::evaluate::gitops;
use crate::inventory::{Inventory, Item};
use crate::workspace::Workspace;
use crate::workspace::tests::tree;

const POD: &str = "kind: Pod\napiVersion: v1\nmetadata: {name: '{{ .Release.Name }}'}\nspec:\n  containers:\n    - name: a\n      image: 'app:{{ .Values.tag }}'\n";

/// The deployments, with the images or charts in each.
fn told(inventory: &Inventory) -> Vec<String> {
    inventory
        .deployments
        .iter()
        .map(|d| {
            let items = d.items.iter().filter_map(|item| match item {
                Item::Workload(w) => {
                    let image = w.containers.first()?.image.as_ref()?;
                    Some(image.as_str()?.to_owned())
                }
                Item::Release(r) => Some(format!("chart {}", r.chart.name.as_deref()?)),
                _ => None,
            });
            format!("{}: {}", d.name, items.collect::<Vec<_>>().join(", "))
        })
        .collect()
}

fn deployments(files: &[(&str, &str)]) -> Vec<String> {
    let (_dir, workspace) = tree(files);
    let inventory = gitops::deployments(&workspace);
    assert!(inventory.problems.is_empty(), "{:?}", inventory.problems);
    told(&inventory)
}

const META: (&str, &str) = (
    "app/Chart.yaml",
    "apiVersion: v2\nname: app\nversion: 1.0.0\n",
);

#[test]
fn a_chart_alone_is_deployed_with_its_defaults() {
    assert_eq!(
        deployments(&[
            META,
            ("app/values.yaml", "tag: 1\n"),
            ("app/templates/p.yaml", POD)
        ]),
        ["app/values.yaml: app:1"]
    );
    assert_eq!(
        deployments(&[META, ("app/templates/p.yaml", POD)]),
        ["app/Chart.yaml: app:"]
    );
}

#[test]
fn values_files_stand_for_environments() {
    assert_eq!(
        deployments(&[
            META,
            ("app/values.yaml", "tag: 1\n"),
            ("app/values-prod.yaml", "tag: 2\n"),
            ("app/values.staging.yaml", "tag: 3\n"),
            ("app/ci/full-values.yaml", "tag: 4\n"),
            ("app/environments/dev/values.yaml", "tag: 5\n"),
            ("app/argocd-values.yaml", "server: {url: x}\n"),
            ("app/templates/p.yaml", POD),
        ]),
        [
            "app/ci/full-values.yaml: app:4",
            "app/environments/dev/values.yaml: app:5",
            "app/values-prod.yaml: app:2",
            "app/values.staging.yaml: app:3",
        ]
    );
}

#[test]
fn beside_values_for_tests_the_defaults_stand_for_themselves() {
    assert_eq!(
        deployments(&[
            META,
            ("app/values.yaml", "tag: 1\n"),
            ("app/ci/test-values.yaml", "tag: 4\n"),
            ("app/templates/p.yaml", POD),
        ]),
        ["app/ci/test-values.yaml: app:4", "app/values.yaml: app:1"]
    );
}

#[test]
fn charts_of_charts_are_not_deployed_by_themselves() {
    assert_eq!(
        deployments(&[
            (
                "top/Chart.yaml",
                "name: top\nversion: 1.0.0\ndependencies:\n  - {name: app, version: 1.0.0, repository: 'file://../app'}\n  - {name: db, version: 9.x, repository: 'https://example.org'}\n",
            ),
            ("top/values.yaml", "app: {tag: 8}\n"),
            (
                "top/charts/inner/Chart.yaml",
                "name: inner\nversion: 1.0.0\n"
            ),
            ("top/charts/inner/templates/p.yaml", POD),
            META,
            ("app/values.yaml", "tag: 1\n"),
            ("app/templates/p.yaml", POD),
            (
                "lib/Chart.yaml",
                "name: lib\nversion: 1.0.0\ntype: library\n"
            ),
            ("crds/Chart.yaml", "name: crds\nversion: 1.0.0\n"),
            ("crds/templates/c.yaml", "kind: CustomResourceDefinition\n"),
        ]),
        ["top/values.yaml: app:8, app:, chart db"]
    );
}

#[test]
fn the_configuration_says_exactly_what_is_deployed() {
    assert_eq!(
        deployments_with_config(
            "[[deployment]]\nname = \"live\"\nchart = \"app\"\nvalues = [\"app/values-a.yaml\", \"b.yaml\"]\nset = { \"x.y\" = true }\nrelease = \"r\"\n",
            &[
                META,
                ("app/values.yaml", "tag: 1\n"),
                ("app/values-a.yaml", "tag: 2\n"),
                ("app/values-c.yaml", "tag: 3\n"),
                ("b.yaml", "tag: 9\n"),
                ("app/templates/p.yaml", POD),
            ]
        ),
        ["live: app:9"]
    );
}

fn deployments_with_config(config: &str, files: &[(&str, &str)]) -> Vec<String> {
    let mut files = files.to_vec();
    files.push(("konform.toml", config));
    let (dir, _) = tree(&files);
    let path = dir.path().canonicalize().unwrap();
    let config = crate::workspace::Config::load(&path.join("konform.toml")).unwrap();
    let workspace = Workspace::open(&[".".into()], &path, config);
    told(&gitops::deployments(&workspace))
}

#[test]
fn what_installs_a_chart_of_the_tree_gets_its_containers() {
    let release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: app, namespace: chat}\nspec:\n  chart:\n    spec:\n      chart: ./app\n      sourceRef: {kind: GitRepository, name: flux-system}\n  values: {tag: 7}\n";
    let found = deployments(&[
        META,
        ("app/values.yaml", "tag: 1\n"),
        ("app/templates/p.yaml", POD),
        ("clusters/release.yaml", release),
    ]);
    assert_eq!(found, ["clusters/release.yaml: app:7"]);
}

#[test]
fn a_chart_that_wants_something_is_judged_all_the_same() {
    let pod = POD.replace(
        "{{ .Values.tag }}",
        "{{ required \"set a tag\" .Values.tag }}",
    );
    let (_dir, workspace) = tree(&[META, ("app/templates/p.yaml", pod.as_str())]);
    let inventory = gitops::deployments(&workspace);
    assert!(inventory.problems.is_empty());
    let deployment = &inventory.deployments[0];
    assert_eq!(
        deployment.notes[0].message,
        "the chart stops in app/templates/p.yaml: set a tag"
    );
    let Some(Item::Workload(pod)) = deployment.items.first() else {
        panic!("{:?}", deployment.items);
    };
    let image = pod.containers[0].image.as_ref().unwrap();
    assert_eq!(image.why_unknown().unwrap().why, "set a tag");
}

#[test]
fn a_guessed_set_of_values_that_the_chart_refuses_is_told() {
    let files = [
        META,
        ("app/values.yaml", "tag: 1\n"),
        ("app/templates/p.yaml", POD),
        (
            "app/templates/q.yaml",
            "a: {{ required \"say host\" .Values.host }}\nb: {{ .Values.x.y }}\n",
        ),
        ("app/ci/full-values.yaml", "tag: 2\nhost: a\nx: {y: 1}\n"),
        ("app/ci/fragments/x.yaml", "x: {y: 1}\n"),
    ];
    let (_dir, workspace) = tree(&files);
    let inventory = gitops::deployments(&workspace);
    assert_eq!(
        told(&inventory),
        ["app/ci/full-values.yaml: app:2", "app/values.yaml: app:1"]
    );
    assert!(inventory.problems.is_empty(), "{:?}", inventory.problems);
    let notes = inventory.deployments[1].notes.iter();
    let notes: Vec<&str> = notes.map(|n| n.message.as_str()).collect();
    assert_eq!(notes.len(), 2, "{notes:?}");
    assert!(notes[0].starts_with("app/values.yaml alone is not enough for the chart: "));

    let config = "[[deployment]]\nname = \"prod\"\nchart = \"app\"\n";
    let files: Vec<_> = files
        .into_iter()
        .chain([("konform.toml", config)])
        .collect();
    let (dir, _) = tree(&files);
    let root = dir.path().canonicalize().unwrap();
    let config = crate::workspace::Config::load(&root.join("konform.toml")).unwrap();
    let workspace = Workspace::open(std::slice::from_ref(&root), &root, config);
    let inventory = gitops::deployments(&workspace);
    assert_eq!(inventory.problems.len(), 1, "{:?}", inventory.problems);
}
