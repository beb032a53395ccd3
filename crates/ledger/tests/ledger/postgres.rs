//! What is PostgreSQL's own: nodes that work at the same time, one that dies, connections that are cut, addresses.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use consentry::model::config::SiteKey;
use consentry::model::receipt::{Subject, Time};
use consentry_ledger::postgres::PostgresLedger;
use consentry_ledger::sealer::Sealer;
use consentry_ledger::verify::verify;
use consentry_ledger::{Appended, Ledger, LedgerError, ReceiptRange, SubjectPage, UNPLACED};
use tokio_postgres::{Client, NoTls};

use crate::postgres_server::new_database;
use crate::receipt::{SUBJECT, parse, receipt};
use crate::stores::{Home, site, wait_for_leaves};

fn origin(site: &SiteKey) -> String {
    format!("consent.example/v1/log/{site}")
}

/// A connection beside the ledger's own.
async fn connect(home: &Home) -> Client {
    let address = home.place.database.as_deref().unwrap();
    let (client, connection) = tokio_postgres::connect(address, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// Adds receipts of the shop with these numbers, one after the other; those that were acknowledged.
async fn add(node: Arc<dyn Ledger>, numbers: std::ops::Range<u64>) -> Vec<u64> {
    let mut stored = Vec::new();
    for number in numbers {
        match node.append(vec![parse(&receipt(number))], Time::from_millis(number)).await {
            Ok(_) => stored.push(number),
            Err(error) => println!("{number}: {error}"),
        }
    }
    stored
}

async fn check_whole(home: &Home, receipts: u64) {
    let store = home.place.open_to_read().await.unwrap();
    let findings = verify(store.as_ref(), &home.place.data, &[]).await.unwrap();
    assert_eq!((findings.faults.as_slice(), findings.receipts), (&[][..], receipts));
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_store_at_the_same_time_make_one_log() {
    let home = Home::postgres();
    let nodes: [Arc<dyn Ledger>; 3] =
        [home.open().await.into(), home.open().await.into(), home.open().await.into()];
    let mut under_way = Vec::new();
    for part in 0..30 {
        let node = Arc::clone(&nodes[part as usize % 3]);
        under_way.push(tokio::spawn(add(node, part * 50..(part + 1) * 50)));
    }
    // Two nodes sign meanwhile, with one key.
    let sealer = Arc::new(Sealer::open(&home.place.data).unwrap());
    for _ in 0..10 {
        let seal = |node: usize| {
            let (node, sealer) = (Arc::clone(&nodes[node]), Arc::clone(&sealer));
            async move { sealer.seal(node.as_ref(), origin).await }
        };
        let (one, two) = tokio::join!(seal(0), seal(1));
        one.and(two).unwrap();
    }
    for part in under_way {
        assert_eq!(part.await.unwrap().len(), 50);
    }
    wait_for_leaves(nodes[0].as_ref(), "shop", 1500).await;
    sealer.seal(nodes[2].as_ref(), origin).await.unwrap();
    check_whole(&home, 1500).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_dead_node_left_gets_its_leaves_from_another() {
    let home = Home::postgres();
    let (first, second) = (home.open().await, home.open().await);
    first.append(vec![parse(&receipt(1))], Time::from_millis(1)).await.unwrap();
    wait_for_leaves(first.as_ref(), "shop", 1).await;
    // It has the lease, and is gone before it adds the next leaf.
    first.append(vec![parse(&receipt(2))], Time::from_millis(1)).await.unwrap();
    drop(first);
    let begun = Instant::now();
    wait_for_leaves(second.as_ref(), "shop", 2).await;
    assert!(begun.elapsed() < Duration::from_secs(2), "it took {:?}", begun.elapsed());
}

#[tokio::test]
async fn a_receipt_is_read_before_it_has_its_leaf() {
    let home = Home::postgres();
    let store = home.open().await;
    store.append(vec![parse(&receipt(1))], Time::from_millis(1)).await.unwrap();
    wait_for_leaves(store.as_ref(), "shop", 1).await;
    let other = connect(&home).await;
    other.batch_execute("BEGIN; SELECT * FROM logs FOR UPDATE").await.unwrap();
    store.append(vec![parse(&receipt(2))], Time::from_millis(1)).await.unwrap();
    let found = store.receipts_with_id(parse(&receipt(2)).id).await.unwrap();
    assert_eq!((found[0].leaf, found[0].position), (None, UNPLACED));
    let page = SubjectPage { after: 0, limit: 9 };
    let found = store.receipts_of(site("shop"), Subject::new(SUBJECT).unwrap(), page).await.unwrap();
    assert_eq!(found.iter().map(|stored| stored.leaf).collect::<Vec<_>>(), [Some(0), None]);
    let page = SubjectPage { after: UNPLACED, limit: 9 };
    assert_eq!(store.receipts_of(site("shop"), Subject::new(SUBJECT).unwrap(), page).await.unwrap().len(), 0);
    assert_eq!(store.receipts(ReceiptRange { before: None, limit: 9 }).await.unwrap().len(), 1);
    other.batch_execute("COMMIT").await.unwrap();
    wait_for_leaves(store.as_ref(), "shop", 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_are_cut_lose_nothing_and_store_nothing_twice() {
    let home = Home::postgres();
    let nodes: [Arc<dyn Ledger>; 2] = [home.open().await.into(), home.open().await.into()];
    let done = Arc::new(AtomicBool::new(false));
    let (other, stop) = (connect(&home).await, Arc::clone(&done));
    let cutting = tokio::spawn(async move {
        let cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()";
        let mut cuts: i64 = 0;
        while !stop.load(Ordering::Relaxed) {
            tokio::time::sleep(Duration::from_millis(30)).await;
            cuts += other.query_one(cut, &[]).await.unwrap().get::<_, i64>(0);
        }
        cuts
    });
    let under_way: Vec<_> = (0..16u64)
        .map(|part| tokio::spawn(add(Arc::clone(&nodes[part as usize % 2]), part * 100..(part + 1) * 100)))
        .collect();
    let mut stored = Vec::new();
    for part in under_way {
        stored.extend(part.await.unwrap());
    }
    done.store(true, Ordering::Relaxed);
    let cuts = cutting.await.unwrap();
    assert!(cuts > 10, "only {cuts} connections were cut");
    assert_eq!(stored.len(), 1600, "each was acknowledged");
    wait_for_leaves(nodes[0].as_ref(), "shop", 1600).await;
    // None was stored by an earlier caller: each was said to be new.
    let again = nodes[1].append(vec![parse(&receipt(0))], Time::from_millis(9)).await.unwrap();
    assert_eq!(again, [Appended::Known]);
    Sealer::open(&home.place.data).unwrap().seal(nodes[0].as_ref(), origin).await.unwrap();
    check_whole(&home, 1600).await;
}

#[tokio::test]
async fn a_full_queue_is_said_to_be_full_and_what_is_in_it_is_stored() {
    let home = Home::postgres();
    let store = home.open().await;
    let other = connect(&home).await;
    other.batch_execute("BEGIN; LOCK TABLE receipts IN EXCLUSIVE MODE").await.unwrap();
    let mut sent = Vec::new();
    for number in 0..12_000 {
        sent.push(store.append(vec![parse(&receipt(number))], Time::from_millis(1)));
        if number % 1000 == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await; // the workers take what they can
        }
    }
    other.batch_execute("COMMIT").await.unwrap();
    let (mut stored, mut busy) = (0, 0);
    for answer in sent {
        match answer.await {
            Ok(_) => stored += 1,
            Err(LedgerError::Busy) => busy += 1,
            Err(error) => panic!("{error}"),
        }
    }
    assert!(stored >= 4096 && busy > 0 && stored + busy == 12_000, "{stored} stored, {busy} refused");
    wait_for_leaves(store.as_ref(), "shop", stored).await;
}

#[tokio::test]
async fn of_two_roots_for_one_size_one_is_signed() {
    let home = Home::postgres();
    let store = home.open().await;
    let receipts = (0..5).map(|number| parse(&receipt(number))).collect();
    store.append(receipts, Time::from_millis(1)).await.unwrap();
    wait_for_leaves(store.as_ref(), "shop", 5).await;
    let claim = |size, byte: u8| store.claim_root(site("shop"), size, [byte; 32]);
    assert!(claim(3, 1).await.unwrap());
    assert!(claim(3, 1).await.unwrap(), "the same again");
    let refused = claim(3, 2).await.unwrap_err().to_string();
    assert!(refused.contains("another one than was signed"), "{refused}");
    assert!(claim(5, 3).await.unwrap());
    assert!(!claim(4, 4).await.unwrap(), "a larger one was claimed meanwhile");
    // A database that was put back to an older state.
    connect(&home).await.batch_execute("UPDATE logs SET size = 4").await.unwrap();
    assert!(claim(4, 5).await.is_err());
}

#[tokio::test]
async fn an_edit_and_a_removal_are_found() {
    for (sql, expected) in [
        ("UPDATE receipts SET time = time + 1 WHERE leaf = 7", "not the one that was recorded as leaf 7"),
        ("UPDATE decisions SET decision = replace(decision, '\"sv\"', '\"da\"')", "recorded as leaf 299"),
        ("DELETE FROM receipts WHERE leaf = 7", "the receipt of leaf 7 was removed"),
        ("UPDATE receipts SET leaf = 300 - leaf WHERE leaf IN (7, 293)", "not in the order in which it came"),
        ("UPDATE receipts SET position = NULL WHERE leaf = 7", "the receipt of leaf 7 was removed"),
        ("UPDATE tiles SET hashes = substr(hashes, 33) WHERE number = 0", "found 255 entries in tile 0"),
        ("UPDATE logs SET size = 299", "a signed checkpoint has 300"),
    ] {
        let home = Home::postgres();
        let store = home.open().await;
        let receipts = (0..300).map(|number| parse(&receipt(number))).collect();
        store.append(receipts, Time::from_millis(1)).await.unwrap();
        wait_for_leaves(store.as_ref(), "shop", 300).await;
        Sealer::open(&home.place.data).unwrap().seal(store.as_ref(), origin).await.unwrap();
        drop(store);
        assert!(connect(&home).await.execute(sql, &[]).await.unwrap() > 0, "{sql} changed nothing");
        let store = home.place.open_to_read().await.unwrap();
        let findings = verify(store.as_ref(), &home.place.data, &[]).await.unwrap();
        assert!(findings.faults.iter().any(|fault| fault.contains(expected)), "{sql}: {:?}", findings.faults);
    }
}

#[tokio::test]
async fn a_store_that_failed_says_so_until_it_works_again() {
    let home = Home::postgres();
    let store = home.open().await;
    store.check().await.unwrap();
    let other = connect(&home).await;
    other.batch_execute("ALTER TABLE receipts RENAME TO hidden").await.unwrap();
    let refused = store.append(vec![parse(&receipt(1))], Time::from_millis(1)).await.unwrap_err();
    assert!(refused.to_string().contains("\"receipts\" does not exist"), "{refused}");
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(store.check().await.is_err(), "receipts get no leaves");
    other.batch_execute("ALTER TABLE hidden RENAME TO receipts").await.unwrap();
    store.append(vec![parse(&receipt(1))], Time::from_millis(1)).await.unwrap();
    wait_for_leaves(store.as_ref(), "shop", 1).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    store.check().await.unwrap();
}

async fn refusal(address: &str) -> String {
    PostgresLedger::open(address).await.err().expect("it opened")
}

#[tokio::test]
async fn an_address_that_cannot_be_used_says_why_and_keeps_its_password() {
    let require = refusal("postgres://user:secret@localhost/ledger?sslmode=require").await;
    assert!(require.contains("found sslmode=require, expected disable or prefer"), "{require}");
    let verify_full = refusal("postgres://user:secret@localhost/ledger?sslmode=verify-full").await;
    assert!(verify_full.contains("expected disable or prefer"), "{verify_full}");
    let no_host = refusal("postgres:///ledger").await;
    assert!(no_host.contains("found no host, expected such as postgres://"), "{no_host}");
    let word = refusal("ledger").await;
    assert!(word.contains("expected such as postgres://"), "{word}");
    let address = new_database();
    let nobody = refusal(&address.replace("consentry@", "nobody:secret@")).await;
    assert!(nobody.contains("\"nobody\" does not exist"), "{nobody}");
    for error in [require, verify_full, no_host, word, nobody] {
        assert!(!error.contains("secret"), "{error}");
    }
}

#[tokio::test]
async fn tables_of_another_version_are_refused_and_many_may_make_them_at_once() {
    let home = Home::postgres();
    let refused = home.place.open_to_read().await.err().unwrap();
    assert!(refused.contains("found version 0 of its tables"), "{refused}");
    let opened = tokio::join!(home.open(), home.open(), home.open(), home.open());
    opened.3.check().await.unwrap();
    connect(&home).await.batch_execute("INSERT INTO versions VALUES (99)").await.unwrap();
    let refused = home.place.open().await.err().unwrap();
    assert!(
        refused.contains("found version 99 of its tables, expected at most 4: a newer program"),
        "{refused}"
    );
}
