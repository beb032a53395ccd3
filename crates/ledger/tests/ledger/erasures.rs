//! What is erased is gone, the log still verifies, and the erasure is recorded: the promises of every store, and how a removal that
//! is not recorded is told from it.

use consentry::model::receipt::{Receipt, Subject, Time};
use consentry_ledger::erasure::{Erase, ErasedBy, Leaves, erase_subject};
use consentry_ledger::hold::Hold;
use consentry_ledger::proof::InclusionProof;
use consentry_ledger::sealer::Sealer;
use consentry_ledger::verify::verify;
use consentry_ledger::{Appended, Ledger, LedgerError, ReceiptRange, SubjectPage};

use crate::receipt::{SUBJECT, parse, receipt};
use crate::stores::{Home, site, wait_for_leaves};
use crate::tests_of_every_store;

tests_of_every_store!(
    an_erased_subject_is_gone_and_the_log_still_verifies,
    an_erasure_takes_nothing_of_others,
    an_erasure_of_nothing_records_nothing,
    what_came_a_moment_ago_is_erased_too,
    what_is_on_hold_is_not_erased,
    many_erasures_are_read_in_parts_and_verify,
    a_receipt_that_comes_again_after_its_erasure_is_new,
);

pub const OTHER: &str = "ffffffffffffffffffffffffffffffff";

pub fn subject(digits: &str) -> Subject {
    Subject::new(digits).unwrap()
}

/// A receipt of a site and a subject.
pub fn receipt_of(number: u64, of_site: &str, of: &str) -> Receipt {
    let mut value = receipt(number);
    value["site"] = of_site.into();
    value["subject"] = of.into();
    parse(&value)
}

async fn read(ledger: &dyn Ledger, of_site: &str, of: &str) -> Vec<Receipt> {
    let page = SubjectPage { after: 0, limit: 1000 };
    let stored = ledger.receipts_of(site(of_site), subject(of), page).await.unwrap();
    stored.into_iter().map(|stored| stored.receipt).collect()
}

async fn seal(ledger: &dyn Ledger, home: &Home) {
    let origin = |site: &_| format!("consent.example/v1/log/{site}");
    Sealer::open(&home.place.data).unwrap().seal(ledger, origin).await.unwrap();
}

/// The faults that are found, with how many receipts were compared and how many were erased.
async fn findings(ledger: &dyn Ledger, home: &Home) -> (Vec<String>, u64, u64) {
    let found = verify(ledger, &home.place.data, &[]).await.unwrap();
    (found.faults, found.receipts, found.erased)
}

fn at(millis: u64) -> Time {
    Time::from_millis(millis)
}

async fn erase(ledger: &dyn Ledger, of_site: &str, of: &str, received: u64) -> Result<u64, LedgerError> {
    erase_subject(ledger, site(of_site), subject(of), ErasedBy::Visitor, at(received)).await
}

async fn an_erased_subject_is_gone_and_the_log_still_verifies(home: Home) {
    let ledger = home.open().await;
    for number in 0..6 {
        let of = if number % 2 == 0 { SUBJECT } else { OTHER };
        ledger.append(vec![receipt_of(number, "shop", of)], at(1)).await.unwrap();
    }
    wait_for_leaves(ledger.as_ref(), "shop", 6).await;
    seal(ledger.as_ref(), &home).await;
    assert_eq!(erase(ledger.as_ref(), "shop", SUBJECT, 2).await.unwrap(), 3);
    let check = async |ledger: &dyn Ledger| {
        assert_eq!(read(ledger, "shop", SUBJECT).await, []);
        assert_eq!(ledger.receipts_with_id(receipt_of(2, "shop", SUBJECT).id).await.unwrap().len(), 0);
        assert_eq!(ledger.receipts(ReceiptRange { before: None, limit: 9 }).await.unwrap().len(), 3);
        let erasures = ledger.erasures(site("shop"), None, 9).await.unwrap();
        let [erasure] = &erasures[..] else { panic!("{erasures:?}") };
        assert_eq!((erasure.leaf, erasure.received, erasure.by), (6, at(2), ErasedBy::Visitor));
        assert_eq!(erasure.leaves, Leaves::of([0, 2, 4]));
        assert_eq!(findings(ledger, &home).await, (vec![], 3, 3));
    };
    check(ledger.as_ref()).await;
    // The log goes on behind it, is signed, and has proofs for those that are left.
    ledger.append(vec![receipt_of(7, "shop", OTHER)], at(3)).await.unwrap();
    wait_for_leaves(ledger.as_ref(), "shop", 8).await;
    seal(ledger.as_ref(), &home).await;
    assert_eq!(erase(ledger.as_ref(), "shop", SUBJECT, 4).await.unwrap(), 0, "repeating it is harmless");
    let last = ledger.receipts_with_id(receipt_of(7, "shop", OTHER).id).await.unwrap();
    let proof = InclusionProof::of(ledger.as_ref(), &site("shop"), &last[0]).await.unwrap().unwrap();
    assert_eq!(proof.index, 7);
    drop(ledger);
    let again = home.open().await;
    assert_eq!(findings(again.as_ref(), &home).await, (vec![], 4, 3));
    assert_eq!(again.erasures(site("shop"), None, 9).await.unwrap().len(), 1);
}

