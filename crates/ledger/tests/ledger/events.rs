//! What others have to be told waits from the moment on in which it happened, for whoever listens to it on the site, until it was told.

use std::collections::BTreeSet;

use consentry::model::receipt::{Receipt, Time};
use consentry_ledger::Ledger;
use consentry_ledger::erasure::{Erase, ErasedBy, erase_subject};
use consentry_ledger::event::{Delivery, Event, Listener};
use consentry_ledger::sqlite::FILE;

use crate::erasures::{OTHER, receipt_of, subject};
use crate::receipt::{SUBJECT, parse, receipt};
use crate::stores::{Home, site, wait_for_leaves};
use crate::tests_of_every_store;

tests_of_every_store!(
    an_erasure_waits_for_each_who_listens_to_erasures_of_the_site,
    a_withdrawal_waits_once_however_often_it_is_sent,
    what_nobody_listens_to_waits_for_nobody,
    a_delivery_is_taken_by_one_and_tried_again_when_it_is_due,
    whoever_is_removed_is_told_nothing_more,
    of_each_endpoint_as_many_are_due_as_asked_for,
    what_is_erased_again_or_refused_is_not_told,
    whoever_denies_what_was_granted_withdraws,
    what_is_too_old_is_forgotten_whoever_it_was_for,
);

const NOW: u64 = 1_790_000_000_000;

fn at(millis: u64) -> Time {
    Time::from_millis(millis)
}

fn listener(of_site: &str, endpoint: &str, events: &[Event]) -> Listener {
    Listener { site: site(of_site), endpoint: endpoint.to_owned(), events: events.to_vec() }
}

/// A receipt by which a subject withdraws.
pub fn withdrawal(number: u64, of_site: &str, of: &str) -> Receipt {
    let mut value = receipt(number);
    value["site"] = of_site.into();
    value["subject"] = of.into();
    value["action"] = "withdraw".into();
    value["granted"] = serde_json::json!([]);
    value["denied"] = serde_json::json!(["functional", "analytics", "advertising"]);
    value["notice"] = serde_json::Value::Null;
    value["layer"] = 0.into();
    parse(&value)
}

async fn due(ledger: &dyn Ledger) -> Vec<Delivery> {
    ledger.due_deliveries(at(u64::MAX >> 2), 100).await.unwrap()
}

async fn erase(ledger: &dyn Ledger, of_site: &str, of: &str) -> u64 {
    let by = ErasedBy::Visitor;
    erase_subject(ledger, site(of_site), subject(of), by, at(NOW)).await.unwrap()
}

async fn an_erasure_waits_for_each_who_listens_to_erasures_of_the_site(home: Home) {
    let ledger = home.open().await;
    for (of_site, endpoint, events) in [
        ("shop", "a", &Event::ALL[..]),
        ("shop", "b", &[Event::Erased]),
        ("shop", "c", &[Event::Withdrawn]),
        ("blog", "d", &Event::ALL),
    ] {
        ledger.add_listener(listener(of_site, endpoint, events)).await.unwrap();
        ledger.add_listener(listener(of_site, endpoint, events)).await.unwrap(); // it may be said again
    }
    ledger.append(vec![receipt_of(1, "shop", SUBJECT), receipt_of(2, "shop", OTHER)], at(1)).await.unwrap();
    assert_eq!(erase(ledger.as_ref(), "shop", SUBJECT).await, 1);
    let check = async |ledger: &dyn Ledger| {
        let found = due(ledger).await;
        let [a, b] = &found[..] else { panic!("{found:?}") };
        assert_eq!((a.endpoint.as_str(), b.endpoint.as_str()), ("a", "b"));
        assert_eq!(a.id, b.id, "the same for all");
        assert_eq!(a.id.get_version_num(), 7);
        assert_eq!((&a.site, a.event, &a.subject), (&site("shop"), Event::Erased, &subject(SUBJECT)));
        assert_eq!((a.time, a.tries), (at(NOW), 0));
    };
    check(ledger.as_ref()).await;
    drop(ledger);
    check(home.open().await.as_ref()).await;
}

