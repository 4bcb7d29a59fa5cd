//! Where a value came from, and the way it took.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use super::Span;

/// Where a value came from: the place where it was written, then the steps it took.
///
/// Cheap to clone. The place stays a span through all steps, so that cutting a text up still
/// narrows the place; see [`super::Text`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// Where somebody wrote it.
    pub place: Place,
    /// The latest step; earlier ones hang behind it.
    pub via: Option<Arc<Step>>,
}

/// The end of the way back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Place {
    /// Made by konform itself; nobody wrote it.
    #[default]
    Nowhere,
    /// These bytes.
    Span(Span),
    /// Nobody wrote it: a default applies.
    Default(Arc<DefaultValue>),
}

/// A value nobody wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefaultValue {
    /// Whose default it is, for people: `docker image`, `chart web-chat`, `the program`.
    pub layer: String,
    /// Where that default is documented.
    pub source: String,
}

/// One step of the way of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What happened.
    pub kind: StepKind,
    /// Where it happened.
    pub at: Option<Span>,
    /// What to tell a person, in a few words: `helm_release.meet`, `env ENABLE_RECORDING`.
    pub note: Note,
    /// Other values that took part: the second operand, the condition, the overridden value.
    pub inputs: Vec<Origin>,
    /// The step before.
    pub earlier: Option<Arc<Step>>,
    depth: u16,
}

/// What a step says; cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// The same words for every such step.
    Fixed(&'static str),
    /// Words that several steps share.
    Shared(Arc<str>),
}

impl Deref for Note {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Fixed(words) => words,
            Self::Shared(words) => words,
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

impl PartialEq<&str> for Note {
    fn eq(&self, other: &&str) -> bool {
        **self == **other
    }
}

impl From<&'static str> for Note {
    fn from(words: &'static str) -> Self {
        Self::Fixed(words)
    }
}

impl From<String> for Note {
    fn from(words: String) -> Self {
        Self::Shared(Arc::from(words))
    }
}

impl From<Arc<str>> for Note {
    fn from(words: Arc<str>) -> Self {
        Self::Shared(words)
    }
}

/// What kind of step it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepKind {
    /// Taken over as it is: a variable, an argument, a reference, an alias.
    Reference,
    /// This place won over the ones in `inputs`.
    Override,
    /// A template action printed it.
    Template,
    /// A function made it.
    Function,
    /// It is there because the conditions in `inputs` held.
    Guard,
    /// It can't be known whether this is so: whether the conditions in `inputs` hold, and it is
    /// there at all; whether a value is taken as it is.
    Doubt,
    /// Text became a tree, or a tree became text.
    Encoding,
    /// Brought into a container, machine or process: env entry, mounted file, argument.
    Deploy,
}

/// Chains longer than this lose their oldest steps: they are for people to read, and dropping
/// a chain must not recurse without bound.
const MAX_STEPS: u16 = 64;

impl Origin {
    /// Whether there is nothing to tell: no place, no way.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        self.via.is_none() && self.place == Place::Nowhere
    }

    /// Written at `span`.
    #[must_use]
    pub fn at(span: Span) -> Self {
        Self {
            place: Place::Span(span),
            via: None,
        }
    }

    /// A default of `layer`, documented in `source`.
    #[must_use]
    pub fn default_of(layer: impl Into<String>, source: impl Into<String>) -> Self {
        Self {
            place: Place::Default(Arc::new(DefaultValue {
                layer: layer.into(),
                source: source.into(),
            })),
            via: None,
        }
    }

    /// Made by konform.
    #[must_use]
    pub fn nowhere() -> Self {
        Self::default()
    }

    /// The bytes where it was written, if anybody wrote it.
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        match self.place {
            Place::Span(span) => Some(span),
            _ => None,
        }
    }

    /// The same origin, one step further.
    #[must_use]
    pub fn then(&self, kind: StepKind, at: Option<Span>, note: impl Into<Note>) -> Self {
        self.then_with(kind, at, note, Vec::new())
    }

    /// The same origin, one step further, in which `inputs` took part.
    #[must_use]
    pub fn then_with(
        &self,
        kind: StepKind,
        at: Option<Span>,
        note: impl Into<Note>,
        inputs: Vec<Self>,
    ) -> Self {
        Self {
            place: self.place.clone(),
            via: Some(Step::after(self.via.clone(), kind, at, note, inputs)),
        }
    }

    /// Whether both came the same way, wherever they started. Ways that are equal but not shared
    /// count as different: they are never walked.
    #[must_use]
    pub fn has_way_of(&self, other: &Self) -> bool {
        match (&self.via, &other.via) {
            (None, None) => true,
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }

    /// The steps from the place to here, oldest first.
    #[must_use]
    pub fn steps(&self) -> Vec<&Step> {
        let mut out = Vec::new();
        let mut step = self.via.as_deref();
        while let Some(s) = step {
            out.push(s);
            step = s.earlier.as_deref();
        }
        out.reverse();
        out
    }

    /// Whether it may not be there at all, or be something else.
    #[must_use]
    pub fn is_doubtful(&self) -> bool {
        let mut step = self.via.as_deref();
        while let Some(s) = step {
            if s.kind == StepKind::Doubt {
                return true;
            }
            step = s.earlier.as_deref();
        }
        false
    }

    /// The place where the value was written or, failing that, the first step that has one.
    #[must_use]
    pub fn nearest_span(&self) -> Option<Span> {
        self.span()
            .or_else(|| self.steps().into_iter().find_map(|s| s.at))
    }
}

impl Step {
    /// A step behind `earlier`.
    #[must_use]
    pub fn after(
        earlier: Option<Arc<Self>>,
        kind: StepKind,
        at: Option<Span>,
        note: impl Into<Note>,
        inputs: Vec<Origin>,
    ) -> Arc<Self> {
        let earlier = match earlier {
            Some(step) if step.depth >= MAX_STEPS => None,
            other => other,
        };
        let inputs_depth = inputs
            .iter()
            .filter_map(|o| o.via.as_ref().map(|s| s.depth))
            .max()
            .unwrap_or(0);
        // Inputs are side branches: one that has grown deep keeps its place only.
        let inputs = if inputs_depth >= MAX_STEPS {
            inputs
                .into_iter()
                .map(|o| Origin {
                    place: o.place,
                    via: None,
                })
                .collect()
        } else {
            inputs
        };
        let depth = earlier
            .as_ref()
            .map_or(0, |s| s.depth)
            .max(if inputs_depth >= MAX_STEPS {
                0
            } else {
                inputs_depth
            })
            + 1;
        Arc::new(Self {
            kind,
            at,
            note: note.into(),
            inputs,
            earlier,
            depth,
        })
    }
}
