//! konform's own JSON, schema `konform/1`.
//!
//! Others rely on what is here: fields may be added, but changed or taken away only with a
//! new number of the schema.

use std::io;

use serde::Serialize;

use super::Report;
use super::place::Place;
use crate::policy::finding::{Finding, Severity};
use crate::trace::{Problem, Span};

const SCHEMA: &str = "konform/1";

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    summary: Summary,
    coverage: Coverage<'a>,
    findings: Vec<FindingJson<'a>>,
    notes: Vec<ProblemJson<'a>>,
    problems: Vec<ProblemJson<'a>>,
}

#[derive(Serialize)]
struct Summary {
    errors: usize,
    warnings: usize,
    notes: usize,
    undecided: usize,
    suppressed: usize,
    conforming: usize,
}

#[derive(Serialize)]
struct Coverage<'a> {
    files: Vec<FileJson<'a>>,
    products: Vec<ProductJson<'a>>,
    undecided: Vec<UndecidedJson<'a>>,
}

#[derive(Serialize)]
struct FileJson<'a> {
    path: &'a str,
    r#as: &'a str,
    read: bool,
}

#[derive(Serialize)]
struct ProductJson<'a> {
    product: &'a str,
    title: &'a str,
    component: Option<&'a str>,
    deployment: &'a str,
    location: Option<Location>,
}

#[derive(Serialize)]
struct UndecidedJson<'a> {
    product: &'a str,
    setting: &'a str,
    concern: &'a str,
    why: &'a str,
    deployment: &'a str,
    location: Option<Location>,
}

#[derive(Serialize)]
struct FindingJson<'a> {
    rule: &'a str,
    concern: &'a str,
    severity: &'a str,
    confidence: &'a str,
    product: Option<&'a str>,
    component: Option<&'a str>,
    setting: Option<&'a str>,
    state: &'a str,
    message: &'a str,
    reason: &'a str,
    help: &'a str,
    legal: &'a [String],
    location: Location,
    trace: Vec<StepJson<'a>>,
    fix: Option<FixJson<'a>>,
    fingerprint: &'a str,
    deployments: &'a [String],
    source: Option<&'a str>,
}

#[derive(Serialize)]
struct StepJson<'a> {
    path: String,
    line: usize,
    column: usize,
    note: &'a str,
}

#[derive(Serialize)]
struct FixJson<'a> {
    safe: bool,
    edits: Vec<EditJson<'a>>,
}

#[derive(Serialize)]
struct EditJson<'a> {
    path: String,
    start: usize,
    end: usize,
    text: &'a str,
}

#[derive(Serialize)]
struct ProblemJson<'a> {
    message: &'a str,
    location: Option<Location>,
}

/// A place in a file: lines and columns from 1, columns in characters, bytes from 0.
#[derive(Serialize)]
struct Location {
    path: String,
    start: Point,
    end: Point,
}

#[derive(Serialize)]
struct Point {
    line: usize,
    column: usize,
    byte: usize,
}

/// Writes the report.
pub(super) fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let document = document(report);
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn document<'a>(report: &'a Report<'a>) -> Document<'a> {
    let outcome = report.outcome;
    let at = |span: Option<Span>| span.map(|span| location(span, report));
    let problem = |problem: &'a Problem| ProblemJson {
        message: &problem.message,
        location: at(problem.span),
    };
    Document {
        schema: SCHEMA,
        summary: Summary {
            errors: report.count(Severity::Error),
            warnings: report.count(Severity::Warning),
            notes: report.count(Severity::Note),
            undecided: outcome.undecided.len(),
            suppressed: outcome.suppressed,
            conforming: outcome.conforming.values().sum(),
        },
        coverage: Coverage {
            files: report
                .files
                .iter()
                .map(|file| FileJson {
                    path: &file.path,
                    r#as: file.kind,
                    read: file.read,
                })
                .collect(),
            products: outcome
                .recognised
                .iter()
                .map(|found| ProductJson {
                    product: &found.product,
                    title: &found.title,
                    component: found.component.as_deref(),
                    deployment: &found.deployment,
                    location: at(found.span),
                })
                .collect(),
            undecided: outcome
                .undecided
                .iter()
                .map(|undecided| UndecidedJson {
                    product: &undecided.product,
                    setting: &undecided.setting,
                    concern: &undecided.concern,
                    why: &undecided.why,
                    deployment: &undecided.deployment,
                    location: at(undecided.span),
                })
                .collect(),
        },
        findings: findings(report),
        notes: outcome.notes.iter().map(problem).collect(),
        problems: outcome.problems.iter().map(problem).collect(),
    }
}

fn findings<'a>(report: &'a Report<'a>) -> Vec<FindingJson<'a>> {
    report.shown().map(|f| finding(f, report)).collect()
}

fn finding<'a>(finding: &'a Finding, report: &Report<'_>) -> FindingJson<'a> {
    FindingJson {
        rule: &finding.rule,
        concern: &finding.concern,
        severity: finding.severity.name(),
        confidence: &finding.confidence,
        product: finding.product.as_ref().map(|(id, _)| id.as_str()),
        component: finding.component.as_deref(),
        setting: finding.setting.as_deref(),
        state: finding.state.name(),
        message: &finding.message,
        reason: &finding.reason,
        help: &finding.help,
        legal: &finding.legal,
        location: location(finding.span, report),
        trace: finding
            .trace
            .iter()
            .map(|step| {
                let place = Place::of(step.span, report.sources);
                StepJson {
                    path: place.path,
                    line: place.start.line,
                    column: place.start.column,
                    note: &step.note,
                }
            })
            .collect(),
        fix: finding.fix.as_ref().map(|fix| FixJson {
            safe: fix.safe,
            edits: fix
                .edits
                .iter()
                .map(|edit| {
                    let place = Place::of(edit.span, report.sources);
                    EditJson {
                        path: place.path,
                        start: place.bytes.start,
                        end: place.bytes.end,
                        text: &edit.text,
                    }
                })
                .collect(),
        }),
        fingerprint: &finding.fingerprint,
        deployments: &finding.deployments,
        source: finding.source.as_deref(),
    }
}

fn location(span: Span, report: &Report<'_>) -> Location {
    let place = Place::of(span, report.sources);
    Location {
        start: Point {
            line: place.start.line,
            column: place.start.column,
            byte: place.bytes.start,
        },
        end: Point {
            line: place.end.line,
            column: place.end.column,
            byte: place.bytes.end,
        },
        path: place.path,
    }
}
