//! Legal grounds, in the forms that are usual in each language.

use std::fmt::Write as _;

use super::format::{Lang, Rule};

/// The legal grounds in the forms that are usual in the language.
pub(super) fn legal(rule: &Rule, lang: Lang) -> Vec<String> {
    rule.legal
        .iter()
        .map(|ground| match lang {
            Lang::En => ground.clone(),
            Lang::De => german(ground),
        })
        .collect()
}

/// `GDPR Art. 6(1)(a)` is `Art. 6 Abs. 1 lit. a DSGVO`; `StGB § 201` is `§ 201 StGB`.
fn german(ground: &str) -> String {
    let Some((law, rest)) = ground.split_once(' ') else {
        return ground.to_owned();
    };
    let law = if law == "GDPR" { "DSGVO" } else { law };
    let mut out = String::new();
    let mut parts = rest.split('(');
    out.push_str(parts.next().unwrap_or_default().trim());
    for part in parts {
        let part = part.trim_end().trim_end_matches(')');
        let (inner, after) = part.split_once(')').unwrap_or((part, ""));
        if inner.chars().all(|c| c.is_ascii_digit()) {
            let _ = write!(out, " Abs. {inner}");
        } else {
            let _ = write!(out, " lit. {inner}");
        }
        out.push_str(after.trim_end());
    }
    format!("{out} {law}")
}

#[cfg(test)]
mod tests {
    use super::german;

    #[test]
    fn german_forms() {
        assert_eq!(german("GDPR Art. 6(1)(a)"), "Art. 6 Abs. 1 lit. a DSGVO");
        assert_eq!(german("StGB § 201"), "§ 201 StGB");
        assert_eq!(german("BetrVG § 87(1) Nr. 6"), "§ 87 Abs. 1 Nr. 6 BetrVG");
    }
}
