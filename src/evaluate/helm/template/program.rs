//! A parsed template in the form in which it is run.

use std::sync::Arc;

use super::super::functions::Function;
use crate::trace::{Origin, Span, Text};

/// A template: what `{{ define }}` names, or a whole file.
#[derive(Debug)]
pub struct Program {
    /// Its name.
    pub name: Arc<str>,
    /// What it does, in order.
    pub body: Vec<Op>,
}

/// One thing a template does.
#[derive(Debug)]
pub enum Op {
    /// Prints literal text.
    Text(Text),
    /// Evaluates a pipeline, and prints it unless it declares or assigns.
    Action(Pipe),
    /// `{{ if }}`.
    If(Branch),
    /// `{{ with }}`.
    With(Branch),
    /// `{{ range }}`.
    Range(Branch),
    /// `{{ template "name" pipeline }}`.
    Template {
        /// The action.
        mark: Mark,
        /// Which template.
        name: Arc<str>,
        /// What its dot is.
        pipe: Option<Pipe>,
    },
    /// `{{ break }}`.
    Break,
    /// `{{ continue }}`.
    Continue,
}

/// An `if`, `with` or `range`.
#[derive(Debug)]
pub struct Branch {
    /// The action.
    pub mark: Mark,
    /// What is tested or walked.
    pub pipe: Pipe,
    /// What happens then.
    pub body: Vec<Op>,
    /// What happens otherwise.
    pub otherwise: Vec<Op>,
}

/// Where an action stands, and its text for people.
#[derive(Debug, Clone)]
pub struct Mark {
    /// Its bytes.
    pub span: Option<Span>,
    /// Its text, shortened: `.Values.image | quote`.
    pub note: Arc<str>,
}

/// A pipeline.
#[derive(Debug)]
pub struct Pipe {
    /// The action it stands in.
    pub mark: Mark,
    /// The variables it declares or assigns, with their `$`.
    pub decl: Vec<Arc<str>>,
    /// Whether it assigns instead of declaring.
    pub assign: bool,
    /// Its commands.
    pub commands: Vec<Command>,
}

/// A command of a pipeline: a function and its arguments, or a single operand.
#[derive(Debug)]
pub struct Command {
    /// At least one.
    pub args: Vec<Arg>,
}

/// An operand and where it stands.
#[derive(Debug)]
pub struct Arg {
    /// What it is.
    pub expr: Expr,
    /// Where it starts.
    pub at: Origin,
}

/// What an operand can be.
#[derive(Debug)]
pub enum Expr {
    /// `.`
    Dot,
    /// `nil`
    Nil,
    /// `true`, `false`
    Bool(bool),
    /// An integer, with the characters it was written in.
    Int(i64),
    /// One that only fits without a sign.
    Uint(u64),
    /// A number written with a point or an exponent.
    Float(f64),
    /// A string literal.
    Str(Arc<Text>),
    /// `.a.b`
    Field(Vec<Arc<str>>),
    /// `$x.a.b`
    Variable(Arc<str>, Vec<Arc<str>>),
    /// A function; none if nobody knows it.
    Function(Arc<str>, Option<&'static Function>),
    /// `( pipeline )`
    Pipe(Box<Pipe>),
    /// `( pipeline ).a.b`
    Chain(Box<Arg>, Vec<Arc<str>>),
}
