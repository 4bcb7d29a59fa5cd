//! Semantic versions and ranges of them, as the library that Helm uses understands them.

use std::cmp::Ordering;

/// A semantic version; missing parts are zero.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Version {
    numbers: [u64; 3],
    pre: String,
}

/// Whether `version` lies in `range`: `^1.2`, `>=1.0 <2.0`, `1.x || 2.x`, `~1.2.3`.
///
/// Pre-releases lie only in ranges that name one. What isn't a range or a version never fits.
#[must_use]
pub fn is_in_range(range: &str, version: &str) -> bool {
    let Some(version) = Version::parse(version) else {
        return false;
    };
    let range = hyphens(range);
    range.split("||").any(|all| {
        let terms = terms(all);
        terms.is_some_and(|terms| terms.iter().all(|t| t.holds(&version)))
    })
}

/// `1.2 - 1.4` as `>=1.2 <=1.4`.
fn hyphens(range: &str) -> String {
    let words: Vec<&str> = range.split_whitespace().collect();
    let mut out = Vec::new();
    let mut i = 0;
    while let Some(word) = words.get(i) {
        if words.get(i + 1) == Some(&"-")
            && let Some(high) = words.get(i + 2)
        {
            out.push(format!(">={word} <={high}"));
            i += 3;
        } else {
            out.push((*word).to_owned());
            i += 1;
        }
    }
    out.join(" ")
}

#[derive(Debug)]
struct Term {
    op: String,
    version: Version,
    /// How many of the numbers were said; the rest are wildcards.
    said: usize,
}

const OPS: &[&str] = &[
    "!=", ">=", "=>", "<=", "=<", "~>", "=", ">", "<", "~", "^",
];

fn terms(all: &str) -> Option<Vec<Term>> {
    let mut out = Vec::new();
    let mut rest = all.trim_matches(|c: char| c == ',' || c.is_whitespace());
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let op = OPS.iter().find(|op| rest.starts_with(**op)).copied().unwrap_or("");
        rest = rest[op.len()..].trim_start();
        let end = rest
            .find(|c: char| c.is_whitespace() || c == ',')
            .unwrap_or(rest.len());
        out.push(Term::parse(op, &rest[..end])?);
        rest = rest[end..].trim_start_matches(|c: char| c == ',' || c.is_whitespace());
    }
    Some(out)
}

impl Term {
    fn parse(op: &str, text: &str) -> Option<Self> {
        let bare = text.strip_prefix('v').unwrap_or(text);
        let core_end = bare.find(['-', '+']).unwrap_or(bare.len());
        let core = &bare[..core_end];
        let parts: Vec<&str> = core.split('.').collect();
        if parts.len() > 3 {
            return None;
        }
        let said = parts
            .iter()
            .position(|p| matches!(*p, "x" | "X" | "*"))
            .unwrap_or(parts.len());
        let mut numbers = [0; 3];
        for (number, part) in numbers.iter_mut().zip(parts.iter().take(said)) {
            *number = part.parse().ok()?;
        }
        let pre = if said == parts.len() {
            pre_release(&bare[core_end..])
        } else {
            String::new()
        };
        Some(Self {
            op: op.to_owned(),
            version: Version { numbers, pre },
            said,
        })
    }

    fn holds(&self, v: &Version) -> bool {
        // A pre-release is only meant where one is named.
        if !v.pre.is_empty() && self.version.pre.is_empty() && self.op != "!=" {
            return false;
        }
        let order = v.compare(&self.version);
        let same = |n: usize| v.numbers[..n] == self.version.numbers[..n];
        let said = self.said;
        match self.op.as_str() {
            "" | "=" if said == 3 => order == Ordering::Equal,
            "" | "=" | "~" | "~>" => {
                said == 0 || order != Ordering::Less && same(said.min(2))
            }
            "!=" if said == 3 => order != Ordering::Equal,
            "!=" => !same(said),
            ">" if said == 3 => order == Ordering::Greater,
            ">" => order == Ordering::Greater && said > 0 && !same(said),
            ">=" | "=>" => order != Ordering::Less,
            "<" => order == Ordering::Less,
            "<=" | "=<" if said == 3 => order != Ordering::Greater,
            "<=" | "=<" => order == Ordering::Less || same(said),
            "^" => {
                if said == 0 {
                    return true;
                }
                // Everything up to the first number that isn't zero has to stay.
                let first = self.version.numbers.iter().position(|n| *n > 0);
                let fixed = match first {
                    Some(i) if i < said => i + 1,
                    _ => said,
                };
                order != Ordering::Less && same(fixed)
            }
            _ => false,
        }
    }
}

fn pre_release(rest: &str) -> String {
    let rest = rest.split('+').next().unwrap_or_default();
    rest.strip_prefix('-').unwrap_or_default().to_owned()
}

impl Version {
    fn parse(text: &str) -> Option<Self> {
        let bare = text.trim().strip_prefix('v').unwrap_or(text.trim());
        let core_end = bare.find(['-', '+']).unwrap_or(bare.len());
        let parts: Vec<&str> = bare[..core_end].split('.').collect();
        if parts.len() > 3 {
            return None;
        }
        let mut numbers = [0; 3];
        for (number, part) in numbers.iter_mut().zip(parts) {
            *number = part.parse().ok()?;
        }
        Some(Self {
            numbers,
            pre: pre_release(&bare[core_end..]),
        })
    }

    fn compare(&self, other: &Self) -> Ordering {
        self.numbers
            .cmp(&other.numbers)
            .then_with(|| match (self.pre.is_empty(), other.pre.is_empty()) {
                (true, true) => Ordering::Equal,
                (true, false) => Ordering::Greater,
                (false, true) => Ordering::Less,
                (false, false) => compare_pre(&self.pre, &other.pre),
            })
    }
}

fn compare_pre(a: &str, b: &str) -> Ordering {
    let mut b = b.split('.');
    for one in a.split('.') {
        let Some(two) = b.next() else {
            return Ordering::Greater;
        };
        let order = match (one.parse::<u64>(), two.parse::<u64>()) {
            (Ok(x), Ok(y)) => x.cmp(&y),
            (Ok(_), Err(_)) => Ordering::Less,
            (Err(_), Ok(_)) => Ordering::Greater,
            (Err(_), Err(_)) => one.cmp(two),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
    if b.next().is_some() {
        Ordering::Less
    } else {
        Ordering::Equal
    }
}
