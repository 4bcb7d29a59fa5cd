//! `printf`: Go's verbs, flags, widths and complaints.

use super::{Budget, Kind, Val, number, print::quoted, sprint};
use crate::trace::{Origin, Text};

/// No field is padded beyond this.
const MAX_WIDTH: usize = 100_000;
/// What is longer has been refused before; its rest isn't written.
const MAX_LENGTH: usize = 128 << 20;
/// No float is written with more digits behind the point.
const MAX_PRECISION: usize = 1000;

#[derive(Default, Clone)]
struct Spec {
    minus: bool,
    plus: bool,
    sharp: bool,
    space: bool,
    zero: bool,
    width: Option<usize>,
    precision: Option<usize>,
}

struct Printer<'a> {
    format: &'a Text,
    at: usize,
    args: &'a [Val],
    next: usize,
    reordered: bool,
    out: Text,
}

/// `fmt.Sprintf(format, args...)`.
#[must_use]
pub fn sprintf(format: &Text, args: &[Val]) -> Text {
    let mut p = Printer {
        format,
        at: 0,
        args,
        next: 0,
        reordered: false,
        out: Text::opaque("", format.origin_at(0)),
    };
    p.run();
    p.out
}

impl Printer<'_> {
    fn rest(&self) -> &str {
        self.format.as_str().get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn run(&mut self) {
        while self.at < self.format.len()
            && self.out.len() + 64 * self.out.run_count() <= MAX_LENGTH
        {
            let literal = self.rest().find('%').unwrap_or(self.rest().len());
            if literal > 0 {
                self.out
                    .push(&self.format.slice(self.at..self.at + literal));
                self.at += literal;
                continue;
            }
            let start = self.at;
            self.at += 1;
            self.directive(start);
        }
        if !self.reordered && self.next < self.args.len() {
            let place = self.format.origin();
            self.out.push_str("%!(EXTRA ", &place);
            for (i, arg) in self.args.iter().enumerate().skip(self.next) {
                if i > self.next {
                    self.out.push_str(", ", &place);
                }
                self.out.push_str(&arg.go_type(), &place);
                if !arg.is_nil() {
                    self.out.push_str("=", &place);
                    self.out.push(&sprint(arg));
                }
            }
            self.out.push_str(")", &place);
        }
    }

    fn directive(&mut self, start: usize) {
        let mut spec = Spec::default();
        while let Some(c) = self.peek() {
            match c {
                '-' => spec.minus = true,
                '+' => spec.plus = true,
                '#' => spec.sharp = true,
                ' ' => spec.space = true,
                '0' => spec.zero = true,
                _ => break,
            }
            self.at += 1;
        }
        let place = |p: &Self| p.format.slice(start..p.at).origin();
        self.index();
        if self.peek() == Some('*') {
            self.at += 1;
            match self.star() {
                Some(n) => {
                    spec.minus |= n < 0;
                    spec.width = usize::try_from(n.abs()).ok().map(|n| n.min(MAX_WIDTH));
                }
                None => self.out.push_str("%!(BADWIDTH)", &place(self)),
            }
        } else {
            spec.width = self.digits();
        }
        if self.peek() == Some('.') {
            self.at += 1;
            self.index();
            if self.peek() == Some('*') {
                self.at += 1;
                match self.star() {
                    Some(n) => spec.precision = usize::try_from(n).ok(),
                    None => self.out.push_str("%!(BADPREC)", &place(self)),
                }
            } else {
                spec.precision = Some(self.digits().unwrap_or(0));
            }
        }
        self.index();
        let Some(verb) = self.peek() else {
            let place = place(self);
            self.out.push_str("%!(NOVERB)", &place);
            return;
        };
        self.at += verb.len_utf8();
        // There the plus asks for the names of fields, not for signs.
        spec.plus &= verb != 'v';
        let place = place(self);
        if verb == '%' {
            self.out.push_str("%", &place);
            return;
        }
        let Some(arg) = self.args.get(self.next) else {
            self.out.push_str(&format!("%!{verb}(MISSING)"), &place);
            return;
        };
        self.next += 1;
        if spec.minus {
            spec.zero = false;
        }
        let text = format_arg(arg, verb, &spec, &place);
        self.out.push(&text);
    }

    /// `[n]` before a verb, width or precision chooses the argument.
    fn index(&mut self) {
        if self.peek() != Some('[') {
            return;
        }
        let Some(close) = self.rest().find(']') else {
            return;
        };
        let n = self
            .rest()
            .get(1..close)
            .and_then(|s| s.parse::<usize>().ok());
        self.reordered = true;
        self.at += close + 1;
        self.next = match n {
            Some(n) if n >= 1 => n - 1,
            _ => self.args.len(),
        };
    }

    fn star(&mut self) -> Option<i64> {
        let arg = self.args.get(self.next)?;
        self.next += 1;
        match arg.kind {
            Kind::Int(_, i) if i.unsigned_abs() <= 1_000_000 => Some(i),
            _ => None,
        }
    }

    fn digits(&mut self) -> Option<usize> {
        let n = self.rest().chars().take_while(char::is_ascii_digit).count();
        let value = self.rest().get(..n)?.parse::<usize>().ok()?;
        self.at += n;
        Some(value.min(MAX_WIDTH))
    }
}

