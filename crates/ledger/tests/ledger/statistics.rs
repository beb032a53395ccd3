//! What receipts add up to, in every store: against a plain count of the same receipts, and taken over from older ledgers.

use std::collections::BTreeMap;

use consentry::model::receipt::{Receipt, Time};
use consentry_ledger::day::Day;
use consentry_ledger::erasure::{ErasedBy, erase_subject};
use consentry_ledger::notice::{Document, NewNotice};
use consentry_ledger::sqlite::FILE;
use consentry_ledger::sums::{DaySums, Grouping, MOST_VALUES, OTHERS, Tally};
use consentry_ledger::{Ledger, LedgerError, ReceiptRange};
use serde_json::{Value, json};

use crate::erasures::{receipt_of, subject};
use crate::receipt::{parse, receipt};
use crate::stores::{Home, counted, site, wait_for_leaves};
use crate::tests_of_every_store;

tests_of_every_store!(
    sums_are_what_a_plain_count_finds,
    a_receipt_that_is_known_or_refused_is_not_counted,
    a_day_counts_so_many_values_apart_and_no_more,
    an_older_ledger_is_counted_when_it_is_opened,
    receipts_of_one_site_are_read_page_by_page,
    what_is_erased_at_once_stays_counted,
    the_newest_notices_are_listed,
);

const DAY: u64 = 86_400_000;

/// A few hundred receipts of two sites on some days, each with the time when it came; always the same.
fn many() -> Vec<(Receipt, Time)> {
    let actions = ["accept-all", "reject-all", "save", "withdraw", "expire", "gpc", "api"];
    let mut random = 1_u64;
    let mut below = |end: u64| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % end
    };
    let receipts = (0..400).map(|number| {
        let mut value = receipt(number);
        value["site"] = json!(["shop", "blog"][below(2) as usize]);
        value["action"] = json!(actions[below(7) as usize]);
        let (mut granted, mut denied) = (vec!["service:video"; below(2) as usize], vec![]);
        for category in ["functional", "analytics", "advertising"] {
            match below(3) {
                0 => granted.push(category),
                1 => denied.push(category),
                _ => {}
            }
        }
        (value["granted"], value["denied"]) = (json!(granted), json!(denied));
        value["language"] = json!(["sv", "en", "de-AT"][below(3) as usize]);
        value["revision"] = json!(["1", "2026-11-01"][below(2) as usize]);
        value["layer"] = json!(1 + below(2));
        (parse(&value), Time::from_millis(20_000 * DAY + below(5) * DAY + below(DAY)))
    });
    receipts.collect()
}

