//! Runs programs: text, actions, branches and calls of other templates.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::include::Compiled;
use super::lack::Lack;
use super::program::{Branch, Mark, Op, Pipe, Program};
use super::trail::{self, Guard};
use super::{Host, Limits, RenderError, Scope, Templates, no_dot};
use crate::evaluate::helm::value::{Kind, Val, bytes, sprint};
use crate::trace::{Origin, Span, Text, Unknown};

/// Renders templates for one set of values.
///
/// Not shared between threads; the values it works on are changed in place by templates, as
/// they are by Helm's.
#[derive(Debug)]
pub struct Engine {
    pub(super) scope: Rc<Scope>,
    pub(super) limits: Limits,
    pub(super) vars: Vec<(Arc<str>, Val)>,
    /// What the condition that is being evaluated has read so far.
    pub(super) reads: Option<Vec<Origin>>,
    pub(super) out: Text,
    guard: Option<Guard>,
    depth: usize,
    made: usize,
    steps: usize,
    pub(super) included: HashMap<Arc<str>, usize, RandomState>,
    /// What texts that were run as templates compile to.
    pub(super) texts: HashMap<String, Compiled, RandomState>,
    unknown_functions: Vec<(Arc<str>, Option<Span>)>,
    pub(super) host: Option<Rc<dyn Host>>,
    /// Where templates gave up by themselves; none if that ends the file.
    pub(super) stops: Option<Vec<RenderError>>,
    /// What is not there, and what followed from it.
    pub(super) lack: Lack,
    dollar: Arc<str>,
}

/// How a body ended.
pub(super) enum Flow {
    Next,
    Break,
    Continue,
}

/// What each piece of output costs besides its bytes.
const RUN: usize = 64;

/// What prints for a nil; Helm takes it out of whole files again.
pub(crate) const NO_VALUE: &str = "<no value>";

impl Engine {
    /// An engine over `templates`.
    #[must_use]
    pub fn new(templates: Arc<Templates>, limits: Limits) -> Self {
        Self {
            scope: Rc::new(Scope {
                base: templates,
                own: HashMap::default(),
                parent: None,
            }),
            limits,
            vars: Vec::new(),
            reads: None,
            out: Text::default(),
            guard: None,
            depth: 0,
            made: 0,
            steps: 0,
            included: HashMap::default(),
            texts: HashMap::default(),
            unknown_functions: Vec::new(),
            host: None,
            stops: None,
            lack: Lack::default(),
            dollar: Arc::from("$"),
        }
    }

    /// An engine over `templates` that `host` runs.
    #[must_use]
    pub fn hosted(templates: Arc<Templates>, limits: Limits, host: Rc<dyn Host>) -> Self {
        Self {
            host: Some(host),
            ..Self::new(templates, limits)
        }
    }

    /// Whether a condition holds.
    pub(super) fn holds(&self, val: &Val) -> bool {
        !self.is_unset(val) && val.truth()
    }

    /// Whether the host takes it for empty.
    pub(super) fn is_unset(&self, val: &Val) -> bool {
        match (&self.host, val.why_unknown()) {
            (Some(host), Some(why)) => host.is_unset(why),
            _ => false,
        }
    }

    /// Renders the file `name` with `dot`.
    ///
    /// # Errors
    ///
    /// What Helm would stop with. The engine can go on with other files.
    pub fn render(&mut self, name: &str, dot: &Val) -> Result<Text, RenderError> {
        let Some(program) = self.scope.find(name) else {
            return Err(RenderError::new(
                format!("template {name:?} not defined"),
                None,
            ));
        };
        self.depth = 0;
        self.reads = None;
        self.included.clear();
        self.lack.start();
        let text = self.execute(&program, dot, None)?;
        // What is printed is read again.
        self.work(text.len())
            .map_err(|m| RenderError::new(m, None))?;
        Ok(bytes::printable(without_no_value(text)))
    }

    pub(crate) fn traced(&self) -> bool {
        self.scope.base.is_traced()
    }

    /// How many bytes and steps of its [`Limits`] it has used.
    #[must_use]
    pub fn used(&self) -> (usize, usize) {
        (self.made, self.steps)
    }

    /// Functions that nobody knows which templates called, with the place of the call.
    #[must_use]
    pub fn unknown_functions(&self) -> &[(Arc<str>, Option<Span>)] {
        &self.unknown_functions
    }