/// How far down in an argument something is, and how much of it may still be printed.
#[derive(Clone, Copy)]
struct Depth<'a> {
    level: usize,
    budget: &'a Budget,
}

impl Depth<'_> {
    fn deeper(self) -> Self {
        Self {
            level: self.level + 1,
            ..self
        }
    }
}

fn format_arg(arg: &Val, verb: char, spec: &Spec, place: &Origin) -> Text {
    if let Kind::Unknown(_) = arg.kind {
        return pad(sprint(arg), spec, place);
    }
    match verb {
        'T' => return pad(Text::opaque(arg.go_type(), arg.origin()), spec, place),
        'v' if arg.is_nil() => return pad(Text::opaque("<nil>", arg.origin()), spec, place),
        _ => {}
    }
    if arg.is_nil() {
        return Text::opaque(format!("%!{verb}(<nil>)"), arg.origin());
    }
    verb_of(
        arg,
        verb,
        spec,
        place,
        Depth {
            level: 0,
            budget: &Budget::new(),
        },
    )
    .unwrap_or_else(|| {
        let mut out = Text::opaque(format!("%!{verb}({}=", arg.go_type()), arg.origin());
        out.push(&sprint(arg));
        out.push_str(")", &arg.origin());
        out
    })
}

/// The argument under a verb; none if the verb doesn't suit its type.
fn verb_of(arg: &Val, verb: char, spec: &Spec, place: &Origin, depth: Depth<'_>) -> Option<Text> {
    let origin = arg.origin();
    if !depth.budget.allows(depth.level) {
        return Some(Text::opaque("...", origin));
    }
    match &arg.kind {
        Kind::Bool(b) if matches!(verb, 't' | 'v') => {
            Some(pad(Text::opaque(b.to_string(), origin), spec, place))
        }
        Kind::Int(..) => {
            integer(arg.as_integer()?, verb, spec).map(|s| padded_number(&s, origin, spec, place))
        }
        Kind::Float(f) => float(*f, verb, spec).map(|s| padded_number(&s, origin, spec, place)),
        Kind::Str(t) | Kind::Bytes(t) if !(matches!(&arg.kind, Kind::Bytes(_)) && verb == 'v') => {
            string(t, verb, spec).map(|t| pad(t, spec, place))
        }
        Kind::Bytes(_) => Some(sprint(arg)),
        Kind::List(l) => {
            if spec.sharp && verb == 'v' {
                return Some(go_syntax(arg, depth));
            }
            let mut out = Text::opaque("[", origin.clone());
            for (i, item) in l.items.iter().enumerate() {
                if i > 0 {
                    out.push_str(" ", &origin);
                }
                out.push(&element(item, verb, spec, place, depth));
            }
            out.push_str("]", &origin);
            Some(out)
        }
        Kind::Map(m) => {
            if spec.sharp && verb == 'v' {
                return Some(go_syntax(arg, depth));
            }
            let mut out = Text::opaque("map[", origin.clone());
            for (i, (key, slot)) in m.snapshot().into_iter().enumerate() {
                if i > 0 {
                    out.push_str(" ", &origin);
                }
                let key = Val::str(&*key, slot.key);
                out.push(&element(&key, verb, spec, place, depth));
                out.push_str(":", &origin);
                out.push(&element(&slot.val, verb, spec, place, depth));
            }
            out.push_str("]", &origin);
            Some(out)
        }
        Kind::Struct(_) | Kind::Time(_) if matches!(verb, 'v' | 's') => {
            Some(pad(sprint(arg), spec, place))
        }
        _ => None,
    }
}

fn element(item: &Val, verb: char, spec: &Spec, place: &Origin, depth: Depth<'_>) -> Text {
    if item.is_nil() {
        return Text::opaque("<nil>", item.origin());
    }
    verb_of(item, verb, spec, place, depth.deeper()).unwrap_or_else(|| {
        let mut out = Text::opaque(format!("%!{verb}({}=", item.go_type()), item.origin());
        out.push(&sprint(item));
        out.push_str(")", &item.origin());
        out
    })
}

/// `%#v` of the values for which charts use it: strings, numbers, lists and maps of them.
fn go_syntax(arg: &Val, depth: Depth<'_>) -> Text {
    let origin = arg.origin();
    if !depth.budget.allows(depth.level) {
        return Text::opaque("...", origin);
    }
    let depth = depth.deeper();
    match &arg.kind {
        Kind::Str(t) => quoted(t),
        Kind::Nil | Kind::Invalid => Text::opaque("interface {}(nil)", origin),
        Kind::List(l) => {
            let mut out = Text::opaque(format!("{}{{", l.go_type), origin.clone());
            for (i, item) in l.items.iter().enumerate() {
                if i > 0 {
                    out.push_str(", ", &origin);
                }
                out.push(&go_syntax(item, depth));
            }
            out.push_str("}", &origin);
            out
        }
        Kind::Map(m) => {
            let mut out = Text::opaque(format!("{}{{", m.go_type), origin.clone());
            for (i, (key, slot)) in m.snapshot().into_iter().enumerate() {
                if i > 0 {
                    out.push_str(", ", &origin);
                }
                out.push(&quoted(&Text::opaque(&*key, slot.key)));
                out.push_str(":", &origin);
                out.push(&go_syntax(&slot.val, depth));
            }
            out.push_str("}", &origin);
            out
        }
        _ => sprint(arg),
    }
}

