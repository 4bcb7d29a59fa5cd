//! What standard output can do.

use std::env;
use std::io::{self, IsTerminal};

use super::Color;

/// Columns where there is no terminal to ask.
const DEFAULT_WIDTH: usize = 100;

/// Whether to write colours to standard output.
pub(super) fn color(choice: Color) -> bool {
    match choice {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            let refused = env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
            let dumb = env::var_os("TERM").is_some_and(|t| t == "dumb");
            io::stdout().is_terminal() && !refused && !dumb
        }
    }
}

/// Whether frames may use characters beyond ASCII: at a terminal that reads UTF-8.
pub(super) fn unicode() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| env::var(name).ok().filter(|v| !v.is_empty()));
    let utf8 = locale.is_some_and(|l| {
        let l = l.to_ascii_lowercase();
        l.contains("utf-8") || l.contains("utf8")
    });
    io::stdout().is_terminal() && utf8
}

/// Columns of the terminal.
pub(super) fn width() -> usize {
    terminal_size::terminal_size().map_or(DEFAULT_WIDTH, |(width, _)| usize::from(width.0))
}
