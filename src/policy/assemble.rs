//! From departures to findings: words, places, fingerprints; said once, suppressed, in order.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::check::{Run, fact_hosts};
use super::exception::suppression_finding;
use super::fact::Fact;
use super::finding::{Edit, Finding, Fix, Outcome, Severity, State, TraceStep};
use super::format::{Lang, Rule, Type};
use super::image::glob;
use super::legal::legal;
use super::place::Named;
use super::suppress::Suppressions;
use super::values::{Meaning, decided_by, origin_of};
use super::words::{Placeholders, fill, join, line_to_write, without_sentence};
use crate::inventory::Deployment;
use crate::trace::{Origin, Problem, Span, StepKind};

/// A departure that a fact shows.
pub(super) struct Draft<'d, 'a> {
    pub rule: &'a str,
    pub words: &'a Rule,
    pub severity: Severity,
    pub state: State,
    pub fact: &'d Fact<'a>,
    pub deployment: &'d Deployment,
}

/// A departure that an item of the inventory shows.
pub(super) struct ItemDraft<'d, 'a> {
    pub rule: &'a str,
    pub words: &'a Rule,
    pub severity: Severity,
    pub confidence: String,
    pub product: Option<(String, String)>,
    pub component: Option<String>,
    pub origin: Origin,
    pub placeholders: Placeholders,
    pub value: String,
    pub deployment: &'d str,
}

/// Collects findings.
pub(super) struct Assembly<'r, 'a> {
    run: &'r Run<'a>,
    findings: Vec<Finding>,
    /// Places that settings name, with the deployment-independent rest.
    pub places: Vec<(Named, String, String)>,
    /// Operators that were met: id to where.
    pub operators: BTreeMap<String, Origin>,
    broken: BTreeSet<String>,
}

impl<'r, 'a> Assembly<'r, 'a> {
    pub(super) fn new(run: &'r Run<'a>) -> Self {
        Self {
            run,
            findings: Vec::new(),
            places: Vec::new(),
            operators: BTreeMap::new(),
            broken: BTreeSet::new(),
        }
    }

    /// A condition that can't be evaluated: said once for each rule.
    pub(super) fn broken(&mut self, rule: &str, message: &str, outcome: &mut Outcome) {
        if self.broken.insert(rule.to_owned()) {
            outcome
                .problems
                .push(Problem::new(format!("rule {rule}: {message}"), None));
        }
    }

    /// Remembers who operates a host that a setting names.
    pub(super) fn see_host(&mut self, host: &str, fact: &Fact<'_>) {
        if let Some((id, _)) = self.run.operators.of(host)
            && let Some(node) = &fact.node
        {
            self.operators
                .entry(id.to_owned())
                .or_insert_with(|| node.origin.clone());
        }
        if let Some((provider, id, country)) = self.run.atlas.of_host(host)
            && let Some(node) = &fact.node
        {
            self.places.push((
                Named {
                    provider: Some((provider.provider.clone(), provider.title.clone())),
                    id,
                    node: node.clone(),
                    subject: fact.setting.title.get(self.run.options.lang).to_owned(),
                    role: "stores".to_owned(),
                    country,
                    address: None,
                    refers_to: Vec::new(),
                },
                fact.product.product.clone(),
                fact.product.title.clone(),
            ));
        }
    }

    /// Remembers a place that a setting names.
    pub(super) fn place_of_setting(&mut self, fact: &Fact<'_>) {
        let (Meaning::Text(id), Some(node)) = (&fact.meaning, &fact.node) else {
            return;
        };
        let named = self.run.atlas.of_setting(
            fact.setting.provider.as_deref(),
            id,
            node,
            fact.setting.title.get(self.run.options.lang),
            fact.setting.role.as_deref().unwrap_or("stores"),
        );
        self.places.push((
            named,
            fact.product.product.clone(),
            fact.product.title.clone(),
        ));
    }

