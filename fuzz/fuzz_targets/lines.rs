//! The lines of a table.
#![no_main]

use consentry_classify::lines::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for line in read(text).flatten() {
        assert!(text.contains(line.pattern) && text.contains(line.vendor));
    }
});
