//! Paths into trees, as policy files write them: `a.b`, `a."b.c"`, `a.*.b`, `a[].b`.

use std::borrow::Cow;

use crate::trace::{Node, Value};

/// A step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step<'a> {
    Key(Cow<'a, str>),
    AnyKey,
    Each,
}

/// A path into a tree. It is read step by step as it is followed: most paths end at their
/// first key, because that isn't there.
#[derive(Debug, Clone, Copy)]
pub struct ValuePath<'a> {
    rest: &'a str,
}

impl<'a> ValuePath<'a> {
    /// The path that `text` spells; an odd character is part of a key.
    #[must_use]
    pub fn parse(text: &'a str) -> Self {
        Self { rest: text }
    }

    /// All nodes it leads to.
    ///
    /// A key that isn't there as it is written is looked for with dots in it, because
    /// `a.b: 1` at one level is common in JSON and properties files.
    #[must_use]
    pub fn find(self, root: &Node) -> Vec<&Node> {
        let mut out = Vec::new();
        walk(root, self, &mut out);
        out
    }

    /// The deepest node on the way that is there, for pointing at where a key would be added.
    #[must_use]
    pub fn nearest(self, root: &Node) -> &Node {
        let (mut node, mut path) = (root, self);
        while let Some((step, rest)) = path.step() {
            path = rest;
            let next = match (step, &node.value) {
                (Step::Key(key), Value::Map(map)) => map.get(&key),
                (Step::Each, Value::List(items)) => items.first(),
                _ => None,
            };
            match next {
                Some(next) if !next.is_null() => node = next,
                _ => break,
            }
        }
        node
    }

    /// The keys after everything that stands for several.
    #[must_use]
    pub fn last_keys(self) -> Vec<String> {
        let mut keys = Vec::new();
        let mut path = self;
        while let Some((step, rest)) = path.step() {
            path = rest;
            match step {
                Step::Key(key) => keys.push(key.into_owned()),
                Step::AnyKey | Step::Each => keys.clear(),
            }
        }
        keys
    }

    /// Its first step and what comes after.
    fn step(self) -> Option<(Step<'a>, Self)> {
        let text = self.rest.trim_start_matches('.');
        if let Some(rest) = text.strip_prefix("[]") {
            return Some((Step::Each, Self { rest }));
        }
        if text.is_empty() {
            return None;
        }
        let mut quoted = None;
        let mut end = text.len();
        let mut chars = text.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    let key = quoted.get_or_insert_with(|| text[..at].to_owned());
                    key.extend(chars.by_ref().map(|(_, c)| c).take_while(|c| *c != '"'));
                }
                '.' => end = at,
                '[' if text[at..].starts_with("[]") => end = at,
                c => quoted.iter_mut().for_each(|key| key.push(c)),
            }
            if end < text.len() {
                break;
            }
        }
        let (key, rest) = text.split_at(end);
        let step = match quoted {
            Some(key) => Step::Key(Cow::Owned(key)),
            None if key == "*" => Step::AnyKey,
            None => Step::Key(Cow::Borrowed(key)),
        };
        Some((step, Self { rest }))
    }
}

fn walk<'n>(node: &'n Node, path: ValuePath<'_>, out: &mut Vec<&'n Node>) {
    let Some((step, mut rest)) = path.step() else {
        out.push(node);
        return;
    };
    match (step, &node.value) {
        (Step::Key(key), Value::Map(map)) => {
            if let Some(next) = map.get(&key) {
                walk(next, rest, out);
                return;
            }
            let mut joined = key.into_owned();
            while let Some((Step::Key(key), after)) = rest.step() {
                rest = after;
                joined.push('.');
                joined.push_str(&key);
                if let Some(next) = map.get(&joined) {
                    walk(next, rest, out);
                    return;
                }
            }
        }
        // A block that may be repeated (HCL) or a list of one where a map is meant.
        (Step::Key(_), Value::List(items)) if items.iter().all(|n| n.as_map().is_some()) => {
            for item in items {
                walk(item, path, out);
            }
        }
        (Step::AnyKey, Value::Map(map)) => {
            for (_, next) in map.iter() {
                walk(next, rest, out);
            }
        }
        (Step::AnyKey | Step::Each, Value::List(items)) => {
            for item in items {
                walk(item, rest, out);
            }
        }
        // `x[]` over a single value is that value.
        (Step::Each, _) if !node.is_null() => walk(node, rest, out),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(text: &str) -> Vec<Step<'_>> {
        let mut path = ValuePath::parse(text);
        let next = || path.step().map(|(step, rest)| (path = rest, step).1);
        std::iter::from_fn(next).collect()
    }

    fn key(text: &str) -> Step<'_> {
        Step::Key(text.into())
    }

    #[test]
    fn keys_with_dots_are_quoted() {
        let (each, any) = (Step::Each, Step::AnyKey);
        assert_eq!(
            steps(r#"a."m.server".b[].*"#),
            [key("a"), key("m.server"), key("b"), each, any]
        );
    }

    #[test]
    fn quotes_take_the_meaning_from_signs() {
        assert_eq!(
            steps(r#"."*".x"[]"y.[1]"#),
            [key("*"), key("x[]y"), key("[1]")]
        );
    }
}
