//! `POST /v1/expire`.

use std::collections::BTreeSet;
use std::fs;

use consentry::model::category::Category;
use consentry_classify::gate_table::rules;
use consentry_classify::lines;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::client::{Answer, ask};
use crate::server::{Running, files_of_ledger, rows, start_in};

const WWW: &str = "https://www.shop.example";

/// A server with the site `shop`, whose pages are at [`WWW`] and elsewhere, and `blog`.
fn start(more: Value) -> Running {
    let folder = tempfile::tempdir().unwrap();
    let sites = folder.path().join("sites");
    fs::create_dir(&sites).unwrap();
    let origins = [WWW, "http://localhost:3000", "http://127.0.0.1:3000", "https://a.b.shop.example:8443"];
    let mut shop = json!({
        "site": "shop",
        "backend": { "url": "https://www.shop.example/consent", "origins": origins },
        "services": [
            { "id": "stats", "category": "analytics",
              "hosts": ["stats.example.net", "s.example.net"], "cookies": ["st_*", "stats"] },
            { "id": "video", "category": "functional", "cookies": ["video_id"] },
            { "id": "basket", "category": "necessary",
              "cookies": ["basket", "_ga"], "hosts": ["pay.example"] },
        ],
    });
    shop.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    fs::write(sites.join("shop.json"), shop.to_string()).unwrap();
    let backend = json!({ "url": "https://blog.example", "origins": ["https://blog.example"] });
    let blog = json!({ "site": "blog", "backend": backend });
    fs::write(sites.join("blog.json"), blog.to_string()).unwrap();
    start_in(folder)
}

fn body(granted: &[&str], denied: &[&str]) -> Value {
    json!({ "site": "shop", "granted": granted, "denied": denied })
}

fn post(server: &Running, headers: &[(&str, &str)], body: &str) -> Answer {
    ask(server.address, "POST", "/v1/expire", headers, body.as_bytes())
}

/// Asks as a page of this origin does.
fn expire_from(server: &Running, origin: &str, cookies: &str, body: &Value) -> Answer {
    let host = origin.split_once("://").unwrap().1;
    let headers = [
        ("Host", host),
        ("Origin", origin),
        ("Sec-Fetch-Site", "same-origin"),
        ("Content-Type", "text/plain;charset=UTF-8"),
        ("Cookie", cookies),
    ];
    post(server, &headers, &body.to_string())
}

/// What is expired of these cookies under these decisions.
#[track_caller]
fn check(server: &Running, cookies: &str, granted: &[&str], denied: &[&str], expected: &[&str]) {
    let answer = expire_from(server, WWW, cookies, &body(granted, denied));
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.json()["expired"], json!(expected), "{cookies} {granted:?} {denied:?}");
    let named = |line: &&str| line.split('=').next().unwrap().to_owned();
    let lines: BTreeSet<_> = answer.headers("set-cookie").iter().map(named).collect();
    assert_eq!(lines, expected.iter().map(|name| (*name).to_owned()).collect(), "{answer:?}");
}

const ALL: [&str; 3] = ["functional", "analytics", "advertising"];

#[test]
fn a_denied_trackers_cookie_ends_for_the_host_and_each_parent() {
    let server = start(json!({}));
    let answer = expire_from(&server, WWW, "st_1=secret; session=abc", &body(&[], &ALL));
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(
        answer.headers("set-cookie"),
        [
            "st_1=; Max-Age=0; Path=/; Secure",
            "st_1=; Max-Age=0; Path=/; Secure; Partitioned",
            "st_1=; Max-Age=0; Path=/; Domain=www.shop.example; Secure",
            "st_1=; Max-Age=0; Path=/; Domain=www.shop.example; Secure; Partitioned",
            "st_1=; Max-Age=0; Path=/; Domain=shop.example; Secure",
            "st_1=; Max-Age=0; Path=/; Domain=shop.example; Secure; Partitioned",
        ]
    );
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("access-control-allow-origin"), None);
    assert!(!answer.text().contains("secret") && !answer.text().contains("session"));
    let domains = |origin: &str| {
        let answer = expire_from(&server, origin, "__Host-st=1; st_1=1", &body(&[], &ALL));
        answer.headers("set-cookie").iter().map(|line| (*line).to_owned()).collect::<Vec<_>>()
    };
    for origin in ["http://localhost:3000", "http://127.0.0.1:3000"] {
        assert_eq!(domains(origin), ["st_1=; Max-Age=0; Path=/"], "{origin}");
    }
    let deep = domains("https://a.b.shop.example:8443");
    assert_eq!(deep.len(), 8);
    assert!(deep[6].contains("Domain=shop.example;"), "{deep:?}");
}

