//! Which chart a release names.

use std::collections::BTreeMap;
use std::path::Path;

use crate::evaluate::release::ChartSource;
use crate::inventory::Chart;
use crate::syntax::yaml::{self, Schema};
use crate::trace::{Node, Text};
use crate::workspace::Workspace;

/// The chart that `written` names in a helmfile in `dir`, and where it lies.
pub(super) fn named(
    workspace: &Workspace,
    dir: &Path,
    written: &Text,
    version: Option<String>,
    repositories: &BTreeMap<String, String>,
) -> (Chart, ChartSource) {
    let text = written.as_str().trim_end_matches('/');
    let whole = written.unknown().is_none();
    let folder = workspace.beside(dir, text);
    if whole && workspace.is_file(&folder.join("Chart.yaml")) {
        let chart = Chart {
            name: name_in(workspace, &folder).or_else(|| last(text)),
            repository: None,
            version,
        };
        return (chart, ChartSource::Path(folder));
    }
    let (repository, name) = match text.rsplit_once('/') {
        Some((above, _)) if !whole => (known(written, 0..above.len()), known_last(written)),
        Some((above, name)) => (Some(above.to_owned()), Some(name.to_owned())),
        None => (None, known_last(written)),
    };
    let name = name.map(unpacked);
    // `repository/chart`, or below it.
    let repository = repository.map(|above| {
        let (first, rest) = above.split_once('/').unwrap_or((&above, ""));
        match repositories.get(first) {
            Some(url) if rest.is_empty() => url.clone(),
            Some(url) => format!("{url}/{rest}"),
            None => above,
        }
    });
    let chart = Chart {
        name,
        repository,
        version,
    };
    (chart, ChartSource::Elsewhere)
}

/// The name of a packed chart without version and ending.
fn unpacked(name: String) -> String {
    let Some(stem) = name.strip_suffix(".tgz") else {
        return name;
    };
    let version = stem.match_indices('-').find(|(at, _)| {
        let after = stem.as_bytes().get(at + 1);
        after.is_some_and(u8::is_ascii_digit)
    });
    version.map_or(stem, |(at, _)| &stem[..at]).to_owned()
}

fn known(text: &Text, range: std::ops::Range<usize>) -> Option<String> {
    let part = text.slice(range);
    part.unknown().is_none().then(|| part.as_str().to_owned())
}

/// The name behind the last slash, if all of it is known.
fn known_last(text: &Text) -> Option<String> {
    let start = text.as_str().rfind('/').map_or(0, |i| i + 1);
    known(text, start..text.len()).filter(|n| !n.is_empty())
}

fn last(path: &str) -> Option<String> {
    path.rsplit('/').next().map(str::to_owned)
}

/// What `Chart.yaml` calls it.
fn name_in(workspace: &Workspace, folder: &Path) -> Option<String> {
    let source = workspace.read(&folder.join("Chart.yaml"))?;
    let text = workspace.sources().text(source);
    let root = yaml::parse(&text, Schema::Yaml11).into_first()?;
    root.get("name").and_then(Node::as_str).map(str::to_owned)
}
