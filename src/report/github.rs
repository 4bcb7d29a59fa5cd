//! Workflow commands of GitHub Actions: findings become annotations at their lines.

use std::io;

use super::Report;
use super::place::Place;
use crate::policy::finding::{Finding, Severity};
use crate::trace::Problem;

/// Writes the report.
///
/// GitHub shows only the first ten annotations of a kind for a step, so the weightiest come
/// first.
pub(super) fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    for problem in &report.outcome.problems {
        write_problem(problem, report, out)?;
    }
    let mut findings: Vec<&Finding> = report.shown().collect();
    findings.sort_by_key(|f| std::cmp::Reverse(f.severity));
    for finding in findings {
        write_finding(finding, report, out)?;
    }
    Ok(())
}

fn write_finding(
    finding: &Finding,
    report: &Report<'_>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let command = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let mut text = finding.message.clone();
    for part in [&finding.reason, &finding.help, &finding.legal.join(", ")] {
        if !part.is_empty() {
            text.push('\n');
            text.push_str(part);
        }
    }
    let properties = location(&Place::of(finding.span, report.sources));
    let product = finding.product.as_ref();
    let product = product.map_or_else(String::new, |(_, title)| format!(" ({title})"));
    let title = property(&format!("konform: {}{product}", finding.rule));
    writeln!(
        out,
        "::{command} {properties},title={title}::{}",
        data(&text)
    )
}

fn write_problem(
    problem: &Problem,
    report: &Report<'_>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut properties = String::new();
    if let Some(span) = problem.span {
        properties = location(&Place::of(span, report.sources));
        properties.push(',');
    }
    let text = data(&problem.message);
    writeln!(out, "::error {properties}title=konform::{text}")
}

/// The place as properties. Columns count only within one line.
fn location(place: &Place) -> String {
    let file = property(&place.path);
    let (line, end) = (place.start.line, place.last_line());
    if line == end && place.end.column > place.start.column {
        let (from, to) = (place.start.column, place.end.column);
        format!("file={file},line={line},endLine={end},col={from},endColumn={to}")
    } else {
        format!("file={file},line={line},endLine={end}")
    }
}

/// Escapes the text of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// Escapes the value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn a_message_cannot_end_its_command_or_begin_another() {
        assert_eq!(data("100 %\r\n::error::x"), "100 %25%0D%0A::error::x");
        assert_eq!(property("a:b,c%"), "a%3Ab%2Cc%25");
    }
}
