//! The variables of a project.

use std::path::{Path, PathBuf};

use indexmap::IndexMap;

use super::{Log, paths};
use crate::syntax::dotenv;
use crate::syntax::interpolation::{self, Expanded};
use crate::trace::{Origin, Span, Text};
use crate::workspace::Workspace;

/// What `$NAME` means in a project.
#[derive(Debug, Clone, Default)]
pub(super) struct Variables {
    values: IndexMap<String, Text>,
    /// Whether a `.env`, or an example in its place, says which variables there are.
    pub(super) complete: bool,
}

impl Variables {
    /// Those of the project in `dir`: of its `.env` or, if there is none, of the example
    /// beside it. Variables of `outer` win.
    pub(super) fn of_dir(
        workspace: &Workspace,
        dir: &Path,
        outer: Option<&Self>,
        log: &mut Log,
    ) -> Self {
        let mut out = Self::default();
        if let Some(name) = dir.file_name() {
            let name = name.to_string_lossy().to_lowercase();
            out.values
                .insert("COMPOSE_PROJECT_NAME".to_owned(), Text::plain(name));
        }
        out.values.insert("PWD".to_owned(), Text::plain("."));
        out.take(outer);
        let real = dir.join(".env");
        if workspace.is_file(&real) {
            out.read(workspace, &real, false, log);
        } else if let Some(example) = paths::stand_in(workspace, &real) {
            out.read(workspace, &example, true, log);
        }
        out.take(outer);
        out
    }

    /// Those that the command line sets. Nobody wrote them in a file, so that whatever uses
    /// them is the place to show.
    pub(super) fn of_command_line(workspace: &Workspace) -> Self {
        let mut out = Self::default();
        for pair in &workspace.config().overrides.set {
            if let Some((name, value)) = pair.split_once('=')
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
            {
                out.values.insert(name.to_owned(), Text::plain(value));
            }
        }
        out
    }

    /// Those of `dir` replaced by those of other files, as `include` can say.
    pub(super) fn of_files(
        workspace: &Workspace,
        files: &[PathBuf],
        outer: &Self,
        log: &mut Log,
    ) -> Self {
        let mut out = outer.clone();
        for file in files {
            out.read(workspace, file, false, log);
        }
        out.take(Some(outer));
        out
    }

    /// Those of a process and of the text of a `.env`; the former win.
    pub(super) fn of_texts(own: &[(String, Text)], env: Option<&Text>, log: &mut Log) -> Self {
        let mut out = Self::default();
        out.values.extend(own.iter().cloned());
        if let Some(env) = env {
            out.complete = true;
            let (values, problems) = dotenv::parse(env).to_node(&|name| out.get(name).cloned());
            log.notes.extend(problems);
            for (name, node) in values.as_map().into_iter().flat_map(|m| m.iter()) {
                if let Some(text) = node.as_text()
                    && !own.iter().any(|(n, _)| n == name)
                {
                    out.values.insert(name.to_owned(), text.clone());
                }
            }
        }
        out
    }

    fn take(&mut self, outer: Option<&Self>) {
        if let Some(outer) = outer {
            let all = outer.values.iter().map(|(k, v)| (k.clone(), v.clone()));
            self.values.extend(all);
            self.complete |= outer.complete;
        }
    }

    fn read(&mut self, workspace: &Workspace, path: &Path, stands_in: bool, log: &mut Log) {
        let Ok(source) = workspace.fetch(path) else {
            return;
        };
        self.complete = true;
        if stands_in {
            let name = workspace.show(path);
            log.stand_in(".env", &name, &Origin::at(Span::new(source, 0, 0)));
        }
        let file = dotenv::parse(&workspace.text(source));
        let (values, problems) = file.to_node(&|name| self.values.get(name).cloned());
        if stands_in {
            log.notes.extend(problems);
        } else {
            log.problems.extend(problems);
        }
        for (name, node) in values.as_map().into_iter().flat_map(|m| m.iter()) {
            if let Some(text) = node.as_text() {
                // The whole value is the place to show, quotes included.
                let text = if text.is_empty() {
                    Text::opaque("", node.origin.clone())
                } else {
                    text.clone()
                };
                self.values.insert(name.to_owned(), text);
            }
        }
    }

    /// The value of a variable that is set.
    pub(super) fn get(&self, name: &str) -> Option<&Text> {
        self.values.get(name)
    }

    /// `text` with its variables replaced.
    pub(super) fn expand(&self, text: &Text) -> Expanded {
        interpolation::expand(text, &|name| self.get(name).cloned(), &dotenv::unset)
    }
}
