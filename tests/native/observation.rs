//! Observations: nothing in them tells one visitor from another, and each becomes a declaration that takes in
//! no more than it must.

use consentry::model::config::Config;
use consentry::model::observation::{Observation, ObservationKind, Report};
use consentry::model::shape::Node;
use proptest::prelude::*;
use serde_json::{Value, json};

fn name(kind: ObservationKind, met: &str) -> Option<String> {
    Observation::new(kind, met).map(|it| it.name().to_owned())
}

#[test]
fn what_could_be_an_id_becomes_a_star() {
    for (met, stored) in [
        ("_ga", "_ga"),
        ("_ga_XYZ123DEF4", "_ga_XYZ*DEF*"),
        ("_ga_ABC123DEF4", "_ga_*"),
        ("_ga_G1X2Y3Z4", "_ga_*"),
        ("_ga_G*X*Y*Z*", "_ga_*"),
        ("_pk_id.17.a3f9", "_pk_id.*.a*f*"),
        ("uid2", "uid*"),
        ("session-0123456789abcdef", "session-*"),
        ("SESSION-0123456789ABCDEF", "SESSION-*"),
        ("cafebabe", "*"),
        ("cafebab", "cafebab"),
        ("decade_facade", "decade_facade"),
        ("k:019aa7f0-2c00-7000-8000-00000000000c:v", "k:*:v"),
        ("019aa7f0-2c00-7000-8000-00000000000c", "*"),
        ("ph_phc_AbC1x2y3Zz_posthog", "ph_phc_*_posthog"),
        ("2026-11-22", "*-*-*"),
        ("å1ä", "å*ä"),
        ("a b", "a b"),
        ("cart:john.doe@example.com", "cart:*"),
        ("cart:j@d:x@y.z/1", "cart:*:*/*"),
        ("@me", "@me"),
        ("me@", "me@"),
        ("a@@b", "a@@b"),
        ("ld:eyJrZXkiOiJq:x", "ld:*:x"),
        ("tokenAbCdEfGh1JkLm", "*"),
        ("lastVisitedProduct", "lastVisitedProduct"),
    ] {
        for kind in [ObservationKind::Cookie, ObservationKind::Storage, ObservationKind::Left] {
            assert_eq!(name(kind, met).as_deref(), Some(stored), "{met}");
        }
    }
    for bad in ["", "a\nb", "\u{0}", &"x".repeat(257)] {
        assert_eq!(name(ObservationKind::Storage, bad), None, "{bad:?}");
    }
    assert!(name(ObservationKind::Storage, &"å".repeat(256)).is_some());
}

#[test]
fn of_a_host_the_registered_domain_stays_and_what_is_no_host_is_refused() {
    for (met, stored) in [
        ("Stats.Example.NET", "stats.example.net"),
        ("example.com.", "example.com"),
        ("cdn12.example.com", "cdn*.example.com"),
        ("0123456789abcdef.t.example.com", "*.t.example.com"),
        ("id5-sync.com", "id5-sync.com"),
        ("a1.id5-sync.co.uk", "a*.id5-sync.co.uk"),
        ("o123456.ingest.sentry.io", "o*.ingest.sentry.io"),
        ("203.0.113.7", "203.0.113.7"),
        ("cdn*.example.com", "cdn*.example.com"),
        ("tracker", "tracker"),
        ("[2001:db8::1]", "[2001:db8::1]"),
    ] {
        assert_eq!(name(ObservationKind::Host, met).as_deref(), Some(stored), "{met}");
    }
    for bad in [
        "",
        "*",
        ".",
        "a..b",
        "https://a.example",
        "a.example:8080",
        "a.example/x",
        "u@a.example",
        "a b.example",
        "-a.example",
        "exämple.se",
        "1.2.3",
        "[::1]:80",
        "a.example?x",
    ] {
        assert!(bad == "*" || name(ObservationKind::Host, bad).is_none(), "{bad}");
    }
}

