//! Slash-separated paths, as Go's `path` package takes them apart.

use super::args::text;
use super::{Function, pure};
use crate::evaluate::helm::template::{Call, Failure};
use crate::evaluate::helm::value::Val;
use crate::trace::Text;

pub(super) const ALL: &[Function] = &[
    pure("base", "s", |_, a| Ok(Val::text(base(&text(a, 0))))),
    pure("osBase", "s", |_, a| Ok(Val::text(base(&text(a, 0))))),
    pure("dir", "s", dir),
    pure("osDir", "s", dir),
    pure("clean", "s", clean_path),
    pure("osClean", "s", clean_path),
    pure("ext", "s", ext),
    pure("osExt", "s", ext),
    pure("isAbs", "s", is_abs),
    pure("osIsAbs", "s", is_abs),
];

/// The last element of a path.
pub(crate) fn base(t: &Text) -> Text {
    if t.is_empty() {
        return t.replaced_by(".");
    }
    let end = t.as_str().trim_end_matches('/').len();
    if end == 0 {
        return t.slice(0..1);
    }
    let whole = t.slice(0..end);
    let start = whole.as_str().rfind('/').map_or(0, |i| i + 1);
    whole.slice(start..end)
}

fn dir(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let t = text(args, 0);
    let end = t.as_str().rfind('/').map_or(0, |i| i + 1);
    Ok(c.opaque(clean(t.slice(0..end).as_str()), args))
}

fn clean_path(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    Ok(c.opaque(clean(text(args, 0).as_str()), args))
}

fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut out: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if out.last().is_some_and(|p| *p != "..") => {
                out.pop();
            }
            ".." if rooted => {}
            other => out.push(other),
        }
    }
    let joined = out.join("/");
    match (rooted, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        _ => joined,
    }
}

fn ext(_: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let t = text(args, 0);
    let name = t.as_str().rfind('/').map_or(0, |i| i + 1);
    let dot = t.as_str().get(name..).and_then(|n| n.rfind('.'));
    let start = dot.map_or(t.len(), |i| name + i);
    Ok(Val::text(t.slice(start..t.len())))
}

fn is_abs(c: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let holds = text(args, 0).as_str().starts_with('/');
    Ok(Val::bool(holds, c.origin(args)))
}
