//! The promises of a store: every store must pass these.

use consentry::model::config::SiteKey;
use consentry::model::observation::Report;
use consentry::model::receipt::{NoticeHash, Subject, Time};
use consentry::model::shape::Node;
use consentry_ledger::notice::{Document, KeptNotice, NewNotice, notice_hash};
use consentry_ledger::sealer::Sealer;
use consentry_ledger::verify::verify;
use consentry_ledger::walk::Walk;
use consentry_ledger::{
    Appended, Ledger, LedgerError, LogState, MAX_OBSERVATIONS, ReceiptRange, SealedLog, StoredToken,
    SubjectPage, UNPLACED,
};
use serde_json::json;

use crate::receipt::{SUBJECT, parse, receipt};
use crate::stores::{Home, site, wait_for_leaves};
use crate::tests_of_every_store;

tests_of_every_store!(
    a_store_keeps_its_promises,
    a_store_counts_observations_by_site_and_day,
    a_site_has_as_many_observations_as_it_may_and_no_more,
    what_waits_together_is_committed_together_and_answered_each_for_itself,
    a_token_is_added_changed_and_removed_for_every_program_at_once,
    a_notice_is_kept_as_it_was,
    a_clock_that_jumps_does_not_change_the_order,
    what_one_request_repeats_is_stored_once,
    many_copies_at_once_are_one_receipt,
    receipts_are_read_page_by_page_and_by_id,
    a_walk_meets_each_receipt_of_a_site_or_a_visitor_once,
    a_checkpoint_only_moves_forward,
    a_log_that_grew_in_parts_is_what_was_signed,
);