#[test]
fn what_is_nowhere_but_in_the_visitors_network_is_known_as_that() {
    let local = |host: &str| Observation::new(ObservationKind::Host, host).unwrap().is_local();
    for host in
        ["localhost", "printer", "nas.local", "192.168.1.20", "10.0.0.1", "127.0.0.1", "169.254.0.1", "[::1]"]
    {
        assert!(local(host), "{host}");
    }
    for host in ["a.example", "203.0.113.7", "local.example"] {
        assert!(!local(host), "{host}");
    }
    assert!(!Observation::new(ObservationKind::Cookie, "x").unwrap().is_local());
}

#[test]
fn a_declaration_takes_in_what_was_observed_and_little_more() {
    for (kind, met, pattern) in [
        (ObservationKind::Host, "stats.example.net", Some("stats.example.net")),
        (ObservationKind::Host, "cdn12.example.com", Some("example.com")),
        (ObservationKind::Host, "a1b.c2.ads.example.com", Some("ads.example.com")),
        (ObservationKind::Host, "foo*.co.uk", None),
        (ObservationKind::Host, "id*-sync.com", None),
        (ObservationKind::Host, "*.*.*.*", None),
        (ObservationKind::Host, "203.0.113.7", Some("203.0.113.7")),
        (ObservationKind::Host, "tracker", None),
        (ObservationKind::Cookie, "_fbp", Some("_fbp")),
        (ObservationKind::Cookie, "_ga_XYZ123DEF4", Some("_ga_XYZ*")),
        (ObservationKind::Cookie, "_ga_ABC123DEF4", Some("_ga_*")),
        (ObservationKind::Cookie, "mp_12_34_mixpanel", Some("mp_*_mixpanel")),
        (ObservationKind::Cookie, "u1", None),
        (ObservationKind::Cookie, "u_1", None),
        (ObservationKind::Cookie, "12345", None),
        (ObservationKind::Cookie, "12-34", None),
        (ObservationKind::Cookie, "a=b", None),
        (ObservationKind::Storage, "a=b 1", Some("a=b *")),
        (ObservationKind::Storage, "x", Some("x")),
        (ObservationKind::Left, "_fbp", None),
    ] {
        let observation = Observation::new(kind, met).unwrap();
        assert_eq!(observation.pattern().as_deref(), pattern, "{met}");
        assert!(pattern.is_none_or(|pattern| observation.is_in(pattern)), "{met}");
    }
}

#[test]
fn what_the_configuration_speaks_of_is_declared() {
    let config = json!({
        "site": "shop",
        "backend": {
            "url": "https://consent.own.example:8443/base",
            "origins": ["https://www.shop.example", "http://localhost:3000"]
        },
        "gate": { "firstParty": ["shop-cdn.example"], "exempt": ["pay.example"] },
        "services": [{ "id": "a", "category": "analytics",
            "hosts": ["*.t7.stats.example"], "cookies": ["_a_*", "uid2"], "storage": ["a.queue"] }]
    });
    let config = Config::parse(&config.to_string()).unwrap();
    for (kind, met, declared) in [
        (ObservationKind::Host, "t7.stats.example", true),
        (ObservationKind::Host, "x1.t7.stats.example", true),
        (ObservationKind::Host, "stats.example", false),
        (ObservationKind::Host, "notpay.example", false),
        (ObservationKind::Host, "a.pay.example", true),
        (ObservationKind::Host, "shop.example", true),
        (ObservationKind::Host, "img.shop.example", true),
        (ObservationKind::Host, "shop-cdn.example", true),
        (ObservationKind::Host, "consent.own.example", true),
        (ObservationKind::Host, "own.example", false),
        (ObservationKind::Cookie, "_a_17", true),
        (ObservationKind::Cookie, "uid2", true),
        (ObservationKind::Cookie, "_a", false),
        (ObservationKind::Cookie, "a.queue", false),
        (ObservationKind::Cookie, "consentry", true),
        (ObservationKind::Storage, "consentry.outbox.x", true),
        (ObservationKind::Storage, "a.queue", true),
        (ObservationKind::Storage, "_a_17", false),
        (ObservationKind::Left, "_a_17", false),
    ] {
        let observation = Observation::new(kind, met).unwrap();
        assert_eq!(observation.is_declared(&config), declared, "{met}");
    }
}

