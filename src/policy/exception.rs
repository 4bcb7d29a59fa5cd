//! Findings about exceptions themselves.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::check::Run;
use super::finding::{Finding, Severity, State};
use super::format::Lang;
use crate::trace::Span;

/// A comment that allows something and has no effect, or no reason.
pub(super) fn suppression_finding(message: &str, span: Span, lang: Lang, run: &Run<'_>) -> Finding {
    let source = run.sources.get(span.source);
    let mut hash = Sha256::new();
    hash.update(source.path.as_bytes());
    hash.update(run.sources.slice(span).as_bytes());
    hash.update(message.as_bytes());
    Finding {
        rule: "suppression-without-effect".to_owned(),
        concern: "processor".to_owned(),
        severity: Severity::Warning,
        confidence: "high".to_owned(),
        product: None,
        component: None,
        setting: None,
        state: State::Written,
        message: message.to_owned(),
        reason: match lang {
            Lang::En => {
                "An exception that nobody needs any more hides the next departure.".to_owned()
            }
            Lang::De => "Eine Ausnahme, die niemand mehr braucht, verdeckt die nächste Abweichung."
                .to_owned(),
        },
        help: match lang {
            Lang::En => {
                "Take the comment out, or correct it: `konform: allow RULE -- reason`.".to_owned()
            }
            Lang::De => {
                "Entfernen oder berichtigen Sie den Kommentar: `konform: allow REGEL -- Grund`."
                    .to_owned()
            }
        },
        legal: Vec::new(),
        span,
        trace: Vec::new(),
        fix: None,
        fingerprint: hash
            .finalize()
            .iter()
            .take(16)
            .fold(String::new(), |mut out, byte| {
                let _ = write!(out, "{byte:02x}");
                out
            }),
        deployments: Vec::new(),
        source: None,
    }
}
