//! Compose projects that lie on a machine.

use super::machine::{Machine, in_folder, parent};
use super::started::{Call, Started, flag};
use crate::evaluate::compose::{Given, given};
use crate::syntax::yaml::{self, Schema};
use crate::trace::{Node, Text};

/// Names under which Compose looks for its file.
const NAMES: &[&str] = &[
    "compose.yaml",
    "compose.yml",
    "docker-compose.yaml",
    "docker-compose.yml",
];

/// The projects that were started, or could be.
#[derive(Debug, Default)]
pub(super) struct Projects {
    asked: Vec<Asked>,
}

/// One way in which Compose was started.
#[derive(Debug)]
struct Asked {
    /// The files that are named; none if Compose looks for them itself.
    files: Vec<String>,
    folder: String,
    env: Option<String>,
    variables: Vec<(String, Text)>,
}

impl Projects {
    /// `docker compose …`.
    pub(super) fn compose(&mut self, call: &Call<'_>) {
        let mut files = Vec::new();
        let mut env = None;
        let mut folder = call.folder.unwrap_or_default().to_owned();
        let mut rest = call.arguments;
        while let Some(first) = rest.first() {
            let mut taken = 1;
            if let Some((value, n)) = flag(rest, "file", Some('f')) {
                taken = n;
                files.push(in_folder(call.folder, value.as_str()));
            } else if let Some((value, n)) = flag(rest, "env-file", None) {
                taken = n;
                env = Some(in_folder(call.folder, value.as_str()));
            } else if let Some((value, n)) = flag(rest, "project-directory", None) {
                taken = n;
                folder = in_folder(call.folder, value.as_str());
            } else if !first.as_str().is_some_and(|w| w.starts_with('-')) {
                break;
            }
            rest = rest.get(taken..).unwrap_or_default();
        }
        if let Some(first) = files.first()
            && folder.is_empty()
        {
            folder = parent(first).to_owned();
        }
        self.ask(call, files, folder, env);
    }

    /// `docker stack deploy -c FILE …`.
    pub(super) fn stack(&mut self, call: &Call<'_>) {
        let found = (0..call.arguments.len())
            .filter_map(|at| flag(&call.arguments[at..], "compose-file", Some('c')));
        let files: Vec<String> = found
            .map(|(value, _)| in_folder(call.folder, value.as_str()))
            .collect();
        let folder = files.first().map(|f| parent(f).to_owned());
        self.ask(call, files, folder.unwrap_or_default(), None);
    }

    fn ask(&mut self, call: &Call<'_>, files: Vec<String>, folder: String, env: Option<String>) {
        let same = |a: &Asked| a.files == files && a.folder == folder && a.env == env;
        if self.asked.iter().any(same) {
            return;
        }
        let variables = call
            .command
            .env
            .iter()
            .filter_map(|e| Some((e.name.as_str().to_owned(), e.value.as_text()?.clone())));
        self.asked.push(Asked {
            variables: variables.collect(),
            files,
            folder,
            env,
        });
    }

    /// Adds the workloads of all projects whose files were written on the machine, whether a
    /// command that starts them was seen or not.
    pub(super) fn finish(self, machine: &Machine<'_>, out: &mut Started) {
        let mut taken: Vec<String> = Vec::new();
        for mut asked in self.asked {
            if asked.files.is_empty() {
                let there = NAMES
                    .iter()
                    .map(|name| in_folder(Some(&asked.folder), name));
                let mut there = there.filter(|path| document(machine, path).is_some());
                asked.files.extend(there.next());
                let beside = asked.files.first().map(|f| with_override(f));
                asked
                    .files
                    .extend(beside.filter(|path| document(machine, path).is_some()));
            }
            add(machine, &asked, &mut taken, out);
        }
        let all: Vec<String> = machine.files().map(|(path, _)| path.to_owned()).collect();
        for path in all {
            if taken.contains(&path) || !is_yaml(&path) || document(machine, &path).is_none() {
                continue;
            }
            let asked = Asked {
                folder: parent(&path).to_owned(),
                files: vec![path],
                env: None,
                variables: Vec::new(),
            };
            add(machine, &asked, &mut taken, out);
        }
    }
}

fn is_yaml(path: &str) -> bool {
    path.ends_with(".yml") || path.ends_with(".yaml")
}

fn with_override(path: &str) -> String {
    match path.rsplit_once('.') {
        Some((stem, ending)) => format!("{stem}.override.{ending}"),
        None => path.to_owned(),
    }
}

fn add(machine: &Machine<'_>, asked: &Asked, taken: &mut Vec<String>, out: &mut Started) {
    let documents: Vec<Node> = asked
        .files
        .iter()
        .filter_map(|path| document(machine, path))
        .collect();
    if documents.is_empty() || asked.files.iter().all(|f| taken.contains(f)) {
        return;
    }
    taken.extend(asked.files.iter().cloned());
    let beside = in_folder(Some(&asked.folder), ".env");
    let env = asked.env.as_deref().unwrap_or(&beside);
    let env = written(machine, env).and_then(Node::as_text).cloned();
    let files = |path: &str| below(machine, None, path);
    let (items, notes) = given(
        machine.workspace,
        &Given {
            dir: &asked.folder,
            documents,
            variables: asked.variables.clone(),
            env,
            files: &files,
        },
    );
    out.items.extend(items);
    out.notes.extend(notes);
}

fn written<'m>(machine: &'m Machine<'_>, path: &str) -> Option<&'m Node> {
    machine
        .files()
        .find(|(p, _)| *p == path)
        .map(|(_, node)| node)
}

/// The Compose file at a path of the machine.
fn document(machine: &Machine<'_>, path: &str) -> Option<Node> {
    let text = written(machine, path)?.as_text()?;
    if !text.as_str().contains("services") {
        return None;
    }
    let root = yaml::parse(text, Schema::Yaml12).into_first()?;
    let services = root.get("services").and_then(Node::as_map)?.iter();
    let whole = |s: &Node| s.get("image").is_some() || s.get("build").is_some();
    let any = services.into_iter().any(|(_, s)| whole(s));
    any.then_some(root)
}

/// The file that was written at `name`, under an empty path; else those below it.
pub(super) fn below(
    machine: &Machine<'_>,
    folder: Option<&str>,
    name: &str,
) -> Vec<(String, Node)> {
    let path = in_folder(folder, name);
    if let Some(content) = written(machine, &path) {
        return vec![(String::new(), content.clone())];
    }
    let prefix = format!("{}/", path.trim_end_matches('/'));
    let inside = machine
        .files()
        .filter_map(|(p, content)| Some((p.strip_prefix(&prefix)?.to_owned(), content.clone())));
    inside.collect()
}
