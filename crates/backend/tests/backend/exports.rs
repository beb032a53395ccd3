//! `GET /v1/subjects/{subject}/export` and `GET /v1/sites/{site}/export`.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::client::{Answer, ask, get, request};
use crate::server::{Running, SECRET, SHOP, SUBJECT, folder_with_limit, in_days, receipt, start, start_in};

const FORMATS: [(&str, &str, &str); 4] = [
    ("json", "application/json", ".json\""),
    ("csv", "text/csv; charset=utf-8; header=present", ".csv\""),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx\""),
    ("ts27560", "application/ld+json", ".jsonld\""),
];
const OTHER: &str = "ffffffffffffffffffffffffffffffff";

/// The body of an answer in chunks; nothing if it was cut off.
pub fn whole(answer: &Answer) -> Option<Vec<u8>> {
    assert_eq!(answer.header("transfer-encoding"), Some("chunked"));
    let (mut rest, mut body) = (&answer.body[..], Vec::new());
    loop {
        let end = rest.windows(2).position(|two| two == b"\r\n")?;
        let length = usize::from_str_radix(std::str::from_utf8(&rest[..end]).unwrap(), 16).unwrap();
        if length == 0 {
            return Some(body);
        }
        body.extend_from_slice(rest.get(end + 2..end + 2 + length)?);
        rest = rest.get(end + 4 + length..)?;
    }
}

pub fn json(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{answer:?}");
    serde_json::from_slice(&whole(answer).unwrap()).unwrap()
}

pub fn own(server: &Running, query: &str) -> Answer {
    let bearer = format!("Bearer {SECRET}");
    let headers = [("Authorization", bearer.as_str()), ("Origin", SHOP)];
    get(server.address, &format!("/v1/subjects/{SUBJECT}/export{query}"), &headers)
}

/// Numbers of the receipts in an export as JSON.
fn numbers(document: &Value) -> Vec<u64> {
    let receipts = document["receipts"].as_array().unwrap().iter();
    receipts
        .map(|one| u64::from_str_radix(&one["receipt"]["id"].as_str().unwrap()[24..], 16).unwrap())
        .collect()
}

/// Three receipts of the shop, one of them of another visitor, and one of the blog.
pub fn server_of_two() -> Running {
    let server = start();
    let mut other = receipt(3);
    other["subject"] = OTHER.into();
    for receipt in [receipt(1), receipt(2), other] {
        assert_eq!(server.send(&receipt).status, 200);
    }
    let mut of_blog = receipt(4);
    of_blog["site"] = "blog".into();
    let blog = [("Origin", "https://blog.example"), ("Content-Type", "text/plain")];
    assert_eq!(server.post(&blog, of_blog.to_string().as_bytes()).status, 200);
    server
}

#[test]
fn a_visitor_takes_away_its_own_receipts_and_nobody_elses() {
    let server = server_of_two();
    for (format, media_type, suffix) in FORMATS {
        let answer = own(&server, &format!("?format={format}"));
        assert_eq!((answer.status, answer.header("content-type")), (200, Some(media_type)));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("access-control-allow-origin"), Some(SHOP));
        assert_eq!(answer.header("access-control-expose-headers"), Some("Content-Disposition"));
        let name = answer.header("content-disposition").unwrap();
        assert!(
            name.starts_with("attachment; filename=\"consentry-shop-20") && name.ends_with(suffix),
            "{name}"
        );
        let body = whole(&answer).unwrap();
        if format == "xlsx" {
            assert!(body.starts_with(b"PK"));
            continue;
        }
        let text = String::from_utf8(body).unwrap();
        for number in 1..=4 {
            let is_own = number <= 2;
            assert_eq!(text.contains(receipt(number)["id"].as_str().unwrap()), is_own, "{format} {number}");
        }
        assert!(!text.contains(OTHER));
    }
    assert_eq!(numbers(&json(&own(&server, ""))), [1, 2], "as JSON where nothing is asked for");
}

#[test]
fn everyone_else_gets_the_answer_that_the_list_gives() {
    let server = server_of_two();
    let wrong = format!("Bearer {}", "0".repeat(32));
    let list = get(server.address, &format!("/v1/subjects/{SUBJECT}/receipts"), &[("Authorization", &wrong)]);
    assert_eq!(list.status, 401);
    for subject in [SUBJECT, OTHER, "00000000000000000000000000000000", "nonsense"] {
        for query in ["?site=shop", "?format=nonsense", "?format=xlsx&site=none"] {
            let path = format!("/v1/subjects/{subject}/export{query}");
            let answers =
                [get(server.address, &path, &[]), get(server.address, &path, &[("Authorization", &wrong)])];
            for answer in answers {
                assert_eq!((answer.status, answer.text()), (401, list.text()), "{path}");
            }
        }
    }
    let preflight =
        ask(server.address, "OPTIONS", &format!("/v1/subjects/{SUBJECT}/export"), &[("Origin", SHOP)], b"");
    assert_eq!(
        (preflight.status, preflight.header("access-control-allow-headers")),
        (204, Some("authorization"))
    );
}

