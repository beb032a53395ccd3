//! One receipt as a consent record: its header (TS 27560, 6.3.2), its notice, and its events (6.3.7).

use consentry::model::receipt::{Action, NoticeHash, Receipt, Scope};
use serde_json::{Value, json};

use super::reference;
use super::vocabulary::{Names, PROFILE};
use crate::Entry;

/// The record of a receipt.
pub fn record(names: &Names, entry: &Entry) -> Value {
    let Entry { receipt, received, leaf, .. } = entry;
    let scopes = receipt.granted.iter().chain(&receipt.denied);
    let mut processes: Vec<_> = scopes.map(|scope| reference(names.process(scope))).collect();
    if processes.is_empty() {
        processes.push(reference(names.site()));
    }
    let mut record = json!({
        "@id": Names::record(&receipt.id),
        "@type": "dpv:ConsentRecord",
        "dct:conformsTo": reference(PROFILE),
        "dct:identifier": receipt.id,
        "dct:created": date_time(&received.to_string()),
        "dpv:hasDataSubject": {
            "@id": names.subject(&receipt.subject), "@type": "dpv:DataSubject", "dct:identifier": receipt.subject,
        },
        "dpv:hasDataController": reference(names.controller()),
        "dpv:hasNotice": notice(names, receipt),
        "dpv:hasProcess": processes,
        "dpv:hasConsentStatus": events(names, receipt),
    });
    if let Some(previous) = &receipt.previous {
        record["dct:replaces"] = reference(Names::record(previous));
    }
    if let Some(leaf) = leaf {
        record["dct:provenance"] = format!("leaf {leaf} of the site's signed log").into();
    }
    record
}

/// What was shown. It is a node of this record alone, since other revisions and languages may have had the same words; its
/// version is the revision that was in force.
fn notice(names: &Names, receipt: &Receipt) -> Value {
    let mut notice = match &receipt.notice {
        Some(hash) => shown(names, hash),
        None => {
            json!({ "@type": "dpv:Notice", "dct:description": "nothing was shown when this was decided" })
        }
    };
    notice["dct:language"] = receipt.language.as_str().into();
    notice["dct:hasVersion"] = receipt.revision.as_str().into();
    notice
}

fn shown(names: &Names, hash: &NoticeHash) -> Value {
    json!({ "@type": "dpv:ConsentNotice", "dct:identifier": hash, "dct:source": reference(names.notice(hash)) })
}

/// What became of the consent: one event for what was granted, one for what was not.
fn events(names: &Names, receipt: &Receipt) -> Vec<Value> {
    let mut events = Vec::new();
    if !receipt.granted.is_empty() {
        events.push(event(names, receipt, "dpv:ConsentGiven", &receipt.granted));
    }
    if !receipt.denied.is_empty() || events.is_empty() {
        events.push(event(names, receipt, state_of_denied(receipt), &receipt.denied));
    }
    events
}

fn state_of_denied(receipt: &Receipt) -> &'static str {
    match receipt.action {
        Action::Withdraw => "dpv:ConsentWithdrawn",
        Action::Expire => "dpv:ConsentExpired",
        Action::AcceptAll | Action::RejectAll | Action::Save | Action::Gpc | Action::Api => {
            "dpv:ConsentRefused"
        }
    }
}

fn event(names: &Names, receipt: &Receipt, state: &str, scopes: &[Scope]) -> Value {
    // Who expressed it, and whether that was an act of consent: no program and no clock consents.
    let (by, kind) = match receipt.action {
        Action::Api | Action::Expire => (names.controller(), "dpv:Consent"),
        Action::Gpc => (names.subject(&receipt.subject), "dpv:Consent"),
        Action::AcceptAll | Action::RejectAll | Action::Save | Action::Withdraw => {
            (names.subject(&receipt.subject), "dpv:ExpressedConsent")
        }
    };
    let processes: Vec<_> = scopes.iter().map(|scope| reference(names.process(scope))).collect();
    let mut event = json!({
        "@type": [state, kind],
        "dpv:isIndicatedAtTime": date_time(&receipt.time.to_string()),
        "dpv:isIndicatedBy": reference(by),
        "dpv:hasIndicationMethod": receipt.action.name(),
        "dpv:hasDuration": { "@type": "dpv:UntilTimeDuration", "rdf:value": date_time(&receipt.valid_until.to_string()) },
    });
    if !processes.is_empty() {
        event["dpv:hasProcess"] = processes.into();
    }
    event
}

fn date_time(text: &str) -> Value {
    json!({ "@type": "xsd:dateTime", "@value": text })
}
