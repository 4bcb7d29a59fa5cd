//! Go values as Helm's templates see them, with their origins.

pub mod bytes;
mod decode;
mod encode;
mod entries;
mod go_type;
mod node;
pub mod number;
mod print;
pub mod printf;

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use crate::trace::{Origin, Text, Unknown};

pub use decode::decode;
pub use encode::{Style, json};
pub use entries::Entries;
pub use node::json_numbers;
pub(crate) use print::PLACEHOLDER;
pub use print::{quoted, sprint};

/// A collection nested deeper than this is not walked any further.
pub const MAX_DEPTH: usize = 400;

/// Values that contain themselves, or one another many times over, are gone through no
/// further than this many parts.
const MAX_PARTS: usize = 500_000;

/// What is left of [`MAX_PARTS`] while a value is gone through.
#[derive(Debug)]
pub(crate) struct Budget(std::cell::Cell<usize>);

impl Budget {
    /// All of it.
    pub(crate) fn new() -> Self {
        Self(std::cell::Cell::new(MAX_PARTS))
    }

    /// How many parts have been gone through.
    pub(crate) fn used(&self) -> usize {
        MAX_PARTS - self.0.get()
    }

    /// Takes so many parts more.
    pub(crate) fn spend(&self, parts: usize) {
        self.0.set(self.0.get().saturating_sub(parts));
    }

    /// Whether one more part at `depth` may be gone through.
    pub(crate) fn allows(&self, depth: usize) -> bool {
        let left = self.0.get();
        self.0.set(left.saturating_sub(1));
        left > 0 && depth <= MAX_DEPTH
    }
}

/// The complaint when a [`Budget`] is used up.
pub(crate) fn too_large() -> String {
    format!("a value is nested deeper than {MAX_DEPTH} or has more than {MAX_PARTS} parts")
}

/// A Go value.
#[derive(Debug, Clone)]
pub struct Val {
    /// What it is.
    pub kind: Kind,
    /// Where it came from, if there is anything to tell; of a string, the origins of its bytes
    /// count instead. Values are copied far more often than asked for it.
    origin: Option<Rc<Origin>>,
}

/// What a [`Val`] holds, by the Go type it stands for.
#[derive(Debug, Clone)]
pub enum Kind {
    /// An untyped nil, as the result of a whole pipeline.
    Invalid,
    /// A nil inside an interface: a missing map key, a null in the values. A field of it is an
    /// error, while a field of [`Kind::Invalid`] is nil again.
    Nil,
    /// `bool`.
    Bool(bool),
    /// Any integer type.
    Int(IntType, i64),
    /// `float64`, which all numbers in values files are.
    Float(f64),
    /// `string`.
    Str(Rc<Text>),
    /// `[]byte`.
    Bytes(Rc<Text>),
    /// A slice. Never changed in place.
    List(Rc<List>),
    /// A map; shared, and changed in place by `set`, `unset` and `merge`.
    Map(Rc<Dict>),
    /// A Go struct with exported fields.
    Struct(Rc<Struct>),
    /// `time.Time`, in seconds since 1970, UTC.
    Time(i64),
    /// Something that can't be known.
    Unknown(Arc<Unknown>),
}

/// Go's integer types that templates meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IntType {
    /// `int`: literals, `len`, `int`, `until`.
    Int,
    /// `int64`: `--set`, `int64`, arithmetic.
    Int64,
    /// `int32`: characters of strings.
    Int32,
    /// `uint8`: bytes.
    Uint8,
    /// `uint64`: too large literals, parts of semantic versions. Kept as the same bits.
    Uint64,
}

/// A slice.
#[derive(Debug, Clone)]
pub struct List {
    /// Its Go type: `[]interface {}`, `[]string`, `chartutil.VersionSet`.
    pub go_type: &'static str,
    /// The elements.
    pub items: Vec<Val>,
    /// Go's nil of the type: as empty as any, but `null` in JSON.
    pub is_nil: bool,
}

