//! Many receipts in little memory. `RECEIPTS=1100000` in the environment makes more of them than a sheet has rows.

use std::fs::File;
use std::io::{BufReader, BufWriter};

use calamine::{Reader, Xlsx, open_workbook_from_rs};
use consentry_export::{Entry, Export, Format, Target};

use crate::exported::{about, config, entry, receipt, whole_site};

/// How many receipts. Were one of them kept in memory, so many would be seen.
fn count() -> u64 {
    std::env::var("RECEIPTS").ok().and_then(|text| text.parse().ok()).unwrap_or(100_000)
}

#[test]
fn a_workbook_of_many_receipts_takes_little_memory() {
    let folder = tempfile::tempdir().unwrap();
    let file = File::create(folder.path().join("many.xlsx")).unwrap();
    let target =
        Target { format: Format::Xlsx, out: BufWriter::new(file), temporary: folder.path().to_owned() };
    let mut export = Export::begin(about(Some(config()), whole_site()), target).unwrap();
    let Entry { receipt: first, received, .. } = entry(&receipt(0), None);
    for number in 0..count() {
        let id = format!("019aa7f0-2c00-7000-8000-{number:012x}");
        let mut receipt = first.clone();
        receipt.id = consentry::model::receipt::ReceiptId::new(&id).unwrap();
        export.add(&Entry { receipt, received, leaf: Some(number), proof: None }).unwrap();
    }
    drop(export.finish().unwrap());
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    let kilobytes: u64 = peak.split_whitespace().nth(1).unwrap().parse().unwrap();
    println!("{} receipts: {kilobytes} kB at most", count());
    assert!(kilobytes < 64 * 1024, "{peak}");
    let read = BufReader::new(File::open(folder.path().join("many.xlsx")).unwrap());
    let workbook: Xlsx<_> = open_workbook_from_rs(read).unwrap();
    let expected: &[&str] = match count() > 1_048_575 {
        true => &["Receipts", "Receipts 2", "Explanation"],
        false => &["Receipts", "Explanation"],
    };
    assert_eq!(workbook.sheet_names(), expected);
}
