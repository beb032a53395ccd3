//! `GET /{site}/consentry.js` and the files beside it.

use std::fs;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::client::{ask, get};
use crate::server::{SHOP, config, receipt, start};

#[test]
fn each_site_gets_the_component_with_its_configuration() {
    let server = start();
    let answer = get(server.address, "/shop/consentry.js", &[]);
    assert_eq!(answer.status, 200);
    assert!(answer.text().contains(r#",/*config*/{"site":"shop","#), "{}", answer.text());
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert_eq!(answer.header("cache-control"), Some("no-cache"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    for (file, kind) in [
        ("consentry.js", "text/javascript; charset=utf-8"),
        ("consentry-after.js", "text/javascript; charset=utf-8"),
        ("consentry-classify.js", "text/javascript; charset=utf-8"),
        ("consentry-classify.wasm", "application/wasm"),
        ("consentry-classify.wasm.js", "text/javascript; charset=utf-8"),
        ("consentry-notices.txt", "text/plain; charset=utf-8"),
        ("consentry-ui.js", "text/javascript; charset=utf-8"),
        ("consentry-ui.wasm", "application/wasm"),
        ("consentry-gate.wasm.js", "text/javascript; charset=utf-8"),
        ("consentry-ui.wasm.js", "text/javascript; charset=utf-8"),
        ("consentry-preferences.en.json", "application/json"),
        ("consentry-preferences.sv.json", "application/json"),
        ("consentry-preferences.ar.json", "application/json"),
        ("consentry-banner.ar.txt", "text/plain; charset=utf-8"),
    ] {
        let answer = get(server.address, &format!("/blog/{file}"), &[]);
        assert_eq!((answer.status, answer.header("content-type")), (200, Some(kind)), "{file}");
    }
    for path in [
        "/other/consentry.js",
        "/shop/other.js",
        "/shop/",
        "/",
        "/shop/..%2fshop.json",
        "/shop/consentry-preferences.xx.json",
        "/shop/consentry-banner.xx.txt",
        "/shop/consentry-banner.sv.txt", // it rides in the script
    ] {
        assert_eq!(get(server.address, path, &[]).status, 404, "{path}");
    }
}

#[test]
fn each_layer_comes_with_the_hash_of_what_it_shows() {
    let server = start();
    // The first layer's is baked into the script, the preferences' lies in their file.
    let first_layer = |site: &str| {
        let script = get(server.address, &format!("/{site}/consentry.js"), &[]).text();
        let baked = script.split_once("/*config*/").unwrap().1.trim_end().strip_suffix(");").unwrap();
        serde_json::from_str::<serde_json::Value>(baked).unwrap()["notices"]["sv"].clone()
    };
    let preferences = |site: &str| {
        get(server.address, &format!("/{site}/consentry-preferences.sv.json"), &[]).json()["notice"].clone()
    };
    let before = preferences("shop");
    assert!(before.as_str().is_some_and(|hash| hash.starts_with("sha256:") && hash.len() == 71));
    // No controller is named: the host of the page stands in for it, and the page hashes what it shows.
    assert!(first_layer("shop").is_null());
    let mut named: serde_json::Value = serde_json::from_str(&config("shop", &[SHOP])).unwrap();
    named["controller"] = json!({ "name": "Butik" });
    fs::write(server.folder.path().join("sites/shop.json"), named.to_string()).unwrap();
    wait_until(|| first_layer("shop").is_string());
    assert_ne!(preferences("shop"), before);
    assert_eq!(preferences("blog"), before, "the same texts and nothing named");
}

#[test]
fn an_unchanged_file_is_not_sent_again() {
    let server = start();
    let etag = get(server.address, "/shop/consentry.js", &[]).header("etag").unwrap().to_owned();
    let answer = get(server.address, "/shop/consentry.js", &[("If-None-Match", &format!("\"x\", W/{etag}"))]);
    assert_eq!((answer.status, answer.body.len()), (304, 0));
    assert_eq!(get(server.address, "/shop/consentry.js", &[("If-None-Match", "\"x\"")]).status, 200);
    let head = ask(server.address, "HEAD", "/shop/consentry.js", &[], b"");
    assert_eq!((head.status, head.header("etag"), head.body.len()), (200, Some(etag.as_str()), 0));
}

/// Asks until the condition holds; panics after five seconds.
#[track_caller]
fn wait_until(mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(5));
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_changed_configuration_is_in_force_soon_and_a_bad_one_never() {
    let server = start();
    let file = server.folder.path().join("sites/shop.json");
    let script = || get(server.address, "/shop/consentry.js", &[]).text();
    let mut changed: serde_json::Value =
        serde_json::from_str(&config("shop", &["https://new.example"])).unwrap();
    changed["revision"] = "second".into();
    fs::write(&file, changed.to_string()).unwrap();
    wait_until(|| script().contains("second"));
    assert_eq!(server.send(&receipt(1)).status, 403, "{SHOP} is no longer configured");
    fs::write(&file, "{ \"site\": ").unwrap();
    std::thread::sleep(Duration::from_millis(300));
    assert!(script().contains("second"));
    fs::remove_file(&file).unwrap();
    wait_until(|| get(server.address, "/shop/consentry.js", &[]).status == 404);
    fs::write(server.folder.path().join("sites/third.json"), json!({ "site": "third" }).to_string()).unwrap();
    wait_until(|| get(server.address, "/third/consentry.js", &[]).status == 200);
}

#[test]
fn a_healthy_server_says_so() {
    let server = start();
    assert_eq!(get(server.address, "/healthz", &[]).status, 200);
}
