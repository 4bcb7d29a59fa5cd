//! Going on where a template gives up, or a part of the chart is not there.
//!
//! Templates of a chart that is missing can't be called, and its values can't be read. What
//! they would have given is not known, and neither is what goes wrong because of that.

use std::sync::Arc;

use super::RenderError;
use super::exec::{Engine, Flow};
use super::program::Op;
use crate::evaluate::helm::value::{Kind, PLACEHOLDER, Val};
use crate::trace::{Origin, Span, Text, Unknown};

/// What an engine knows of parts that are not there.
#[derive(Debug, Default)]
pub(super) struct Lack {
    /// Why a template may not be defined; none if everything is there.
    why: Option<Arc<Unknown>>,
    /// Whether a template that isn't defined was called in this file: it may have set something
    /// that others read.
    missed: bool,
    /// How many of the conditions around what is being rendered are not known.
    doubts: usize,
    /// Whether a limit was reached, which must not be taken for anything else.
    pub(super) limited: bool,
}

/// More places where templates gave up are not kept.
const MAX_STOPS: usize = 100;

impl Lack {
    /// Another file begins.
    pub(super) fn start(&mut self) {
        self.missed = false;
        self.doubts = 0;
        self.limited = false;
    }

    /// Whether nobody knows if what is being rendered is reached at all.
    pub(super) fn in_doubt(&self) -> bool {
        self.doubts > 0
    }
}

impl Engine {
    /// The same engine, for which `fail` and `required` don't end a file: what is required is
    /// unknown then, and [`Engine::take_stops`] tells.
    #[must_use]
    pub fn going_on(mut self) -> Self {
        self.stops = Some(Vec::new());
        self
    }

    /// Where templates gave up by themselves while the engine went on.
    pub fn take_stops(&mut self) -> Vec<RenderError> {
        self.stops.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Keeps an error that doesn't end the file; given back if it does.
    pub(super) fn pass(&mut self, error: RenderError) -> Result<(), RenderError> {
        // Under a condition that nobody can decide, nobody can tell that it gives up.
        if error.said.is_some() && self.lack.in_doubt() {
            return Ok(());
        }
        match &mut self.stops {
            Some(stops) if error.said.is_some() => {
                if stops.len() < MAX_STOPS && !stops.contains(&error) {
                    stops.push(error);
                }
                Ok(())
            }
            _ => Err(error),
        }
    }

    /// The same engine for a chart of which parts are not there, because of `why`: what a
    /// template gives that nobody defines is not known then, instead of an error.
    #[must_use]
    pub fn lacking(mut self, why: Option<Arc<Unknown>>) -> Self {
        self.lack.why = why;
        self
    }

    /// Whether the file that was rendered last reached a limit.
    #[must_use]
    pub fn is_limited(&self) -> bool {
        self.lack.limited
    }

    /// What a template that isn't defined gives; none if that is an error.
    pub(super) fn undefined(&mut self, name: &str, at: Option<Span>) -> Option<Text> {
        let why = self.lack.why.as_ref()?;
        self.lack.missed = true;
        let why = Unknown::new(format!("{}, so {name:?} is not defined", why.why));
        let origin = at.map(Origin::at).unwrap_or_default();
        Some(Text::of_unknown(PLACEHOLDER, why, origin))
    }

    /// Whether an error may only come from what isn't there.
    pub(super) fn follows(&self, error: &RenderError) -> bool {
        let lost = self.lack.missed || self.lack.in_doubt();
        self.lack.why.is_some() && lost && !self.lack.limited && error.said.is_none()
    }

    /// Runs what a branch has for the condition `val`; in doubt, mistakes count for nothing.
    pub(super) fn walk_in_doubt(
        &mut self,
        val: &Val,
        body: &[Op],
        dot: &Val,
    ) -> Result<Flow, RenderError> {
        let Kind::Unknown(why) = &val.kind else {
            return self.walk(body, dot);
        };
        self.lack.doubts += 1;
        let result = self.walk(body, dot);
        let follows = result.as_ref().is_err_and(|e| self.follows(e));
        self.lack.doubts -= 1;
        if follows {
            let text = Text::of_unknown(PLACEHOLDER, Arc::clone(why), val.origin());
            self.out.push(&text);
            return Ok(Flow::Next);
        }
        result
    }
}
