//! Configurations: every fault is named at once, and what is accepted keeps its meaning.

pub mod anything;
mod banner;
mod changes;
mod look;
mod services;

use std::fs;
use std::path::Path;

use consentry::model::config::{Config, LANGUAGES};
use serde_json::{Value, json};

use crate::recorded::same_as_recorded;

/// The faults of a document, one `code path: found …, expected …` a line.
fn faults(json: &str) -> String {
    let faults = Config::parse(json).err().unwrap_or_default();
    faults.iter().map(|fault| format!("{} {fault}\n", fault.code)).collect()
}

/// Fault lines must begin with these, in this order, and there must be no more of them.
#[track_caller]
fn check(json: Value, expected: &[&str]) {
    let found = faults(&json.to_string());
    let lines: Vec<_> = found.lines().collect();
    assert_eq!(lines.len(), expected.len(), "\n{json}\n{found}");
    for (line, start) in lines.iter().zip(expected) {
        assert!(line.starts_with(start), "\n{json}\n{line}\n{start}");
    }
}

pub fn cases(folder: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/config").join(folder);
    let mut cases: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .map(|path| (path.display().to_string(), fs::read_to_string(path).unwrap()))
        .collect();
    cases.sort();
    assert!(!cases.is_empty());
    cases
}

#[test]
fn good_files_are_accepted_and_give_the_recorded_parts() {
    for (path, json) in cases("good") {
        let config = Config::parse(&json).unwrap_or_else(|faults| panic!("{path}: {faults:#?}"));
        let parts = json!({
            "gate": config.gate_json(),
            "site_en": config.site_json("en"),
            "site_sv": config.site_json("sv")
        });
        same_as_recorded(&path.replace(".json", ".parts"), &format!("{parts:#}\n"));
    }
}

#[test]
fn bad_files_give_every_recorded_fault() {
    for (path, json) in cases("bad") {
        let found = faults(&json);
        assert!(!found.is_empty(), "{path} is accepted");
        same_as_recorded(&path.replace(".json", ".faults"), &found);
    }
}

#[test]
fn an_empty_configuration_has_every_default() {
    let config = Config::parse("{}").unwrap();
    assert_eq!(config.gate_json(), json!({}));
    assert_eq!(config.categories.len(), 4);
    assert_eq!(config.validity.count(), 185);
    let languages: Vec<_> = config.languages.iter().map(|language| language.as_str()).collect();
    assert_eq!(languages, LANGUAGES);
    let ids = ["necessary", "functional", "analytics", "advertising"].map(|id| json!({ "id": id }));
    assert_eq!(config.site_json("sv"), json!({ "categories": ids }));
}

#[test]
fn hosts_are_lower_case_ascii_without_scheme_port_and_path() {
    let bad = "bad-value services[0].hosts[0]: found";
    for host in [
        "",
        "*",
        "*.",
        ".example.com",
        "example..com",
        "example.com.",
        "Example.com",
        "exämple.se",
        "com",
        "*.com",
        "https://example.com",
        "example.com:8080",
        "example.com/x",
        "-a.example",
        "a-.example",
        "*.*.example.com",
        "a.*.com",
        "exa mple.com",
        "1.2.3",
        "256.0.0.1",
        "0x7f.1",
        "user@example.com",
        &"a".repeat(64),
        "[::1]",
    ] {
        check(json!({ "services": [{ "id": "a", "category": "analytics", "hosts": [host] }] }), &[bad]);
    }
    for host in [
        "example.com",
        "*.example.com",
        "localhost",
        "*.localhost",
        "127.0.0.1",
        "xn--exmple-cua.se",
        "a_b.example",
    ] {
        check(json!({ "services": [{ "id": "a", "category": "analytics", "hosts": [host] }] }), &[]);
    }
}

#[test]
fn origins_are_written_as_browsers_send_them() {
    let site = |origin: &str| {
        json!({
            "site": "shop",
            "backend": { "url": "https://c.example", "origins": [origin] }
        })
    };
    for origin in [
        "",
        "null",
        "*",
        "example.com",
        "//example.com",
        "https://Example.com",
        "https://example.com/",
        "https://example.com:443",
        "http://example.com:80",
        "https://example.com:0443",
        "https://example.com:0",
        "https://example.com:65536",
        "https://example.com:",
        "https://u@example.com",
        "https://example.com?x",
        "https://example.com#x",
        "ftp://example.com",
        "file://",
        "https://",
        "https://:8080",
        "https://[::1",
        "https://[0::1]",
        "https://*.example.com",
        "https://example.com\\",
        "HTTPS://example.com",
    ] {
        check(site(origin), &["bad-value backend.origins[0]: found"]);
    }
    for origin in [
        "https://example.com",
        "http://localhost:8080",
        "https://example.com:8443",
        "http://127.0.0.1:1",
        "http://[::1]:8080",
        "https://intranet",
        "http://example.com:443",
    ] {
        check(site(origin), &[]);
    }
}

