//! Semantic versions and constraints on them, in the syntax that charts use.

use std::cmp::Ordering;
use std::rc::Rc;

use super::args::text;
use super::{Function, pure};
use crate::evaluate::helm::template::{Call, Failure};
use crate::evaluate::helm::value::{Field, IntType, Kind, Struct, Val};
use crate::trace::Origin;

pub(super) const ALL: &[Function] = &[
    pure("semver", "s", |c, a| {
        let t = text(a, 0);
        let version = Version::parse(t.as_str()).ok_or("Invalid Semantic Version")?;
        Ok(version.object(t.as_str(), c.origin(a)))
    }),
    pure("semverCompare", "ss", |c, a| {
        let holds = satisfies(text(a, 0).as_str(), text(a, 1).as_str())?;
        Ok(Val::bool(holds, c.origin(a)))
    }),
];

/// The Go type of versions.
pub(crate) const TYPE: &str = "semver.Version";

/// What can be asked of a version, besides its parts.
pub(crate) const METHODS: &[Function] = &[
    pure("Compare", "a", |c, a| {
        Ok(Val::int(compared(a)? as i64, c.origin(a)))
    }),
    pure("Equal", "a", |c, a| holds(c, a, Ordering::is_eq)),
    pure("LessThan", "a", |c, a| holds(c, a, Ordering::is_lt)),
    pure("LessThanEqual", "a", |c, a| holds(c, a, Ordering::is_le)),
    pure("GreaterThan", "a", |c, a| holds(c, a, Ordering::is_gt)),
    pure("GreaterThanEqual", "a", |c, a| holds(c, a, Ordering::is_ge)),
    pure("IncMajor", "", |c, a| raised(c, a, 0)),
    pure("IncMinor", "", |c, a| raised(c, a, 1)),
    pure("IncPatch", "", |c, a| raised(c, a, 2)),
];

fn version_of(args: &[Val], i: usize) -> Result<Version, Failure> {
    let version = match args.get(i).map(|v| &v.kind) {
        Some(Kind::Struct(s)) if s.go_type == TYPE => s.printed.as_deref(),
        _ => None,
    };
    let version = version.and_then(Version::parse);
    version.ok_or_else(|| "wrong type: expected *semver.Version".into())
}

fn compared(args: &[Val]) -> Result<Ordering, Failure> {
    Ok(version_of(args, 0)?.compare(&version_of(args, 1)?))
}

fn holds(c: &mut Call<'_>, args: &[Val], is: fn(Ordering) -> bool) -> Result<Val, Failure> {
    Ok(Val::bool(is(compared(args)?), c.origin(args)))
}

/// The next version that differs in number `i`; a pre-release's next patch is its release.
fn raised(c: &mut Call<'_>, args: &[Val], i: usize) -> Result<Val, Failure> {
    let mut version = version_of(args, 0)?;
    let released = i == 2 && !version.pre.is_empty();
    for (at, number) in version.numbers.iter_mut().enumerate() {
        if at > i {
            *number = 0;
        } else if at == i && !released {
            *number = number.saturating_add(1);
        }
    }
    version.pre.clear();
    version.meta.clear();
    Ok(version.object(&version.print(), c.origin(args)))
}

/// Whether `version` fulfils `constraint`.
///
/// # Errors
///
/// If one of them can't be read.
pub(crate) fn satisfies(constraint: &str, version: &str) -> Result<bool, String> {
    let alternatives = parse_constraint(constraint)?;
    let version = Version::parse(version).ok_or("Invalid Semantic Version")?;
    Ok(alternatives
        .iter()
        .any(|all| all.iter().all(|c| c.holds(&version))))
}

/// A version; what it doesn't say is zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Version {
    numbers: [u64; 3],
    pre: String,
    meta: String,
}

/// `version` with all three numbers: `1.29` is `1.29.0`. None if it isn't a version.
pub(crate) fn in_full(version: &str) -> Option<String> {
    Version::parse(version).map(|v| v.print())
}

fn identifiers(s: &str) -> bool {
    !s.is_empty()
        && s.split('.').all(|part| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        })
}

