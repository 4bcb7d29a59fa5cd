//! What languages with C's statements have in common: blocks, conditions, definitions.

use std::ops::Range;

use super::scan::Scanner;

/// Statements may be nested so deep in conditions.
const MAX_DEPTH: usize = 50;

/// A reader of such a language.
///
/// What stands under a condition is read all the same: `conditional` says so.
pub(super) trait Script<'a> {
    /// Words that are followed by a condition in brackets and a statement.
    const CONDITIONS: &'static [&'static str];
    /// Words that are followed by something with a body that is passed over.
    const DEFINITIONS: &'static [&'static str];

    /// Whether `IF` is `if`.
    const ANY_CASE: bool;

    /// The cursor.
    fn scan(&mut self) -> &mut Scanner<'a>;

    /// Reads a statement of another kind, which begins with the name at `word`, from behind it.
    fn simple(&mut self, word: Range<usize>, conditional: bool);

    /// Moves behind the statement that the cursor is in.
    fn skip_statement(&mut self);

    /// Reads statements up to the end, or up to the brace that closes the block.
    fn statements(&mut self, depth: usize, conditional: bool) {
        loop {
            self.scan().skip();
            while self.scan().eat(";") {
                self.scan().skip();
            }
            match self.scan().peek() {
                None => return,
                Some('}') if depth > 0 => return,
                Some(_) => {
                    let before = self.scan().at;
                    self.statement(depth, conditional);
                    if self.scan().at == before {
                        self.scan().bump();
                    }
                }
            }
        }
    }

    /// Reads one statement, which may be a block.
    fn statement(&mut self, depth: usize, conditional: bool) {
        let scan = self.scan();
        if depth >= MAX_DEPTH {
            let at = scan.at;
            let message = format!("blocks are nested deeper than the limit of {MAX_DEPTH}");
            scan.problem(message, at..at);
            scan.at = scan.chars.len();
            return;
        }
        if scan.eat("{") {
            self.statements(depth + 1, conditional);
            self.scan().eat("}");
            return;
        }
        let Some(word) = scan.name() else {
            self.skip_statement();
            return;
        };
        let lower;
        let mut name = scan.slice(word.clone());
        if Self::ANY_CASE {
            lower = name.to_ascii_lowercase();
            name = &lower;
        }
        if Self::CONDITIONS.contains(&name) {
            scan.skip();
            if scan.peek() == Some('(') {
                scan.skip_brackets();
            }
            scan.skip();
            self.statement(depth + 1, true);
        } else if matches!(name, "else" | "do" | "try" | "finally") {
            scan.skip();
            self.statement(depth + 1, true);
        } else if Self::DEFINITIONS.contains(&name) {
            scan.skip_to(&['{', ';'], false);
            if scan.peek() == Some('{') {
                scan.skip_brackets();
            }
        } else {
            self.simple(word, conditional);
        }
    }
}
