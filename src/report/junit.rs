//! JUnit's XML: a suite for each file, a failed case for each finding.

use std::collections::BTreeMap;
use std::io;

use super::Report;
use super::place::Place;
use crate::policy::finding::Finding;
use crate::trace::Problem;

#[derive(Default)]
struct Suite<'a> {
    findings: Vec<(&'a Finding, Place)>,
    problems: Vec<(&'a Problem, Option<Place>)>,
}

/// Writes the report.
pub(super) fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let mut suites: BTreeMap<String, Suite<'_>> = BTreeMap::new();
    for file in report.files.iter().filter(|f| f.read) {
        suites.entry(file.path.clone()).or_default();
    }
    for finding in report.shown() {
        let place = Place::of(finding.span, report.sources);
        let suite = suites.entry(place.path.clone()).or_default();
        suite.findings.push((finding, place));
    }
    for problem in &report.outcome.problems {
        let place = problem.span.map(|span| Place::of(span, report.sources));
        let path = place.as_ref().map_or("konform", |p| &p.path).to_owned();
        let suite = suites.entry(path).or_default();
        suite.problems.push((problem, place));
    }
    let failures: usize = suites.values().map(|s| s.findings.len()).sum();
    let errors: usize = suites.values().map(|s| s.problems.len()).sum();
    let tests: usize = suites.values().map(Suite::cases).sum();
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(
        out,
        "<testsuites name=\"konform\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\">"
    )?;
    for (path, suite) in &suites {
        suite.write(path, out)?;
    }
    writeln!(out, "</testsuites>")
}

impl Suite<'_> {
    /// A file without findings counts as one case that passed.
    fn cases(&self) -> usize {
        (self.findings.len() + self.problems.len()).max(1)
    }

    fn write(&self, path: &str, out: &mut dyn io::Write) -> io::Result<()> {
        let path = escape(path);
        writeln!(
            out,
            "  <testsuite name=\"{path}\" tests=\"{}\" failures=\"{}\" errors=\"{}\">",
            self.cases(),
            self.findings.len(),
            self.problems.len(),
        )?;
        if self.findings.is_empty() && self.problems.is_empty() {
            writeln!(out, "    <testcase name=\"konform\" classname=\"{path}\"/>")?;
        }
        for (finding, place) in &self.findings {
            let name = escape(&format!("{} at {}", finding.rule, place.short()));
            writeln!(out, "    <testcase name=\"{name}\" classname=\"{path}\">")?;
            writeln!(
                out,
                "      <failure type=\"{}\" message=\"{}\">{}</failure>",
                finding.severity.name(),
                escape(&finding.message),
                escape(&format!(
                    "{}\n{}\n{}",
                    place.short(),
                    finding.reason,
                    finding.help
                )),
            )?;
            writeln!(out, "    </testcase>")?;
        }
        for (problem, place) in &self.problems {
            let at = place.as_ref().map_or_else(String::new, Place::short);
            let name = escape(format!("could be read {at}").trim());
            writeln!(out, "    <testcase name=\"{name}\" classname=\"{path}\">")?;
            writeln!(
                out,
                "      <error message=\"{}\"/>",
                escape(&problem.message)
            )?;
            writeln!(out, "    </testcase>")?;
        }
        writeln!(out, "  </testsuite>")
    }
}

/// Text for XML, in attributes too; characters that XML can't hold are replaced.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn what_xml_cannot_hold_is_replaced() {
        assert_eq!(
            escape("<a b=\"&\">\x1b\n"),
            "&lt;a b=&quot;&amp;&quot;&gt;\u{fffd}&#10;"
        );
    }
}
