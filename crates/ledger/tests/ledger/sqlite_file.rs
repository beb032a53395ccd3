//! The ledger in one SQLite file: its locks and damages, an earlier version of it, and what opening it says when it cannot.

use std::fs;
use std::path::Path;

use consentry::model::config::SiteKey;
use consentry::model::receipt::{Subject, Time};
use consentry_ledger::sqlite::{FILE, SqliteLedger};
use consentry_ledger::{Appended, Ledger, LedgerError, ReceiptRange, SubjectPage};

use crate::promises::report_of;
use crate::receipt::{SUBJECT, parse, receipt};

#[tokio::test]
async fn a_ledger_of_an_earlier_version_keeps_its_receipts() {
    let folder = tempfile::tempdir().unwrap();
    let file = rusqlite::Connection::open(folder.path().join(FILE)).unwrap();
    file.execute_batch(include_str!("../../migrations/0001_receipts.sql")).unwrap();
    file.pragma_update(None, "user_version", 1).unwrap();
    let body = parse(&receipt(1)).to_json().to_string();
    let row = ("shop", receipt(1)["id"].as_str().unwrap().to_owned(), SUBJECT, 1, body);
    file.execute("INSERT INTO receipts (site, id, subject, received, body) VALUES (?1, ?2, ?3, ?4, ?5)", row)
        .unwrap();
    drop(file);
    let store = SqliteLedger::open(folder.path()).unwrap();
    let stored = store.receipts(ReceiptRange { before: None, limit: 9 }).await.unwrap();
    assert_eq!(stored.len(), 1);
    assert_eq!(
        (&stored[0].receipt, stored[0].received.millis(), stored[0].leaf),
        (&parse(&receipt(1)), 1, Some(0))
    );
    let again = store.append(vec![parse(&receipt(1))], Time::from_millis(2)).await.unwrap();
    assert_eq!(again, [Appended::Known]);
    assert_eq!(store.count_observations(report_of("shop", &["a"]), Time::from_millis(1)).await.unwrap(), 0);
}

#[tokio::test]
async fn a_full_queue_is_said_to_be_full_and_what_is_in_it_is_stored() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteLedger::open(folder.path()).unwrap();
    let holder = rusqlite::Connection::open(folder.path().join(FILE)).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let sent: Vec<_> =
        (0..8000).map(|number| store.append(vec![parse(&receipt(number))], Time::from_millis(1))).collect();
    holder.execute_batch("COMMIT").unwrap();
    let (mut stored, mut busy) = (0, 0);
    for answer in sent {
        match answer.await {
            Ok(_) => stored += 1,
            Err(LedgerError::Busy) => busy += 1,
            Err(error) => panic!("{error}"),
        }
    }
    assert!(stored >= 4096 && busy > 0 && stored + busy == 8000, "{stored} stored, {busy} refused");
    let page = SubjectPage { after: 0, limit: 10_000 };
    let (site, subject) = (SiteKey::new("shop").unwrap(), Subject::new(SUBJECT).unwrap());
    assert_eq!(store.receipts_of(site, subject, page).await.unwrap().len(), stored);
}

#[tokio::test]
async fn a_receipt_is_never_edited_not_even_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteLedger::open(folder.path()).unwrap();
    store.append(vec![parse(&receipt(1))], Time::from_millis(1)).await.unwrap();
    let connection = rusqlite::Connection::open(folder.path().join(FILE)).unwrap();
    let error = connection.execute("UPDATE receipts SET time = 0", []).unwrap_err();
    assert!(error.to_string().contains("never edited"));
}

#[track_caller]
fn check_refusal(folder: &Path, reason: &str) {
    let error = SqliteLedger::open(folder).err().expect("it opened");
    assert!(error.contains(reason), "{error}");
}

#[test]
fn a_ledger_that_cannot_be_used_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let corrupt = folder.path().join("corrupt");
    fs::create_dir(&corrupt).unwrap();
    fs::write(corrupt.join(FILE), "no ledger at all ".repeat(1000)).unwrap();
    check_refusal(&corrupt, "not a database");

    let newer = folder.path().join("newer");
    drop(SqliteLedger::open(&newer).unwrap());
    rusqlite::Connection::open(newer.join(FILE)).unwrap().pragma_update(None, "user_version", 99).unwrap();
    check_refusal(&newer, "newer program");

    let locked = folder.path().join("locked");
    drop(SqliteLedger::open(&locked).unwrap());
    let holder = rusqlite::Connection::open(locked.join(FILE)).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    check_refusal(&locked, "expected a ledger that no other program locks, found: database is locked");

    let no_file = folder.path().join("no file");
    fs::create_dir_all(no_file.join(FILE)).unwrap();
    check_refusal(&no_file, "expected a ledger that can be read and written, found: Is a directory");

    fs::write(folder.path().join("file"), "").unwrap();
    check_refusal(&folder.path().join("file"), "expected a directory");
}

#[cfg(unix)]
#[test]
fn only_the_programs_own_account_may_look_into_a_new_data_directory() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    drop(SqliteLedger::open(&data).unwrap());
    assert_eq!(fs::metadata(&data).unwrap().permissions().mode() & 0o777, 0o700);
}

/// A ledger of so many receipts, in whose file something in the middle was overwritten.
async fn damaged_ledger(receipts: u64) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteLedger::open(folder.path()).unwrap();
    let receipts = (0..receipts).map(|number| parse(&receipt(number))).collect();
    store.append(receipts, Time::from_millis(1)).await.unwrap();
    drop(store);
    let file = folder.path().join(FILE);
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 8192].fill(0xA5);
    fs::write(&file, bytes).unwrap();
    folder
}

#[tokio::test]
async fn a_damaged_file_is_refused_at_the_start() {
    let refused = SqliteLedger::open(damaged_ledger(500).await.path()).err().unwrap();
    assert!(refused.contains("expected a whole file, found:"), "{refused}");
}

#[tokio::test]
async fn a_large_damaged_file_is_found_out_meanwhile_and_takes_nothing_more() {
    let folder = damaged_ledger(40_000).await;
    assert!(fs::metadata(folder.path().join(FILE)).unwrap().len() > 4 * 1024 * 1024);
    let store = SqliteLedger::open(folder.path()).unwrap();
    let begun = std::time::Instant::now();
    let damage = loop {
        match store.check().await {
            Err(LedgerError::Unavailable(reason)) => break reason,
            other => assert!(begun.elapsed().as_secs() < 60, "{other:?}"),
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    };
    assert!(damage.contains("expected a whole file, found:"), "{damage}");
    let refused = store.append(vec![parse(&receipt(1_000_000))], Time::from_millis(2)).await;
    assert!(matches!(refused, Err(LedgerError::Unavailable(reason)) if reason == damage));
}

#[tokio::test]
async fn a_large_file_is_closed_before_it_was_looked_through() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteLedger::open(folder.path()).unwrap();
    let receipts = (0..40_000).map(|number| parse(&receipt(number))).collect();
    store.append(receipts, Time::from_millis(1)).await.unwrap();
    drop(store);
    drop(SqliteLedger::open(folder.path()).unwrap());
    let left = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 1, "nothing but the file itself");
}
