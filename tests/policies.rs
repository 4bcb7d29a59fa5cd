//! The embedded policies: they load, hang together, and follow their schemas.

use konform::policy::{Policies, validate::validate};

#[test]
fn builtin_policies_hang_together() {
    let policies = Policies::builtin().expect("the embedded policies load");
    if let Err(errors) = validate(&policies) {
        let list: Vec<String> = errors.iter().map(ToString::to_string).collect();
        panic!("{} mistakes:\n{}", list.len(), list.join("\n"));
    }
    assert!(policies.products.len() >= 5);
}

/// Every file of `policies/` follows its schema.
#[test]
fn policy_files_follow_their_schemas() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("policies");
    let schema = |name: &str| {
        let text = std::fs::read_to_string(root.join("schema").join(name)).expect("a schema");
        let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        jsonschema::validator_for(&json).expect("a schema")
    };
    let mut mistakes = Vec::new();
    for (folder, name) in [
        ("products", "product.json"),
        ("rules", "rules.json"),
        ("places", "places.json"),
        ("processors", "processors.json"),
    ] {
        let validator = schema(name);
        let jurisdictions = schema("jurisdictions.json");
        for entry in std::fs::read_dir(root.join(folder)).expect("a folder") {
            let path = entry.expect("an entry").path();
            let text = std::fs::read_to_string(&path).expect("text");
            let value: serde_json::Value = serde_yaml::from_str(&text).expect("YAML");
            let validator = if path.ends_with("jurisdictions.yaml") {
                &jurisdictions
            } else {
                &validator
            };
            for error in validator.iter_errors(&value) {
                mistakes.push(format!(
                    "{}: {error} at {}",
                    path.display(),
                    error.instance_path()
                ));
            }
        }
    }
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
}

/// A mistake in a user's own policy file is told at its line.
#[test]
fn a_mistake_in_a_policy_file_has_its_line() {
    let mut policies = Policies::builtin().expect("the embedded policies load");
    let text =
        "rules:\n  my-rule:\n    concern: access\n    severity: error\n    confidnece: high\n";
    let error = policies.add_text("mine.yaml", text).expect_err("a mistake");
    assert_eq!((error.path.as_str(), error.line), ("mine.yaml", Some(5)));
    assert!(error.message.contains("confidnece"), "{error}");
}
