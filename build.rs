//! Turns `policies/**/*.yaml` into one JSON file that is embedded in the binary.
//!
//! JSON because reading it at start takes a tenth of the time; at build time because a
//! mistake in our own data should stop the build, not the user.

use std::path::{Path, PathBuf};
use std::{env, fs};

fn yaml_files(folder: &Path, out: &mut Vec<PathBuf>) {
    println!("cargo:rerun-if-changed={}", folder.display());
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            yaml_files(&path, out);
        } else if path.extension().is_some_and(|e| e == "yaml") {
            println!("cargo:rerun-if-changed={}", path.display());
            out.push(path);
        }
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("policies");
    let mut files = Vec::new();
    yaml_files(&root, &mut files);
    files.sort();
    let mut all = Vec::new();
    for path in files {
        let name = path
            .strip_prefix(&root)?
            .to_string_lossy()
            .replace('\\', "/");
        let text = fs::read_to_string(&path)?;
        // The order of keys means something: the first component that matches wins.
        let value: serde_yaml::Value =
            serde_yaml::from_str(&text).map_err(|e| format!("policies/{name}: {e}"))?;
        let content = serde_json::to_string(&value).map_err(|e| format!("policies/{name}: {e}"))?;
        all.push(serde_json::json!({ "path": name, "content": content }));
    }
    let out = PathBuf::from(env::var("OUT_DIR")?).join("policies.json");
    fs::write(out, serde_json::to_string(&all)?)?;
    Ok(())
}
