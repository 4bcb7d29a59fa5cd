//! The cases in `testdata/cases/`: Markdown that shows configurations, with what must be found in them
//! written beside the lines.
//!
//! A file tells in prose what it shows. Each `## ` section is one tree: its code blocks that carry a
//! `file=` are written to a folder, which is checked as a user would check it. A comment
//!
//! ```text
//! ENABLE_RECORDING=1   # expect: recording-without-consent
//! # expect: e2ee-off default warning, telemetry-on note
//! image: jitsi/web:stable
//! ```
//!
//! at the end of a line, or alone above it, says which rules fire there; after the rule's name the
//! severity (`error`, `warning`, `note`), the state (`default`, `undecided`, `written`) and how sure it is (`low`,
//! `medium`, `high`) may be said. Everything
//! else must stay quiet, except for notes, which have to be there only if they are expected. The
//! comments (`#`, `//`, `;`, `--`) are taken out before the files are written, so that they can stand
//! in any language, JSON included.
//!
//! A block marked `trace` tells the way of one finding: place and rule, then every step.
//!
//! ```text
//! prod.tfvars:1 recording-without-consent
//!   main.tf:16  var.recording
//!   main.tf:16  module.meet, recording
//! ```
//!
//! `CASE=text cargo test --test cases` runs the sections whose file or title holds the text; with
//! `NOTES=1` unexpected notes are shown as well.

mod coverage;
mod markdown;
mod run;

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use markdown::Section;

/// All sections of the files below `testdata/cases/FOLDER`.
fn sections(folder: &str) -> Vec<Section> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    collect(&root.join("testdata/cases").join(folder), &mut files);
    files.sort();
    files
        .iter()
        .flat_map(|file| {
            let text = std::fs::read_to_string(file).expect("case files are readable");
            let shown = file.strip_prefix(root).expect("below the root");
            markdown::parse(&shown.display().to_string().replace('\\', "/"), &text)
        })
        .collect()
}

fn collect(dir: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).expect("case folders are readable") {
        let path = entry.expect("case folders are readable").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|e| e == "md") {
            files.push(path);
        }
    }
}

/// Runs every section below a folder and fails with all differences at once.
fn check(folder: &str) {
    let wanted = std::env::var("CASE").unwrap_or_default();
    let sections = sections(folder);
    assert!(!sections.is_empty(), "no cases below {folder}");
    let differences: Vec<String> = sections
        .par_iter()
        .filter(|s| s.file.contains(&wanted) || s.title.contains(&wanted))
        .filter_map(run::differences)
        .collect();
    assert!(
        differences.is_empty(),
        "{} of {} sections differ\n\n{}",
        differences.len(),
        sections.len(),
        differences.join("\n")
    );
}

/// A test for each folder, and one that no folder is forgotten.
macro_rules! folders {
    ($($name:ident: $folder:literal),* $(,)?) => {
        $(#[test]
        fn $name() {
            check($folder);
        })*

        #[test]
        fn no_folder_is_forgotten() {
            let known = [$($folder),*];
            let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/cases");
            for entry in std::fs::read_dir(root).expect("testdata/cases is readable") {
                let name = entry.expect("testdata/cases is readable").file_name();
                let name = name.to_string_lossy();
                assert!(known.contains(&name.as_ref()), "no test runs testdata/cases/{name}");
            }
        }
    };
}

folders! {
    jitsi: "jitsi",
    bigbluebutton: "bigbluebutton",
    nextcloud_talk: "nextcloud-talk",
    rocketchat: "rocketchat",
    matrix: "matrix",
    pascom: "pascom",
    places: "places",
    terraform: "terraform",
}
