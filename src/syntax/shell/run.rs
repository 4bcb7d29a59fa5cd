//! Following a script without running it.

mod effect;

use std::collections::{HashMap, HashSet};

use self::effect::Call;
use super::expand::Variables;
use super::{Command, Link, RedirectKind, Script, parse, programs};
use crate::trace::{Origin, Problem, Text, Unknown};

/// What a script would do, as far as it can be told.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Run {
    /// The commands with their words, in order; those of `sh -c` scripts behind them.
    pub commands: Vec<Ran>,
    /// Files that are written.
    pub files: Vec<Written>,
    /// Variables that are exported at its end.
    pub exported: Vec<(Text, Text)>,
    /// The directory it ends in, if it changes to one that can be told.
    pub directory: Option<Text>,
    /// What could not be followed.
    pub problems: Vec<Problem>,
}

/// What is around a script when it starts.
#[derive(Clone)]
pub struct Around<'a> {
    /// The values of variables that it does not set itself.
    pub variables: &'a dyn Fn(&str) -> Option<Text>,
    /// The contents of files that it does not write itself, by path.
    pub files: &'a dyn Fn(&str) -> Option<Text>,
    /// The directory it starts in.
    pub directory: Option<Text>,
}

/// A command with its words.
#[derive(Debug, Clone, PartialEq)]
pub struct Ran {
    /// The program and its arguments, `sudo` and the like included; parts that can't be told
    /// are unknown.
    pub words: Vec<Text>,
    /// Variables it gets: those exported before, then those set in front of it.
    pub env: Vec<(Text, Text)>,
    /// What it reads, if that is known: a here-document, a file of the script, what the command
    /// before prints.
    pub stdin: Option<Text>,
    /// The directory it runs in, if the script changed to one that can be told.
    pub directory: Option<Text>,
    /// How it hangs on the command before.
    pub link: Link,
    /// It runs only if something else says so.
    pub conditional: bool,
    /// The whole command.
    pub origin: Origin,
}

/// A file that a script writes.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// Its path; relative ones are joined to the directory that the script changed to.
    pub path: Text,
    /// Its content.
    pub content: Text,
    /// Whether the content is put behind one that the script did not write.
    pub append: bool,
    /// It is written only if something else says so.
    pub conditional: bool,
    /// The command that writes it.
    pub origin: Origin,
}

/// All values that are put together in one run have so many bytes at most.
const BUDGET: usize = 32 << 20;

/// What all commands hold together (words and variables they get, what they read) weighs so
/// much at most, by [`weight`].
const MAX_HELD: usize = 128 << 20;

/// A file has so many bytes at most.
const MAX_FILE: usize = 4 << 20;

/// Scripts may be nested so deep in the arguments of shells.
const MAX_DEPTH: usize = 4;

/// Follows a script. `env` gives the values of variables that it does not set itself.
#[must_use]
pub fn run(script: &Script, text: &Text, env: &dyn Fn(&str) -> Option<Text>) -> Run {
    let around = Around {
        variables: env,
        files: &|_| None,
        directory: None,
    };
    run_in(script, text, &around)
}

/// Follows a script on a machine where something is already.
#[must_use]
pub fn run_in(script: &Script, text: &Text, around: &Around<'_>) -> Run {
    let mut machine = Machine {
        files: around.files,
        vars: Variables {
            outer: around.variables,
            own: HashMap::new(),
            unset: HashSet::new(),
            budget: BUDGET,
        },
        exported: Vec::new(),
        directory: around.directory.clone(),
        held: 0,
        out: Run::default(),
    };
    machine.script(script, text, false, 0);
    if machine.vars.budget == 0 {
        let limit = if machine.held > MAX_HELD {
            MAX_HELD
        } else {
            BUDGET
        };
        let message = format!("the script's values grow beyond the limit of {limit} bytes");
        let span = text.origin_of(0..text.len()).nearest_span();
        machine.out.problems.push(Problem::new(message, span));
    }
    machine.out.exported = machine.exports();
    machine.out.directory = machine.directory;
    machine.out
}

