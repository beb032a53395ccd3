//! What the check of a whole ledger finds: every way in which somebody with the database could change the past.

use std::fs;
use std::path::Path;

use consentry::model::config::SiteKey;
use consentry::model::receipt::Time;
use consentry_ledger::erasure::{Erase, ErasedBy};
use consentry_ledger::notice::{Document, NewNotice, notice_hash};
use consentry_ledger::sealer::{CHECKPOINTS, Sealer};
use consentry_ledger::sqlite::{FILE, SqliteLedger};
use consentry_ledger::verify::{Findings, verify};
use consentry_ledger::{Ledger, ReceiptRange};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::receipt::{parse, receipt};

fn origin(site: &SiteKey) -> String {
    format!("consent.example/v1/log/{site}")
}

/// A sealed ledger with so many receipts of the shop, and three of the blog among them.
async fn ledger_with(receipts: u64) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    grow(folder.path(), 0, receipts).await;
    folder
}

/// Adds receipts with numbers from `first` on, and seals.
async fn grow(folder: &Path, first: u64, count: u64) {
    let ledger = SqliteLedger::open(folder).unwrap();
    for number in first..first + count {
        let mut value = receipt(number);
        if number < 3 {
            value["site"] = "blog".into();
            ledger.append(vec![parse(&value)], Time::from_millis(number)).await.unwrap();
        }
        ledger.append(vec![parse(&receipt(number))], Time::from_millis(number)).await.unwrap();
    }
    Sealer::open(folder).unwrap().seal(&ledger, origin).await.unwrap();
}

async fn check(folder: &Path, kept: &[String]) -> Findings {
    verify(&SqliteLedger::open_to_read(folder).unwrap(), folder, kept).await.unwrap()
}

/// Changes the database by hand, as somebody may who can write the file; then one finding must be so.
async fn check_change(sql: &str, expected: &str) {
    let folder = ledger_with(300).await;
    let database = Connection::open(folder.path().join(FILE)).unwrap();
    database.execute_batch("DROP TRIGGER receipts_are_never_edited").unwrap();
    assert!(database.execute(sql, []).unwrap() > 0, "{sql} changed nothing");
    drop(database);
    let findings = check(folder.path(), &[]).await;
    assert!(findings.faults.iter().any(|fault| fault.contains(expected)), "{sql}: {:?}", findings.faults);
}

fn checkpoint(folder: &Path) -> String {
    fs::read_to_string(folder.join(CHECKPOINTS).join("shop")).unwrap()
}

#[tokio::test]
async fn nothing_is_found_in_a_ledger_that_nobody_changed() {
    let folder = ledger_with(600).await;
    let kept = checkpoint(folder.path());
    // Opened again, and grown beyond what was signed.
    grow(folder.path(), 600, 5).await;
    let more = SqliteLedger::open(folder.path()).unwrap();
    more.append(vec![parse(&receipt(1000))], Time::from_millis(0)).await.unwrap();
    let findings = check(folder.path(), &[kept]).await;
    assert_eq!((findings.faults.as_slice(), findings.receipts), (&[][..], 609));
    let logs: Vec<_> = findings.logs.iter().map(|(site, size)| (site.as_str(), *size)).collect();
    assert_eq!(logs, [("blog", 3), ("shop", 606)]);
}

#[tokio::test]
async fn an_edit_is_found() {
    let edited = "is not the one that was recorded as leaf 7";
    for sql in [
        "UPDATE receipts SET time = time + 1 WHERE leaf = 7 AND log = 2",
        "UPDATE receipts SET received = received + 1 WHERE leaf = 7 AND log = 2",
        "UPDATE receipts SET subject = zeroblob(16) WHERE leaf = 7 AND log = 2",
        "UPDATE receipts SET salt = zeroblob(16) WHERE leaf = 7 AND log = 2",
    ] {
        check_change(sql, edited).await;
    }
    let other = "UPDATE decisions SET decision = replace(decision, '\"sv\"', '\"da\"')";
    check_change(other, "is not the one that was recorded as leaf 299").await;
}

