//! GitLab's code quality report.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;

use super::Report;
use super::place::Place;
use crate::policy::finding::Severity;

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

/// Writes the report.
pub(super) fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let mut issues = Vec::new();
    for problem in &report.outcome.problems {
        let Some(span) = problem.span else { continue };
        let location = location(&Place::of(span, report.sources));
        issues.push(Issue {
            fingerprint: format!("problem:{}:{}", location.path, problem.message),
            description: problem.message.clone(),
            check_name: "konform".to_owned(),
            severity: "blocker",
            location,
        });
    }
    for finding in report.shown() {
        issues.push(Issue {
            description: format!("{} {}", finding.message, finding.help)
                .trim()
                .to_owned(),
            check_name: finding.rule.clone(),
            fingerprint: finding.fingerprint.clone(),
            severity: match finding.severity {
                Severity::Error => "critical",
                Severity::Warning => "minor",
                Severity::Note => "info",
            },
            location: location(&Place::of(finding.span, report.sources)),
        });
    }
    keep_apart(&mut issues);
    serde_json::to_writer_pretty(&mut *out, &issues)?;
    writeln!(out)
}

/// GitLab drops an issue whose fingerprint it has seen in the same report.
fn keep_apart(issues: &mut [Issue]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for issue in issues {
        let times = seen.entry(issue.fingerprint.clone()).or_default();
        *times += 1;
        if *times > 1 {
            issue.fingerprint = format!("{}-{times}", issue.fingerprint);
        }
    }
}

fn location(place: &Place) -> Location {
    Location {
        path: place.path.clone(),
        lines: Lines {
            begin: place.start.line,
            end: place.last_line(),
        },
    }
}
