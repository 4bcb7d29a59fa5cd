//! Findings about exceptions themselves.

use std::fmt::Write as _;

use indexmap::IndexMap;
use sha2::{Digest, Sha256};

use super::check::Run;
use super::finding::{Finding, Severity, State};
use super::format::{Lang, Rule};
use super::image::glob;
use super::suppress::Suppression;

/// A comment that allows something and has no effect, or no reason.
///
/// It is about what the rules are about that the comment names.
pub(super) fn suppression_finding(
    message: &str,
    comment: &Suppression,
    lang: Lang,
    run: &Run<'_>,
) -> Finding {
    let span = comment.span;
    let source = run.sources.get(span.source);
    let mut hash = Sha256::new();
    hash.update(source.path.as_bytes());
    hash.update(run.sources.slice(span).as_bytes());
    hash.update(message.as_bytes());
    Finding {
        rule: "suppression-without-effect".to_owned(),
        concern: concern(&comment.rules, &run.policies.rules),
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

/// The concern of the first rule that one of `names` means; of a name that means none, that of
/// the rule which begins most like it.
fn concern(names: &[String], rules: &IndexMap<String, Rule>) -> String {
    let meant = names.iter().find_map(|name| {
        let mut meant = rules.iter().filter(|(rule, _)| glob(rule, name));
        meant.next()
    });
    let alike = |rule: &str| {
        let first = names.first().map_or("", String::as_str);
        let pairs = rule.chars().zip(first.chars());
        pairs.take_while(|(a, b)| a == b).count()
    };
    let found = meant.or_else(|| rules.iter().rev().max_by_key(|(rule, _)| alike(rule)));
    found.map_or_else(String::new, |(_, rule)| rule.concern.clone())
}

#[cfg(test)]
mod tests {
    use super::concern;
    use crate::policy::Policies;

    #[test]
    fn an_exception_is_about_what_its_rules_are_about() {
        let policies = Policies::builtin().expect("the embedded policies load");
        let of = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|&n| n.to_owned()).collect();
            concern(&names, &policies.rules)
        };
        assert_eq!(of(&["transcription-on"]), "recording");
        assert_eq!(of(&["e2ee-*"]), "encryption");
        assert_eq!(of(&["nonsense", "open-registration"]), "access");
        assert_eq!(of(&["transcriptions-on"]), "recording");
    }
}
