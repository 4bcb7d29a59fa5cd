//! Splitting a command as Compose does.

use crate::trace::Text;

/// The words of a command line: separated by white space, quotes taken off, nothing expanded.
pub(super) fn split(line: &Text) -> Vec<Text> {
    let chars = line.as_str();
    let mut words = Vec::new();
    let mut word: Option<Text> = None;
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in chars.char_indices() {
        let here = at..at + c.len_utf8();
        let keep = if escaped {
            escaped = false;
            true
        } else {
            match (c, quote) {
                ('\\', None | Some('"')) => {
                    escaped = true;
                    false
                }
                (c, Some(open)) if c == open => {
                    quote = None;
                    false
                }
                ('\'' | '"', None) => {
                    quote = Some(c);
                    false
                }
                (c, None) if c.is_whitespace() => {
                    words.extend(word.take());
                    continue;
                }
                _ => true,
            }
        };
        let word = word.get_or_insert_with(|| line.slice(at..at));
        if keep {
            word.push(&line.slice(here));
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::split;
    use crate::trace::Text;

    #[test]
    fn quotes_hold_words_together() {
        let words = split(&Text::plain(r#"run --a "b c" 'd "e"' f\ g "" h'i'"#));
        let words: Vec<_> = words.iter().map(Text::as_str).collect();
        assert_eq!(words, ["run", "--a", "b c", "d \"e\"", "f g", "", "hi"]);
    }
}
