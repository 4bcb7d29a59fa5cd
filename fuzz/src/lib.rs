//! What all fuzz targets share: how an input is taken apart, and what must hold of every result.

use std::sync::Arc;

use konform::syntax::Read;
use konform::trace::{
    Node, Origin, Place, Problem, Role, SourceId, Sources, Span, Text, Unknown, Value,
};

/// The line between the parts of an input that holds several texts.
pub const CUT: &str = "\n=====\n";

/// This character stands for a fragment of which nothing is known.
pub const UNKNOWN: char = '\u{1}';

/// Stack as the workers of the program have it.
pub const STACK: usize = 64 << 20;

/// The input as characters; none if it isn't UTF-8, as such files are not read.
#[must_use]
pub fn chars(data: &[u8]) -> Option<&str> {
    std::str::from_utf8(data).ok()
}

/// The parts of an input; missing ones are empty.
#[must_use]
pub fn parts<const N: usize>(chars: &str) -> [&str; N] {
    let mut out = [""; N];
    for (slot, part) in out.iter_mut().zip(chars.splitn(N, CUT)) {
        *slot = part;
    }
    out
}

/// `chars` as a source of its own.
#[must_use]
pub fn text(sources: &Sources, path: &str, chars: &str) -> Text {
    let id = sources.add(path, chars, Role::Code);
    sources.text(id)
}

/// `chars` as a source of its own, with an unknown fragment for each [`UNKNOWN`].
#[must_use]
pub fn partly_unknown(sources: &Sources, path: &str, chars: &str) -> Text {
    let whole = text(sources, path, chars);
    if !chars.contains(UNKNOWN) {
        return whole;
    }
    let why = Unknown::new("the input says so");
    let mut out = whole.slice(0..0);
    for (i, part) in whole.split("\u{1}").iter().enumerate() {
        if i > 0 {
            out.push(&Text::of_unknown(
                "__unknown__",
                Arc::clone(&why),
                part.origin(),
            ));
        }
        out.push(part);
    }
    out
}

/// Runs `work` on a thread with `stack` bytes; a panic there ends the process, too.
///
/// # Panics
/// If there can be no thread.
pub fn on_stack<T: Send>(stack: usize, work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .stack_size(stack)
            .spawn_scoped(scope, work);
        thread.expect("a thread").join().expect("its result")
    })
}

/// What must hold of everything that was made of `sources`.
pub struct Checks<'s> {
    sources: &'s Sources,
    /// How many texts are looked at more closely.
    closely: std::cell::Cell<usize>,
    /// The length of the source that was asked for last.
    last: std::cell::Cell<Option<(SourceId, usize)>>,
}

impl<'s> Checks<'s> {
    /// For results that were made of `sources`.
    #[must_use]
    pub fn new(sources: &'s Sources) -> Self {
        Self {
            sources,
            closely: std::cell::Cell::new(200),
            last: std::cell::Cell::new(None),
        }
    }

    /// The span lies in its source.
    ///
    /// # Panics
    /// If not.
    pub fn span(&self, span: Span) {
        let len = match self.last.get() {
            Some((id, len)) if id == span.source => len,
            _ => self.sources.get(span.source).text.len(),
        };
        self.last.set(Some((span.source, len)));
        assert!(span.start <= span.end, "{span:?} ends before it starts");
        assert!(
            span.end as usize <= len,
            "{span:?} ends outside its source of {len} bytes"
        );
    }

    /// Place, steps and what took part in them lie in their sources.
    pub fn origin(&self, origin: &Origin) {
        self.place(origin);
        for step in origin.steps() {
            if let Some(at) = step.at {
                self.span(at);
            }
            step.inputs.iter().for_each(|input| self.place(input));
        }
    }

    fn place(&self, origin: &Origin) {
        if let Place::Span(span) = origin.place {
            self.span(span);
        }
    }

    /// The runs cover the text without a gap and lie in their sources; cutting the text up and
    /// putting it together again changes nothing.
    ///
    /// # Panics
    /// If not.
    pub fn text(&self, text: &Text) {
        let mut at = 0;
        let mut last = None;
        for (range, run) in text.runs() {
            assert_eq!(range.start, at, "a gap between runs");
            assert!(range.end > at, "an empty run");
            assert_eq!(range.len(), run.len as usize, "a run with two lengths");
            at = range.end;
            // Runs side by side mostly took the same way.
            match (&last, &run.origin.via) {
                (Some(a), Some(b)) if Arc::ptr_eq(a, b) => self.place(&run.origin),
                _ => self.origin(&run.origin),
            }
            last.clone_from(&run.origin.via);
        }
        assert_eq!(at, text.len(), "runs and text differ in length");
        self.place(&text.origin());
        if self.closely.get() == 0 || text.len() > 1 << 16 {
            return;
        }
        self.closely.set(self.closely.get() - 1);
        self.place(&text.primary(self.sources));
        let mut middle = text.len() / 2;
        while !text.as_str().is_char_boundary(middle) {
            middle -= 1;
        }
        let halves = [text.slice(0..middle), text.slice(middle..text.len())];
        let again = Text::concat(&halves);
        assert_eq!(again.as_str(), text.as_str(), "cut and put together again");
        assert_eq!(
            again.unknown().is_some(),
            text.unknown().is_some(),
            "an unknown got lost when the text was cut"
        );
        for half in &halves {
            self.place(&half.origin());
            self.place(&half.origin_at(half.len()));
        }
    }

    /// All texts and origins below `root`.
    pub fn node(&self, root: &Node) {
        let mut rest = vec![root];
        while let Some(node) = rest.pop() {
            self.origin(&node.origin);
            match &node.value {
                Value::Text(text) => self.text(text),
                Value::List(items) => rest.extend(items),
                Value::Map(map) => {
                    for (_, slot) in map.slots() {
                        self.origin(&slot.key);
                        rest.push(&slot.node);
                    }
                }
                _ => {}
            }
        }
    }

    /// Problems say something, at a place that is there.
    ///
    /// # Panics
    /// If not.
    pub fn problems(&self, problems: &[Problem]) {
        for problem in problems {
            assert!(!problem.message.is_empty(), "a problem without words");
            if let Some(span) = problem.span {
                self.span(span);
                let _ = self.sources.position(span);
            }
        }
    }

    /// A tree with its problems.
    pub fn read(&self, read: &Read) {
        self.node(&read.root);
        self.problems(&read.problems);
    }
}