#[tokio::test]
async fn a_row_that_is_no_receipt_any_more_is_named() {
    let folder = ledger_with(3).await;
    let database = Connection::open(folder.path().join(FILE)).unwrap();
    database
        .execute_batch(
            "DROP TRIGGER receipts_are_never_edited; UPDATE receipts SET previous = id WHERE position = 2",
        )
        .unwrap();
    drop(database);
    let ledger = SqliteLedger::open_to_read(folder.path()).unwrap();
    let error = verify(&ledger, folder.path(), &[]).await.unwrap_err().to_string();
    assert!(error.contains("position 2 of the ledger"), "{error}");
}

#[tokio::test]
async fn a_removal_is_found() {
    check_change("DELETE FROM receipts WHERE leaf = 7 AND log = 2", "the receipt of leaf 7 was removed")
        .await;
    check_change(
        "DELETE FROM receipts WHERE leaf < 7 AND log = 2",
        "the receipts of the leaves 0 to 6 were removed",
    )
    .await;
    check_change(
        "DELETE FROM receipts WHERE leaf > 297 AND log = 2",
        "the receipts of the leaves 298 to 299 were removed",
    )
    .await;
    check_change("DELETE FROM tiles WHERE level = 0 AND number = 0 AND log = 2", "found 0 entries in tile 0")
        .await;
    check_change("DELETE FROM tiles WHERE level = 1 AND log = 2", "tile 0 of level 1 does not follow").await;
    // A whole site with all its traces in the database: its checkpoint beside the database is left.
    let folder = ledger_with(10).await;
    let database = Connection::open(folder.path().join(FILE)).unwrap();
    database.execute_batch("DELETE FROM receipts WHERE log = 2; DELETE FROM tiles WHERE log = 2; DELETE FROM logs WHERE number = 2").unwrap();
    drop(database);
    let findings = check(folder.path(), &[]).await;
    assert_eq!(findings.faults, ["shop: found no log, expected the one of its file in checkpoints"]);
}

/// A sealed ledger of 20 receipts of the shop, of which those at the leaves 5, 6 and 7 were erased by the entry at leaf 20, and ten
/// that came later.
async fn ledger_with_an_erasure() -> TempDir {
    let folder = ledger_with(20).await;
    let ledger = SqliteLedger::open(folder.path()).unwrap();
    let positions = ledger.receipts(ReceiptRange { before: None, limit: 100 }).await.unwrap();
    let of_shop = positions.iter().filter(|stored| stored.receipt.site.as_str() == "shop");
    let erased = of_shop.filter(|stored| matches!(stored.leaf, Some(5..=7)));
    let what = Erase::Receipts(erased.map(|stored| stored.position).collect());
    let shop = SiteKey::new("shop").unwrap();
    let count = ledger.erase(shop, what, ErasedBy::Owner, Time::from_millis(9)).await.unwrap();
    assert_eq!(count, 3);
    ledger.wipe().await.unwrap();
    drop(ledger);
    grow(folder.path(), 20, 10).await;
    folder
}

