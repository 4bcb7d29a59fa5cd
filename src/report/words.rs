//! The frame around findings in the languages that konform speaks.
//!
//! The words of findings themselves come with them.

use crate::policy::finding::{Severity, State};
use crate::policy::format::Lang;

/// One language's words.
#[derive(Debug)]
pub(super) struct Words {
    pub why: &'static str,
    pub help: &'static str,
    pub legal: &'static str,
    pub more: &'static str,
    pub shared_by: &'static str,
    pub confidence: &'static str,
    pub written_here: &'static str,
    pub default_here: &'static str,
    pub undecided_here: &'static str,
    pub fix_safe: &'static str,
    pub fix_unsafe: &'static str,
    pub problem: &'static str,
    pub recognised: &'static str,
    pub nothing_recognised: &'static str,
    pub files: &'static str,
    pub remarks: &'static str,
    pub undecided: &'static str,
    pub findings: &'static str,
    pub problems: &'static str,
    pub suppressed: &'static str,
    pub nothing_found: &'static str,
    pub hidden: &'static str,
    pub read: &'static str,
    pub unread: &'static str,
    pub all_listed: &'static str,
    pub place: &'static str,
    pub finding: &'static str,
    pub and_more: &'static str,
    pub way: &'static str,
}

const EN: Words = Words {
    why: "why",
    help: "help",
    legal: "legal",
    more: "more",
    shared_by: "in",
    confidence: "confidence",
    written_here: "written here",
    default_here: "nothing here says otherwise",
    undecided_here: "can't be told from here",
    fix_safe: "a safe edit is known",
    fix_unsafe: "an edit is known; look at it first",
    problem: "problem",
    recognised: "Recognised",
    nothing_recognised: "no product that konform knows",
    files: "Files",
    remarks: "Remarks",
    undecided: "Undecided",
    findings: "Findings",
    problems: "Problems",
    suppressed: "suppressed",
    nothing_found: "none",
    hidden: "`--level note` shows the notes",
    read: "read",
    unread: "looked at and not made use of",
    all_listed: "`--format json` lists all",
    place: "Place",
    finding: "Finding",
    and_more: "more",
    way: "The way of the value",
};

const DE: Words = Words {
    why: "warum",
    help: "Abhilfe",
    legal: "Recht",
    more: "mehr",
    shared_by: "in",
    confidence: "Gewissheit",
    written_here: "steht hier",
    default_here: "hier steht nichts anderes",
    undecided_here: "hier nicht zu entscheiden",
    fix_safe: "eine sichere Änderung ist bekannt",
    fix_unsafe: "eine Änderung ist bekannt; vorher ansehen",
    problem: "Problem",
    recognised: "Erkannt",
    nothing_recognised: "kein Produkt, das konform kennt",
    files: "Dateien",
    remarks: "Anmerkungen",
    undecided: "Offen",
    findings: "Befunde",
    problems: "Probleme",
    suppressed: "unterdrückt",
    nothing_found: "keine",
    hidden: "`--level note` zeigt die Hinweise",
    read: "gelesen",
    unread: "angesehen und nicht verwendet",
    all_listed: "`--format json` nennt alle",
    place: "Stelle",
    finding: "Befund",
    and_more: "weitere",
    way: "Der Weg des Wertes",
};

/// The words of `lang`.
pub(super) fn of(lang: Lang) -> &'static Words {
    match lang {
        Lang::En => &EN,
        Lang::De => &DE,
    }
}

impl Words {
    /// What the underlined bytes are to a finding.
    pub(super) fn label(&self, state: State) -> &'static str {
        match state {
            State::Written => self.written_here,
            State::Default => self.default_here,
            State::Undecided => self.undecided_here,
        }
    }
}

/// A severity before a rule's name.
pub(super) fn severity(severity: Severity, lang: Lang) -> &'static str {
    match (severity, lang) {
        (_, Lang::En) => severity.name(),
        (Severity::Error, Lang::De) => "Fehler",
        (Severity::Warning, Lang::De) => "Warnung",
        (Severity::Note, Lang::De) => "Hinweis",
    }
}

/// How many findings of a severity: `1 error`, `2 Warnungen`.
pub(super) fn count(number: usize, severity: Severity, lang: Lang) -> String {
    let (one, many) = match (severity, lang) {
        (Severity::Error, Lang::En) => ("error", "errors"),
        (Severity::Warning, Lang::En) => ("warning", "warnings"),
        (Severity::Note, Lang::En) => ("note", "notes"),
        (Severity::Error, Lang::De) => ("Fehler", "Fehler"),
        (Severity::Warning, Lang::De) => ("Warnung", "Warnungen"),
        (Severity::Note, Lang::De) => ("Hinweis", "Hinweise"),
    };
    format!("{number} {}", if number == 1 { one } else { many })
}

/// A degree of confidence.
pub(super) fn confidence(confidence: &str, lang: Lang) -> &str {
    match (confidence, lang) {
        ("high", Lang::De) => "hoch",
        ("medium", Lang::De) => "mittel",
        ("low", Lang::De) => "gering",
        (other, _) => other,
    }
}
