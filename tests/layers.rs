//! The stages of the pipeline know only those before them, and no product by name.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::fs;
use std::path::{Path, PathBuf};

/// What each stage may use of the others.
const MAY_USE: &[(&str, &[&str])] = &[
    ("trace", &[]),
    ("workspace", &["trace"]),
    ("syntax", &["trace"]),
    ("inventory", &["trace"]),
    ("evaluate", &["trace", "workspace", "syntax", "inventory"]),
    ("policy", &["trace", "syntax", "inventory"]),
    ("report", &["trace", "policy"]),
];

/// Words that only data and the stages that read it may hold.
const PRODUCTS: &[&str] = &[
    "jitsi",
    "bigbluebutton",
    "nextcloud",
    "rocketchat",
    "rocket.chat",
    "synapse",
    "pascom",
];

/// The modules of the one door that policy has to formats.
const READERS: &[&str] = &[
    "yaml",
    "json",
    "dotenv",
    "toml",
    "hcl",
    "php",
    "javascript",
    "lua",
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(sources(&path));
        } else if path.extension().is_some_and(|e| e == "rs") && !is_test(&path) {
            all.push(path);
        }
    }
    all.sort();
    all
}

fn is_test(path: &Path) -> bool {
    path.components().any(|c| c.as_os_str() == "tests") || path.ends_with("tests.rs")
}

fn stage(name: &str) -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let with_text = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        // Tests of a file stand at its end.
        let end = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
        (path, text[..end].to_owned())
    };
    sources(&root.join(name))
        .into_iter()
        .map(with_text)
        .collect()
}

#[test]
fn stages_use_only_those_before_them() {
    let mut wrong = Vec::new();
    for (name, may) in MAY_USE {
        for (path, text) in stage(name) {
            for part in text.split("crate::").skip(1) {
                let end = part
                    .find(|c: char| !c.is_ascii_lowercase() && c != '_')
                    .unwrap_or(part.len());
                let used = &part[..end];
                let is_stage = used == "cli" || MAY_USE.iter().any(|(stage, _)| *stage == used);
                if is_stage && used != *name && !may.contains(&used) {
                    wrong.push(format!("{} uses {used}", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn products_are_data() {
    let mut wrong = Vec::new();
    for (name, _) in MAY_USE {
        for (path, text) in stage(name) {
            for (number, line) in text.lines().enumerate() {
                let code = line.trim_start();
                // Comments may give examples.
                if code.starts_with("//") {
                    continue;
                }
                let lower = code.to_lowercase();
                if let Some(product) = PRODUCTS.iter().find(|p| lower.contains(*p)) {
                    wrong.push(format!("{}:{} names {product}", path.display(), number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn policy_reads_formats_through_one_door() {
    let mut wrong = Vec::new();
    for (path, text) in stage("policy") {
        for reader in READERS {
            if text.contains(&format!("syntax::{reader}")) {
                wrong.push(format!("{} uses syntax::{reader}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
