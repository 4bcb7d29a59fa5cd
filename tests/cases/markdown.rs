//! Reads a case file: sections, blocks and the expectations in them.

use konform::policy::finding::{Severity, State};

/// One tree and what must be found in it.
#[derive(Debug)]
pub struct Section {
    /// The Markdown file, relative to the repository.
    pub file: String,
    /// The heading.
    pub title: String,
    /// The files of the tree.
    pub blocks: Vec<Block>,
    /// The ways of findings that are told.
    pub traces: Vec<Told>,
}

/// A block that tells the way of a finding, step by step.
#[derive(Debug)]
pub struct Told {
    /// The lines: place and rule of the finding, then place and note of every step.
    pub lines: Vec<String>,
    /// The line of the Markdown file where it begins.
    pub at: usize,
}

/// A file of the tree.
#[derive(Debug)]
pub struct Block {
    /// Its path in the tree.
    pub path: String,
    /// Its lines without the expectations, and the line of the Markdown file each stands on.
    pub lines: Vec<(String, usize)>,
    /// What must be found.
    pub expected: Vec<Expected>,
}

/// A finding that must be there.
#[derive(Debug)]
pub struct Expected {
    /// The rule.
    pub rule: String,
    /// How much it weighs, if that is said.
    pub severity: Option<Severity>,
    /// Whether it was written, if that is said.
    pub state: Option<State>,
    /// How sure it is, if that is said.
    pub confidence: Option<String>,
    /// The line of the block, from 0.
    pub line: usize,
}

impl Block {
    /// The file's text.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for (line, _) in &self.lines {
            text.push_str(line);
            text.push('\n');
        }
        text
    }
}

/// Reads the sections of a file. Panics with the line if something can't be understood.
pub fn parse(file: &str, text: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        if let Some(title) = line.strip_prefix("## ") {
            sections.push(Section {
                file: file.to_owned(),
                title: title.trim().to_owned(),
                blocks: Vec::new(),
                traces: Vec::new(),
            });
        }
        let fence: String = line.chars().take_while(|c| *c == '`').collect();
        if fence.len() < 3 {
            continue;
        }
        let path = line
            .split_whitespace()
            .find_map(|w| w.strip_prefix("file="));
        let mut body = Vec::new();
        for (at, line) in lines.by_ref() {
            if line.trim_end() == fence {
                break;
            }
            body.push((line, at + 1));
        }
        let is_trace = line.trim_start_matches('`').trim() == "trace";
        if path.is_none() && !is_trace {
            continue;
        }
        let section = sections
            .last_mut()
            .unwrap_or_else(|| panic!("{file}:{}: a file before the first section", at + 1));
        match path {
            Some(path) => section.blocks.push(block(file, path, &body)),
            None => section.traces.push(Told {
                lines: body.iter().map(|(line, _)| words(line)).collect(),
                at: at + 1,
            }),
        }
    }
    sections
}

/// The words of a line, one space between them.
pub fn words(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn block(file: &str, path: &str, body: &[(&str, usize)]) -> Block {
    let mut lines = Vec::new();
    let mut expected = Vec::new();
    for (line, at) in body {
        let Some((before, list)) = split(line) else {
            lines.push(((*line).to_owned(), *at));
            continue;
        };
        for item in list.split(',') {
            expected.push(expectation(item, lines.len(), &format!("{file}:{at}")));
        }
        if !before.trim().is_empty() {
            lines.push((before.trim_end().to_owned(), *at));
        }
    }
    assert!(
        expected.iter().all(|e| e.line < lines.len()),
        "{file}: an expectation after the last line of {path}"
    );
    Block {
        path: path.to_owned(),
        lines,
        expected,
    }
}

/// What stands before an expectation, and the expectation.
fn split(line: &str) -> Option<(&str, &str)> {
    ["#", "//", ";", "--"].iter().find_map(|mark| {
        let (before, list) = line.split_once(&format!("{mark} expect: "))?;
        Some((before, list.trim()))
    })
}

fn expectation(item: &str, line: usize, place: &str) -> Expected {
    let mut words = item.split_whitespace();
    let rule = words
        .next()
        .unwrap_or_else(|| panic!("{place}: an expectation without a rule"));
    let mut expected = Expected {
        rule: rule.to_owned(),
        severity: None,
        state: None,
        confidence: None,
        line,
    };
    for word in words {
        match word {
            "written" => expected.state = Some(State::Written),
            "default" => expected.state = Some(State::Default),
            "undecided" => expected.state = Some(State::Undecided),
            "low" | "medium" | "high" => expected.confidence = Some(word.to_owned()),
            word => {
                let severity = Severity::from_name(word);
                assert!(severity.is_some(), "{place}: what is `{word}`?");
                expected.severity = severity;
            }
        }
    }
    expected
}
