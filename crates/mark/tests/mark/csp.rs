//! The policy for each consent: which hosts it lists.

use consentry::model::receipt::Scope;
use consentry_mark::csp::policy;

use crate::marked_site::{CONFIG, rules};

/// How every policy begins.
const BEGINNING: &str = "default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval' 'wasm-unsafe-eval'";
/// What follows where every host may be asked.
const EVERY_HOST: &str = " * ws: wss:";

fn sources(config: &str, granted: &[&str]) -> String {
    let rules = rules(config);
    let granted: Vec<_> = granted.iter().map(|name| Scope::parse(name).unwrap()).collect();
    let value = policy(&rules, &rules.grants(&granted, &[]));
    value.strip_prefix(BEGINNING).unwrap_or_else(|| panic!("{value}")).to_owned()
}

#[track_caller]
fn check(config: &str, granted: &[&str], listed: &[&str], unlisted: &[&str]) {
    let sources = sources(config, granted);
    for host in listed {
        assert!(
            sources.contains(&format!(" {host}:* *.{host}:* ws://{host}:* ws://*.{host}:*")),
            "{host} in {sources}"
        );
    }
    for host in unlisted {
        assert!(!sources.contains(host), "{host} in {sources}");
    }
}

#[test]
fn only_what_may_act_is_listed() {
    let always = ["shop.example", "img.example", "exempt.example", "pay.example.org", "cdn.jsdelivr.net"];
    let trackers = [
        "stats.example.net",
        "video.example.net",
        "google-analytics.com",
        "doubleclick.net",
        "www.shop",
        "page.invalid",
    ];
    check(CONFIG, &[], &always, &trackers);
    check(
        CONFIG,
        &["analytics"],
        &["stats.example.net", "google-analytics.com", "shop.example"],
        &["video.example", "doubleclick"],
    );
    check(CONFIG, &["service:video"], &["video.example.net"], &["stats.example", "fonts.gstatic.com"]);
}

#[test]
fn the_owners_word_beats_the_table() {
    let config = r#"{ "services": [{ "id": "cdn", "category": "analytics", "hosts": ["cdn.jsdelivr.net"] },
        { "id": "ga", "category": "necessary", "hosts": ["google-analytics.com"] }] }"#;
    check(config, &[], &["google-analytics.com"], &["jsdelivr"]);
}

#[test]
fn a_host_below_a_listed_one_is_not_named_again() {
    check(
        r#"{ "gate": { "firstParty": ["a.shop.example", "other.example"] } }"#,
        &[],
        &["shop.example"],
        &["a.shop"],
    );
}

#[test]
fn there_is_no_list_where_hosts_that_nobody_described_may_act() {
    let everything = ["functional", "analytics", "advertising"];
    assert_eq!(sources(CONFIG, &everything), EVERY_HOST);
    assert_eq!(sources(r#"{ "categories": ["necessary", "analytics"] }"#, &["analytics"]), EVERY_HOST);
    assert_eq!(sources(r#"{ "gate": { "unknown": "release" } }"#, &[]), EVERY_HOST);
    assert_eq!(sources(r#"{ "gate": { "reportOnly": true } }"#, &[]), EVERY_HOST);
    check(
        r#"{ "gate": { "unknown": "deny" } }"#,
        &everything,
        &["doubleclick.net", "youtube.com"],
        &[EVERY_HOST],
    );
}

#[test]
fn an_address_has_nothing_below_it() {
    let config = r#"{
        "site": "a",
        "backend": { "url": "http://127.0.0.1:8787", "origins": ["http://[::1]:8080"] }
    }"#;
    let sources = sources(config, &[]);
    assert!(
        sources.contains(" 127.0.0.1:* ws://127.0.0.1:*")
            && !sources.contains("*.127")
            && !sources.contains('['),
        "{sources}"
    );
}
