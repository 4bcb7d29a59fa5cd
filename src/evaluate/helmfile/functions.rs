//! The functions that helmfile adds to the template language.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::evaluate::helm::template::{Call, Failure, Host, missing};
use crate::evaluate::helm::value::{Kind, Val};
use crate::syntax::yaml::{self, Schema};
use crate::trace::{Node, Text, Unknown};

/// How the reason of an environment variable begins.
const VARIABLE: &str = "the environment variable";

/// What a template asks of the tree.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ask {
    /// The text of a file.
    File(String),
    /// Whether there is such a file.
    IsFile(String),
    /// Whether there is such a folder.
    IsFolder(String),
    /// The names of what lies in a folder.
    Names(String),
}

/// The tree's answer.
#[derive(Debug, Clone)]
pub(super) enum Answer {
    /// A text; unknown if it can't be read.
    Content(Text),
    /// Yes or no.
    Is(bool),
    /// Names.
    Names(Vec<String>),
}

/// Helmfile, as the templates of one folder see it.
///
/// It can't reach the tree itself: what it has no answer to is in [`Functions::open`] after the
/// render, to be answered before the next.
#[derive(Debug, Default)]
pub(super) struct Functions {
    /// What is known of the tree.
    pub(super) answers: BTreeMap<Ask, Answer>,
    /// What was asked and isn't known.
    pub(super) open: RefCell<BTreeSet<Ask>>,
}

const NAMES: &[&str] = &[
    "env",
    "envExec",
    "exec",
    "expandSecretRefs",
    "expandenv",
    "fetchSecretValue",
    "fromYaml",
    "get",
    "getOrNil",
    "isDir",
    "isFile",
    "readDir",
    "readDirEntries",
    "readFile",
    "requiredEnv",
    "setValueAtPath",
    "sprigGet",
];

impl Host for Functions {
    fn find(&self, name: &str) -> Option<&'static str> {
        NAMES.iter().find(|n| **n == name).copied()
    }

    fn call(&self, call: &mut Call<'_>, args: &[Val]) -> Result<Val, Failure> {
        let first = args.first();
        Ok(match call.name {
            "env" | "requiredEnv" => variable(call, args),
            "exec" | "envExec" => unknown(call, args, "it is what a command prints"),
            "fetchSecretValue" | "expandSecretRefs" => {
                unknown(call, args, "it is kept in a secret store")
            }
            "expandenv" => unknown(call, args, "it depends on environment variables"),
            "get" | "getOrNil" => get(call, args),
            "sprigGet" => sprig_get(call, args),
            "setValueAtPath" => set(args)?,
            "fromYaml" => from_yaml(call, first),
            "readFile" => match self.asked(call, args, Ask::File) {
                Ok(Answer::Content(text)) => Val::text(text),
                Ok(_) => unknown(call, args, "it is no file"),
                Err(val) => val,
            },
            "isFile" => self.is(call, args, Ask::IsFile),
            "isDir" => self.is(call, args, Ask::IsFolder),
            _ => match self.asked(call, args, Ask::Names) {
                Ok(Answer::Names(names)) => {
                    let origin = call.origin(args);
                    let text = |n: String| Text::opaque(n, origin.clone());
                    Val::strings(names.into_iter().map(text), call.origin(args))
                }
                Ok(_) => unknown(call, args, "it is no folder"),
                Err(val) => val,
            },
        })
    }

    fn is_unset(&self, why: &Unknown) -> bool {
        why.why.starts_with(VARIABLE)
    }
}

impl Functions {
    /// The answer, or what stands for it until there is one.
    fn asked(&self, call: &Call<'_>, args: &[Val], ask: fn(String) -> Ask) -> Result<Answer, Val> {
        let known = args.first().filter(|v| v.why_unknown().is_none());
        let Some(name) = known.and_then(Val::as_text) else {
            return Err(unknown(call, args, "the file it names isn't known"));
        };
        let ask = ask(name.as_str().to_owned());
        if let Some(answer) = self.answers.get(&ask) {
            return Ok(answer.clone());
        }
        self.open.borrow_mut().insert(ask);
        Err(unknown(call, args, "it isn't read yet"))
    }