#[tokio::test]
async fn an_erasure_is_told_from_a_removal() {
    let folder = ledger_with_an_erasure().await;
    let found = check(folder.path(), &[]).await;
    assert_eq!((found.faults.as_slice(), found.receipts, found.erased), (&[][..], 30, 3));
    for (sql, expected) in [
        ("DELETE FROM receipts WHERE leaf = 8 AND log = 2", &["the receipt of leaf 8 was removed"][..]),
        (
            "DELETE FROM receipts WHERE leaf IN (4, 21, 30) AND log = 2",
            &[
                "the receipt of leaf 4 was removed",
                "the receipt of leaf 21 was removed",
                "the receipt of leaf 30 was removed",
            ],
        ),
        (
            "DELETE FROM erasures",
            &["the receipts of the leaves 5 to 7 were removed", "the receipt of leaf 20 was removed"],
        ),
        (
            "UPDATE erasures SET leaves = '[[4,7]]'",
            &[
                "the erasure at leaf 20 is not the one that was recorded there",
                "the receipts of the leaves 5 to 7 were removed",
                "the receipt of leaf 20 was removed",
            ],
        ),
        (
            "UPDATE erasures SET by = 'visitor'",
            &["the erasure at leaf 20 is not the one that was recorded there"],
        ),
        (
            "UPDATE erasures SET received = 8",
            &["the erasure at leaf 20 is not the one that was recorded there"],
        ),
        ("UPDATE erasures SET leaf = 31", &["the erasure at leaf 31 is not the one that was recorded there"]),
        // Written by hand, to excuse a removal.
        (
            "INSERT INTO erasures SELECT log, 31, received, by, '[[8,8]]', salt FROM erasures",
            &["the erasure at leaf 31 is not the one that was recorded there"],
        ),
    ] {
        let folder = ledger_with_an_erasure().await;
        let database = Connection::open(folder.path().join(FILE)).unwrap();
        database.execute_batch("DROP TRIGGER erasures_are_never_edited").unwrap();
        assert!(database.execute(sql, []).unwrap() > 0, "{sql} changed nothing");
        drop(database);
        let faults = check(folder.path(), &[]).await.faults;
        for expected in expected {
            assert!(faults.iter().any(|fault| fault.contains(expected)), "{sql}: {faults:?}");
        }
    }
}

#[tokio::test]
async fn a_receipt_that_came_back_after_its_erasure_is_found() {
    let folder = ledger_with(20).await;
    let database = Connection::open(folder.path().join(FILE)).unwrap();
    let copy = "CREATE TABLE copy AS SELECT * FROM receipts WHERE leaf = 6 AND log = 2";
    database.execute_batch(copy).unwrap();
    let ledger = SqliteLedger::open(folder.path()).unwrap();
    let position: u32 = database.query_row("SELECT position FROM copy", [], |row| row.get(0)).unwrap();
    let (shop, what) = (SiteKey::new("shop").unwrap(), Erase::Receipts(vec![position.into()]));
    ledger.erase(shop, what, ErasedBy::Retention, Time::from_millis(9)).await.unwrap();
    drop(ledger);
    grow(folder.path(), 20, 1).await;
    assert_eq!(check(folder.path(), &[]).await.faults, [] as [&str; 0]);
    database.execute_batch("INSERT INTO receipts SELECT * FROM copy").unwrap();
    assert_eq!(
        check(folder.path(), &[]).await.faults,
        ["shop: the receipt of leaf 6 is there, but its erasure was recorded"]
    );
}

#[tokio::test]
async fn another_order_is_found() {
    let swapped = "UPDATE receipts SET leaf = 15 - leaf WHERE leaf IN (7, 8) AND log = 2";
    check_change(swapped, "is not in the order in which it came").await;
    // The entries with them, so that each receipt fits its leaf.
    let tile = "UPDATE tiles SET hashes = CAST(substr(hashes, 1, 224) || substr(hashes, 257, 32) || substr(hashes, 225, 32)
        || substr(hashes, 289) AS BLOB) WHERE level = 0 AND number = 0 AND log = 2";
    check_change(tile, "tile 0 of level 1 does not follow").await;
}

#[tokio::test]
async fn an_older_state_put_back_is_found() {
    let folder = ledger_with(20).await;
    let file = folder.path().join(FILE);
    let old = fs::read(&file).unwrap();
    grow(folder.path(), 20, 5).await;
    fs::write(&file, old).unwrap();
    let findings = check(folder.path(), &[]).await;
    assert_eq!(findings.faults, ["shop: the log was put back: found 20 leaves, a signed checkpoint has 25"]);
    // And it is not signed over, before whoever put it back took the newer checkpoint away.
    let ledger = SqliteLedger::open(folder.path()).unwrap();
    let other = parse(&receipt(99));
    ledger.append(vec![other], Time::from_millis(1)).await.unwrap();
    let sealer = Sealer::open(folder.path()).unwrap();
    let refused = sealer.seal(&ledger, origin).await.unwrap_err().to_string();
    assert!(refused.contains("found a checkpoint of 25 leaves, but 21 in the ledger"), "{refused}");
    // Other sites' logs are signed all the same: this one stands behind it in the list.
    let mut other_site = receipt(99);
    other_site["site"] = "wine".into();
    ledger.append(vec![parse(&other_site)], Time::from_millis(1)).await.unwrap();
    assert!(sealer.seal(&ledger, origin).await.is_err());
    let wine = ledger.log(SiteKey::new("wine").unwrap()).await.unwrap().unwrap();
    assert_eq!(wine.sealed.map(|sealed| sealed.size), Some(1));
    fs::remove_file(folder.path().join(CHECKPOINTS).join("shop")).unwrap();
    sealer.seal(&ledger, origin).await.unwrap();
}

