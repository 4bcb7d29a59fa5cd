//! The files of a chart, wherever they lie.

use std::path::Path;
use std::sync::Arc;

use super::archive::{self, Limits};
use super::ignore::Rules;
use super::{Data, File};
use crate::trace::Role;
use crate::workspace::{Content, Listed, Workspace};

/// A chart with more files than this is cut off.
const MAX_FILES: usize = 10_000;

/// The files of the chart in the folder `dir`, in the order in which Helm walks it, and the
/// names of links that are not followed.
pub(super) fn of_folder(workspace: &Workspace, dir: &Path) -> (Vec<File>, Vec<String>) {
    let ignore = dir.join(".helmignore");
    let ignore = workspace.bytes(&ignore).unwrap_or_default();
    let rules = Rules::new(&String::from_utf8_lossy(&ignore));
    let (mut out, mut astray) = (Vec::new(), Vec::new());
    // Folders that are yet to be walked, the next one last.
    let mut rest = vec![(dir.to_path_buf(), String::new(), Listed::Folder)];
    while let Some((path, name, kind)) = rest.pop() {
        // Deep links back up would never end.
        if out.len() >= MAX_FILES || name.matches('/').count() > 40 {
            break;
        }
        if kind == Listed::Folder {
            if !name.is_empty() && rules.ignores(&name, true) {
                continue;
            }
            for (child, kind) in workspace.list_kinds(&path).into_iter().rev() {
                let Some(last) = child.file_name().and_then(|n| n.to_str()) else {
                    continue;
                };
                let name = if name.is_empty() {
                    last.to_owned()
                } else {
                    format!("{name}/{last}")
                };
                rest.push((child, name, kind));
            }
            continue;
        }
        if rules.ignores(&name, false) {
            continue;
        }
        if kind == Listed::Astray {
            astray.push(name);
        } else if let Some(data) = read(workspace, &path) {
            out.push(File { name, data });
        }
    }
    (out, astray)
}

fn read(workspace: &Workspace, path: &Path) -> Option<Data> {
    match workspace.content(path).ok()? {
        Content::Text(source) => Some(Data::Text(source)),
        Content::Bytes(bytes) => Some(Data::Bytes(Arc::from(bytes))),
    }
}

fn is_text(bytes: &[u8]) -> bool {
    !bytes.contains(&0) && std::str::from_utf8(bytes).is_ok()
}

/// The files of the packed chart in `bytes`, which people know as `shown`.
///
/// # Errors
/// In words, if it can't be unpacked.
pub(super) fn of_archive(
    workspace: &Workspace,
    shown: &str,
    bytes: &[u8],
    left: &mut Limits,
) -> Result<Vec<File>, String> {
    let entries = archive::unpack(bytes, left)?;
    Ok(entries
        .into_iter()
        .map(|(name, data)| {
            let data = if is_text(&data) {
                let text = String::from_utf8(data).unwrap_or_default();
                let path = format!("{shown}/{name}");
                Data::Text(workspace.add(path, text, Role::Vendored))
            } else {
                Data::Bytes(Arc::from(data))
            };
            File { name, data }
        })
        .collect())
}
