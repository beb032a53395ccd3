//! `/admin`.

use crate::client::{get, raw};
use crate::server::{receipt, start};

const PATHS: [&str; 4] = ["/admin", "/admin/receipts.json", "/admin/observations.json", "/admin/admin.css"];

#[test]
fn the_owner_reads_the_ledger_on_the_machine_itself() {
    let server = start();
    assert!(get(server.address, "/admin", &[]).text().contains("none here yet"));
    for number in 1..=3 {
        server.send(&receipt(number));
    }
    let answer = get(server.address, "/admin", &[]);
    assert_eq!(answer.status, 200);
    let policy = answer.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
    let html = answer.text();
    let places: Vec<_> =
        (1..=3).map(|number| html.find(receipt(number)["id"].as_str().unwrap()).unwrap()).collect();
    assert!(places[2] < places[1] && places[1] < places[0], "the newest is first");
    for host in ["localhost", "localhost:80", "127.0.0.1:8787", "[::1]:8787"] {
        assert_eq!(get(server.address, "/admin", &[("Host", host)]).status, 200, "{host}");
    }
}

#[test]
fn the_list_is_paged_without_gaps() {
    let server = start();
    for number in 1..=5 {
        server.send(&receipt(number));
    }
    let (mut path, mut ids) = ("/admin/receipts.json?limit=2".to_owned(), Vec::new());
    loop {
        let body = get(server.address, &path, &[]).json();
        for receipt in body["receipts"].as_array().unwrap() {
            assert!(receipt["received"].is_string());
            ids.push(receipt["id"].clone());
        }
        let Some(next) = body["next"].as_u64() else { break };
        path = format!("/admin/receipts.json?limit=2&before={next}");
    }
    let expected: Vec<_> = (1..=5).rev().map(|number| receipt(number)["id"].clone()).collect();
    assert_eq!(ids, expected);
    assert!(get(server.address, "/admin?limit=2", &[]).text().contains("before=4&amp;limit=2"));
}

#[test]
fn names_from_elsewhere_and_proxies_get_nothing() {
    let server = start();
    server.send(&receipt(1));
    for path in PATHS {
        for header in [
            ("Host", "evil.example"),
            ("Host", "127.0.0.1.evil.example"),
            ("Host", "consent.example:8787"),
            ("Host", ""),
            ("Forwarded", "for=203.0.113.7"),
            ("X-Forwarded-For", "127.0.0.1"),
            ("X-Forwarded-Proto", "https"),
            ("X-Real-IP", "127.0.0.1"),
            ("Via", "1.1 proxy"),
        ] {
            let answer = get(server.address, path, &[header]);
            assert_eq!(answer.status, 404, "{path} {header:?}");
            assert!(!answer.text().contains("019aa7f0"));
        }
        let old = raw(server.address, format!("GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n").as_bytes());
        assert_eq!(old.status, 404, "{path}");
        let absolute =
            format!("GET http://evil.example{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        assert_eq!(raw(server.address, absolute.as_bytes()).status, 404, "{path}");
    }
}

#[test]
fn what_a_visitor_sent_is_never_markup() {
    let server = start();
    let mut hostile = receipt(1);
    hostile["revision"] = "<script>alert(1)</script>&\"'".into();
    assert_eq!(server.send(&hostile).status, 200);
    let html = get(server.address, "/admin", &[]).text();
    assert!(!html.contains("<script"), "{html}");
    assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;&#39;"));
}