#[tokio::test]
async fn a_ledger_from_before_its_first_checkpoint_is_found_by_the_file_of_a_later_one() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = SqliteLedger::open(folder.path()).unwrap();
    ledger.append(vec![parse(&receipt(7))], Time::from_millis(1)).await.unwrap();
    drop(ledger);
    assert_eq!(check(folder.path(), &[]).await.faults, [] as [&str; 0], "nothing is signed yet");
    let old = fs::read(folder.path().join(FILE)).unwrap();
    grow(folder.path(), 20, 5).await;
    fs::write(folder.path().join(FILE), old).unwrap();
    let expected = ["shop: the log was put back: found 1 leaves, a signed checkpoint has 6"];
    assert_eq!(check(folder.path(), &[]).await.faults, expected);
    assert_eq!(check(folder.path(), &[checkpoint(folder.path())]).await.faults, expected.repeat(2));
}

#[tokio::test]
async fn another_log_without_a_checkpoint_is_found_by_its_file() {
    let folder = ledger_with(20).await;
    let database = Connection::open(folder.path().join(FILE)).unwrap();
    let log = "log = (SELECT number FROM logs WHERE site = 'shop')";
    for sql in [
        "UPDATE logs SET checkpoint = NULL, sealed = 0 WHERE site = 'shop'".to_owned(),
        format!(
            "UPDATE tiles SET hashes = CAST(zeroblob(32) || substr(hashes, 33) AS BLOB) WHERE level = 0 AND {log}"
        ),
    ] {
        assert_eq!(database.execute(&sql, []).unwrap(), 1, "{sql}");
    }
    drop(database);
    let faults = check(folder.path(), &[]).await.faults;
    assert!(faults.iter().any(|fault| fault.contains("have another root than was signed")), "{faults:?}");
}

/// A sealed ledger whose newest receipt names a notice that is kept, with an appearance.
async fn ledger_with_a_notice() -> TempDir {
    let folder = ledger_with(20).await;
    let ledger = SqliteLedger::open(folder.path()).unwrap();
    let document = |text: &str| Document::new(text.to_owned());
    let (notice, appearance) = (document("May we count visits?"), Some(document("a bar at the bottom")));
    let mut value = receipt(50);
    value["notice"] = notice_hash(notice.hash()).unwrap().as_str().into();
    let shop = SiteKey::new("shop").unwrap();
    let new = vec![NewNotice { notice, appearance }];
    ledger.keep_notices(shop, new, Time::from_millis(1)).await.unwrap();
    ledger.append(vec![parse(&value)], Time::from_millis(90)).await.unwrap();
    Sealer::open(folder.path()).unwrap().seal(&ledger, origin).await.unwrap();
    folder
}

