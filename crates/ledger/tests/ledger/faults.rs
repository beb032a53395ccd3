//! The fault table: a visitor's and an owner's journey, of which each write fails once, lost or kept. Whoever asked asks again,
//! and the end is the one without a fault.

use std::collections::BTreeMap;

use consentry::model::receipt::Time;
use consentry_ledger::erasure::{Erase, ErasedBy};
use consentry_ledger::event::{Event, Listener};
use consentry_ledger::faulty::{Fault, FaultyLedger};
use consentry_ledger::hold::Hold;
use consentry_ledger::notice::{Document, NewNotice};
use consentry_ledger::retention::RetentionRun;
use consentry_ledger::sealer::Sealer;
use consentry_ledger::verify::verify;
use consentry_ledger::{Ledger, LedgerError, Pending, ReceiptRange, StoredToken};

use crate::erasures::{OTHER, receipt_of, subject};
use crate::events::withdrawal;
use crate::promises::report_of;
use crate::receipt::{SUBJECT, parse, receipt};
use crate::stores::{Home, counted, site, wait_for_leaves};
use crate::tests_of_every_store;

tests_of_every_store!(every_write_may_be_lost_or_kept);

/// The visitor whose receipts go.
const ERASED: &str = "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee";

/// Asks until there is an answer.
async fn insist<T>(ask: impl Fn() -> Pending<T>) -> T {
    for _ in 0..2 {
        match ask().await {
            Ok(answer) => return answer,
            Err(LedgerError::Unavailable(_)) => {}
            Err(error) => panic!("{error}"),
        }
    }
    panic!("it failed more than once")
}

fn token(id: &str) -> StoredToken {
    let text = |text: &str| text.to_owned();
    StoredToken {
        id: text(id),
        name: text(id),
        scopes: text("read"),
        hash: text("1"),
        made: text("2026-11-21"),
    }
}

