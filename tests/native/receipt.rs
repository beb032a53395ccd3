//! Receipts: only the contract's form is read, and it is written as it was read.

use std::fs;
use std::path::Path;

use consentry::model::receipt::{ClockFlag, Receipt, Time};
use proptest::prelude::*;
use serde_json::{Value, json};

fn sample() -> Value {
    json!({
        "v": 1, "id": "01938a4e-7c00-7abc-8def-0123456789ab",
        "site": "shop", "subject": "00112233445566778899aabbccddeeff",
        "time": "2026-11-21T20:00:00.000Z", "action": "save",
        "granted": ["functional", "service:youtube"], "denied": ["analytics", "advertising"],
        "revision": "2026-11-01", "notice": format!("sha256:{}", "ab".repeat(32)),
        "language": "sv", "layer": 1, "validUntil": "2027-05-25T20:00:00.000Z", "previous": null
    })
}

/// The sample with these keys changed has faults that begin so.
#[track_caller]
fn check(changes: Value, expected: &[&str]) {
    let mut receipt = sample();
    for (key, value) in changes.as_object().unwrap() {
        receipt[key.as_str()] = value.clone();
    }
    let faults = Receipt::parse(&receipt.to_string()).err().unwrap_or_default();
    assert_eq!(faults.len(), expected.len(), "{changes}: {faults:#?}");
    for (fault, start) in faults.iter().zip(expected) {
        let line = format!("{} {fault}", fault.code);
        assert!(line.starts_with(start), "{line}\n{start}");
    }
}

#[test]
fn recorded_samples_of_the_first_form_are_read_and_written_alike() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/receipt");
    let mut read = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let json = fs::read_to_string(&path).unwrap();
        let receipt = Receipt::parse(&json).unwrap_or_else(|faults| panic!("{path:?}: {faults:#?}"));
        assert_eq!(receipt.to_json().to_string(), json.trim(), "{path:?}");
        read += 1;
    }
    assert!(read >= 3);
}

#[test]
fn every_key_is_needed_and_no_other_is_allowed() {
    for key in sample().as_object().unwrap().keys() {
        let mut receipt = sample();
        receipt.as_object_mut().unwrap().remove(key);
        let faults = Receipt::parse(&receipt.to_string()).unwrap_err();
        assert_eq!((faults[0].code, faults[0].path.as_str()), ("missing", key.as_str()));
    }
    check(json!({ "ip": "203.0.113.7" }), &["unknown-key ip"]);
}

#[test]
fn every_value_has_its_rule() {
    for (key, values) in [
        ("v", json!([0, 2, "1", 1.5, null])),
        (
            "id",
            json!([
                "01938A4E-7C00-7ABC-8DEF-0123456789AB",
                "01938a4e-7c00-4abc-8def-0123456789ab",
                "01938a4e-7c00-7abc-cdef-0123456789ab",
                "01938a4e7c007abc8def0123456789ab",
                "",
                7
            ]),
        ),
        ("site", json!(["Shop", "", "-a", "a b"])),
        ("subject", json!(["00112233445566778899AABBCCDDEEFF", "0011", ""])),
        (
            "time",
            json!([
                "2026-11-21T20:00:00Z",
                "2026-11-21T20:00:00.000+00:00",
                "2026-02-29T20:00:00.000Z",
                "2026-13-01T00:00:00.000Z",
                "2026-11-00T00:00:00.000Z",
                "2026-11-21T24:00:00.000Z",
                "2026-11-21T23:59:60.000Z",
                "1969-12-31T23:59:59.999Z",
                "2026-11-21 20:00:00.000Z"
            ]),
        ),
        ("action", json!(["allow", "", null])),
        ("revision", json!(["", "a b", "å"])),
        ("notice", json!(["", "sha256:ab", "md5:abc", 3])),
        (
            "language",
            json!([
                "",
                "s",
                "sv_SE",
                "sv-",
                "sv SE",
                "-sv",
                "sv--SE",
                "svenskaspråket",
                "sv-abcdefghi",
                "aa-bbbbbbbb-cccccccc-dddddddd-eeeeeee"
            ]),
        ),
        ("layer", json!([3, -1, "1", null])),
        ("validUntil", json!(["tomorrow"])),
        ("previous", json!(["none"])),
    ] {
        for value in values.as_array().unwrap() {
            let mut receipt = sample();
            receipt[key] = value.clone();
            let faults = Receipt::parse(&receipt.to_string()).expect_err(&format!("{key} {value}"));
            assert!(faults.iter().all(|fault| fault.path == key), "{key} {value}: {faults:?}");
        }
    }
}

#[test]
fn scopes_are_unique_and_on_one_side() {
    check(json!({ "granted": ["necessary"] }), &["bad-value granted[0]"]);
    check(json!({ "granted": ["service:analytics"] }), &["bad-value granted[0]"]);
    check(json!({ "granted": ["functional", "functional"] }), &["duplicate granted[1]"]);
    check(json!({ "granted": ["analytics"] }), &["contradiction denied[0]"]);
    let many: Vec<_> = (0..1001).map(|n| format!("service:s{n}")).collect();
    check(json!({ "granted": many }), &["contradiction granted"]);
    check(json!({ "granted": many[..1000] }), &[]);
}

