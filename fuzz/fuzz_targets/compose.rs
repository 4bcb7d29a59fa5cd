//! What Compose does to text before it reads trees: variables, and the files they come from.
//!
//! An input is a dotenv file, then a text with variables.
#![no_main]

use konform::syntax::dotenv;
use konform::syntax::interpolation;
use konform::trace::{Sources, Text};
use konform_fuzz::{Checks, STACK, chars, on_stack, partly_unknown, parts};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some(chars) = chars(data) else {
        return;
    };
    let [env, template] = parts(chars);
    on_stack(STACK, || {
        let sources = Sources::new();
        let checks = Checks::new(&sources);
        let env = partly_unknown(&sources, ".env", env);
        let template = partly_unknown(&sources, "compose.yaml", template);
        let outside = |name: &str| (name == "HOME").then(|| Text::plain("/home"));
        for file in [dotenv::parse(&env), dotenv::parse_raw(&env)] {
            checks.problems(&file.problems);
            for entry in &file.entries {
                checks.text(&entry.key);
                checks.origin(&entry.origin);
            }
            let (vars, problems) = file.to_node(&outside);
            checks.node(&vars);
            checks.problems(&problems);
            let get = |name: &str| vars.get(name).and_then(|n| n.as_text().cloned());
            let expanded = interpolation::expand(&template, &get, &dotenv::unset);
            checks.text(&expanded.text);
            checks.problems(&expanded.problems);
        }
    });
});