#[test]
fn a_name_that_forbids_a_domain_is_ended_without_one() {
    let service = json!([{ "id": "h", "category": "analytics", "cookies": ["__Host-*"] }]);
    let server = start(json!({ "services": service }));
    let answer = expire_from(&server, WWW, "__Host-id=1", &body(&[], &ALL));
    let expected =
        ["__Host-id=; Max-Age=0; Path=/; Secure", "__Host-id=; Max-Age=0; Path=/; Secure; Partitioned"];
    assert_eq!(answer.headers("set-cookie"), expected);
}

#[test]
fn names_are_judged_as_the_gate_judges_them() {
    let server = start(json!({}));
    let all =
        "session=1; st_1=2; stats=3; video_id=4; basket=5; _fbp=6; _gid=7; _ga=8; consentry=9; consentry.x=1";
    check(&server, all, &[], &ALL, &["st_1", "stats", "video_id", "_fbp", "_gid"]);
    check(&server, all, &["analytics"], &["functional", "advertising"], &["video_id", "_fbp"]);
    check(
        &server,
        all,
        &["analytics"],
        &["functional", "advertising", "service:stats"],
        &["st_1", "stats", "video_id", "_fbp"],
    );
    check(&server, all, &["service:video"], &ALL, &["st_1", "stats", "_fbp", "_gid"]);
    check(&server, all, &ALL, &[], &[]);
    // As in the gate: what nobody decided is denied, and services that are not there any more say nothing.
    check(&server, all, &["functional"], &["service:gone"], &["st_1", "stats", "_fbp", "_gid"]);
    check(&server, "", &[], &ALL, &[]);
    check(&server, "=1; st_1; ;; _gid = 2 ;st_2=a=b; st_2=c", &[], &ALL, &["_gid", "st_2"]);
    // The owner's word beats the table, and the site's own cookies are nobody's to name.
    check(&server, "_ga=1; consentry=2", &[], &ALL, &[]);
}

#[test]
fn where_nothing_is_held_nothing_is_expired_and_the_undeclared_stays() {
    check(&start(json!({ "gate": { "reportOnly": true } })), "st_1=1; _gid=2", &[], &ALL, &[]);
    // A server set it: it is the site's own.
    check(&start(json!({ "gate": { "names": "declared" } })), "st_1=1; session=2", &[], &ALL, &["st_1"]);
}

#[test]
fn what_cannot_be_reached_is_named() {
    let server = start(json!({}));
    let path =
        json!({ "target": "any path but /", "category": null, "service": null, "reason": "other-path" });
    let hosts = json!({
        "target": "stats.example.net s.example.net", "category": "analytics",
        "service": "stats", "reason": "other-host"
    });
    assert_eq!(expire_from(&server, WWW, "", &body(&[], &ALL)).json()["unreachable"], json!([path, hosts]));
    let answer = expire_from(&server, WWW, "", &body(&["service:stats"], &ALL));
    assert_eq!(answer.json(), json!({ "expired": [], "unreachable": [path] }));
}

#[test]
fn an_answer_has_room_for_some_and_names_the_rest() {
    let server = start(json!({}));
    let names: Vec<_> = (0..60).map(|n| format!("st_{n}")).collect();
    let mut left = names.clone();
    for _ in 0..20 {
        let cookies: Vec<_> = left.iter().map(|name| format!("{name}=1")).collect();
        let answer = expire_from(&server, WWW, &cookies.join("; "), &body(&[], &ALL));
        assert!(answer.head.len() < 4096, "{}", answer.head.len());
        let expired = answer.json()["expired"].as_array().unwrap().len();
        let waiting = answer.json()["unreachable"].as_array().unwrap().clone();
        let waiting: Vec<_> = waiting
            .iter()
            .filter(|entry| entry["reason"] == "too-many")
            .map(|entry| &entry["target"])
            .collect();
        assert_eq!(json!(waiting), json!(left[expired..]));
        left.drain(..expired);
    }
    assert!(left.is_empty());
}

