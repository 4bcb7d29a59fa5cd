//! Files, inside the checked root only.

use std::path::PathBuf;

use md5::{Digest as _, Md5};
use sha1::Sha1;
use sha2::{Sha256, Sha512};

use super::call::{Call, Function, text};
use super::encoding::base64;
use super::hashes::{base64_digest, hex_digest};
use crate::evaluate::terraform::ast::hcl;
use crate::evaluate::terraform::expr::{Fail, Outcome, Scope, render};
use crate::evaluate::terraform::value::{Data, Fields, Val, set};
use crate::trace::{StepKind, Text};

pub(super) const FAMILY: &[Function] = &[
    Function::shallow("abspath", 1, 1, abspath),
    Function::shallow("basename", 1, 1, basename),
    Function::shallow("dirname", 1, 1, dirname),
    Function::shallow("file", 1, 1, |c| file(c.scope, c.arg(0)?)),
    Function::shallow("filebase64", 1, 1, filebase64),
    Function::shallow("filebase64sha256", 1, 1, |c| {
        digest(c, |b| base64_digest(&Sha256::digest(b)))
    }),
    Function::shallow("filebase64sha512", 1, 1, |c| {
        digest(c, |b| base64_digest(&Sha512::digest(b)))
    }),
    Function::shallow("fileexists", 1, 1, fileexists),
    Function::shallow("filemd5", 1, 1, |c| {
        digest(c, |b| hex_digest(&Md5::digest(b)))
    }),
    Function::shallow("fileset", 2, 2, fileset),
    Function::shallow("filesha1", 1, 1, |c| {
        digest(c, |b| hex_digest(&Sha1::digest(b)))
    }),
    Function::shallow("filesha256", 1, 1, |c| {
        digest(c, |b| hex_digest(&Sha256::digest(b)))
    }),
    Function::shallow("filesha512", 1, 1, |c| {
        digest(c, |b| hex_digest(&Sha512::digest(b)))
    }),
    Function::shallow("pathexpand", 1, 1, pathexpand),
    Function::own("templatefile", 2, 2, templatefile),
];

/// Go's `path.Clean`.
fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|p| *p != "..") => {
                parts.pop();
            }
            ".." if rooted => {}
            other => parts.push(other),
        }
    }
    match (rooted, parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) => ".".to_owned(),
        (false, false) => parts.join("/"),
    }
}

fn abspath(call: &Call<'_>) -> Outcome {
    let path = call.text(0)?;
    let absolute = if path.as_str().starts_with('/') {
        path.as_str().to_owned()
    } else {
        format!(
            "{}/{}",
            call.scope.world.root().to_string_lossy(),
            path.as_str()
        )
    };
    text(path.replaced_by(clean(&absolute)))
}

fn basename(call: &Call<'_>) -> Outcome {
    let path = call.text(0)?;
    let chars = path.as_str();
    if chars.is_empty() {
        return text(path.replaced_by("."));
    }
    let trimmed = chars.trim_end_matches('/');
    if trimmed.is_empty() {
        return text(path.slice(0..1));
    }
    let start = trimmed.rfind('/').map_or(0, |n| n + 1);
    text(path.slice(start..trimmed.len()))
}

fn dirname(call: &Call<'_>) -> Outcome {
    let path = call.text(0)?;
    let dir = match path.as_str().rfind('/') {
        Some(at) => clean(&path.as_str()[..=at]),
        None => ".".to_owned(),
    };
    text(path.replaced_by(dir))
}

fn pathexpand(call: &Call<'_>) -> Outcome {
    let path = call.text(0)?;
    if path.as_str() == "~" || path.as_str().starts_with("~/") {
        return Ok(Val::unknown("the home folder is not known", path.origin()));
    }
    text(path)
}

/// Where a file lies, if it may be read; else why not.
enum Found {
    At(PathBuf),
    Outside(String),
}

fn locate(scope: &Scope<'_>, name: &str) -> Found {
    let Some(files) = scope.world.files() else {
        return Found::Outside("there are no files here".to_owned());
    };
    if name.starts_with('~') {
        return Found::Outside(format!("{name} lies outside of the checked folder"));
    }
    let path = files.beside(scope.world.root(), name);
    if files.is_inside(&path) {
        Found::At(path)
    } else {
        Found::Outside(format!("{name} lies outside of the checked folder"))
    }
}

