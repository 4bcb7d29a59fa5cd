//! Names for what isn't known in the texts a machine gets.
//!
//! A script is cut up by its characters, so what stands for an unknown part must be harmless
//! to every reader; and two files whose names differ in their unknown parts must stay two.

use indexmap::IndexSet;

use crate::trace::{Node, Origin, Place, Run, StepKind, Text, Value};

/// The unknown parts that were met, each with a name.
#[derive(Debug, Default)]
pub(super) struct Holes {
    met: IndexSet<String>,
}

impl Holes {
    /// `text` with a name in place of each unknown part: `unknown`, `unknown-2`, ….
    pub(super) fn named(&mut self, text: &Text) -> Text {
        if text.unknown().is_none() {
            return text.clone();
        }
        let mut out = Text::default();
        for (range, run) in text.runs() {
            match &run.unknown {
                None => out.push(&text.slice(range)),
                Some(why) => {
                    let name = self.name(run);
                    out.push(&Text::of_unknown(name, why.clone(), run.origin.clone()));
                }
            }
        }
        out
    }

    /// The same for a scalar.
    pub(super) fn named_node(&mut self, node: Node) -> Node {
        match &node.value {
            Value::Text(text) => Node::new(Value::Text(self.named(text)), node.origin),
            _ => node,
        }
    }

    fn name(&mut self, run: &Run) -> String {
        let (at, _) = self.met.insert_full(key(run));
        match at {
            0 => "unknown".to_owned(),
            _ => format!("unknown-{}", at + 1),
        }
    }
}

/// What is the same for two mentions of one value, and differs between two values.
fn key(run: &Run) -> String {
    let why = run.unknown.as_ref().map_or("", |u| u.why.as_str());
    format!("{why}|{}", source(&run.origin))
}

/// Where the value comes from, without where it is mentioned.
fn source(origin: &Origin) -> String {
    let mut out = match &origin.place {
        Place::Span(span) => format!("{span:?}"),
        Place::Default(_) | Place::Nowhere => String::new(),
    };
    let steps = origin.steps();
    let last = steps.iter().rposition(|s| s.kind == StepKind::Template);
    for step in steps.iter().take(last.unwrap_or(steps.len())) {
        if step.kind == StepKind::Reference {
            out.push_str(&step.note);
            out.push_str(&step.at.map_or(String::new(), |s| format!("{s:?}")));
        }
    }
    out
}
