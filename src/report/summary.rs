//! What was recognised, read, not read, can't be told, and found: the end of the text for
//! people.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::Report;
use super::human::Paint;
use super::place::Place;
use super::snippet::clean;
use super::words;
use crate::policy::finding::{Recognised, Severity};
use crate::policy::format::Lang;

/// Entries of a list that are shown before it is cut.
const MAX_ENTRIES: usize = 5;

/// A product as the summary tells it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ProductLine {
    /// Its title.
    pub title: String,
    /// Its components, each once.
    pub components: Vec<String>,
    /// The files where it was recognised, each once; the deployments if there is no file.
    pub places: Vec<String>,
}

/// The recognised products, each once, in the order of their ids.
pub(super) fn products(report: &Report<'_>) -> Vec<ProductLine> {
    let mut lines: BTreeMap<&str, ProductLine> = BTreeMap::new();
    for found in &report.outcome.recognised {
        let line = lines.entry(&found.product).or_default();
        line.title.clone_from(&found.title);
        if let Some(component) = &found.component {
            push_once(&mut line.components, component);
        }
        push_once(&mut line.places, &place(found, report));
    }
    lines.into_values().collect()
}

fn place(found: &Recognised, report: &Report<'_>) -> String {
    match found.span {
        Some(span) => report.sources.get(span.source).path.clone(),
        None => found.deployment.clone(),
    }
}

/// What several deployments share is said once.
fn each_once(entries: Vec<String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    entries
        .into_iter()
        .filter(|entry| seen.insert(entry.clone()))
        .collect()
}

fn push_once(list: &mut Vec<String>, entry: &str) {
    if !list.iter().any(|e| e == entry) {
        list.push(entry.to_owned());
    }
}

/// The first entries of a list and how many more there are.
pub(super) fn first(list: &[String], most: usize, lang: Lang) -> String {
    let more = list.len().saturating_sub(most);
    let mut text = list
        .iter()
        .take(most)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    if more > 0 {
        text.push_str(&format!(", {more} {}", words::of(lang).and_more));
    }
    text
}

/// `2 errors, 1 warning, 3 notes`, without what is zero.
pub(super) fn counts(report: &Report<'_>) -> String {
    let lang = report.options.lang;
    let parts: Vec<String> = [Severity::Error, Severity::Warning, Severity::Note]
        .into_iter()
        .map(|severity| (report.count(severity), severity))
        .filter(|(number, _)| *number > 0)
        .map(|(number, severity)| words::count(number, severity, lang))
        .collect();
    if parts.is_empty() {
        words::of(lang).nothing_found.to_owned()
    } else {
        parts.join(", ")
    }
}

/// Writes the summary.
pub(super) fn write(report: &Report<'_>, paint: &Paint, out: &mut dyn io::Write) -> io::Result<()> {
    let lang = report.options.lang;
    let words = words::of(lang);
    let mut section = Section { paint, out };

    let mut lines: Vec<String> = Vec::new();
    for product in products(report) {
        let mut line = clean(&product.title);
        if !product.components.is_empty() {
            line.push_str(&format!(" ({})", product.components.join(", ")));
        }
        let places = clean(&first(&product.places, 3, lang));
        lines.push(format!(
            "{line} {} {}",
            paint.dim(paint.dot),
            paint.place(&places)
        ));
    }
    if lines.is_empty() {
        lines.push(words.nothing_recognised.to_owned());
    }
    section.write(words.recognised, &lines)?;

    let (read, unread): (Vec<_>, Vec<_>) = report.files.iter().partition(|f| f.read);
    let mut lines = vec![format!("{} {}{}", read.len(), words.read, kinds(&read))];
    if !unread.is_empty() {
        let paths: Vec<String> = unread.iter().map(|f| clean(&f.path)).collect();
        let paths = first(&paths, MAX_ENTRIES, lang);
        lines.push(format!(
            "{} {}: {}",
            unread.len(),
            words.unread,
            paint.dim(&paths)
        ));
    }
    section.write(words.files, &lines)?;

    let notes: Vec<String> = report
        .outcome
        .notes
        .iter()
        .map(|note| located(report, paint, note.span, &note.message))
        .collect();
    section.list(words.remarks, each_once(notes), report)?;

    let undecided: Vec<String> = report
        .outcome
        .undecided
        .iter()
        .map(|u| {
            let what = format!("{}:{}: {}", u.product, u.setting, u.why);
            located(report, paint, u.span, &what)
        })
        .collect();
    section.list(words.undecided, each_once(undecided), report)?;

    let mut line = paint.bold(&counts(report));
    if report.outcome.suppressed > 0 {
        line.push_str(&format!(
            "; {} {}",
            report.outcome.suppressed, words.suppressed
        ));
    }
    let hides_notes = report.options.level.unwrap_or(Severity::Warning) > Severity::Note;
    if hides_notes && report.count(Severity::Note) > 0 {
        line.push_str(&format!(" ({})", words.hidden));
    }
    section.write(words.findings, &[line])?;
    if !report.outcome.problems.is_empty() {
        let line = paint.bad(&report.outcome.problems.len().to_string());
        section.write(words.problems, &[line])?;
    }
    Ok(())
}

/// ` (3 compose, 2 dotenv)`.
fn kinds(files: &[&super::File]) -> String {
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for file in files {
        *kinds.entry(file.kind).or_default() += 1;
    }
    let kinds: Vec<String> = kinds.iter().map(|(k, n)| format!("{n} {k}")).collect();
    if kinds.is_empty() {
        String::new()
    } else {
        format!(" ({})", kinds.join(", "))
    }
}

fn located(
    report: &Report<'_>,
    paint: &Paint,
    span: Option<crate::trace::Span>,
    text: &str,
) -> String {
    match span {
        Some(span) => {
            let place = Place::of(span, report.sources).short();
            format!("{} {}", paint.place(&clean(&place)), clean(text))
        }
        None => clean(text),
    }
}

struct Section<'a> {
    paint: &'a Paint,
    out: &'a mut dyn io::Write,
}

impl Section<'_> {
    /// A heading with its lines beside it.
    fn write(&mut self, heading: &str, lines: &[String]) -> io::Result<()> {
        for (index, line) in lines.iter().enumerate() {
            let heading = if index == 0 { heading } else { "" };
            let pad = " ".repeat(12usize.saturating_sub(heading.chars().count()));
            writeln!(self.out, "{}{pad}{line}", self.paint.bold(heading))?;
        }
        Ok(())
    }

    /// A list of which the first entries are shown; nothing if it is empty.
    fn list(&mut self, heading: &str, entries: Vec<String>, report: &Report<'_>) -> io::Result<()> {
        if entries.is_empty() {
            return Ok(());
        }
        let words = words::of(report.options.lang);
        let more = entries.len().saturating_sub(MAX_ENTRIES);
        let mut lines = vec![entries.len().to_string()];
        lines.extend(
            entries
                .into_iter()
                .take(MAX_ENTRIES)
                .map(|e| format!("  {e}")),
        );
        if more > 0 {
            lines.push(format!(
                "  {more} {} ({})",
                words.and_more, words.all_listed
            ));
        }
        self.write(heading, &lines)
    }
}