struct Machine<'a> {
    files: &'a dyn Fn(&str) -> Option<Text>,
    vars: Variables<'a>,
    exported: Vec<Text>,
    directory: Option<Text>,
    /// What the commands hold so far.
    held: usize,
    out: Run,
}

impl Machine<'_> {
    fn script(&mut self, script: &Script, text: &Text, conditional: bool, depth: usize) {
        let mut printed: Option<Text> = None;
        for command in &script.commands {
            if self.vars.budget == 0 {
                return;
            }
            let conditional = conditional || command.conditional;
            printed = self.command(command, text, printed, conditional, depth);
        }
    }

    /// Follows one command; gives what it prints to the next one.
    fn command(
        &mut self,
        command: &Command,
        text: &Text,
        printed: Option<Text>,
        conditional: bool,
        depth: usize,
    ) -> Option<Text> {
        let mut env = Vec::new();
        for assignment in &command.assignments {
            let mut value = self.vars.text(&assignment.value);
            if assignment.append {
                let earlier = self.vars.get(assignment.name.as_str()).unwrap_or_default();
                value = Text::concat([&earlier, &value]);
            }
            env.push((assignment.name.clone(), value));
        }
        let mut stdin = printed.filter(|_| command.link == Link::Pipe);
        for redirect in &command.redirects {
            match redirect.kind {
                RedirectKind::Here => stdin = Some(self.vars.text(&redirect.target)),
                RedirectKind::Read => {
                    let path = self.vars.text(&redirect.target);
                    stdin = self.file(&path).map(|f| f.content);
                }
                _ => {}
            }
        }
        let origin = text.origin_of(command.range.clone());
        if command.words.is_empty() {
            for (name, value) in env {
                self.assign(&name, value, conditional);
            }
            let content = match (command.link, stdin) {
                (_, Some(known)) => Some(known),
                (Link::Pipe, None) => None,
                _ => Some(Text::opaque("", origin.clone())),
            };
            self.redirects(command, content.as_ref(), "commands", conditional, &origin);
            return None;
        }
        let words: Vec<Text> = command
            .words
            .iter()
            .flat_map(|word| self.vars.fields(word))
            .collect();
        let start = programs::wrappers(&words);
        let stdout = words.get(start).and_then(|program| {
            let call = Call {
                name: programs::name(program),
                arguments: &words[start + 1..],
                stdin: stdin.as_ref(),
                conditional,
                origin: &origin,
            };
            self.program(&call)
        });
        let stdout = stdout.map(|text| self.vars.spend(text));
        let name = words
            .get(start)
            .map_or("", |w| programs::name(w))
            .to_owned();
        let inner = words
            .get(start + 1..)
            .map(<[_]>::to_vec)
            .unwrap_or_default();
        self.redirects(command, stdout.as_ref(), &name, conditional, &origin);
        let env: Vec<_> = self.exports().into_iter().chain(env).collect();
        let held = env.iter().flat_map(|(name, value)| [name, value]);
        let held = held.chain(&stdin).chain(&self.directory).chain(&words);
        self.held += held.map(weight).sum::<usize>();
        if self.held > MAX_HELD {
            self.vars.budget = 0;
            return None;
        }
        let nested = nested_script(&name, &inner, stdin.as_ref());
        self.out.commands.push(Ran {
            words,
            env,
            stdin,
            directory: self.directory.clone(),
            link: command.link,
            conditional,
            origin,
        });
        if let Some(nested) = nested
            && depth < MAX_DEPTH
        {
            let script = parse(&nested);
            self.script(&script, &nested, conditional, depth + 1);
        }
        stdout
    }

    fn exports(&self) -> Vec<(Text, Text)> {
        let values = self.exported.iter();
        values
            .filter_map(|name| Some((name.clone(), self.vars.get(name.as_str())?)))
            .collect()
    }

    fn assign(&mut self, name: &Text, value: Text, conditional: bool) {
        let value = if conditional {
            let same = self.vars.get(name.as_str());
            if same.is_some_and(|v| v.as_str() == value.as_str() && v.unknown().is_none()) {
                return;
            }
            let why = format!("variable {} is set under a condition", name.as_str());
            let placeholder = format!("${}", name.as_str());
            Text::of_unknown(placeholder, Unknown::new(why), value.origin())
        } else {
            value
        };
        self.vars.set(name.as_str(), value);
    }

    fn path(&self, path: &Text) -> Text {
        match &self.directory {
            Some(directory) if !path.as_str().starts_with(['/', '~', '$']) => {
                let relative = path.as_str().strip_prefix("./").map_or(0, |_| 2);
                Text::concat([
                    directory,
                    &Text::plain("/"),
                    &path.slice(relative..path.len()),
                ])
            }
            _ => path.clone(),
        }
    }

    /// The latest content of a file that the script writes, or that was there before.
    fn file(&self, path: &Text) -> Option<Written> {
        let path = self.path(path);
        let mut own = self.out.files.iter().rev();
        if let Some(file) = own.find(|f| f.path.as_str() == path.as_str() && !f.append) {
            return Some(file.clone());
        }
        let content = (self.files)(path.as_str())?;
        Some(Written {
            origin: content.origin(),
            path,
            content,
            append: false,
            conditional: false,
        })
    }

    fn write(&mut self, mut written: Written) {
        let path = self.path(&written.path);
        written.content = self.vars.spend(written.content);
        let same = self
            .out
            .files
            .iter_mut()
            .rev()
            .find(|f| f.path.as_str() == path.as_str() && f.conditional == written.conditional);
        match same {
            Some(file) if written.append => {
                file.content.push(&written.content);
                if file.content.len() > MAX_FILE {
                    let why = format!("the file grows beyond the limit of {MAX_FILE} bytes");
                    let origin = file.content.origin();
                    self.out
                        .problems
                        .push(Problem::new(&*why, origin.nearest_span()));
                    file.content = Text::of_unknown("", Unknown::new(why), origin);
                }
            }
            Some(file) => {
                *file = Written { path, ..written };
            }
            None => self.out.files.push(Written { path, ..written }),
        }
    }

    fn redirects(
        &mut self,
        command: &Command,
        content: Option<&Text>,
        program: &str,
        conditional: bool,
        origin: &Origin,
    ) {
        for redirect in &command.redirects {
            let append = match redirect.kind {
                RedirectKind::Write => false,
                RedirectKind::Append => true,
                _ => continue,
            };
            if !matches!(redirect.descriptor, None | Some(1)) {
                continue;
            }
            let path = self.vars.text(&redirect.target);
            if path.as_str().starts_with("/dev/") {
                continue;
            }
            let content = content.cloned().unwrap_or_else(|| {
                let why = Unknown::new(format!("the output of {program}"));
                Text::of_unknown("", why, origin.clone())
            });
            self.write(Written {
                path,
                content,
                append,
                conditional,
                origin: origin.clone(),
            });
        }
    }
}

/// What a text takes: each run of origins weighs more than its characters.
fn weight(text: &Text) -> usize {
    text.len() + 64 * text.runs().count()
}

fn without_last_slash(path: &Text) -> Text {
    let len = path.as_str().trim_end_matches('/').len();
    path.slice(0..len)
}

/// The script that a shell is given as an argument or to read.
fn nested_script(name: &str, arguments: &[Text], stdin: Option<&Text>) -> Option<Text> {
    let is_shell = matches!(name, "sh" | "bash" | "dash" | "zsh" | "ash");
    if is_shell || name == "su" {
        let flag = arguments.iter().position(|a| {
            a.as_str().starts_with('-')
                && !a.as_str().starts_with("--")
                && a.as_str().ends_with('c')
        });
        if let Some(flag) = flag {
            return arguments.get(flag + 1).cloned();
        }
    }
    let reads = is_shell && arguments.iter().all(|a| a.as_str().starts_with('-'));
    stdin.filter(|_| reads).cloned()
}
