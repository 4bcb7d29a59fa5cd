//! From the parser's events to nodes.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use base64::Engine;
use granit_parser::{Event, ScalarStyle, Span as Place, Tag};

use super::{Document, MAX_DEPTH, Schema, Stream, resolve, scalar, token};
use crate::trace::{Map, Node, Origin, Problem, Slot, StepKind, Text, Value};

/// How much all aliases of a text may add, in nodes (long texts count for several).
const MAX_EXPANSION: usize = 200_000;

pub(super) struct Builder<'a> {
    text: &'a Text,
    /// Nobody asks of the text where a part of it was written.
    silent: bool,
    schema: Schema,
    stream: Stream,
    comments: HashSet<usize>,
    open: Vec<Frame>,
    anchors: HashMap<usize, Built>,
    /// Anchors of collections that are still open.
    unfinished: HashSet<usize>,
    expanded: usize,
    start: usize,
    root: Option<Built>,
    /// One past the last byte of a token that was read.
    last_end: usize,
    broken: bool,
}

/// A finished node with its size.
#[derive(Clone)]
struct Built {
    node: Node,
    weight: usize,
    depth: usize,
}

struct Frame {
    kind: Kind,
    start: usize,
    anchor: usize,
    tagged_str: bool,
    weight: usize,
    depth: usize,
}

enum Kind {
    List(Vec<Node>),
    Map(Box<Entries>),
}

#[derive(Default)]
struct Entries {
    map: Map,
    /// The key whose value comes next.
    key: Option<Key>,
    /// Keys that came in by a merge and may be overridden.
    merged: HashSet<String>,
}

struct Key {
    text: Text,
    origin: Origin,
    merge: bool,
}

/// A node on its way into its parent, with what a key needs to know of it.
struct Arrived {
    built: Built,
    range: Range<usize>,
    plain: bool,
}

impl<'a> Builder<'a> {
    pub(super) fn new(text: &'a Text, schema: Schema) -> Self {
        Self {
            text,
            silent: text.is_silent(),
            schema,
            stream: Stream::default(),
            comments: HashSet::new(),
            open: Vec::new(),
            anchors: HashMap::new(),
            unfinished: HashSet::new(),
            expanded: 0,
            start: 0,
            root: None,
            last_end: 0,
            broken: false,
        }
    }

    /// What was built, and where the comments start that were told of.
    pub(super) fn finish(self) -> (Stream, HashSet<usize>) {
        (self.stream, self.comments)
    }

    /// Gives up the current document.
    pub(super) fn fail(&mut self, problem: Problem) {
        self.stream.problems.push(problem);
        self.reset();
    }

    fn reset(&mut self) {
        self.open.clear();
        self.anchors.clear();
        self.unfinished.clear();
        self.root = None;
        self.broken = false;
    }

