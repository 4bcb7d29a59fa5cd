//! Finding the files a project names.

use std::path::{Path, PathBuf};

use crate::trace::Text;
use crate::workspace::Workspace;

/// What a path in a project leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// A file of the tree.
    File(PathBuf),
    /// An example or template that stands beside the file that isn't there.
    StandIn(PathBuf),
    /// A folder of the tree.
    Dir(PathBuf),
    /// Nothing that can be read, for this reason.
    Nothing(String),
}

/// What is known of a text, without the parts that aren't.
pub(super) fn known(text: &Text) -> String {
    text.runs()
        .filter(|(_, run)| run.unknown.is_none())
        .filter_map(|(range, _)| text.as_str().get(range))
        .collect()
}

/// Looks for `name` from `dir` on.
///
/// A variable without a value at the beginning usually is the way to the project or to the
/// repository, so the rest is looked for in both.
pub(super) fn find(workspace: &Workspace, dir: &Path, name: &Text) -> Target {
    let rest = known(name);
    let begins_unknown = name
        .runs()
        .next()
        .is_some_and(|(_, run)| run.unknown.is_some());
    let places: Vec<PathBuf> = if begins_unknown {
        let below = rest.trim_start_matches('/');
        if below.is_empty() {
            Vec::new()
        } else {
            let up = dir.ancestors().take_while(|d| workspace.is_inside(d));
            up.map(|d| workspace.beside(d, below)).collect()
        }
    } else {
        let mut places = vec![workspace.beside(dir, &rest)];
        // `./web/x` in `web/compose.yaml` is meant from the folder above, from where such a
        // file is run with `-f`.
        let first = rest
            .trim_start_matches("./")
            .split('/')
            .next()
            .unwrap_or_default();
        if let Some(up) = dir.parent()
            && dir.file_name().is_some_and(|name| name == first)
        {
            places.push(workspace.beside(up, &rest));
        }
        places
    };
    let known_whole = name.unknown().is_none() || begins_unknown;
    if known_whole {
        for place in &places {
            if workspace.is_file(place) {
                return Target::File(place.clone());
            }
            // A single word is too little to go by: `${DATA}/web` is hardly the folder `web`.
            let enough = !begins_unknown || rest.trim_matches('/').contains('/');
            if enough && workspace.is_dir(place) {
                return Target::Dir(place.clone());
            }
        }
        if let Some(found) = places.iter().find_map(|p| stand_in(workspace, p)) {
            return Target::StandIn(found);
        }
    }
    Target::Nothing(match (name.unknown(), places.first()) {
        (Some(why), _) => why.why.clone(),
        (None, Some(place)) if rest.starts_with('~') || !workspace.is_inside(place) => {
            format!("`{rest}` lies outside of the checked folder")
        }
        _ => format!("`{rest}` is not in the tree"),
    })
}

/// Words that mark a file as something to be filled in.
const MARKS: &[&str] = &[
    "example", "sample", "template", "dist", "default", "defaults", "tpl", "tmpl", "j2",
];

/// The example or template that lies beside the missing file `path`.
pub(super) fn stand_in(workspace: &Workspace, path: &Path) -> Option<PathBuf> {
    let dir = path.parent()?;
    let name = path.file_name()?.to_string_lossy();
    let bare = name.trim_start_matches('.');
    let dots = [name.as_ref(), bare];
    let mut wanted = Vec::new();
    for mark in MARKS {
        for name in dots {
            wanted.push(format!("{name}.{mark}"));
            wanted.push(format!("{name}-{mark}"));
            wanted.push(format!("{mark}.{name}"));
            if let Some((stem, ending)) = name.rsplit_once('.').filter(|(s, _)| !s.is_empty()) {
                wanted.push(format!("{stem}.{mark}.{ending}"));
                wanted.push(format!("{stem}-{mark}.{ending}"));
            }
        }
        wanted.push(format!("{mark}.{bare}"));
    }
    if bare == "env" {
        wanted.extend(["dotenv".to_owned(), "env".to_owned()]);
    }
    let mut there = wanted.into_iter().map(|name| dir.join(name));
    there.find(|path| workspace.is_file(path))
}