#[tokio::test]
async fn a_changed_notice_is_found_and_not_shown() {
    for (sql, expected) in [
        (
            "UPDATE documents SET document = 'We count visits.' WHERE document LIKE 'May we%'",
            "found another text",
        ),
        ("DELETE FROM documents WHERE document LIKE 'May we%'", "found no text"),
        ("UPDATE documents SET document = 'a wall' WHERE document LIKE 'a bar%'", "found another text"),
        ("DELETE FROM documents WHERE document LIKE 'a bar%'", "found no text"),
    ] {
        let folder = ledger_with_a_notice().await;
        let findings = check(folder.path(), &[]).await;
        assert_eq!((findings.faults.len(), findings.without_notice), (0, 23), "{:?}", findings.faults);
        let database = Connection::open(folder.path().join(FILE)).unwrap();
        assert_eq!(database.execute(sql, []).unwrap(), 1, "{sql}");
        let faults = check(folder.path(), &[]).await.faults;
        assert!(faults.len() == 1 && faults[0].contains(expected), "{sql}: {faults:?}");
        let ledger = SqliteLedger::open_to_read(folder.path()).unwrap();
        let shop = SiteKey::new("shop").unwrap();
        let hash = ledger.notice_hashes(shop.clone()).await.unwrap().into_iter().next().unwrap();
        assert!(ledger.notice(shop, hash).await.is_err(), "{sql}");
    }
    let folder = ledger_with_a_notice().await;
    let database = Connection::open(folder.path().join(FILE)).unwrap();
    assert_eq!(database.execute("DELETE FROM notices", []).unwrap(), 1);
    assert_eq!(check(folder.path(), &[]).await.without_notice, 24, "it may have been unknown when they came");
}

#[tokio::test]
async fn a_log_whose_last_checkpoint_cannot_be_read_is_not_signed_over() {
    let folder = ledger_with(20).await;
    let file = folder.path().join(CHECKPOINTS).join("shop");
    let good = checkpoint(folder.path());
    let ledger = SqliteLedger::open(folder.path()).unwrap();
    ledger.append(vec![parse(&receipt(99))], Time::from_millis(1)).await.unwrap();
    let sealer = Sealer::open(folder.path()).unwrap();
    for damaged in ["", "consent.example/v1/log/shop\n20\n"] {
        fs::write(&file, damaged).unwrap();
        let refused = sealer.seal(&ledger, origin).await.unwrap_err().to_string();
        assert!(refused.contains("checkpoints/shop") && refused.contains("take that file away"), "{refused}");
    }
    fs::write(&file, &good).unwrap();
    let database = Connection::open(folder.path().join(FILE)).unwrap();
    let damage = "UPDATE logs SET checkpoint = 'nothing' WHERE site = 'shop'";
    assert_eq!(database.execute(damage, []).unwrap(), 1);
    let refused = sealer.seal(&ledger, origin).await.unwrap_err().to_string();
    assert!(refused.contains("shop: the checkpoint in the ledger"), "{refused}");
    assert_eq!(checkpoint(folder.path()), good);
}

#[tokio::test]
async fn a_fork_is_found_by_a_kept_checkpoint_even_with_the_keys() {
    let folder = ledger_with(20).await;
    let kept = checkpoint(folder.path());
    // The owner himself makes a new ledger with other receipts and signs it with the same keys.
    for name in [FILE, "ledger.sqlite3-wal", "ledger.sqlite3-shm"] {
        let _ = fs::remove_file(folder.path().join(name));
    }
    fs::remove_dir_all(folder.path().join(CHECKPOINTS)).unwrap();
    grow(folder.path(), 100, 30).await;
    assert_eq!(check(folder.path(), &[]).await.faults, [] as [&str; 0], "nothing by itself shows it");
    let findings = check(folder.path(), &[kept]).await;
    assert_eq!(
        findings.faults,
        ["shop: the log is another one: its first 20 leaves have another root than was signed"]
    );
}

#[tokio::test]
async fn a_checkpoint_that_others_signed_is_found() {
    let folder = ledger_with(5).await;
    let stranger = tempfile::tempdir().unwrap();
    grow(stranger.path(), 0, 5).await;
    let findings = check(folder.path(), &[checkpoint(stranger.path())]).await;
    assert_eq!(findings.faults, ["shop: found a checkpoint that this ledger's keys did not sign"]);
    fs::remove_file(folder.path().join(CHECKPOINTS).join("shop")).unwrap();
    let findings = check(folder.path(), &[]).await;
    assert!(
        findings.faults[0].starts_with("shop: its file in checkpoints cannot be read"),
        "{:?}",
        findings.faults
    );
}
