//! CSV, read back.

use consentry_export::Format;
use serde_json::json;

use crate::exported::{about, entry, export, receipt, receipt_with, whole_site};

fn table(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn a_row_says_all_of_a_receipt() {
    let after = receipt_with(
        2,
        json!({ "action": "withdraw", "granted": [], "notice": null, "layer": 0,
        "previous": "019aa7f0-2c00-7000-8000-000000000001", "time": "2026-11-19T20:00:00.000Z" }),
    );
    let entries = [entry(&receipt(1), Some(7)), entry(&after, None)];
    let rows = table(&export(Format::Csv, about(None, whole_site()), &entries));
    let notice = format!("sha256:{}", "ab".repeat(32));
    let expected = [
        ("Decided (UTC)", "2026-11-21T20:00:00.250Z", "2026-11-19T20:00:00.000Z"),
        ("Action", "save", "withdraw"),
        ("Granted", "functional, service:video", ""),
        ("Denied", "analytics, advertising", "analytics, advertising"),
        ("Revision", "2026-11-01", "2026-11-01"),
        ("Language", "sv", "sv"),
        ("Shown", "preferences", "nothing"),
        ("Valid until (UTC)", "2027-05-25T20:00:00.000Z", "2027-05-25T20:00:00.000Z"),
        ("Received (UTC)", "2026-11-21T20:00:01.000Z", "2026-11-21T20:00:01.000Z"),
        ("Clock", "", "late"),
        ("Receipt", "019aa7f0-2c00-7000-8000-000000000001", "019aa7f0-2c00-7000-8000-000000000002"),
        ("Notice", notice.as_str(), ""),
        ("Place in log", "7", ""),
        ("Replaces", "", "019aa7f0-2c00-7000-8000-000000000001"),
        ("Visitor", crate::exported::SUBJECT, crate::exported::SUBJECT),
    ];
    assert_eq!(rows.len(), 3);
    for (at, (title, first, second)) in expected.into_iter().enumerate() {
        assert_eq!([&rows[0][at], &rows[1][at], &rows[2][at]], [title, first, second]);
    }
    assert_eq!(rows[0].len(), expected.len());
}

#[test]
fn no_cell_begins_a_formula_however_a_line_is_split() {
    let hostile = ["=1+1", "+1", "-1", "@SUM(A1)", "\"=1", "'=cmd|'/c'!A1", "a;=1", "a|=1", "a,=1", ";@x"];
    for revision in hostile {
        let entries = [entry(&receipt_with(1, json!({ "revision": revision })), Some(0))];
        let bytes = export(Format::Csv, about(None, whole_site()), &entries);
        let rows = table(&bytes);
        let cell = &rows[1][4];
        assert!(cell.contains('\''), "{cell}");
        assert_eq!(cell.replace('\'', ""), revision.replace('\'', ""), "nothing is taken away");
        let text = String::from_utf8(bytes).unwrap();
        for separator in [',', ';', '|', '\t'] {
            for cell in text.split(['\r', '\n']).flat_map(|line| line.split(separator)) {
                let begins = cell.trim_start_matches(['"', ' ']).starts_with(['=', '+', '-', '@']);
                assert!(!begins, "{cell:?} of {revision:?}, split at {separator:?}");
            }
        }
    }
}

#[test]
fn an_export_of_nothing_has_the_columns_names() {
    assert_eq!(table(&export(Format::Csv, about(None, whole_site()), &[])).len(), 1);
}
