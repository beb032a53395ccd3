//! Receipts and exports of them, for the tests.

use consentry::model::config::{Config, SiteKey};
use consentry::model::receipt::{Receipt, Subject, Time};
use consentry_export::{About, Covers, Entry, Export, Format, Period, Target};
use serde_json::{Value, json};

pub const SUBJECT: &str = "be45cb2605bf36bebde684841a28f0fd";

/// A receipt with this number in its id, as pages send it.
pub fn receipt(number: u64) -> Value {
    json!({
        "v": 1, "id": format!("019aa7f0-2c00-7000-8000-{number:012x}"), "site": "shop", "subject": SUBJECT,
        "time": "2026-11-21T20:00:00.250Z", "action": "save",
        "granted": ["functional", "service:video"], "denied": ["analytics", "advertising"],
        "revision": "2026-11-01", "notice": format!("sha256:{}", "ab".repeat(32)), "language": "sv", "layer": 2,
        "validUntil": "2027-05-25T20:00:00.000Z", "previous": null
    })
}

/// The receipt with other values.
pub fn receipt_with(number: u64, values: Value) -> Value {
    let mut receipt = receipt(number);
    receipt.as_object_mut().unwrap().extend(values.as_object().unwrap().clone());
    receipt
}

pub fn entry(receipt: &Value, leaf: Option<u64>) -> Entry {
    let receipt = Receipt::parse(&receipt.to_string()).unwrap();
    Entry { receipt, received: Time::parse("2026-11-21T20:00:01.000Z").unwrap(), leaf, proof: None }
}

pub fn config() -> Config {
    let config = json!({
        "site": "shop", "revision": "2026-11-01", "languages": ["en", "sv"],
        "backend": { "url": "https://consent.shop.example", "origins": ["https://shop.example"] },
        "controller": {
            "name": "Shop Ltd", "address": "High Street 1", "contact": "privacy@shop.example",
            "authority": { "en": "IMY, Sweden", "sv": "Integritetsskyddsmyndigheten" }
        },
        "services": [
            {
                "id": "video", "name": "Films", "category": "functional", "purpose": { "en": "Shows films", "sv": "Visar film" },
                "recipients": ["Films Ltd", "Streams Ltd"], "retention": "13 months", "transfers": "None outside the EU",
                "hosts": ["films.example"], "cookies": ["_films"]
            },
            { "id": "pay", "category": "necessary", "legalBasis": "contract", "hosts": ["pay.example"] }
        ]
    });
    Config::parse(&config.to_string()).unwrap()
}

pub fn about(config: Option<Config>, covers: Covers) -> About {
    let exported = Time::parse("2026-12-01T08:00:00.000Z").unwrap();
    About { site: SiteKey::new("shop").unwrap(), config, exported, covers, log: None }
}

pub fn whole_site() -> Covers {
    Covers::Site(Period::default())
}

pub fn of_subject() -> Covers {
    Covers::Subject(Subject::new(SUBJECT).unwrap())
}

/// The export of these as bytes.
pub fn export(format: Format, about: About, entries: &[Entry]) -> Vec<u8> {
    let target = Target { format, out: Vec::new(), temporary: std::env::temp_dir() };
    let mut export = Export::begin(about, target).unwrap();
    for entry in entries {
        export.add(entry).unwrap();
    }
    export.finish().unwrap()
}
