//! The promises of a store, and what opening one says when it cannot.

use std::fs;
use std::path::Path;

use consentry::model::config::SiteKey;
use consentry::model::observation::Report;
use consentry::model::receipt::{NoticeHash, Subject, Time};
use consentry::model::shape::Node;
use consentry_ledger::notice::{Document, KeptNotice, NewNotice, notice_hash};
use consentry_ledger::sqlite::{FILE, SqliteLedger};
use consentry_ledger::{
    Appended, Ledger, LedgerError, MAX_OBSERVATIONS, ReceiptRange, StoredToken, SubjectPage,
};
use serde_json::json;

use crate::receipt::{SUBJECT, parse, receipt};

#[tokio::test]
async fn a_store_keeps_its_promises() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("made/when/missing");
    let store = SqliteLedger::open(&place).unwrap();
    let at = Time::from_millis;
    let (one, two) = (parse(&receipt(1)), parse(&receipt(2)));
    assert_eq!(store.append(vec![one.clone(), two.clone()], at(1)).await.unwrap(), [Appended::Stored; 2]);
    // Idempotent: nothing changes, not even the time when it came.
    assert_eq!(store.append(vec![one.clone()], at(2)).await.unwrap(), [Appended::Known]);
    // Whole: of a request with a conflict nothing is there.
    let mut other = receipt(2);
    other["layer"] = 2.into();
    let refused = store.append(vec![parse(&receipt(3)), parse(&other)], at(3)).await;
    assert!(matches!(refused, Err(LedgerError::Conflict(id)) if id == two.id));
    let (site, subject) = (SiteKey::new("shop").unwrap(), Subject::new(SUBJECT).unwrap());
    let check = async |store: &SqliteLedger| {
        let stored = store
            .receipts_of(site.clone(), subject.clone(), SubjectPage { after: 0, limit: 1000 })
            .await
            .unwrap();
        assert_eq!(stored.iter().map(|stored| stored.received).collect::<Vec<_>>(), [at(1), at(1)]);
        assert_eq!(stored[0].receipt, one);
        let newest = store.receipts(ReceiptRange { before: None, limit: 1 }).await.unwrap();
        assert_eq!(newest[0].receipt, two);
        let older =
            store.receipts(ReceiptRange { before: Some(newest[0].position), limit: 9 }).await.unwrap();
        assert_eq!(older.len(), 1);
    };
    check(&store).await;
    drop(store);
    check(&SqliteLedger::open(&place).unwrap()).await;
}

fn report_of(site: &str, names: &[&str]) -> Report {
    let observations: Vec<_> = names.iter().map(|name| json!({ "kind": "cookie", "name": name })).collect();
    Report::read(&Node::from(&json!({ "site": site, "observations": observations }))).unwrap()
}

/// Name, first day, last day and number of reports of each.
async fn observed(store: &SqliteLedger, site: &str) -> Vec<(String, String, String, u64)> {
    let stored = store.observations(SiteKey::new(site).unwrap()).await.unwrap();
    let rows =
        stored.into_iter().map(|row| (row.observation.name().to_owned(), row.first, row.last, row.reports));
    rows.collect()
}

