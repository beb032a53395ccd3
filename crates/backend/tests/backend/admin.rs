//! `/admin`.

use crate::server::{receipt, start};

#[test]
fn the_owner_reads_the_ledger() {
    let server = start();
    assert!(server.look("/admin").text().contains("none here yet"));
    for number in 1..=3 {
        server.send(&receipt(number));
    }
    let answer = server.look("/admin");
    assert_eq!(answer.status, 200);
    let policy = answer.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
    let html = answer.text();
    let places: Vec<_> =
        (1..=3).map(|number| html.find(receipt(number)["id"].as_str().unwrap()).unwrap()).collect();
    assert!(places[2] < places[1] && places[1] < places[0], "the newest is first");
}

#[test]
fn the_list_is_paged_without_gaps() {
    let server = start();
    for number in 1..=5 {
        server.send(&receipt(number));
    }
    let (mut path, mut ids) = ("/admin/receipts.json?limit=2".to_owned(), Vec::new());
    loop {
        let body = server.look(&path).json();
        for receipt in body["receipts"].as_array().unwrap() {
            assert!(receipt["received"].is_string());
            ids.push(receipt["id"].clone());
        }
        let Some(next) = body["next"].as_u64() else { break };
        path = format!("/admin/receipts.json?limit=2&before={next}");
    }
    let expected: Vec<_> = (1..=5).rev().map(|number| receipt(number)["id"].clone()).collect();
    assert_eq!(ids, expected);
    assert!(server.look("/admin?limit=2").text().contains("before=4&amp;limit=2"));
}

#[test]
fn what_a_visitor_sent_is_never_markup() {
    let server = start();
    let mut hostile = receipt(1);
    hostile["revision"] = "<script>alert(1)</script>&\"'".into();
    assert_eq!(server.send(&hostile).status, 200);
    let html = server.look("/admin").text();
    assert!(!html.contains("<script"), "{html}");
    assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;&#39;"));
}