async fn a_withdrawal_waits_once_however_often_it_is_sent(home: Home) {
    let ledger = home.open().await;
    ledger.add_listener(listener("shop", "a", &Event::ALL)).await.unwrap();
    let one = withdrawal(1, "shop", SUBJECT);
    ledger.append(vec![receipt_of(2, "shop", SUBJECT), one.clone(), one.clone()], at(NOW)).await.unwrap();
    ledger.append(vec![one], at(NOW + 1)).await.unwrap();
    ledger.append(vec![withdrawal(3, "blog", SUBJECT)], at(NOW)).await.unwrap();
    let found = due(ledger.as_ref()).await;
    let [told] = &found[..] else { panic!("{found:?}") };
    assert_eq!((told.event, told.time), (Event::Withdrawn, at(NOW)));
    // One that is refused is told to nobody.
    let mut other = withdrawal(3, "blog", SUBJECT);
    other.site = site("shop");
    let conflict = withdrawal(2, "shop", SUBJECT);
    assert!(ledger.append(vec![other, conflict], at(NOW)).await.is_err());
    assert_eq!(due(ledger.as_ref()).await.len(), 1);
}

async fn what_nobody_listens_to_waits_for_nobody(home: Home) {
    let ledger = home.open().await;
    ledger.add_listener(listener("shop", "a", &[Event::Withdrawn])).await.unwrap();
    ledger.append(vec![receipt_of(1, "shop", SUBJECT)], at(1)).await.unwrap();
    erase(ledger.as_ref(), "shop", SUBJECT).await;
    ledger.append(vec![withdrawal(2, "blog", SUBJECT)], at(1)).await.unwrap();
    assert_eq!(due(ledger.as_ref()).await, []);
    assert_eq!(ledger.waiting_deliveries().await.unwrap(), []);
}

async fn a_delivery_is_taken_by_one_and_tried_again_when_it_is_due(home: Home) {
    let ledger = home.open().await;
    ledger.add_listener(listener("shop", "a", &Event::ALL)).await.unwrap();
    ledger.append(vec![withdrawal(1, "shop", SUBJECT)], at(NOW)).await.unwrap();
    assert_eq!(ledger.due_deliveries(at(NOW - 1), 9).await.unwrap(), []);
    let [first] = &ledger.due_deliveries(at(NOW), 9).await.unwrap()[..] else { panic!() };
    assert!(ledger.begin_delivery(first.clone(), at(NOW + 100)).await.unwrap());
    assert!(!ledger.begin_delivery(first.clone(), at(NOW + 200)).await.unwrap(), "another took it");
    assert_eq!(ledger.due_deliveries(at(NOW + 99), 9).await.unwrap(), []);
    let [second] = &ledger.due_deliveries(at(NOW + 100), 9).await.unwrap()[..] else { panic!() };
    assert_eq!((second.tries, second.id), (1, first.id));
    let waiting = ledger.waiting_deliveries().await.unwrap();
    assert_eq!((waiting[0].endpoint.as_str(), waiting[0].count, waiting[0].oldest), ("a", 1, at(NOW)));
    assert!(!ledger.end_delivery(second.clone()).await.unwrap(), "the receipt is still there");
    assert!(!ledger.end_delivery(second.clone()).await.unwrap(), "it is gone already");
    assert_eq!(due(ledger.as_ref()).await, []);
    // Of one who was erased nothing else is kept.
    erase(ledger.as_ref(), "shop", SUBJECT).await;
    let [last] = &due(ledger.as_ref()).await[..] else { panic!() };
    assert!(ledger.end_delivery(last.clone()).await.unwrap());
    ledger.wipe().await.unwrap();
}

async fn whoever_is_removed_is_told_nothing_more(home: Home) {
    let ledger = home.open().await;
    for endpoint in ["a", "b"] {
        ledger.add_listener(listener("shop", endpoint, &Event::ALL)).await.unwrap();
    }
    ledger.append(vec![withdrawal(1, "shop", SUBJECT)], at(1)).await.unwrap();
    ledger.remove_listener(site("blog"), "a".into()).await.unwrap();
    assert_eq!(due(ledger.as_ref()).await.len(), 2, "it is of another site");
    ledger.remove_listener(site("shop"), "a".into()).await.unwrap();
    erase(ledger.as_ref(), "shop", SUBJECT).await;
    let found = due(ledger.as_ref()).await;
    assert!(found.len() == 2 && found.iter().all(|delivery| delivery.endpoint == "b"), "{found:?}");
}