#[test]
fn backend_addresses_carry_no_credentials_query_or_fragment() {
    let site =
        |url: &str| json!({ "site": "shop", "backend": { "url": url, "origins": ["https://a.example"] } });
    for url in [
        "",
        "/x",
        "ws://a.example",
        "https://u:p@a.example",
        "https://a.example?x=1",
        "https://a.example/#x",
        "https://a.example/ x",
        "https://a.example\\b",
    ] {
        check(site(url), &["bad-value backend.url: found"]);
    }
    let config = Config::parse(&site("https://a.example/base/").to_string()).unwrap();
    assert_eq!(config.gate_json()["backend"], json!({ "url": "https://a.example/base" }));
}

#[test]
fn scripts_cookies_and_keys_are_patterns_with_bounds() {
    let service = |key: &str, value: &str| {
        json!({
            "services": [{ "id": "a", "category": "analytics", key: [value] }]
        })
    };
    for (key, values) in [
        (
            "scripts",
            &[
                "",
                "/",
                "/*",
                "//a.example/x.js",
                "x.js",
                "/a.js?x",
                "/a.js#x",
                "/*/a.js",
                "/a*",
                "/a/**",
                "/\\a",
                "ftp://a.example/x",
                "https://a.example",
                "/å.js",
                "data:x",
            ][..],
        ),
        ("cookies", &["", "*", "a*b*", "a;b", "a=b", "a b", "a\tb", "a\u{0}b", "a\u{a0}b"]),
        ("storage", &["", "*", "a*b*", "a\u{0}b", "a\nb"]),
    ] {
        for value in values {
            check(service(key, value), &[&format!("bad-value services[0].{key}[0]: found")]);
        }
    }
    for (key, values) in [
        ("scripts", &["/a.js", "/a/*", "https://a.example/*", "http://a.example:8080/x/y.js"][..]),
        ("cookies", &["_ga", "_ga_*", "*_id", "a*b"]),
        ("storage", &["a b", "key=1", "x:*"]),
    ] {
        for value in values {
            check(service(key, value), &[]);
        }
    }
}

#[test]
fn policy_urls_cannot_leave_for_another_scheme_or_host_unseen() {
    for url in ["javascript:alert(1)", "//evil.example", "/\\evil.example", "privacy", "", "/a b", "data:x"] {
        check(json!({ "policyUrl": url }), &["bad-value policyUrl: found"]);
    }
    check(json!({ "policyUrl": "/privacy?x=1#cookies" }), &[]);
    check(json!({ "policyUrl": "https://example.com/privacy" }), &[]);
}

#[test]
fn the_mirror_cookie_is_for_a_host_that_every_page_lies_in() {
    let cookie = |domain: &str| json!({ "cookie": { "mirror": true, "domain": domain } });
    for domain in [
        "",
        "localhost",
        "com",
        ".example.com",
        "example.com.",
        "*.example.com",
        "Example.com",
        "https://example.com",
        "example.com:8080",
        "example.com/",
        "127.0.0.1",
        "[::1]",
        "::1",
        "example.com; path=/x",
        "exämple.se",
    ] {
        check(cookie(domain), &["bad-value cookie.domain: found"]);
    }
    check(cookie("www.example.co.uk"), &[]);
    check(json!({ "cookie": { "mirror": false } }), &[]);
    check(json!({ "cookie": { "domain": "example.com" } }), &["missing cookie.mirror: found nothing"]);
    check(
        json!({ "cookie": { "mirror": 1, "path": "/" } }),
        &["wrong-type cookie.mirror", "unknown-key cookie.path"],
    );
    check(json!({ "cookie": null }), &["wrong-type cookie"]);
    let site = |domain: &str| {
        let origins = ["https://example.com", "https://www.example.com:8443", "http://www.example.com"];
        json!({ "site": "a", "backend": { "url": "https://c.example", "origins": origins },
            "cookie": { "mirror": true, "domain": domain } })
    };
    check(site("example.com"), &[]);
    for outside in ["ample.com", "other.example", "a.www.example.com"] {
        check(site(outside), &["contradiction cookie.domain: found"; 3]);
    }
    check(
        site("www.example.com"),
        &["contradiction cookie.domain: found \"www.example.com\", \
           expected a host that https://example.com lies in"],
    );
}

