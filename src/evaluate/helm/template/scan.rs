//! Splits a template into text and actions before it is parsed.
//!
//! White-space trimming and comments are dealt with here, and the parser gets a [`Skeleton`]: a
//! single letter for each piece of text, and the actions as they are. It is short where the
//! text is long, and each offset in it leads back to the byte of the template.

use std::ops::Range;

use crate::trace::Text;

/// More actions that go `else if` in one template are not read: the parser recurses on each.
const MAX_ELSE_IF: usize = 1000;

/// What begins an action of a skeleton.
pub(crate) const OPEN: &str = "{{";

/// What ends an action of a skeleton.
pub(crate) const CLOSE: &str = "}}";

/// What stands for a piece of text.
const TEXT: char = 't';

/// A template ready to be parsed.
#[derive(Debug, Default)]
pub(crate) struct Skeleton {
    /// What the parser reads.
    pub chars: String,
    /// What the skeleton is made of, in order.
    pieces: Vec<Piece>,
}

/// A piece of text or an action.
#[derive(Debug)]
struct Piece {
    /// The byte of the skeleton where it starts.
    at: usize,
    /// The byte of the skeleton that stands for the byte `source.start` of the template.
    inner: usize,
    /// The bytes of the template: all of the text, or what is between the action's marks.
    source: Range<usize>,
    /// The bytes of the template with the marks.
    whole: Range<usize>,
}

impl Skeleton {
    fn push_text(&mut self, source: Range<usize>) {
        let at = self.chars.len();
        self.chars.push(TEXT);
        self.pieces.push(Piece {
            at,
            inner: at,
            whole: source.clone(),
            source,
        });
    }

    fn push_action(&mut self, content: &str, source: Range<usize>, whole: Range<usize>) {
        let at = self.chars.len();
        self.chars.push_str(OPEN);
        let inner = self.chars.len();
        self.chars.push_str(content);
        self.chars.push_str(CLOSE);
        self.pieces.push(Piece {
            at,
            inner,
            source,
            whole,
        });
    }

    /// The index of the piece that holds the byte `offset` of the skeleton.
    pub(crate) fn index(&self, offset: usize) -> usize {
        self.pieces
            .partition_point(|p| p.at <= offset)
            .saturating_sub(1)
    }

    /// The byte of the template that the byte `offset` of the skeleton stands for.
    pub(crate) fn source(&self, offset: usize) -> usize {
        self.pieces.get(self.index(offset)).map_or(0, |p| {
            let into = offset.saturating_sub(p.inner);
            (p.source.start + into).min(p.whole.end)
        })
    }

    /// The bytes of the template of the `count` pieces of text from byte `offset` on.
    pub(crate) fn texts(
        &self,
        offset: usize,
        count: usize,
    ) -> impl Iterator<Item = Range<usize>> + '_ {
        let first = self.index(offset);
        let pieces = self.pieces.iter().skip(first).take(count);
        pieces.map(|p| p.source.clone())
    }

    /// The bytes of the template of the action of that index: without its marks, and with.
    pub(crate) fn action(&self, index: usize) -> Option<(Range<usize>, Range<usize>)> {
        let piece = self.pieces.get(index)?;
        Some((piece.source.clone(), piece.whole.clone()))
    }
}

/// Why a template can't be split into text and actions.
#[derive(Debug)]
pub(crate) struct Malformed {
    /// As Go says it.
    pub message: String,
    /// The byte of the original text.
    pub at: usize,
}

fn space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

/// Prepares `source` for the parser.
pub(crate) fn prepare(source: &Text) -> Result<Skeleton, Malformed> {
    let s = source.as_str();
    let mut out = Skeleton::default();
    let mut blocks: Vec<(usize, bool)> = Vec::new();
    let mut else_ifs = 0;
    let mut pos = 0;
    let mut trim_start = false;
    loop {
        let open = next_open(s, pos);
        let left = open.is_some_and(|i| trims_left(s, i));
        let (mut from, mut to) = (pos, open.unwrap_or(s.len()));
        if let Some(literal) = s.get(from..to) {
            if trim_start {
                from = to - literal.trim_start_matches(space).len();
            }
            if left {
                let kept = s.get(from..to).unwrap_or("").trim_end_matches(space).len();
                to = from + kept;
            }
        }
        if from < to {
            out.push_text(from..to);
        }
        let Some(open) = open else {
            break;
        };
        let inside = open + 2 + usize::from(left);
        if let Some((end, right)) = comment(s, open, inside)? {
            pos = end;
            trim_start = right;
            continue;
        }
        let (content_end, end, right) = action_end(s, open, inside)?;
        let content_end = without_last_pipe(s, inside, content_end);
        let content = s.get(inside..content_end).unwrap_or("");
        track_blocks(content, open, &mut blocks, &mut else_ifs)?;
        out.push_action(content, inside..content_end, open..end);
        pos = end;
        trim_start = right;
    }
    if !blocks.is_empty() {
        return Err(Malformed {
            message: "unexpected EOF".to_owned(),
            at: s.len(),
        });
    }
    Ok(out)
}

/// Where the first action from byte `pos` on begins.
fn next_open(s: &str, mut pos: usize) -> Option<usize> {
    loop {
        pos += s.get(pos..)?.find('{')?;
        if s.as_bytes().get(pos + 1) == Some(&b'{') {
            return Some(pos);
        }
        pos += 1;
    }
}

