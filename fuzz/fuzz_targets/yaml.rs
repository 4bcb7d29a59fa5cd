//! YAML streams, read by both schemas.
#![no_main]

use konform::syntax::yaml::{self, Schema};
use konform::trace::Sources;
use konform_fuzz::{Checks, STACK, chars, on_stack, partly_unknown};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some(chars) = chars(data) else {
        return;
    };
    on_stack(STACK, || {
        let sources = Sources::new();
        let text = partly_unknown(&sources, "input.yaml", chars);
        let checks = Checks::new(&sources);
        for schema in [Schema::Yaml11, Schema::Yaml12] {
            let stream = yaml::parse(&text, schema);
            checks.problems(&stream.problems);
            for document in &stream.documents {
                assert!(document.range.start <= document.range.end);
                assert!(document.range.end <= text.len());
                checks.node(&document.root);
            }
            for hole in &stream.holes {
                assert!(hole.range.end <= text.len());
                checks.origin(&hole.origin);
            }
        }
    });
});