#[tokio::test]
async fn a_store_counts_observations_by_site_and_day() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteLedger::open(folder.path()).unwrap();
    let day = |day: u64| Time::from_millis(day * 86_400_000 + 12_345);
    assert_eq!(store.count_observations(report_of("shop", &["a", "b"]), day(1)).await.unwrap(), 0);
    assert_eq!(store.count_observations(report_of("blog", &["a"]), day(1)).await.unwrap(), 0);
    assert_eq!(store.count_observations(report_of("shop", &["b"]), day(3)).await.unwrap(), 0);
    // A clock that was set back does not make it younger.
    assert_eq!(store.count_observations(report_of("shop", &["b"]), day(2)).await.unwrap(), 0);
    let entry =
        |name: &str, first: &str, last: &str, reports| (name.into(), first.into(), last.into(), reports);
    let shop = [entry("b", "1970-01-02", "1970-01-04", 3), entry("a", "1970-01-02", "1970-01-02", 1)];
    assert_eq!(observed(&store, "shop").await, shop);
    assert_eq!(observed(&store, "blog").await.len(), 1);
    drop(store);
    let store = SqliteLedger::open(folder.path()).unwrap();
    assert_eq!(observed(&store, "shop").await, shop);
    let gone = report_of("shop", &["b", "not there"]).observations;
    store.forget_observations(SiteKey::new("shop").unwrap(), gone).await.unwrap();
    assert_eq!(observed(&store, "shop").await, shop[1..]);
    assert_eq!(observed(&store, "blog").await.len(), 1, "another site's stay");
}

#[tokio::test]
async fn a_site_has_as_many_observations_as_it_may_and_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteLedger::open(folder.path()).unwrap();
    let names: Vec<String> = (0..MAX_OBSERVATIONS + 50).map(name_of).collect();
    let mut dropped = 0;
    // What was reported again stays, however many names come.
    let (known, often) = (&names[0], report_of("shop", &[&names[0]]));
    for _ in 0..2 {
        store.count_observations(often.clone(), Time::from_millis(1)).await.unwrap();
    }
    for part in names.chunks(100) {
        let part: Vec<_> = part.iter().map(String::as_str).collect();
        dropped += store.count_observations(report_of("shop", &part), Time::from_millis(1)).await.unwrap();
    }
    assert_eq!(dropped, 50);
    assert_eq!(observed(&store, "shop").await.len(), MAX_OBSERVATIONS);
    // What is known is still counted, and another site has room of its own.
    let more = report_of("shop", &[known, "new"]);
    assert_eq!(store.count_observations(more, Time::from_millis(1)).await.unwrap(), 1);
    let found = observed(&store, "shop").await;
    assert_eq!((found.len(), found[0].0.as_str(), found[0].3), (MAX_OBSERVATIONS, known.as_str(), 4));
    assert!(found.iter().any(|row| row.0 == "new"), "it took a place");
    assert_eq!(store.count_observations(report_of("blog", &["new"]), Time::from_millis(1)).await.unwrap(), 0);
    store
        .forget_observations(SiteKey::new("shop").unwrap(), report_of("shop", &[&names[0]]).observations)
        .await
        .unwrap();
    assert_eq!(store.count_observations(report_of("shop", &["new"]), Time::from_millis(1)).await.unwrap(), 0);
}

/// A name without a digit in it for each number.
fn name_of(number: usize) -> String {
    number.to_string().bytes().map(|digit| char::from(digit - b'0' + b'k')).collect()
}

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
        (&parse(&receipt(1)), 1, 0)
    );
    let again = store.append(vec![parse(&receipt(1))], Time::from_millis(2)).await.unwrap();
    assert_eq!(again, [Appended::Known]);
    assert_eq!(store.count_observations(report_of("shop", &["a"]), Time::from_millis(1)).await.unwrap(), 0);
}

#[tokio::test]
async fn what_waits_together_is_committed_together_and_answered_each_for_itself() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteLedger::open(folder.path()).unwrap();
    let mut conflict = receipt(1);
    conflict["layer"] = 2.into();
    let first = store.append(vec![parse(&receipt(1))], Time::from_millis(1));
    let mut waiting: Vec<_> =
        (2..500).map(|n| store.append(vec![parse(&receipt(n))], Time::from_millis(1))).collect();
    let refused = store.append(vec![parse(&conflict)], Time::from_millis(1));
    waiting.push(store.append(vec![parse(&receipt(500))], Time::from_millis(1)));
    assert!(first.await.is_ok());
    assert!(matches!(refused.await, Err(LedgerError::Conflict(_))));
    for answer in waiting {
        assert_eq!(answer.await.unwrap(), [Appended::Stored]);
    }
    assert_eq!(store.receipts(ReceiptRange { before: None, limit: 1000 }).await.unwrap().len(), 500);
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