fn trims_left(s: &str, open: usize) -> bool {
    let mut after = s.get(open + 2..).unwrap_or("").chars();
    after.next() == Some('-') && after.next().is_some_and(space)
}

/// The end of the comment whose action starts at `open`, and whether it trims to the right.
fn comment(s: &str, open: usize, inside: usize) -> Result<Option<(usize, bool)>, Malformed> {
    let rest = s.get(inside..).unwrap_or("");
    let lead = rest.len() - rest.trim_start_matches(space).len();
    if !rest.get(lead..).is_some_and(|r| r.starts_with("/*")) {
        return Ok(None);
    }
    let fail = |message: &str| Malformed {
        message: message.to_owned(),
        at: open,
    };
    let close = rest
        .get(lead..)
        .and_then(|r| r.find("*/"))
        .ok_or_else(|| fail("unclosed comment"))?;
    let after = inside + lead + close + 2;
    let tail = s.get(after..).unwrap_or("");
    let bare = tail.trim_start_matches(space);
    let spaces = tail.len() - bare.len();
    if bare.starts_with("}}") {
        return Ok(Some((after + spaces + 2, false)));
    }
    if spaces > 0 && bare.starts_with("-}}") {
        return Ok(Some((after + spaces + 3, true)));
    }
    Err(fail("comment ends before closing delimiter"))
}

/// End of the content, end of the action, and whether it trims to the right.
fn action_end(s: &str, open: usize, inside: usize) -> Result<(usize, usize, bool), Malformed> {
    let bytes = s.as_bytes();
    let fail = |message: &str, at: usize| Malformed {
        message: message.to_owned(),
        at,
    };
    let mut i = inside;
    while let Some(&b) = bytes.get(i) {
        match b {
            b'}' if bytes.get(i + 1) == Some(&b'}') => return Ok((i, i + 2, false)),
            b' ' | b'\t' | b'\r' | b'\n'
                if bytes.get(i + 1) == Some(&b'-')
                    && bytes.get(i + 2) == Some(&b'}')
                    && bytes.get(i + 3) == Some(&b'}') =>
            {
                return Ok((i + 1, i + 4, true));
            }
            b'"' => {
                i = quoted_end(bytes, i, b'"')
                    .ok_or_else(|| fail("unterminated quoted string", i))?;
            }
            b'\'' => {
                i = quoted_end(bytes, i, b'\'')
                    .ok_or_else(|| fail("unterminated character constant", i))?;
            }
            b'`' => {
                let close = s.get(i + 1..).and_then(|r| r.find('`'));
                i += 1 + close.ok_or_else(|| fail("unterminated raw quoted string", i))?;
            }
            _ => {}
        }
        i += 1;
    }
    Err(fail("unclosed action", open))
}

/// Go lets a pipeline end with the `|` of a command that doesn't come; the parser does not.
fn without_last_pipe(s: &str, inside: usize, end: usize) -> usize {
    let content = s.get(inside..end).unwrap_or("").trim_end_matches(space);
    match content.strip_suffix('|') {
        Some(rest) if !rest.trim_end_matches(space).is_empty() => inside + rest.len(),
        _ => end,
    }
}

fn quoted_end(bytes: &[u8], start: usize, mark: u8) -> Option<usize> {
    let mut i = start + 1;
    loop {
        match bytes.get(i)? {
            b'\\' => i += 1,
            b'\n' => return None,
            b if *b == mark => return Some(i),
            _ => {}
        }
        i += 1;
    }
}

/// Checks that blocks are closed and nothing else is: the parser would stop silently.
fn track_blocks(
    content: &str,
    at: usize,
    blocks: &mut Vec<(usize, bool)>,
    else_ifs: &mut usize,
) -> Result<(), Malformed> {
    let mut words = content
        .split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .skip_while(|w| w.is_empty());
    // A word directly behind the white space of the action, not a field or variable.
    let first = content.trim_start_matches(space).chars().next();
    if !first.is_some_and(char::is_alphabetic) {
        return Ok(());
    }
    let unexpected = |word: &str| Malformed {
        message: format!("unexpected {{{{{word}}}}}"),
        at,
    };
    match words.next() {
        Some(word @ ("if" | "range" | "with" | "define" | "block")) => {
            if content.trim_matches(space) == word {
                return Err(Malformed {
                    message: format!("missing value for {word}"),
                    at,
                });
            }
            blocks.push((at, word == "range"));
        }
        Some(word @ ("break" | "continue"))
            if content.trim_matches(space) == word && !blocks.iter().any(|(_, range)| *range) =>
        {
            return Err(Malformed {
                message: format!("{{{{{word}}}}} outside {{{{range}}}}"),
                at,
            });
        }
        Some("end") => {
            blocks.pop().ok_or_else(|| unexpected("end"))?;
        }
        Some("else") => {
            if blocks.is_empty() {
                return Err(unexpected("else"));
            }
            *else_ifs += usize::from(words.find(|w| !w.is_empty()).is_some());
            if *else_ifs > MAX_ELSE_IF {
                return Err(Malformed {
                    message: format!("more than {MAX_ELSE_IF} else-if branches"),
                    at,
                });
            }
        }
        _ => {}
    }
    Ok(())
}