/// The faults of a report, one `code path` each.
fn faults(report: &Value) -> Vec<String> {
    let faults = Report::read(&Node::from(report)).err().unwrap_or_default();
    faults.iter().map(|fault| format!("{} {}", fault.code, fault.path)).collect()
}

#[test]
fn a_report_holds_each_thing_once_and_names_every_fault() {
    let report = json!({ "site": "shop", "observations": [
        { "kind": "cookie", "name": "a_1" },
        { "kind": "cookie", "name": "a_2" },
        { "kind": "storage", "name": "a_1" }
    ] });
    let read = Report::read(&Node::from(&report)).unwrap();
    let names: Vec<_> = read.observations.iter().map(|it| (it.kind().name(), it.name())).collect();
    assert_eq!((read.site.as_str(), names), ("shop", vec![("cookie", "a_*"), ("storage", "a_*")]));
    let bad = json!({ "site": "Shop", "ip": "203.0.113.7", "observations": [
        { "kind": "host", "name": "https://a.example/" },
        { "kind": "frame", "name": "a" },
        { "kind": "cookie" },
        { "kind": "cookie", "name": "a\u{7}", "value": "1" },
        { "kind": "host", "name": "" },
        7
    ] });
    let expected = [
        "bad-value site",
        "unknown-key ip",
        "bad-value observations[1].kind",
        "missing observations[2].name",
        "bad-value observations[3].name",
        "unknown-key observations[3].value",
        "bad-value observations[4].name",
        "wrong-type observations[5]",
        "bad-value observations[0].name",
    ];
    assert_eq!(faults(&bad), expected);
    let many = |count| {
        let cookie = json!({ "kind": "cookie", "name": "a" });
        json!({ "site": "shop", "observations": vec![cookie; count] })
    };
    assert_eq!(faults(&many(0)), ["bad-value observations"]);
    assert_eq!(faults(&many(101)), ["bad-value observations"]);
    assert!(faults(&many(100)).is_empty());
}

proptest! {
    #[test]
    fn a_stored_name_holds_no_digit_and_comes_out_as_it_went_in(met in ".{1,60}|[a-f0-9_.*-]{1,40}") {
        for kind in [ObservationKind::Cookie, ObservationKind::Left] {
            let Some(observation) = Observation::new(kind, &met) else { continue };
            let stored = observation.name();
            prop_assert!(!stored.contains(|c: char| c.is_ascii_digit()), "{}", stored);
            let mut hex_runs = stored.split(|c: char| !c.is_ascii_hexdigit());
            prop_assert!(!hex_runs.any(|run| run.len() >= 8), "{}", stored);
            prop_assert_eq!(Observation::new(kind, stored), Some(observation.clone()));
        }
    }

    #[test]
    fn a_stored_host_comes_out_as_it_went_in_and_its_pattern_takes_it_in(
        met in "([a-z0-9*-]{1,12}\\.){1,4}(com|co|example)"
    ) {
        let Some(observation) = Observation::new(ObservationKind::Host, &met) else { return Ok(()) };
        let again = Observation::new(ObservationKind::Host, observation.name());
        prop_assert_eq!(again, Some(observation.clone()));
        prop_assert!(observation.pattern().is_none_or(|pattern| observation.is_in(&pattern)));
    }

    #[test]
    fn a_pattern_takes_in_what_it_came_of(met in "[a-z0-9_.-]{1,30}") {
        for kind in [ObservationKind::Cookie, ObservationKind::Storage] {
            let Some(observation) = Observation::new(kind, &met) else { continue };
            prop_assert!(observation.pattern().is_none_or(|pattern| observation.is_in(&pattern)));
        }
    }
}
