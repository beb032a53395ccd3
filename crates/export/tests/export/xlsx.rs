//! Workbooks, read back by another program's library.

use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use consentry_export::Format;
use serde_json::json;
use std::io::Cursor;

use crate::exported::{about, config, entry, export, of_subject, receipt, receipt_with, whole_site};

fn open(bytes: Vec<u8>) -> Xlsx<Cursor<Vec<u8>>> {
    open_workbook_from_rs(Cursor::new(bytes)).unwrap()
}

#[test]
fn a_row_says_all_of_a_receipt_with_times_as_times() {
    let entries = [entry(&receipt(1), Some(7)), entry(&receipt(2), None)];
    let mut workbook = open(export(Format::Xlsx, about(Some(config()), of_subject()), &entries));
    assert_eq!(workbook.sheet_names(), ["Receipts", "Explanation"]);
    let sheet = workbook.worksheet_range("Receipts").unwrap();
    assert_eq!(sheet.get_size(), (3, 15));
    let cell = |row, title: &str| {
        let at = (0..15).find(|at| sheet.get((0, *at)).unwrap() == &Data::String(title.to_owned())).unwrap();
        sheet.get((row, at)).unwrap().clone()
    };
    assert_eq!(cell(1, "Action"), Data::String("save".into()));
    assert_eq!(cell(1, "Granted"), Data::String("functional, service:video".into()));
    assert_eq!(cell(1, "Place in log"), Data::Float(7.0));
    assert_eq!(cell(2, "Place in log"), Data::Empty);
    let decided = cell(1, "Decided (UTC)");
    let Data::DateTime(decided) = decided else { panic!("found {decided:?}, expected a time") };
    let days = decided.as_f64();
    assert_eq!(((days - 25_569.0) * 86_400_000.0).round() as u64, 1_795_291_200_250);
    let explanation = workbook.worksheet_range("Explanation").unwrap();
    let texts: Vec<_> = explanation.used_cells().map(|(_, _, cell)| cell.to_string()).collect();
    for said in
        ["Shop Ltd", "Place in log", "Shows films", "Films Ltd; Streams Ltd", "2026-12-01T08:00:00.000Z"]
    {
        assert!(texts.iter().any(|text| text == said), "{said} in {texts:#?}");
    }
}

#[test]
fn what_looks_like_a_formula_is_a_text() {
    for revision in ["=1+1", "+1", "-1", "@SUM(A1)", "https://evil.example/", "'=1"] {
        let entries = [entry(&receipt_with(1, json!({ "revision": revision })), Some(0))];
        let mut workbook = open(export(Format::Xlsx, about(None, whole_site()), &entries));
        assert_eq!(
            workbook.worksheet_range("Receipts").unwrap().get((1, 4)),
            Some(&Data::String(revision.into()))
        );
        for name in workbook.sheet_names() {
            assert_eq!(workbook.worksheet_formula(&name).unwrap().used_cells().count(), 0, "{revision}");
        }
    }
}

/// A cell holds 32,767 characters and a receipt a thousand services.
#[test]
fn what_no_cell_can_hold_is_cut_off_between_names_and_says_so() {
    let services: Vec<_> =
        (0..1000).map(|number| format!("service:a-service-with-quite-a-long-name-{number:04}")).collect();
    let receipt = receipt_with(1, json!({ "granted": services, "denied": [] }));
    let mut workbook = open(export(Format::Xlsx, about(None, whole_site()), &[entry(&receipt, Some(0))]));
    let sheet = workbook.worksheet_range("Receipts").unwrap();
    let Some(Data::String(granted)) = sheet.get((1, 2)) else { panic!("found no text") };
    assert!(granted.len() <= 32_767 && granted.len() > 32_000, "{}", granted.len());
    let (names, said) = granted.split_once(" … ").unwrap();
    assert!(names.split(", ").all(|name| services.iter().any(|service| service == name)));
    assert_eq!(said, "and more: the exports as JSON and CSV have all of it");
}
