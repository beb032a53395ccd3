//! TS 27560 records, as JSON. That they are the graph that the standard asks for is checked in `tests/independent`.

use consentry_export::Format;
use serde_json::{Value, json};

use crate::exported::{about, config, entry, export, receipt, receipt_with, whole_site};

fn nodes(receipts: &[Value], known: bool) -> Vec<Value> {
    let entries: Vec<_> = receipts.iter().map(|receipt| entry(receipt, Some(0))).collect();
    let about = about(known.then(config), whole_site());
    let document: Value = serde_json::from_slice(&export(Format::Ts27560, about, &entries)).unwrap();
    document["@graph"].as_array().unwrap().clone()
}

fn node<'a>(nodes: &'a [Value], id: &str) -> &'a Value {
    nodes.iter().find(|node| node["@id"] == id).unwrap_or_else(|| panic!("{id} in {nodes:#?}"))
}

/// The states that a receipt of this action has, each with what it is about.
fn states(values: Value) -> Vec<(String, usize)> {
    let nodes = nodes(&[receipt_with(1, values)], true);
    let record = node(&nodes, "urn:uuid:019aa7f0-2c00-7000-8000-000000000001");
    let events = record["dpv:hasConsentStatus"].as_array().unwrap().iter();
    let of = |event: &Value| event["dpv:hasProcess"].as_array().map_or(0, Vec::len);
    events.map(|event| (event["@type"][0].as_str().unwrap().to_owned(), of(event))).collect()
}

#[test]
fn a_record_says_what_became_of_the_consent() {
    let given = |count| ("dpv:ConsentGiven".to_owned(), count);
    let refused = |count| ("dpv:ConsentRefused".to_owned(), count);
    assert_eq!(states(json!({})), [given(2), refused(2)]);
    assert_eq!(states(json!({ "action": "accept-all", "denied": [] })), [given(2)]);
    assert_eq!(states(json!({ "action": "reject-all", "granted": [] })), [refused(2)]);
    let none = json!({ "action": "withdraw", "granted": [] });
    assert_eq!(states(none), [("dpv:ConsentWithdrawn".to_owned(), 2)]);
    let none = json!({ "action": "expire", "granted": [], "denied": [] });
    assert_eq!(states(none), [("dpv:ConsentExpired".to_owned(), 0)]);
}

#[test]
fn no_program_and_no_clock_is_said_to_have_consented() {
    for (action, by, kind) in [
        ("save", "visitor", "dpv:ExpressedConsent"),
        ("api", "#controller", "dpv:Consent"),
        ("gpc", "visitor", "dpv:Consent"),
        ("expire", "#controller", "dpv:Consent"),
    ] {
        let nodes = nodes(&[receipt_with(1, json!({ "action": action }))], true);
        let event = &node(&nodes, "urn:uuid:019aa7f0-2c00-7000-8000-000000000001")["dpv:hasConsentStatus"][0];
        assert!(event["dpv:isIndicatedBy"]["@id"].as_str().unwrap().contains(by), "{action}: {event}");
        assert_eq!(event["@type"][1], kind, "{action}");
    }
}

#[test]
fn what_the_configuration_says_is_told_once_and_what_it_does_not_say_is_not_made_up() {
    let base = "https://consent.shop.example/v1/sites/shop";
    let told = nodes(&[receipt(1), receipt(2)], true);
    let video = node(&told, &format!("{base}#service:video"));
    assert_eq!(
        video["dpv:hasPurpose"][0]["dct:description"][0],
        json!({ "@value": "Shows films", "@language": "en" })
    );
    assert_eq!(video["dpv:hasRecipient"][1]["dpv:hasName"], "Streams Ltd");
    assert_eq!(video["dpv:hasLegalBasis"], json!([{ "@id": "eu-gdpr:A6-1-a" }]));
    assert_eq!(node(&told, &format!("{base}#functional"))["dpv:hasService"][0]["dct:identifier"], "video");
    assert_eq!(
        node(&told, &format!("{base}#service:pay"))["dpv:hasLegalBasis"],
        json!([{ "@id": "eu-gdpr:A6-1-b" }])
    );
    assert_eq!(
        node(&told, &format!("{base}#analytics"))["dpv:hasPurpose"][0]["dct:description"],
        "not stated"
    );
    assert_eq!(node(&told, &format!("{base}#controller"))["dpv:hasName"], "Shop Ltd");
    let of_once: Vec<_> = told.iter().filter(|node| node["@id"] == format!("{base}#service:video")).collect();
    assert_eq!(of_once.len(), 1);
    // Without a configuration, and of a service that is declared no longer.
    let untold = nodes(&[receipt(1), receipt(2)], false);
    assert_eq!(node(&untold, "urn:x-consentry:shop#controller")["dpv:hasName"], "not stated");
    assert_eq!(
        node(&untold, "urn:x-consentry:shop#service:video")["dpv:hasRecipient"][0]["dpv:hasName"],
        "not stated"
    );
}