fn token(id: &str, name: &str) -> StoredToken {
    let text = |text: &str| text.to_owned();
    StoredToken {
        id: text(id),
        name: text(name),
        scopes: text("admin"),
        hash: format!("hash of {id}"),
        made: text("2026-11-21"),
    }
}

#[tokio::test]
async fn a_token_is_added_changed_and_removed_for_every_program_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let (store, other) =
        (SqliteLedger::open(folder.path()).unwrap(), SqliteLedger::open(folder.path()).unwrap());
    let (one, two) = (token("1", "b"), token("2", "a"));
    for (added, is_new) in [(&one, true), (&two, true), (&one, false), (&token("1", "c"), false)] {
        assert_eq!(other.add_token(added.clone()).await.unwrap(), is_new, "{added:?}");
    }
    assert!(!other.add_token(token("3", "a")).await.unwrap(), "the name is taken");
    assert_eq!(store.tokens().await.unwrap(), [two.clone(), one.clone()]);
    assert!(other.replace_token_hash("1".into(), "another".into()).await.unwrap());
    assert!(other.remove_token("2".into()).await.unwrap());
    assert_eq!(store.tokens().await.unwrap(), [StoredToken { hash: "another".into(), ..one }]);
    assert!(!other.replace_token_hash("2".into(), "another".into()).await.unwrap());
    assert!(!other.remove_token("2".into()).await.unwrap());
    drop((store, other));
    assert_eq!(SqliteLedger::open(folder.path()).unwrap().tokens().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_notice_is_kept_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteLedger::open(folder.path()).unwrap();
    let (shop, blog) = (SiteKey::new("shop").unwrap(), SiteKey::new("blog").unwrap());
    let notice = |appearance: Option<&str>| NewNotice {
        notice: Document::new("consentry notice 1\n".into()),
        appearance: appearance.map(|text| Document::new(text.into())),
    };
    let hash = notice_hash(notice(None).notice.hash()).unwrap();
    let at = Time::from_millis;
    for (appearance, since) in [(Some("bar"), 5), (None, 3), (Some("box"), 7), (Some("bar"), 9), (None, 11)] {
        store.keep_notices(shop.clone(), vec![notice(appearance)], at(since)).await.unwrap();
    }
    let kept = KeptNotice {
        text: "consentry notice 1\n".into(),
        since: at(3),
        appearances: vec![(at(5), "bar".into()), (at(7), "box".into())],
    };
    drop(store);
    let store = SqliteLedger::open(folder.path()).unwrap();
    assert_eq!(store.notice(shop.clone(), hash.clone()).await.unwrap(), Some(kept));
    assert_eq!(store.notice_hashes(shop.clone()).await.unwrap(), [hash.clone()].into());
    assert_eq!(store.notice(blog.clone(), hash).await.unwrap(), None);
    assert_eq!(store.notice_hashes(blog).await.unwrap(), [].into());
    let other = NoticeHash::new(&format!("sha256:{}", "ab".repeat(32))).unwrap();
    assert_eq!(store.notice(shop, other).await.unwrap(), None);
}

#[tokio::test]
async fn a_clock_that_jumps_does_not_change_the_order() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteLedger::open(folder.path()).unwrap();
    for (number, millis) in [(0, 1_000_000), (1, 5), (2, u64::MAX), (3, 7)] {
        store.append(vec![parse(&receipt(number))], Time::from_millis(millis)).await.unwrap();
    }
    let stored = store.receipts(ReceiptRange { before: None, limit: 9 }).await.unwrap();
    let leaves: Vec<_> = stored.iter().map(|stored| (stored.leaf, stored.receipt.clone())).collect();
    assert_eq!(leaves, [3, 2, 1, 0].map(|number| (number, parse(&receipt(number)))));
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
