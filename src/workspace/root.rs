//! Paths, and the root nothing is read outside of.

use std::path::{Component, Path, PathBuf};

use super::config::FILE_NAME;

/// `path` below `base` unless it is absolute, without `.` and `..`.
///
/// Works on the names alone; links are looked at when a file is read.
pub(in crate::workspace) fn absolute(path: &Path, base: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in base.join(path).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

/// What lies at the top of a repository also where it was unpacked from an archive.
const OF_REPOSITORIES: [&str; 3] = [".github", ".gitlab-ci.yml", ".forgejo"];

/// The checked root for `path` (absolute): its nearest ancestor that holds `.git` or a
/// configuration file; else the outer one of the working directory, if it contains the path,
/// and the nearest ancestor that looks like the top of a repository; else the path's own folder.
pub(in crate::workspace) fn of(path: &Path, cwd: &Path) -> PathBuf {
    let marked = path
        .ancestors()
        .find(|dir| dir.join(".git").exists() || dir.join(FILE_NAME).is_file());
    if let Some(dir) = marked {
        return dir.to_path_buf();
    }
    let top = path
        .ancestors()
        .find(|dir| OF_REPOSITORIES.iter().any(|name| dir.join(name).exists()));
    let around = [Some(cwd), top].into_iter().flatten();
    let outer = around
        .filter(|dir| path.starts_with(dir))
        .min_by_key(|dir| dir.components().count());
    if let Some(dir) = outer {
        return dir.to_path_buf();
    }
    if path.is_dir() {
        return path.to_path_buf();
    }
    path.parent().unwrap_or(path).to_path_buf()
}

/// `path` as people are shown it: relative to `cwd`, with `/`.
pub(in crate::workspace) fn shown(path: &Path, cwd: &Path) -> String {
    let mut up = 0;
    let mut base = cwd;
    let below = loop {
        if let Ok(below) = path.strip_prefix(base) {
            break below;
        }
        match base.parent() {
            Some(parent) => base = parent,
            None => return slashes(path),
        }
        up += 1;
    };
    // Far away, the way up says less than the absolute path.
    if base.parent().is_none() && up > 0 {
        return slashes(path);
    }
    let below = slashes(below);
    match (up, below.is_empty()) {
        (0, true) => ".".to_owned(),
        (0, false) => below,
        (_, true) => vec![".."; up].join("/"),
        (_, false) => format!("{}{below}", "../".repeat(up)),
    }
}

fn slashes(path: &Path) -> String {
    let text = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' {
        text.into_owned()
    } else {
        text.replace(std::path::MAIN_SEPARATOR, "/")
    }
}

#[cfg(test)]
mod tests {
    use super::{absolute, shown};
    use std::path::Path;

    #[test]
    fn paths_are_shown_from_the_working_directory() {
        let cwd = Path::new("/home/ops/site");
        assert_eq!(shown(Path::new("/home/ops/site/a/b.yaml"), cwd), "a/b.yaml");
        assert_eq!(shown(Path::new("/home/ops/other/b"), cwd), "../other/b");
        assert_eq!(shown(Path::new("/srv/b"), cwd), "/srv/b");
        assert_eq!(shown(cwd, cwd), ".");
    }

    #[test]
    fn dots_are_taken_out() {
        assert_eq!(
            absolute(Path::new("../x/./y"), Path::new("/a/b")),
            Path::new("/a/x/y")
        );
        assert_eq!(absolute(Path::new("/x"), Path::new("/a")), Path::new("/x"));
    }
}
