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
        ("shared", "product.json"),
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

/// What products share is written once; what a product says itself counts.
#[test]
fn products_include_what_they_share() {
    let mut policies = Policies::builtin().expect("the embedded policies load");
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("a file");
    };
    let setting = |title: &str| {
        format!(
            "settings:\n  log.level:\n    title: {{en: {title}, de: {title}}}\n    concern: retention\n    \
             type: string\n    written: [{{file: a.conf, key: level}}]\n    source: a test\n"
        )
    };
    let file = "files: {a.conf: {format: ini, names: [a.conf]}}\n";
    write(
        "a.yaml",
        "product: a\ntitle: A\ncomponents: {a: {images: [a/a]}}\ninclude: [part]\n",
    );
    let own = setting("Own");
    write(
        "b.yaml",
        &format!(
            "product: b\ntitle: B\ncomponents: {{b: {{images: [b/b]}}}}\ninclude: [part]\n{own}"
        ),
    );
    write(
        "part.yaml",
        &format!("shared: part\n{file}{}", setting("Shared")),
    );
    policies.add_folder(folder.path()).expect("no mistakes");
    let title = |product: &str| {
        let product = policies.product(product).expect("the product");
        assert!(product.files.contains_key("a.conf"));
        product.settings["log.level"].title.en.clone()
    };
    assert_eq!(
        (title("a").as_str(), title("b").as_str()),
        ("Shared", "Own")
    );

    write(
        "c.yaml",
        "product: c\ntitle: C\ncomponents: {}\ninclude: [nothing]\n",
    );
    let error = policies.add_folder(folder.path()).expect_err("a mistake");
    assert!(error.message.contains("nothing"), "{error}");
}
