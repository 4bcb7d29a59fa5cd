//! Commands: what separates them, redirections, bodies.

use super::{
    Assignment, Command, Link, Part, Redirect, RedirectKind, Script, Word,
    word::{self, is_meta},
};
use crate::syntax::scan::{Comments, Scanner};
use crate::trace::{Problem, Text, Unknown};

/// More commands than this in one script are not read.
const MAX_COMMANDS: usize = 100_000;

/// Reads a script.
#[must_use]
pub fn parse(text: &Text) -> Script {
    let mut parser = Parser {
        scan: Scanner::new(text, Comments::default(), &['"', '\'']),
        script: Script::default(),
        open: Vec::new(),
        conditions: 0,
        link: Link::None,
        documents: Vec::new(),
    };
    parser.scan.long_strings = true;
    parser.commands();
    parser.script.problems.append(&mut parser.scan.problems);
    parser.script
}

/// What was opened and not closed yet.
#[derive(Clone, Copy, PartialEq)]
enum Open {
    /// `(`
    Subshell,
    /// `{`
    Group,
    /// `{` of a function
    Function,
    /// `case`; whether a pattern is expected
    Case(bool),
}

/// A here-document whose body comes with the next line.
struct Document {
    command: usize,
    redirect: usize,
    delimiter: String,
    strip_tabs: bool,
    literal: bool,
}

struct Parser<'a> {
    scan: Scanner<'a>,
    script: Script,
    open: Vec<Open>,
    conditions: usize,
    link: Link,
    documents: Vec<Document>,
}