    pub(super) fn note_unknown(&mut self, name: &Arc<str>, at: Option<Span>) -> Arc<Unknown> {
        let entry = (name.clone(), at);
        if self.unknown_functions.len() < 1000 && !self.unknown_functions.contains(&entry) {
            self.unknown_functions.push(entry);
        }
        Unknown::new(format!("nothing is known about the function {name:?}"))
    }

    /// Runs a program to a text of its own.
    pub(super) fn execute(
        &mut self,
        program: &Program,
        dot: &Val,
        at: Option<Span>,
    ) -> Result<Text, RenderError> {
        let out = std::mem::take(&mut self.out);
        let guard = self.guard.take();
        let result = self.call_program(program, dot, at);
        self.guard = guard;
        let text = std::mem::replace(&mut self.out, out);
        result.map(|()| text)
    }

    fn call_program(
        &mut self,
        program: &Program,
        dot: &Val,
        at: Option<Span>,
    ) -> Result<(), RenderError> {
        let fresh = vec![(self.dollar.clone(), dot.clone())];
        let vars = std::mem::replace(&mut self.vars, fresh);
        let result = self.walk(&program.body, dot);
        self.vars = vars;
        match result {
            Ok(_) => Ok(()),
            Err(mut e) => {
                e.through.extend(at);
                Err(e)
            }
        }
    }

    /// One level deeper, unless that is too deep.
    pub(super) fn enter(&mut self, at: Option<Span>) -> Result<(), RenderError> {
        self.depth += 1;
        if self.depth > self.limits.depth {
            self.depth -= 1;
            self.lack.limited = true;
            let limit = self.limits.depth;
            return Err(RenderError::new(
                format!("templates are nested deeper than {limit}"),
                at,
            ));
        }
        Ok(())
    }

    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// A value that is kept for later, with the conditions under which that happens.
    pub(crate) fn guarded(&self, val: Val) -> Val {
        match &self.guard {
            Some(guard) => val.map_origin(&|o| guard.over(o)),
            None => val,
        }
    }

    /// Notes that the condition which is being evaluated depends on `val`.
    pub(crate) fn read(&mut self, val: &Val) {
        if let Some(reads) = &mut self.reads {
            trail::remember(reads, val.origin());
        }
    }

    /// Counts bytes that were made.
    pub(crate) fn grow(&mut self, bytes: usize) -> Result<(), String> {
        let largest = self.limits.bytes / 32;
        if bytes > largest {
            self.lack.limited = true;
            return Err(format!("a value takes more than {largest} bytes"));
        }
        self.keep(bytes)
    }

    /// The same for what may be larger than a text: it is many values.
    pub(crate) fn keep(&mut self, bytes: usize) -> Result<(), String> {
        self.made = self.made.saturating_add(bytes);
        if self.made > self.limits.bytes {
            self.lack.limited = true;
            return Err(format!(
                "templates make more than {} bytes",
                self.limits.bytes
            ));
        }
        Ok(())
    }

    /// Counts work that was done.
    pub(crate) fn work(&mut self, steps: usize) -> Result<(), String> {
        self.steps = self.steps.saturating_add(steps);
        if self.steps > self.limits.steps {
            self.lack.limited = true;
            return Err(format!(
                "templates take more than {} steps",
                self.limits.steps
            ));
        }
        Ok(())
    }

    pub(super) fn walk(&mut self, ops: &[Op], dot: &Val) -> Result<Flow, RenderError> {
        self.enter(None)?;
        let mut flow = Flow::Next;
        for op in ops {
            flow = match self.step(op, dot) {
                Ok(flow) => flow,
                Err(e) => {
                    self.leave();
                    return Err(e);
                }
            };
            if !matches!(flow, Flow::Next) {
                break;
            }
        }
        self.leave();
        Ok(flow)
    }

    fn step(&mut self, op: &Op, dot: &Val) -> Result<Flow, RenderError> {
        self.work(3).map_err(|m| RenderError::new(m, None))?;
        match op {
            Op::Text(t) => {
                self.grow(t.len() + RUN)
                    .map_err(|m| RenderError::new(m, None))?;
                trail::literal(&mut self.out, t, self.guard.as_ref());
            }
            Op::Action(pipe) => {
                let val = self.eval_pipe(dot, pipe)?;
                if pipe.decl.is_empty() {
                    self.print(&val, &pipe.mark)?;
                }
            }
            Op::If(branch) => return self.branch(branch, dot, false),
            Op::With(branch) => return self.branch(branch, dot, true),
            Op::Range(branch) => return self.range(branch, dot),
            Op::Template { mark, name, pipe } => self.template(mark, name, pipe.as_ref(), dot)?,
            Op::Break => return Ok(Flow::Break),
            Op::Continue => return Ok(Flow::Continue),
        }
        Ok(Flow::Next)
    }

