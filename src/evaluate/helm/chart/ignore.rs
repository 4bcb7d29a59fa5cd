//! `.helmignore`.

/// The rules of one `.helmignore`, and those that always hold.
#[derive(Debug)]
pub(super) struct Rules {
    patterns: Vec<Pattern>,
}

#[derive(Debug)]
struct Pattern {
    glob: Vec<char>,
    negate: bool,
    only_folders: bool,
    /// Matched against the whole path, not only its last part.
    whole: bool,
}

impl Rules {
    /// Reads the lines of `text`; those that Helm would refuse (`**`) are left out.
    pub(super) fn new(text: &str) -> Self {
        let lines = text.trim_start_matches('\u{feff}').lines();
        Self {
            patterns: lines.chain(["templates/.?*"]).filter_map(pattern).collect(),
        }
    }

    /// Whether the file or folder at `path` (in the chart) is left out.
    pub(super) fn ignores(&self, path: &str, is_folder: bool) -> bool {
        let whole: Vec<char> = path.chars().collect();
        let last = whole.rsplit(|c| *c == '/').next().unwrap_or(&whole);
        for pattern in &self.patterns {
            let subject = if pattern.whole { &whole } else { last };
            let wrong_sort = pattern.only_folders && !is_folder;
            // As in Helm, a negated rule leaves out everything that it doesn't match.
            if pattern.negate {
                if wrong_sort || !matches(&pattern.glob, subject) {
                    return true;
                }
            } else if !wrong_sort && matches(&pattern.glob, subject) {
                return true;
            }
        }
        false
    }
}

fn pattern(line: &str) -> Option<Pattern> {
    let rule = line.trim();
    if rule.is_empty() || rule.starts_with('#') || rule.contains("**") {
        return None;
    }
    let (rule, negate) = match rule.strip_prefix('!') {
        Some(rest) => (rest, true),
        None => (rule, false),
    };
    let (rule, only_folders) = match rule.strip_suffix('/') {
        Some(rest) => (rest, true),
        None => (rule, false),
    };
    let (glob, whole) = match rule.strip_prefix('/') {
        Some(rest) => (rest, true),
        None => (rule, rule.contains('/')),
    };
    Some(Pattern {
        glob: glob.chars().collect(),
        negate,
        only_folders,
        whole,
    })
}

/// Go's `filepath.Match`: `*`, `?`, `[a-z]`, `[^a]` and `\`, none of which matches a `/`.
pub(super) fn matches(glob: &[char], subject: &[char]) -> bool {
    let (mut g, mut s) = (0, 0);
    // Where to go on if what follows the last star doesn't match.
    let mut back: Option<(usize, usize)> = None;
    loop {
        let step = match (glob.get(g), subject.get(s)) {
            (None, None) => return true,
            (Some('*'), _) => {
                back = Some((g, s));
                g += 1;
                continue;
            }
            (Some(_), Some(c)) => one(&glob[g..], *c),
            _ => None,
        };
        if let Some(used) = step {
            g += used;
            s += 1;
            continue;
        }
        match back {
            Some((star, at)) if subject.get(at).is_some_and(|c| *c != '/') => {
                back = Some((star, at + 1));
                g = star + 1;
                s = at + 1;
            }
            _ => return false,
        }
    }
}

/// How many characters of the pattern match `c`.
fn one(glob: &[char], c: char) -> Option<usize> {
    match glob.first()? {
        '?' => (c != '/').then_some(1),
        '\\' => (*glob.get(1)? == c).then_some(2),
        '[' => {
            let mut at = 1;
            let negated = glob.get(at) == Some(&'^');
            at += usize::from(negated);
            let mut found = false;
            let first = at;
            while at == first || glob.get(at)? != &']' {
                let bound = |at: &mut usize| {
                    if glob.get(*at) == Some(&'\\') {
                        *at += 1;
                    }
                    let c = glob.get(*at).copied();
                    *at += 1;
                    c
                };
                let low = bound(&mut at)?;
                let high = if glob.get(at) == Some(&'-') {
                    at += 1;
                    bound(&mut at)?
                } else {
                    low
                };
                found |= (low..=high).contains(&c);
            }
            (found != negated && c != '/').then_some(at + 1)
        }
        same => (*same == c).then_some(1),
    }
}
