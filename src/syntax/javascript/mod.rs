//! Configuration written in JavaScript: assignments of literals, read without running them.
//!
//! The result is a map by variable name. The last assignment counts. What is assigned under a
//! condition, or is no literal, is unknown; statements of other kinds are passed over.

mod value;

#[cfg(test)]
mod tests;

use std::ops::Range;

use super::scan::{Comments, Scanner};
use super::script::Script;
use super::tree::{self, Key};
use crate::trace::{Map, Node, Problem, Text, Unknown};

/// Reads the assignments of a script.
#[must_use]
pub fn parse(text: &Text) -> (Node, Vec<Problem>) {
    let comments = Comments {
        slashes: true,
        block: true,
        ..Comments::default()
    };
    let mut reader = Reader {
        scan: Scanner::new(text, comments, &['"', '\'', '`']),
        root: Map::new(),
    };
    reader.statements(0, false);
    reader.scan.finish(reader.root)
}

/// Names in an assignment's path.
const MAX_PATH: usize = 32;

struct Reader<'a> {
    scan: Scanner<'a>,
    root: Map,
}

impl<'a> Script<'a> for Reader<'a> {
    const CONDITIONS: &'static [&'static str] = &["if", "for", "while", "with", "switch"];
    const DEFINITIONS: &'static [&'static str] = &["function", "class", "catch", "async"];
    const ANY_CASE: bool = false;

    fn scan(&mut self) -> &mut Scanner<'a> {
        &mut self.scan
    }

    fn simple(&mut self, word: Range<usize>, conditional: bool) {
        match self.scan.slice(word.clone()) {
            "var" | "let" | "const" => self.declarations(conditional),
            "export" => {
                self.scan.skip();
                if self.scan.eat_word("default") {
                    let key = self.scan.key(word);
                    self.assign(vec![("default".to_owned(), key.1)], conditional);
                }
            }
            "import" | "return" | "throw" | "break" | "continue" | "case" | "delete" => {
                self.skip_statement();
            }
            _ => {
                self.scan.at = word.start;
                self.assignment(conditional);
            }
        }
    }

    fn skip_statement(&mut self) {
        self.scan.skip_to(&[';'], true);
        self.scan.eat(";");
    }
}

impl Reader<'_> {
    fn declarations(&mut self, conditional: bool) {
        loop {
            self.scan.skip();
            let Some(name) = self.scan.name() else {
                self.skip_statement();
                return;
            };
            let path = vec![self.scan.key(name)];
            self.scan.skip();
            if self.is_assignment() {
                self.scan.bump();
                self.assign(path, conditional);
            }
            self.scan.skip_in_line();
            if !self.scan.eat(",") {
                return;
            }
        }
    }

    /// Whether a single `=` is next.
    fn is_assignment(&self) -> bool {
        let rest = self.scan.rest();
        rest.starts_with('=') && !rest.starts_with("==") && !rest.starts_with("=>")
    }

    /// `path = value`, or any other expression, which is passed over.
    fn assignment(&mut self, conditional: bool) {
        let Some(path) = self.path() else {
            self.skip_statement();
            return;
        };
        self.scan.skip();
        if !self.is_assignment() {
            self.skip_statement();
            return;
        }
        self.scan.bump();
        self.assign(path, conditional);
    }

    /// `a.b['c']` as keys; the global object is left out.
    fn path(&mut self) -> Option<Vec<Key>> {
        let mut path = vec![self.scan.name()?];
        let mut strings = vec![false];
        loop {
            let before = self.scan.at;
            self.scan.skip();
            if self.scan.eat(".") {
                self.scan.skip();
                path.push(self.scan.name()?);
                strings.push(false);
            } else if self.scan.peek() == Some('[') {
                self.scan.bump();
                self.scan.skip();
                let mark = self.scan.peek().filter(|c| matches!(c, '"' | '\''))?;
                let start = self.scan.at;
                self.scan.quoted(mark.encode_utf8(&mut [0; 4]))?;
                path.push(start..self.scan.at);
                strings.push(true);
                self.scan.skip();
                if !self.scan.eat("]") {
                    return None;
                }
            } else {
                self.scan.at = before;
                break;
            }
        }
        if path.len() > MAX_PATH {
            return None;
        }
        let mut keys: Vec<Key> = Vec::new();
        for (range, is_string) in path.into_iter().zip(strings) {
            let origin = self.scan.origin(range.clone());
            let name = if is_string {
                let inside = range.start + 1..range.end - 1;
                value::unescaped(&self.scan, inside).as_str().to_owned()
            } else {
                self.scan.slice(range).to_owned()
            };
            keys.push((name, origin));
        }
        if keys.len() > 1 && matches!(keys[0].0.as_str(), "window" | "globalThis" | "self") {
            keys.remove(0);
        }
        Some(keys)
    }

    /// Reads the value of an assignment and makes it.
    fn assign(&mut self, path: Vec<Key>, conditional: bool) {
        self.scan.skip();
        let start = self.scan.at;
        // `a.b = a.b || {}` keeps what is there.
        if let Some(same) = self.path() {
            self.scan.skip();
            let or = self.scan.eat("||") || self.scan.eat("??");
            if or && same.iter().map(|k| &k.0).eq(path.iter().map(|k| &k.0)) {
                let node = self.value();
                let there = tree::get(&self.root, &path);
                if there.is_none_or(Node::is_null) {
                    self.set(&path, node, conditional);
                }
                return;
            }
        }
        self.scan.at = start;
        let node = self.value();
        self.set(&path, node, conditional);
    }

    fn set(&mut self, path: &[Key], node: Node, conditional: bool) {
        if conditional {
            let why = Unknown::new("it is set under a condition of the script");
            tree::set_perhaps(&mut self.root, path, node, &why);
        } else {
            tree::set(&mut self.root, path, node);
        }
    }

    fn value(&mut self) -> Node {
        self.scan.skip();
        value::expression(&mut self.scan, &self.root, 0)
    }
}
