//! Terraform: an input is read as an expression, as a template, as the body of a file in both
//! languages; what is an expression is evaluated.
#![no_main]

use konform::evaluate::stack::on_large_stack;
use konform::evaluate::terraform::{ast, evaluate_alone};
use konform::trace::Sources;
use konform_fuzz::{Checks, chars, text};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some(chars) = chars(data) else {
        return;
    };
    let done = on_large_stack(|| {
        let sources = Sources::new();
        let checks = Checks::new(&sources);
        let text = text(&sources, "main.tf", chars);
        if let Ok(value) = evaluate_alone(&text) {
            checks.node(&value.to_node());
            let _ = value.why_deep();
            let _ = value.sensitive_deep();
            let _ = value.equals(&value);
        }
        let _ = ast::hcl::template(&text);
        let _ = ast::hcl::body(&text);
        let (_, problems) = ast::json::body(&text);
        checks.problems(&problems);
    });
    done.expect("no panic");
});
