//! The instructions of a Dockerfile that decide what is configured.

use indexmap::IndexMap;

use crate::evaluate::compose::words;
use crate::syntax::{dotenv, interpolation, json};
use crate::trace::{Node, Text, Unknown};

/// From one `FROM` to the next.
#[derive(Debug)]
pub(super) struct Stage {
    /// The image or stage it starts from.
    pub(super) from: Text,
    /// Its own name, in lower case.
    pub(super) name: Option<String>,
    pub(super) instructions: Vec<Instruction>,
}

/// One instruction, its variables replaced.
#[derive(Debug)]
pub(super) enum Instruction {
    /// A variable and its value.
    Env(Text, Text),
    /// The folder relative targets start from.
    WorkDir(Text),
    /// Files of the build's folder.
    Copy { sources: Vec<Text>, target: Text },
    /// A file that is written in the Dockerfile itself.
    Write { content: Text, target: Text },
}

/// More instructions than these are not read.
const MAX_INSTRUCTIONS: usize = 2_000;

/// Longer values are not settings.
const MAX_VALUE: usize = 64 * 1024;

/// The stages of a Dockerfile; `arg` gives the build arguments that are set.
pub(super) fn stages(text: &Text, arg: &dyn Fn(&str) -> Option<Text>) -> Vec<Stage> {
    let mut reader = Reader {
        arg,
        values: IndexMap::new(),
        stages: Vec::new(),
    };
    for (at, line) in logical_lines(text).iter().enumerate() {
        if at >= MAX_INSTRUCTIONS {
            break;
        }
        reader.line(line);
    }
    reader.stages
}

/// An instruction with what is written below it up to a mark.
struct Line {
    text: Text,
    body: Option<Text>,
}

/// Lines with their continuations, without comments.
fn logical_lines(text: &Text) -> Vec<Line> {
    let mut out = Vec::new();
    let mut lines = text.lines().into_iter();
    let mut open: Option<Text> = None;
    while let Some(line) = lines.next() {
        let trimmed = line.trim();
        if trimmed.as_str().starts_with('#') || (open.is_some() && trimmed.is_empty()) {
            continue;
        }
        let goes_on = trimmed.as_str().ends_with('\\');
        // What a continuation begins with keeps its words apart.
        let start = if open.is_some() {
            0
        } else {
            line.len() - line.as_str().trim_start().len()
        };
        let end = line.as_str().trim_end().len() - usize::from(goes_on);
        let mut whole = open.take().unwrap_or_default();
        whole.push(&line.slice(start..end));
        if goes_on {
            open = Some(whole);
            continue;
        }
        let body = heredoc_mark(whole.as_str()).map(|mark| {
            let mut body = Text::default();
            for line in lines.by_ref() {
                if line.as_str().trim_start_matches('\t') == mark {
                    break;
                }
                body.push(&line);
                body.push_str("\n", &line.origin_at(line.len()));
            }
            body
        });
        if !whole.is_empty() {
            out.push(Line { text: whole, body });
        }
    }
    out.extend(open.map(|text| Line { text, body: None }));
    out
}

/// The mark of `<<EOF`, `<<-EOF`, `<<"EOF"`.
fn heredoc_mark(line: &str) -> Option<String> {
    let instruction = line.split_whitespace().next()?.to_uppercase();
    if !matches!(instruction.as_str(), "RUN" | "COPY" | "ADD") {
        return None;
    }
    let (_, rest) = line.split_once("<<")?;
    let rest = rest.trim_start_matches('-').trim_start_matches(['"', '\'']);
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
    let mark = rest.get(..end.unwrap_or(rest.len()))?;
    (!mark.is_empty()).then(|| mark.to_owned())
}

struct Reader<'a> {
    arg: &'a dyn Fn(&str) -> Option<Text>,
    values: IndexMap<String, Text>,
    stages: Vec<Stage>,
}

impl Reader<'_> {
    fn expand(&self, text: &Text) -> Text {
        let get = |name: &str| self.values.get(name).cloned();
        let out = interpolation::expand(text, &get, &dotenv::unset).text;
        if out.len() > MAX_VALUE {
            let why = format!("its value is longer than {MAX_VALUE} bytes, the limit");
            return Text::of_unknown("", Unknown::new(why), text.origin());
        }
        out
    }

    fn line(&mut self, line: &Line) {
        let chars = line.text.as_str();
        let end = chars.find(char::is_whitespace).unwrap_or(chars.len());
        let rest = line.text.slice(end..line.text.len()).trim();
        match chars.get(..end).unwrap_or_default().to_uppercase().as_str() {
            "FROM" => self.from(&rest),
            "ARG" => self.arguments(&rest),
            "ENV" => self.variables(&rest),
            "WORKDIR" => {
                let dir = self.expand(&rest);
                self.push(Instruction::WorkDir(dir));
            }
            "COPY" | "ADD" => self.copy(&rest, line.body.as_ref()),
            _ => {}
        }
    }

    fn push(&mut self, instruction: Instruction) {
        if let Some(stage) = self.stages.last_mut() {
            stage.instructions.push(instruction);
        }
    }

    fn from(&mut self, rest: &Text) {
        let words = words::split(rest);
        let mut words = words.iter().filter(|w| !w.as_str().starts_with("--"));
        let Some(from) = words.next() else {
            return;
        };
        let mut after = words.map(|w| w.as_str().to_lowercase());
        let name = after
            .next()
            .filter(|w| w == "as")
            .and_then(|_| after.next());
        self.stages.push(Stage {
            from: self.expand(from),
            name,
            instructions: Vec::new(),
        });
    }

    fn arguments(&mut self, rest: &Text) {
        for word in words::split(rest) {
            let (name, default) = match word.as_str().find('=') {
                Some(at) => (word.slice(0..at), Some(word.slice(at + 1..word.len()))),
                None => (word, None),
            };
            let default = default.map(|d| self.expand(&d));
            if let Some(value) = (self.arg)(name.as_str()).or(default) {
                self.values.insert(name.as_str().to_owned(), value);
            }
        }
    }

    fn variables(&mut self, rest: &Text) {
        let words = words::split(rest);
        let Some(first) = words.first() else {
            return;
        };
        let mut pairs = Vec::new();
        if first.as_str().contains('=') {
            for word in &words {
                if let Some(at) = word.as_str().find('=') {
                    pairs.push((word.slice(0..at), word.slice(at + 1..word.len())));
                }
            }
        } else {
            pairs.push((first.clone(), rest.slice(first.len()..rest.len()).trim()));
        }
        for (name, value) in pairs {
            let value = self.expand(&value);
            self.values.insert(name.as_str().to_owned(), value.clone());
            self.push(Instruction::Env(name, value));
        }
    }

    fn copy(&mut self, rest: &Text, body: Option<&Text>) {
        let mut words = if rest.as_str().starts_with('[') {
            let (list, _) = json::parse(rest);
            let items = list.as_list().unwrap_or_default();
            items.iter().filter_map(Node::as_text).cloned().collect()
        } else {
            words::split(rest)
        };
        if words.iter().any(|w| w.as_str().starts_with("--from")) {
            return;
        }
        words.retain(|w| !w.as_str().starts_with("--"));
        let Some(target) = words.pop().map(|t| self.expand(&t)) else {
            return;
        };
        match body {
            Some(content) => self.push(Instruction::Write {
                content: content.clone(),
                target,
            }),
            None => {
                let sources = words.iter().map(|w| self.expand(w)).collect();
                self.push(Instruction::Copy { sources, target });
            }
        }
    }
}