    pub(super) fn event(&mut self, event: &Event<'_>, span: &Place) {
        let range = span.byte_range().unwrap_or(0..0);
        match event {
            Event::DocumentStart(..) => {
                self.reset();
                self.start = range.start;
                self.last_end = range.end;
            }
            Event::DocumentEnd => self.document_end(),
            Event::Comment(..) => {
                self.comments.insert(range.start);
            }
            _ if self.broken => {}
            Event::Scalar(value, style, anchor, tag) => {
                self.scalar(value, *style, *anchor, tag.as_deref(), range);
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.open(Kind::List(Vec::new()), *anchor, tag.as_deref(), &range);
            }
            Event::MappingStart(_, anchor, tag) => {
                let kind = Kind::Map(Box::default());
                self.open(kind, *anchor, tag.as_deref(), &range);
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(&range),
            Event::Alias(id) => self.alias(*id, range),
            Event::UnresolvedAlias(name) => {
                let origin = self.text.origin_of(range.clone());
                self.problem(format!("alias *{name} has no anchor"), &origin);
                let node = Node::unknown(format!("alias *{name} has no anchor"), origin);
                self.arrive(leaf(node, range, false));
            }
            _ => {}
        }
    }

    fn problem(&mut self, message: String, origin: &Origin) {
        self.stream
            .problems
            .push(Problem::new(message, origin.nearest_span()));
    }

    fn document_end(&mut self) {
        if !self.broken {
            let range = self.start..self.last_end.max(self.start);
            let root = self.root.take().map_or_else(
                || Node::null(self.text.origin_at(range.end)),
                |built| built.node,
            );
            self.stream.documents.push(Document { root, range });
        }
        self.reset();
    }

    fn open(&mut self, kind: Kind, anchor: usize, tag: Option<&Tag>, range: &Range<usize>) {
        if anchor != 0 {
            self.unfinished.insert(anchor);
        }
        self.last_end = self.last_end.max(range.end);
        self.open.push(Frame {
            kind,
            start: range.start,
            anchor,
            tagged_str: tag.is_some_and(|t| t.is_yaml_core_schema_tag("str")),
            weight: 1,
            depth: 1,
        });
    }

    fn close(&mut self, range: &Range<usize>) {
        let Some(frame) = self.open.pop() else { return };
        // The end of a flow collection is a token, that of a block collection is empty.
        if !range.is_empty() {
            self.last_end = self.last_end.max(range.end);
        }
        let extent = frame.start..self.last_end.max(frame.start);
        let origin = self.text.origin_of(extent.clone());
        let value = match frame.kind {
            Kind::List(items) => Value::List(items),
            Kind::Map(entries) => Value::Map(entries.map),
        };
        let built = Built {
            node: Node::new(value, origin),
            weight: frame.weight,
            depth: frame.depth,
        };
        self.unfinished.remove(&frame.anchor);
        self.anchor(frame.anchor, &built);
        self.arrive(Arrived {
            built,
            range: extent,
            plain: frame.tagged_str,
        });
    }

    fn anchor(&mut self, id: usize, built: &Built) {
        if id == 0 {
            return;
        }
        self.expanded += built.weight;
        if self.expanded <= MAX_EXPANSION {
            self.anchors.insert(id, built.clone());
        }
    }

    fn alias(&mut self, id: usize, range: Range<usize>) {
        let at = self.text.origin_of(range.clone());
        let name = self.text.as_str().get(range.clone()).unwrap_or("*");
        let problem = if self.unfinished.contains(&id) {
            Some(format!("alias {name} refers to a value that contains it"))
        } else {
            match self.anchors.get(&id) {
                Some(built)
                    if self.expanded + built.weight <= MAX_EXPANSION
                        && self.open.len() + built.depth <= MAX_DEPTH =>
                {
                    None
                }
                Some(built) if self.open.len() + built.depth > MAX_DEPTH => Some(format!(
                    "alias {name} nests values deeper than the limit of {MAX_DEPTH}"
                )),
                _ => Some(format!(
                    "alias {name} is over the limit of {MAX_EXPANSION} values that aliases may add"
                )),
            }
        };
        let built = match (problem, self.anchors.get(&id)) {
            (None, Some(built)) => {
                self.expanded += built.weight;
                let name = name.to_owned();
                let span = at.nearest_span();
                let mut built = built.clone();
                built.node = built
                    .node
                    .map_origins(&|o| o.then(StepKind::Reference, span, name.clone()));
                built
            }
            (problem, _) => {
                let why = problem.unwrap_or_default();
                self.problem(why.clone(), &at);
                leaf(Node::unknown(why, at), range.clone(), false).built
            }
        };
        self.last_end = self.last_end.max(range.end);
        self.arrive(Arrived {
            built,
            range,
            plain: false,
        });
    }

    fn scalar(
        &mut self,
        value: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        range: Range<usize>,
    ) {
        let chars = self.text.as_str();
        let from = self.last_end;
        let (range, node) = match style {
            _ if self.silent && !(range.is_empty() && style == ScalarStyle::Plain) => {
                let value = match (style, value.strip_suffix('\n')) {
                    (ScalarStyle::Literal | ScalarStyle::Folded, Some(shorter))
                        if scalar::is_cut_off(chars, &range) =>
                    {
                        shorter
                    }
                    _ => value,
                };
                let plain = style == ScalarStyle::Plain;
                let text = Text::plain(value);
                (range, self.typed(text, tag, plain, Origin::nowhere()))
            }
            ScalarStyle::Plain if range.is_empty() => {
                let at = token::empty(chars, from, range.start);
                let origin = self.text.origin_at(at);
                let node = if is_str(tag) {
                    Node::new(Value::Text(self.text.slice(at..at)), origin)
                } else {
                    Node::null(origin)
                };
                (at..at, node)
            }
            ScalarStyle::Literal | ScalarStyle::Folded => {
                let start = token::header(chars, from, range.start);
                let extent = token::trim_end(chars, start..range.end);
                let value = match value.strip_suffix('\n') {
                    Some(shorter) if scalar::is_cut_off(chars, &range) => shorter,
                    _ => value,
                };
                let text = scalar::content(self.text, start..range.end, range, style, value);
                let origin = self.text.origin_of(extent.clone());
                (extent, self.typed(text, tag, false, origin))
            }
            _ => {
                let text = scalar::content(self.text, range.clone(), range.clone(), style, value);
                let origin = self.text.origin_of(range.clone());
                let plain = style == ScalarStyle::Plain;
                (range, self.typed(text, tag, plain, origin))
            }
        };
        self.last_end = self.last_end.max(range.end);
        let arrived = leaf(node, range, style == ScalarStyle::Plain);
        self.anchor(anchor, &arrived.built);
        self.arrive(arrived);
    }

    /// The value of a scalar, by its tag or by its form.
    fn typed(&mut self, text: Text, tag: Option<&Tag>, plain: bool, origin: Origin) -> Node {
        let chars = text.as_str();
        let known = text.unknown().is_none();
        let value = match tag.and_then(Tag::core_suffix) {
            Some("str") => None,
            None if known && tag.is_some_and(is_binary) => self.binary(&text, &origin),
            Some("bool") if known => resolve::bool_of(chars, self.schema).map(Value::Bool),
            Some("null") if known && resolve::is_null(chars) => Some(Value::Null),
            Some("int") if known => resolve::number(chars, self.schema),
            Some("float") if known => match resolve::number(chars, self.schema) {
                #[allow(clippy::cast_precision_loss, reason = "the tag asks for it")]
                Some(Value::Int(i)) => Some(Value::Float(i as f64)),
                other => other,
            },
            _ if is_str(tag) || !plain => None,
            _ if text.is_wholly_unknown() => text.unknown().cloned().map(Value::Unknown),
            _ if known => resolve::plain(chars, self.schema),
            _ => None,
        };
        Node::new(value.unwrap_or(Value::Text(text)), origin)
    }

    fn binary(&mut self, text: &Text, origin: &Origin) -> Option<Value> {
        let packed: String = text.as_str().split_whitespace().collect();
        let Ok(decoded) = base64::engine::general_purpose::STANDARD.decode(packed) else {
            self.problem("!!binary does not hold base64".into(), origin);
            return None;
        };
        // What isn't text stays as it was written.
        let decoded = String::from_utf8(decoded).ok()?;
        let text = text.replaced_by(decoded);
        Some(Value::Text(text.then(StepKind::Encoding, None, "base64")))
    }

    /// Puts a finished node where it belongs.
    fn arrive(&mut self, arrived: Arrived) {
        let Some(frame) = self.open.last_mut() else {
            self.root = Some(arrived.built);
            return;
        };
        frame.weight += arrived.built.weight;
        frame.depth = frame.depth.max(arrived.built.depth + 1);
        match &mut frame.kind {
            Kind::List(items) => items.push(arrived.built.node),
            Kind::Map(entries) => {
                let Some(key) = entries.key.take() else {
                    entries.key = Some(as_key(self.text, arrived, self.schema));
                    return;
                };
                let Entries { map, merged, .. } = &mut **entries;
                if key.merge {
                    if !merge(map, merged, arrived.built.node) {
                        self.problem(
                            "a merge key needs a map or a list of maps".into(),
                            &key.origin,
                        );
                    }
                    return;
                }
                let name = key.text.as_str().to_owned();
                let duplicate = map.contains(&name) && !merged.remove(&name);
                map.insert(name, key.origin.clone(), arrived.built.node);
                if duplicate {
                    let message = format!(
                        "key {} occurs twice; the last one counts",
                        key.text.as_str()
                    );
                    self.problem(message, &key.origin);
                }
            }
        }
    }
}

/// Not one of the types that the reader of tags knows.
fn is_binary(tag: &Tag) -> bool {
    let uri = [tag.handle(), tag.suffix()].concat();
    uri == "tag:yaml.org,2002:binary"
}

fn is_str(tag: Option<&Tag>) -> bool {
    tag.is_some_and(|t| {
        t.is_yaml_core_schema_tag("str") || (t.suffix() == "!" && t.handle().is_empty())
    })
}

fn leaf(node: Node, range: Range<usize>, plain: bool) -> Arrived {
    // A long text costs more to copy than a short one.
    let weight = 1 + node.as_text().map_or(0, |t| t.len() / 64);
    Arrived {
        built: Built {
            node,
            weight,
            depth: 1,
        },
        range,
        plain,
    }
}

/// A node in the place of a key: strings as they are, anything else as it was written, but
/// that the tools of YAML 1.1 go by way of JSON, where `on` has become `true` and `0x10` `16`.
fn as_key(source: &Text, arrived: Arrived, schema: Schema) -> Key {
    let Arrived {
        built,
        range,
        plain,
    } = arrived;
    let origin = built.node.origin.clone();
    let text = match built.node.value {
        Value::Text(text) => text,
        Value::Bool(b) if schema == Schema::Yaml11 => Text::opaque(b.to_string(), origin.clone()),
        Value::Int(i) if schema == Schema::Yaml11 => Text::opaque(i.to_string(), origin.clone()),
        _ => source.slice(range),
    };
    Key {
        merge: plain && text.as_str() == "<<",
        text,
        origin,
    }
}

/// Takes the entries of `from` into `map` where there is none yet.
fn merge(map: &mut Map, merged: &mut HashSet<String>, from: Node) -> bool {
    match from.value {
        Value::Map(entries) => {
            for (name, Slot { key, node }) in entries {
                if !map.contains(&name) {
                    map.insert(name.clone(), key, node);
                    merged.insert(name);
                }
            }
            true
        }
        Value::List(items) => items
            .into_iter()
            .all(|item| matches!(item.value, Value::Map(_)) && merge(map, merged, item)),
        Value::Null | Value::Unknown(_) => true,
        _ => false,
    }
}