    /// Takes in a departure of a fact.
    pub(super) fn add(&mut self, draft: Draft<'_, 'a>) {
        let fact = draft.fact;
        let lang = self.run.options.lang;
        let mut origin = match &fact.node {
            Some(node) => origin_of(node, self.run.sources),
            None => fact.add_at.clone(),
        };
        let decided = fact
            .node
            .as_ref()
            .and_then(|_| decided_by(&origin, self.run.sources));
        let write = match &decided {
            Some(at) => self.line_for_key(fact, at),
            None => line_to_write(fact),
        };
        if let Some(at) = decided {
            origin = at;
        }
        let Some(span) = origin.nearest_span() else {
            return;
        };
        let span = if draft.state == State::Default {
            self.first_line(span)
        } else {
            span
        };
        let found = fact_hosts(fact);
        let operators: Vec<_> = found
            .iter()
            .filter_map(|h| Some((h, self.run.operators.of(h)?.1)))
            .collect();
        let third: Vec<String> = operators.iter().map(|(h, _)| (*h).clone()).collect();
        let mut names: Vec<String> = operators
            .iter()
            .map(|(_, p)| format!("{} ({})", p.operator, p.country))
            .collect();
        names.dedup();
        let mut words = Placeholders::from([
            ("title", fact.setting.title.get(lang).to_owned()),
            ("setting", fact.name.to_owned()),
            ("product", fact.product.title.clone()),
            ("component", fact.component.unwrap_or("").to_owned()),
            ("value", self.shown(fact)),
            (
                "hosts",
                join(if third.is_empty() { &found } else { &third }, lang),
            ),
            ("operators", join(&names, lang)),
            ("place", self.shown(fact)),
            ("country", String::new()),
            ("subject", fact.subject.clone()),
            (
                "why",
                fact.setting
                    .why
                    .as_ref()
                    .map(|w| w.get(lang).to_owned())
                    .unwrap_or_default(),
            ),
        ]);
        let mut help = draft.words.help.get(lang).to_owned();
        match write {
            Some(line) => {
                words.insert("write", line);
            }
            None => help = without_sentence(&help, "{write}"),
        }
        let mut reason = fill(draft.words.reason.get(lang), &words);
        if let Some(why) = &fact.setting.why
            && !draft.words.reason.get(lang).contains("{why}")
        {
            let _ = write!(reason, " {}", why.get(lang));
        }
        let mut message = fill(draft.words.message.get(lang), &words);
        match draft.state {
            State::Default => message.push_str(match lang {
                Lang::En => " (nobody set it: this is the default)",
                Lang::De => " (nicht gesetzt: das ist die Voreinstellung)",
            }),
            State::Undecided => message.push_str(match lang {
                Lang::En => " (can't be decided from the files at hand)",
                Lang::De => " (aus den vorliegenden Dateien nicht entscheidbar)",
            }),
            State::Written => {}
        }
        let symbol = format!(
            "{}:{}:{}:{}",
            fact.product.product,
            fact.name,
            fact.component.unwrap_or(""),
            fact.written.map(symbol_of).unwrap_or_default()
        );
        self.findings.push(Finding {
            rule: draft.rule.to_owned(),
            concern: draft.words.concern.clone(),
            severity: draft.severity,
            confidence: confidence(&draft.words.confidence, &origin),
            product: Some((fact.product.product.clone(), fact.product.title.clone())),
            component: fact.component.map(str::to_owned),
            setting: Some(fact.name.to_owned()),
            state: draft.state,
            message,
            reason,
            help: fill(&help, &words),
            legal: legal(draft.words, lang),
            span,
            trace: self.trace(&origin, span),
            fix: (draft.state == State::Written)
                .then(|| self.fix(fact, span))
                .flatten(),
            fingerprint: self.fingerprint(draft.rule, span, &symbol, &self.shown(fact)),
            deployments: vec![draft.deployment.name.clone()],
            source: fact
                .default_source
                .map(str::to_owned)
                .or_else(|| Some(fact.setting.source.clone())),
        });
    }

    /// Takes in a departure of an item.
    pub(super) fn add_item(&mut self, draft: ItemDraft<'_, 'a>) {
        let lang = self.run.options.lang;
        let Some(span) = draft.origin.nearest_span() else {
            return;
        };
        let span = self.first_line(span);
        let mut words = draft.placeholders;
        words.entry("why").or_default();
        let help = without_sentence(draft.words.help.get(lang), "{write}");
        let symbol = words.get("subject").cloned().unwrap_or_default();
        self.findings.push(Finding {
            rule: draft.rule.to_owned(),
            concern: draft.words.concern.clone(),
            severity: draft.severity,
            confidence: confidence(&draft.confidence, &draft.origin),
            product: draft.product,
            component: draft.component,
            setting: None,
            state: State::Written,
            message: fill(draft.words.message.get(lang), &words),
            reason: fill(draft.words.reason.get(lang), &words),
            help: fill(&help, &words),
            legal: legal(draft.words, lang),
            span,
            trace: self.trace(&draft.origin, span),
            fix: None,
            fingerprint: self.fingerprint(draft.rule, span, &symbol, &draft.value),
            deployments: vec![draft.deployment.to_owned()],
            source: None,
        });
    }

    /// What to write at a key of a values file, if the setting knows that key.
    fn line_for_key(&self, fact: &Fact<'_>, at: &Origin) -> Option<String> {
        let span = at.span()?;
        let source = self.run.sources.get(span.source);
        let line = &source.text[source.line_range(source.line_index(span.start as usize))];
        let key = line
            .split_once(':')?
            .0
            .trim()
            .trim_matches(['"', '\'', '-', ' ']);
        let written = fact.setting.written.iter().find(|w| {
            w.value
                .as_deref()
                .is_some_and(|path| path.rsplit('.').next() == Some(key))
        })?;
        line_to_write(&Fact {
            written: Some(written),
            ..fact.clone()
        })
    }