/// A map with string keys. An entry under [`PLACEHOLDER`] that isn't known makes it an open
/// one: nobody can tell which other entries it has.
#[derive(Debug)]
pub struct Dict {
    /// Its Go type: `map[string]interface {}`, `chartutil.Values`.
    pub go_type: &'static str,
    /// The entries in the order of their keys' bytes.
    pub entries: RefCell<Entries>,
}

/// An entry of a [`Dict`].
#[derive(Debug, Clone)]
pub struct Slot {
    /// Where the key was written.
    pub key: Origin,
    /// The value.
    pub val: Val,
}

/// A struct.
#[derive(Debug)]
pub struct Struct {
    /// Its Go type, as `%T` prints it.
    pub go_type: &'static str,
    /// Whether values of it are pointers.
    pub pointer: bool,
    /// What `%v` prints for it, if the type says how.
    pub printed: Option<String>,
    /// What an action prints for it alone, if that is something else: Go finds some methods
    /// only there.
    pub printed_alone: Option<String>,
    /// The exported fields in the order of their declaration.
    pub fields: Vec<Field>,
}

/// A field of a [`Struct`].
#[derive(Debug)]
pub struct Field {
    /// Its name in Go.
    pub name: &'static str,
    /// Its name in JSON and YAML.
    pub json: &'static str,
    /// Whether JSON leaves it out when it is empty.
    pub omit_empty: bool,
    /// The value.
    pub val: Val,
}

/// The Go type of maps made in templates.
pub const MAP: &str = "map[string]interface {}";
/// The Go type of lists made in templates.
pub const LIST: &str = "[]interface {}";
/// The Go type of lists of strings.
pub const STRINGS: &str = "[]string";
/// The Go type of lists of ints.
pub const INTS: &str = "[]int";
/// The Go type of `.Values`.
pub const VALUES: &str = "chartutil.Values";

impl Val {
    /// `kind`, from `origin`.
    #[must_use]
    pub fn new(kind: Kind, origin: Origin) -> Self {
        let origin = (!origin.is_silent()).then(|| Rc::new(origin));
        Self { kind, origin }
    }

    /// An untyped nil.
    #[must_use]
    pub fn invalid(origin: Origin) -> Self {
        Self::new(Kind::Invalid, origin)
    }

    /// A nil interface.
    #[must_use]
    pub fn nil(origin: Origin) -> Self {
        Self::new(Kind::Nil, origin)
    }

    /// A truth value.
    #[must_use]
    pub fn bool(b: bool, origin: Origin) -> Self {
        Self::new(Kind::Bool(b), origin)
    }

    /// An `int`.
    #[must_use]
    pub fn int(i: i64, origin: Origin) -> Self {
        Self::new(Kind::Int(IntType::Int, i), origin)
    }

    /// An `int64`.
    #[must_use]
    pub fn int64(i: i64, origin: Origin) -> Self {
        Self::new(Kind::Int(IntType::Int64, i), origin)
    }

    /// A `float64`.
    #[must_use]
    pub fn float(f: f64, origin: Origin) -> Self {
        Self::new(Kind::Float(f), origin)
    }

    /// A string.
    #[must_use]
    pub fn text(text: Text) -> Self {
        Self::new(Kind::Str(Rc::new(text)), Origin::nowhere())
    }

    /// A string that came from `origin` as a whole.
    #[must_use]
    pub fn str(chars: impl Into<String>, origin: Origin) -> Self {
        Self::text(Text::opaque(chars, origin))
    }

    /// An `[]interface {}`.
    #[must_use]
    pub fn list(items: Vec<Self>, origin: Origin) -> Self {
        Self::list_of(LIST, items, origin)
    }

