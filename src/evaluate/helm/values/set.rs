//! `--set` and its kin: `a.b=1,c={x,y},d[0].e=z`.

use crate::evaluate::helm::value::json_numbers;
use crate::syntax::json;
use crate::trace::{Map, Node, Origin, StepKind, Text, Value};

/// How the right side is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// `--set`: truth values, nulls and whole numbers are recognised.
    Typed,
    /// `--set-string`: text.
    Text,
    /// `--set-json`: JSON.
    Json,
    /// `--set-file`: the name of a file with the text.
    File,
    /// `--set-literal`: everything behind the first `=` as it stands.
    Literal,
}

/// Helm's own limit for an index in a path.
const MAX_INDEX: usize = 65_536;

/// What all indexes of one text may add up to, so that `a[60000][60000]` stays small.
const MAX_PADDING: usize = 200_000;

/// Helm's own limit for the parts of a path.
const MAX_PARTS: usize = 30;

/// Gives the text of a file.
pub type ReadFile<'f> = &'f dyn Fn(&str) -> Result<Text, String>;

/// Sets what `text` says in `values`.
///
/// # Errors
/// In words, if it isn't such a text; what stands before the error is set.
pub fn set(values: &mut Node, text: &Text, way: Way, file: ReadFile<'_>) -> Result<(), String> {
    let mut parser = Parser {
        text,
        at: 0,
        way,
        file,
        padding: 0,
    };
    if values.as_map().is_none() {
        *values = Node::map(Map::new(), text.origin());
    }
    while parser.at < text.len() {
        let Value::Map(map) = &mut values.value else {
            break;
        };
        parser.key(map, 0)?;
    }
    Ok(())
}

