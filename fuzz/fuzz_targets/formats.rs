//! All readers of settings; the first byte chooses which.
#![no_main]

use konform::syntax::{Format, read};
use konform::trace::Sources;
use konform_fuzz::{Checks, STACK, chars, on_stack, partly_unknown};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((choice, data)) = data.split_first() else {
        return;
    };
    let Some(chars) = chars(data) else {
        return;
    };
    // Letters, so that seeds can be written: `a` is the first format.
    let format = Format::ALL[usize::from(choice.wrapping_sub(b'a')) % Format::ALL.len()];
    on_stack(STACK, || {
        let sources = Sources::new();
        let text = partly_unknown(&sources, "input", chars);
        Checks::new(&sources).read(&read(format, &text));
    });
});