    /// A list of the given Go type.
    #[must_use]
    pub fn list_of(go_type: &'static str, items: Vec<Self>, origin: Origin) -> Self {
        let list = List {
            go_type,
            items,
            is_nil: false,
        };
        Self::new(Kind::List(Rc::new(list)), origin)
    }

    /// A list that was never made, as Go has it where there is nothing to put in.
    #[must_use]
    pub fn nil_list(go_type: &'static str, origin: Origin) -> Self {
        let list = List {
            go_type,
            items: Vec::new(),
            is_nil: true,
        };
        Self::new(Kind::List(Rc::new(list)), origin)
    }

    /// A list of strings.
    #[must_use]
    pub fn strings(items: impl IntoIterator<Item = Text>, origin: Origin) -> Self {
        Self::list_of(STRINGS, items.into_iter().map(Self::text).collect(), origin)
    }

    /// A map of the given Go type.
    #[must_use]
    pub fn map_of(go_type: &'static str, entries: Entries, origin: Origin) -> Self {
        let dict = Dict {
            go_type,
            entries: RefCell::new(entries),
        };
        Self::new(Kind::Map(Rc::new(dict)), origin)
    }

    /// A `map[string]interface {}`.
    #[must_use]
    pub fn map(entries: Entries, origin: Origin) -> Self {
        Self::map_of(MAP, entries, origin)
    }

    /// A map from names and values that nobody wrote.
    #[must_use]
    pub fn map_from<'a>(
        go_type: &'static str,
        entries: impl IntoIterator<Item = (&'a str, Self)>,
    ) -> Self {
        let entries = entries
            .into_iter()
            .map(|(k, val)| {
                let key = Origin::nowhere();
                (Rc::from(k), Slot { key, val })
            })
            .collect();
        Self::map_of(go_type, entries, Origin::nowhere())
    }

    /// Something that can't be known because of `why`.
    #[must_use]
    pub fn unknown(why: Arc<Unknown>, origin: Origin) -> Self {
        Self::new(Kind::Unknown(why), origin)
    }

    /// Where it came from.
    #[must_use]
    pub fn origin(&self) -> Origin {
        match &self.kind {
            Kind::Str(text) | Kind::Bytes(text) => text.origin(),
            _ => self.origin.as_deref().cloned().unwrap_or_default(),
        }
    }

    /// The same value through `change` of its origin and of those of its characters, but not
    /// of what is in a collection.
    #[must_use]
    pub fn map_origin(self, change: &impl Fn(&Origin) -> Origin) -> Self {
        let kind = match self.kind {
            Kind::Str(t) => Kind::Str(Rc::new(Rc::unwrap_or_clone(t).map_origins(change))),
            other => other,
        };
        let origin = self.origin.as_deref().cloned().unwrap_or_default();
        Self::new(kind, change(&origin))
    }

    /// Whether it is one of the nils.
    #[must_use]
    pub fn is_nil(&self) -> bool {
        matches!(self.kind, Kind::Invalid | Kind::Nil)
    }

    /// The string, if it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&Rc<Text>> {
        match &self.kind {
            Kind::Str(t) => Some(t),
            _ => None,
        }
    }

    /// The map, if it is one.
    #[must_use]
    pub fn as_map(&self) -> Option<&Rc<Dict>> {
        match &self.kind {
            Kind::Map(m) => Some(m),
            _ => None,
        }
    }

    /// The elements, if it is a list.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Self]> {
        match &self.kind {
            Kind::List(l) => Some(&l.items),
            _ => None,
        }
    }

    /// Why it, or a part of it, can't be known. Does not look into collections.
    #[must_use]
    pub fn why_unknown(&self) -> Option<&Arc<Unknown>> {
        match &self.kind {
            Kind::Unknown(why) => Some(why),
            Kind::Str(t) => t.unknown(),
            _ => None,
        }
    }

    /// Go's idea of truth: not nil, not zero, not empty. What isn't known counts as true.
    #[must_use]
    pub fn truth(&self) -> bool {
        match &self.kind {
            Kind::Invalid | Kind::Nil => false,
            Kind::Bool(b) => *b,
            Kind::Int(_, i) => *i != 0,
            Kind::Float(f) => *f != 0.0,
            Kind::Str(t) | Kind::Bytes(t) => !t.is_empty(),
            Kind::List(l) => !l.items.is_empty(),
            Kind::Map(m) => !m.entries.borrow().is_empty(),
            Kind::Struct(_) | Kind::Time(_) | Kind::Unknown(_) => true,
        }
    }

    /// Sprig's idea of empty, which is the opposite of [`Val::truth`].
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.truth()
    }
}

