//! Periods: what is past its own goes, and nothing else.

use std::collections::BTreeMap;

use consentry::model::config::SiteKey;
use consentry::model::receipt::{Receipt, Time};
use consentry_ledger::hold::Hold;
use consentry_ledger::retention::{ErasedRecords, Periods, RecordClass, RunMode, run};
use consentry_ledger::sealer::Sealer;
use consentry_ledger::verify::verify;
use consentry_ledger::{Ledger, ReceiptRange};

use crate::erasures::{OTHER, subject};
use crate::promises::report_of;
use crate::receipt::{SUBJECT, parse, receipt};
use crate::stores::{Home, site, wait_for_leaves};
use crate::tests_of_every_store;

tests_of_every_store!(
    a_receipt_is_kept_while_it_is_in_force_and_for_its_period,
    a_replaced_receipt_ends_when_the_next_one_came,
    each_site_has_its_own_periods_and_no_period_keeps_for_ever,
    what_is_on_hold_is_kept_and_counted,
    observations_go_by_the_day_when_they_were_last_seen,
    a_dry_run_changes_nothing_and_says_what_a_run_does,
    many_receipts_go_in_small_parts,
);

const DAY: u64 = 86_400_000;
/// How many days the receipts of the tests are valid.
const VALID: u64 = 185;

fn day(day: u64) -> Time {
    Time::from_millis(day * DAY)
}

/// A receipt of the shop that is valid for so many days, whatever its visitor's clock says.
fn receipt_for(number: u64, days: u64) -> Receipt {
    let mut value = receipt(number);
    value["validUntil"] = Time::from_millis(parse(&receipt(0)).time.millis() + days * DAY).to_string().into();
    parse(&value)
}

fn periods(receipts: Option<u32>, observations: Option<u32>) -> Periods {
    Periods { receipts, observations }
}

fn of_shop(receipts: u32) -> BTreeMap<SiteKey, Periods> {
    BTreeMap::from([(site("shop"), periods(Some(receipts), None))])
}

async fn ids(ledger: &dyn Ledger) -> Vec<u64> {
    let stored = ledger.receipts(ReceiptRange { before: None, limit: 10_000 }).await.unwrap();
    let number = |id: &str| u64::from_str_radix(&id[24..], 16).unwrap();
    let mut ids: Vec<u64> = stored.iter().map(|stored| number(stored.receipt.id.as_str())).collect();
    ids.sort_unstable();
    ids
}

async fn erase(ledger: &dyn Ledger, of: &BTreeMap<SiteKey, Periods>, now: Time) -> Vec<ErasedRecords> {
    run(ledger, of, now, RunMode::Erase, |_, _| {}).await.unwrap().erased
}

fn erased(of: &str, class: RecordClass, erased: u64, held: u64) -> ErasedRecords {
    ErasedRecords { site: of.into(), class, erased, held }
}

async fn a_receipt_is_kept_while_it_is_in_force_and_for_its_period(home: Home) {
    let ledger = home.open().await;
    ledger.append(vec![receipt_for(1, 1)], day(1000)).await.unwrap();
    ledger.append(vec![receipt_for(2, VALID)], day(1000)).await.unwrap();
    ledger.append(vec![receipt_for(3, 1)], day(1001)).await.unwrap();
    wait_for_leaves(ledger.as_ref(), "shop", 3).await;
    // One day of validity and thirty for the proof, to the millisecond.
    for (now, left) in [
        (day(1031), vec![1, 2, 3]),
        (Time::from_millis(1031 * DAY + 1), vec![2, 3]),
        (Time::from_millis(1032 * DAY + 1), vec![2]),
        (day(1000 + VALID + 30), vec![2]),
        (Time::from_millis((1000 + VALID + 30) * DAY + 1), vec![]),
    ] {
        erase(ledger.as_ref(), &of_shop(30), now).await;
        assert_eq!(ids(ledger.as_ref()).await, left, "{now}");
    }
    let runs = ledger.retention_runs(9).await.unwrap();
    let counts: Vec<_> = runs.iter().map(|run| run.erased.clone()).collect();
    let one = vec![erased("shop", RecordClass::Receipts, 1, 0)];
    assert_eq!(counts, [one.clone(), vec![], one.clone(), one, vec![]], "the newest first");
    assert_eq!(ledger.retention_runs(1).await.unwrap()[0].at.millis(), (1000 + VALID + 30) * DAY + 1);
}

async fn a_replaced_receipt_ends_when_the_next_one_came(home: Home) {
    let ledger = home.open().await;
    let mut next = receipt(2);
    next["previous"] = receipt(1)["id"].clone();
    // Of another visitor, who names it all the same.
    let mut strangers = receipt(3);
    strangers["previous"] = receipt(4)["id"].clone();
    strangers["subject"] = OTHER.into();
    ledger.append(vec![parse(&receipt(1)), parse(&receipt(4))], day(1000)).await.unwrap();
    ledger.append(vec![parse(&strangers)], day(1001)).await.unwrap();
    ledger.append(vec![parse(&next)], day(1010)).await.unwrap();
    wait_for_leaves(ledger.as_ref(), "shop", 4).await;
    erase(ledger.as_ref(), &of_shop(30), day(1040)).await;
    assert_eq!(ids(ledger.as_ref()).await, [1, 2, 3, 4]);
    erase(ledger.as_ref(), &of_shop(30), day(1041)).await;
    assert_eq!(ids(ledger.as_ref()).await, [2, 3, 4]);
}

