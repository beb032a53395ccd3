//! `consentry serve`, killed with SIGKILL: what was acknowledged is there once, and `consentry verify` finds nothing. `cargo xtask
//! bench ledger` does the same with more.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use rusqlite::Connection;

use crate::SMALL_SITES;
use crate::serve::{Program, folder, id, ids, post, receipt_of, start};

/// How many receipts one request brings.
const EACH: u64 = 10;

fn kill(process: u32) {
    Command::new("kill").args(["-9", &process.to_string()]).status().unwrap();
}

fn body(request: u64) -> String {
    let numbers = request * EACH..(request + 1) * EACH;
    let receipts: Vec<_> = numbers.map(|number| receipt_of(number, &format!("{number:032x}"))).collect();
    format!("[{}]", receipts.join(","))
}

/// Sends as long as the program is there, each tenth request twice; the ids of what was acknowledged.
fn send_until_it_is_gone(program: &Program, next: &AtomicU64, stop: &AtomicBool) -> BTreeSet<String> {
    let mut acknowledged = BTreeSet::new();
    while !stop.load(Ordering::Relaxed) {
        let request = next.fetch_add(1, Ordering::Relaxed);
        for _ in 0..if request.is_multiple_of(10) { 2 } else { 1 } {
            match post(&program.address, "", &body(request)) {
                Some((200, _)) => acknowledged.extend((request * EACH..(request + 1) * EACH).map(id)),
                Some((status, answer)) => panic!("{status} {answer}"),
                None => return acknowledged,
            }
        }
    }
    acknowledged
}

/// Checks that these are there once each, and that nothing is wrong with the ledger.
#[track_caller]
fn check(folder: &Path, acknowledged: &BTreeSet<String>) {
    let program = start(folder, "");
    let found = ids(&program);
    let unique: BTreeSet<_> = found.iter().cloned().collect();
    assert_eq!(found.len(), unique.len(), "a receipt is there twice");
    let lost: Vec<_> = acknowledged.difference(&unique).collect();
    assert!(lost.is_empty(), "{} of {} are lost", lost.len(), acknowledged.len());
    drop(program);
    let mut verify = Command::new(env!("CARGO_BIN_EXE_consentry"));
    let verified = verify.args(["verify", "--data", "data"]).current_dir(folder).output().unwrap();
    assert!(verified.status.success(), "{verified:?}");
}

/// When the ledger's file itself was last written: each time in the middle of a checkpoint.
fn written(folder: &Path) -> Option<SystemTime> {
    fs::metadata(folder.join("data/ledger.sqlite3")).and_then(|file| file.modified()).ok()
}

#[test]
fn every_acknowledged_receipt_is_there_once_after_a_kill() {
    let folder = folder();
    let (next, mut acknowledged) = (AtomicU64::new(0), BTreeSet::new());
    for waits_for_a_checkpoint in [false, true, true] {
        let mut program = start(folder.path(), "");
        let stop = AtomicBool::new(false);
        let more: BTreeSet<String> = thread::scope(|scope| {
            let senders: Vec<_> =
                (0..16).map(|_| scope.spawn(|| send_until_it_is_gone(&program, &next, &stop))).collect();
            thread::sleep(Duration::from_millis(300));
            let (begun, before) = (Instant::now(), written(folder.path()));
            while waits_for_a_checkpoint && written(folder.path()) == before {
                assert!(begun.elapsed() < Duration::from_secs(60), "no checkpoint came");
                thread::sleep(Duration::from_micros(100));
            }
            kill(program.child.id());
            stop.store(true, Ordering::Relaxed);
            senders.into_iter().flat_map(|sender| sender.join().unwrap()).collect()
        });
        assert!(more.len() > 50, "only {} were acknowledged", more.len());
        acknowledged.extend(more);
        program.child.wait().unwrap();
    }
    check(folder.path(), &acknowledged);
}

#[test]
fn every_receipt_of_an_old_file_is_there_once_after_kills_in_a_migration() {
    const RECEIPTS: u64 = 20_000;
    let folder = folder();
    fs::create_dir(folder.path().join("data")).unwrap();
    let mut file = Connection::open(folder.path().join("data/ledger.sqlite3")).unwrap();
    file.execute_batch(include_str!("../../../ledger/migrations/0001_receipts.sql")).unwrap();
    file.pragma_update(None, "user_version", 1).unwrap();
    let transaction = file.transaction().unwrap();
    for number in 0..RECEIPTS {
        let subject = format!("{number:032x}");
        let row = (id(number), &subject, number as i64, receipt_of(number, &subject));
        let insert =
            "INSERT INTO receipts (site, id, subject, received, body) VALUES ('shop', ?1, ?2, ?3, ?4)";
        transaction.prepare_cached(insert).unwrap().execute(row).unwrap();
    }
    transaction.commit().unwrap();
    drop(file);
    for millis in [20, 60, 120, 200, 300] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_consentry"))
            .args([
                "serve",
                "--config",
                "site.json",
                "--data",
                "data",
                "--listen",
                "127.0.0.1:0",
                SMALL_SITES,
            ])
            .current_dir(&folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        thread::sleep(Duration::from_millis(millis));
        kill(child.id());
        child.wait().unwrap();
    }
    check(folder.path(), &(0..RECEIPTS).map(id).collect());
}