#[test]
fn what_is_asked_for_wrongly_is_said() {
    let server = start();
    for (query, code, said) in [
        ("?format=pdf", "bad-format", "found \"pdf\", expected json, csv, xlsx or ts27560"),
        ("?from=yesterday", "bad-period", "from: found \"yesterday\", expected a day such as 2026-11-21"),
        ("?to=2026-02-30", "bad-period", "to: found \"2026-02-30\", expected a day"),
        ("?from=2026-02-02&to=2026-02-01", "bad-period", "expected the earlier day first"),
    ] {
        let answer = server.look(&format!("/v1/sites/shop/export{query}"));
        assert_eq!((answer.status, answer.code().as_str()), (400, code), "{query}");
        let message = answer.json()["error"]["message"].as_str().unwrap().to_owned();
        assert!(message.contains(said), "{message}");
    }
    assert_eq!(own(&server, "?format=pdf").code(), "bad-format");
    for site in ["none", "No", "..%2Fshop"] {
        assert_eq!(server.look(&format!("/v1/sites/{site}/export")).status, 404, "{site}");
    }
}

#[test]
fn whoever_may_read_gets_all_of_one_site() {
    let server = server_of_two();
    let path = "/v1/sites/shop/export";
    assert_eq!(get(server.address, path, &[]).status, 401);
    assert_eq!(get(server.address, path, &[("Authorization", &format!("Bearer {SECRET}"))]).status, 401);
    let with = |scopes: &str| {
        let token = server.add_token(scopes, scopes);
        get(server.address, path, &[("Authorization", &format!("Bearer {token}"))])
    };
    assert_eq!(with("notices").status, 403);
    assert_eq!(with("erase").status, 403);
    let all = json(&with("read"));
    assert_eq!(numbers(&all), [1, 2, 3]);
    assert_eq!((&all["site"], &all["subject"]), (&"shop".into(), &Value::Null));
    assert_eq!(numbers(&json(&server.look("/v1/sites/blog/export"))), [4]);
    for (format, media_type, _) in FORMATS {
        let answer = server.look(&format!("{path}?format={format}"));
        assert_eq!((answer.status, answer.header("content-type")), (200, Some(media_type)));
        assert!(whole(&answer).is_some_and(|body| !body.is_empty()));
    }
    // A token that may read also gets one visitor's.
    let of_other = server.look(&format!("/v1/subjects/{OTHER}/export?site=shop"));
    assert_eq!(numbers(&json(&of_other)), [3]);
}

#[test]
fn days_are_those_of_the_servers_clock_and_both_ends_are_in() {
    let server = server_of_two();
    let day = |days: i64| in_days(days)[..10].to_owned();
    let count = |from: &str, to: &str| {
        let all = json(&server.look(&format!("/v1/sites/shop/export?from={from}&to={to}")));
        numbers(&all).len()
    };
    // A day more on each side: midnight may be now.
    assert_eq!(count(&day(-1), &day(1)), 3);
    assert_eq!(count(&day(2), &day(3)), 0);
    assert_eq!(count(&day(-9), &day(-2)), 0);
}

/// Sends so many receipts of the shop, some in a request.
fn send_many(server: &Running, receipts: Vec<Value>, in_a_request: usize) {
    for part in receipts.chunks(in_a_request) {
        assert_eq!(server.send(&part.to_vec().into()).status, 200);
    }
}

#[test]
fn whoever_reads_slowly_holds_up_nobody() {
    let server = start_in(folder_with_limit(0));
    // More bytes than lie in a connection that nobody reads.
    let services: Vec<_> = (0..100)
        .map(|number| format!("service:one-with-a-rather-long-name-that-takes-room-{number}"))
        .collect();
    let long = (0..1200).map(|number| {
        let mut receipt = receipt(number);
        receipt["granted"] = services.clone().into();
        receipt
    });
    send_many(&server, long.collect(), 1);
    let authorization = format!("Bearer {}", server.token);
    let headers = [("Authorization", authorization.as_str())];
    let asked = request(server.address, "GET", "/v1/sites/shop/export", &headers, b"");
    let slow: Vec<_> = (0..40)
        .map(|_| {
            let mut stream = TcpStream::connect(server.address).unwrap();
            stream.write_all(&asked).unwrap();
            stream.read_exact(&mut [0; 64]).unwrap();
            stream
        })
        .collect();
    let begun = Instant::now();
    assert_eq!(server.send(&receipt(9000)).status, 200);
    assert_eq!(numbers(&json(&server.look("/v1/sites/shop/export"))).len(), 1201);
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    drop(slow);
}

#[test]
fn what_fails_on_the_way_is_no_whole_answer() {
    let server = start_in(folder_with_limit(0));
    send_many(&server, (0..1200).map(receipt).collect(), 10);
    let connection = rusqlite::Connection::open(server.data().join("ledger.sqlite3")).unwrap();
    // A decision that is none: what was changed from outside is not told as a receipt.
    connection.execute("INSERT INTO decisions (number, decision) VALUES (1000, '{}')", []).unwrap();
    connection.execute_batch("DROP TRIGGER receipts_are_never_edited").unwrap();
    let damage = |position: u32| {
        connection.execute("UPDATE receipts SET decision = 1000 WHERE position = ?1", [position]).unwrap();
    };
    damage(1100);
    let answer = server.look("/v1/sites/shop/export");
    assert_eq!((answer.status, whole(&answer)), (200, None));
    damage(1);
    assert_eq!(server.look("/v1/sites/shop/export").code(), "unavailable");
}
