//! The trees of `testdata/kubernetes/`, and what a cluster would make of them.

use proptest::prelude::*;

use super::{Manifest, inventory};
use crate::evaluate::gitops;
use crate::inventory::dump;
use crate::syntax::yaml::{self, Schema};
use crate::trace::{Role, Sources};
use crate::workspace::tests::testdata;

fn read(tree: &str) -> String {
    let workspace = testdata(&format!("kubernetes/{tree}"));
    dump(&gitops::deployments(&workspace), workspace.sources())
}

trees! {
    variables_files_and_ports_are_joined: "joined";
    references_stay_in_their_namespace: "namespaces";
    pods_are_found_in_every_kind: "kinds";
    secrets_that_are_not_in_the_tree_are_unknown: "secrets";
    ways_in_are_routes_to_workloads: "routes";
    selectors_and_volumes_name_places: "places";
}

/// YAML whose shape is near enough to Kubernetes' to get far.
fn manifest() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "metadata",
        "name",
        "spec",
        "template",
        "containers",
        "env",
        "envFrom",
        "configMapRef",
        "value",
        "valueFrom",
        "secretKeyRef",
        "key",
        "volumes",
        "volumeMounts",
        "mountPath",
        "configMap",
        "items",
        "ports",
        "port",
        "selector",
        "tls",
        "rules",
        "data",
        "ENC[x]",
        "$(A)$(A)",
        "Deployment",
        "ConfigMap",
        "Secret",
        "Service",
        "Ingress",
        "List",
        "{{ .x",
        "ä",
        "",
        "-1",
        "99999999999",
        "null",
    ]);
    let leaf = word.clone().prop_map(|w| format!("{w:?}"));
    leaf.prop_recursive(6, 96, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|v| format!("[{}]", v.join(", "))),
            prop::collection::vec((word.clone(), inner), 0..6).prop_map(|entries| {
                let entries: Vec<_> = entries
                    .into_iter()
                    .map(|(key, value)| format!("{key:?}: {value}"))
                    .collect();
                format!("{{{}}}", entries.join(", "))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn nothing_panics(
        kind in prop::sample::select(vec![
            "Pod", "Deployment", "ConfigMap", "Secret", "Service", "Ingress", "HTTPRoute",
            "IngressRoute", "Route", "StorageClass", "PersistentVolume", "ExternalSecret",
        ]),
        spec in manifest(),
        data in manifest(),
    ) {
        let text = format!(
            "{{\"apiVersion\": \"x.y/v1\", \"kind\": {kind:?}, \"spec\": {spec}, \"data\": {data}}}"
        );
        let sources = Sources::new();
        let id = sources.add("m.yaml", text, Role::Code);
        let stream = yaml::parse(&sources.text(id), Schema::Yaml11);
        let manifests: Vec<_> = stream
            .documents
            .into_iter()
            .map(|d| Manifest::new("m.yaml", d.root))
            .collect();
        let _ = inventory(&manifests);
    }
}

#[test]
fn variables_that_grow_without_end_become_unknown() {
    let mut env = String::from("{name: V0, value: xxxxxxxxxxxxxxxx}");
    for i in 1..64 {
        let before = i - 1;
        env.push_str(&format!(
            ", {{name: V{i}, value: $(V{before})$(V{before})}}"
        ));
    }
    let text = format!(
        "{{apiVersion: v1, kind: Pod, metadata: {{name: p}}, \
         spec: {{containers: [{{name: c, image: i, env: [{env}]}}]}}}}"
    );
    let sources = Sources::new();
    let id = sources.add("m.yaml", text, Role::Code);
    let root = yaml::parse(&sources.text(id), Schema::Yaml11)
        .into_first()
        .unwrap();
    let items = inventory(&[Manifest::new("m.yaml", root)]);
    let [crate::inventory::Item::Workload(pod)] = items.as_slice() else {
        panic!("one pod");
    };
    let last = pod.containers[0].env("V63").unwrap();
    assert!(last.value.why_unknown().is_some());
}