async fn of_each_endpoint_as_many_are_due_as_asked_for(home: Home) {
    let ledger = home.open().await;
    ledger.add_listener(listener("shop", "a", &Event::ALL)).await.unwrap();
    ledger.add_listener(listener("blog", "b", &Event::ALL)).await.unwrap();
    for number in 0..20 {
        ledger.append(vec![withdrawal(number, "shop", SUBJECT)], at(NOW + number)).await.unwrap();
    }
    ledger.append(vec![withdrawal(30, "blog", SUBJECT)], at(NOW + 90)).await.unwrap();
    let found = ledger.due_deliveries(at(NOW + 99), 3).await.unwrap();
    let times: Vec<_> = found.iter().map(|one| (one.endpoint.as_str(), one.time.millis() - NOW)).collect();
    assert_eq!(times, [("b", 90), ("a", 0), ("a", 1), ("a", 2)]);
    let ids: BTreeSet<_> = due(ledger.as_ref()).await.into_iter().map(|one| one.id).collect();
    assert_eq!(ids.len(), 21);
}

/// A choice after another one.
fn choice(number: u64, previous: Option<u64>, granted: &[&str], denied: &[&str]) -> Receipt {
    let mut value = receipt(number);
    value["action"] = "save".into();
    value["granted"] = serde_json::json!(granted);
    value["denied"] = serde_json::json!(denied);
    value["previous"] = previous.map_or(serde_json::Value::Null, |previous| receipt(previous)["id"].clone());
    parse(&value)
}

async fn whoever_denies_what_was_granted_withdraws(home: Home) {
    let ledger = home.open().await;
    ledger
        .append(vec![choice(1, None, &["analytics", "service:video"], &["advertising"])], at(NOW))
        .await
        .unwrap();
    // Nobody listens yet.
    ledger.append(vec![choice(2, Some(1), &[], &["analytics", "service:video"])], at(NOW)).await.unwrap();
    ledger.add_listener(listener("shop", "a", &Event::ALL)).await.unwrap();
    let told = async |receipts: Vec<Receipt>| {
        let before = due(ledger.as_ref()).await.len();
        ledger.append(receipts, at(NOW)).await.unwrap();
        due(ledger.as_ref()).await.len() - before
    };
    assert_eq!(told(vec![choice(3, None, &[], &["analytics"])]).await, 0, "there is none before it");
    assert_eq!(told(vec![choice(4, Some(99), &[], &["analytics"])]).await, 0, "that one is not known");
    assert_eq!(
        told(vec![choice(5, Some(1), &["analytics", "service:video", "advertising"], &[])]).await,
        0,
        "it grants more"
    );
    assert_eq!(
        told(vec![choice(6, Some(1), &["analytics", "service:video"], &["advertising"])]).await,
        0,
        "the same again"
    );
    assert_eq!(told(vec![choice(7, Some(1), &["analytics"], &["service:video"])]).await, 1);
    // The categories are denied, and with them, unnamed, what was granted of them by itself.
    let film = choice(11, None, &["functional", "service:film"], &["analytics", "advertising"]);
    assert_eq!(told(vec![film]).await, 0);
    let all = ["functional", "analytics", "advertising"];
    assert_eq!(told(vec![choice(12, Some(11), &[], &all)]).await, 1, "all is denied");
    assert_eq!(told(vec![choice(13, Some(11), &["functional"], &all[1..])]).await, 1, "the film is denied");
    assert_eq!(told(vec![choice(14, Some(11), &all, &[])]).await, 0, "all is granted");
    assert_eq!(
        told(vec![choice(15, Some(11), &[all[0], all[2]], &["analytics"])]).await,
        0,
        "the film may be of what is granted now"
    );
    let same = choice(16, Some(11), &["functional", "service:film"], &["analytics", "advertising"]);
    assert_eq!(told(vec![same]).await, 0, "the same again");
    // A page that was offline sends both at once.
    let both = vec![choice(8, Some(7), &["advertising"], &[]), choice(9, Some(8), &[], &["advertising"])];
    assert_eq!(told(both).await, 1);
    ledger.remove_listener(site("shop"), "a".into()).await.unwrap();
    assert_eq!(told(vec![choice(10, Some(1), &[], &["analytics"])]).await, 0);
}