impl Parser<'_> {
    fn commands(&mut self) {
        while !self.scan.is_end() {
            let start = self.scan.at;
            if self.script.commands.len() >= MAX_COMMANDS {
                let message =
                    format!("the script has more commands than the limit of {MAX_COMMANDS}");
                self.scan.problem(message, start..start);
                return;
            }
            self.step();
            if self.scan.at == start {
                self.scan.bump();
            }
        }
        self.bodies();
    }

    /// Moves over blanks, and over line breaks that a backslash escapes.
    fn blanks(&mut self) {
        loop {
            self.scan.take_while(|c| matches!(c, ' ' | '\t' | '\r'));
            if !self.scan.eat("\\\n") && !self.scan.eat("\\\r\n") {
                return;
            }
        }
    }

    /// Reads what stands in the place of a command.
    fn step(&mut self) {
        self.blanks();
        let Some(c) = self.scan.peek() else { return };
        match c {
            '#' => {
                self.scan.take_while(|c| c != '\n');
            }
            '\n' => {
                // An operator in front of the line break stays: the command goes on.
                self.scan.bump();
                self.bodies();
            }
            ';' => {
                let cases = self.scan.take_while(|c| matches!(c, ';' | '&'));
                if cases.len() > 1
                    && let Some(Open::Case(pattern)) = self.open.last_mut()
                {
                    *pattern = true;
                }
                self.link = Link::None;
            }
            '&' => {
                self.link = if self.scan.eat("&&") {
                    Link::And
                } else {
                    Link::None
                };
                self.scan.eat("&");
            }
            '|' => {
                let or = self.scan.eat("||");
                self.link = if or { Link::Or } else { Link::Pipe };
                if !or {
                    self.scan.bump();
                    self.scan.eat("&");
                }
            }
            '(' if self.scan.rest().starts_with("((") => word::skip_substitution(&mut self.scan),
            _ if self.open.last() == Some(&Open::Case(true)) => self.pattern(),
            '(' => {
                self.scan.bump();
                self.open.push(Open::Subshell);
            }
            ')' => {
                self.scan.bump();
                if self.open.last() == Some(&Open::Subshell) {
                    self.open.pop();
                }
                self.body_redirects();
            }
            _ => self.word_or_command(),
        }
    }

    /// `a|b)` of a `case`.
    fn pattern(&mut self) {
        if self.scan.eat_word("esac") {
            self.open.pop();
            self.conditions = self.conditions.saturating_sub(1);
            return;
        }
        self.scan.eat("(");
        loop {
            self.blanks();
            match self.scan.peek() {
                None | Some('\n' | ';') => return,
                Some(')') => {
                    self.scan.bump();
                    break;
                }
                Some('|') => self.scan.bump(),
                Some(_) => {
                    let before = self.scan.at;
                    word::word(&mut self.scan);
                    if self.scan.at == before {
                        self.scan.bump();
                    }
                }
            }
        }
        if let Some(Open::Case(pattern)) = self.open.last_mut() {
            *pattern = false;
        }
        self.link = Link::None;
    }

    fn keyword(&mut self) -> Option<&'static str> {
        const WORDS: [&str; 20] = [
            "if", "then", "elif", "else", "fi", "while", "until", "do", "done", "for", "select",
            "case", "esac", "function", "time", "!", "{", "}", "[[", "coproc",
        ];
        let rest = self.scan.rest();
        let len = rest.find(is_meta).unwrap_or(rest.len());
        let found = WORDS.into_iter().find(|w| *w == &rest[..len])?;
        self.scan.at += len;
        Some(found)
    }

    fn word_or_command(&mut self) {
        let start = self.scan.at;
        let Some(keyword) = self.keyword() else {
            if !self.function_head() {
                self.command();
            }
            return;
        };
        match keyword {
            "then" | "do" => self.conditions += 1,
            "fi" | "done" => self.conditions = self.conditions.saturating_sub(1),
            "esac" => {
                if matches!(self.open.last(), Some(Open::Case(_))) {
                    self.open.pop();
                    self.conditions = self.conditions.saturating_sub(1);
                }
            }
            "for" | "select" => {
                self.blanks();
                let name = self
                    .scan
                    .take_while(|c| c.is_ascii_alphanumeric() || c == '_');
                if !name.is_empty() {
                    self.loop_variable(start, name);
                }
                self.scan.take_while(|c| !matches!(c, '\n' | ';'));
            }
            "case" => {
                self.blanks();
                word::word(&mut self.scan);
                self.scan.take_while(char::is_whitespace);
                self.scan.eat_word("in");
                self.open.push(Open::Case(true));
                self.conditions += 1;
            }
            "function" => {
                self.blanks();
                word::word(&mut self.scan);
                self.blanks();
                self.scan.eat("()");
                self.scan.take_while(char::is_whitespace);
                self.function_body();
            }
            "{" => self.open.push(Open::Group),
            "}" => match self.open.pop() {
                Some(Open::Function) => self.conditions = self.conditions.saturating_sub(1),
                Some(Open::Group) | None => {}
                Some(other) => self.open.push(other),
            },
            "[[" => {
                let rest = self.scan.rest();
                let end = rest.find("]]").map_or(rest.len(), |n| n + 2);
                self.scan.at += end;
            }
            _ => {}
        }
        match keyword {
            "then" | "do" | "else" | "{" | "function" => self.link = Link::None,
            "fi" | "done" | "esac" | "}" => self.body_redirects(),
            _ => {}
        }
    }

    /// Redirections of a whole body: a command without words that reads from a pipe.
    fn body_redirects(&mut self) {
        self.blanks();
        let digits = self
            .scan
            .rest()
            .trim_start_matches(|c: char| c.is_ascii_digit());
        if !digits.starts_with(['<', '>']) && !digits.starts_with("&>") {
            return;
        }
        self.link = Link::Pipe;
        self.command();
    }

    /// A loop gives its variable values that are not followed.
    fn loop_variable(&mut self, start: usize, name: std::ops::Range<usize>) {
        let whole = self.scan.text.slice(name.clone());
        let why = format!("{} takes several values in a loop", whole.as_str());
        let value = Word {
            origin: whole.origin(),
            parts: vec![Part::Unknown {
                whole: whole.clone(),
                why: Unknown::new(why),
            }],
            quoted: false,
        };
        self.script.commands.push(Command {
            assignments: vec![Assignment {
                name: whole,
                value,
                append: false,
            }],
            words: Vec::new(),
            redirects: Vec::new(),
            link: Link::None,
            conditional: false,
            range: start..name.end,
        });
    }

    /// `name() {`; true if there was one.
    fn function_head(&mut self) -> bool {
        let start = self.scan.at;
        let name = self
            .scan
            .take_while(|c| !is_meta(c) && !"$'\"`\\=".contains(c));
        self.blanks();
        if !name.is_empty() && self.scan.eat("(") {
            self.blanks();
            if self.scan.eat(")") {
                self.scan.take_while(char::is_whitespace);
                self.function_body();
                return true;
            }
        }
        self.scan.at = start;
        false
    }

    fn function_body(&mut self) {
        if self.scan.eat("{") {
            self.open.push(Open::Function);
            self.conditions += 1;
        }
    }

    fn command(&mut self) {
        let start = self.scan.at;
        let mut command = Command {
            assignments: Vec::new(),
            words: Vec::new(),
            redirects: Vec::new(),
            link: std::mem::replace(&mut self.link, Link::None),
            conditional: self.conditions > 0,
            range: start..start,
        };
        command.conditional |= command.link == Link::Or;
        let mut end = start;
        loop {
            self.blanks();
            let before = self.scan.at;
            match self.scan.peek() {
                None | Some('\n' | ';' | '|' | ')') => break,
                Some('&') if !self.scan.rest().starts_with("&>") => break,
                Some('#') => {
                    self.scan.take_while(|c| c != '\n');
                    break;
                }
                Some('(') => word::skip_substitution(&mut self.scan),
                Some(_) if self.redirect(&mut command) => {}
                Some(_) => {
                    if command.words.is_empty()
                        && let Some(assignment) = self.assignment()
                    {
                        command.assignments.push(assignment);
                    } else {
                        let word = word::word(&mut self.scan);
                        if self.scan.at == before {
                            self.scan.bump();
                        }
                        if word.quoted || !word.parts.is_empty() {
                            command.words.push(word);
                        }
                    }
                }
            }
            end = self.scan.at;
        }
        command.range = start..end;
        self.script.commands.push(command);
    }

    /// `NAME=` or `NAME+=` and a word.
    fn assignment(&mut self) -> Option<Assignment> {
        let start = self.scan.at;
        let name = self
            .scan
            .take_while(|c| c.is_ascii_alphanumeric() || c == '_');
        let digit = self
            .scan
            .slice(name.clone())
            .starts_with(|c: char| c.is_ascii_digit());
        let append = self.scan.eat("+=");
        if name.is_empty() || digit || !(append || self.scan.eat("=")) {
            self.scan.at = start;
            return None;
        }
        let from = self.scan.at;
        let value = if self.scan.peek() == Some('(') {
            word::skip_substitution(&mut self.scan);
            let whole = self.scan.text.slice(from..self.scan.at);
            Word {
                origin: whole.origin(),
                parts: vec![Part::Unknown {
                    whole,
                    why: Unknown::new("a list of the script"),
                }],
                quoted: true,
            }
        } else {
            word::word(&mut self.scan)
        };
        Some(Assignment {
            name: self.scan.text.slice(name),
            value,
            append,
        })
    }

    /// A redirection at the cursor; false if there is none.
    fn redirect(&mut self, command: &mut Command) -> bool {
        let start = self.scan.at;
        let digits = self.scan.take_while(|c| c.is_ascii_digit());
        let descriptor = self.scan.slice(digits).parse().ok();
        let rest = self.scan.rest();
        if rest.starts_with("<(") || rest.starts_with(">(") {
            // A process in the place of a file: a word of its own.
            self.scan.bump();
            word::skip_substitution(&mut self.scan);
            let whole = self.scan.text.slice(start..self.scan.at);
            command.words.push(Word {
                origin: whole.origin(),
                parts: vec![Part::Unknown {
                    whole,
                    why: Unknown::new("the output of a command"),
                }],
                quoted: true,
            });
            return true;
        }
        const SIGNS: [(&str, RedirectKind); 11] = [
            ("<<<", RedirectKind::Here),
            ("<<-", RedirectKind::Here),
            ("<<", RedirectKind::Here),
            ("&>>", RedirectKind::Append),
            ("&>", RedirectKind::Write),
            (">>", RedirectKind::Append),
            (">|", RedirectKind::Write),
            (">&", RedirectKind::Other),
            ("<&", RedirectKind::Other),
            ("<>", RedirectKind::Other),
            (">", RedirectKind::Write),
        ];
        let sign = SIGNS
            .into_iter()
            .chain([("<", RedirectKind::Read)])
            .find(|(sign, _)| rest.starts_with(sign));
        let Some((sign, kind)) = sign else {
            self.scan.at = start;
            return false;
        };
        self.scan.at += sign.len();
        self.blanks();
        let target = word::word(&mut self.scan);
        if sign == "<<" || sign == "<<-" {
            let delimiter = target
                .parts
                .iter()
                .map(|part| match part {
                    Part::Literal(text) => text.as_str().to_owned(),
                    Part::Variable(v) => v.whole.as_str().to_owned(),
                    Part::Unknown { whole, .. } => whole.as_str().to_owned(),
                })
                .collect();
            self.documents.push(Document {
                command: self.script.commands.len(),
                redirect: command.redirects.len(),
                delimiter,
                strip_tabs: sign == "<<-",
                literal: target.quoted,
            });
        }
        command.redirects.push(Redirect {
            descriptor,
            kind,
            target,
        });
        true
    }

    /// Reads the bodies of the here-documents of the line that just ended.
    fn bodies(&mut self) {
        for document in std::mem::take(&mut self.documents) {
            let mut body = self.scan.text.slice(self.scan.at..self.scan.at);
            let mut closed = false;
            while !self.scan.is_end() {
                let line = self.scan.take_while(|c| c != '\n');
                self.scan.eat("\n");
                let chars = self.scan.slice(line.clone());
                let tabs = if document.strip_tabs {
                    chars.len() - chars.trim_start_matches('\t').len()
                } else {
                    0
                };
                if chars[tabs..].trim_end_matches('\r') == document.delimiter {
                    closed = true;
                    break;
                }
                body.push(&self.scan.text.slice(line.start + tabs..self.scan.at));
            }
            if !closed {
                let message = format!("here-document is not closed by {}", document.delimiter);
                let span = body.origin().nearest_span();
                self.scan.problems.push(Problem::new(message, span));
            }
            let word = if document.literal {
                word::literal(body)
            } else {
                word::document(&body)
            };
            if let Some(command) = self.script.commands.get_mut(document.command)
                && let Some(redirect) = command.redirects.get_mut(document.redirect)
            {
                redirect.target = word;
            }
        }
    }
}
