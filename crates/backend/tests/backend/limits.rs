//! How much a network may send in a minute, and by whose word a network is told.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::{Answer, ask, get};
use crate::component::component;
use crate::server::{
    Running, SECRET, SHOP, SUBJECT, folder_with_limit, receipt, report, set_limit, start, start_behind,
    start_in,
};

const BLOG: &str = "https://blog.example";
const TEXT: (&str, &str) = ("Content-Type", "text/plain");

#[track_caller]
fn check_refused(answer: &Answer, origin: &str) {
    assert_eq!((answer.status, answer.code().as_str()), (429, "too-many"), "{answer:?}");
    assert!(answer.header("retry-after").unwrap().parse::<u64>().unwrap() >= 1);
    assert_eq!(answer.header("access-control-allow-origin"), Some(origin), "the page may read it");
    assert_eq!(answer.header("access-control-expose-headers"), Some("Retry-After"));
    assert_eq!(answer.header("vary"), Some("Origin"));
}

#[test]
fn what_is_over_the_limit_is_refused_for_a_while_and_then_stored() {
    let server = start_in(folder_with_limit(60));
    let begun = Instant::now();
    let mut answers = (0..200).map(|number| (number, server.send(&receipt(number))));
    let (refused, answer) = answers.find(|(_, answer)| answer.status != 200).unwrap();
    check_refused(&answer, SHOP);
    let refilled = begun.elapsed().as_secs() + 1; // one a second comes back
    assert!((60..=60 + refilled).contains(&refused), "{refused}");
    assert_eq!(server.rows(), refused);
    let seconds = answer.header("retry-after").unwrap().parse().unwrap();
    std::thread::sleep(Duration::from_secs(seconds));
    assert_eq!(server.send(&receipt(refused)).status, 200, "after the time that was said");
}

#[test]
fn each_site_has_its_own_limit() {
    let server = start_in(folder_with_limit(1));
    assert_eq!(server.send(&receipt(1)).status, 200);
    check_refused(&server.send(&receipt(2)), SHOP);
    let mut of_blog = receipt(3);
    of_blog["site"] = "blog".into();
    let answer = server.post(&[("Origin", BLOG), TEXT], of_blog.to_string().as_bytes());
    assert_eq!(answer.status, 200);
    // What nobody may send is refused for what it is.
    assert_eq!(server.post(&[("Origin", "https://evil.example"), TEXT], b"{}").status, 403);
}

#[test]
fn each_receipt_of_an_array_counts_and_none_is_stored_where_all_are_too_many() {
    let server = start_in(folder_with_limit(12));
    let array = |numbers: std::ops::Range<u64>| Value::Array(numbers.map(receipt).collect());
    assert_eq!(server.send(&array(0..8)).status, 200);
    check_refused(&server.send(&array(8..16)), SHOP);
    assert_eq!(server.rows(), 8);
    assert_eq!(server.send(&array(8..12)).status, 200);
    check_refused(&server.send(&receipt(12)), SHOP);
    assert_eq!(server.rows(), 12);
}

#[test]
fn an_array_that_is_more_than_a_minutes_limit_passes_once() {
    let server = start_in(folder_with_limit(2));
    assert_eq!(server.send(&Value::Array((0..8).map(receipt).collect())).status, 200);
    check_refused(&server.send(&receipt(9)), SHOP);
}

#[test]
fn what_cannot_be_read_counts_as_one() {
    let server = start_in(folder_with_limit(6));
    let refused = |body: &[u8]| server.post(&[("Origin", SHOP), TEXT], body).status;
    assert_eq!([refused(b"{"), refused(b"{}"), refused(b"[]"), refused(&[b' '; 9000])], [400, 422, 422, 413]);
    assert_eq!(server.post(&[("Origin", SHOP), ("Content-Type", "image/png")], b"{}").status, 415);
    assert_eq!(server.send(&receipt(1)).status, 200);
    check_refused(&server.post(&[("Origin", SHOP), TEXT], b"{"), SHOP);
    check_refused(&server.send(&receipt(2)), SHOP);
    // The other limit has its own count.
    assert_eq!(server.observe(&json!({})).status, 422);
    assert!((0..9).any(|_| server.observe(&json!({})).status == 429));
}

