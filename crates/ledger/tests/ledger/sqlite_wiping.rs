//! What was erased is in no file of the data directory: every file is searched for it byte by byte, and for halves of it.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use consentry::model::receipt::{Receipt, Time};
use consentry_ledger::erasure::{Erase, ErasedBy, erase_subject};
use consentry_ledger::hold::Hold;
use consentry_ledger::sealer::Sealer;
use consentry_ledger::sqlite::{FILE, SqliteLedger};
use consentry_ledger::verify::verify;
use consentry_ledger::{Ledger, ReceiptRange, StoredReceipt};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use tokio::task::JoinSet;

use crate::erasures::{OTHER, receipt_of, subject};
use crate::receipt::{SUBJECT, parse, receipt};
use crate::stores::site;

const SITES: [&str; 3] = ["shop", "blog", "wine"];

/// What may be nowhere: halves of ids, subjects and salts, as bytes and as digits.
#[derive(Default)]
struct Erased {
    bytes: HashSet<[u8; 8]>,
    digits: HashSet<[u8; 16]>,
}

impl Erased {
    fn add(&mut self, sixteen: u128, skip: usize) {
        let (bytes, digits) = (sixteen.to_be_bytes(), format!("{sixteen:032x}"));
        for half in bytes.chunks(8).skip(skip) {
            self.bytes.insert(half.try_into().unwrap());
        }
        for half in digits.as_bytes().chunks(16).skip(skip) {
            self.digits.insert(half.try_into().unwrap());
        }
    }

    fn add_receipt(&mut self, stored: &StoredReceipt) {
        self.add(number(stored.receipt.subject.as_str()), 0);
        self.add(u128::from_be_bytes(stored.salt), 0);
        // The first half of an id is mostly a time, which others have too.
        self.add(number(stored.receipt.id.as_str()), 1);
    }

    /// The files of a folder in which something of it is, with how often.
    fn found_in(&self, folder: &Path) -> Vec<(PathBuf, usize)> {
        let (mut folders, mut found) = (vec![folder.to_owned()], Vec::new());
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let content = fs::read(&path).unwrap();
                let times = content.windows(8).filter(|part| self.bytes.contains(*part)).count()
                    + content.windows(16).filter(|part| self.digits.contains(*part)).count();
                found.extend((times > 0).then_some((path, times)));
            }
        }
        found
    }
}

/// The number of 32 hexadecimal digits.
fn number(digits: &str) -> u128 {
    u128::from_str_radix(&digits.replace('-', ""), 16).unwrap()
}

/// A receipt with a random id, of one of some subjects.
fn random_receipt(random: &mut TestRng, subjects: &[String]) -> Receipt {
    let mut value = receipt(0);
    let (a, b) = (random.next_u64(), random.next_u64());
    let digits = format!("{a:016x}{b:016x}");
    value["id"] = format!(
        "019aa7{}-{}-7{}-8{}-{}",
        &digits[..2],
        &digits[2..6],
        &digits[6..9],
        &digits[9..12],
        &digits[12..24]
    )
    .into();
    value["site"] = SITES[a as usize % SITES.len()].into();
    value["subject"] = subjects[b as usize % subjects.len()].clone().into();
    parse(&value)
}

async fn stored(ledger: &dyn Ledger) -> Vec<StoredReceipt> {
    ledger.receipts(ReceiptRange { before: None, limit: 1_000_000 }).await.unwrap()
}

/// Remembers what is about to be erased of a subject on a site.
async fn remember(erased: &mut Erased, ledger: &dyn Ledger, of_site: &str, of: &str) -> u64 {
    let all = stored(ledger).await;
    let gone =
        all.iter().filter(|one| one.receipt.site.as_str() == of_site && one.receipt.subject.as_str() == of);
    gone.map(|stored| erased.add_receipt(stored)).count() as u64
}

/// A random life of a ledger: receipts come, subjects are erased, it is closed while something is due and opened again. After each
/// answer nothing of what was erased may be in a file. Gives how many were erased.
async fn live(random: &mut TestRng, receipts: usize, steps: usize) -> u64 {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    // Each subject on one site only: what another site has of it would be found.
    let subjects: Vec<String> =
        (0..200).map(|_| format!("{:016x}{:016x}", random.next_u64(), random.next_u64())).collect();
    let mut ledger = SqliteLedger::open(data).unwrap();
    let (mut erased, mut gone) = (Erased::default(), 0);
    for step in 0..steps {
        // Of those that are not erased yet.
        let some = &subjects[step * subjects.len() / steps..];
        for _ in 0..(receipts / steps).div_ceil(50) {
            let mut part: Vec<Receipt> = (0..50).map(|_| random_receipt(random, some)).collect();
            for receipt in &mut part {
                let of = subjects.iter().position(|subject| subject == receipt.subject.as_str()).unwrap();
                receipt.site = site(SITES[of % SITES.len()]);
            }
            ledger.append(part, Time::from_millis(step as u64)).await.unwrap();
        }
        let origin = |site: &_| format!("consent.example/v1/log/{site}");
        Sealer::open(data).unwrap().seal(&ledger, origin).await.unwrap();
        for at in [2 * step, 2 * step + 1].map(|at| at * subjects.len() / (2 * steps)) {
            let (of_site, of) = (SITES[at % SITES.len()], &subjects[at]);
            let expected = remember(&mut erased, &ledger, of_site, of).await;
            let now = Time::from_millis(step as u64);
            if random.next_u32().is_multiple_of(3) {
                // Cut off behind the commit: the next start ends it.
                let what = Erase::Subject(subject(of));
                assert_eq!(ledger.erase(site(of_site), what, ErasedBy::Owner, now).await.unwrap(), expected);
                drop(ledger);
                ledger = SqliteLedger::open(data).unwrap();
                ledger.wipe().await.unwrap();
            } else {
                let count = erase_subject(&ledger, site(of_site), subject(of), ErasedBy::Visitor, now).await;
                assert_eq!(count.unwrap(), expected);
            }
            gone += expected;
            assert_eq!(erased.found_in(data), [], "after {gone} were erased");
        }
        let found = verify(&ledger, data, &[]).await.unwrap();
        assert_eq!((found.faults, found.erased), (vec![], gone));
    }
    drop(ledger);
    assert_eq!(erased.found_in(data), []);
    gone
}