/// Day, grouping and value with how many decided and accepted, and how many decided and accepted in all under "all".
type Count = BTreeMap<(u32, &'static str, String), (u64, u64)>;

fn plain_count(receipts: &[(Receipt, Time)], of: &str) -> Count {
    let mut count = Count::new();
    for (receipt, received) in receipts.iter().filter(|(receipt, _)| receipt.site.as_str() == of) {
        let value = receipt.to_json();
        let text = |key: &str| value[key].as_str().unwrap().to_owned();
        let is_some = !receipt.granted.is_empty();
        let mut add = |grouping, value, accepted| {
            let entry = count.entry(((received.millis() / DAY) as u32, grouping, value)).or_default();
            *entry = (entry.0 + 1, entry.1 + u64::from(accepted));
        };
        add("action", text("action"), is_some);
        if ["accept-all", "reject-all", "save"].contains(&text("action").as_str()) {
            add("all", String::new(), is_some);
            add("language", text("language"), is_some);
            add("revision", text("revision"), is_some);
            add("layer", value["layer"].to_string(), is_some);
            for (key, accepted) in [("granted", true), ("denied", false)] {
                for scope in value[key].as_array().unwrap().iter().filter_map(Value::as_str) {
                    if !scope.starts_with("service:") {
                        add("category", scope.to_owned(), accepted);
                    }
                }
            }
        }
    }
    count
}

fn count_of(days: &[DaySums]) -> Count {
    let mut count = Count::new();
    for DaySums { day, sums } in days {
        let mut add = |grouping, value, Tally { decided, accepted }| {
            assert_eq!(count.insert((day.number(), grouping, value), (decided, accepted)), None);
        };
        if sums.all().decided > 0 {
            add("all", String::new(), sums.all());
        }
        for grouping in Grouping::ALL {
            for (value, tally) in sums.groups(grouping) {
                add(grouping.name(), value.clone(), *tally);
            }
        }
    }
    count
}

fn of_site(receipts: &[(Receipt, Time)], site: &str) -> u64 {
    receipts.iter().filter(|(receipt, _)| receipt.site.as_str() == site).count() as u64
}

async fn append_all(store: &dyn Ledger, receipts: &[(Receipt, Time)]) {
    let sent: Vec<_> = receipts
        .chunks(3)
        .flat_map(|part| part.iter().map(|(receipt, time)| store.append(vec![receipt.clone()], *time)))
        .collect();
    for answer in sent {
        answer.await.unwrap();
    }
}

async fn sums_are_what_a_plain_count_finds(home: Home) {
    let receipts = many();
    let (first, second) = receipts.split_at(170);
    let store = home.open().await;
    append_all(store.as_ref(), first).await;
    counted(store.as_ref(), "shop", of_site(first, "shop")).await;
    drop(store);
    // Opened again: nothing is only in a program's memory.
    let store = home.open().await;
    append_all(store.as_ref(), second).await;
    for site in ["shop", "blog"] {
        let days = counted(store.as_ref(), site, of_site(&receipts, site)).await;
        assert_eq!(count_of(&days), plain_count(&receipts, site));
        assert!(days.is_sorted_by_key(|day| day.day), "the oldest first");
    }
    let day = |number: u32| Day::from_number(20_000 + number);
    let part = store.statistics(site("shop"), day(1), day(3)).await.unwrap();
    assert_eq!(part.iter().map(|part| part.day).collect::<Vec<_>>(), [day(1), day(2), day(3)]);
    assert_eq!(store.statistics(site("shop"), day(3), day(1)).await.unwrap(), []);
    assert_eq!(store.statistics(site("none"), day(0), day(9)).await.unwrap(), []);
}

async fn a_receipt_that_is_known_or_refused_is_not_counted(home: Home) {
    let store = home.open().await;
    let at = |day: u64| Time::from_millis(day * DAY);
    store.append(vec![parse(&receipt(1)), parse(&receipt(1))], at(1)).await.unwrap();
    store.append(vec![parse(&receipt(1)), parse(&receipt(2))], at(2)).await.unwrap();
    let mut other = receipt(2);
    other["layer"] = 2.into();
    let refused = store.append(vec![parse(&receipt(3)), parse(&other)], at(2)).await;
    assert!(matches!(refused, Err(LedgerError::Conflict(_))));
    store.append(vec![parse(&receipt(4))], at(3)).await.unwrap();
    let days = counted(store.as_ref(), "shop", 3).await;
    let receipts: Vec<_> = days.iter().map(|day| (day.day.number(), day.sums.receipts())).collect();
    assert_eq!(receipts, [(1, 1), (2, 1), (3, 1)]);
}

async fn a_day_counts_so_many_values_apart_and_no_more(home: Home) {
    let store = home.open().await;
    let of_revision = |number: u64, revision: u64| {
        let mut value = receipt(number);
        value["revision"] = json!(format!("r{revision}"));
        parse(&value)
    };
    let all = MOST_VALUES as u64 + 30;
    let receipts = (0..all).map(|number| of_revision(number, number)).collect();
    store.append(receipts, Time::from_millis(1)).await.unwrap();
    // What is known is still counted apart.
    store.append(vec![of_revision(all, 0)], Time::from_millis(2)).await.unwrap();
    let days = counted(store.as_ref(), "shop", all + 1).await;
    let revisions = days[0].sums.groups(Grouping::Revision);
    assert_eq!(revisions.len(), MOST_VALUES + 1);
    assert_eq!(revisions.values().map(|tally| tally.decided).sum::<u64>(), all + 1);
    assert_eq!(revisions[OTHERS].decided, 30);
    assert_eq!(revisions["r0"].decided, 2);
}

/// Takes a ledger back to before receipts were counted.
async fn forget_sums(home: &Home) {
    match &home.place.database {
        None => {
            let file = rusqlite::Connection::open(home.place.data.join(FILE)).unwrap();
            file.execute_batch("DROP TABLE deliveries; DROP TABLE listeners; DROP TABLE statistics; DROP INDEX receipts_by_log;
                PRAGMA user_version = 7;")
                .unwrap();
        }
        Some(address) => {
            let (client, connection) = tokio_postgres::connect(address, tokio_postgres::NoTls).await.unwrap();
            tokio::spawn(connection);
            let sql =
                "DROP TABLE deliveries; DROP TABLE listeners; DROP TABLE statistics; DROP INDEX receipts_by_site; DELETE FROM versions WHERE version > 2;
                DELETE FROM counters WHERE name = 'counted'";
            client.batch_execute(sql).await.unwrap();
        }
    }
}

async fn an_older_ledger_is_counted_when_it_is_opened(home: Home) {
    let receipts = many();
    let store = home.open().await;
    append_all(store.as_ref(), &receipts).await;
    let before = counted(store.as_ref(), "shop", of_site(&receipts, "shop")).await;
    drop(store);
    forget_sums(&home).await;
    assert!(home.place.open_to_read().await.is_err(), "it is of an older version");
    let store = home.open().await;
    let more = receipts.iter().map(|(receipt, received)| {
        let mut value = receipt.to_json();
        value["id"] = value["id"].as_str().unwrap().replace("019aa7f0", "019aa7f1").into();
        (parse(&value), *received)
    });
    let more: Vec<_> = more.collect();
    assert_eq!(counted(store.as_ref(), "shop", of_site(&receipts, "shop")).await, before);
    append_all(store.as_ref(), &more).await;
    let days = counted(store.as_ref(), "shop", 2 * of_site(&receipts, "shop")).await;
    assert_eq!(count_of(&days), plain_count(&[receipts, more].concat(), "shop"));
}

async fn what_is_erased_at_once_stays_counted(home: Home) {
    let store = home.open().await;
    for round in 0..20 {
        let of = format!("{round:032x}");
        let receipts = (0..5).map(|number| receipt_of(5 * round + number, "shop", &of)).collect();
        store.append(receipts, Time::from_millis(1)).await.unwrap();
        let erased = erase_subject(
            store.as_ref(),
            site("shop"),
            subject(&of),
            ErasedBy::Visitor,
            Time::from_millis(2),
        );
        assert_eq!(erased.await.unwrap(), 5);
    }
    counted(store.as_ref(), "shop", 100).await;
}

async fn receipts_of_one_site_are_read_page_by_page(home: Home) {
    let store = home.open().await;
    let of = |number: u64, site: &str| {
        let mut value = receipt(number);
        value["site"] = site.into();
        parse(&value)
    };
    let receipts = (0..60).map(|number| of(number, ["shop", "blog", "blog"][number as usize % 3])).collect();
    store.append(receipts, Time::from_millis(1)).await.unwrap();
    wait_for_leaves(store.as_ref(), "blog", 40).await;
    let (mut found, mut before) = (Vec::new(), None);
    loop {
        let page = store.newest_receipts(site("blog"), ReceiptRange { before, limit: 7 }).await.unwrap();
        let Some(last) = page.last() else { break };
        before = Some(last.position);
        found.extend(page.into_iter().map(|stored| stored.receipt));
    }
    let expected: Vec<_> =
        (0..60).rev().filter(|number| number % 3 > 0).map(|number| of(number, "blog")).collect();
    assert_eq!(found, expected);
    let none = store.newest_receipts(site("none"), ReceiptRange { before: None, limit: 7 }).await.unwrap();
    assert_eq!(none.len(), 0);
}

async fn the_newest_notices_are_listed(home: Home) {
    let store = home.open().await;
    let notice = |number: u64, appearance: &str| NewNotice {
        notice: Document::new(format!("consentry notice 1\n{number}")),
        appearance: Some(Document::new(appearance.into())),
    };
    for (number, appearance, since) in [(1, "a", 1), (2, "a", 2), (3, "a", 3), (1, "b", 4)] {
        let notices = vec![notice(number, appearance)];
        store.keep_notices(site("shop"), notices, Time::from_millis(since)).await.unwrap();
    }
    store.keep_notices(site("blog"), vec![notice(4, "a")], Time::from_millis(9)).await.unwrap();
    let listed = store.newest_notices(site("shop"), 2).await.unwrap();
    let listed: Vec<_> = listed.iter().map(|one| (one.text.as_str(), one.since.millis())).collect();
    // Another look is no other notice.
    assert_eq!(listed, [("consentry notice 1\n3", 3), ("consentry notice 1\n2", 2)]);
    assert_eq!(store.newest_notices(site("shop"), 9).await.unwrap().len(), 3);
}