    fn print(&mut self, val: &Val, mark: &Mark) -> Result<(), RenderError> {
        let made;
        let text = match &val.kind {
            Kind::Str(text) => text,
            _ => {
                made = self.shown(val, mark);
                &made
            }
        };
        self.grow(cost(text))
            .and_then(|()| self.work(text.run_count()))
            .map_err(|m| RenderError::new(m, mark.span))?;
        if self.traced() {
            trail::printed(&mut self.out, text, mark, self.guard.as_ref());
        } else {
            self.out.push(text);
        }
        Ok(())
    }

    /// What an action prints for `val`.
    fn shown(&self, val: &Val, mark: &Mark) -> Text {
        match &val.kind {
            Kind::Invalid | Kind::Nil if self.host.is_some() => {
                let why = Unknown::new(format!("there is no value for {}", mark.note));
                Text::of_unknown("unset", why, val.origin())
            }
            Kind::Invalid | Kind::Nil => Text::opaque(NO_VALUE, val.origin()),
            Kind::Struct(s) => match &s.printed_alone {
                Some(printed) => Text::opaque(printed, val.origin()),
                None => sprint(val),
            },
            _ => sprint(val),
        }
    }

    fn template(
        &mut self,
        mark: &Mark,
        name: &Arc<str>,
        pipe: Option<&Pipe>,
        dot: &Val,
    ) -> Result<(), RenderError> {
        let Some(program) = self.scope.find(name) else {
            if let Some(text) = self.undefined(name, mark.span) {
                trail::printed(&mut self.out, &text, mark, self.guard.as_ref());
                return Ok(());
            }
            return Err(RenderError::new(
                format!("template {name:?} not defined"),
                mark.span,
            ));
        };
        let dot = match pipe {
            Some(p) => self.eval_pipe(dot, p)?,
            None => no_dot(),
        };
        self.call_program(&program, &dot, mark.span)
    }

    /// Evaluates what a branch depends on, and collects what that read.
    fn condition(&mut self, dot: &Val, pipe: &Pipe) -> Result<(Val, Vec<Origin>), RenderError> {
        if !self.traced() {
            return Ok((self.eval_pipe(dot, pipe)?, Vec::new()));
        }
        let outer = self.reads.replace(Vec::new());
        let result = self.eval_pipe(dot, pipe);
        let mut reads = std::mem::replace(&mut self.reads, outer).unwrap_or_default();
        let val = result?;
        trail::remember(&mut reads, val.origin());
        if let Some(outer) = &mut self.reads {
            for read in &reads {
                trail::remember(outer, read.clone());
            }
        }
        Ok((val, reads))
    }

    fn branch(&mut self, b: &Branch, dot: &Val, with: bool) -> Result<Flow, RenderError> {
        let mark = self.vars.len();
        let (val, reads) = self.condition(dot, &b.pipe)?;
        let holds = self.holds(&val);
        let body = if holds { &b.body } else { &b.otherwise };
        if body.is_empty() {
            self.vars.truncate(mark);
            return Ok(Flow::Next);
        }
        let outer = self.guard_by(&b.mark, known(&val, holds), reads);
        let inner = if with && holds { &val } else { dot };
        let result = self.walk_in_doubt(&val, body, inner);
        self.guard = outer;
        self.vars.truncate(mark);
        result
    }

    /// What follows depends on a condition that read `reads`. Gives back what was before.
    fn guard_by(&mut self, mark: &Mark, holds: Option<bool>, reads: Vec<Origin>) -> Option<Guard> {
        let outer = self.guard.as_ref();
        let traced = self.traced();
        let guard = traced.then(|| Guard::new(mark, holds, reads, outer));
        std::mem::replace(&mut self.guard, guard)
    }

