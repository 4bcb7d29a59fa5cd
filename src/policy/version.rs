//! Versions, and the ranges in which something holds.

/// Whether `version` lies in `range`: comparisons separated by commas or spaces, all of which
/// must hold, alternatives separated by `||`: `>=2.0.0, <3`, `<7439`, `8`.
///
/// A version that isn't known counts as the newest: what is deployed without a version is
/// fetched anew.
#[must_use]
pub fn in_range(version: Option<&str>, range: &str) -> bool {
    range.split("||").any(|all| {
        let all = all.replace(',', " ");
        // An operator may stand apart from its number.
        let mut words: Vec<String> = Vec::new();
        for word in all.split_whitespace() {
            match words.last_mut() {
                Some(last) if last.chars().all(|c| "<>=!~^".contains(c)) => last.push_str(word),
                _ => words.push(word.to_owned()),
            }
        }
        words.iter().all(|word| holds(version, word))
    })
}

fn holds(version: Option<&str>, comparison: &str) -> bool {
    let number = comparison.trim_start_matches(|c| "<>=!~^≤≥".contains(c));
    let operator = match &comparison[..comparison.len() - number.len()] {
        "≤" => "<=",
        "≥" => ">=",
        other => other,
    };
    let want = numbers(number);
    let Some(version) = version.map(numbers).filter(|v| !v.is_empty()) else {
        return matches!(operator, ">" | ">=" | "!=" | "^" | "~");
    };
    let order = (0..want.len().max(version.len()))
        .map(|i| {
            let at = |list: &[u64]| list.get(i).copied().unwrap_or(0);
            at(&version).cmp(&at(&want))
        })
        .find(|o| o.is_ne())
        .unwrap_or(std::cmp::Ordering::Equal);
    match operator {
        "<" => order.is_lt(),
        "<=" => order.is_le() || version.starts_with(&want),
        ">" => order.is_gt() && !version.starts_with(&want),
        ">=" => order.is_ge(),
        "!=" => !version.starts_with(&want),
        "^" => order.is_ge() && version.first() == want.first(),
        "~" => order.is_ge() && version.get(..2) == want.get(..2),
        _ => version.starts_with(&want),
    }
}

fn numbers(text: &str) -> Vec<u64> {
    text.trim_start_matches('v')
        .split(|c: char| !c.is_ascii_digit())
        .map_while(|part| part.parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::in_range;

    #[test]
    fn comparisons() {
        assert!(in_range(Some("7438"), "<7439"));
        assert!(!in_range(Some("7439"), "<7439"));
        assert!(in_range(Some("2.7.0"), ">=2.0.0, <3"));
        assert!(in_range(Some("8.1"), "8"));
        assert!(in_range(Some("6.4.9"), "<=6.4"));
        assert!(in_range(Some("6.2"), "<6 || >= 6.1"));
        assert!(in_range(None, ">=8.1"));
        assert!(!in_range(None, "<8.1"));
    }
}
