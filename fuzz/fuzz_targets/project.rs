//! Whole trees of files through the whole pipeline: Compose projects, Terraform modules, charts,
//! manifests and what else is recognised.
//!
//! In an input a line `== path` starts a file; what stands before the first is `compose.yaml`.
#![no_main]

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use konform::evaluate::evaluate;
use konform::inventory;
use konform::workspace::{Config, Workspace};
use konform_fuzz::{Checks, chars};
use libfuzzer_sys::fuzz_target;

/// More files than this are not written.
const MAX_FILES: usize = 12;

/// A folder of this process alone, in memory where there is such a thing.
fn dir() -> &'static Path {
    static DIR: OnceLock<PathBuf> = OnceLock::new();
    DIR.get_or_init(|| {
        let memory = Path::new("/dev/shm");
        let base = if memory.is_dir() {
            memory.to_path_buf()
        } else {
            std::env::temp_dir()
        };
        base.join(format!("konform-fuzz-{}", std::process::id()))
    })
}

/// The path as a few plain names below the folder.
fn inside(path: &str) -> PathBuf {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    path.split('/')
        .filter(|name| !matches!(*name, "" | "." | "..") && name.len() < 60)
        .filter(|name| name.chars().all(plain))
        .take(6)
        .collect()
}

fn write(path: &str, content: &str) {
    let path = dir().join(inside(path));
    if let Some(parent) = path.parent() {
        let _ = std::fs::create_dir_all(parent);
    }
    let _ = std::fs::write(path, content);
}

fuzz_target!(|data: &[u8]| {
    let Some(chars) = chars(data) else {
        return;
    };
    let _ = std::fs::remove_dir_all(dir());
    let _ = std::fs::create_dir_all(dir());
    for (i, part) in format!("\n{chars}")
        .split("\n== ")
        .take(MAX_FILES)
        .enumerate()
    {
        match part.split_once('\n') {
            Some((path, content)) if i > 0 => write(path, content),
            _ if i == 0 && !part.is_empty() => {
                write("compose.yaml", part.strip_prefix('\n').unwrap_or(part))
            }
            _ => {}
        }
    }
    let workspace = Workspace::open(&[dir().to_path_buf()], dir(), Config::default());
    let inventory = evaluate(&workspace);
    let checks = Checks::new(workspace.sources());
    checks.problems(&inventory.problems);
    let _ = inventory::dump(&inventory, workspace.sources());
});
