//! The steps that printed values and text leave in their origins.

use std::sync::Arc;

use super::program::Mark;
use crate::trace::{Origin, Place, Span, Step, StepKind, Text};

/// So many of the values that a condition read are kept.
const MAX_READS: usize = 12;

/// The conditions under which something is printed.
#[derive(Debug, Clone)]
pub(super) struct Guard {
    at: Option<Span>,
    note: Arc<str>,
    /// [`StepKind::Doubt`] if one of the conditions can't be decided.
    kind: StepKind,
    /// What the innermost condition read; its own steps lead to the outer ones.
    origin: Origin,
    /// The step of literal text, which is the same for all of it.
    literal: Arc<Step>,
}

impl Guard {
    /// A condition that read `reads`, inside of `outer`. Whether it `holds` may not be known.
    pub(super) fn new(
        mark: &Mark,
        holds: Option<bool>,
        reads: Vec<Origin>,
        outer: Option<&Self>,
    ) -> Self {
        let note: Arc<str> = match holds {
            Some(true) => mark.note.clone(),
            Some(false) => Arc::from(format!("else of {}", mark.note)),
            None => Arc::from(format!("it isn't known whether this holds: {}", mark.note)),
        };
        let kind = match outer {
            Some(outer) if holds.is_some() => outer.kind,
            _ if holds.is_none() => StepKind::Doubt,
            _ => StepKind::Guard,
        };
        let mut reads = reads.into_iter();
        let first = reads.next().unwrap_or_default();
        let mut inputs: Vec<Origin> = reads.collect();
        inputs.extend(outer.map(|g| g.origin.clone()));
        let origin = first.then_with(StepKind::Guard, mark.span, note.clone(), inputs);
        let literal = Step::after(None, kind, mark.span, note.clone(), vec![origin.clone()]);
        Self {
            at: mark.span,
            note,
            kind,
            origin,
            literal,
        }
    }

    /// The origin of something that was set under the condition.
    pub(super) fn over(&self, origin: &Origin) -> Origin {
        Origin {
            place: origin.place.clone(),
            via: Some(self.step(origin.via.clone())),
        }
    }

    fn step(&self, earlier: Option<Arc<Step>>) -> Arc<Step> {
        if earlier.is_none() {
            return self.literal.clone();
        }
        Step::after(
            earlier,
            self.kind,
            self.at,
            self.note.clone(),
            vec![self.origin.clone()],
        )
    }
}

/// Literal text as it is printed under `guard`.
pub(super) fn literal(out: &mut Text, text: &Text, guard: Option<&Guard>) {
    match guard {
        None => out.push(text),
        Some(g) => out.push_mapped(text, |o| Origin {
            place: o.place.clone(),
            via: Some(g.step(o.via.clone())),
        }),
    }
}

/// A value's text as the action `mark` prints it to `out` under `guard`.
pub(super) fn printed(out: &mut Text, text: &Text, mark: &Mark, guard: Option<&Guard>) {
    // Neighbouring runs mostly came the same way: one step serves them all.
    let mut last: Option<(Origin, Option<Arc<Step>>)> = None;
    out.push_mapped(text, |o| {
        let known = last.as_ref().filter(|(before, _)| before.has_way_of(o));
        let known = known.map(|(_, after)| after.clone());
        let via = known.unwrap_or_else(|| {
            let mut step = Step::after(
                o.via.clone(),
                StepKind::Template,
                mark.span,
                mark.note.clone(),
                Vec::new(),
            );
            if let Some(g) = guard {
                step = g.step(Some(step));
            }
            let after = Some(step);
            last = Some((o.clone(), after.clone()));
            after
        });
        Origin {
            place: o.place.clone(),
            via,
        }
    });
}

/// Adds to what a condition read.
pub(super) fn remember(reads: &mut Vec<Origin>, origin: Origin) {
    let known = |o: &Origin| o.place == origin.place;
    if reads.len() < MAX_READS
        && !matches!(origin.place, Place::Nowhere)
        && !reads.iter().any(known)
    {
        reads.push(origin);
    }
}