    /// The part of a span that lies on its first line: to underline, not to quote.
    fn first_line(&self, span: Span) -> Span {
        let source = self.run.sources.get(span.source);
        let mut start = span.start as usize;
        // A collection may begin with white space of the line before.
        while source.text[source.snap(start..source.text.len())]
            .chars()
            .next()
            .is_some_and(char::is_whitespace)
            && start < span.end as usize
        {
            start += 1;
        }
        let line = source.line_range(source.line_index(start));
        let end = (span.end as usize).min(line.end).max(start);
        Span::new(span.source, start, end)
    }

    /// The value as it is written, short.
    fn shown(&self, fact: &Fact<'_>) -> String {
        let text = match &fact.node {
            Some(node) => match node.scalar_text() {
                Some(text) => text.as_str().to_owned(),
                None => node
                    .span()
                    .map(|s| self.run.sources.slice(s))
                    .unwrap_or_default(),
            },
            None => match &fact.meaning {
                Meaning::Bool(b) => b.to_string(),
                Meaning::Int(i) => i.to_string(),
                Meaning::Number(f) => f.to_string(),
                Meaning::Text(t) => t.clone(),
                Meaning::List(l) => l.join(", "),
                Meaning::Null | Meaning::Unset | Meaning::Unknown(_) | Meaning::Invalid => {
                    String::new()
                }
            },
        };
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if line.chars().count() > 80 {
            let mut short: String = line.chars().take(79).collect();
            short.push('…');
            short
        } else {
            line
        }
    }

    /// The way, as places with notes.
    fn trace(&self, origin: &Origin, span: Span) -> Vec<TraceStep> {
        let mut out: Vec<TraceStep> = Vec::new();
        for step in origin.steps() {
            if step.kind == StepKind::Override {
                for input in &step.inputs {
                    if let Some(at) = input.nearest_span() {
                        out.push(TraceStep {
                            span: self.first_line(at),
                            note: match self.run.options.lang {
                                Lang::En => "overridden".to_owned(),
                                Lang::De => "überschrieben".to_owned(),
                            },
                        });
                    }
                }
            }
            let Some(at) = step.at else {
                // A step without a place of its own is said at the place before it.
                if let Some(last) = out.last_mut()
                    && !step.note.is_empty()
                {
                    let _ = write!(last.note, "; {}", step.note);
                }
                continue;
            };
            let at = self.first_line(at);
            if at == span && out.is_empty() {
                continue;
            }
            if out
                .last()
                .is_some_and(|l| l.span == at && *l.note == *step.note)
            {
                continue;
            }
            out.push(TraceStep {
                span: at,
                note: step.note.to_string(),
            });
        }
        out
    }

    /// Writing the good value in place of the bad one.
    fn fix(&self, fact: &Fact<'_>, span: Span) -> Option<Fix> {
        let written = fact.written?;
        if written.command.is_some() || written.debconf.is_some() || written.argument.is_some() {
            return None;
        }
        let good = written.good.as_ref().or(fact.setting.good.as_ref())?;
        let node = fact.node.as_ref()?;
        let text = node.scalar_text()?;
        let source = self.run.sources.get(span.source);
        let old = source.text.get(source.snap(span.range()))?;
        // Only where the file holds exactly the value, with or without quotes.
        let bare = old.trim_matches(['"', '\'']);
        if bare != text.as_str() || old.contains('\n') {
            return None;
        }
        let new = good.to_string();
        let quote = old.chars().next().filter(|c| matches!(c, '"' | '\''));
        let text = match quote {
            Some(q) if old.len() >= 2 => format!("{q}{new}{q}"),
            _ if new.is_empty() => "\"\"".to_owned(),
            _ => new,
        };
        Some(Fix {
            safe: fact.setting.kind == Type::Boolean,
            edits: vec![Edit { span, text }],
        })
    }

    fn fingerprint(&self, rule: &str, span: Span, symbol: &str, value: &str) -> String {
        let path = self.run.sources.get(span.source).path.clone();
        let mut hash = Sha256::new();
        for part in [rule, &path, symbol, value] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        hash.finalize()
            .iter()
            .take(16)
            .fold(String::new(), |mut out, byte| {
                let _ = write!(out, "{byte:02x}");
                out
            })
    }

