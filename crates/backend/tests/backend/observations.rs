//! `POST /v1/observations`.

use serde_json::{Value, json};

use crate::client::{ask, get};
use crate::server::{Running, SHOP, data_files, folder_with_limit, report, start, start_in, start_observing};

const TEXT: (&str, &str) = ("Content-Type", "text/plain");

fn observing() -> Running {
    start_observing(json!({}))
}

fn names(server: &Running) -> Vec<String> {
    let mut names: Vec<_> = server
        .observed()
        .iter()
        .map(|found| format!("{} {}", found["kind"].as_str().unwrap(), found["name"].as_str().unwrap()))
        .collect();
    names.sort();
    names
}

#[test]
fn what_was_observed_is_counted_without_ids() {
    let server = observing();
    let all = report(&[
        ("host", "Stats.Example.net"),
        ("host", "px17.ads.example.net"),
        ("cookie", "_x_0123456789abcdef"),
        ("cookie", "_x_fedcba9876543210"),
        ("storage", "k:019aa7f0-2c00-7000-8000-00000000000c"),
        ("left", "_x_1"),
    ]);
    for _ in 0..2 {
        let answer = server.observe(&all);
        assert_eq!((answer.status, answer.body.len()), (204, 0), "{answer:?}");
        assert_eq!(answer.header("access-control-allow-origin"), Some(SHOP));
        assert_eq!(answer.header("vary"), Some("Origin"));
        assert_eq!(answer.header("set-cookie"), None);
    }
    let expected =
        ["cookie _x_*", "host px*.ads.example.net", "host stats.example.net", "left _x_*", "storage k:*"];
    assert_eq!(names(&server), expected);
    for observation in server.observed() {
        assert_eq!(observation["reports"], 2, "two cookies of one report are one");
        assert_eq!(observation["first"], observation["last"]);
        assert_eq!(observation["first"].as_str().unwrap().len(), "2026-11-22".len());
    }
}

#[test]
fn what_the_site_declares_and_what_is_the_visitors_own_is_not_stored() {
    let server = start_observing(json!({
        "gate": { "firstParty": ["shop-cdn.example"], "exempt": ["pay.example"] },
        "services": [{
            "id": "a", "category": "analytics",
            "hosts": ["stats.example.net"], "cookies": ["_a_*"], "storage": ["a.queue"]
        }]
    }));
    let known = [
        ("host", "stats.example.net"),
        ("host", "eu.stats.example.net"),
        ("host", "img.shop-cdn.example"),
        ("host", "pay.example"),
        ("host", "shop.example"),
        ("host", "consent.example"),
        ("host", "localhost"),
        ("host", "192.168.1.1"),
        ("host", "[::1]"),
        ("host", "printer.local"),
        ("cookie", "_a_17"),
        ("cookie", "consentry"),
        ("storage", "a.queue"),
        ("storage", "consentry.outbox.1"),
    ];
    assert_eq!(server.observe(&report(&known)).status, 204);
    assert_eq!(names(&server), [""; 0]);
    assert_eq!(server.observe(&report(&[("left", "_a_17"), ("host", "example.net")])).status, 204);
    assert_eq!(names(&server), ["host example.net", "left _a_*"]);
}

#[test]
fn a_site_that_did_not_ask_for_observations_stores_none() {
    let server = start();
    let answer = server.observe(&report(&[("host", "a.example")]));
    assert_eq!((answer.status, answer.code().as_str()), (403, "not-observed"));
    let server = observing();
    let mut other = report(&[("host", "a.example")]);
    other["site"] = "elsewhere".into();
    let answer = server.observe(&other);
    assert_eq!((answer.status, answer.code().as_str()), (404, "unknown-site"));
    other["site"] = "blog".into();
    assert_eq!(server.observe(&other).code(), "foreign-origin", "the blog is not this origin's");
    assert_eq!(names(&server), [""; 0]);
}

#[test]
fn only_the_sites_own_origins_may_report_observations() {
    let server = observing();
    let body = report(&[("host", "a.example")]).to_string();
    let post =
        |headers: &[(&str, &str)]| ask(server.address, "POST", "/v1/observations", headers, body.as_bytes());
    for origin in
        ["null", "", "https://evil.example", "https://shop.example:8443", "https://shop.example.evil.example"]
    {
        let answer = post(&[("Origin", origin), TEXT]);
        assert_eq!((answer.status, answer.code().as_str()), (403, "foreign-origin"), "{origin}");
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }
    assert_eq!(post(&[TEXT]).status, 403);
    assert_eq!(post(&[("Origin", SHOP), ("Content-Type", "application/x-www-form-urlencoded")]).status, 415);
    assert_eq!(names(&server), [""; 0]);
    let preflight = |origin| ask(server.address, "OPTIONS", "/v1/observations", &[("Origin", origin)], b"");
    let answer = preflight(SHOP);
    assert_eq!((answer.status, answer.header("access-control-allow-methods")), (204, Some("POST")));
    assert_eq!(answer.header("access-control-allow-headers"), Some("content-type"));
    assert_eq!(preflight("https://evil.example").status, 403);
    assert_eq!(get(server.address, "/v1/observations", &[("Origin", SHOP)]).status, 405, "nobody may read");
}

