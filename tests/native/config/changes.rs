//! What is new in a revision: a chain that leads to the present one, and asks only for what needs consent.

use consentry::model::config::Config;
use serde_json::{Value, json};

use super::check;

/// A site at this revision with these changes, each as the revision before and its own.
fn site(revision: &str, changes: &[(&str, &str)]) -> Value {
    let change = |(previous, revision): &(&str, &str)| json!({ "previous": previous, "revision": revision, "summary": "A map." });
    json!({ "revision": revision, "changes": changes.iter().map(change).collect::<Value>() })
}

/// A site with three services whose one change asks for these.
fn asking(asks: Value) -> Value {
    let mut site = site("2", &[("1", "2")]);
    site["changes"][0]["asks"] = asks;
    site["services"] = json!([
        { "id": "stats", "category": "analytics" },
        { "id": "map", "category": "functional" },
        { "id": "pay", "category": "necessary" }
    ]);
    site
}

#[test]
fn changes_lead_from_one_revision_to_the_next_up_to_the_present_one() {
    check(site("3", &[("1", "2"), ("2", "3")]), &[]);
    check(site("3", &[]), &[]);
    // No revision is the first one.
    let mut first = site("", &[("0", "1")]);
    first.as_object_mut().unwrap().remove("revision");
    check(first.clone(), &[]);
    first["changes"][0]["revision"] = "2".into();
    check(first, &["contradiction revision: found \"1\", expected \"2\", the revision of the last change"]);
    check(
        site("4", &[("1", "2"), ("3", "4")]),
        &[
            "contradiction changes[1].previous: found \"3\", expected \"2\", the revision of the change before",
        ],
    );
    check(
        site("4", &[("1", "2"), ("2", "3")]),
        &["contradiction revision: found \"4\", expected \"3\", the revision of the last change"],
    );
}

#[test]
fn changes_never_come_back_to_a_revision() {
    let fault = |at: usize, revision: &str| {
        format!(
            "contradiction changes[{at}].revision: found \"{revision}\", \
             expected a revision that no change before it names"
        )
    };
    check(site("1", &[("1", "1")]), &[&fault(0, "1")]);
    // Who had chosen at the present revision would be asked on every page for ever.
    check(site("1", &[("1", "2"), ("2", "1")]), &[&fault(1, "1")]);
    check(site("2", &[("1", "2"), ("2", "3"), ("3", "2")]), &[&fault(2, "2")]);
}

#[test]
fn a_change_says_what_it_is_and_where_it_stands() {
    check(
        json!({ "changes": [{}] }),
        &[
            "missing changes[0].revision: found nothing, expected 1 to 64 printable ASCII characters",
            "missing changes[0].previous: found nothing, expected 1 to 64 printable ASCII characters",
            "missing changes[0].summary: found nothing, expected a text",
        ],
    );
    check(json!({ "changes": {} }), &["wrong-type changes: found an empty object, expected a list"]);
    check(json!({ "changes": ["2"] }), &["wrong-type changes[0]: found \"2\", expected an object"]);
    // What is bad by itself is said once, and nothing is held against it.
    let mut bad = site("3", &[("1", "2"), ("2", "3")]);
    bad["changes"][0]["revision"] = "a b".into();
    check(bad, &["bad-value changes[0].revision: found \"a b\""]);
    let mut incomplete = site("3", &[("1", "2"), ("2", "3")]);
    incomplete["changes"][1].as_object_mut().unwrap().remove("previous");
    check(incomplete, &["missing changes[1].previous: found nothing"]);
    let mut odd = site("3", &[("1", "2"), ("2", "3")]);
    odd["revision"] = json!(3);
    check(odd, &["wrong-type revision: found 3"]);
}

#[test]
fn a_change_asks_only_for_what_there_is_and_needs_consent() {
    check(asking(json!(["advertising", "service:map", "service:stats"])), &[]);
    check(asking(json!([])), &[]);
    check(
        asking(json!(["service:stats", "service:chat"])),
        &["contradiction changes[0].asks[1]: found \"service:chat\", expected a service of this file"],
    );
    check(
        asking(json!(["service:pay"])),
        &["contradiction changes[0].asks[0]: found \"service:pay\", expected a service that needs consent"],
    );
    for ask in ["necessary", "unclassified", "map", "service:", "service:Map", "service:analytics", ""] {
        check(
            asking(json!([ask])),
            &[&format!(
                "bad-value changes[0].asks[0]: found \"{ask}\", \
                 expected a category that needs consent, or a service as service:<id>"
            )],
        );
    }
    check(
        asking(json!(["service:map", "service:map"])),
        &["duplicate changes[0].asks[1]: found \"service:map\""],
    );
    let mut fewer = asking(json!(["advertising"]));
    fewer["categories"] = json!(["analytics", "functional"]);
    check(
        fewer,
        &["contradiction changes[0].asks[0]: found \"advertising\", \
           expected one of this file's categories: functional, analytics"],
    );
}

#[test]
fn changes_travel_to_the_gate_and_their_words_to_the_preferences_in_their_language() {
    let mut site = asking(json!(["service:map"]));
    site["languages"] = json!(["sv", "en"]);
    site["changes"][0]["summary"] = json!({ "en": "We added\na map.", "sv": "Vi har en karta." });
    let config = Config::parse(&site.to_string()).unwrap();
    let expected = json!([{ "revision": "2", "previous": "1", "asks": ["service:map"] }]);
    assert_eq!(config.gate_json()["changes"], expected);
    let expected = json!([{ "revision": "2", "previous": "1", "summary": "We added a map." }]);
    assert_eq!(config.site_json("en")["changes"], expected);
}
