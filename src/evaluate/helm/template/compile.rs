//! From template text to [`Program`]s, by way of `gotmpl`'s parser.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use gotmpl::parse::{self, Node, Number, Parser, Pos};

use super::error::RenderError;
use super::is_blank;
use super::program::{Arg, Branch, Command, Expr, Mark, Op, Pipe, Program};
use super::scan::{self, Skeleton};
use crate::evaluate::helm::functions;
use crate::trace::{Origin, Text};

/// Action texts in traces are cut after so many characters.
const NOTE_LENGTH: usize = 60;

/// All templates in `source`: the file's own body as `name`, and what it defines.
///
/// Unless it is `traced`, nobody will read the texts of its actions.
///
/// No name comes twice, the file's own body first. Bodies that are only white space come too;
/// whether they replace an earlier template is the caller's to say.
///
/// # Errors
///
/// A syntax error, as Go names it.
pub(crate) fn compile(
    name: &str,
    source: &Text,
    traced: bool,
) -> Result<Vec<Program>, RenderError> {
    let fail = |message: String, at: usize| {
        RenderError::new(message, source.slice(at..at + 1).origin().span())
    };
    let skeleton = scan::prepare(source).map_err(|m| fail(m.message, m.at))?;
    let parsed = Parser::new(&skeleton.chars, scan::OPEN, scan::CLOSE).and_then(Parser::parse);
    let (body, defines) = parsed.map_err(|e| {
        use gotmpl::TemplateError as E;
        let (message, at) = match &e {
            E::Parse {
                message, line, col, ..
            }
            | E::Lex {
                message, line, col, ..
            } => (message.clone(), offset(&skeleton.chars, *line, *col)),
            other => (other.to_string(), 0),
        };
        fail(message, skeleton.source(at))
    })?;
    let c = Compiler {
        source,
        skeleton: &skeleton,
        last: RefCell::new(None),
        unmarked: (!traced).then(|| Arc::from("")),
    };
    let mut out = vec![Program {
        name: Arc::from(name),
        body: c.list(&body.nodes)?,
    }];
    let mut known = HashMap::from([(name, 0)]);
    for define in &defines {
        let body = c.list(&define.body.nodes)?;
        let name = define.name.as_str();
        let at = *known.entry(name).or_insert(out.len());
        match out.get_mut(at) {
            None => out.push(Program {
                name: Arc::from(name),
                body,
            }),
            Some(known) if is_blank(&known.body) => known.body = body,
            Some(_) if is_blank(&body) => {}
            Some(_) => {
                let message = format!("multiple definition of template {name:?}");
                return Err(fail(message, skeleton.source(define.pos.offset)));
            }
        }
    }
    Ok(out)
}

fn offset(s: &str, line: usize, col: usize) -> usize {
    let start: usize = s
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    let rest = s.get(start..).unwrap_or("");
    let col = rest.char_indices().nth(col.saturating_sub(1));
    start + col.map_or(rest.len(), |(i, _)| i)
}

struct Compiler<'a> {
    source: &'a Text,
    skeleton: &'a Skeleton,
    /// The latest mark and the index of its action: each is asked for several times.
    last: RefCell<Option<(usize, Mark)>>,
    /// The note of all actions, if nobody will read it.
    unmarked: Option<Arc<str>>,
}

