//! Paths into trees, as policy files write them: `a.b`, `a."b.c"`, `a.*.b`, `a[].b`.

use crate::trace::{Node, Value};

/// A step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Key(String),
    AnyKey,
    Each,
}

/// A path into a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValuePath {
    steps: Vec<Step>,
}

impl ValuePath {
    /// Reads a path; never fails, an odd character is part of a key.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut steps = Vec::new();
        let mut key = String::new();
        let mut open = false;
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '"' => {
                    open = true;
                    for c in chars.by_ref() {
                        if c == '"' {
                            break;
                        }
                        key.push(c);
                    }
                }
                '.' => {
                    if open || !key.is_empty() {
                        push_key(&mut steps, &mut key, open);
                    }
                    open = false;
                }
                '[' if chars.peek() == Some(&']') => {
                    chars.next();
                    if open || !key.is_empty() {
                        push_key(&mut steps, &mut key, open);
                    }
                    open = false;
                    steps.push(Step::Each);
                }
                c => key.push(c),
            }
        }
        if open || !key.is_empty() {
            push_key(&mut steps, &mut key, open);
        }
        Self { steps }
    }

    /// All nodes it leads to.
    ///
    /// A key that isn't there as it is written is looked for with dots in it, because
    /// `a.b: 1` at one level is common in JSON and properties files.
    #[must_use]
    pub fn find<'a>(&self, root: &'a Node) -> Vec<&'a Node> {
        let mut out = Vec::new();
        walk(root, &self.steps, &mut out);
        out
    }

    /// The deepest node on the way that is there, for pointing at where a key would be added.
    #[must_use]
    pub fn nearest<'a>(&self, root: &'a Node) -> &'a Node {
        let mut node = root;
        for step in &self.steps {
            let next = match (step, &node.value) {
                (Step::Key(key), Value::Map(map)) => map.get(key),
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
}

fn push_key(steps: &mut Vec<Step>, key: &mut String, quoted: bool) {
    let key = std::mem::take(key);
    steps.push(if key == "*" && !quoted {
        Step::AnyKey
    } else {
        Step::Key(key)
    });
}

fn walk<'a>(node: &'a Node, steps: &[Step], out: &mut Vec<&'a Node>) {
    let Some((step, rest)) = steps.split_first() else {
        out.push(node);
        return;
    };
    match (step, &node.value) {
        (Step::Key(key), Value::Map(map)) => {
            if let Some(next) = map.get(key) {
                walk(next, rest, out);
                return;
            }
            let mut joined = key.clone();
            for (i, step) in rest.iter().enumerate() {
                let Step::Key(key) = step else { break };
                joined.push('.');
                joined.push_str(key);
                if let Some(next) = map.get(&joined) {
                    walk(next, &rest[i + 1..], out);
                    return;
                }
            }
        }
        // A block that may be repeated (HCL) or a list of one where a map is meant.
        (Step::Key(_), Value::List(items)) if items.iter().all(|n| n.as_map().is_some()) => {
            for item in items {
                walk(item, steps, out);
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

    #[test]
    fn keys_with_dots_are_quoted() {
        assert_eq!(
            ValuePath::parse(r#"a."m.server".b[].*"#).steps,
            [
                Step::Key("a".into()),
                Step::Key("m.server".into()),
                Step::Key("b".into()),
                Step::Each,
                Step::AnyKey
            ]
        );
    }
}
