//! Checks the tree of a section and compares.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::LazyLock;

use konform::policy::finding::{Finding, Severity};
use konform::policy::{Options, Policies, check};
use konform::trace::{Sources, Span};
use konform::workspace::{Config, Workspace};

use super::markdown::{Expected, Section, words};

static POLICIES: LazyLock<Policies> =
    LazyLock::new(|| Policies::builtin().expect("the embedded policies load"));

/// Whether notes have to be expected too.
static NOTES: LazyLock<bool> = LazyLock::new(|| std::env::var_os("NOTES").is_some());

/// What is found in the section's tree that isn't expected, and the other way round; none if all is well.
pub fn differences(section: &Section) -> Option<String> {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let root = dir.path().canonicalize().expect("a temporary folder");
    for block in &section.blocks {
        let path = root.join(&block.path);
        std::fs::create_dir_all(path.parent().expect("in the folder")).expect("a folder");
        std::fs::write(path, block.text()).expect("a file");
    }
    let config = config(&root);
    let options = options(&config);
    let workspace = Workspace::open(std::slice::from_ref(&root), &root, config);
    let inventory = konform::evaluate::evaluate(&workspace);
    let outcome = check(&inventory, &POLICIES, &options, workspace.sources());

    let mut open: Vec<(&str, &Expected)> = section
        .blocks
        .iter()
        .flat_map(|b| b.expected.iter().map(|e| (b.path.as_str(), e)))
        .collect();
    let mut report = String::new();
    // The weighty ones first, so that no note takes their place.
    let mut findings: Vec<&Finding> = outcome.findings.iter().collect();
    findings.sort_by_key(|f| std::cmp::Reverse(f.severity));
    for finding in findings {
        let source = workspace.sources().get(finding.span.source);
        let line = source.position(finding.span.start as usize).line - 1;
        let path = source.path.strip_prefix("./").unwrap_or(&source.path);
        let found = open
            .iter()
            .position(|(p, e)| *p == path && e.line == line && meets(finding, e));
        match found {
            Some(at) => {
                open.remove(at);
            }
            None if finding.severity == Severity::Note && !*NOTES => {}
            None => unexpected(&mut report, section, path, line, finding),
        }
    }
    for (path, expected) in open {
        let (text, at) = place(section, path, expected.line);
        let severity = expected.severity.map_or("", Severity::name);
        let _ = writeln!(
            report,
            "- {}:{at}: {} {severity} is expected and was not found\n      {path}: {text}",
            section.file, expected.rule
        );
    }
    traces(&mut report, section, &outcome.findings, workspace.sources());
    for problem in &outcome.problems {
        let _ = writeln!(report, "! {}: {}", section.file, problem.message);
    }
    if report.is_empty() {
        return None;
    }
    let products: std::collections::BTreeSet<String> = outcome
        .recognised
        .iter()
        .map(|r| format!("{}/{}", r.product, r.component.as_deref().unwrap_or("?")))
        .collect();
    let products: Vec<_> = products.into_iter().collect();
    Some(format!(
        "## {} ({}; recognised: {})\n{report}",
        section.title,
        section.file,
        products.join(", ")
    ))
}

/// Compares the ways that are told with those that findings have.
fn traces(report: &mut String, section: &Section, findings: &[Finding], sources: &Sources) {
    for told in &section.traces {
        let found: Vec<Vec<String>> = findings
            .iter()
            .map(|f| way(f, sources))
            .filter(|way| way.first() == told.lines.first())
            .collect();
        if found.contains(&told.lines) {
            continue;
        }
        let _ = writeln!(
            report,
            "~ {}:{}: the way is another:",
            section.file, told.at
        );
        for line in found.iter().flatten() {
            let _ = writeln!(report, "      {line}");
        }
    }
}

/// A finding and its steps, a line each.
fn way(finding: &Finding, sources: &Sources) -> Vec<String> {
    let line = |span: Span, what: &str| {
        let source = sources.get(span.source);
        let path = source.path.strip_prefix("./").unwrap_or(&source.path);
        let line = source.position(span.start as usize).line;
        words(&format!("{path}:{line} {what}"))
    };
    let steps = finding.trace.iter().map(|s| line(s.span, &s.note));
    std::iter::once(line(finding.span, &finding.rule))
        .chain(steps)
        .collect()
}

fn meets(finding: &Finding, expected: &Expected) -> bool {
    finding.rule == expected.rule
        && expected.severity.is_none_or(|s| s == finding.severity)
        && expected.state.is_none_or(|s| s == finding.state)
        && expected
            .confidence
            .as_ref()
            .is_none_or(|c| *c == finding.confidence)
}

fn unexpected(report: &mut String, section: &Section, path: &str, line: usize, finding: &Finding) {
    let (text, at) = place(section, path, line);
    let _ = writeln!(
        report,
        "+ {}:{at}: {} {} {} {} was not expected\n      {path}: {text}\n      {} ({})",
        section.file,
        finding.rule,
        finding.severity.name(),
        finding.state.name(),
        finding.confidence,
        finding.message,
        finding.setting.as_deref().unwrap_or("no setting"),
    );
}

/// A line of a file of the tree, and the line of the Markdown file it stands on.
fn place<'s>(section: &'s Section, path: &str, line: usize) -> (&'s str, usize) {
    section
        .blocks
        .iter()
        .find(|b| b.path == path)
        .and_then(|b| b.lines.get(line))
        .map_or(("", 0), |(text, at)| (text.trim(), *at))
}

fn config(root: &Path) -> Config {
    let file = root.join("konform.toml");
    if file.is_file() {
        Config::load(&file).expect("the section's configuration is right")
    } else {
        Config::default()
    }
}

/// What the configuration says, as far as cases need it.
fn options(config: &Config) -> Options {
    let allowed = config.allowed.as_ref().map_or_else(
        || vec!["EU".to_owned(), "EEA".to_owned()],
        |list| list.iter().map(|w| w.value.clone()).collect(),
    );
    Options {
        allowed,
        processors: config
            .processors
            .iter()
            .map(|p| p.name.value.clone())
            .collect(),
        own_hosts: config.own_hosts.clone(),
        today: "2026-01-01".to_owned(),
        ..Options::default()
    }
}
