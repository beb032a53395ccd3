//! The owner's declaration before the tables, and which host a URL asks about.

use consentry::classify::{answer, verdicts};
use consentry::model::config::Config;
use consentry_classify::{AnswerRule, Subject, SubjectKind};
use proptest::prelude::*;
use serde_json::json;

fn site() -> Config {
    let site = json!({ "services": [
        { "id": "wide", "name": "Wide", "category": "functional",
          "hosts": ["*.own.example"], "cookies": ["_ga", "own_*"], "storage": ["own.*"] },
        { "id": "narrow", "name": { "en": "Narrow", "sv": "Smal" }, "category": "advertising",
          "hosts": ["ads.own.example"], "cookies": ["own_ad_*"] },
        { "id": "count", "category": "analytics",
          "hosts": ["cdnjs.cloudflare.com"], "cookies": ["id", "café"] }
    ] });
    Config::parse(&site.to_string()).unwrap()
}

/// `expected`: category, rule, pattern and source.
#[track_caller]
fn check(kind: SubjectKind, name: &str, expected: [&str; 4]) {
    let answer = answer(Some(&site()), &Subject::new(kind, name));
    let found = [answer.category_name(), answer.rule.name(), &answer.pattern, &answer.source];
    assert_eq!(found, expected, "{kind:?} {name:?}");
    assert_eq!(answer.rule == AnswerRule::Declared, answer.confidence == 100, "{name:?}");
}

#[test]
fn what_the_owner_declares_comes_before_every_table() {
    let wide = |pattern| ["functional", "declared", pattern, "service:wide"];
    let narrow = |pattern| ["advertising", "declared", pattern, "service:narrow"];
    let count = |pattern| ["analytics", "declared", pattern, "service:count"];
    check(SubjectKind::Cookie, "_ga", wide("_ga"));
    check(SubjectKind::Cookie, "id", count("id"));
    check(SubjectKind::Cookie, "café", count("café"));
    check(SubjectKind::Url, "https://cdnjs.cloudflare.com/a.js", count("cdnjs.cloudflare.com"));
    check(SubjectKind::Url, "own.example", wide("own.example"));
    check(SubjectKind::Storage, "own.a", wide("own.*"));
    // The longest pattern is the one that speaks of it.
    check(SubjectKind::Cookie, "own_a", wide("own_*"));
    check(SubjectKind::Cookie, "own_ad_1", narrow("own_ad_*"));
    check(SubjectKind::Url, "https://x.own.example/", wide("own.example"));
    check(SubjectKind::Url, "https://x.ads.own.example/", narrow("ads.own.example"));
}

#[test]
fn what_the_owner_does_not_declare_is_the_tables() {
    // A cookie was declared, not the key of the same name.
    check(SubjectKind::Storage, "_ga", ["analytics", "override", "_ga", "gate"]);
    check(SubjectKind::Cookie, "_gid", ["analytics", "override", "_gid", "gate"]);
    check(SubjectKind::Url, "unpkg.com", ["necessary", "override", "unpkg.com", "gate"]);
    check(SubjectKind::Url, "notown.example", ["unclassified", "unclassified", "", ""]);
    check(SubjectKind::Url, "own.example.evil.example", ["unclassified", "unclassified", "", ""]);
}

#[test]
fn a_host_may_be_written_in_every_way_that_a_browser_reads() {
    for url in [
        "https://ads.own.example/",
        "//ads.own.example",
        "ads.own.example",
        "ads.own.example.",
        " ADS.Own.Example ",
        "ads.own.example:8443/x?y#z",
        "https://somebody:secret@ads.own.example./",
        "wss://ads.own.example\\x",
        "https:ads.own.example",
        "https://ads%2Eown.example",
        "https://ads。own.example",
        "h\nttps://a\tds.own.example",
    ] {
        check(SubjectKind::Url, url, ["advertising", "declared", "ads.own.example", "service:narrow"]);
    }
}

#[test]
fn what_contacts_no_other_host_is_not_answered_as_one() {
    for url in [
        "",
        "/",
        "/ads.own.example/a.js",
        "\\ads.own.example",
        "a/b",
        "data:,ads.own.example",
        "mailto:somebody@ads.own.example",
        "blob:https://ads.own.example/1",
        "javascript:void(0)",
        "ftp://ads.own.example/",
        "https://ads.own.example:99999/",
        "https://ads own.example/",
    ] {
        check(SubjectKind::Url, url, ["unclassified", "unclassified", "", ""]);
    }
}

#[test]
fn the_owners_vendor_is_the_service() {
    let name = |name: &str| answer(Some(&site()), &Subject::new(SubjectKind::Cookie, name)).vendor;
    assert_eq!([name("own_a"), name("own_ad_1"), name("id")], ["Wide", "Narrow", "count"]);
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in ".{0,200}", bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let site = site();
        for text in [text.as_str(), &String::from_utf8_lossy(&bytes), &format!("https://{text}/")] {
            for kind in [SubjectKind::Cookie, SubjectKind::Storage, SubjectKind::Url] {
                let answer = answer(Some(&site), &Subject { domain: Some(text), ..Subject::new(kind, text) });
                prop_assert!(answer.confidence <= 100);
                prop_assert_eq!(answer.category.is_none(), answer.rule == AnswerRule::Unclassified);
            }
        }
    }

    #[test]
    fn what_was_declared_stays_declared_whatever_else_is_known(
        run in "[!-~]{0,40}",
        value in ".{0,40}",
        domain in ".{0,40}",
    ) {
        let name = format!("own_ad_{run}");
        let subject = Subject {
            value: Some(&value),
            domain: Some(&domain),
            setter: Some(&domain),
            ..Subject::new(SubjectKind::Cookie, &name)
        };
        let answer = answer(Some(&site()), &subject);
        prop_assert_eq!((answer.rule, answer.pattern.as_ref()), (AnswerRule::Declared, "own_ad_*"));
    }
}

#[test]
fn what_is_baked_in_of_observed_hosts_is_what_the_gate_does_not_know_each_line_once() {
    let hosts = [
        "a.hotjar.io",
        "b.hotjar.io",
        "cdn.jsdelivr.net",
        "www.google-analytics.com",
        "cdn.auth0.com",
        "nobody.example",
        "x*.criteo.net",
    ];
    let hosts = hosts.map(str::to_owned);
    // A registry's or our necessary waits for the least that can be granted.
    assert_eq!(verdicts(&hosts), r#"[[1,1,"auth0.com"],[1,2,"hotjar.io"],[1,3,"criteo.net"]]"#);
    let many: Vec<String> = (0..1000).map(|at| format!("h{at}.doubleclick.net")).collect();
    assert_eq!(verdicts(&many), "[]");
    assert_eq!(verdicts(&[]), "[]");
}