struct Parser<'t> {
    text: &'t Text,
    at: usize,
    way: Way,
    file: ReadFile<'t>,
    padding: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.text.as_str()[self.at..].chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    /// The characters up to one of `stops`, which is consumed; none of them at the end.
    fn until(&mut self, stops: &[char]) -> (Text, Option<char>) {
        let mut out = self.text.slice(self.at..self.at);
        loop {
            let start = self.at;
            match self.next() {
                None => return (out, None),
                Some(c) if stops.contains(&c) => return (out, Some(c)),
                Some('\\') => {
                    let start = self.at;
                    if self.next().is_none() {
                        return (out, None);
                    }
                    out.push(&self.text.slice(start..self.at));
                }
                Some(_) => out.push(&self.text.slice(start..self.at)),
            }
        }
    }

    fn key(&mut self, data: &mut Map, depth: usize) -> Result<(), String> {
        let stops: &[char] = if self.way == Way::Literal {
            &['=']
        } else {
            &['=', '[', ',', '.']
        };
        let start = self.at;
        let (key, last) = if self.way == Way::Literal {
            self.until_literal()
        } else {
            self.until(stops)
        };
        let name = key.as_str().to_owned();
        let origin = self.text.slice(start..self.at).origin();
        match last {
            None if key.is_empty() => Ok(()),
            None => Err(format!("key \"{name}\" has no value")),
            Some('[') => {
                let index = self.index()?;
                let list = match data.get(&name).map(|n| &n.value) {
                    None => Vec::new(),
                    Some(Value::List(items)) => items.clone(),
                    Some(_) => return Err(format!("{name} is not a list")),
                };
                let list = self.item(list, index, depth)?;
                put(data, &name, Node::list(list, origin));
                Ok(())
            }
            Some('=') => {
                let node = self.value()?;
                put(data, &name, node);
                Ok(())
            }
            Some(',') => {
                put(data, &name, Node::text(Text::opaque("", origin)));
                Err(format!("key \"{name}\" has no value (cannot end with ,)"))
            }
            Some(_) => {
                if depth >= MAX_PARTS {
                    return Err(format!(
                        "value name nested level is greater than maximum supported nested level of {MAX_PARTS}"
                    ));
                }
                let inner = match data.get(&name) {
                    None => Node::map(Map::new(), origin),
                    Some(node) => node.clone(),
                };
                let Value::Map(mut map) = inner.value else {
                    return Err(format!("{name} is not a map"));
                };
                let result = self.key(&mut map, depth + 1);
                if result.is_ok() && map.is_empty() {
                    return Err(format!("key map \"{name}\" has no value"));
                }
                if !map.is_empty() {
                    put(data, &name, Node::map(map, inner.origin));
                }
                result
            }
        }
    }

    fn until_literal(&mut self) -> (Text, Option<char>) {
        let start = self.at;
        match self.text.as_str()[start..].find(['=', '[', '.']) {
            Some(at) => {
                self.at = start + at;
                let last = self.next();
                (self.text.slice(start..start + at), last)
            }
            None => {
                self.at = self.text.len();
                (self.text.slice(start..self.at), None)
            }
        }
    }

    fn index(&mut self) -> Result<usize, String> {
        let (digits, last) = self.until(&[']']);
        let digits = digits.as_str();
        if last.is_none() {
            return Err("error parsing index: EOF".to_owned());
        }
        let index: i64 = digits
            .parse()
            .map_err(|_| format!("error parsing index: `{digits}` is no number"))?;
        let index =
            usize::try_from(index).map_err(|_| format!("negative {index} index not allowed"))?;
        if index > MAX_INDEX {
            return Err(format!(
                "index of {index} is greater than maximum supported index of {MAX_INDEX}"
            ));
        }
        self.padding += index;
        if self.padding > MAX_PADDING {
            return Err(format!(
                "its indexes add up to more than {MAX_PADDING}, the limit"
            ));
        }
        Ok(index)
    }

    fn item(&mut self, mut list: Vec<Node>, i: usize, depth: usize) -> Result<Vec<Node>, String> {
        let (rest, last) = self.until(&['[', '.', '=']);
        if !rest.is_empty() {
            return Err(format!(
                "unexpected data at end of array index: {:?}",
                rest.as_str()
            ));
        }
        let origin = rest.origin();
        let node = match last {
            Some('=') => self.value()?,
            Some('[') => {
                if depth >= MAX_PARTS {
                    return Err(format!("nested deeper than {MAX_PARTS} lists"));
                }
                let next = self.index()?;
                let inner = match list.get(i).map(|n| &n.value) {
                    Some(Value::List(items)) => items.clone(),
                    None | Some(Value::Null) => Vec::new(),
                    Some(_) => return Err("an element is not a list".to_owned()),
                };
                Node::list(self.item(inner, next, depth + 1)?, origin)
            }
            Some('.') => {
                let inner = match list.get(i).map(|n| &n.value) {
                    Some(Value::Map(map)) => map.clone(),
                    _ => Map::new(),
                };
                let mut inner = inner;
                if depth >= MAX_PARTS {
                    return Err(format!("nested deeper than {MAX_PARTS} maps"));
                }
                self.key(&mut inner, depth + 1)?;
                Node::map(inner, origin)
            }
            _ => return Err("EOF".to_owned()),
        };
        while list.len() <= i {
            list.push(Node::null(node.origin.clone()));
        }
        if let Some(slot) = list.get_mut(i) {
            *slot = node;
        }
        Ok(list)
    }

    /// What stands behind the `=`.
    fn value(&mut self) -> Result<Node, String> {
        match self.way {
            Way::Json => return self.json(),
            Way::Literal => {
                let rest = self.text.slice(self.at..self.text.len());
                self.at = self.text.len();
                return Ok(Node::text(rest));
            }
            _ => {}
        }
        if self.peek() == Some('{') {
            return self.list();
        }
        let start = self.at;
        let (text, last) = self.until(&[',']);
        let end = self.at - usize::from(last.is_some());
        self.scalar(text, self.text.slice(start..end).origin())
    }

    fn list(&mut self) -> Result<Node, String> {
        let start = self.at;
        self.next();
        let mut items = Vec::new();
        loop {
            let (text, last) = self.until(&[',', '}']);
            let Some(last) = last else {
                return Err("list must terminate with '}'".to_owned());
            };
            // As in Helm, `{}` is a list of one empty text.
            let origin = text.origin();
            items.push(self.scalar(text, origin)?);
            if last == '}' {
                break;
            }
        }
        let origin = self.text.slice(start..self.at).origin();
        if self.peek() == Some(',') {
            self.next();
        }
        Ok(Node::list(items, origin))
    }

    fn scalar(&self, text: Text, origin: Origin) -> Result<Node, String> {
        Ok(match self.way {
            Way::Typed => Node::new(typed(text), origin),
            Way::File => {
                let read = (self.file)(text.as_str())?;
                Node::text(
                    read.map_origins(&|o| o.then(StepKind::Reference, origin.span(), "--set-file")),
                )
            }
            _ => Node::new(Value::Text(text), origin),
        })
    }

    fn skip_blank(&mut self) -> bool {
        loop {
            match self.peek() {
                None => return true,
                Some(',') => {
                    self.next();
                    return true;
                }
                Some(c) if c.is_whitespace() => self.next(),
                Some(_) => return false,
            };
        }
    }

    fn json(&mut self) -> Result<Node, String> {
        let origin = self.text.origin_at(self.at);
        if self.skip_blank() {
            return Ok(Node::null(origin));
        }
        let end = self.at + json_length(&self.text.as_str()[self.at..]);
        let (node, problems) = json::parse(&self.text.slice(self.at..end));
        if let Some(problem) = problems.first() {
            return Err(problem.message.clone());
        }
        self.at = end;
        self.skip_blank();
        Ok(json_numbers(node))
    }
}

/// How many bytes the JSON value at the start has.
fn json_length(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        if in_string {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => {
                    in_string = false;
                    if depth == 0 {
                        return at + 1;
                    }
                }
                _ => {}
            }
            continue;
        }
        match c {
            '"' => in_string = true,
            '{' | '[' => depth += 1,
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
            ',' if depth == 0 => return at,
            c if depth == 0 && c.is_whitespace() => return at,
            _ => {}
        }
    }
    text.len()
}

/// Sets a key unless it is empty; what was there is remembered.
fn put(data: &mut Map, key: &str, node: Node) {
    if key.is_empty() {
        return;
    }
    let node = match data.get(key) {
        Some(old) if old.as_map().is_none() && old.as_list().is_none() => {
            super::input::replaced(node, old, "--set")
        }
        _ => node,
    };
    data.insert(key, node.origin.clone(), node);
}

/// The value that `--set` makes of a text.
fn typed(text: Text) -> Value {
    let chars = text.as_str();
    if chars.eq_ignore_ascii_case("true") {
        return Value::Bool(true);
    }
    if chars.eq_ignore_ascii_case("false") {
        return Value::Bool(false);
    }
    if chars.eq_ignore_ascii_case("null") {
        return Value::Null;
    }
    if chars == "0" {
        return Value::Int(0);
    }
    // What starts with a zero is more likely a code than a number.
    if !chars.starts_with('0')
        && let Ok(number) = chars.parse()
    {
        return Value::Int(number);
    }
    Value::Text(text)
}