async fn what_is_too_old_is_forgotten_whoever_it_was_for(home: Home) {
    let ledger = home.open().await;
    for (of_site, endpoint) in [("shop", "a"), ("shop", "b"), ("blog", "c")] {
        ledger.add_listener(listener(of_site, endpoint, &Event::ALL)).await.unwrap();
    }
    let listeners = ledger.listeners().await.unwrap();
    let listeners: Vec<_> = listeners.iter().map(|one| (one.endpoint.as_str(), one.events.len())).collect();
    assert_eq!(listeners, [("c", 2), ("a", 2), ("b", 2)]);
    for number in 0..5 {
        ledger.append(vec![withdrawal(number, "shop", SUBJECT)], at(NOW + number)).await.unwrap();
    }
    assert_eq!(ledger.give_up_deliveries(at(NOW)).await.unwrap(), 0);
    assert_eq!(ledger.give_up_deliveries(at(NOW + 3)).await.unwrap(), 6);
    let left: BTreeSet<_> = due(ledger.as_ref()).await.iter().map(|one| one.time).collect();
    assert_eq!(left, [at(NOW + 3), at(NOW + 4)].into());
    ledger.wipe().await.unwrap();
}

async fn what_is_erased_again_or_refused_is_not_told(home: Home) {
    let ledger = home.open().await;
    ledger.add_listener(listener("shop", "a", &Event::ALL)).await.unwrap();
    ledger.append(vec![receipt_of(1, "shop", SUBJECT), receipt_of(2, "shop", OTHER)], at(1)).await.unwrap();
    wait_for_leaves(ledger.as_ref(), "shop", 2).await;
    erase(ledger.as_ref(), "shop", SUBJECT).await;
    assert_eq!(erase(ledger.as_ref(), "shop", SUBJECT).await, 0);
    // What is past its period goes without a word: whoever has it too knows the same period.
    let positions: Vec<u64> = {
        let range = consentry_ledger::ReceiptRange { before: None, limit: 9 };
        ledger.receipts(range).await.unwrap().iter().map(|stored| stored.position).collect()
    };
    let by = ErasedBy::Retention;
    ledger.erase(site("shop"), Erase::Receipts(positions), by, at(NOW)).await.unwrap();
    assert_eq!(due(ledger.as_ref()).await.len(), 1);
}

#[tokio::test]
async fn the_subject_is_in_no_file_once_everybody_was_told() {
    let home = Home::sqlite();
    let ledger = home.open().await;
    let of = "3141592653589793238462643383279f";
    for endpoint in ["a", "b"] {
        ledger.add_listener(listener("shop", endpoint, &Event::ALL)).await.unwrap();
    }
    for number in 0..300 {
        let other = format!("{number:032x}");
        ledger.append(vec![receipt_of(number, "shop", &other)], at(1)).await.unwrap();
    }
    ledger.append(vec![withdrawal(400, "shop", of)], at(1)).await.unwrap();
    erase(ledger.as_ref(), "shop", of).await;
    let bytes = u128::from_str_radix(of, 16).unwrap().to_be_bytes();
    let found = || {
        let file = home.place.data.join(FILE);
        let both =
            [std::fs::read(&file).unwrap(), std::fs::read(file.with_extension("sqlite3-wal")).unwrap()];
        both.concat().windows(8).filter(|part| bytes.chunks(8).any(|half| half == *part)).count()
    };
    let waiting = due(ledger.as_ref()).await;
    assert_eq!(waiting.len(), 4);
    for (at, delivery) in waiting.into_iter().enumerate() {
        assert!(found() > 0, "{at} were told");
        assert!(ledger.end_delivery(delivery).await.unwrap());
        ledger.wipe().await.unwrap();
    }
    assert_eq!(found(), 0);
}