    fn range(&mut self, b: &Branch, dot: &Val) -> Result<Flow, RenderError> {
        let mark = self.vars.len();
        let (val, reads) = self.condition(dot, &b.pipe)?;
        let holds = !val.is_nil() && val.truth();
        let outer = self.guard_by(&b.mark, known(&val, holds), reads);
        let result = self.range_over(b, &val, dot);
        self.guard = outer;
        self.vars.truncate(mark);
        result.map(|()| Flow::Next)
    }

    fn range_over(&mut self, b: &Branch, val: &Val, dot: &Val) -> Result<(), RenderError> {
        let mark = self.vars.len();
        let pairs: Vec<(Val, Val)> = match &val.kind {
            Kind::List(l) => {
                let index = |i: usize| Val::int(i64::try_from(i).unwrap_or(i64::MAX), val.origin());
                let items = l.items.iter().enumerate();
                items.map(|(i, v)| (index(i), v.clone())).collect()
            }
            Kind::Map(m) => {
                let entries = m.snapshot().into_iter();
                entries
                    .map(|(k, s)| (Val::text(s.key_text(&k)), s.val))
                    .collect()
            }
            Kind::Bytes(t) => {
                let byte = |b: u8| {
                    let kind =
                        Kind::Int(crate::evaluate::helm::value::IntType::Uint8, i64::from(b));
                    Val::new(kind, t.origin())
                };
                let bytes = t.as_str().bytes().enumerate();
                bytes
                    .map(|(i, b)| (Val::int(i64::try_from(i).unwrap_or(0), t.origin()), byte(b)))
                    .collect()
            }
            Kind::Invalid | Kind::Nil => Vec::new(),
            // What isn't known is gone through once, so that the body is seen at all.
            Kind::Unknown(_) => vec![(val.clone(), val.clone())],
            _ => {
                let shown = sprint(val);
                let message = format!("range can't iterate over {}", shown.as_str());
                return Err(RenderError::new(message, b.mark.span));
            }
        };
        if pairs.is_empty() {
            return self.walk(&b.otherwise, dot).map(|_| ());
        }
        for (index, elem) in pairs {
            self.work(4).map_err(|m| RenderError::new(m, b.mark.span))?;
            self.bind(b, mark, &index, &elem);
            let result = self.walk(&b.body, &elem);
            self.vars.truncate(mark);
            if let Flow::Break = result? {
                break;
            }
        }
        Ok(())
    }

    /// Sets the variables of a `range` for one element.
    fn bind(&mut self, b: &Branch, mark: usize, index: &Val, elem: &Val) {
        let (first, second) = (b.pipe.decl.first(), b.pipe.decl.get(1));
        if b.pipe.assign {
            match (first, second) {
                (Some(i), Some(e)) => {
                    self.assign(i, index.clone());
                    self.assign(e, elem.clone());
                }
                (Some(e), None) => {
                    self.assign(e, elem.clone());
                }
                _ => {}
            }
            return;
        }
        let mut declared = |back: usize, val: &Val| {
            if let Some(slot) = mark.checked_sub(back).and_then(|i| self.vars.get_mut(i)) {
                slot.1 = val.clone();
            }
        };
        match (first, second) {
            (Some(_), Some(_)) => {
                declared(2, index);
                declared(1, elem);
            }
            (Some(_), None) => declared(1, elem),
            _ => {}
        }
    }

    /// Sets the innermost variable `name`; whether there is one.
    pub(super) fn assign(&mut self, name: &str, val: Val) -> bool {
        match self.vars.iter_mut().rev().find(|(n, _)| &**n == name) {
            Some(slot) => {
                slot.1 = val;
                true
            }
            None => false,
        }
    }
}

/// Whether a condition holds, unless nobody can know.
fn known(val: &Val, holds: bool) -> Option<bool> {
    (!matches!(val.kind, Kind::Unknown(_))).then_some(holds)
}

/// What a text takes, its origins included.
pub(super) fn cost(text: &Text) -> usize {
    text.len() + RUN * text.run_count()
}

/// A value after it left its pipeline: an interface's nil becomes a plain one.
pub(super) fn settled(val: Val) -> Val {
    match val.kind {
        Kind::Nil => Val::invalid(val.origin()),
        _ => val,
    }
}

pub(super) fn without_no_value(text: Text) -> Text {
    if text.as_str().contains(NO_VALUE) {
        text.replace(NO_VALUE, &Text::default())
    } else {
        text
    }
}
