//! What an owner declared beside the configuration: both come together in one way, and the configuration
//! wins.

use consentry::model::category::Category;
use consentry::model::config::Config;
use consentry::model::declaration::Declaration;
use consentry::model::observation::{Observation, ObservationKind};
use serde_json::{Value, json};

fn site() -> Config {
    let site = json!({
        "categories": ["functional", "analytics"],
        "gate": { "firstParty": ["own.example"], "exempt": ["pay.example"] },
        "services": [
            { "id": "measure", "category": "analytics", "hosts": ["stats.example"], "scripts": ["/m.js"],
              "cookies": ["_ms_*"], "storage": ["ms.queue"] }
        ]
    });
    Config::parse(&site.to_string()).unwrap()
}

/// The services of the site with these declared ones, as the gate gets them, without the site's own.
fn merged(services: Value) -> Value {
    let config = site().with_declared(&json!({ "services": services }).to_string()).unwrap();
    let gate = config.gate_json();
    let services = gate["services"].as_array().unwrap();
    assert_eq!(services[0]["id"], "measure");
    services[1..].iter().cloned().collect()
}

#[track_caller]
fn refused(document: &str, expected: &[&str]) {
    let faults = site().with_declared(document).unwrap_err();
    let found: Vec<_> = faults.iter().map(|fault| format!("{} {fault}", fault.code)).collect();
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (line, start) in found.iter().zip(expected) {
        assert!(line.starts_with(start), "{line}\n{start}");
    }
}