impl Compiler<'_> {
    fn list(&self, nodes: &[Node]) -> Result<Vec<Op>, RenderError> {
        let mut out = Vec::with_capacity(nodes.len());
        for node in nodes {
            out.push(match node {
                Node::Text(t) => {
                    let texts = self.skeleton.texts(t.pos.offset, t.text.len());
                    out.extend(texts.map(|range| Op::Text(self.source.slice(range))));
                    continue;
                }
                Node::Action(a) => Op::Action(self.pipe(&a.pipe)?),
                Node::If(b) => Op::If(self.branch(b)?),
                Node::With(b) => Op::With(self.branch(b)?),
                Node::Range(b) => Op::Range(self.branch(b)?),
                Node::Template(t) => Op::Template {
                    mark: self.mark(t.pos),
                    name: Arc::from(t.name.as_str()),
                    pipe: t.pipe.as_ref().map(|p| self.pipe(p)).transpose()?,
                },
                Node::Break(_) => Op::Break,
                Node::Continue(_) => Op::Continue,
                Node::List(l) => {
                    out.extend(self.list(&l.nodes)?);
                    continue;
                }
                Node::Define(_) => continue,
            });
        }
        Ok(out)
    }

    /// The operand that starts at `pos`.
    fn at(&self, pos: Pos) -> Origin {
        if self.unmarked.is_some() {
            return Origin::nowhere();
        }
        let rest = self.skeleton.chars.get(pos.offset..).unwrap_or("");
        let len = match rest.chars().next() {
            Some(mark @ ('"' | '`' | '\'')) => {
                let mut escaped = false;
                let end = rest.char_indices().skip(1).find(|(_, c)| {
                    let closes = *c == mark && !escaped;
                    escaped = *c == '\\' && !escaped && mark != '`';
                    closes
                });
                end.map_or(1, |(i, c)| i + c.len_utf8())
            }
            Some('(') => 1,
            _ => rest
                .find([' ', '\t', '\r', '\n', '|', ')', '}'])
                .unwrap_or(rest.len()),
        };
        let start = self.skeleton.source(pos.offset);
        self.source.origin_of(start..start + len.max(1))
    }

    /// The action around `pos`.
    fn mark(&self, pos: Pos) -> Mark {
        if let Some(note) = &self.unmarked {
            return Mark {
                span: None,
                note: note.clone(),
            };
        }
        let index = self.skeleton.index(pos.offset);
        if let Some((last, mark)) = &*self.last.borrow()
            && *last == index
        {
            return mark.clone();
        }
        let Some((content, whole)) = self.skeleton.action(index) else {
            return Mark {
                span: None,
                note: Arc::from(""),
            };
        };
        let content = self.source.as_str().get(content).unwrap_or("");
        let mut note = String::with_capacity(content.len());
        for word in content.split_whitespace() {
            if !note.is_empty() {
                note.push(' ');
            }
            note.push_str(word);
        }
        if let Some((cut, _)) = note.char_indices().nth(NOTE_LENGTH) {
            note.truncate(cut);
            note.push('…');
        }
        let mark = Mark {
            span: self.source.origin_of(whole).span(),
            note: Arc::from(note),
        };
        *self.last.borrow_mut() = Some((index, mark.clone()));
        mark
    }

    fn branch(&self, b: &parse::BranchNode) -> Result<Branch, RenderError> {
        Ok(Branch {
            mark: self.mark(b.pos),
            pipe: self.pipe(&b.pipe)?,
            body: self.list(&b.body.nodes)?,
            otherwise: match &b.else_body {
                Some(l) => self.list(&l.nodes)?,
                None => Vec::new(),
            },
        })
    }

    fn pipe(&self, p: &parse::PipeNode) -> Result<Pipe, RenderError> {
        for (stage, command) in p.commands.iter().enumerate().skip(1) {
            use gotmpl::parse::Expr as E;
            if let Some(
                E::Bool(pos, _) | E::Dot(pos) | E::Nil(pos) | E::Number(pos, _) | E::String(pos, _),
            ) = command.args.first()
            {
                let message = format!("non executable command in pipeline stage {}", stage + 1);
                return Err(RenderError::new(message, self.at(*pos).span()));
            }
        }
        Ok(Pipe {
            mark: self.mark(p.pos),
            decl: p.decl.iter().map(|d| Arc::from(d.as_str())).collect(),
            assign: p.is_assign,
            commands: p
                .commands
                .iter()
                .map(|c| {
                    let args = c.args.iter().map(|a| self.arg(a));
                    Ok(Command {
                        args: args.collect::<Result<_, RenderError>>()?,
                    })
                })
                .collect::<Result<_, RenderError>>()?,
        })
    }

    fn arg(&self, e: &parse::Expr) -> Result<Arg, RenderError> {
        use gotmpl::parse::Expr as E;
        let fields = |f: &[parse::SmolStr]| f.iter().map(|s| Arc::from(s.as_str())).collect();
        let expr = match e {
            E::Dot(_) => Expr::Dot,
            E::Nil(_) => Expr::Nil,
            E::Bool(_, b) => Expr::Bool(*b),
            E::Number(_, Number::Int(i)) => Expr::Int(*i),
            E::Number(_, Number::Uint(u)) => Expr::Uint(*u),
            E::Number(_, Number::Float(f)) => Expr::Float(*f),
            E::String(pos, s) => Expr::Str(Arc::new(self.literal(*pos, s))),
            E::Field(_, f) => Expr::Field(fields(f)),
            E::Variable(_, name, f) => Expr::Variable(Arc::from(name.as_str()), fields(f)),
            E::Identifier(_, name) => {
                Expr::Function(Arc::from(name.as_str()), functions::find(name))
            }
            E::Pipe(_, p) => Expr::Pipe(Box::new(self.pipe(p)?)),
            E::Chain(_, inner, f) => Expr::Chain(Box::new(self.arg(inner)?), fields(f)),
        };
        Ok(Arg {
            expr,
            at: self.at(e.pos()),
        })
    }

    /// A string literal; byte by byte where it has no escapes.
    fn literal(&self, pos: Pos, value: &str) -> Text {
        let start = self.skeleton.source(pos.offset + 1);
        let range = start..start + value.len();
        if !value.is_empty() && self.source.as_str().get(range.clone()) == Some(value) {
            return self.source.slice(range);
        }
        Text::opaque(value, self.at(pos))
    }
}