impl Dict {
    /// The value under `key`; of an open map, what isn't written is not known.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Val> {
        let entries = self.entries.borrow();
        match entries.get(key) {
            Some(slot) => Some(slot.val.clone()),
            None => rest(&entries).map(|slot| slot.val.clone()),
        }
    }

    /// Whether `key` is written.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.entries.borrow().get(key).is_some()
    }

    /// Why there may be more entries than those that are written.
    #[must_use]
    pub fn open(&self) -> Option<Arc<Unknown>> {
        let entries = self.entries.borrow();
        rest(&entries).and_then(|slot| slot.val.why_unknown().cloned())
    }

    /// Sets `key`, keeping the origin of a key that was there.
    pub fn set(&self, key: &str, origin: Origin, val: Val) {
        let mut entries = self.entries.borrow_mut();
        if let Some(slot) = entries.get_mut(key) {
            slot.val = val;
        } else {
            entries.insert(Rc::from(key), Slot { key: origin, val });
        }
    }

    /// The steps it takes to put an entry between the others.
    pub(crate) fn making_room(&self) -> usize {
        self.entries.borrow().len() / 8
    }

    /// The entries as they are now.
    #[must_use]
    pub fn snapshot(&self) -> Vec<(Rc<str>, Slot)> {
        self.entries.borrow().iter().cloned().collect()
    }

    /// What a missing key yields: the zero value of the map's element type.
    #[must_use]
    pub fn zero(&self, origin: Origin) -> Val {
        match self.go_type {
            "map[string]string" => Val::str("", origin),
            "map[string]bool" => Val::bool(false, origin),
            _ => Val::nil(origin),
        }
    }
}

/// The entry of an open map that stands for those that nobody can know.
fn rest(entries: &Entries) -> Option<&Slot> {
    let slot = entries.get(PLACEHOLDER)?;
    matches!(slot.val.kind, Kind::Unknown(_)).then_some(slot)
}

impl Slot {
    /// The entry's key as a text, which is not known either if it stands for unknown entries.
    #[must_use]
    pub fn key_text(&self, key: &str) -> Text {
        match &self.val.kind {
            Kind::Unknown(why) if key == PLACEHOLDER => {
                Text::of_unknown(key, Arc::clone(why), self.key.clone())
            }
            _ => Text::opaque(key, self.key.clone()),
        }
    }
}

impl Struct {
    /// What encoders write instead of the fields, if the type has none for them.
    #[must_use]
    pub fn as_encoded_text(&self) -> Option<&str> {
        let plain = self.fields.iter().all(|f| f.json.is_empty());
        self.printed.as_deref().filter(|_| plain)
    }

    /// The field `name`.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Val> {
        self.fields.iter().find(|f| f.name == name).map(|f| &f.val)
    }
}

impl Field {
    /// A field that JSON leaves out when empty.
    #[must_use]
    pub fn optional(name: &'static str, json: &'static str, val: Val) -> Self {
        Self {
            name,
            json,
            omit_empty: true,
            val,
        }
    }

    /// A field that JSON always has.
    #[must_use]
    pub fn always(name: &'static str, json: &'static str, val: Val) -> Self {
        Self {
            name,
            json,
            omit_empty: false,
            val,
        }
    }
}