impl Version {
    /// `v1`, `1.2`, `1.2.3-beta.1+build`.
    pub(crate) fn parse(s: &str) -> Option<Self> {
        let s = s.strip_prefix('v').unwrap_or(s);
        let (s, meta) = match s.split_once('+') {
            Some((s, meta)) => (s, Some(meta)),
            None => (s, None),
        };
        let (core, pre) = match s.split_once('-') {
            Some((core, pre)) => (core, Some(pre)),
            None => (s, None),
        };
        if pre.is_some_and(|p| !identifiers(p)) || meta.is_some_and(|m| !identifiers(m)) {
            return None;
        }
        let numeric_zero =
            |p: &str| p.len() > 1 && p.starts_with('0') && p.bytes().all(|b| b.is_ascii_digit());
        if pre.is_some_and(|p| p.split('.').any(numeric_zero)) {
            return None;
        }
        let parts: Vec<&str> = core.split('.').collect();
        if parts.len() > 3 {
            return None;
        }
        let mut numbers = [0; 3];
        for (slot, part) in numbers.iter_mut().zip(&parts) {
            if part.is_empty() || !part.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            *slot = part.parse().ok()?;
        }
        Some(Self {
            numbers,
            pre: pre.unwrap_or("").to_owned(),
            meta: meta.unwrap_or("").to_owned(),
        })
    }

    fn compare(&self, other: &Self) -> Ordering {
        self.numbers.cmp(&other.numbers).then_with(|| {
            match (self.pre.is_empty(), other.pre.is_empty()) {
                (true, true) => Ordering::Equal,
                (true, false) => Ordering::Greater,
                (false, true) => Ordering::Less,
                (false, false) => compare_pre(&self.pre, &other.pre),
            }
        })
    }

    fn print(&self) -> String {
        let [major, minor, patch] = self.numbers;
        let pre = if self.pre.is_empty() {
            String::new()
        } else {
            format!("-{}", self.pre)
        };
        let meta = if self.meta.is_empty() {
            String::new()
        } else {
            format!("+{}", self.meta)
        };
        format!("{major}.{minor}.{patch}{pre}{meta}")
    }

    fn object(&self, original: &str, origin: Origin) -> Val {
        let number = |n: u64| {
            let kind = Kind::Int(IntType::Uint64, n.cast_signed());
            Val::new(kind, origin.clone())
        };
        let text = |s: &str| Val::str(s, origin.clone());
        let [major, minor, patch] = self.numbers;
        let made = Struct {
            go_type: TYPE,
            pointer: true,
            printed: Some(self.print()),
            printed_alone: None,
            // Go has methods of these names, which templates call the same way.
            fields: vec![
                Field::always("Major", "", number(major)),
                Field::always("Minor", "", number(minor)),
                Field::always("Patch", "", number(patch)),
                Field::always("Prerelease", "", text(&self.pre)),
                Field::always("Metadata", "", text(&self.meta)),
                Field::always("Original", "", text(original)),
                Field::always("String", "", text(&self.print())),
            ],
        };
        Val::new(Kind::Struct(Rc::new(made)), origin.clone())
    }
}

fn compare_pre(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.split('.'), b.split('.'));
    loop {
        let order = match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(x), Some(y)) => match (x.parse::<u64>(), y.parse::<u64>()) {
                (Ok(x), Ok(y)) => x.cmp(&y),
                (Ok(_), Err(_)) => Ordering::Less,
                (Err(_), Ok(_)) => Ordering::Greater,
                (Err(_), Err(_)) => x.cmp(y),
            },
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// One comparison of a constraint.
#[derive(Debug)]
struct Comparison {
    operator: &'static str,
    version: Version,
    /// Minor and patch, or patch alone, are left open.
    minor_open: bool,
    patch_open: bool,
    open: bool,
}

const OPERATORS: [&str; 11] = ["!=", ">=", "=>", "<=", "=<", "~>", "=", ">", "<", "~", "^"];

fn parse_constraint(constraint: &str) -> Result<Vec<Vec<Comparison>>, String> {
    let improper = || format!("improper constraint: {constraint}");
    constraint
        .split("||")
        .map(|all| {
            let rewritten = rewrite_ranges(all);
            let words = rewritten.replace(',', " ");
            let mut rest = words.trim();
            let mut out = Vec::new();
            while !rest.is_empty() {
                let operator = OPERATORS
                    .into_iter()
                    .find(|o| rest.starts_with(o))
                    .unwrap_or("");
                rest = rest.get(operator.len()..).unwrap_or("").trim_start();
                let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                // Without a space between, the next operator ends the version.
                let word = rest.get(..end).unwrap_or("");
                let cut = word
                    .find(['!', '=', '<', '>', '~', '^'])
                    .unwrap_or(word.len());
                let word = word.get(..cut).unwrap_or("");
                out.push(Comparison::parse(operator, word).ok_or_else(improper)?);
                rest = rest.get(cut..).unwrap_or("").trim_start();
            }
            if out.is_empty() {
                Err(improper())
            } else {
                Ok(out)
            }
        })
        .collect()
}