async fn an_erasure_takes_nothing_of_others(home: Home) {
    let ledger = home.open().await;
    let kept = [receipt_of(1, "blog", SUBJECT), receipt_of(2, "shop", OTHER), receipt_of(2, "blog", OTHER)];
    ledger.append(kept.to_vec(), at(1)).await.unwrap();
    ledger.append(vec![receipt_of(1, "shop", SUBJECT)], at(1)).await.unwrap();
    wait_for_leaves(ledger.as_ref(), "shop", 2).await;
    wait_for_leaves(ledger.as_ref(), "blog", 2).await;
    assert_eq!(erase(ledger.as_ref(), "shop", SUBJECT, 2).await.unwrap(), 1);
    assert_eq!(read(ledger.as_ref(), "blog", SUBJECT).await, kept[..1]);
    assert_eq!(read(ledger.as_ref(), "shop", OTHER).await, kept[1..2]);
    assert_eq!(read(ledger.as_ref(), "blog", OTHER).await, kept[2..]);
    assert_eq!(ledger.erasures(site("blog"), None, 9).await.unwrap(), []);
    // By position too, those of another site are not touched.
    let of_blog = ledger.receipts_of(site("blog"), subject(OTHER), SubjectPage { after: 0, limit: 9 });
    let position = of_blog.await.unwrap()[0].position;
    let what = Erase::Receipts(vec![position]);
    let erased = ledger.erase(site("shop"), what, ErasedBy::Retention, at(3)).await.unwrap();
    assert_eq!((erased, read(ledger.as_ref(), "blog", OTHER).await.len()), (0, 1));
    assert_eq!(findings(ledger.as_ref(), &home).await.0.len(), 0);
}

async fn an_erasure_of_nothing_records_nothing(home: Home) {
    let ledger = home.open().await;
    assert_eq!(erase(ledger.as_ref(), "shop", SUBJECT, 1).await.unwrap(), 0);
    assert_eq!(ledger.log(site("shop")).await.unwrap(), None);
    ledger.append(vec![receipt_of(1, "shop", OTHER)], at(1)).await.unwrap();
    assert_eq!(erase(ledger.as_ref(), "shop", SUBJECT, 1).await.unwrap(), 0);
    wait_for_leaves(ledger.as_ref(), "shop", 1).await;
    assert_eq!(ledger.erasures(site("shop"), None, 9).await.unwrap(), []);
}

async fn what_came_a_moment_ago_is_erased_too(home: Home) {
    let ledger = home.open().await;
    for number in 0..20 {
        ledger.append(vec![receipt_of(number, "shop", SUBJECT)], at(1)).await.unwrap();
        assert_eq!(erase(ledger.as_ref(), "shop", SUBJECT, number).await.unwrap(), 1);
    }
    assert_eq!(ledger.log(site("shop")).await.unwrap().unwrap().size, 40);
    assert_eq!(findings(ledger.as_ref(), &home).await, (vec![], 0, 20));
}

fn hold(of_site: &str, of: Option<&str>) -> Hold {
    Hold { site: site(of_site), subject: of.map(subject), reason: "case 17".into(), since: at(5) }
}

