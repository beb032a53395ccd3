//! `GET /v1/subjects/{subject}/receipts`.

use crate::client::{ask, get};
use crate::server::{SECRET, SHOP, SUBJECT, receipt, start};

#[test]
fn whoever_holds_the_secret_reads_its_receipts_the_oldest_first() {
    let server = start();
    let mut other = receipt(3);
    other["subject"] = "ffffffffffffffffffffffffffffffff".into();
    for receipt in [receipt(1), receipt(2), other] {
        assert_eq!(server.send(&receipt).status, 200);
    }
    let path = format!("/v1/subjects/{SUBJECT}/receipts");
    let bearer = format!("Bearer {SECRET}");
    let answer = get(server.address, &path, &[("Authorization", &bearer), ("Origin", SHOP)]);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("access-control-allow-origin"), Some(SHOP));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let body = answer.json();
    let receipts = body["receipts"].as_array().unwrap();
    assert_eq!(receipts.len(), 2);
    assert_eq!(receipts[0]["id"], receipt(1)["id"]);
    assert!(receipts[0]["received"].as_str().unwrap().ends_with('Z'));
}

#[test]
fn they_come_in_pages_and_nobody_is_told_those_of_another_site() {
    let server = start();
    for number in 1..=5 {
        assert_eq!(server.send(&receipt(number)).status, 200);
    }
    let mut of_blog = receipt(6);
    of_blog["site"] = "blog".into();
    let blog = [("Origin", "https://blog.example"), ("Content-Type", "text/plain")];
    assert_eq!(server.post(&blog, of_blog.to_string().as_bytes()).status, 200);
    let bearer = format!("Bearer {SECRET}");
    let page = |origin: Option<&str>, query: &str| {
        let origin = origin.map(|origin| ("Origin", origin));
        let headers: Vec<_> = origin.into_iter().chain([("Authorization", bearer.as_str())]).collect();
        get(server.address, &format!("/v1/subjects/{SUBJECT}/receipts{query}"), &headers)
    };
    let ids = |origin, query: &str| -> (Vec<u64>, serde_json::Value) {
        let body = page(origin, query).json();
        let number = |id: &str| u64::from_str_radix(&id[24..], 16).unwrap();
        let receipts = body["receipts"].as_array().unwrap();
        (receipts.iter().map(|one| number(one["id"].as_str().unwrap())).collect(), body["next"].clone())
    };
    let (first, next) = ids(Some(SHOP), "?limit=3");
    assert_eq!(first, [1, 2, 3]);
    assert_eq!(ids(Some(SHOP), &format!("?limit=3&after={next}")), (vec![4, 5], serde_json::Value::Null));
    assert_eq!(ids(Some("https://blog.example"), "").0, [6]);
    assert_eq!(ids(None, "?site=blog").0, [6]);
    for (origin, query, status) in [
        (None, "", 400),
        (None, "?site=unknown", 400),
        (Some(SHOP), "?site=blog", 403),
        (Some("https://evil.example"), "?site=shop", 403),
        (Some(SHOP), "?limit=many", 400),
    ] {
        assert_eq!(page(origin, query).status, status, "{origin:?} {query}");
    }
}

#[test]
fn everyone_else_gets_one_and_the_same_answer() {
    let server = start();
    server.send(&receipt(1));
    let known = format!("/v1/subjects/{SUBJECT}/receipts");
    let unknown = "/v1/subjects/00000000000000000000000000000000/receipts";
    let right = format!("Bearer {SECRET}");
    let upper = format!("Bearer {}", SECRET.to_uppercase());
    let wrong = format!("Bearer {}", "0".repeat(32));
    let mut answers = Vec::new();
    for (path, authorization) in [
        (known.as_str(), None),
        (known.as_str(), Some(wrong.as_str())),
        (known.as_str(), Some(upper.as_str())),
        (known.as_str(), Some("Bearer ")),
        (known.as_str(), Some("Basic AAAA")),
        (known.as_str(), Some("Bearer +00102030405060708090a0b0c0d0e0f")),
        (unknown, Some(right.as_str())),
        (unknown, None),
        ("/v1/subjects/nonsense/receipts", Some(right.as_str())),
    ] {
        let headers: Vec<_> = authorization.iter().map(|value| ("Authorization", *value)).collect();
        let answer = get(server.address, path, &headers);
        answers.push((answer.status, answer.text()));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0] && answer.0 == 401), "{answers:#?}");
}

#[test]
fn pages_of_configured_origins_may_send_the_secret() {
    let server = start();
    let path = format!("/v1/subjects/{SUBJECT}/receipts");
    let answer = ask(server.address, "OPTIONS", &path, &[("Origin", SHOP)], b"");
    assert_eq!((answer.status, answer.header("access-control-allow-headers")), (204, Some("authorization")));
    let answer = ask(server.address, "OPTIONS", &path, &[("Origin", "https://evil.example")], b"");
    assert_eq!(answer.status, 403);
}

#[test]
fn a_site_key_alone_reads_nothing() {
    let server = start();
    server.send(&receipt(1));
    for path in ["/v1/receipts", "/v1/subjects/shop/receipts", "/shop/receipts.json", "/v1/sites/shop/stats"]
    {
        assert!(matches!(get(server.address, path, &[("Origin", SHOP)]).status, 401 | 404 | 405), "{path}");
    }
}
