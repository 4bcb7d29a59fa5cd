//! What a systemd unit starts.

use crate::trace::{Origin, Text};

/// Keys of a unit whose values are command lines.
const COMMANDS: &[&str] = &["ExecStartPre", "ExecStart", "ExecStartPost"];

/// Whether a file at `path` is a unit that starts something.
pub(super) fn is_unit(path: &str) -> bool {
    path.ends_with(".service") || path.contains(".service.d/")
}

/// The unit as a script: its working folder, its environment, its commands in order.
pub(super) fn script(unit: &Text) -> Text {
    let mut head = Text::default();
    let mut body = Text::default();
    let newline = Origin::nowhere();
    for line in joined(unit) {
        let chars = line.as_str();
        let trimmed = chars.trim_start();
        if trimmed.starts_with(['#', ';']) {
            continue;
        }
        let Some(equals) = chars.find('=') else {
            continue;
        };
        let key = chars[..equals].trim();
        let value = line.slice(equals + 1..line.len()).trim();
        if key == "WorkingDirectory" {
            head.push_str("cd ", &newline);
            head.push(&value.trim_matches(|c| c == '-'));
            head.push_str("\n", &newline);
        } else if key == "Environment" {
            head.push_str("export ", &newline);
            head.push(&value);
            head.push_str("\n", &newline);
        } else if COMMANDS.contains(&key) {
            // Marks in front change how failures and privileges are dealt with.
            let marks = value.as_str().len()
                - value
                    .as_str()
                    .trim_start_matches(['-', '@', '+', '!', ':'])
                    .len();
            body.push(&value.slice(marks..value.len()));
            body.push_str("\n", &newline);
        }
    }
    Text::concat([&head, &body])
}

/// Lines, those that end in a backslash together with the next.
fn joined(text: &Text) -> Vec<Text> {
    let mut out: Vec<Text> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        let goes_on = line.as_str().ends_with('\\');
        let bare = line.slice(0..line.len() - usize::from(goes_on));
        match out.last_mut().filter(|_| open) {
            Some(last) => last.push(&bare),
            None => out.push(bare),
        }
        open = goes_on;
    }
    out
}
