//! What visitors were told: kept from the start on, found under the hash that receipts name, and flagged where it is not.

use std::time::{Duration, Instant};

use consentry::bundle::notices;
use consentry::model::config::Config;
use consentry_ledger::notice::{Document, notice_hash};
use serde_json::Value;

use crate::client::{Answer, ask, get};
use crate::component::component;
use crate::server::{Running, SECRET, SHOP, SUBJECT, config, receipt, start};

/// The notices of the shop that `server` serves, each with its hash as receipts name it.
fn shop_notices() -> Vec<(String, String)> {
    let config = Config::parse(&config("shop", &[SHOP, "http://localhost:3000"])).unwrap();
    let kept =
        notices(&config, &|name| component(name).map(|file| file.content.into_owned())).unwrap().notices;
    let with_hash =
        |text: String| (notice_hash(Document::new(text.clone()).hash()).unwrap().to_string(), text);
    kept.into_iter().map(with_hash).collect()
}

/// Asks until the notice is kept, which is soon after the start.
fn get_kept(server: &Running, hash: &str, headers: &[(&str, &str)]) -> Answer {
    let start = Instant::now();
    loop {
        let answer = get(server.address, &format!("/v1/sites/shop/notices/{hash}"), headers);
        if answer.status == 200 || start.elapsed() > Duration::from_secs(10) {
            return answer;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn every_notice_of_a_site_is_kept_as_it_is() {
    let server = start();
    for (hash, text) in shop_notices() {
        let answer = get_kept(&server, &hash, &[("Accept", "*/*")]);
        assert_eq!((answer.status, answer.text()), (200, text.clone()));
        assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        let digits = hash.trim_start_matches("sha256:");
        assert_eq!(get_kept(&server, digits, &[]).text(), text);
        let page = get_kept(&server, &hash, &[("Accept", "text/html,*/*;q=0.8")]);
        assert!(page.text().starts_with("<!DOCTYPE html>") && page.text().contains("As it was shown"));
        assert!(page.header("content-security-policy").unwrap().starts_with("default-src 'none'"));
    }
    for path in ["shop/notices/sha256:00", "nobody/notices/x"] {
        assert_eq!(get(server.address, &format!("/v1/sites/{path}"), &[]).status, 404, "{path}");
    }
}

#[test]
fn a_receipt_whose_notice_nobody_knows_is_stored_and_flagged() {
    let server = start();
    let (hash, _) = shop_notices().pop().unwrap();
    get_kept(&server, &hash, &[]);
    let mut known = receipt(1);
    known["notice"] = hash.into();
    let mut without = receipt(2);
    for (key, value) in [("notice", Value::Null), ("layer", 0.into()), ("action", "withdraw".into())] {
        without[key] = value;
    }
    for receipt in [&known, &without, &receipt(3)] {
        assert_eq!(server.send(receipt).status, 200);
    }
    let path = format!("/v1/subjects/{SUBJECT}/receipts?site=shop");
    let told = get(server.address, &path, &[("Authorization", &format!("Bearer {SECRET}"))]).json();
    let flags: Vec<_> = told["receipts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|receipt| receipt.get("noticeKnown").cloned())
        .collect();
    assert_eq!(flags, [Some(true.into()), None, Some(false.into())]);
}

#[test]
fn an_owner_who_bundles_elsewhere_puts_notices_here() {
    let server = start();
    let text = "consentry notice 1\nlanguage: sv\nlayer: 1\ntitle : <b>Din integritet</b>\n";
    let hash = notice_hash(Document::new(text.into()).hash()).unwrap().to_string();
    let path = format!("/v1/sites/shop/notices/{hash}");
    let put = |path: &str, token: &str, body: &str| {
        let headers = [("Authorization", &*format!("Bearer {token}")), ("Content-Type", "text/plain")];
        ask(server.address, "PUT", path, &headers, body.as_bytes())
    };
    let (reader, keeper) = (server.add_token("reader", "read"), server.add_token("keeper", "notices"));
    assert_eq!(
        ask(server.address, "PUT", &path, &[("Content-Type", "text/plain")], text.as_bytes()).status,
        403
    );
    assert_eq!(put(&path, "no-token", text).status, 401);
    assert_eq!(put(&path, &reader, text).code(), "missing-scope");
    assert_eq!(put(&path, &keeper, &text.replace("sv", "da")).code(), "wrong-hash");
    let other = notice_hash(Document::new("no notice".into()).hash()).unwrap();
    assert_eq!(put(&format!("/v1/sites/shop/notices/{other}"), &keeper, "no notice").code(), "bad-notice");
    assert_eq!(put("/v1/sites/nobody/notices/x", &keeper, text).status, 404);
    assert_eq!(put(&path, &keeper, &"x".repeat(256 * 1024 + 1)).code(), "too-large");
    assert_eq!(get(server.address, &path, &[]).status, 404, "nothing was kept until here");
    for _ in 0..2 {
        assert_eq!(put(&path, &keeper, text).status, 204);
    }
    assert_eq!(get(server.address, &path, &[]).text(), text);
    let page = get(server.address, &path, &[("Accept", "text/html")]).text();
    assert!(page.contains("is not known") && page.contains("&lt;b&gt;Din integritet"), "{page}");
}
