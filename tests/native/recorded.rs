//! What a test found before, kept in `tests/cases`.

use std::fs;

/// Compares with the file beside the case; `RECORD=1` writes it instead.
#[track_caller]
pub fn same_as_recorded(path: &str, found: &str) {
    if std::env::var_os("RECORD").is_some() {
        fs::write(path, found).unwrap();
    }
    assert_eq!(found, fs::read_to_string(path).unwrap_or_default(), "{path}");
}