#[test]
fn bad_reports_name_every_fault_and_store_nothing() {
    let server = observing();
    let bad = json!({ "site": "shop", "subject": "x", "observations": [
        { "kind": "cookie", "name": "good" }, { "kind": "host", "name": "https://a.example/path" },
        { "kind": "cookie", "name": "a", "value": "b" }
    ] });
    let answer = server.observe(&bad);
    assert_eq!((answer.status, answer.code().as_str()), (422, "bad-observations"));
    let faults = answer.json()["error"]["faults"].clone();
    let paths: Vec<_> =
        faults.as_array().unwrap().iter().map(|fault| fault["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["subject", "observations[2].value", "observations[1].name"]);
    assert_eq!(server.observe(&json!([])).status, 422);
    assert_eq!(server.observe(&report(&[])).status, 422);
    let long = "x".repeat(257);
    assert_eq!(server.observe(&report(&[("storage", &long)])).status, 422);
    let many: Vec<_> = (0..101).map(|_| ("cookie", "a")).collect();
    assert_eq!(server.observe(&report(&many)).status, 422);
    let headers = [("Origin", SHOP), TEXT];
    assert_eq!(ask(server.address, "POST", "/v1/observations", &headers, b"{").status, 400);
    assert_eq!(ask(server.address, "POST", "/v1/observations", &headers, &[b' '; 8193]).status, 413);
    assert_eq!(names(&server), [""; 0]);
}

#[test]
fn a_site_stores_no_more_observations_than_it_may() {
    let server = start_in(folder_with_limit(0));
    let letter = |digit: usize| char::from(b'k' + digit as u8);
    let name =
        |n: usize| [n / 1000, n / 100 % 10, n / 10 % 10, n % 10].map(letter).iter().collect::<String>();
    for round in 0..21 {
        let names: Vec<_> = (round * 100..round * 100 + 100).map(name).collect();
        let observations: Vec<_> = names.iter().map(|name| ("cookie", name.as_str())).collect();
        let answer = server.observe(&report(&observations));
        match round {
            20 => assert_eq!((answer.status, answer.json()), (200, json!({ "dropped": 100 }))),
            _ => assert_eq!(answer.status, 204, "{round}"),
        }
    }
    assert_eq!(names(&server).len(), 2000);
    let page = server.look("/admin/observed?site=shop").text();
    assert!(page.contains("no room for more") && page.contains("And 1800 more"));
}

#[test]
fn nothing_of_the_visitor_but_the_observation_reaches_the_disk() {
    let server = observing();
    let headers = [
        ("Origin", SHOP),
        TEXT,
        ("User-Agent", "MarkerAgent/1"),
        ("X-Forwarded-For", "203.0.113.77"),
        ("Referer", "https://shop.example/marker-path"),
        ("Cookie", "marker-cookie=1"),
        ("Accept-Language", "marker-language"),
    ];
    let body = report(&[("cookie", "_x_0123456789abcdef"), ("host", "px987654.t.example.net")]).to_string();
    let answer = ask(server.address, "POST", "/v1/observations?marker-query", &headers, body.as_bytes());
    assert_eq!(answer.status, 204);
    let row = {
        let file = rusqlite::Connection::open(server.folder.path().join("data/ledger.sqlite3")).unwrap();
        let mut query = file.prepare("SELECT * FROM observations ORDER BY kind").unwrap();
        assert!(query.column_names().eq(["site", "kind", "name", "first", "last", "reports"]));
        query.query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(5)?))).unwrap()
    };
    assert_eq!(row, ("shop".to_owned(), "cookie".to_owned(), "_x_*".to_owned(), 1));
    let check = |folder: &std::path::Path| {
        for bytes in data_files(folder) {
            for marker in
                ["MarkerAgent", "203.0.113", "127.0.0.1", "marker-", "0123456789abcdef", "987654", "https:"]
            {
                assert!(!bytes.windows(marker.len()).any(|part| part == marker.as_bytes()), "{marker}");
            }
        }
    };
    check(server.folder.path());
    check(server.stop().path());
}

#[test]
fn the_owner_reads_a_suggestion_beside_what_is_known() {
    let server = observing();
    server.observe(&report(&[
        ("host", "region1.google-analytics.com"),
        ("cookie", "_fbp"),
        ("cookie", "nobody_knows"),
        ("host", "cdn.nobody.example"),
    ]));
    let suggested = |name: &str| {
        let observed = server.observed();
        let found = observed.iter().find(|observation| observation["name"] == name);
        found.unwrap_or_else(|| panic!("{observed:?}"))["suggestion"].clone()
    };
    assert_eq!(suggested("region*.google-analytics.com")["category"], "analytics");
    let reason = "the built-in table has _fbp";
    assert_eq!(
        suggested("_fbp"),
        json!({ "category": "advertising", "vendor": "Meta Pixel", "reason": reason })
    );
    assert_eq!(suggested("nobody_knows"), Value::Null);
    assert_eq!(suggested("cdn.nobody.example"), Value::Null);
}
