//! The parties and the processing of a record (TS 27560, 6.3.4 to 6.3.6), from the site's configuration.

use consentry::model::config::{Config, LegalBasis, Origin, PolicyUrl, Service, Text};
use consentry::model::receipt::Scope;
use serde_json::{Value, json};

use super::vocabulary::{NOT_STATED, Names};
use super::{legal_basis, reference};
use crate::About;

/// Who is responsible.
pub fn controller(about: &About, names: &Names) -> Value {
    let config = about.config.as_ref();
    let said = |text: Option<&Text>| text.map_or_else(|| NOT_STATED.into(), in_all_languages);
    let of = |pick: fn(&Config) -> Option<&Text>| said(config.and_then(pick));
    let mut controller = json!({
        "@id": names.controller(),
        "@type": ["dpv:DataController", "dpv:Organisation"],
        "dpv:hasIdentifier": names.controller(),
        "dpv:hasName": of(|config| config.controller.name.as_ref()),
        "dpv:hasAddress": of(|config| config.controller.address.as_ref()),
        "dpv:hasContact": of(|config| config.controller.contact.as_ref()),
    });
    let parties = [
        ("dpv:hasDataProtectionOfficer", "dpv:DataProtectionOfficer", config.and_then(|it| it.controller.dpo.as_ref())),
        ("dpv:hasAuthority", "dpv:DataProtectionAuthority", config.and_then(|it| it.controller.authority.as_ref())),
    ];
    for (property, class, text) in parties {
        if let Some(text) = text {
            controller[property] = json!({ "@type": class, "dpv:hasName": in_all_languages(text) });
        }
    }
    controller
}

/// What a decision about a scope is about: one service, or all of a category.
pub fn process(about: &About, names: &Names, scope: &Scope) -> Value {
    let services: Vec<_> = about.services().iter().filter(|service| is_meant(service, scope)).collect();
    of_services(about, names, names.process(scope), &scope.to_string(), &services)
}

/// What a decision is about that names no scope.
pub fn whole_site(about: &About, names: &Names) -> Value {
    let services: Vec<_> = about.services().iter().collect();
    of_services(about, names, names.site(), about.site.as_str(), &services)
}

fn is_meant(service: &Service, scope: &Scope) -> bool {
    match scope {
        Scope::Service(id) => service.id == *id,
        Scope::Category(category) => service.category == *category,
    }
}

fn of_services(about: &About, names: &Names, id: String, scope: &str, services: &[&Service]) -> Value {
    let all = |each: &dyn Fn(&Service) -> Vec<Value>| -> Vec<Value> {
        let values: Vec<_> = services.iter().flat_map(|service| each(service)).collect();
        if values.is_empty() { vec![NOT_STATED.into()] } else { values }
    };
    let texts = |pick: fn(&Service) -> Option<&Text>| {
        all(&|service| pick(service).map(in_all_languages).into_iter().collect())
    };
    // A condition each, since a text in several languages is one.
    let described = |class: &str, texts: Vec<Value>| -> Vec<Value> {
        texts.into_iter().map(|text| json!({ "@type": class, "dct:description": text })).collect()
    };
    let purposes: Vec<_> = described("dpv:Purpose", texts(|service| service.purpose.as_ref()));
    let mut storage = described("dpv:StorageLocation", texts(|service| service.transfers.as_ref()));
    storage.extend(described("dpv:StorageDuration", texts(|service| service.retention.as_ref())));
    let recipients = all(&|service| {
        let own = service.first_party.then(|| reference(names.controller()));
        let others = service.recipients.iter().map(|name| json!({ "@type": "dpv:Recipient", "dpv:hasName": in_all_languages(name) }));
        own.into_iter().chain(others).collect()
    });
    let recipients = recipients.into_iter().map(|recipient| match recipient {
        Value::String(name) => json!({ "@type": "dpv:Recipient", "dpv:hasName": name }),
        named => named,
    });
    let recipients: Vec<_> = recipients.collect();
    let listed = services.iter().map(|service| {
        json!({ "@type": "dpv:Service", "dct:identifier": service.id, "dct:title": in_all_languages(&service.name) })
    });
    let listed: Vec<_> = listed.collect();
    let mut process = json!({
        "@id": id,
        "@type": "dpv:Process",
        "dct:identifier": scope,
        "dpv:hasPurpose": purposes,
        "dpv:hasPersonalData": personal_data(services),
        "dpv:hasDataController": reference(names.controller()),
        "dpv:hasStorageCondition": storage,
        "dpv:hasRecipient": recipients,
        "dpv:hasLegalBasis": legal_bases(services),
        "dpv:hasJurisdiction": reference("loc:EU"),
        "dpv:hasApplicableLaw": reference("eu-gdpr:GDPR"),
        "dpv:hasConsentControl": { "@type": "dpv:WithdrawConsent", "dpv:isExercisedAt": exercised_at(about) },
        "dpv:hasRight": rights(about),
    });
    if let Some(config) = &about.config {
        process["dct:hasVersion"] = config.revision.as_str().into();
    }
    if !listed.is_empty() {
        process["dpv:hasService"] = listed.into();
    }
    process
}

