//! A table with named columns, as `consentry classify --csv` reads it.
#![no_main]

use consentry_classify::{classify, csv_row};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let Ok(titles) = reader.byte_headers().cloned() else { return };
    for record in reader.byte_records().flatten() {
        let fields: Vec<_> = record.iter().map(String::from_utf8_lossy).collect();
        let field = |column: &str| {
            let at = titles.iter().position(|title| title == column.as_bytes())?;
            fields.get(at).map(AsRef::as_ref)
        };
        let subject = csv_row::subject(field, &mut |bad| assert!(!bad.expected.is_empty()));
        assert!(classify(&subject).confidence <= 100);
    }
});
