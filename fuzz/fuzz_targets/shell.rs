//! Shell scripts, read and followed.
//!
//! An input is a script, then a file `/etc/settings` that it may find, which is taken for
//! the value of `GIVEN`, too.
#![no_main]

use konform::syntax::shell;
use konform::trace::{Sources, Text};
use konform_fuzz::{Checks, STACK, chars, on_stack, partly_unknown, parts};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some(chars) = chars(data) else {
        return;
    };
    let [script, file] = parts(chars);
    on_stack(STACK, || {
        let sources = Sources::new();
        let checks = Checks::new(&sources);
        let text = partly_unknown(&sources, "script.sh", script);
        let file = partly_unknown(&sources, "settings", file);
        let script = shell::parse(&text);
        checks.problems(&script.problems);
        let around = shell::Around {
            variables: &|name: &str| match name {
                "GIVEN" => Some(file.clone()),
                "HOME" => Some(Text::plain("/root")),
                _ => None,
            },
            files: &|path: &str| (path == "/etc/settings").then(|| file.clone()),
            directory: Some(Text::plain("/work")),
        };
        let ran = shell::run_in(&script, &text, &around);
        checks.problems(&ran.problems);
        for command in &ran.commands {
            checks.origin(&command.origin);
            command.words.iter().for_each(|w| checks.text(w));
            command.stdin.iter().for_each(|t| checks.text(t));
            command.directory.iter().for_each(|t| checks.text(t));
            for (name, value) in &command.env {
                checks.text(name);
                checks.text(value);
            }
        }
        for written in &ran.files {
            checks.text(&written.path);
            checks.text(&written.content);
            checks.origin(&written.origin);
        }
        for (name, value) in &ran.exported {
            checks.text(name);
            checks.text(value);
        }
        ran.directory.iter().for_each(|t| checks.text(t));
    });
});