/// `1.2 - 3.4` as `>=1.2 <=3.4`.
fn rewrite_ranges(s: &str) -> String {
    let words: Vec<&str> = s.split_whitespace().collect();
    let mut out: Vec<String> = Vec::new();
    let mut i = 0;
    while let Some(word) = words.get(i) {
        if let (Some(&"-"), Some(high)) = (words.get(i + 1), words.get(i + 2)) {
            out.push(format!(">={word} <={high}"));
            i += 3;
        } else {
            out.push((*word).to_owned());
            i += 1;
        }
    }
    out.join(" ")
}

fn wild(part: &str) -> bool {
    matches!(part, "" | "x" | "X" | "*")
}

impl Comparison {
    fn parse(operator: &'static str, word: &str) -> Option<Self> {
        if word.is_empty() {
            return None;
        }
        let bare = word.strip_prefix('v').unwrap_or(word);
        let core_end = bare.find(['-', '+']).unwrap_or(bare.len());
        let (core, rest) = bare.split_at_checked(core_end)?;
        let parts: Vec<&str> = core.split('.').collect();
        if parts.len() > 3 {
            return None;
        }
        let part = |i: usize| parts.get(i).copied().unwrap_or("");
        let (version, open, minor_open, patch_open) = if wild(part(0)) {
            (format!("0.0.0{rest}"), true, false, false)
        } else if wild(part(1)) {
            (format!("{}.0.0{rest}", part(0)), true, true, false)
        } else if wild(part(2)) {
            (
                format!("{}.{}.0{rest}", part(0), part(1)),
                true,
                false,
                true,
            )
        } else {
            (bare.to_owned(), false, false, false)
        };
        Some(Self {
            operator,
            version: Version::parse(&version)?,
            minor_open,
            patch_open,
            open,
        })
    }

    fn holds(&self, v: &Version) -> bool {
        let c = &self.version;
        if !v.pre.is_empty() && c.pre.is_empty() {
            return false;
        }
        let order = v.compare(c);
        let ([major, minor, _], [c_major, c_minor, c_patch]) = (v.numbers, c.numbers);
        match self.operator {
            "" | "=" if self.open => self.tilde(v),
            "" | "=" => order == Ordering::Equal,
            "!=" => self.differs(v),
            ">" if !self.open => order == Ordering::Greater,
            ">" if major != c_major => major > c_major,
            ">" if self.minor_open => false,
            ">" if self.patch_open => minor > c_minor,
            ">" => order == Ordering::Greater,
            "<" => order == Ordering::Less,
            ">=" | "=>" => order != Ordering::Less,
            "<=" | "=<" if !self.open => order != Ordering::Greater,
            "<=" | "=<" => {
                major < c_major || (major == c_major && (minor <= c_minor || self.minor_open))
            }
            "~" | "~>" => self.tilde(v),
            _ if order == Ordering::Less => false,
            _ if c_major > 0 || self.minor_open => major == c_major,
            _ if major > c_major => false,
            _ if c_minor > 0 || self.patch_open => minor == c_minor,
            _ if minor > 0 => false,
            _ => v.numbers[2] == c_patch,
        }
    }

    fn tilde(&self, v: &Version) -> bool {
        let c = &self.version;
        if c.numbers == [0; 3] && !self.minor_open && !self.patch_open {
            return true;
        }
        v.compare(c) != Ordering::Less
            && v.numbers[0] == c.numbers[0]
            && (v.numbers[1] == c.numbers[1] || self.minor_open)
    }

    fn differs(&self, v: &Version) -> bool {
        let c = &self.version;
        if self.open {
            if v.numbers[0] != c.numbers[0] {
                return true;
            }
            if self.minor_open {
                return false;
            }
            if v.numbers[1] != c.numbers[1] {
                return true;
            }
            if self.patch_open {
                return v.pre != c.pre;
            }
        }
        v.compare(c) != Ordering::Equal
    }
}