#[test]
fn only_a_page_of_the_very_same_origin_may_ask() {
    let server = start(json!({}));
    let text = body(&[], &ALL).to_string();
    let good =
        [("Host", "www.shop.example"), ("Origin", WWW), ("Content-Type", "text/plain"), ("Cookie", "st_1=1")];
    assert_eq!(post(&server, &good, &text).status, 200, "an older browser says less");
    let with = |name: &str, value: &'static str| {
        let mut headers: Vec<_> = good.iter().copied().filter(|(key, _)| *key != name).collect();
        let key = good.iter().map(|(key, _)| *key).find(|key| *key == name).unwrap_or("Sec-Fetch-Site");
        headers.push((key, value));
        post(&server, &headers, &text)
    };
    for site in ["same-site", "cross-site", "none", "", "Same-Origin", "same-origin, cross-site"] {
        let answer = with("Sec-Fetch-Site", site);
        assert_eq!((answer.status, answer.code().as_str()), (403, "not-same-origin"), "{site:?}");
        assert!(answer.headers("set-cookie").is_empty());
    }
    for host in
        ["shop.example", "www.shop.example:443", "WWW.shop.example", "127.0.0.1:8787", "", "localhost:3000"]
    {
        let answer = with("Host", host);
        assert_eq!((answer.status, answer.code().as_str()), (403, "not-same-origin"), "{host:?}");
    }
    for origin in ["null", "", "https://evil.example", "http://www.shop.example", "https://shop.example"] {
        let answer = with("Origin", origin);
        assert_eq!((answer.status, answer.code().as_str()), (403, "foreign-origin"), "{origin:?}");
    }
    // Another site's page on its own origin, for this site; twice the same header; the whole URL asked for.
    let answer = expire_from(&server, "https://blog.example", "st_1=1", &body(&[], &ALL));
    assert_eq!((answer.status, answer.code().as_str()), (403, "foreign-origin"));
    let twice = [&good[..], &[("Host", "www.shop.example")]].concat();
    assert!(post(&server, &twice, &text).headers("set-cookie").is_empty());
    let twice = [&good[..], &[("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Site", "cross-site")]].concat();
    assert_eq!(post(&server, &twice, &text).status, 403);
    let whole = ask(server.address, "POST", "http://www.shop.example/v1/expire", &good, text.as_bytes());
    assert_eq!(whole.status, 403, "{whole:?}");
    for method in ["GET", "OPTIONS", "PUT"] {
        assert_eq!(ask(server.address, method, "/v1/expire", &good, b"").status, 405, "{method}");
    }
}

#[test]
fn a_malformed_request_expires_nothing() {
    let server = start(json!({}));
    let headers =
        [("Host", "www.shop.example"), ("Origin", WWW), ("Content-Type", "text/plain"), ("Cookie", "st_1=1")];
    let whole = json!({ "site": "shop", "granted": [], "denied": ["analytics"] });
    let with = |key: &str, value: Value| {
        let mut changed = whole.clone();
        changed[key] = value;
        changed.to_string()
    };
    for (text, status, code) in [
        (String::new(), 400, "syntax"),
        ("{".into(), 400, "syntax"),
        ("[]".into(), 422, "bad-decisions"),
        ("{}".into(), 422, "bad-decisions"),
        (with("names", json!(["session"])), 422, "bad-decisions"),
        (with("denied", json!(["necessary"])), 422, "bad-decisions"),
        (with("denied", json!(["unclassified"])), 422, "bad-decisions"),
        (with("denied", json!("analytics")), 422, "bad-decisions"),
        (with("denied", json!([1])), 422, "bad-decisions"),
        (with("granted", json!(["analytics"])), 422, "bad-decisions"),
        (with("site", json!("Shop")), 422, "bad-decisions"),
        (with("site", json!("nobody")), 404, "unknown-site"),
        (with("site", json!("blog")), 403, "foreign-origin"),
        (format!("{whole}{}", " ".repeat(8200)), 413, "too-large"),
    ] {
        let answer = post(&server, &headers, &text);
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{text}");
        assert!(answer.headers("set-cookie").is_empty(), "{text}");
    }
    let form = [
        ("Host", "www.shop.example"),
        ("Origin", WWW),
        ("Content-Type", "application/x-www-form-urlencoded"),
    ];
    assert_eq!(post(&server, &form, &whole.to_string()).code(), "unsupported-type");
}

