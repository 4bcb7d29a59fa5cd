//! Templates inside of expressions: `include` and `tpl`.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use super::compile::compile;
use super::exec::{Engine, settled, without_no_value};
use super::program::Program;
use super::{Failure, RenderError, Scope, is_blank};
use crate::evaluate::helm::value::Val;
use crate::trace::{Span, Text};

/// A text that was run as a template, and what it was compiled to.
pub(super) type Compiled = (Text, Rc<[Arc<Program>]>);

/// More texts than this, or longer ones, are compiled anew each time.
const MAX_TEXTS: usize = 1000;
const MAX_KEPT: usize = 1 << 16;

impl Engine {
    /// `include`: the template `name` as text.
    pub(crate) fn include(
        &mut self,
        name: &str,
        dot: &Val,
        at: Option<Span>,
    ) -> Result<Text, Failure> {
        if !self.included.contains_key(name) {
            self.included.insert(Arc::from(name), 0);
        }
        let running = self.included.get(name).copied().unwrap_or(0);
        if running > self.limits.includes {
            return Err(Failure::Message(format!(
                "rendering template has a nested reference name: {name}: unable to execute template"
            )));
        }
        self.count(name, running + 1);
        let result = match self.scope.find(name) {
            Some(program) => self.execute(&program, &settled(dot.clone()), at),
            None => self.undefined(name, at).ok_or_else(|| {
                RenderError::new(
                    format!("template: no template {name:?} associated with template \"gotpl\""),
                    at,
                )
            }),
        };
        self.count(name, running);
        result.map_err(Failure::Nested)
    }

    /// Notes how many times the template `name` is running.
    fn count(&mut self, name: &str, running: usize) {
        if let Some(slot) = self.included.get_mut(name) {
            *slot = running;
        }
    }

    /// `tpl`: a text run as a template that can use all others, and define more for itself.
    pub(crate) fn tpl(
        &mut self,
        text: &Text,
        dot: &Val,
        at: Option<Span>,
    ) -> Result<Text, Failure> {
        if !text.as_str().contains("{{") {
            return Ok(without_no_value(text.clone()));
        }
        let programs = self.compiled(text).map_err(|mut e| {
            e.through.extend(at);
            Failure::Nested(e)
        })?;
        let mut own = HashMap::default();
        for p in programs.iter().skip(1) {
            if is_blank(&p.body) && self.scope.find(&p.name).is_some() {
                continue;
            }
            own.insert(p.name.clone(), p.clone());
        }
        let inner = Rc::new(Scope {
            base: self.scope.base.clone(),
            own,
            parent: Some(self.scope.clone()),
        });
        let outer = std::mem::replace(&mut self.scope, inner);
        let result = match programs.first() {
            Some(main) => self.execute(main, &settled(dot.clone()), at),
            None => Ok(Text::default()),
        };
        self.scope = outer;
        result.map(without_no_value).map_err(Failure::Nested)
    }

    /// The programs in a text that is run as a template.
    fn compiled(&mut self, text: &Text) -> Result<Rc<[Arc<Program>]>, RenderError> {
        // Programs tell where they were written: equal texts need not share them.
        if let Some((known, programs)) = self.texts.get(text.as_str())
            && known.is_same(text)
        {
            return Ok(programs.clone());
        }
        let programs = compile("gotpl", text, self.traced())?;
        let programs: Rc<[_]> = programs.into_iter().map(Arc::new).collect();
        if text.len() < MAX_KEPT && self.texts.len() < MAX_TEXTS {
            let kept = (text.clone(), programs.clone());
            self.texts.insert(text.as_str().to_owned(), kept);
        }
        Ok(programs)
    }
}
