//! The promises of a store, and what opening one says when it cannot.

use std::fs;
use std::path::Path;

use consentry::model::receipt::{Receipt, Subject, Time};
use consentry_backend::store::sqlite::{FILE, SqliteStore};
use consentry_backend::store::{Appended, Page, Store, StoreError};
use serde_json::Value;

use crate::server::{SUBJECT, receipt};

fn parse(value: &Value) -> Receipt {
    Receipt::parse(&value.to_string()).unwrap()
}

#[tokio::test]
async fn a_store_keeps_its_promises() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("made/when/missing");
    let store = SqliteStore::open(&place).unwrap();
    let at = Time::from_millis;
    let (one, two) = (parse(&receipt(1)), parse(&receipt(2)));
    assert_eq!(store.append(vec![one.clone(), two.clone()], at(1)).await.unwrap(), [Appended::Stored; 2]);
    // Idempotent: nothing changes, the time of its coming included.
    assert_eq!(store.append(vec![one.clone()], at(2)).await.unwrap(), [Appended::Known]);
    // Whole: of a request with a conflict nothing is there.
    let mut other = receipt(2);
    other["layer"] = 2.into();
    let refused = store.append(vec![parse(&receipt(3)), parse(&other)], at(3)).await;
    assert!(matches!(refused, Err(StoreError::Conflict(id)) if id == two.id));
    let subject = Subject::new(SUBJECT).unwrap();
    let check = async |store: &SqliteStore| {
        let stored = store.by_subject(subject.clone()).await.unwrap();
        assert_eq!(stored.iter().map(|stored| stored.received).collect::<Vec<_>>(), [at(1), at(1)]);
        assert_eq!(stored[0].body, one.to_json().to_string());
        let newest = store.list(Page { before: None, limit: 1 }).await.unwrap();
        assert_eq!(newest[0].body, two.to_json().to_string());
        let older = store.list(Page { before: Some(newest[0].position), limit: 9 }).await.unwrap();
        assert_eq!(older.len(), 1);
    };
    check(&store).await;
    drop(store);
    check(&SqliteStore::open(&place).unwrap()).await;
}

#[tokio::test]
async fn what_waits_together_is_committed_together_and_answered_each_for_itself() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path()).unwrap();
    let mut conflict = receipt(1);
    conflict["layer"] = 2.into();
    let first = store.append(vec![parse(&receipt(1))], Time::from_millis(1));
    let mut waiting: Vec<_> =
        (2..500).map(|n| store.append(vec![parse(&receipt(n))], Time::from_millis(1))).collect();
    let refused = store.append(vec![parse(&conflict)], Time::from_millis(1));
    waiting.push(store.append(vec![parse(&receipt(500))], Time::from_millis(1)));
    assert!(first.await.is_ok());
    assert!(matches!(refused.await, Err(StoreError::Conflict(_))));
    for answer in waiting {
        assert_eq!(answer.await.unwrap(), [Appended::Stored]);
    }
    assert_eq!(store.list(Page { before: None, limit: 1000 }).await.unwrap().len(), 500);
}

#[tokio::test]
async fn a_receipt_is_never_edited_not_even_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path()).unwrap();
    store.append(vec![parse(&receipt(1))], Time::from_millis(1)).await.unwrap();
    let connection = rusqlite::Connection::open(folder.path().join(FILE)).unwrap();
    let error = connection.execute("UPDATE receipts SET body = ''", []).unwrap_err();
    assert!(error.to_string().contains("never edited"));
}

#[track_caller]
fn refuses(folder: &Path, reason: &str) {
    let error = SqliteStore::open(folder).err().expect("it opened");
    assert!(error.contains(reason), "{error}");
}

#[test]
fn a_ledger_that_cannot_be_used_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let corrupt = folder.path().join("corrupt");
    fs::create_dir(&corrupt).unwrap();
    fs::write(corrupt.join(FILE), "no ledger at all ".repeat(1000)).unwrap();
    refuses(&corrupt, "not a database");

    let newer = folder.path().join("newer");
    drop(SqliteStore::open(&newer).unwrap());
    rusqlite::Connection::open(newer.join(FILE)).unwrap().pragma_update(None, "user_version", 99).unwrap();
    refuses(&newer, "newer program");

    let locked = folder.path().join("locked");
    drop(SqliteStore::open(&locked).unwrap());
    let holder = rusqlite::Connection::open(locked.join(FILE)).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    refuses(&locked, "locked");

    fs::write(folder.path().join("file"), "").unwrap();
    refuses(&folder.path().join("file"), "expected a directory");
}

#[cfg(unix)]
#[test]
fn only_the_programs_own_account_may_look_into_a_new_data_directory() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    drop(SqliteStore::open(&data).unwrap());
    assert_eq!(fs::metadata(&data).unwrap().permissions().mode() & 0o777, 0o700);
}