async fn a_store_keeps_its_promises(home: Home) {
    let store = home.open().await;
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
    let check = async |store: &dyn Ledger| {
        wait_for_leaves(store, "shop", 2).await;
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
    check(store.as_ref()).await;
    drop(store);
    check(home.open().await.as_ref()).await;
}

pub fn report_of(site: &str, names: &[&str]) -> Report {
    let observations: Vec<_> = names.iter().map(|name| json!({ "kind": "cookie", "name": name })).collect();
    Report::read(&Node::from(&json!({ "site": site, "observations": observations }))).unwrap()
}

/// Name, first day, last day and number of reports of each.
async fn observed(store: &dyn Ledger, site: &str) -> Vec<(String, String, String, u64)> {
    let stored = store.observations(SiteKey::new(site).unwrap()).await.unwrap();
    let rows =
        stored.into_iter().map(|row| (row.observation.name().to_owned(), row.first, row.last, row.reports));
    rows.collect()
}

async fn a_store_counts_observations_by_site_and_day(home: Home) {
    let store = home.open().await;
    let day = |day: u64| Time::from_millis(day * 86_400_000 + 12_345);
    assert_eq!(store.count_observations(report_of("shop", &["a", "b"]), day(1)).await.unwrap(), 0);
    assert_eq!(store.count_observations(report_of("blog", &["a"]), day(1)).await.unwrap(), 0);
    assert_eq!(store.count_observations(report_of("shop", &["b"]), day(3)).await.unwrap(), 0);
    // A clock that was set back does not make it younger.
    assert_eq!(store.count_observations(report_of("shop", &["b"]), day(2)).await.unwrap(), 0);
    let entry =
        |name: &str, first: &str, last: &str, reports| (name.into(), first.into(), last.into(), reports);
    let shop = [entry("b", "1970-01-02", "1970-01-04", 3), entry("a", "1970-01-02", "1970-01-02", 1)];
    assert_eq!(observed(store.as_ref(), "shop").await, shop);
    assert_eq!(observed(store.as_ref(), "blog").await.len(), 1);
    drop(store);
    let store = home.open().await;
    assert_eq!(observed(store.as_ref(), "shop").await, shop);
    let gone = report_of("shop", &["b", "not there"]).observations;
    store.forget_observations(SiteKey::new("shop").unwrap(), gone).await.unwrap();
    assert_eq!(observed(store.as_ref(), "shop").await, shop[1..]);
    assert_eq!(observed(store.as_ref(), "blog").await.len(), 1, "another site's stay");
}

async fn a_site_has_as_many_observations_as_it_may_and_no_more(home: Home) {
    let store = home.open().await;
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
    assert_eq!(observed(store.as_ref(), "shop").await.len(), MAX_OBSERVATIONS);
    // What is known is still counted, and another site has room of its own.
    let more = report_of("shop", &[known, "new"]);
    assert_eq!(store.count_observations(more, Time::from_millis(1)).await.unwrap(), 1);
    let found = observed(store.as_ref(), "shop").await;
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

async fn what_waits_together_is_committed_together_and_answered_each_for_itself(home: Home) {
    let store = home.open().await;
    let mut conflict = receipt(1);
    conflict["layer"] = 2.into();
    let first = store.append(vec![parse(&receipt(1))], Time::from_millis(1));
    let mut waiting: Vec<_> =
        (2..500).map(|n| store.append(vec![parse(&receipt(n))], Time::from_millis(1))).collect();
    let refused = store.append(vec![parse(&conflict)], Time::from_millis(1));
    waiting.push(store.append(vec![parse(&receipt(500))], Time::from_millis(1)));
    // Whichever was stored first: both came at once.
    let answers = [first.await, refused.await];
    assert_eq!(
        answers.iter().filter(|answer| matches!(answer, Ok(stored) if *stored == [Appended::Stored])).count(),
        1
    );
    assert_eq!(answers.iter().filter(|answer| matches!(answer, Err(LedgerError::Conflict(_)))).count(), 1);
    for answer in waiting {
        assert_eq!(answer.await.unwrap(), [Appended::Stored]);
    }
    wait_for_leaves(store.as_ref(), "shop", 500).await;
    assert_eq!(store.receipts(ReceiptRange { before: None, limit: 1000 }).await.unwrap().len(), 500);
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

async fn a_token_is_added_changed_and_removed_for_every_program_at_once(home: Home) {
    let (store, other) = (home.open().await, home.open().await);
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
    assert_eq!(home.open().await.tokens().await.unwrap().len(), 1);
}

async fn a_notice_is_kept_as_it_was(home: Home) {
    let store = home.open().await;
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
    let store = home.open().await;
    assert_eq!(store.notice(shop.clone(), hash.clone()).await.unwrap(), Some(kept));
    assert_eq!(store.notice_hashes(shop.clone()).await.unwrap(), [hash.clone()].into());
    assert_eq!(store.notice(blog.clone(), hash).await.unwrap(), None);
    assert_eq!(store.notice_hashes(blog).await.unwrap(), [].into());
    let other = NoticeHash::new(&format!("sha256:{}", "ab".repeat(32))).unwrap();
    assert_eq!(store.notice(shop, other).await.unwrap(), None);
}

async fn a_clock_that_jumps_does_not_change_the_order(home: Home) {
    let store = home.open().await;
    for (number, millis) in [(0, 1_000_000), (1, 5), (2, u64::MAX), (3, 7)] {
        store.append(vec![parse(&receipt(number))], Time::from_millis(millis)).await.unwrap();
    }
    wait_for_leaves(store.as_ref(), "shop", 4).await;
    let stored = store.receipts(ReceiptRange { before: None, limit: 9 }).await.unwrap();
    let leaves: Vec<_> = stored.iter().map(|stored| (stored.leaf, stored.receipt.clone())).collect();
    assert_eq!(leaves, [3, 2, 1, 0].map(|number| (Some(number), parse(&receipt(number)))));
}

async fn what_one_request_repeats_is_stored_once(home: Home) {
    let store = home.open().await;
    let (one, two) = (parse(&receipt(1)), parse(&receipt(2)));
    let answers =
        store.append(vec![one.clone(), two.clone(), one.clone()], Time::from_millis(1)).await.unwrap();
    assert_eq!(answers, [Appended::Stored, Appended::Stored, Appended::Known]);
    let mut other = receipt(4);
    other["layer"] = 2.into();
    let refused =
        store.append(vec![parse(&receipt(3)), parse(&receipt(4)), parse(&other)], Time::from_millis(1)).await;
    assert!(matches!(refused, Err(LedgerError::Conflict(_))));
    // The same id on another site is another receipt.
    let mut blog = receipt(1);
    blog["site"] = "blog".into();
    assert_eq!(store.append(vec![parse(&blog)], Time::from_millis(2)).await.unwrap(), [Appended::Stored]);
    let found = store.receipts_with_id(one.id.clone()).await.unwrap();
    assert_eq!(found.iter().map(|stored| &stored.receipt).collect::<Vec<_>>(), [&one, &parse(&blog)]);
    for number in [3, 4] {
        let id = parse(&receipt(number)).id;
        assert_eq!(
            store.receipts_with_id(id).await.unwrap().len(),
            0,
            "nothing of a refused request is there"
        );
    }
    wait_for_leaves(store.as_ref(), "shop", 2).await;
}

async fn many_copies_at_once_are_one_receipt(home: Home) {
    let store = home.open().await;
    // Each copy in another request, in two orders, as two nodes may get them.
    let pair = |n: usize| match n % 2 {
        0 => vec![parse(&receipt(1)), parse(&receipt(2))],
        _ => vec![parse(&receipt(2)), parse(&receipt(1))],
    };
    let sent: Vec<_> = (0..64).map(|n| store.append(pair(n), Time::from_millis(1))).collect();
    let mut new = 0;
    for answer in sent {
        new += answer.await.unwrap().iter().filter(|appended| **appended == Appended::Stored).count();
    }
    assert_eq!(new, 2);
    wait_for_leaves(store.as_ref(), "shop", 2).await;
}

async fn receipts_are_read_page_by_page_and_by_id(home: Home) {
    let store = home.open().await;
    for part in (0..250).collect::<Vec<u64>>().chunks(7) {
        let part = part.iter().map(|number| parse(&receipt(*number))).collect();
        store.append(part, Time::from_millis(1)).await.unwrap();
    }
    // At once, though its leaf may come a moment later.
    let last = store.receipts_with_id(parse(&receipt(249)).id).await.unwrap();
    assert_eq!(last[0].receipt, parse(&receipt(249)));
    let (shop, subject) = (site("shop"), Subject::new(SUBJECT).unwrap());
    let all = SubjectPage { after: 0, limit: 1000 };
    assert_eq!(store.receipts_of(shop.clone(), subject.clone(), all).await.unwrap().len(), 250);
    wait_for_leaves(store.as_ref(), "shop", 250).await;
    let expected: Vec<_> = (0..250).map(|number| parse(&receipt(number))).collect();
    let (mut oldest_first, mut after) = (Vec::new(), 0);
    loop {
        let page = SubjectPage { after, limit: 90 };
        let stored = store.receipts_of(shop.clone(), subject.clone(), page).await.unwrap();
        let Some(last) = stored.last() else { break };
        assert!(last.position < UNPLACED);
        after = last.position;
        oldest_first.extend(stored.into_iter().map(|stored| stored.receipt));
    }
    assert_eq!(oldest_first, expected);
    let (mut newest_first, mut before) = (Vec::new(), None);
    loop {
        let stored = store.receipts(ReceiptRange { before, limit: 90 }).await.unwrap();
        let Some(last) = stored.last() else { break };
        before = Some(last.position);
        newest_first.extend(stored.into_iter().map(|stored| (stored.leaf, stored.receipt)));
    }
    newest_first.reverse();
    assert_eq!(newest_first, (0..).map(Some).zip(expected).collect::<Vec<_>>());
    assert_eq!(store.receipts_of(site("blog"), subject, all).await.unwrap().len(), 0);
}

async fn a_walk_meets_each_receipt_of_a_site_or_a_visitor_once(home: Home) {
    let store = home.open().await;
    let (at, blog) = (Time::from_millis, site("blog"));
    // More than a page of each, and those of both sites in turns.
    for part in (0..1300).collect::<Vec<u64>>().chunks(100) {
        let of_both = part.iter().map(|number| {
            let mut receipt = receipt(*number);
            if number % 2 == 1 {
                receipt["site"] = "blog".into();
            }
            parse(&receipt)
        });
        store.append(of_both.collect(), at(part[0])).await.unwrap();
    }
    wait_for_leaves(store.as_ref(), "shop", 650).await;
    wait_for_leaves(store.as_ref(), "blog", 650).await;
    let numbers = async |mut walk: Walk| {
        let mut met = Vec::new();
        while let Some(page) = walk.next_page(store.as_ref()).await.unwrap() {
            met.extend(
                page.iter().map(|stored| u64::from_str_radix(&stored.receipt.id.as_str()[24..], 16).unwrap()),
            );
        }
        assert_eq!(walk.progress().0, walk.progress().1);
        met
    };
    let of_blog = async |from, to| Walk::of_site(store.as_ref(), blog.clone(), from, to).await.unwrap();
    let odd = |from: u64, to: u64| (from..to).filter(|number| number % 2 == 1).collect::<Vec<_>>();
    assert_eq!(numbers(of_blog(at(0), None).await).await, odd(0, 1300));
    assert_eq!(numbers(of_blog(at(300), Some(at(500))).await).await, odd(300, 500));
    assert!(numbers(of_blog(at(1300), None).await).await.is_empty());
    let subject = Subject::new(SUBJECT).unwrap();
    assert_eq!(numbers(Walk::of_subject(blog.clone(), subject.clone())).await, odd(0, 1300));
    assert!(numbers(Walk::of_subject(site("none"), subject)).await.is_empty());
    let of_none = Walk::of_site(store.as_ref(), site("none"), at(0), None).await.unwrap();
    assert!(numbers(of_none).await.is_empty());
    // What comes meanwhile is left to the next walk.
    let begun = of_blog(at(0), None).await;
    let mut later = receipt(5000);
    later["site"] = "blog".into();
    store.append(vec![parse(&later)], at(2000)).await.unwrap();
    wait_for_leaves(store.as_ref(), "blog", 651).await;
    assert_eq!(numbers(begun).await, odd(0, 1300));
}

async fn a_checkpoint_only_moves_forward(home: Home) {
    let store = home.open().await;
    assert_eq!(store.log(site("shop")).await.unwrap(), None);
    let receipts = (0..10).map(|number| parse(&receipt(number))).collect();
    store.append(receipts, Time::from_millis(1)).await.unwrap();
    wait_for_leaves(store.as_ref(), "shop", 10).await;
    let sealed = |size: u64| SealedLog { size, checkpoint: format!("note of {size}") };
    for (size, newest) in [(5, 5), (3, 5), (11, 5), (5, 5), (10, 10)] {
        store.save_checkpoint(site("shop"), sealed(size)).await.unwrap();
        let log = store.log(site("shop")).await.unwrap().unwrap();
        assert_eq!((log.size, log.sealed), (10, Some(sealed(newest))), "after {size}");
    }
    drop(store);
    let logs = home.open().await.logs().await.unwrap();
    assert_eq!(logs, [(site("shop"), LogState { size: 10, sealed: Some(sealed(10)) })]);
}

async fn a_log_that_grew_in_parts_is_what_was_signed(home: Home) {
    let origin = |site: &SiteKey| format!("consent.example/v1/log/{site}");
    let sealer = Sealer::open(&home.place.data).unwrap();
    let mut first = 0;
    for count in [1, 254, 1, 300, 0, 44] {
        // Opened again each time: nothing is only in a program's memory.
        let store = home.open().await;
        let receipts = (first..first + count).map(|number| parse(&receipt(number))).collect();
        store.append(receipts, Time::from_millis(first)).await.unwrap();
        first += count;
        wait_for_leaves(store.as_ref(), "shop", first).await;
        sealer.seal(store.as_ref(), origin).await.unwrap();
        assert_eq!(store.log(site("shop")).await.unwrap().unwrap().sealed.unwrap().size, first);
    }
    let store = home.place.open_to_read().await.unwrap();
    let findings = verify(store.as_ref(), &home.place.data, &[]).await.unwrap();
    assert_eq!((findings.faults.as_slice(), findings.receipts), (&[][..], 600));
    assert!(store.append(vec![parse(&receipt(601))], Time::from_millis(1)).await.is_err());
}
