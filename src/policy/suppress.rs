//! `konform: allow RULE -- reason` in comments.

use std::collections::BTreeMap;

use crate::trace::{Source, SourceId, Sources, Span};

/// A comment that allows something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// The rules it allows.
    pub rules: Vec<String>,
    /// Why; required.
    pub reason: Option<String>,
    /// The last day on which it counts, `YYYY-MM-DD`.
    pub until: Option<String>,
    /// The comment.
    pub span: Span,
    /// The line the comment is on, from 0.
    pub line: usize,
    /// The line it speaks of, from 0: its own, or the next with content if it stands alone.
    pub target: usize,
}

/// The comments of all sources.
#[derive(Debug, Default)]
pub struct Suppressions {
    by_source: BTreeMap<SourceId, Vec<Suppression>>,
}

const MARK: &str = "konform: allow ";

impl Suppressions {
    /// Reads the comments of `ids`.
    #[must_use]
    pub fn read(sources: &Sources, ids: impl IntoIterator<Item = SourceId>) -> Self {
        let by_source = ids
            .into_iter()
            .filter_map(|id| {
                let source = sources.get(id);
                let found = in_source(id, &source);
                (!found.is_empty()).then_some((id, found))
            })
            .collect();
        Self { by_source }
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Suppression> {
        self.by_source.values().flatten()
    }

    /// The one that allows `rule` at `span`.
    #[must_use]
    pub fn find(&self, sources: &Sources, span: Span, rule: &str) -> Option<&Suppression> {
        let list = self.by_source.get(&span.source)?;
        let source = sources.get(span.source);
        let line = source.line_index(span.start as usize);
        list.iter().find(|s| {
            (s.line == line || s.target == line)
                && s.rules.iter().any(|r| super::image::glob(rule, r))
        })
    }
}

fn in_source(id: SourceId, source: &Source) -> Vec<Suppression> {
    let mut out = Vec::new();
    for (at, _) in source.text.match_indices(MARK) {
        let line = source.line_index(at);
        let range = source.line_range(line);
        let before = &source.text[range.start..at];
        // It must stand in a comment: after `#`, `//`, `;`, `--`, `/*`, `<!--` or `{{/*`.
        let comment = ["#", "//", ";", "--", "/*", "*"];
        let Some(mark) = comment.iter().find(|m| before.trim_end().ends_with(**m)) else {
            continue;
        };
        let alone = before
            .trim_end()
            .trim_end_matches(|c: char| mark.contains(c) || "<!{-/*#".contains(c))
            .trim()
            .is_empty();
        let text = source.text[at + MARK.len()..range.end]
            .trim_end_matches("*/}}")
            .trim_end_matches("-->")
            .trim_end_matches("*/")
            .trim();
        let (head, reason) = match text.split_once("--") {
            Some((head, reason)) => (head, Some(reason.trim())),
            None => (text, None),
        };
        let mut rules = Vec::new();
        let mut until = None;
        for word in head.split([' ', ',', '\t']).filter(|w| !w.is_empty()) {
            match word.strip_prefix("until=") {
                Some(day) => until = Some(day.to_owned()),
                None => rules.push(word.to_owned()),
            }
        }
        let mut reason = reason.map(str::to_owned);
        if let Some(text) = &reason
            && let Some(found) = text
                .split_whitespace()
                .find_map(|w| w.strip_prefix("until="))
        {
            until = Some(found.to_owned());
            reason = Some(
                text.replace(&format!("until={found}"), "")
                    .trim()
                    .to_owned(),
            );
        }
        out.push(Suppression {
            rules,
            reason: reason.filter(|r| !r.is_empty()),
            until,
            span: Span::new(id, at, range.end),
            line,
            target: if alone { next_line(source, line) } else { line },
        });
    }
    out
}

/// The next line that is neither empty nor a comment of its own.
fn next_line(source: &Source, line: usize) -> usize {
    (line + 1..source.line_count())
        .find(|l| {
            let text = source.text[source.line_range(*l)].trim();
            !text.is_empty() && !text.starts_with('#') && !text.starts_with("//")
        })
        .unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::Role;

    #[test]
    fn a_comment_speaks_of_its_line_or_the_next() {
        let sources = Sources::new();
        let id = sources.add(
            "a.yaml",
            "a: 1 # konform: allow x -- because\n# konform: allow y until=2030-01-01 -- why not\n\nb: 2\n",
            Role::Code,
        );
        let found = Suppressions::read(&sources, [id]);
        let all: Vec<_> = found.iter().collect();
        assert_eq!(all[0].rules, ["x"]);
        assert_eq!(all[0].reason.as_deref(), Some("because"));
        assert_eq!((all[0].line, all[0].target), (0, 0));
        assert_eq!(all[1].until.as_deref(), Some("2030-01-01"));
        assert_eq!((all[1].line, all[1].target), (1, 3));
        let at = Span::new(id, 0, 1);
        assert!(found.find(&sources, at, "x").is_some());
        assert!(found.find(&sources, at, "z").is_none());
    }
}
