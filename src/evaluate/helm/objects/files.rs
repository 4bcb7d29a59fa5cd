//! `.Files`: the chart's files that are not templates.

use base64::Engine as _;
use globset::GlobBuilder;

use crate::evaluate::helm::functions::{Function, helm_yaml, path_base, pure};
use crate::evaluate::helm::template::{Call, Failure};
use crate::evaluate::helm::value::{Kind, Val, bytes::to_bytes};
use crate::trace::{Origin, Text};

pub(super) const TYPE: &str = "engine.files";

pub(super) const METHODS: &[Function] = &[
    pure("Get", "s", |_, a| Ok(Val::text(get(a)))),
    pure("GetBytes", "s", |_, a| {
        let kind = Kind::Bytes(std::rc::Rc::new(get(a)));
        Ok(Val::new(kind, Origin::nowhere()))
    }),
    pure("Glob", "s", glob),
    pure("Lines", "s", lines),
    pure("AsConfig", "", |_, a| Ok(as_yaml(a, |t| t.clone()))),
    pure("AsSecrets", "", |_, a| {
        Ok(as_yaml(a, |t| {
            t.replaced_by(base64::engine::general_purpose::STANDARD.encode(to_bytes(t.as_str())))
        }))
    }),
];

/// `.Files` of a chart, from paths relative to the chart and texts.
pub fn files<'a>(all: impl IntoIterator<Item = (&'a str, Text)>) -> Val {
    let entries = all.into_iter().map(|(path, text)| {
        let kind = Kind::Bytes(std::rc::Rc::new(text));
        (path, Val::new(kind, Origin::nowhere()))
    });
    Val::map_from(TYPE, entries)
}

fn name(args: &[Val]) -> &str {
    match args.get(1).map(|v| &v.kind) {
        Some(Kind::Str(t)) => t.as_str(),
        _ => "",
    }
}

fn find(args: &[Val]) -> Option<Text> {
    match args.first()?.as_map()?.get(name(args))?.kind {
        Kind::Bytes(t) => Some((*t).clone()),
        _ => None,
    }
}

fn get(args: &[Val]) -> Text {
    let origin = args.get(1).map(Val::origin).unwrap_or_default();
    find(args).unwrap_or_else(|| Text::opaque("", origin))
}

fn glob(_: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let build = |pattern: &str| {
        GlobBuilder::new(pattern)
            .literal_separator(true)
            .backslash_escape(true)
            .build()
            .ok()
    };
    let matcher = build(&translate(name(args)))
        .or_else(|| build("**"))
        .map(|g| g.compile_matcher());
    let all = args.first().and_then(Val::as_map).map(|m| m.snapshot());
    let kept = all
        .unwrap_or_default()
        .into_iter()
        .filter(|(path, _)| matcher.as_ref().is_some_and(|m| m.is_match(&**path)));
    Ok(Val::map_of(TYPE, kept.collect(), Origin::nowhere()))
}

/// Helm's patterns in those of `globset`: there `**` stands for anything wherever it is, and
/// `[!a]` is the only way to exclude.
fn translate(pattern: &str) -> String {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some(at) = rest.find("**") {
        let (before, after) = (
            rest.get(..at).unwrap_or(""),
            rest.get(at + 2..).unwrap_or(""),
        );
        let after = after.trim_start_matches('*');
        out.push_str(before);
        let edges = (
            out.is_empty() || out.ends_with('/'),
            after.is_empty() || after.starts_with('/'),
        );
        match edges {
            // `a/**` and `**/a` have the same meaning in both, but that `**/a` needs a folder.
            (true, true) if after.is_empty() => out.push_str("**"),
            (true, true) => out.push_str("**/*"),
            _ => out.push_str("{*,*/**/*}"),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

fn lines(_: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
    let Some(t) = find(args) else {
        return Ok(Val::strings(
            [],
            args.get(1).map(Val::origin).unwrap_or_default(),
        ));
    };
    if t.is_empty() {
        return Err("runtime error: index out of range [-1]".into());
    }
    let end = t.len() - usize::from(t.as_str().ends_with('\n'));
    Ok(Val::strings(t.slice(0..end).split("\n"), t.origin()))
}

/// File names without folders and contents as a YAML map.
fn as_yaml(args: &[Val], content: impl Fn(&Text) -> Text) -> Val {
    let all = args.first().and_then(Val::as_map).map(|m| m.snapshot());
    let mut entries = crate::evaluate::helm::value::Entries::new();
    for (path, slot) in all.unwrap_or_default() {
        if let Kind::Bytes(t) = &slot.val.kind {
            let base = path_base(&Text::opaque(&*path, slot.key.clone()));
            let val = Val::text(content(t));
            let key = slot.key;
            entries.insert(
                std::rc::Rc::from(base.as_str()),
                crate::evaluate::helm::value::Slot { key, val },
            );
        }
    }
    Val::text(helm_yaml(&Val::map(entries, Origin::nowhere())))
}