#[test]
fn a_small_body_with_many_faults_has_a_small_answer() {
    let server = start();
    let empty = Value::Array(vec![json!({}); 100]);
    let mut many = receipt(1);
    many["granted"] = vec![""; 2000].into();
    for body in [empty, many] {
        let answer = server.send(&body);
        assert_eq!((answer.status, answer.code().as_str()), (422, "bad-receipt"));
        assert_eq!(answer.json()["error"]["faults"].as_array().unwrap().len(), 50);
        let message = answer.json()["error"]["message"].as_str().unwrap().to_owned();
        assert!(message.starts_with("nothing was stored: the first 50 of ") && answer.text().len() < 16_000);
    }
}

#[test]
fn no_limit_is_none_and_a_changed_one_is_in_force_at_once() {
    let server = start_in(folder_with_limit(0));
    let many: Vec<_> = (0..8).map(receipt).collect();
    assert!((0..100).all(|_| server.send(&Value::Array(many.clone())).status == 200), "800 receipts");
    set_limit(server.folder.path(), 1);
    std::thread::sleep(Duration::from_millis(300));
    let statuses: Vec<_> = (0..4).map(|_| server.send(&receipt(1)).status).collect();
    assert_eq!(statuses, [200, 429, 429, 429]);
}

#[test]
fn observations_are_counted_by_themselves_and_never_keep_a_receipt_back() {
    let server = start_in(folder_with_limit(5));
    let names = |begin: char| ["a", "b", "c", "d"].map(|end| format!("{begin}{end}"));
    let observe = |begin| {
        let names = names(begin);
        server.observe(&report(&names.each_ref().map(|name| ("cookie", name.as_str()))))
    };
    assert_eq!(observe('k').status, 204);
    check_refused(&observe('l'), SHOP);
    assert_eq!(server.observed().len(), 4);
    assert_eq!(server.send(&receipt(1)).status, 200);
}

#[test]
fn to_expire_cookies_is_counted() {
    let server = start_in(folder_with_limit(2));
    let body = json!({ "site": "shop", "granted": [], "denied": ["analytics"] }).to_string();
    let expire = || {
        let headers = [("Host", "shop.example"), ("Origin", SHOP), TEXT];
        ask(server.address, "POST", "/v1/expire", &headers, body.as_bytes())
    };
    assert_eq!([expire().status, expire().status], [200; 2]);
    let refused = expire();
    assert_eq!((refused.status, refused.code().as_str()), (429, "too-many"));
    assert!(refused.header("retry-after").is_some());
}

#[test]
fn to_ask_for_subjects_is_counted_alike_whether_or_not_there_are_any() {
    let server = start();
    let bearer = format!("Bearer {SECRET}");
    let unknown = "00000000000000000000000000000000";
    let ask = |subject: &str| {
        let path = format!("/v1/subjects/{subject}/receipts");
        get(server.address, &path, &[("Authorization", &bearer), ("Origin", SHOP)])
    };
    let refused = (0..2000).find(|_| ask(unknown).status == 429).unwrap();
    assert!((590..1500).contains(&refused), "{refused}");
    while ask(unknown).status != 429 {}
    check_refused(&ask(SUBJECT), SHOP);
}

/// Sends a receipt with a line of `X-Forwarded-For`.
fn send_for(server: &Running, number: u64, forwarded_for: &str) -> u16 {
    let headers = [("Origin", SHOP), TEXT, ("X-Forwarded-For", forwarded_for)];
    server.post(&headers, receipt(number).to_string().as_bytes()).status
}

#[test]
fn a_stranger_does_not_get_on_by_naming_other_addresses() {
    let server = start_in(folder_with_limit(3));
    let statuses: Vec<_> =
        (0..8).map(|number| send_for(&server, number, &format!("203.0.{number}.1"))).collect();
    assert_eq!(statuses, [200, 200, 200, 429, 429, 429, 429, 429]);
    assert_eq!(server.rows(), 3);
}

