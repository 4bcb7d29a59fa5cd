//! Configuration written in PHP: arrays of literals, read without running them.
//!
//! The result is a map by variable name (without `$`); what a file returns is under `return`,
//! constants are under their names. What is assigned under a condition, or is no literal, is
//! unknown.

mod value;

#[cfg(test)]
mod tests;

use std::ops::Range;

use super::scan::{Comments, Scanner};
use super::script::Script;
use super::tree::{self, Key};
use crate::trace::{Map, Node, Problem, Text, Unknown};

/// Reads the assignments of a PHP file.
#[must_use]
pub fn parse(text: &Text) -> (Node, Vec<Problem>) {
    let comments = Comments {
        slashes: true,
        block: true,
        hash: true,
        ..Comments::default()
    };
    let mut reader = Reader {
        scan: Scanner::new(text, comments, &['"', '\'']),
        root: Map::new(),
    };
    reader.scan.long_strings = true;
    let open = reader.scan.rest().find("<?php");
    reader.scan.at += open.map_or(0, |n| n + "<?php".len());
    reader.statements(0, false);
    reader.scan.finish(reader.root)
}

/// Keys in an assignment's path.
const MAX_PATH: usize = 32;

struct Reader<'a> {
    scan: Scanner<'a>,
    root: Map,
}

/// What an assignment assigns to.
struct Target {
    path: Vec<Key>,
    append: bool,
}

impl<'a> Script<'a> for Reader<'a> {
    const CONDITIONS: &'static [&'static str] =
        &["if", "elseif", "for", "foreach", "while", "switch"];
    const DEFINITIONS: &'static [&'static str] = &[
        "function",
        "class",
        "catch",
        "abstract",
        "final",
        "interface",
        "trait",
    ];
    const ANY_CASE: bool = true;

    fn scan(&mut self) -> &mut Scanner<'a> {
        &mut self.scan
    }

    fn simple(&mut self, word: Range<usize>, conditional: bool) {
        match self.scan.slice(word.clone()).to_ascii_lowercase().as_str() {
            variable if variable.starts_with('$') => {
                self.scan.at = word.start;
                self.assignment(conditional);
            }
            "return" => {
                let key = self.scan.key(word);
                let node = self.value();
                let target = Target {
                    path: vec![("return".to_owned(), key.1)],
                    append: false,
                };
                self.set(&target, node, conditional);
                self.skip_statement();
            }
            "define" => self.define(conditional),
            "const" => {
                self.scan.skip();
                if let Some(name) = self.scan.name() {
                    let path = vec![self.scan.key(name)];
                    let append = false;
                    self.scan.skip();
                    if self.scan.eat("=") {
                        let node = self.value();
                        self.set(&Target { path, append }, node, conditional);
                    }
                }
                self.skip_statement();
            }
            _ => self.skip_statement(),
        }
    }

    fn skip_statement(&mut self) {
        self.scan.skip_to(&[';'], false);
        self.scan.eat(";");
    }
}

impl Reader<'_> {
    /// `define('NAME', value)`.
    fn define(&mut self, conditional: bool) {
        self.scan.skip();
        if self.scan.eat("(") {
            self.scan.skip();
            let start = self.scan.at;
            let name = match self.scan.peek() {
                Some(mark @ ('"' | '\'')) => self.scan.quoted(mark.encode_utf8(&mut [0; 4])),
                _ => None,
            };
            let origin = self.scan.origin(start..self.scan.at);
            self.scan.skip();
            if let Some(name) = name
                && self.scan.eat(",")
            {
                let node = self.value();
                let target = Target {
                    path: vec![(self.scan.slice(name).to_owned(), origin)],
                    append: false,
                };
                self.set(&target, node, conditional);
            }
        }
        self.skip_statement();
    }

    fn assignment(&mut self, conditional: bool) {
        if let Some(target) = self.target() {
            self.scan.skip();
            let rest = self.scan.rest();
            let or = rest.starts_with("??=");
            if or || (rest.starts_with('=') && !rest.starts_with("==") && !rest.starts_with("=>")) {
                self.scan.at += if or { 3 } else { 1 };
                let node = self.value();
                let there = tree::get(&self.root, &target.path);
                if !or || there.is_none_or(Node::is_null) {
                    self.set(&target, node, conditional);
                }
            }
        }
        self.skip_statement();
    }

    /// `$a['b'][0]`, or `$a[]` to append.
    fn target(&mut self) -> Option<Target> {
        self.scan.bump();
        let name = self.scan.name()?;
        let mut path = vec![self.scan.key(name)];
        let mut append = false;
        loop {
            let before = self.scan.at;
            self.scan.skip();
            if append || !self.scan.eat("[") {
                self.scan.at = before;
                break;
            }
            self.scan.skip();
            match self.scan.peek()? {
                mark @ ('"' | '\'') => {
                    let start = self.scan.at;
                    let inside = self.scan.quoted(mark.encode_utf8(&mut [0; 4]))?;
                    let text = value::string(&self.scan, inside, mark);
                    let origin = self.scan.origin(start..self.scan.at);
                    path.push((text.as_str().to_owned(), origin));
                }
                ']' => append = true,
                c if c.is_ascii_digit() => {
                    let range = self.scan.take_while(|c| c.is_ascii_digit());
                    path.push(self.scan.key(range));
                }
                _ => return None,
            }
            self.scan.skip();
            if !self.scan.eat("]") {
                return None;
            }
        }
        (path.len() <= MAX_PATH).then_some(Target { path, append })
    }

    fn set(&mut self, target: &Target, node: Node, conditional: bool) {
        if conditional {
            let why = Unknown::new("it is set under a condition of the script");
            tree::set_perhaps(&mut self.root, &target.path, node, &why);
        } else if target.append {
            tree::push(&mut self.root, &target.path, node);
        } else {
            tree::set(&mut self.root, &target.path, node);
        }
    }

    fn value(&mut self) -> Node {
        self.scan.skip();
        value::expression(&mut self.scan, &[';'], 0)
    }
}