    /// Puts everything in its place.
    pub(super) fn finish(self, outcome: &mut Outcome) {
        let run = self.run;
        let mut merged: BTreeMap<(String, u32, String, u32), Finding> = BTreeMap::new();
        for finding in self.findings {
            let path = run.sources.get(finding.span.source).path.clone();
            let key = (
                path,
                finding.span.start,
                finding.rule.clone(),
                finding.span.end,
            );
            match merged.get_mut(&key) {
                // Several settings can depart at one place when nobody wrote them.
                Some(other)
                    if other.setting == finding.setting || finding.state != State::Default =>
                {
                    merge_into(other, &finding);
                    other.severity = other.severity.max(finding.severity);
                }
                Some(_) => {
                    let mut key = key;
                    key.2 = format!("{}\u{0}{}", key.2, finding.setting.as_deref().unwrap_or(""));
                    match merged.get_mut(&key) {
                        Some(other) => merge_into(other, &finding),
                        None => {
                            merged.insert(key, finding);
                        }
                    }
                }
                None => {
                    merged.insert(key, finding);
                }
            }
        }
        let ids = run.sources.ids();
        let suppressions = Suppressions::read(run.sources, ids);
        let mut used: BTreeSet<Span> = BTreeSet::new();
        for finding in merged.into_values() {
            let allowed = std::iter::once(finding.span)
                .chain(finding.trace.iter().map(|t| t.span))
                .find_map(|span| suppressions.find(run.sources, span, &finding.rule));
            if let Some(comment) = allowed {
                used.insert(comment.span);
                let expired = comment
                    .until
                    .as_deref()
                    .is_some_and(|until| until < run.options.today.as_str());
                if comment.reason.is_some() && !expired {
                    outcome.suppressed += 1;
                    continue;
                }
            }
            let path = run.sources.get(finding.span.source).path.clone();
            let accepted = run.options.allowances.iter().any(|a| {
                glob(&finding.rule, &a.rule)
                    && a.path.as_deref().is_none_or(|p| path_matches(&path, p))
                    && a.until
                        .as_deref()
                        .is_none_or(|until| until >= run.options.today.as_str())
            });
            if accepted {
                outcome.suppressed += 1;
                continue;
            }
            outcome.findings.push(finding);
        }
        for comment in suppressions.iter() {
            let lang = run.options.lang;
            let message = if comment.reason.is_none() {
                match lang {
                    Lang::En => {
                        "this comment allows something without saying why: write `-- reason` behind it"
                    }
                    Lang::De => {
                        "dieser Kommentar erlaubt etwas ohne Grund: schreiben Sie `-- Grund` dahinter"
                    }
                }
            } else if comment
                .until
                .as_deref()
                .is_some_and(|u| u < run.options.today.as_str())
            {
                match lang {
                    Lang::En => "the day up to which this comment allows something has passed",
                    Lang::De => "der Tag, bis zu dem dieser Kommentar etwas erlaubt, ist vorbei",
                }
            } else if !used.contains(&comment.span) {
                match lang {
                    Lang::En => "this comment allows something that isn't found here",
                    Lang::De => "dieser Kommentar erlaubt etwas, das hier nicht gefunden wird",
                }
            } else {
                continue;
            };
            outcome
                .findings
                .push(suppression_finding(message, comment, lang, self.run));
        }
        outcome.findings.sort_by_cached_key(|f| {
            (
                run.sources.get(f.span.source).path.clone(),
                f.span.start,
                f.rule.clone(),
                f.setting.clone(),
            )
        });
    }
}

/// How sure a finding is: hardly, where what it is about may not be there at all.
fn confidence(of_rule: &str, origin: &Origin) -> String {
    let sure = if origin.is_doubtful() { "low" } else { of_rule };
    sure.to_owned()
}

/// The same finding in another deployment.
fn merge_into(other: &mut Finding, finding: &Finding) {
    for deployment in &finding.deployments {
        if !other.deployments.contains(deployment) {
            other.deployments.push(deployment.clone());
        }
    }
    let rank = |confidence: &str| {
        ["low", "medium", "high"]
            .iter()
            .position(|c| *c == confidence)
    };
    if rank(&finding.confidence) > rank(&other.confidence) {
        other.confidence.clone_from(&finding.confidence);
        other.trace.clone_from(&finding.trace);
    }
}

fn path_matches(path: &str, pattern: &str) -> bool {
    globset::Glob::new(pattern).is_ok_and(|g| g.compile_matcher().is_match(path))
}

fn symbol_of(written: &super::format::Written) -> String {
    if let Some(env) = &written.env {
        return env.as_slice().join("|");
    }
    [
        &written.file,
        &written.key,
        &written.chart,
        &written.value,
        &written.argument,
        &written.command,
        &written.debconf,
    ]
    .into_iter()
    .flatten()
    .cloned()
    .collect::<Vec<_>>()
    .join(":")
}
