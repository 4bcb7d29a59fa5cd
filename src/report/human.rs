//! Text for people: each finding at its lines, then what was looked at.

use std::fmt;
use std::io;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode, ThemeCharacters,
    ThemeStyles,
};

use super::place::Place;
use super::snippet::{Snippet, clean};
use super::words::{self, Words};
use super::{Options, Report, summary};
use crate::policy::finding::{Finding, Severity};
use crate::policy::format::Lang;
use crate::trace::Problem;

/// Lines shown on either side of a place.
const CONTEXT: usize = 1;

/// Steps of a way that are shown; the middle of a longer one is left out.
const MAX_STEPS: usize = 12;

/// Deployments that are named.
const MAX_DEPLOYMENTS: usize = 6;

/// Writes the report.
pub(super) fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let paint = Paint::new(report.options);
    let handler = handler(report.options);
    for finding in report.shown() {
        write_finding(finding, report, &handler, &paint, out)?;
    }
    for problem in &report.outcome.problems {
        write_problem(problem, report, &paint, out)?;
    }
    if !report.options.quiet {
        summary::write(report, &paint, out)?;
    }
    Ok(())
}

fn handler(options: Options) -> GraphicalReportHandler {
    let theme = GraphicalTheme {
        characters: if options.unicode {
            ThemeCharacters::unicode()
        } else {
            ThemeCharacters::ascii()
        },
        styles: if options.color {
            ThemeStyles::ansi()
        } else {
            ThemeStyles::none()
        },
    };
    GraphicalReportHandler::new_themed(theme)
        .with_width(options.width)
        .with_context_lines(CONTEXT)
        .with_links(false)
        .with_wrap_lines(false)
        .without_syntax_highlighting()
}

/// The part of a finding that miette draws: name, message, lines.
#[derive(Debug)]
struct Head {
    code: String,
    message: String,
    severity: Severity,
    snippet: Snippet,
    label: &'static str,
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Head {}

impl Diagnostic for Head {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        })
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.snippet)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = LabeledSpan::new_with_span(Some(self.label.to_owned()), self.snippet.label());
        Some(Box::new(std::iter::once(label)))
    }
}

fn write_finding(
    finding: &Finding,
    report: &Report<'_>,
    handler: &GraphicalReportHandler,
    paint: &Paint,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let lang = report.options.lang;
    let words = words::of(lang);
    let source = report.sources.get(finding.span.source);
    let head = Head {
        code: code(finding, lang),
        // Wrapped here: miette would break host names at their hyphens.
        message: wrap(
            &clean(&finding.message),
            report.options.width.clamp(40, 120) - 6,
        )
        .join("\n"),
        severity: finding.severity,
        snippet: Snippet::new(&source, finding.span, CONTEXT),
        label: words.label(finding.state),
    };
    let mut drawn = String::new();
    handler
        .render_report(&mut drawn, &head)
        .map_err(|_| io::Error::other("a finding could not be drawn"))?;
    out.write_all(drawn.as_bytes())?;
    write_way(finding, report, paint, out)?;
    for (name, text) in facts(finding, report, words) {
        paint.field(out, name, &text)?;
    }
    writeln!(out)
}

/// Severity, rule and product: `error: open-registration (Example Meet)`.
fn code(finding: &Finding, lang: Lang) -> String {
    let severity = words::severity(finding.severity, lang);
    match &finding.product {
        Some((_, title)) => format!("{severity}: {} ({})", finding.rule, clean(title)),
        None => format!("{severity}: {}", finding.rule),
    }
}

/// The steps from the place to what is deployed, one a line.
fn write_way(
    finding: &Finding,
    report: &Report<'_>,
    paint: &Paint,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let steps: Vec<(String, String)> = finding
        .trace
        .iter()
        .map(|step| {
            (
                Place::of(step.span, report.sources).short(),
                clean(&step.note),
            )
        })
        .collect();
    let width = steps
        .iter()
        .map(|(p, _)| p.chars().count())
        .max()
        .unwrap_or(0)
        .min(48);
    for (index, (place, note)) in steps.iter().enumerate() {
        if steps.len() > MAX_STEPS && index == MAX_STEPS / 2 {
            writeln!(out, "    {}", paint.dim(paint.dots))?;
        }
        let left_out = steps.len().saturating_sub(MAX_STEPS);
        if (MAX_STEPS / 2..MAX_STEPS / 2 + left_out).contains(&index) {
            continue;
        }
        let pad = " ".repeat(width.saturating_sub(place.chars().count()));
        writeln!(
            out,
            "    {} {}{pad}  {note}",
            paint.dim(paint.arrow),
            paint.place(place)
        )?;
    }
    Ok(())
}