#[test]
fn declared_services_follow_the_sites_own() {
    let chat = json!({ "id": "chat", "category": "functional",
        "hosts": ["chat.example"], "cookies": ["chat_*"], "storage": ["chat"] });
    assert_eq!(merged(json!([chat])), json!([chat]));
    assert_eq!(site().with_declared("{}").unwrap(), site());
    assert_eq!(site().with_declared(r#"{ "services": [] }"#).unwrap(), site());
}

#[test]
fn what_the_configuration_says_wins() {
    let all = json!({ "id": "all", "category": "functional", "scripts": ["/m.js", "/n.js"],
        "hosts": ["stats.example", "a.stats.example", "own.example", "x.pay.example", "other.example"],
        "cookies": ["_ms_*", "_ms_a*", "_ms_b", "_ms"], "storage": ["ms.queue", "_ms_b"] });
    let rest = json!({ "id": "all", "category": "functional",
        "hosts": ["other.example"], "scripts": ["/n.js"], "cookies": ["_ms"], "storage": ["_ms_b"] });
    assert_eq!(merged(json!([all])), json!([rest]));
    let nothing_left = json!({ "id": "nothing", "category": "functional", "hosts": ["stats.example"] });
    let same_id = json!({ "id": "measure", "category": "functional", "hosts": ["other.example"] });
    assert_eq!(merged(json!([nothing_left, same_id])), json!([]));
}

#[test]
fn faults_of_the_declared_are_named_as_those_of_a_configuration() {
    refused("{", &["syntax line 1 column 1"]);
    refused(r#"{ "site": "shop" }"#, &["unknown-key site"]);
    refused(
        r#"{ "services": [
            { "id": "A", "category": "ads" },
            { "id": "b", "category": "advertising", "hosts": ["B"] },
            { "id": "b", "category": "functional", "legalBasis": "contract" }
        ] }"#,
        &[
            "bad-value services[0].id: found \"A\"",
            "bad-value services[0].category: found \"ads\"",
            "bad-value services[1].hosts[0]: found \"B\"",
            "duplicate services[2].id",
            "contradiction services[2].legalBasis",
            "contradiction services[1].category: found \"advertising\", \
             expected one of this site's categories: functional, analytics, necessary",
        ],
    );
    let many: Vec<_> = (0..1000).map(|n| json!({ "id": format!("s{n}"), "category": "analytics" })).collect();
    let expected = "bad-value services: found 1001, expected at most 1000 services together with the site's";
    refused(&json!({ "services": many }).to_string(), &[expected]);
}

fn declare(
    document: &str,
    kind: ObservationKind,
    met: &str,
    category: Category,
    vendor: Option<&str>,
) -> String {
    let observation = Observation::new(kind, met).unwrap();
    let declaration = Declaration::new(&observation, category, vendor).unwrap();
    let text = site().declare(document, &declaration).unwrap();
    assert!(observation.is_declared(&site().with_declared(&text).unwrap()), "{text}");
    text
}

fn services(document: &str) -> Value {
    serde_json::from_str::<Value>(document).unwrap()["services"].clone()
}

#[test]
fn a_declaration_is_one_service_more_with_an_id_after_its_name() {
    let mut text = "{}".to_owned();
    for (kind, met) in [
        (ObservationKind::Host, "Chat.Example"),
        (ObservationKind::Cookie, "chat_example"),
        (ObservationKind::Cookie, "analytics"),
        (ObservationKind::Storage, "__åä__"),
        (ObservationKind::Cookie, "measure"),
    ] {
        text = declare(&text, kind, met, Category::Functional, None);
    }
    let service = |id: &str, name: &str, list: &str| {
        json!({
            "id": id, "name": name, "category": "functional", list: [name]
        })
    };
    let expected = json!([
        service("chat-example", "chat.example", "hosts"),
        service("chat-example-2", "chat_example", "cookies"),
        service("analytics-2", "analytics", "cookies"),
        service("declared", "__åä__", "storage"),
        service("measure-2", "measure", "cookies"),
    ]);
    assert_eq!(services(&text), expected);
    let long = declare("{}", ObservationKind::Cookie, &"ab-".repeat(60), Category::Functional, None);
    assert_eq!(services(&long)[0]["id"].as_str().unwrap().len(), 56);
}

#[test]
fn what_one_vendor_has_in_one_category_is_one_service() {
    let mut text = declare("{}", ObservationKind::Cookie, "_g_17", Category::Analytics, Some("G"));
    text = declare(&text, ObservationKind::Cookie, "_g", Category::Analytics, Some("G"));
    text = declare(&text, ObservationKind::Host, "g.example", Category::Analytics, Some("G"));
    text = declare(&text, ObservationKind::Host, "ads.g.example", Category::Functional, Some("G"));
    let expected = json!([
        { "id": "g", "name": "G", "category": "analytics",
          "cookies": ["_g_*", "_g"], "hosts": ["g.example"] },
        { "id": "ads-g-example", "name": "G", "category": "functional", "hosts": ["ads.g.example"] }
    ]);
    assert_eq!(services(&text), expected);
    let again = declare(&text, ObservationKind::Cookie, "_g_99", Category::Analytics, Some("G"));
    assert_eq!(again, text, "nothing new was said");
}

#[test]
fn a_second_declaration_moves_it_and_keeps_what_was_written_by_hand() {
    let by_hand = json!({ "services": [
        { "id": "chat", "name": "Chat Ltd", "category": "necessary", "legalBasis": "contract",
          "purpose": "Helps", "hosts": ["*.chat.example"] },
        { "id": "two", "category": "functional", "cookies": [{ "name": "a_*", "purpose": "Counts" }, "b"] }
    ] })
    .to_string();
    let text = declare(&by_hand, ObservationKind::Host, "chat.example", Category::Analytics, None);
    let moved = json!({ "id": "chat", "name": "Chat Ltd", "category": "analytics",
        "purpose": "Helps", "hosts": ["*.chat.example"] });
    assert_eq!(services(&text)[0], moved);
    let text = declare(&by_hand, ObservationKind::Cookie, "b", Category::Analytics, None);
    assert_eq!(services(&text)[1]["cookies"], json!([{ "name": "a_*", "purpose": "Counts" }]));
    assert_eq!(
        services(&text)[2],
        json!({ "id": "b", "name": "b", "category": "analytics", "cookies": ["b"] })
    );
    let text = declare(&text, ObservationKind::Cookie, "b", Category::Functional, None);
    assert_eq!(services(&text)[2]["category"], "functional");
}

#[test]
fn a_declaration_that_the_site_cannot_have_is_refused() {
    let observation = Observation::new(ObservationKind::Cookie, "ad").unwrap();
    let declaration = Declaration::new(&observation, Category::Advertising, None).unwrap();
    let faults = site().declare("{}", &declaration).unwrap_err();
    assert_eq!(faults[0].path, "services[0].category");
    assert!(site().declare("[]", &declaration).is_err());
    for (kind, met) in
        [(ObservationKind::Left, "ad"), (ObservationKind::Cookie, "1"), (ObservationKind::Host, "tracker")]
    {
        let observation = Observation::new(kind, met).unwrap();
        assert!(Declaration::new(&observation, Category::Analytics, None).is_none(), "{met}");
    }
}
