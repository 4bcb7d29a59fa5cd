//! The syntax tree that is evaluated.
//!
//! Both languages of Terraform come here: [`hcl`] from its own syntax, [`json`] from
//! `.tf.json`. Every expression knows its bytes, every piece of literal text maps to its bytes
//! one by one.

pub mod hcl;
pub mod json;
mod literal;
mod repeated;
mod tangle;
mod template;

use crate::evaluate::terraform::value::Val;
use crate::trace::{Origin, Span, Text};

/// Attributes and blocks.
#[derive(Debug, Clone, Default)]
pub struct Body {
    /// `name = value`, in order.
    pub attributes: Vec<Attribute>,
    /// `kind "label" { … }`, in order.
    pub blocks: Vec<Block>,
}

/// `name = value`.
#[derive(Debug, Clone)]
pub struct Attribute {
    /// The name.
    pub name: String,
    /// Where the name is.
    pub key: Origin,
    /// The value.
    pub value: Expr,
}

/// `kind "label" { … }`.
#[derive(Debug, Clone)]
pub struct Block {
    /// What kind of block.
    pub kind: String,
    /// Its labels.
    pub labels: Vec<Label>,
    /// What is in it.
    pub body: Body,
    /// Kind and labels.
    pub header: Origin,
}

/// A label of a block.
#[derive(Debug, Clone)]
pub struct Label {
    /// Without quotes.
    pub name: String,
    /// Its bytes.
    pub origin: Origin,
}

/// An expression.
#[derive(Debug, Clone)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Its bytes.
    pub origin: Origin,
}

/// Kinds of expressions.
#[derive(Debug, Clone)]
pub enum ExprKind {
    /// A value that is written out: `null`, `true`, `1`, `"text"`.
    Literal(Val),
    /// A string with parts to fill in.
    Template(Vec<Part>),
    /// `"${x}"`: the value itself.
    Wrap(Box<Expr>),
    /// `[a, b]`.
    List(Vec<Expr>),
    /// `{a = b}`.
    Object(Vec<(Key, Expr)>),
    /// A name.
    Var(String),
    /// `a.b[c]`.
    Traverse(Box<Expr>, Vec<Op>),
    /// `a ? b : c`.
    Cond(Box<[Expr; 3]>),
    /// `name(args)`.
    Call {
        /// The name; `provider::x::name` as it is written.
        name: String,
        /// The arguments.
        args: Vec<Expr>,
        /// Whether the last is a list of further arguments (`...`).
        expand: bool,
    },
    /// `-a`, `!a`.
    Unary(Unary, Box<Expr>),
    /// `a + b`.
    Binary(Binary, Box<[Expr; 2]>),
    /// `[for …]`, `{for …}`.
    For(Box<For>),
    /// What could not be read.
    Broken(String),
}

/// The name of an entry in `{…}`.
#[derive(Debug, Clone)]
pub enum Key {
    /// A bare word.
    Name(String, Origin),
    /// Anything else.
    Expr(Expr),
}

/// A step into a value.
#[derive(Debug, Clone)]
pub enum Op {
    /// `.name`.
    Attr(String, Origin),
    /// `[x]`, `.0`.
    Index(Expr),
    /// `[*]` or `.*`, with what applies to each element.
    Splat(Vec<Op>),
}

/// `for k, v in x : key => value... if condition`.
#[derive(Debug, Clone)]
pub struct For {
    /// The name for keys or indices.
    pub key_name: Option<String>,
    /// The name for values.
    pub value_name: String,
    /// What is walked.
    pub over: Expr,
    /// The key of the result; none in `[for …]`.
    pub key: Option<Expr>,
    /// The value of the result.
    pub value: Expr,
    /// Whether values of one key are gathered.
    pub group: bool,
    /// Which are taken.
    pub condition: Option<Expr>,
}

/// A part of a template.
#[derive(Debug, Clone)]
pub enum Part {
    /// Text as it stands.
    Text(Text),
    /// `${x}`; with the bytes of the marks.
    Value(Expr, Option<Span>),
    /// `%{ if x }…%{ else }…%{ endif }`.
    If(Expr, Vec<Part>, Vec<Part>),
    /// `%{ for k, v in x }…%{ endfor }`.
    For {
        /// The name for keys or indices.
        key_name: Option<String>,
        /// The name for values.
        value_name: String,
        /// What is walked.
        over: Expr,
        /// What is printed for each.
        body: Vec<Part>,
    },
}

/// Operators with one operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unary {
    /// `-`.
    Neg,
    /// `!`.
    Not,
}

/// Operators with two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Binary {
    Eq,
    NotEq,
    Less,
    LessEq,
    Greater,
    GreaterEq,
    Add,
    Sub,
    Mul,
    Div,
    Mod,
    And,
    Or,
}

impl Expr {
    /// An expression at `origin`.
    #[must_use]
    pub fn new(kind: ExprKind, origin: Origin) -> Self {
        Self { kind, origin }
    }

    /// Its bytes, if they are in a file.
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        self.origin.span()
    }

    /// The names of a plain reference: `aws.west` as `["aws", "west"]`.
    #[must_use]
    pub fn path(&self) -> Option<Vec<&str>> {
        match &self.kind {
            ExprKind::Var(name) => Some(vec![name]),
            ExprKind::Wrap(inner) => inner.path(),
            ExprKind::Literal(val) => val.as_str().map(|s| s.split('.').collect()),
            ExprKind::Traverse(root, ops) => {
                let mut out = root.path()?;
                for op in ops {
                    match op {
                        Op::Attr(name, _) => out.push(name),
                        Op::Index(_) | Op::Splat(_) => return None,
                    }
                }
                Some(out)
            }
            _ => None,
        }
    }
}

impl Body {
    /// The attribute `name`.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|a| a.name == name)
    }

    /// The blocks of one kind.
    pub fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Block> {
        self.blocks.iter().filter(move |b| b.kind == kind)
    }
}

impl Block {
    /// The label at `index`, or nothing.
    #[must_use]
    pub fn label(&self, index: usize) -> &str {
        self.labels.get(index).map_or("", |l| l.name.as_str())
    }
}
