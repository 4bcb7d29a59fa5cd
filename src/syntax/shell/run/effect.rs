//! What well-known programs do to variables and files, and what they print.

use super::{MAX_FILE, Machine, Written, without_last_slash};
use crate::syntax::interpolation;
use crate::syntax::shell::{programs, sed};
use crate::trace::{Origin, StepKind, Text, Unknown};

/// A call of a program.
pub(super) struct Call<'a> {
    pub(super) name: &'a str,
    pub(super) arguments: &'a [Text],
    pub(super) stdin: Option<&'a Text>,
    pub(super) conditional: bool,
    pub(super) origin: &'a Origin,
}

impl Call<'_> {
    /// The arguments that are no flags.
    fn operands(&self) -> impl Iterator<Item = &Text> {
        self.arguments
            .iter()
            .filter(|a| !a.as_str().starts_with('-') || a.as_str() == "-")
    }
}

impl Machine<'_> {
    /// Does what a program does to variables and files; gives what it prints, if known.
    pub(super) fn program(&mut self, call: &Call<'_>) -> Option<Text> {
        match call.name {
            "export" | "declare" | "typeset" | "local" | "readonly" => self.declare(call),
            "unset" => {
                for name in call.arguments {
                    self.vars.own.remove(name.as_str());
                    self.vars.unset.insert(name.as_str().to_owned());
                }
            }
            "read" => {
                for name in call.operands() {
                    let why = format!("variable {} is read in by the script", name.as_str());
                    let value = Text::of_unknown("", Unknown::new(why), name.origin());
                    self.vars.set(name.as_str(), value);
                }
            }
            "cd" => {
                let known = |p: &&Text| p.unknown().is_none() && !p.as_str().contains("..");
                let to = call.operands().next().filter(known);
                self.directory = to
                    .filter(|path| path.as_str() != "-")
                    .map(|path| without_last_slash(&self.path(path)))
                    .map(|path| self.vars.spend(path));
            }
            "echo" => return Some(programs::echo(call.arguments)),
            "printf" => return programs::printf(call.arguments),
            "cat" => {
                let mut operands = call.operands().peekable();
                if operands.peek().is_none_or(|p| p.as_str() == "-") {
                    return call.stdin.cloned();
                }
                let mut all = Text::default();
                for path in operands {
                    all.push(&self.file(path)?.content);
                    if all.len() > MAX_FILE {
                        return None;
                    }
                }
                return Some(all);
            }
            "tee" => {
                let append = call
                    .arguments
                    .iter()
                    .any(|a| matches!(a.as_str(), "-a" | "--append"));
                for path in call.operands() {
                    if path.as_str().starts_with("/dev/") {
                        continue;
                    }
                    let content = call.stdin.cloned().unwrap_or_else(|| {
                        let why = Unknown::new("the output of the command before");
                        Text::of_unknown("", why, call.origin.clone())
                    });
                    self.write(Written {
                        path: path.clone(),
                        content,
                        append,
                        conditional: call.conditional,
                        origin: call.origin.clone(),
                    });
                }
                return call.stdin.cloned();
            }
            "sed" => return self.sed(call),
            "envsubst" => {
                let get = |name: &str| self.vars.get(name);
                let keep = |name: &Text| Text::plain(format!("${{{}}}", name.as_str()));
                return Some(interpolation::expand(call.stdin?, &get, &keep).text);
            }
            "cp" | "mv" | "install" => self.copy(call),
            _ => {}
        }
        None
    }

    /// `cp from to`, `cp from… folder`.
    fn copy(&mut self, call: &Call<'_>) {
        let operands: Vec<Text> = call.operands().cloned().collect();
        let Some((to, from)) = operands.split_last() else {
            return;
        };
        for path in from {
            let Some(file) = self.file(path) else {
                continue;
            };
            let name = path.as_str().rfind('/').map_or(0, |slash| slash + 1);
            let into = from.len() > 1 || to.as_str().ends_with('/') || to.as_str() == ".";
            let target = if into {
                let folder = without_last_slash(to);
                let name = path.slice(name..path.len());
                Text::concat([&folder, &Text::plain("/"), &name])
            } else {
                to.clone()
            };
            let at = call.origin.nearest_span();
            self.write(Written {
                path: target,
                content: file.content.then(StepKind::Reference, at, "copied"),
                append: false,
                conditional: call.conditional || file.conditional,
                origin: call.origin.clone(),
            });
        }
    }

    /// `export A=b C`.
    fn declare(&mut self, call: &Call<'_>) {
        let exports =
            call.name == "export" || call.arguments.iter().any(|a| a.as_str().starts_with("-x"));
        for word in call.operands() {
            let equals = word.as_str().find('=');
            let name = word.slice(0..equals.unwrap_or(word.len()));
            if let Some(at) = equals {
                let value = word.slice(at + 1..word.len());
                self.assign(&name, value, call.conditional);
            }
            if exports && !self.exported.iter().any(|n| n.as_str() == name.as_str()) {
                self.exported.push(name);
            }
        }
    }

    /// `sed` with substitutions, on what it reads or, with `-i`, on files of the script.
    fn sed(&mut self, call: &Call<'_>) -> Option<Text> {
        let mut scripts = Vec::new();
        let mut files = Vec::new();
        let (mut in_place, mut extended) = (false, false);
        let mut arguments = call.arguments.iter();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "-e" | "--expression" => scripts.extend(arguments.next()),
                "-E" | "-r" | "--regexp-extended" => extended = true,
                "-n" | "-f" | "--quiet" | "--file" => return None,
                flag if flag.starts_with("-i") || flag.starts_with("--in-place") => in_place = true,
                flag if flag.starts_with('-') && flag.len() > 1 => {
                    in_place |= flag.contains('i');
                    extended |= flag.contains(['E', 'r']);
                    if flag.ends_with('e') {
                        scripts.extend(arguments.next());
                    }
                }
                _ if scripts.is_empty() => scripts.push(argument),
                _ => files.push(argument),
            }
        }
        let parsed: Option<Vec<_>> = scripts
            .into_iter()
            .map(|s| sed::parse(s, extended))
            .collect();
        let change = |text: &Text| {
            let all = parsed.as_ref()?;
            all.iter()
                .try_fold(text.clone(), |text, s| sed::apply(s, &text, MAX_FILE))
        };
        if !in_place {
            return match files.as_slice() {
                [] => change(call.stdin?),
                [path] => change(&self.file(path)?.content),
                _ => None,
            };
        }
        for path in files {
            let Some(file) = self.file(path) else {
                self.set_lines(path, parsed.as_deref().unwrap_or_default(), call);
                continue;
            };
            let content = change(&file.content).unwrap_or_else(|| {
                let why = Unknown::new("it is changed by sed in a way that is not followed");
                Text::of_unknown("", why, file.content.origin())
            });
            self.write(Written {
                path: path.clone(),
                content,
                append: false,
                conditional: file.conditional || call.conditional,
                origin: file.origin,
            });
        }
        None
    }

    /// Substitutions in a file of which nothing is known: lines they put there as a whole will
    /// be in it, behind what is not known.
    fn set_lines(&mut self, path: &Text, scripts: &[Vec<sed::Substitution>], call: &Call<'_>) {
        for substitution in scripts.iter().flatten() {
            let Some(mut line) = substitution.whole_line() else {
                continue;
            };
            line.push(&Text::plain("\n"));
            self.write(Written {
                path: path.clone(),
                content: line,
                append: true,
                conditional: call.conditional,
                origin: call.origin.clone(),
            });
        }
    }
}
