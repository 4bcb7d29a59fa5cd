//! Scripts for POSIX shells and bash: which commands they hold, and what they would write.
//!
//! [`parse`] flattens a script into simple commands; those in the body of a condition, loop or
//! function are marked. [`run`] follows the variables that are assigned literally and tells the
//! words of each command and the content of files that the script writes.

mod expand;
mod parse;
mod programs;
mod run;
mod sed;
mod word;

#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::Arc;

use crate::trace::{Origin, Problem, Text, Unknown};

pub use parse::parse;
pub use run::{Around, Ran, Run, Written, run, run_in};

/// The commands of a script, in the order in which they are written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Script {
    /// All simple commands, also those of bodies.
    pub commands: Vec<Command>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// A simple command.
#[derive(Debug, Clone, PartialEq)]
pub struct Command {
    /// Assignments in front of it; all there is, if there are no words.
    pub assignments: Vec<Assignment>,
    /// The program and its arguments. Redirections of a whole body are a command without words,
    /// behind a pipe.
    pub words: Vec<Word>,
    /// Redirections, in order.
    pub redirects: Vec<Redirect>,
    /// How it hangs on the command before.
    pub link: Link,
    /// It runs only if something else says so: it is in a body, or behind `||`.
    pub conditional: bool,
    /// The bytes of the script it covers, without the bodies of here-documents.
    pub range: Range<usize>,
}

/// `NAME=value` or `NAME+=value`.
#[derive(Debug, Clone, PartialEq)]
pub struct Assignment {
    /// The name.
    pub name: Text,
    /// The value.
    pub value: Word,
    /// Whether the value is appended to the one that was there.
    pub append: bool,
}

/// How a command hangs on the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// Not at all.
    None,
    /// It reads what the one before prints.
    Pipe,
    /// It runs if the one before succeeds.
    And,
    /// It runs if the one before fails.
    Or,
}

/// A word of a command.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Word {
    /// Its parts, one after the other.
    pub parts: Vec<Part>,
    /// Where it is written, quotes included.
    pub origin: Origin,
    /// Whether any of it is in quotes, so that it is a word even if it is empty.
    pub quoted: bool,
}

/// A part of a [`Word`].
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// Characters that stand for themselves.
    Literal(Text),
    /// A variable.
    Variable(Variable),
    /// What only a run would tell: the output of a command, an arithmetic result.
    Unknown {
        /// As it is written.
        whole: Text,
        /// Why it can't be known.
        why: Arc<Unknown>,
    },
}

/// A variable in a [`Word`].
#[derive(Debug, Clone, PartialEq)]
pub struct Variable {
    /// The name.
    pub name: Text,
    /// What is done with its value.
    pub operator: Operator,
    /// What stands behind the operator.
    pub word: Word,
    /// As it is written, from `$` on.
    pub whole: Text,
    /// In double quotes, so that white space in it separates no words.
    pub quoted: bool,
}

/// What is done with the value of a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// Nothing.
    None,
    /// `-`, `:-`, `=`, `:=`: the word if it is not set (with the colon: or empty).
    Default {
        /// Whether it was written with a colon.
        or_empty: bool,
        /// Whether the variable is set to the word as well.
        assign: bool,
    },
    /// `?`, `:?`.
    Required,
    /// `+`, `:+`: the word if it is set (and not empty).
    Alternative {
        /// Whether it was written with a colon.
        or_empty: bool,
    },
    /// Something else; its result is unknown.
    Other,
}

/// A redirection.
#[derive(Debug, Clone, PartialEq)]
pub struct Redirect {
    /// What is redirected, if a number says so.
    pub descriptor: Option<u32>,
    /// What it is redirected to or from.
    pub kind: RedirectKind,
    /// The file, or the content of a here-document or here-string.
    pub target: Word,
}

/// What a [`Redirect`] does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RedirectKind {
    /// `>`, `>|`, `&>`.
    Write,
    /// `>>`, `&>>`.
    Append,
    /// `<`.
    Read,
    /// `<<`, `<<-` or `<<<`: the target is the content.
    Here,
    /// `>&`, `<&`, `<>`.
    Other,
}
