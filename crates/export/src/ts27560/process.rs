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
        (
            "dpv:hasDataProtectionOfficer",
            "dpv:DataProtectionOfficer",
            config.and_then(|it| it.controller.dpo.as_ref()),
        ),
        (
            "dpv:hasAuthority",
            "dpv:DataProtectionAuthority",
            config.and_then(|it| it.controller.authority.as_ref()),
        ),
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
    let mut storage = described("dpv:StorageLocation", services, |service| service.transfers.as_ref());
    storage.extend(described("dpv:StorageDuration", services, |service| service.retention.as_ref()));
    let mut process = json!({
        "@id": id,
        "@type": "dpv:Process",
        "dct:identifier": scope,
        "dpv:hasPurpose": described("dpv:Purpose", services, |service| service.purpose.as_ref()),
        "dpv:hasPersonalData": personal_data(services),
        "dpv:hasDataController": reference(names.controller()),
        "dpv:hasStorageCondition": storage,
        "dpv:hasRecipient": recipients(names, services),
        "dpv:hasLegalBasis": legal_bases(services),
        "dpv:hasJurisdiction": reference("loc:EU"),
        "dpv:hasApplicableLaw": reference("eu-gdpr:GDPR"),
        "dpv:hasConsentControl": { "@type": "dpv:WithdrawConsent", "dpv:isExercisedAt": exercised_at(about) },
        "dpv:hasRight": rights(about),
    });
    if let Some(config) = &about.config {
        process["dct:hasVersion"] = config.revision.as_str().into();
    }
    let named = services.iter().map(|service| {
        json!({ "@type": "dpv:Service", "dct:identifier": service.id, "dct:title": in_all_languages(&service.name) })
    });
    if !services.is_empty() {
        process["dpv:hasService"] = named.collect();
    }
    process
}

/// What the services say, a node of a class for each that says it: in several languages it is still one.
fn described(class: &str, services: &[&Service], pick: fn(&Service) -> Option<&Text>) -> Vec<Value> {
    let texts = services.iter().filter_map(|service| pick(service)).map(in_all_languages);
    let nodes = texts.map(|text| json!({ "@type": class, "dct:description": text }));
    or_not_stated(nodes.collect(), || json!({ "@type": class, "dct:description": NOT_STATED }))
}

fn recipients(names: &Names, services: &[&Service]) -> Vec<Value> {
    let own = services.iter().any(|service| service.first_party).then(|| reference(names.controller()));
    let others = services.iter().flat_map(|service| &service.recipients);
    let others =
        others.map(|name| json!({ "@type": "dpv:Recipient", "dpv:hasName": in_all_languages(name) }));
    let not_stated = || json!({ "@type": "dpv:Recipient", "dpv:hasName": NOT_STATED });
    or_not_stated(own.into_iter().chain(others).collect(), not_stated)
}

fn or_not_stated(nodes: Vec<Value>, not_stated: impl FnOnce() -> Value) -> Vec<Value> {
    if nodes.is_empty() { vec![not_stated()] } else { nodes }
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
    let right = |article: &str| json!({ "@type": ["dpv:DataSubjectRight", article], "dpv:isExercisedAt": exercised_at(about) });
    ["eu-gdpr:A7-3", "eu-gdpr:A15", "eu-gdpr:A17", "eu-gdpr:A20"].map(right).to_vec()
}

/// On every page of the site, by the button that brings the preferences back.
fn exercised_at(about: &About) -> Value {
    let config = about.config.as_ref();
    let origins = config.and_then(|config| config.backend.as_ref()).map(|backend| &backend.origins);
    let mut places: Vec<_> = origins.into_iter().flatten().map(Origin::as_str).map(Value::from).collect();
    places
        .extend(config.and_then(|config| config.policy_url.as_ref()).map(PolicyUrl::as_str).map(Value::from));
    if places.is_empty() { NOT_STATED.into() } else { places.into() }
}

/// An owner's text, in each language that it has.
fn in_all_languages(text: &Text) -> Value {
    match text {
        Text::Same(text) => text.as_str().into(),
        Text::By(texts) => {
            let texts = texts
                .iter()
                .map(|(language, text)| json!({ "@value": text, "@language": language.as_str() }));
            texts.collect()
        }
    }
}