fn facts(
    finding: &Finding,
    report: &Report<'_>,
    words: &'static Words,
) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    let mut add = |name, text: String| {
        if !text.is_empty() {
            facts.push((name, clean(&text)));
        }
    };
    add(words.why, finding.reason.clone());
    add(words.help, finding.help.clone());
    add(words.legal, finding.legal.join(", "));
    if finding.deployments.len() > 1 {
        let mut names = finding.deployments.clone();
        let more = names.len().saturating_sub(MAX_DEPLOYMENTS);
        names.truncate(MAX_DEPLOYMENTS);
        if more > 0 {
            names.push(format!("{more} {}", words.and_more));
        }
        add(words.shared_by, names.join(", "));
    }
    if finding.confidence != "high" {
        let confidence = words::confidence(&finding.confidence, report.options.lang);
        add(words.confidence, confidence.to_owned());
    }
    let mut more = vec![format!("konform explain {}", finding.rule)];
    if let (Some((product, _)), Some(setting)) = (&finding.product, &finding.setting) {
        more.push(format!("{product}:{setting}"));
    }
    add(words.more, more.join(" "));
    facts
}

fn write_problem(
    problem: &Problem,
    report: &Report<'_>,
    paint: &Paint,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let words = words::of(report.options.lang);
    write!(out, "{}: ", paint.bad(words.problem))?;
    if let Some(span) = problem.span {
        write!(
            out,
            "{}: ",
            paint.place(&Place::of(span, report.sources).short())
        )?;
    }
    writeln!(out, "{}", clean(&problem.message))
}

/// Colours, or none, and characters, or ASCII.
#[derive(Debug)]
pub(super) struct Paint {
    color: bool,
    width: usize,
    /// Leads to the next step.
    pub arrow: &'static str,
    /// Something is left out.
    pub dots: &'static str,
    /// Parts a line.
    pub dot: &'static str,
}

impl Paint {
    fn new(options: Options) -> Self {
        let (arrow, dots, dot) = if options.unicode {
            ("→", "…", "·")
        } else {
            ("->", "...", "-")
        };
        Self {
            color: options.color,
            width: options.width.clamp(40, 120),
            arrow,
            dots,
            dot,
        }
    }

    fn style(&self, code: &str, text: &str) -> String {
        if self.color {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }

    /// The name of what follows.
    pub(super) fn name(&self, text: &str) -> String {
        self.style("36", text)
    }

    /// A heading.
    pub(super) fn bold(&self, text: &str) -> String {
        self.style("1", text)
    }

    /// Of less importance.
    pub(super) fn dim(&self, text: &str) -> String {
        self.style("2", text)
    }

    /// A path with a position.
    pub(super) fn place(&self, text: &str) -> String {
        self.style("34", text)
    }

    /// Something that went wrong.
    pub(super) fn bad(&self, text: &str) -> String {
        self.style("31;1", text)
    }

    /// `name: text`, wrapped and hung under its first word.
    fn field(&self, out: &mut dyn io::Write, name: &str, text: &str) -> io::Result<()> {
        let indent = 14;
        let pad = " ".repeat(indent - 4 - name.chars().count().min(indent - 4));
        for (index, line) in wrap(text, self.width - indent).iter().enumerate() {
            if index == 0 {
                writeln!(out, "  {}:{pad} {line}", self.name(name))?;
            } else {
                writeln!(out, "{}{line}", " ".repeat(indent))?;
            }
        }
        Ok(())
    }
}

/// `text` in lines of at most `width` characters, broken at spaces outside of backticks.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut length = 0;
    for word in words_of(text) {
        let more = word.chars().count();
        if length > 0 && length + 1 + more > width {
            lines.push(std::mem::take(&mut line));
            length = 0;
        }
        if length > 0 {
            line.push(' ');
            length += 1;
        }
        line.push_str(word);
        length += more;
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// The words of a text; what stands in backticks is one, so that it can be copied.
fn words_of(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let (mut start, mut quoted) = (0, false);
    for (at, c) in text.char_indices() {
        match c {
            '`' => quoted = !quoted,
            ' ' if !quoted => {
                words.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    words.push(&text[start..]);
    words.retain(|w| !w.is_empty());
    words
}
