//! `GET /{site}/consentry.js` and the files beside it.

use std::fs;
use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use flate2::read::GzDecoder;
use serde_json::json;

use crate::client::{ask, get};
use crate::component::component;
use crate::server::{
    Running, SHOP, config, folder_of_two_sites, receipt, start, start_in, start_of, start_with, wait_until,
};

#[test]
fn each_site_gets_the_component_with_its_configuration() {
    let server = start();
    let answer = get(server.address, "/shop/consentry.js", &[]);
    assert_eq!(answer.status, 200);
    assert!(answer.text().contains(r#",/*config*/{"site":"shop","#), "{}", answer.text());
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert_eq!(answer.header("cache-control"), Some(SHORT));
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

/// What holds the configuration, or has the address that it had before there were others.
const SHORT: &str = "public, max-age=300, stale-while-revalidate=3600";

/// The folder in which a site's script asks for the files beside it.
#[track_caller]
fn folder_of(server: &Running, site: &str) -> String {
    let script = get(server.address, &format!("/{site}/consentry.js"), &[]).text();
    let (folder, _) = script.split_once("/consentry-\",/*config*/").expect("a folder");
    folder.rsplit_once('"').unwrap().1.to_owned()
}

#[test]
fn the_script_asks_for_the_files_beside_it_where_they_may_be_kept_for_ever() {
    let server = start();
    let folder = folder_of(&server, "shop");
    for file in [
        "consentry-after.js",
        "consentry-ui.wasm",
        "consentry-preferences.sv.json",
        "consentry-banner.ar.txt",
    ] {
        let kept = get(server.address, &format!("/shop/{folder}/{file}"), &[]);
        assert_eq!(kept.header("cache-control"), Some("public, max-age=31536000, immutable"), "{file}");
        assert_eq!(kept.header("access-control-allow-origin"), Some("*"));
        let plain = get(server.address, &format!("/shop/{file}"), &[]);
        assert_eq!(plain.header("cache-control"), Some(SHORT), "{file}");
        assert_eq!((kept.status, kept.body), (plain.status, plain.body));
    }
    for path in ["consentry.js", "consentry-preferences.xx.json", "other.js"] {
        assert_eq!(get(server.address, &format!("/shop/{folder}/{path}"), &[]).status, 404, "{path}");
    }
}

#[test]
fn what_an_older_script_asks_for_is_there_if_it_fits_that_script() {
    let server = start();
    let before = folder_of(&server, "shop");
    let mut named: serde_json::Value = serde_json::from_str(&config("shop", &[SHOP])).unwrap();
    named["controller"] = json!({ "name": "Butik" });
    fs::write(server.folder.path().join("sites/shop.json"), named.to_string()).unwrap();
    wait_until(|| folder_of(&server, "shop") != before);
    let after = folder_of(&server, "shop");
    assert_eq!((&before[..12], before.len()), (&after[..12], after.len()), "the same build, other texts");
    let texts =
        |folder: &str| get(server.address, &format!("/shop/{folder}/consentry-preferences.sv.json"), &[]);
    assert_eq!(texts(&before).body, texts(&after).body);
    assert_eq!(
        texts(&before).header("cache-control"),
        Some(SHORT),
        "the address no longer means this content"
    );
    let other_build = format!("{}{}", "0".repeat(12), &after[12..]);
    for folder in [other_build.as_str(), &after[..12], &after[1..], "x", "0", &format!("{after}0")] {
        let lost = texts(folder);
        assert_eq!((lost.status, lost.header("cache-control")), (404, Some("no-store")), "{folder}");
    }
}

#[test]
fn every_file_is_compressed_once_and_sent_as_the_client_likes_it() {
    let server = start();
    for file in ["consentry.js", "consentry-after.js", "consentry-preferences.sv.json"] {
        let ask =
            |accepted: &str| get(server.address, &format!("/shop/{file}"), &[("Accept-Encoding", accepted)]);
        let plain = get(server.address, &format!("/shop/{file}"), &[]);
        assert_eq!(plain.header("content-encoding"), None);
        let gzip = ask("gzip, br;q=0");
        assert_eq!(gzip.header("content-encoding"), Some("gzip"), "{file}");
        let mut content = Vec::new();
        GzDecoder::new(&gzip.body[..]).read_to_end(&mut content).unwrap();
        assert_eq!(content, plain.body);
        // Brotli takes longer, and nobody waits for it.
        wait_until(|| ask("gzip, deflate, br, zstd").header("content-encoding") == Some("br"));
        let brotli = ask("br");
        let mut content = Vec::new();
        brotli::BrotliDecompress(&mut &brotli.body[..], &mut content).unwrap();
        assert_eq!(content, plain.body);
        for answer in [&plain, &gzip, &brotli] {
            assert_eq!(answer.header("vary"), Some("Accept-Encoding"));
            assert_eq!(answer.header("etag"), plain.header("etag"), "a weak tag, so that it may be the same");
            assert!(answer.header("etag").unwrap().starts_with("W/\""));
        }
        assert_eq!(ask("br;q=0.5, gzip;q=0.6").header("content-encoding"), Some("gzip"));
        let known = [("Accept-Encoding", "br"), ("If-None-Match", plain.header("etag").unwrap())];
        let known = get(server.address, &format!("/shop/{file}"), &known);
        assert_eq!((known.status, known.header("vary")), (304, Some("Accept-Encoding")));
        assert_eq!(known.header("content-encoding"), None);
    }
}

#[test]
fn what_changes_of_one_site_is_made_again_for_that_site_alone() {
    let made = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&made);
    let counting = move |name: &str| {
        counted.fetch_add(usize::from(name == "consentry-banner.css"), Ordering::Relaxed);
        component(name)
    };
    let server = start_with(folder_of_two_sites(), Arc::new(counting));
    for site in ["shop", "blog"] {
        assert_eq!(get(server.address, &format!("/{site}/consentry.js"), &[]).status, 200);
    }
    // Once for the script of each, and once for the notices that are kept of it.
    wait_until(|| made.load(Ordering::Relaxed) == 4);
    let mut changed: serde_json::Value = serde_json::from_str(&config("shop", &[SHOP])).unwrap();
    changed["revision"] = "second".into();
    fs::write(server.folder.path().join("sites/shop.json"), changed.to_string()).unwrap();
    wait_until(|| get(server.address, "/shop/consentry.js", &[]).text().contains("second"));
    for site in ["shop", "blog", "shop", "blog"] {
        assert_eq!(get(server.address, &format!("/{site}/consentry.js"), &[]).status, 200);
    }
    wait_until(|| made.load(Ordering::Relaxed) == 6);
}

#[test]
fn a_server_built_without_the_component_keeps_receipts_and_says_what_is_missing() {
    let server = start_with(folder_of_two_sites(), Arc::new(|_: &str| None));
    let answer = get(server.address, "/shop/consentry.js", &[]);
    assert_eq!((answer.status, answer.code().as_str()), (503, "not-built"));
    assert!(answer.text().contains("cargo xtask build"));
    assert_eq!(get(server.address, "/shop/other.js", &[]).status, 404);
    assert_eq!(server.send(&receipt(1)).status, 200);
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
    let strong = etag.strip_prefix("W/").unwrap();
    for tags in [etag.as_str(), strong, &format!("\"x\", {etag}"), &format!("W/\"x\",{strong}"), "*", " * "] {
        let answer = get(server.address, "/shop/consentry.js", &[("If-None-Match", tags)]);
        assert_eq!((answer.status, answer.body.len()), (304, 0), "{tags}");
        assert_eq!(answer.header("etag"), Some(etag.as_str()));
        assert_eq!(answer.header("cache-control"), Some(SHORT));
    }
    for tags in ["\"x\"", "W/\"x\", \"*\"", ""] {
        assert_eq!(
            get(server.address, "/shop/consentry.js", &[("If-None-Match", tags)]).status,
            200,
            "{tags}"
        );
    }
    assert_eq!(get(server.address, "/shop/other.js", &[("If-None-Match", "*")]).status, 404);
    let head = ask(server.address, "HEAD", "/shop/consentry.js", &[], b"");
    assert_eq!((head.status, head.header("etag"), head.body.len()), (200, Some(etag.as_str()), 0));
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
    let answer = get(server.address, "/healthz", &[]);
    assert_eq!((answer.status, answer.text().as_str()), (200, "ok\n"));
}

#[test]
fn a_site_that_breaks_at_a_restart_is_served_as_it_was_and_the_operator_sees_it() {
    let server = start();
    server.wait_until_kept();
    let before = get(server.address, "/shop/consentry.js", &[]);
    let folder = server.stop();
    let file = folder.path().join("sites/shop.json");
    fs::write(&file, r#"{ "site": "shop", "validity": 0 }"#).unwrap();
    fs::write(folder.path().join("sites/new.json"), "{").unwrap();
    let server = start_in(folder);
    let after = get(server.address, "/shop/consentry.js", &[]);
    assert_eq!((after.status, after.body), (200, before.body));
    assert_eq!(server.send(&receipt(1)).status, 200, "its origins are known");
    let health = get(server.address, "/healthz", &[]);
    let lines = "ok\n\
        new.json: not served: the log and /admin say why\n\
        shop: served from its last good configuration: the log and /admin say why\n";
    assert_eq!((health.status, health.text().as_str()), (200, lines));
    let page = server.session().get(&server, "/admin").text();
    let fault =
        format!("<li>shop: served from its last good configuration: {}: bad-value validity", file.display());
    assert!(page.contains(&fault), "{page}");
    fs::write(&file, config("shop", &["https://new.example"])).unwrap();
    fs::remove_file(server.folder.path().join("sites/new.json")).unwrap();
    wait_until(|| get(server.address, "/healthz", &[]).text() == "ok\n");
    assert!(!server.session().get(&server, "/admin").text().contains("last good"));
    assert_eq!(server.send(&receipt(2)).status, 403, "what was mended is in force");
}

#[test]
fn a_single_file_is_followed_when_another_takes_its_place() {
    let folder = folder_of_two_sites();
    let file = folder.path().join("sites/shop.json");
    let server = start_of(folder, "sites/shop.json", Arc::new(component));
    assert_eq!(get(server.address, "/blog/consentry.js", &[]).status, 404);
    let mut changed: serde_json::Value = serde_json::from_str(&config("shop", &[SHOP])).unwrap();
    for revision in ["second", "third"] {
        changed["revision"] = revision.into();
        fs::write(file.with_extension("new"), changed.to_string()).unwrap();
        fs::rename(file.with_extension("new"), &file).unwrap();
        wait_until(|| get(server.address, "/shop/consentry.js", &[]).text().contains(revision));
    }
}