#[test]
fn what_needs_no_information_may_lack_a_notice() {
    for action in ["accept-all", "reject-all", "save"] {
        check(json!({ "action": action, "notice": null, "layer": 0 }), &["contradiction notice"]);
    }
    for action in ["withdraw", "api", "expire", "gpc"] {
        check(json!({ "action": action, "notice": null, "layer": 0 }), &[]);
        check(json!({ "action": action, "notice": null }), &["contradiction notice"]);
    }
}

#[test]
fn a_page_may_write_its_language_as_it_likes() {
    for language in ["sv", "SV-se", "zh-Hant-TW", "und", "de-1996", "aa-bbbbbbbb-cccccccc-dddddddd-eeeee"] {
        check(json!({ "language": language }), &[]);
    }
}

#[test]
fn a_decision_ends_after_it_began_and_does_not_replace_itself() {
    for until in ["2026-11-21T20:00:00.000Z", "1970-01-01T00:00:00.000Z"] {
        check(json!({ "validUntil": until }), &["contradiction validUntil"]);
    }
    // One that stands for too long is a receipt, which was stored once, but comes no more.
    for (until, is_too_long) in [("2027-12-26T20:00:00.000Z", false), ("2027-12-26T20:00:00.001Z", true)] {
        let mut value = sample();
        value["validUntil"] = until.into();
        let fault = Receipt::parse(&value.to_string()).unwrap().lasts_too_long("[3]");
        assert_eq!(fault.map(|fault| fault.path), is_too_long.then(|| "[3].validUntil".to_owned()));
    }
    check(json!({ "previous": "01938a4e-7c00-7abc-8def-0123456789ab" }), &["contradiction previous"]);
}

#[test]
fn a_receipt_whose_time_is_more_than_a_day_off_is_told_apart() {
    const DAY: i64 = 86_400_000;
    let received = Time::parse("2026-11-21T20:00:00.000Z").unwrap();
    let flag = |earlier: i64| {
        let millis = received.millis().checked_add_signed(-earlier).unwrap();
        ClockFlag::of(Time::from_millis(millis), received).map(ClockFlag::name)
    };
    for (earlier, expected) in [
        (0, None),
        (DAY, None),
        (-DAY, None),
        (DAY + 1, Some("late")),
        (30 * DAY, Some("late")),
        (30 * DAY + 1, Some("behind")),
        (received.millis() as i64, Some("behind")),
        (-DAY - 1, Some("ahead")),
        (-3_000_000 * DAY, Some("ahead")),
    ] {
        assert_eq!(flag(earlier), expected, "{earlier}");
    }
}

#[test]
fn times_agree_with_known_dates() {
    for (millis, text) in [
        (0, "1970-01-01T00:00:00.000Z"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (1_795_291_200_123, "2026-11-21T20:00:00.123Z"),
        (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
    ] {
        assert_eq!(Time::from_millis(millis).to_string(), text);
        assert_eq!(Time::parse(text), Some(Time::from_millis(millis)));
    }
    assert_eq!(Time::parse("2100-02-29T00:00:00.000Z"), None);
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        cases: 1000,
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_text_makes_reading_panic(text in any::<String>()) {
        let _ = Receipt::parse(&text);
        let _ = Time::parse(&text);
    }

    #[test]
    fn every_time_is_read_as_it_was_written(millis in 0..253_402_300_800_000u64) {
        let time = Time::from_millis(millis);
        prop_assert_eq!(Time::parse(&time.to_string()), Some(time));
    }

    #[test]
    fn every_receipt_is_read_as_it_was_written(
        id in "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
        subject in "[0-9a-f]{32}", site in "[a-z0-9][a-z0-9-]{0,63}", revision in "[!-~]{1,64}",
        action in prop::sample::select(
            vec!["accept-all", "reject-all", "save", "withdraw", "expire", "gpc", "api"]
        ),
        services in prop::collection::btree_set("[a-z0-9][a-z0-9_-]{0,10}", 0..20),
        time in 0..4_000_000_000_000u64,
        layer in 0..3u64, language in "[a-z]{2,3}(-[A-Z]{2})?", split in 0..20usize,
    ) {
        let scopes: Vec<_> = services.iter().map(|id| format!("service:x{id}")).collect();
        let (granted, denied) = scopes.split_at(split.min(scopes.len()));
        let mut value = sample();
        for (key, part) in [
            ("id", json!(id)), ("subject", json!(subject)), ("site", json!(site)),
            ("revision", json!(revision)), ("action", json!(action)), ("granted", json!(granted)),
            ("denied", json!(denied)), ("layer", json!(layer)), ("language", json!(language)),
            ("time", json!(Time::from_millis(time).to_string())),
            ("validUntil", json!(Time::from_millis(time + 1).to_string())),
        ] {
            value[key] = part;
        }
        let receipt = Receipt::parse(&value.to_string())
            .map_err(|faults| TestCaseError::fail(format!("{faults:?}")))?;
        prop_assert_eq!(receipt.to_json(), value);
    }
}
