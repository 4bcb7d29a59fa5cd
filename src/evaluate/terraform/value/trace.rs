//! Adding steps to the origins in a value.

use std::sync::Arc;

use super::{Data, Field, Fields, MAX_NESTING, Val};
use crate::trace::{Note, Origin, Span, Step, StepKind, Text};

/// Adds one and the same step to many origins.
///
/// Origins that came the same way get the very same step, so that neighbouring bytes of a text
/// stay one run.
pub struct Stepper {
    kind: StepKind,
    at: Option<Span>,
    note: Note,
    inputs: Vec<Origin>,
    made: Vec<(Option<Arc<Step>>, Arc<Step>)>,
}

/// In collections with more values than this only the collection itself gets the step: what
/// is taken out of it gets one of its own when it is referred to.
const MAX_VALUES: usize = 500;

impl Stepper {
    /// A step; see [`Origin::then_with`].
    #[must_use]
    pub fn new(
        kind: StepKind,
        at: Option<Span>,
        note: impl Into<Note>,
        inputs: Vec<Origin>,
    ) -> Self {
        Self {
            kind,
            at,
            note: note.into(),
            inputs,
            made: Vec::new(),
        }
    }

    /// One origin a step further.
    pub fn origin(&mut self, origin: &Origin) -> Origin {
        let same = |a: &Option<Arc<Step>>, b: &Option<Arc<Step>>| match (a, b) {
            (None, None) => true,
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            _ => false,
        };
        let found = self
            .made
            .iter()
            .rev()
            .take(8)
            .find(|(via, _)| same(via, &origin.via));
        let step = if let Some((_, step)) = found {
            step.clone()
        } else {
            let step = Step::after(
                origin.via.clone(),
                self.kind,
                self.at,
                self.note.clone(),
                self.inputs.clone(),
            );
            self.made.push((origin.via.clone(), step.clone()));
            step
        };
        Origin {
            place: origin.place.clone(),
            via: Some(step),
        }
    }

    /// All parts of a text a step further.
    pub fn text(&mut self, text: Text) -> Text {
        let this = std::cell::RefCell::new(self);
        text.map_origins(&|o| this.borrow_mut().origin(o))
    }

    /// A value and what is in it a step further.
    pub fn val(&mut self, val: Val) -> Val {
        let mut budget = MAX_VALUES;
        self.within(val, &mut budget, 0)
    }

    fn within(&mut self, val: Val, budget: &mut usize, depth: usize) -> Val {
        let origin = self.origin(&val.origin);
        if *budget == 0 || depth > MAX_NESTING {
            return Val { origin, ..val };
        }
        *budget -= 1;
        let data = match val.data {
            Data::Str(text) => Data::Str(self.text(text)),
            Data::Tuple(items) => Data::Tuple(self.items(items, budget, depth)),
            Data::List(items) => Data::List(self.items(items, budget, depth)),
            Data::Set(items) => Data::Set(self.items(items, budget, depth)),
            Data::Object(fields) => Data::Object(self.fields(fields, budget, depth)),
            Data::Map(fields) => Data::Map(self.fields(fields, budget, depth)),
            other => other,
        };
        Val {
            data,
            origin,
            sensitive: val.sensitive,
        }
    }

    fn items(&mut self, items: Arc<Vec<Val>>, budget: &mut usize, depth: usize) -> Arc<Vec<Val>> {
        if items.len() > *budget {
            return items;
        }
        let items = Arc::unwrap_or_clone(items);
        Arc::new(
            items
                .into_iter()
                .map(|v| self.within(v, budget, depth + 1))
                .collect(),
        )
    }

    fn fields(&mut self, fields: Arc<Fields>, budget: &mut usize, depth: usize) -> Arc<Fields> {
        if fields.entries.len() > *budget {
            return fields;
        }
        let fields = Arc::unwrap_or_clone(fields);
        let entries = fields
            .entries
            .into_iter()
            .map(|(name, field)| {
                let field = Field {
                    key: field.key,
                    val: self.within(field.val, budget, depth + 1),
                };
                (name, field)
            })
            .collect();
        Arc::new(Fields {
            entries,
            rest: fields.rest,
        })
    }
}

impl Val {
    /// This value one step further.
    #[must_use]
    pub fn then(self, kind: StepKind, at: Option<Span>, note: impl Into<Note>) -> Self {
        Stepper::new(kind, at, note, Vec::new()).val(self)
    }

    /// This value one step further, in which `inputs` took part.
    #[must_use]
    pub fn then_with(
        self,
        kind: StepKind,
        at: Option<Span>,
        note: impl Into<Note>,
        inputs: Vec<Origin>,
    ) -> Self {
        Stepper::new(kind, at, note, inputs).val(self)
    }
}