#[test]
fn nothing_of_a_request_is_kept() {
    let server = start(json!({}));
    assert_eq!(expire_from(&server, WWW, "st_1=kept-by-nobody", &body(&[], &ALL)).status, 200);
    let folder = server.stop();
    assert_eq!(rows(folder.path()), 0);
    for file in files_of_ledger(folder.path()) {
        let bytes = fs::read(file).unwrap();
        for part in ["kept-by-nobody", "st_1"] {
            assert!(!bytes.windows(part.len()).any(|window| window == part.as_bytes()), "{part}");
        }
    }
}

/// Whether a pattern with at most one `*` fits.
fn matches_pattern(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((start, end)) => {
            name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end)
        }
    }
}

/// Names of all kinds: trackers', nearly trackers', the site's own.
fn name() -> impl Strategy<Value = String> {
    let known: Vec<_> =
        rules().filter(|rule| rule.kind == lines::PatternKind::Name).map(|rule| rule.pattern).collect();
    let known = prop::sample::select(known);
    prop_oneof![
        "[!#-+\\--:<>-~]{1,20}".prop_filter("a cookie's name has no =", |name| !name.contains('=')),
        (known.clone(), "[a-z0-9_.]{0,6}").prop_map(|(pattern, more)| pattern.replace('*', &more)),
        (known, "[a-z_]{1,3}").prop_map(|(pattern, more)| format!("{more}{pattern}").replace('*', "1")),
        Just("st_x".to_owned()),
        Just("video_id".to_owned()),
        Just("basket".to_owned()),
        Just("consentry".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn a_name_that_no_rule_calls_a_trackers_is_never_expired(
        names in prop::collection::vec(name(), 1..12),
        decisions in prop::collection::vec(0..3usize, 5),
    ) {
        thread_local!(static SERVER: Running = start(json!({})));
        let scopes = [ALL[0], ALL[1], ALL[2], "service:stats", "service:video"];
        let decided = |decision| {
            let pairs = scopes.iter().zip(&decisions).filter(|(_, decided)| **decided == decision);
            pairs.map(|(scope, _)| *scope).collect::<Vec<_>>()
        };
        let cookies: Vec<_> = names.iter().map(|name| format!("{name}=1")).collect();
        let answer = SERVER.with(|server| {
            expire_from(server, WWW, &cookies.join("; "), &body(&decided(0), &decided(1)))
        });
        prop_assert_eq!(answer.status, 200);
        let mut trackers: Vec<_> = rules()
            .filter(|rule| rule.kind == lines::PatternKind::Name && rule.category != Category::Necessary)
            .map(|rule| rule.pattern).collect();
        trackers.extend(["st_*", "stats", "video_id"]);
        let lines = answer.headers("set-cookie");
        let mut expired: Vec<_> =
            lines.iter().map(|line| line.split('=').next().unwrap().to_owned()).collect();
        expired.dedup();
        prop_assert_eq!(json!(expired), answer.json()["expired"].clone());
        for name in &expired {
            prop_assert!(names.contains(name), "{} was not asked about", name);
            let is_tracker = trackers.iter().any(|pattern| matches_pattern(pattern, name));
            prop_assert!(is_tracker, "{} is nobody's", name);
            prop_assert!(!["basket", "_ga", "consentry"].contains(&name.as_str()));
        }
        if decisions[..3] == [0, 0, 0] && decisions[3..].iter().all(|decision| *decision != 1) {
            prop_assert!(expired.is_empty());
        }
    }
}