/// What of the visitor's device is read or stored, as far as it is declared.
fn personal_data(services: &[&Service]) -> Value {
    let trackers = services.iter().flat_map(|service| service.trackers());
    let mut names: Vec<_> = trackers.map(|tracker| tracker.name.to_owned()).collect();
    names.sort();
    names.dedup();
    let title = if names.is_empty() { NOT_STATED.into() } else { Value::from(names) };
    json!({ "@type": "dpv:PersonalData", "skos:broader": reference("pd:DeviceBased"), "dct:title": title })
}

/// Why it is lawful; consent where no service is declared, since that is what was asked for.
fn legal_bases(services: &[&Service]) -> Value {
    let mut bases: Vec<_> = services.iter().filter_map(|service| legal_basis(service)).map(article).collect();
    if bases.is_empty() {
        bases.push(article(LegalBasis::Consent));
    }
    bases.sort_unstable();
    bases.dedup();
    bases.into_iter().map(reference).collect()
}

/// The paragraph of GDPR article 6(1).
fn article(basis: LegalBasis) -> &'static str {
    match basis {
        LegalBasis::Consent => "eu-gdpr:A6-1-a",
        LegalBasis::Contract => "eu-gdpr:A6-1-b",
        LegalBasis::LegalObligation => "eu-gdpr:A6-1-c",
        LegalBasis::VitalInterests => "eu-gdpr:A6-1-d",
        LegalBasis::PublicTask => "eu-gdpr:A6-1-e",
        LegalBasis::LegitimateInterest => "eu-gdpr:A6-1-f",
    }
}

/// To withdraw (7(3)), to see (15), to have erased (17), to take away (20).
fn rights(about: &About) -> Vec<Value> {
    let right = |article: &str| {
        json!({ "@type": ["dpv:DataSubjectRight", article], "dpv:isExercisedAt": exercised_at(about) })
    };
    ["eu-gdpr:A7-3", "eu-gdpr:A15", "eu-gdpr:A17", "eu-gdpr:A20"].map(right).to_vec()
}

/// On every page of the site, by the button that brings the preferences back.
fn exercised_at(about: &About) -> Value {
    let config = about.config.as_ref();
    let origins = config.and_then(|config| config.backend.as_ref()).map(|backend| &backend.origins);
    let mut places: Vec<_> = origins.into_iter().flatten().map(Origin::as_str).map(Value::from).collect();
    places.extend(config.and_then(|config| config.policy_url.as_ref()).map(PolicyUrl::as_str).map(Value::from));
    if places.is_empty() { NOT_STATED.into() } else { places.into() }
}

/// An owner's text, in each language that it has.
fn in_all_languages(text: &Text) -> Value {
    match text {
        Text::Same(text) => text.as_str().into(),
        Text::By(texts) => {
            let texts = texts.iter().map(|(language, text)| json!({ "@value": text, "@language": language.as_str() }));
            texts.collect()
        }
    }
}