async fn what_is_on_hold_is_not_erased(home: Home) {
    let ledger = home.open().await;
    let all = [receipt_of(1, "shop", SUBJECT), receipt_of(2, "shop", OTHER), receipt_of(3, "blog", SUBJECT)];
    ledger.append(all.to_vec(), at(1)).await.unwrap();
    wait_for_leaves(ledger.as_ref(), "shop", 2).await;
    assert!(ledger.add_hold(hold("shop", Some(SUBJECT))).await.unwrap());
    assert!(!ledger.add_hold(hold("shop", Some(SUBJECT))).await.unwrap(), "it is there");
    assert!(ledger.add_hold(hold("blog", None)).await.unwrap());
    let mut held = ledger.holds().await.unwrap();
    held.sort_by(|a, b| a.site.cmp(&b.site));
    assert_eq!(held, [hold("blog", None), hold("shop", Some(SUBJECT))]);
    for of_site in ["shop", "blog"] {
        let refused = erase(ledger.as_ref(), of_site, SUBJECT, 2).await.unwrap_err();
        assert!(matches!(refused, LedgerError::Held(held) if held == site(of_site)));
    }
    // By position, only what is held stays.
    let stored = ledger.receipts(ReceiptRange { before: None, limit: 9 }).await.unwrap();
    let positions: Vec<u64> = stored.iter().map(|stored| stored.position).collect();
    let what = Erase::Receipts(positions);
    let by_retention = ledger.erase(site("shop"), what.clone(), ErasedBy::Retention, at(3)).await.unwrap();
    assert_eq!((by_retention, read(ledger.as_ref(), "shop", SUBJECT).await.len()), (1, 1));
    assert!(ledger.erase(site("blog"), what, ErasedBy::Retention, at(3)).await.is_err());
    assert!(ledger.remove_hold(site("shop"), Some(subject(SUBJECT))).await.unwrap());
    assert!(!ledger.remove_hold(site("shop"), Some(subject(SUBJECT))).await.unwrap());
    assert!(!ledger.remove_hold(site("shop"), None).await.unwrap());
    assert_eq!(erase(ledger.as_ref(), "shop", SUBJECT, 4).await.unwrap(), 1);
    assert_eq!(read(ledger.as_ref(), "blog", SUBJECT).await.len(), 1);
}

async fn many_erasures_are_read_in_parts_and_verify(home: Home) {
    let ledger = home.open().await;
    let subjects: Vec<String> = (0..60).map(|number| format!("{number:032x}")).collect();
    for part in 0..10 {
        let receipts = (0..60).map(|of| receipt_of(part * 60 + of, "shop", &subjects[of as usize])).collect();
        ledger.append(receipts, at(part)).await.unwrap();
    }
    wait_for_leaves(ledger.as_ref(), "shop", 600).await;
    seal(ledger.as_ref(), &home).await;
    for of in &subjects[..50] {
        let what = Erase::Subject(subject(of));
        assert_eq!(ledger.erase(site("shop"), what, ErasedBy::Owner, at(20)).await.unwrap(), 10);
    }
    ledger.wipe().await.unwrap();
    let (mut read, mut after) = (Vec::new(), None);
    loop {
        let part = ledger.erasures(site("shop"), after, 7).await.unwrap();
        let Some(last) = part.last() else { break };
        after = Some(last.leaf);
        read.extend(part.into_iter().map(|erasure| (erasure.leaf, erasure.leaves.count())));
    }
    assert_eq!(read, (600..650).map(|leaf| (leaf, 10)).collect::<Vec<_>>());
    seal(ledger.as_ref(), &home).await;
    assert_eq!(findings(ledger.as_ref(), &home).await, (vec![], 100, 500));
}

async fn a_receipt_that_comes_again_after_its_erasure_is_new(home: Home) {
    let ledger = home.open().await;
    let one = receipt_of(1, "shop", SUBJECT);
    ledger.append(vec![one.clone()], at(1)).await.unwrap();
    erase(ledger.as_ref(), "shop", SUBJECT, 2).await.unwrap();
    assert_eq!(ledger.append(vec![one.clone()], at(3)).await.unwrap(), [Appended::Stored]);
    wait_for_leaves(ledger.as_ref(), "shop", 3).await;
    let stored = ledger.receipts_with_id(one.id).await.unwrap();
    assert_eq!((stored[0].leaf, stored[0].received), (Some(2), at(3)));
    assert_eq!(findings(ledger.as_ref(), &home).await, (vec![], 1, 1));
}