/// Everything that a ledger is asked to write, each until it is answered for. Then what is in it, in words.
async fn journey(ledger: &dyn Ledger, home: &Home) -> BTreeMap<&'static str, String> {
    let at = Time::from_millis;
    let shop = || site("shop");
    let receipts =
        |numbers: &[u64]| numbers.iter().map(|number| parse(&receipt(*number))).collect::<Vec<_>>();
    insist(|| ledger.append(receipts(&[1]), at(1))).await;
    insist(|| ledger.append(receipts(&[2, 3]), at(2))).await;
    wait_for_leaves(ledger, "shop", 3).await;
    let sealer = Sealer::open(&home.place.data).unwrap();
    let origin = |site: &_| format!("consent.example/v1/log/{site}");
    // What was signed when the fault came is signed again.
    for _ in 0..3 {
        let _ = sealer.seal(ledger, origin).await;
    }
    insist(|| ledger.append(receipts(&[3, 4]), at(3))).await;
    wait_for_leaves(ledger, "shop", 4).await;
    for _ in 0..3 {
        let _ = sealer.seal(ledger, origin).await;
    }
    insist(|| ledger.count_observations(report_of("shop", &["a", "b"]), at(5))).await;
    insist(|| ledger.forget_observations(shop(), report_of("shop", &["b"]).observations)).await;
    let notice = || NewNotice { notice: Document::new("consentry notice 1\n".into()), appearance: None };
    insist(|| ledger.keep_notices(shop(), vec![notice()], at(6))).await;
    insist(|| ledger.add_token(token("kept"))).await;
    insist(|| ledger.add_token(token("removed"))).await;
    insist(|| ledger.replace_token_hash("kept".into(), "2".into())).await;
    insist(|| ledger.remove_token("removed".into())).await;
    let hold = |of: &str| Hold { site: shop(), subject: Some(subject(of)), reason: "1".into(), since: at(7) };
    insist(|| ledger.add_hold(hold(OTHER))).await;
    insist(|| ledger.add_hold(hold(SUBJECT))).await;
    insist(|| ledger.remove_hold(shop(), Some(subject(SUBJECT)))).await;
    // Two of them are another visitor's, of whom all goes.
    insist(|| ledger.append(vec![receipt_of(5, "shop", ERASED), receipt_of(6, "shop", ERASED)], at(8))).await;
    wait_for_leaves(ledger, "shop", 6).await;
    for endpoint in ["kept", "removed"] {
        let listener = Listener { site: shop(), endpoint: endpoint.into(), events: Event::ALL.to_vec() };
        insist(|| ledger.add_listener(listener.clone())).await;
    }
    insist(|| ledger.erase(shop(), Erase::Subject(subject(ERASED)), ErasedBy::Visitor, at(9))).await;
    insist(|| ledger.wipe()).await;
    let run = || RetentionRun { at: at(10), erased: Vec::new() };
    insist(|| ledger.add_retention_run(run())).await;
    for number in [7, 8] {
        insist(|| ledger.append(vec![withdrawal(number, "shop", SUBJECT)], at(number + 3))).await;
    }
    wait_for_leaves(ledger, "shop", 9).await;
    insist(|| ledger.remove_listener(shop(), "removed".into())).await;
    let due = ledger.due_deliveries(at(12), 9).await.unwrap();
    insist(|| ledger.begin_delivery(due[0].clone(), at(20))).await;
    insist(|| ledger.end_delivery(due[0].clone())).await;
    insist(|| ledger.give_up_deliveries(at(11))).await;

    let stored = ledger.receipts(ReceiptRange { before: None, limit: 9 }).await.unwrap();
    let stored: Vec<_> =
        stored.iter().map(|one| (one.position, one.leaf, one.received, &one.receipt)).collect();
    let observed = ledger.observations(shop()).await.unwrap();
    let names: Vec<_> = observed.iter().map(|one| (one.observation.name(), &one.first, &one.last)).collect();
    // A report that was kept and sent again counts twice: it has no id, so that nobody can be told by it.
    assert!(observed[0].reports <= 2);
    // What came again after a lost answer counts once, what was erased stays counted.
    let days = counted(ledger, "shop", 8).await;
    let sealed = ledger.log(shop()).await.unwrap().unwrap().sealed.unwrap();
    let findings = verify(ledger, &home.place.data, &[]).await.unwrap();
    assert_eq!((findings.faults.as_slice(), findings.receipts, findings.erased), (&[][..], 6, 2));
    // A run that was kept and told again is there twice: it says when, and changes nothing.
    let mut runs = ledger.retention_runs(9).await.unwrap();
    runs.dedup();
    let erasures = ledger.erasures(shop(), None, 9).await.unwrap();
    let erasures: Vec<_> = erasures.iter().map(|one| (one.leaf, one.received, one.by, &one.leaves)).collect();
    BTreeMap::from([
        ("receipts", format!("{stored:?}")),
        ("observations", format!("{names:?}")),
        ("statistics", format!("{days:?}")),
        ("sealed", sealed.size.to_string()),
        ("notices", format!("{:?}", ledger.notice_hashes(shop()).await.unwrap())),
        ("tokens", format!("{:?}", ledger.tokens().await.unwrap())),
        ("holds", format!("{:?}", ledger.holds().await.unwrap())),
        ("erasures", format!("{erasures:?}")),
        ("runs", format!("{runs:?}")),
        ("deliveries", format!("{:?}", ledger.waiting_deliveries().await.unwrap())),
    ])
}

async fn every_write_may_be_lost_or_kept(home: Home) {
    let without_fault = journey(home.open().await.as_ref(), &home).await;
    for fault in [Fault::Lost, Fault::Kept] {
        for write in 0.. {
            let home = if home.place.database.is_some() { Home::postgres() } else { Home::sqlite() };
            let ledger = FaultyLedger::new(home.open().await, fault, write);
            assert_eq!(journey(&ledger, &home).await, without_fault, "write {write} was {fault:?}");
            if !ledger.has_failed() {
                // append, claim and save for each checkpoint, and the others.
                assert!(write >= 28, "only {write} writes were tried");
                break;
            }
        }
    }
}