#[test]
fn behind_a_listed_proxy_each_visitor_is_counted_alone() {
    let server = start_behind(folder_with_limit(2), Arc::new(component), &["127.0.0.0/8"]);
    for (number, visitor) in
        ["203.0.113.7", "203.0.114.7", "2001:db8:0:1::7", "2001:db8:0:2::7"].iter().enumerate()
    {
        let number = number as u64 * 10;
        assert_eq!(send_for(&server, number, visitor), 200, "{visitor}");
        // What the visitor wrote himself stands before what the proxy adds.
        assert_eq!(
            send_for(&server, number + 1, &format!("198.51.100.{number}, {visitor}")),
            200,
            "{visitor}"
        );
        assert_eq!(send_for(&server, number + 2, &format!("192.0.2.{number}, {visitor}")), 429, "{visitor}");
    }
    assert_eq!(send_for(&server, 90, "203.0.113.99"), 429, "the same network");
}

#[test]
fn one_hostile_client_cannot_push_out_what_is_met_often() {
    let server = start_behind(folder_with_limit(600), Arc::new(component), &["127.0.0.1"]);
    let observe = |visitor: &str, names: &[String]| {
        let headers = [("Origin", SHOP), TEXT, ("X-Forwarded-For", visitor)];
        let names: Vec<_> = names.iter().map(|name| ("cookie", name.as_str())).collect();
        ask(server.address, "POST", "/v1/observations", &headers, report(&names).to_string().as_bytes())
            .status
    };
    let met: Vec<_> = ["often", "again", "everywhere"].map(str::to_owned).into();
    for visitor in 0..3 {
        assert_eq!(observe(&format!("203.0.{visitor}.1"), &met), 204);
    }
    // 100 names at a time, as many as there are places and more.
    let letters =
        |number: u64| number.to_string().bytes().map(|b| char::from(b + b'k' - b'0')).collect::<String>();
    let taken = (0..42u64).filter(|round| {
        let names: Vec<_> = (0..100).map(|at| letters(round * 100 + at)).collect();
        observe("198.51.100.1", &names) < 300
    });
    assert!((6..=8).contains(&taken.count()), "600 names, and what comes back meanwhile");
    let observed = server.observed();
    assert!((603..=803).contains(&observed.len()), "{}", observed.len());
    let often: Vec<_> =
        observed[..3].iter().map(|one| (one["name"].as_str().unwrap(), &one["reports"])).collect();
    assert!(met.iter().all(|name| often.contains(&(name.as_str(), &json!(3)))), "{often:?}");
    assert_eq!(observe("203.0.9.1", &["new".to_owned()]), 204, "others still have room");
}

#[test]
fn where_there_is_no_limit_what_is_met_often_stays_too() {
    let server = start_in(folder_with_limit(0));
    for _ in 0..2 {
        assert_eq!(server.observe(&report(&[("cookie", "often")])).status, 204);
    }
    let letters =
        |number: u64| number.to_string().bytes().map(|b| char::from(b + b'k' - b'0')).collect::<String>();
    for round in 0..42u64 {
        let names: Vec<_> = (0..100).map(|at| letters(round * 100 + at)).collect();
        let names: Vec<_> = names.iter().map(|name| ("cookie", name.as_str())).collect();
        assert!(server.observe(&report(&names)).status < 300);
    }
    assert_eq!(server.observed().len(), 2000);
    assert_eq!(server.observed()[0]["name"], "often");
}

#[test]
fn a_preflight_and_the_files_of_a_site_are_not_counted() {
    let server = start_in(folder_with_limit(1));
    for _ in 0..5 {
        assert_eq!(ask(server.address, "OPTIONS", "/v1/receipts", &[("Origin", SHOP)], b"").status, 204);
        assert_eq!(get(server.address, "/shop/consentry.js", &[]).status, 200);
    }
    assert_eq!(server.send(&receipt(1)).status, 200);
}