#[tokio::test]
async fn nothing_of_thousands_of_receipts_is_left_in_a_file_once_they_are_erased() {
    let erased = live(&mut TestRng::from_seed(RngAlgorithm::ChaCha, &[17; 32]), 9000, 12).await;
    assert!(erased > 1000, "{erased}");
}

#[test]
fn whatever_comes_and_is_erased_the_files_are_clean_and_the_log_verifies() {
    let config = Config { cases: 8, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new(config);
    let case = (any::<[u8; 32]>(), 100_usize..1500, 1_usize..5);
    runner
        .run(&case, |(seed, receipts, steps)| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(live(&mut TestRng::from_seed(RngAlgorithm::ChaCha, &seed), receipts, steps));
            Ok(())
        })
        .unwrap();
}

#[tokio::test]
async fn erasures_at_once_while_receipts_come_leave_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Arc::new(SqliteLedger::open(folder.path()).unwrap());
    let mut random = TestRng::from_seed(RngAlgorithm::ChaCha, &[3; 32]);
    let subjects: Vec<String> = (0..40)
        .map(|_| format!("{:032x}", u128::from(random.next_u64()) << 64 | u128::from(random.next_u64())))
        .collect();
    let come = |random: &mut TestRng, of: &[String]| {
        let mut part: Vec<Receipt> = (0..50).map(|_| random_receipt(random, of)).collect();
        part.iter_mut().for_each(|receipt| receipt.site = site("shop"));
        ledger.append(part, Time::from_millis(1))
    };
    for _ in 0..40 {
        come(&mut random, &subjects).await.unwrap();
    }
    let (mut erased, mut waiting) = (Erased::default(), JoinSet::new());
    for of in &subjects[..30] {
        remember(&mut erased, ledger.as_ref(), "shop", of).await;
    }
    for of in subjects[..30].iter().map(|of| subject(of)) {
        let ledger = Arc::clone(&ledger);
        waiting.spawn(async move {
            erase_subject(ledger.as_ref(), site("shop"), of, ErasedBy::Visitor, Time::from_millis(2)).await
        });
    }
    let mut done = 0;
    while let Some(answer) = waiting.join_next().await {
        done += answer.unwrap().unwrap();
        come(&mut random, &subjects[30..]).await.unwrap();
    }
    assert!(done > 1000);
    assert_eq!(erased.found_in(folder.path()), []);
}

#[tokio::test]
async fn a_hold_that_is_released_leaves_no_subject() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = SqliteLedger::open(folder.path()).unwrap();
    let of = "3141592653589793238462643383279f";
    let hold = Hold {
        site: site("shop"),
        subject: Some(subject(of)),
        reason: String::new(),
        since: Time::from_millis(1),
    };
    ledger.add_hold(hold).await.unwrap();
    let mut erased = Erased::default();
    erased.add(number(of), 0);
    assert_ne!(erased.found_in(folder.path()), [], "it is looked for");
    ledger.remove_hold(site("shop"), Some(subject(of))).await.unwrap();
    ledger.wipe().await.unwrap();
    assert_eq!(erased.found_in(folder.path()), []);
}

#[tokio::test]
async fn what_an_older_program_left_in_its_file_is_wiped_when_it_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let file = rusqlite::Connection::open(folder.path().join(FILE)).unwrap();
    file.execute_batch(include_str!("../../migrations/0001_receipts.sql")).unwrap();
    file.pragma_update(None, "user_version", 1).unwrap();
    // Not from 0: half of that id is a 128 and zeros, as what follows upon a hash may be.
    for number in 1..=3000 {
        let of = if number % 2 == 0 { SUBJECT } else { OTHER };
        let receipt = receipt_of(number, "shop", of);
        let row = ("shop", receipt.id.as_str(), of, 1, receipt.to_text());
        let sql = "INSERT INTO receipts (site, id, subject, received, body) VALUES (?1, ?2, ?3, ?4, ?5)";
        file.execute(sql, row).unwrap();
    }
    drop(file);
    let ledger = SqliteLedger::open(folder.path()).unwrap();
    let mut erased = Erased::default();
    assert_eq!(remember(&mut erased, &ledger, "shop", SUBJECT).await, 1500);
    let now = Time::from_millis(1);
    assert_eq!(
        erase_subject(&ledger, site("shop"), subject(SUBJECT), ErasedBy::Owner, now).await.unwrap(),
        1500
    );
    // Also in the older form: as texts, in pages that are free by now.
    assert_eq!(erased.found_in(folder.path()), []);
}
