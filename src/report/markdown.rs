//! Markdown, for a comment on a merge request or the summary of a CI step.

use std::io;

use super::place::Place;
use super::summary;
use super::words;
use super::{Report, snippet};
use crate::policy::finding::{Finding, Severity};

/// Findings that are told in full. Forges cut comments off at some tens of kilobytes.
const MAX_FINDINGS: usize = 100;

/// Writes the report.
pub(super) fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let lang = report.options.lang;
    let words = words::of(lang);
    writeln!(out, "## konform: {}\n", summary::counts(report))?;

    let mut findings: Vec<&Finding> = report.shown().collect();
    findings.sort_by_key(|f| std::cmp::Reverse(f.severity));
    let more = findings.len().saturating_sub(MAX_FINDINGS);
    findings.truncate(MAX_FINDINGS);
    if !findings.is_empty() {
        writeln!(
            out,
            "| | {} | {} |\n|---|---|---|",
            words.finding, words.place
        )?;
    }
    for finding in &findings {
        let place = Place::of(finding.span, report.sources);
        writeln!(
            out,
            "| {} | {} {} | {} |",
            sign(finding.severity),
            text(&finding.message),
            code(&finding.rule),
            code(&format!("{}:{}", place.path, place.start.line)),
        )?;
    }
    if more > 0 {
        writeln!(out, "\n{more} {}", words.and_more)?;
    }
    for finding in &findings {
        write_details(finding, report, out)?;
    }

    if !report.outcome.problems.is_empty() {
        writeln!(out, "\n### {}\n", words.problems)?;
        for problem in &report.outcome.problems {
            let at = problem.span.map_or_else(String::new, |span| {
                format!("{}: ", code(&Place::of(span, report.sources).short()))
            });
            writeln!(out, "- {at}{}", text(&problem.message))?;
        }
    }
    write_coverage(report, out)
}

fn write_details(
    finding: &Finding,
    report: &Report<'_>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let words = words::of(report.options.lang);
    let place = Place::of(finding.span, report.sources);
    writeln!(
        out,
        "\n<details><summary>{} {}: {}</summary>\n",
        sign(finding.severity),
        text(&place.short()),
        text(&finding.message),
    )?;
    let legal = finding.legal.join(", ");
    for (name, fact) in [
        (words.why, &finding.reason),
        (words.help, &finding.help),
        (words.legal, &legal),
    ] {
        if !fact.is_empty() {
            writeln!(out, "- **{name}**: {}", prose(fact))?;
        }
    }
    if !finding.trace.is_empty() {
        writeln!(out, "- **{}**:", words.way)?;
        for step in &finding.trace {
            let at = Place::of(step.span, report.sources).short();
            writeln!(out, "  - {} {}", code(&at), text(&step.note))?;
        }
    }
    writeln!(out, "\n</details>")
}

fn write_coverage(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let lang = report.options.lang;
    let words = words::of(lang);
    writeln!(out, "\n### {}\n", words.recognised)?;
    let products = summary::products(report);
    if products.is_empty() {
        writeln!(out, "{}", words.nothing_recognised)?;
    }
    for product in products {
        let places: Vec<String> = product.places.iter().map(|p| code(p)).collect();
        let components = if product.components.is_empty() {
            String::new()
        } else {
            format!(" ({})", text(&product.components.join(", ")))
        };
        let places = summary::first(&places, 3, lang);
        writeln!(out, "- {}{components}: {places}", text(&product.title))?;
    }
    let read = report.files.iter().filter(|f| f.read).count();
    writeln!(
        out,
        "\n{}: {read} {}, {} {}; {}: {}; {} {}",
        words.files,
        words.read,
        report.files.len() - read,
        words.unread,
        words.undecided,
        report.outcome.undecided.len(),
        report.outcome.suppressed,
        words.suppressed,
    )
}

fn sign(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "🔴",
        Severity::Warning => "🟠",
        Severity::Note => "🔵",
    }
}

/// Text in which nothing is markup.
fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in snippet::clean(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // Nobody is to be called by a value that somebody wrote.
            '@' => out.push_str("&#64;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '!' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

/// Text in which only backticks are markup.
fn prose(words: &str) -> String {
    let parts: Vec<&str> = words.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return text(words);
    }
    let parts = parts.iter().enumerate();
    parts
        .map(|(index, part)| {
            if index.is_multiple_of(2) {
                text(part)
            } else {
                code(part)
            }
        })
        .collect()
}

/// Text as code, also in a table.
fn code(text: &str) -> String {
    let text = snippet::clean(text).replace('|', "\\|");
    if text.contains('`') {
        format!("`` {text} ``")
    } else {
        format!("`{text}`")
    }
}

#[cfg(test)]
mod tests {
    use super::{code, prose, text};

    #[test]
    fn values_cannot_bring_markup_along() {
        assert_eq!(text("a|b <img> @all\nc"), "a\\|b &lt;img&gt; &#64;all c");
        assert_eq!(code("a|`b`"), "`` a\\|`b` ``");
        assert_eq!(prose("write `a_b` or a_b"), "write `a_b` or a\\_b");
    }
}