async fn each_site_has_its_own_periods_and_no_period_keeps_for_ever(home: Home) {
    let ledger = home.open().await;
    for (number, of) in [(1, "shop"), (2, "blog"), (3, "wine")] {
        let mut value = receipt(number);
        value["site"] = of.into();
        ledger.append(vec![parse(&value)], day(1000)).await.unwrap();
        wait_for_leaves(ledger.as_ref(), of, 1).await;
    }
    let mut all = of_shop(10);
    all.insert(site("blog"), periods(Some(2000), None));
    let now = day(1000 + VALID + 100);
    assert_eq!(erase(ledger.as_ref(), &all, now).await, [erased("shop", RecordClass::Receipts, 1, 0)]);
    assert_eq!(ids(ledger.as_ref()).await, [2, 3]);
    erase(ledger.as_ref(), &all, day(10_000)).await;
    assert_eq!(ids(ledger.as_ref()).await, [3], "a site that says nothing keeps all");
}

async fn what_is_on_hold_is_kept_and_counted(home: Home) {
    let ledger = home.open().await;
    for number in 1..=4 {
        let mut value = receipt(number);
        value["subject"] = if number < 3 { SUBJECT } else { OTHER }.into();
        ledger.append(vec![parse(&value)], day(1000)).await.unwrap();
    }
    wait_for_leaves(ledger.as_ref(), "shop", 4).await;
    let hold = |of: Option<&str>| Hold {
        site: site("shop"),
        subject: of.map(subject),
        reason: "case 17".into(),
        since: day(1),
    };
    let now = day(5000);
    ledger.add_hold(hold(None)).await.unwrap();
    assert_eq!(erase(ledger.as_ref(), &of_shop(1), now).await, [erased("shop", RecordClass::Receipts, 0, 4)]);
    ledger.remove_hold(site("shop"), None).await.unwrap();
    ledger.add_hold(hold(Some(SUBJECT))).await.unwrap();
    assert_eq!(erase(ledger.as_ref(), &of_shop(1), now).await, [erased("shop", RecordClass::Receipts, 2, 2)]);
    assert_eq!(ids(ledger.as_ref()).await, [1, 2]);
}

async fn observations_go_by_the_day_when_they_were_last_seen(home: Home) {
    let ledger = home.open().await;
    ledger.count_observations(report_of("shop", &["a", "b"]), day(1000)).await.unwrap();
    ledger.count_observations(report_of("shop", &["b"]), day(1005)).await.unwrap();
    ledger.count_observations(report_of("blog", &["a"]), day(1000)).await.unwrap();
    let all = BTreeMap::from([(site("shop"), periods(None, Some(10)))]);
    assert_eq!(erase(ledger.as_ref(), &all, day(1010)).await, []);
    let one = erased("shop", RecordClass::Observations, 1, 0);
    assert_eq!(erase(ledger.as_ref(), &all, day(1011)).await, [one]);
    let left = ledger.observations(site("shop")).await.unwrap();
    assert_eq!(left.iter().map(|one| one.observation.name()).collect::<Vec<_>>(), ["b"]);
    assert_eq!(ledger.observations(site("blog")).await.unwrap().len(), 1);
}

async fn a_dry_run_changes_nothing_and_says_what_a_run_does(home: Home) {
    let ledger = home.open().await;
    for number in 1..=3 {
        ledger.append(vec![parse(&receipt(number))], day(1000)).await.unwrap();
    }
    ledger.count_observations(report_of("shop", &["a"]), day(1000)).await.unwrap();
    wait_for_leaves(ledger.as_ref(), "shop", 3).await;
    let all = BTreeMap::from([(site("shop"), periods(Some(1), Some(1)))]);
    let dry = run(ledger.as_ref(), &all, day(5000), RunMode::Dry, |_, _| {}).await.unwrap();
    assert_eq!(ids(ledger.as_ref()).await, [1, 2, 3]);
    assert_eq!(ledger.observations(site("shop")).await.unwrap().len(), 1);
    assert_eq!(ledger.retention_runs(9).await.unwrap(), []);
    let done = run(ledger.as_ref(), &all, day(5000), RunMode::Erase, |_, _| {}).await.unwrap();
    assert_eq!(dry, done);
    assert_eq!(ledger.retention_runs(9).await.unwrap(), [done]);
    assert_eq!(ids(ledger.as_ref()).await, [0; 0]);
}

async fn many_receipts_go_in_small_parts(home: Home) {
    let ledger = home.open().await;
    for part in (0..5000).collect::<Vec<u64>>().chunks(500) {
        let receipts = part.iter().map(|number| parse(&receipt(*number))).collect();
        let received = if part[0] < 4500 { day(1000) } else { day(4900) };
        ledger.append(receipts, received).await.unwrap();
    }
    wait_for_leaves(ledger.as_ref(), "shop", 5000).await;
    let (mut told, periods) = (Vec::new(), of_shop(30));
    let done = run(ledger.as_ref(), &periods, day(5000), RunMode::Erase, |at, of| told.push((at, of))).await;
    assert_eq!(done.unwrap().erased, [erased("shop", RecordClass::Receipts, 4500, 0)]);
    assert_eq!(ids(ledger.as_ref()).await, (4500..5000).collect::<Vec<_>>());
    assert_eq!(told.last(), Some(&(5000, 5000)));
    assert!(told.is_sorted() && told.len() > 2, "{told:?}");
    let origin = |site: &_| format!("consent.example/v1/log/{site}");
    Sealer::open(&home.place.data).unwrap().seal(ledger.as_ref(), origin).await.unwrap();
    let found = verify(ledger.as_ref(), &home.place.data, &[]).await.unwrap();
    assert_eq!((found.faults, found.receipts, found.erased), (vec![], 500, 4500));
    // Small entries: each names a run of places.
    let erasures = ledger.erasures(site("shop"), None, 1000).await.unwrap();
    assert!(
        erasures.iter().all(|erasure| erasure.leaves.count() <= 200 && erasure.leaves.runs().count() == 1)
    );
}
