//! From a folder to a [`Module`].

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::overrides::is_override;
use super::{Module, read_hcl};
use crate::evaluate::terraform::ast::{Body, json};
use crate::trace::Problem;
use crate::workspace::Workspace;

/// Reads all configuration files in `dir`. A folder without any is an empty module.
#[must_use]
pub(crate) fn load(workspace: &Workspace, dir: &Path) -> Module {
    let mut module = Module {
        dir: dir.to_path_buf(),
        ..Module::default()
    };
    let mut later = Vec::new();
    for (name, path) in files(workspace, dir) {
        let Some(source) = workspace.read(&path) else {
            continue;
        };
        let (body, problems) = read(&name, &workspace.text(source));
        module.problems.extend(problems);
        if is_override(&name) {
            later.push(body);
        } else {
            module.take_in(body);
        }
    }
    for body in later {
        module.override_with(body);
    }
    module
}

fn read(name: &str, text: &crate::trace::Text) -> (Body, Vec<Problem>) {
    if name.ends_with(".json") {
        json::body(text)
    } else {
        read_hcl(text)
    }
}

/// The configuration files of a folder by name; a `.tofu` file stands in for the `.tf` file
/// of the same name.
fn files(workspace: &Workspace, dir: &Path) -> BTreeMap<String, PathBuf> {
    let mut out = BTreeMap::new();
    for path in workspace.list(dir) {
        let Some(name) = path.file_name().and_then(|n| n.to_str()) else {
            continue;
        };
        let hidden = name.starts_with('.') || name.ends_with('~') || name.starts_with('#');
        let ours = [".tf", ".tofu", ".tf.json", ".tofu.json"]
            .iter()
            .any(|end| name.ends_with(end));
        if !hidden && ours {
            out.insert(name.to_owned(), path);
        }
    }
    let tofu: Vec<String> = out
        .keys()
        .filter_map(|n| {
            let plain = n.strip_suffix(".tofu").map(|s| format!("{s}.tf"));
            plain.or_else(|| n.strip_suffix(".tofu.json").map(|s| format!("{s}.tf.json")))
        })
        .collect();
    for name in tofu {
        out.remove(&name);
    }
    out
}