/// The content of a file.
///
/// # Errors
/// If it isn't there or isn't text. A file outside of the checked root is unknown instead.
pub(in crate::evaluate::terraform) fn file(scope: &Scope<'_>, name: &Val) -> Outcome {
    let chars = name.as_str().ok_or("the path is not a string")?;
    let path = match locate(scope, chars) {
        Found::At(path) => path,
        Found::Outside(why) => return Ok(Val::unknown(why, name.origin.clone())),
    };
    let files = scope.world.files().ok_or("there are no files here")?;
    match files.fetch(&path) {
        Ok(source) => text(files.text(source)),
        Err(trouble) if files.is_file(&path) || trouble.is_problem() => Ok(Val::unknown(
            format!("{chars} {trouble}"),
            name.origin.clone(),
        )),
        Err(_) => Err(Fail::new(format!("there is no file {chars}"))),
    }
}

fn filebase64(call: &Call<'_>) -> Outcome {
    let val = file(call.scope, call.arg(0)?)?;
    match &val.data {
        Data::Str(content) => text(base64(content)),
        _ => Ok(val),
    }
}

fn digest(call: &Call<'_>, of: fn(&[u8]) -> String) -> Outcome {
    let val = file(call.scope, call.arg(0)?)?;
    match &val.data {
        Data::Str(content) => text(content.replaced_by(of(content.as_str().as_bytes()))),
        _ => Ok(val),
    }
}

fn fileexists(call: &Call<'_>) -> Outcome {
    let name = call.str(0)?;
    match locate(call.scope, &name) {
        Found::At(path) => {
            if call.scope.world.files().is_some_and(|f| f.is_dir(&path)) {
                return Err(Fail::new(format!("{name} is a folder")));
            }
            let there = call.scope.world.files().is_some_and(|f| f.is_file(&path));
            Ok(Val::bool(there, call.origin()))
        }
        Found::Outside(why) => Ok(Val::unknown(why, call.origin())),
    }
}

fn fileset(call: &Call<'_>) -> Outcome {
    let (name, pattern) = (call.str(0)?, call.str(1)?);
    let dir = match locate(call.scope, &name) {
        Found::At(dir) => dir,
        Found::Outside(why) => return Ok(Val::unknown(why, call.origin())),
    };
    let files = call.scope.world.files().ok_or("there are no files here")?;
    // `../x` in the pattern starts from another folder.
    let mut base = dir.clone();
    let mut rest = pattern.as_str();
    while let Some(further) = rest.strip_prefix("../") {
        base = files.beside(&base, "..");
        rest = further;
    }
    if !files.is_inside(&base) {
        return Ok(Val::unknown(
            "the pattern leads outside of the checked folder",
            call.origin(),
        ));
    }
    let origin = call.arg(1)?.origin.clone();
    let found = files
        .glob(&base, rest)
        .into_iter()
        .filter_map(|path| {
            let below = path
                .strip_prefix(&dir)
                .ok()?
                .to_string_lossy()
                .replace('\\', "/");
            Some(Val::str(below, &origin))
        })
        .collect();
    Ok(set(found, call.arg(1)?))
}

fn templatefile(call: &Call<'_>) -> Outcome {
    for val in call.args {
        if let Some(why) = val.why() {
            return Ok(Val::new(Data::Unknown(why.clone()), val.origin.clone()));
        }
    }
    let name = call.str(0)?;
    let empty = Fields::default();
    let fields = match call.arg(1)?.fields() {
        Some(fields) => fields,
        None if call.arg(1)?.is_null() => &empty,
        None => return Err(Fail::new("the variables must be a map")),
    };
    let path = match locate(call.scope, &name) {
        Found::At(path) => path,
        Found::Outside(why) => return Ok(Val::unknown(why, call.origin())),
    };
    let world = call.scope.world;
    let files = world.files().ok_or("there are no files here")?;
    let template = world.template(&path, || {
        let source = files.fetch(&path).map_err(|e| {
            if files.is_file(&path) {
                format!("{name} {e}")
            } else {
                format!("there is no file {name}")
            }
        })?;
        world.note_template(Some(source));
        let content: Text = files.text(source);
        hcl::template(&content).map_err(|e| {
            let span = content.origin_at(e.at).nearest_span();
            let problem =
                crate::trace::Problem::new(format!("not a valid template: {}", e.message), span);
            world.problem(problem);
            format!("{name} is not a valid template")
        })
    });
    let expr = template
        .as_ref()
        .as_ref()
        .map_err(|why| Fail::new(why.clone()))?;
    let bound: Vec<(String, Val)> = fields
        .entries
        .iter()
        .map(|(name, field)| (name.clone(), field.val.clone()))
        .collect();
    let _level = world.enter_template()?;
    let val = render(call.scope, expr, &bound)?;
    Ok(val.then(
        StepKind::Template,
        call.expr.span(),
        format!("templatefile {name}"),
    ))
}