#[test]
fn what_the_gate_needs_of_the_mirror_cookie_travels() {
    let gate = |json: &str| Config::parse(json).unwrap().gate_json();
    let whole = r#"{ "cookie": { "mirror": true, "domain": "example.com" } }"#;
    assert_eq!(gate(whole), serde_json::from_str::<Value>(whole).unwrap());
    assert_eq!(gate(r#"{ "cookie": { "mirror": true } }"#), json!({ "cookie": { "mirror": true } }));
    assert_eq!(gate(r#"{ "cookie": { "mirror": false, "domain": "example.com" } }"#), json!({}));
}

#[test]
fn observing_is_off_until_the_owner_says_so_and_needs_a_backend() {
    let gate = |json: Value| Config::parse(&json.to_string()).unwrap().gate_json();
    let backend = json!({ "url": "https://c.example", "origins": ["https://a.example"] });
    let on = gate(json!({ "site": "shop", "backend": backend, "observe": true }));
    assert_eq!(on["observe"], true);
    assert_eq!(gate(json!({ "observe": false })), json!({}));
    check(
        json!({ "observe": true }),
        &["missing backend: found nothing, expected a backend, since observe is true"],
    );
    check(json!({ "observe": "yes" }), &["wrong-type observe: found \"yes\", expected true or false"]);
}

#[test]
fn planned_keys_and_words_are_not_available_and_never_nothing() {
    let planned = |key: &str| json!({ "signals": { "gpc": true, key: true } });
    for key in ["dnt", "tcf", "gpp", "google", "microsoft", "meta"] {
        let fault = format!(
            "not-available signals.{key}: found true, expected nothing: this key is planned and not built yet"
        );
        check(planned(key), &[&fault]);
    }
    check(json!({ "regime": "ccpa" }), &["not-available regime: found \"ccpa\", expected one of gdpr: "]);
    check(json!({ "regime": "gdpr" }), &[]);
    check(json!({ "regime": "moon" }), &["bad-value regime: found \"moon\", expected one of gdpr"]);
}

#[test]
fn a_backend_takes_so_many_requests_a_minute() {
    let with = |limit: Value| {
        let backend =
            json!({ "url": "https://c.example", "origins": ["https://a.example"], "rateLimit": limit });
        json!({ "site": "a", "backend": backend })
    };
    let limit = |json: Value| Config::parse(&json.to_string()).unwrap().backend.unwrap().rate_limit;
    let mut without = with(json!(1));
    without["backend"].as_object_mut().unwrap().remove("rateLimit");
    assert_eq!((limit(without), limit(with(json!(0))), limit(with(json!(5)))), (600, 0, 5));
    let expected = "found {}, expected a whole number from 0 to 1000000";
    for (bad, code) in [(json!(-1), "bad-value"), (json!(1_000_001), "bad-value"), (json!("5"), "wrong-type")]
    {
        let found = expected.replace("{}", &bad.to_string());
        check(with(bad), &[&format!("{code} backend.rateLimit: {found}")]);
    }
    let page = Config::parse(&with(json!(5)).to_string()).unwrap().gate_json();
    assert_eq!(page["backend"], json!({ "url": "https://c.example" }), "no page needs it");
}

#[test]
fn records_are_kept_for_as_many_days_as_the_owner_says() {
    let with = |retention: Value| {
        let backend =
            json!({ "url": "https://c.example", "origins": ["https://a.example"], "retention": retention });
        json!({ "site": "a", "backend": backend })
    };
    let periods = |json: Value| Config::parse(&json.to_string()).unwrap().backend.unwrap().retention;
    let read = periods(with(json!({ "receipts": 2557, "observations": 90 })));
    assert_eq!((read.receipts, read.observations), (Some(2557), Some(90)));
    let nothing = periods(with(json!({})));
    assert_eq!((nothing.receipts, nothing.observations), (None, None), "nothing is erased unasked");
    for (bad, fault) in [
        (json!(7), "wrong-type backend.retention: found 7, expected an object"),
        (
            json!({ "receipts": 0 }),
            "bad-value backend.retention.receipts: found 0, expected a whole number from 1 to 36500",
        ),
        (
            json!({ "observations": 36501 }),
            "bad-value backend.retention.observations: found 36501, expected a whole number",
        ),
        (
            json!({ "receipts": "7 years" }),
            "wrong-type backend.retention.receipts: found \"7 years\", expected a whole",
        ),
        (json!({ "tokens": 7 }), "unknown-key backend.retention.tokens: found"),
    ] {
        check(with(bad), &[fault]);
    }
    let page = Config::parse(&with(json!({ "receipts": 2557 })).to_string()).unwrap().gate_json();
    assert_eq!(page["backend"], json!({ "url": "https://c.example" }), "no page needs it");
}

#[test]
fn a_signal_is_followed_unless_the_owner_says_that_it_is_not() {
    let gate = |json: Value| Config::parse(&json.to_string()).unwrap().gate_json();
    assert_eq!(gate(json!({ "signals": {} })), json!({}));
    assert_eq!(gate(json!({ "signals": { "gpc": true } })), json!({}));
    assert_eq!(gate(json!({ "signals": { "gpc": false } })), json!({ "signals": { "gpc": false } }));
    check(
        json!({ "signals": { "gpc": "no" } }),
        &["wrong-type signals.gpc: found \"no\", expected true or false"],
    );
    check(json!({ "signals": true }), &["wrong-type signals: found true, expected an object"]);
}

#[test]
fn syntax_errors_say_line_and_column() {
    assert!(faults("{\n  \"site\": ,\n}").starts_with("syntax line 2 column 11: found expected value"));
    assert!(faults("").starts_with("syntax line 1 column 0: found EOF"));
    assert!(faults("[]").starts_with("wrong-type document: found a list of 0, expected an object"));
    assert!(faults(&"[".repeat(100_000)).starts_with("syntax line 1 column 128: found recursion limit"));
}

#[test]
fn a_key_said_twice_is_a_fault() {
    assert_eq!(
        faults(r#"{ "site": "a", "site": "b" }"#),
        "duplicate-key site: found \"b\", expected each key once\n"
    );
}

#[test]
fn only_consent_carries_what_is_not_necessary() {
    let service = |category: &str, basis: &str| {
        json!({
            "services": [{ "id": "a", "category": category, "legalBasis": basis }]
        })
    };
    check(service("analytics", "legitimate-interest"), &["contradiction services[0].legalBasis"]);
    check(service("necessary", "consent"), &["contradiction services[0].legalBasis"]);
    check(service("necessary", "contract"), &[]);
    check(service("analytics", "consent"), &[]);
}

#[test]
fn texts_fall_back_to_the_first_configured_language_and_then_to_any() {
    let config = json!({
        "languages": ["sv", "en"],
        "controller": { "name": { "sv": "Butik", "en": "Shop" }, "contact": { "en": "mail" } }
    });
    let config = Config::parse(&config.to_string()).unwrap();
    assert_eq!(config.site_json("en")["controller"], json!({ "name": "Shop", "contact": "mail" }));
    assert_eq!(config.site_json("de")["controller"], json!({ "name": "Butik", "contact": "mail" }));
}

#[test]
fn the_schema_names_every_key_that_the_check_knows() {
    let schema = Config::schema();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert_eq!(schema["additionalProperties"], false);
    let message = faults(r#"{ "sevices": [] }"#);
    for key in schema["properties"].as_object().unwrap().keys() {
        assert!(message.contains(key.as_str()), "{key} is not in {message}");
    }
}

#[test]
fn more_services_than_a_receipt_can_name_are_refused() {
    let services: Vec<_> =
        (0..1001).map(|n| json!({ "id": format!("s{n}"), "category": "analytics" })).collect();
    let faults = Config::parse(&json!({ "services": services }).to_string()).unwrap_err();
    assert_eq!(faults.len(), 1);
    assert_eq!(faults[0].to_string(), "services: found 1001, expected at most 1,000 services");
}

#[test]
fn more_patterns_than_the_gate_has_room_for_are_refused() {
    let hosts = |count: u32| (0..count).map(|n| format!("h{n}.example.net")).collect::<Vec<_>>();
    let site = |count| {
        let service = json!({ "id": "many", "category": "analytics", "hosts": hosts(count) });
        Config::parse(&json!({ "services": [service] }).to_string())
    };
    assert!(site(6000).is_ok());
    let faults = site(6001).unwrap_err();
    assert_eq!(faults.len(), 1);
    let said = "services: found 6001, expected at most 6,000 hosts, scripts, cookies and storage keys in all";
    assert_eq!(faults[0].to_string(), said);
}

#[test]
fn a_line_end_in_a_text_never_begins_another_item_of_the_notice() {
    let config = Config::parse(r#"{ "controller": { "name": "Shop\ncontrol accept-all: No" } }"#).unwrap();
    assert_eq!(config.site_json("en")["controller"]["name"], "Shop control accept-all: No");
}
