//! SARIF 2.1.0, for code scanning.

mod model;

use std::collections::BTreeMap;
use std::io;

use super::place::Place;
use super::{Report, words};
use crate::policy::finding::{Finding, Fix, Severity, TraceStep};
use crate::policy::format::Lang;
use crate::trace::{Problem, Span};
use model::{
    ArtifactChange, ArtifactLocation, CodeFlow, Configuration, Driver, Help, Invocation, Location,
    Log, Message, Notification, PhysicalLocation, Region, Replacement, ResultProperties, Rule,
    RuleProperties, Run, ThreadFlow, ThreadFlowLocation, Tool,
};

/// The key of our fingerprint; a new way to make it gets a new number.
const FINGERPRINT: &str = "konform/v1";

/// Writes the report.
pub(super) fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &log(report))?;
    writeln!(out)
}

fn log(report: &Report<'_>) -> Log {
    let findings: Vec<&Finding> = report.shown().collect();
    let (rules, index) = rules(report, &findings);
    let outcome = report.outcome;
    let notifications = outcome
        .problems
        .iter()
        .map(|problem| notification("error", problem, report))
        .chain(
            outcome
                .notes
                .iter()
                .map(|note| notification("note", note, report)),
        )
        .collect();
    Log {
        schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "konform",
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    rules,
                },
            },
            language: match report.options.lang {
                Lang::En => "en",
                Lang::De => "de",
            },
            column_kind: "unicodeCodePoints",
            invocations: [Invocation {
                execution_successful: outcome.problems.is_empty(),
                tool_execution_notifications: notifications,
            }],
            results: findings
                .into_iter()
                .map(|finding| result(finding, &index, report))
                .collect(),
        }],
    }
}

/// The rules in the order of their names and where each is; those that only findings know
/// (of what konform itself has to say) come from there.
fn rules(report: &Report<'_>, findings: &[&Finding]) -> (Vec<Rule>, BTreeMap<String, usize>) {
    let mut rules: BTreeMap<String, Rule> = BTreeMap::new();
    for rule in report.rules {
        rules.insert(rule.name.clone(), described(rule));
    }
    for finding in findings {
        rules
            .entry(finding.rule.clone())
            .or_insert_with(|| bare(finding));
    }
    let index = rules.keys().cloned().zip(0..).collect();
    (rules.into_values().collect(), index)
}

fn described(rule: &super::Rule) -> Rule {
    let legal = rule.legal.join(", ");
    Rule {
        id: rule.name.clone(),
        short_description: message(rule.name.replace('-', " ")),
        full_description: Some(message(&rule.reason)),
        help: Some(Help {
            text: format!("{}\n{}\n{legal}", rule.reason, rule.help),
            markdown: format!("{}\n\n{}\n\n*{legal}*", rule.reason, rule.help),
        }),
        default_configuration: Configuration {
            level: level(rule.severity),
        },
        properties: RuleProperties {
            tags: vec!["privacy".to_owned(), rule.concern.clone()],
            precision: Some(rule.confidence.clone()),
            problem_severity: problem_severity(rule.severity),
        },
    }
}

fn bare(finding: &Finding) -> Rule {
    Rule {
        id: finding.rule.clone(),
        short_description: message(finding.rule.replace('-', " ")),
        full_description: None,
        help: None,
        default_configuration: Configuration {
            level: level(finding.severity),
        },
        properties: RuleProperties {
            tags: vec!["privacy".to_owned(), finding.concern.clone()],
            precision: None,
            problem_severity: problem_severity(finding.severity),
        },
    }
}

fn result(
    finding: &Finding,
    index: &BTreeMap<String, usize>,
    report: &Report<'_>,
) -> model::Result {
    let mut text = finding.message.clone();
    if !finding.help.is_empty() {
        text.push('\n');
        text.push_str(&finding.help);
    }
    model::Result {
        rule_id: finding.rule.clone(),
        rule_index: index.get(&finding.rule).copied().unwrap_or_default(),
        level: level(finding.severity),
        message: message(text),
        locations: [location(finding.span, None, report)],
        code_flows: code_flows(finding, report),
        partial_fingerprints: BTreeMap::from([(FINGERPRINT, finding.fingerprint.clone())]),
        fixes: finding
            .fix
            .iter()
            .map(|fix| sarif_fix(fix, report))
            .collect(),
        properties: ResultProperties {
            concern: finding.concern.clone(),
            confidence: finding.confidence.clone(),
            state: finding.state.name(),
            product: finding.product.as_ref().map(|(id, _)| id.clone()),
            component: finding.component.clone(),
            setting: finding.setting.clone(),
            reason: finding.reason.clone(),
            help: finding.help.clone(),
            legal: finding.legal.clone(),
            deployments: finding.deployments.clone(),
        },
    }
}

/// The way of the value, from where it is written.
fn code_flows(finding: &Finding, report: &Report<'_>) -> Vec<CodeFlow> {
    if finding.trace.is_empty() {
        return Vec::new();
    }
    let written = TraceStep {
        span: finding.span,
        note: words::of(report.options.lang)
            .label(finding.state)
            .to_owned(),
    };
    let locations = std::iter::once(&written)
        .chain(&finding.trace)
        .map(|step| ThreadFlowLocation {
            location: location(step.span, Some(&step.note), report),
        })
        .collect();
    vec![CodeFlow {
        thread_flows: [ThreadFlow { locations }],
    }]
}

fn sarif_fix(fix: &Fix, report: &Report<'_>) -> model::Fix {
    let words = words::of(report.options.lang);
    let artifact_changes = fix
        .edits
        .iter()
        .map(|edit| {
            let place = Place::of(edit.span, report.sources);
            ArtifactChange {
                artifact_location: artifact(&place.path),
                replacements: [Replacement {
                    deleted_region: region(&place),
                    inserted_content: message(&edit.text),
                }],
            }
        })
        .collect();
    model::Fix {
        description: message(if fix.safe {
            words.fix_safe
        } else {
            words.fix_unsafe
        }),
        artifact_changes,
    }
}

fn notification(level: &'static str, problem: &Problem, report: &Report<'_>) -> Notification {
    Notification {
        level,
        message: message(&problem.message),
        locations: problem
            .span
            .iter()
            .map(|span| location(*span, None, report))
            .collect(),
    }
}

fn location(span: Span, note: Option<&str>, report: &Report<'_>) -> Location {
    let place = Place::of(span, report.sources);
    Location {
        physical_location: PhysicalLocation {
            artifact_location: artifact(&place.path),
            region: region(&place),
        },
        message: note.filter(|n| !n.is_empty()).map(message),
    }
}

fn region(place: &Place) -> Region {
    Region {
        start_line: place.start.line,
        start_column: place.start.column,
        end_line: place.end.line,
        end_column: place.end.column,
        byte_offset: place.bytes.start,
        byte_length: place.bytes.len(),
    }
}

/// A file below the working directory, or one elsewhere.
fn artifact(path: &str) -> ArtifactLocation {
    if path.starts_with('/') {
        return ArtifactLocation {
            uri: format!("file://{}", encode(path)),
            uri_base_id: None,
        };
    }
    ArtifactLocation {
        uri: encode(path),
        uri_base_id: Some("%SRCROOT%"),
    }
}

/// A path as part of a URI.
fn encode(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~!$&'()*+,;=@".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

fn message(text: impl Into<String>) -> Message {
    Message { text: text.into() }
}

fn level(severity: Severity) -> &'static str {
    severity.name()
}

/// The word by which code scanning sorts.
fn problem_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "recommendation",
    }
}
