//! Compares the expression language and its functions with what `terraform console` printed.
//!
//! The recordings lie in `testdata/terraform/functions/`; `record.py` beside them makes them.

use std::fs;
use std::path::{Path, PathBuf};

use konform::evaluate::terraform::{Bench, console};
use konform::trace::{Role, Sources};
use serde::Deserialize;

#[derive(Deserialize)]
struct Recording {
    terraform: String,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    expr: String,
    prints: Option<String>,
    fails: Option<String>,
}

/// Where we knowingly say something else, and why.
const KNOWN: &[(&str, &str)] = &[
    ("list(\"a\")", "older versions have it"),
    ("map(\"a\", \"b\")", "older versions have it"),
    (
        "format(\"%v\", null)",
        "a null without a type makes everything unknown there",
    ),
    (
        "format(\"%s\", null)",
        "a null without a type makes everything unknown there",
    ),
    (
        "{a = 1, a = 2}",
        "a key that is written twice is an error of the parser",
    ),
    ("true ? 1 : [1]", "the arm that isn't taken doesn't matter"),
    (
        "try(nope.x, 1)",
        "references are looked up when they are evaluated",
    ),
    ("type(1)", "the console has it, configurations don't"),
    (
        "cidrsubnet(\"10.0.0.0/24\", -1, 0)",
        "a network larger than its own",
    ),
    ("log(0, 10)", "there are no infinities"),
    ("1 / 0", "there are no infinities"),
    ("pow(2, 64)", "exact here, a float there"),
    ("1.1 * 1.1", "decimal here, binary there"),
    (
        "\"é\" == \"e\\u0301\"",
        "combining characters are not composed",
    ),
    (
        "length(\"👨‍👩‍👧\")",
        "characters that are drawn as one are not one",
    ),
    (
        "length(\"e\\u0301\")",
        "characters that are drawn as one are not one",
    ),
    (
        "provider::foo::bar(1)",
        "which functions a provider has isn't known",
    ),
    ("templatestring(\"x\", {})", "any template will do"),
];

/// Nulls have no type here.
fn without_types(printed: &str) -> String {
    ["string", "number", "bool"]
        .iter()
        .fold(printed.to_owned(), |p, t| {
            p.replace(&format!("to{t}(null)"), "null")
        })
}

#[test]
fn expressions_are_what_terraform_makes_of_them() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/terraform");
    let bench = Bench::new(&root.join("files"));
    let mut paths: Vec<PathBuf> = fs::read_dir(root.join("functions"))
        .expect("the recordings")
        .flatten()
        .map(|e| e.path())
        .collect();
    paths.sort();
    let (mut total, mut wrong) = (0, Vec::new());
    for path in paths {
        let text = fs::read_to_string(&path).expect("a recording");
        let recording: Recording = serde_yaml::from_str(&text).expect("a recording");
        assert!(!recording.terraform.is_empty());
        for case in recording.cases {
            total += 1;
            let sources = Sources::new();
            let id = sources.add("<expression>", case.expr.clone(), Role::Code);
            let got = bench.evaluate(&sources.text(id));
            let fits = match (&got, &case.prints, &case.fails) {
                (Ok(val), Some(prints), _) => console::shown(val) == without_types(prints),
                (Err(_), None, Some(_)) => true,
                _ => false,
            };
            if fits || KNOWN.iter().any(|(expr, _)| *expr == case.expr) {
                continue;
            }
            let got = got.map(|v| console::shown(&v)).map_err(|f| f.message);
            wrong.push(format!(
                "{}\n   {got:?}\n   {:?} {:?}",
                case.expr, case.prints, case.fails
            ));
        }
    }
    assert!(total >= 600, "only {total} cases");
    assert!(
        wrong.is_empty(),
        "{} of {total} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