fn integer(i: i128, verb: char, spec: &Spec) -> Option<String> {
    let size = i.unsigned_abs();
    let (prefix, digits) = match verb {
        'd' | 'v' => ("", size.to_string()),
        'b' => (if spec.sharp { "0b" } else { "" }, format!("{size:b}")),
        'o' => (if spec.sharp { "0" } else { "" }, format!("{size:o}")),
        'O' => ("0o", format!("{size:o}")),
        'x' => (if spec.sharp { "0x" } else { "" }, format!("{size:x}")),
        'X' => (if spec.sharp { "0X" } else { "" }, format!("{size:X}")),
        'c' | 'q' | 'U' => {
            let c = u32::try_from(i)
                .ok()
                .and_then(char::from_u32)
                .unwrap_or('\u{fffd}');
            return Some(match verb {
                'c' => c.to_string(),
                'q' => format!("'{c}'"),
                _ => format!("U+{:04X}", c as u32),
            });
        }
        _ => return None,
    };
    let sign = match (i < 0, spec.plus, spec.space) {
        (true, ..) => "-",
        (_, true, _) => "+",
        (_, _, true) => " ",
        _ => "",
    };
    let digits = match spec.precision {
        Some(p) => format!(
            "{}{digits}",
            "0".repeat(p.saturating_sub(digits.len()).min(MAX_WIDTH))
        ),
        None => digits,
    };
    Some(format!("{sign}{prefix}{digits}"))
}

fn float(f: f64, verb: char, spec: &Spec) -> Option<String> {
    let precision = spec.precision.map(|p| p.min(MAX_PRECISION));
    let digits = Some(precision.unwrap_or(6));
    let s = match verb {
        'v' | 'g' => number::general(f, precision, 'e'),
        'G' => number::general(f, precision, 'E'),
        'e' => number::exponential(f, digits, 'e'),
        'E' => number::exponential(f, digits, 'E'),
        'f' | 'F' => number::fixed(f, digits),
        _ => return None,
    };
    let sign = match s.starts_with(['-', '+']) {
        true => "",
        false if spec.plus => "+",
        false if spec.space => " ",
        false => "",
    };
    Some(format!("{sign}{s}"))
}

fn string(t: &Text, verb: char, spec: &Spec) -> Option<Text> {
    let cut = |t: &Text| match spec.precision {
        Some(p) => {
            let end = t.as_str().char_indices().nth(p).map_or(t.len(), |(i, _)| i);
            t.slice(0..end)
        }
        None => t.clone(),
    };
    match verb {
        'v' if spec.sharp => Some(quoted(t)),
        's' | 'v' => Some(cut(t)),
        'q' => {
            let t = cut(t);
            if spec.sharp && !t.as_str().contains('`') && !t.as_str().chars().any(char::is_control)
            {
                return Some(t.quote("`", |_| None));
            }
            Some(quoted(&t))
        }
        'x' | 'X' => {
            let hex: Vec<String> = t
                .as_str()
                .bytes()
                .map(|b| {
                    if verb == 'x' {
                        format!("{b:02x}")
                    } else {
                        format!("{b:02X}")
                    }
                })
                .collect();
            Some(t.replaced_by(hex.join(if spec.space { " " } else { "" })))
        }
        _ => None,
    }
}

fn padded_number(s: &str, origin: Origin, spec: &Spec, place: &Origin) -> Text {
    let missing = spec.width.unwrap_or(0).saturating_sub(s.chars().count());
    if spec.zero && missing > 0 && (spec.precision.is_none() || s.contains('.')) {
        let (sign, digits) = match s.strip_prefix(['-', '+', ' ']) {
            Some(rest) => s.split_at(s.len() - rest.len()),
            None => ("", s),
        };
        return Text::opaque(format!("{sign}{}{digits}", "0".repeat(missing)), origin);
    }
    pad(Text::opaque(s, origin), spec, place)
}

fn pad(text: Text, spec: &Spec, place: &Origin) -> Text {
    let missing = spec
        .width
        .unwrap_or(0)
        .saturating_sub(text.as_str().chars().count());
    if missing == 0 {
        return text;
    }
    let fill = if spec.zero { "0" } else { " " };
    let fill = Text::opaque(fill.repeat(missing), place.clone());
    if spec.minus {
        Text::concat([&text, &fill])
    } else {
        Text::concat([&fill, &text])
    }
}