    fn is(&self, call: &Call<'_>, args: &[Val], ask: fn(String) -> Ask) -> Val {
        match self.asked(call, args, ask) {
            Ok(Answer::Is(is)) => Val::bool(is, call.origin(args)),
            Ok(_) => unknown(call, args, "it can't be told"),
            Err(val) => val,
        }
    }
}

fn unknown(call: &Call<'_>, args: &[Val], why: &str) -> Val {
    let why = Call::why_unknown(args).unwrap_or_else(|| Unknown::new(why));
    Val::unknown(why, call.origin(&[]))
}

/// A variable that may or may not be set; one that has to be set is never empty.
fn variable(call: &Call<'_>, args: &[Val]) -> Val {
    let name = args.first().and_then(Val::as_text);
    let name = name.map_or("", |t| t.as_str());
    let why = if call.name == "env" {
        format!("{VARIABLE} {name} isn't in the tree")
    } else {
        format!("{name} has to be set in the environment")
    };
    Val::unknown(Unknown::new(why), call.origin(&[]))
}

/// `get "a.b" [default] map`: what is not there is null, the default, or not known.
fn get(call: &mut Call<'_>, args: &[Val]) -> Val {
    let (path, default, map) = match args {
        [path, map] => (path, None, map),
        [path, default, map] => (path, Some(default), map),
        _ => return unknown(call, args, "it has the wrong number of arguments"),
    };
    let Some(path) = path.as_text().filter(|t| t.unknown().is_none()) else {
        return unknown(call, args, "the path isn't known");
    };
    let mut val = map.clone();
    for key in path.as_str().split('.') {
        let next = match &val.kind {
            Kind::Unknown(_) => return val,
            Kind::Map(map) => map.get(key).filter(|v| !v.is_nil()),
            _ => None,
        };
        let Some(next) = next else {
            let nil = Val::nil(missing(&val, key));
            return match default {
                Some(default) => default.clone(),
                None if call.name == "getOrNil" => nil,
                None => {
                    let why = format!("there is no value at {}", path.as_str());
                    Val::unknown(Unknown::new(why), call.origin(&[]))
                }
            };
        };
        val = next;
    }
    call.engine.read(&val);
    val
}

fn sprig_get(call: &Call<'_>, args: &[Val]) -> Val {
    match (
        args.first().map(|v| &v.kind),
        args.get(1).and_then(Val::as_text),
    ) {
        (Some(Kind::Map(map)), Some(key)) => map
            .get(key.as_str())
            .unwrap_or_else(|| Val::str("", call.origin(args))),
        _ => unknown(call, args, "it is no map"),
    }
}

/// `setValueAtPath "a.b" value map`, which has to have everything but the last key.
fn set(args: &[Val]) -> Result<Val, Failure> {
    let [path, value, map] = args else {
        return Err("wrong number of arguments".into());
    };
    let Some(path) = path.as_text() else {
        return Err("the path is no text".into());
    };
    let mut at = map.clone();
    let mut keys = path.as_str().split('.').peekable();
    while let Some(key) = keys.next() {
        let Kind::Map(inner) = &at.kind else {
            return Err(format!("{key} is not in a map").into());
        };
        if keys.peek().is_none() {
            inner.set(key, path.origin(), value.clone());
            break;
        }
        let next = inner.get(key);
        at = next.ok_or_else(|| Failure::Message(format!("there is no {key}")))?;
    }
    Ok(map.clone())
}

/// Any YAML, whole numbers as such.
fn from_yaml(call: &Call<'_>, arg: Option<&Val>) -> Val {
    let Some(text) = arg.and_then(Val::as_text) else {
        let args: Vec<Val> = arg.cloned().into_iter().collect();
        return unknown(call, &args, "it is no text");
    };
    let node = yaml::parse(text, Schema::Yaml11).into_first();
    Val::from_node(&node.unwrap_or_else(|| Node::null(text.origin_at(0))))
}
