//! No rule without a case in which it fires, and no expectation of a rule that isn't there.

use std::collections::BTreeSet;

use konform::policy::Policies;

/// Rules that need no firing case, and why.
const EXCEPTIONS: &[(&str, &str)] = &[];

/// The folder of the cases of each product.
const FOLDERS: &[(&str, &str)] = &[
    ("jitsi", "jitsi"),
    ("bigbluebutton", "bigbluebutton"),
    ("nextcloud-talk", "nextcloud-talk"),
    ("rocketchat", "rocketchat"),
    ("pascom", "pascom"),
    ("matrix", "matrix"),
    ("dendrite", "matrix"),
    ("conduit", "matrix"),
    ("element-call", "matrix"),
    ("livekit", "matrix"),
];

/// What the engine says of its own accord.
const OF_THE_ENGINE: &[&str] = &["suppression-without-effect"];

#[test]
fn every_rule_fires_somewhere() {
    let policies = Policies::builtin().expect("the embedded policies load");
    let expected: BTreeSet<String> = super::sections("")
        .into_iter()
        .flat_map(|s| s.blocks)
        .flat_map(|b| b.expected)
        .map(|e| e.rule)
        .collect();
    let rules: BTreeSet<String> = policies
        .rules
        .iter()
        .map(|(name, _)| name.clone())
        .collect();
    let unknown: Vec<_> = expected
        .difference(&rules)
        .filter(|r| !OF_THE_ENGINE.contains(&r.as_str()))
        .collect();
    assert!(unknown.is_empty(), "expected, but no rule: {unknown:?}");
    for (rule, reason) in EXCEPTIONS {
        assert!(
            !expected.contains(*rule),
            "{rule} fires; it is no exception: {reason}"
        );
    }
    let missing: Vec<_> = rules
        .difference(&expected)
        .filter(|r| !EXCEPTIONS.iter().any(|(e, _)| e == r))
        .collect();
    assert!(
        missing.is_empty(),
        "rules without a case that fires: {missing:?}"
    );
}

#[test]
fn every_rule_of_a_product_fires_in_its_cases() {
    let policies = Policies::builtin().expect("the embedded policies load");
    let mut missing = Vec::new();
    for product in &policies.products {
        let id = product.product.as_str();
        let folder = FOLDERS.iter().find(|(p, _)| *p == id).map(|(_, f)| *f);
        let folder = folder.unwrap_or_else(|| panic!("{id} has no folder of cases"));
        let expected: BTreeSet<String> = super::sections(folder)
            .into_iter()
            .flat_map(|s| s.blocks)
            .flat_map(|b| b.expected)
            .map(|e| e.rule)
            .collect();
        for (name, setting) in &product.settings {
            for rule in &setting.rules {
                if !expected.contains(rule) {
                    missing.push(format!("{folder}: {rule}, as for {id}:{name}"));
                }
            }
        }
    }
    assert!(missing.is_empty(), "no case fires:\n{}", missing.join("\n"));
}
