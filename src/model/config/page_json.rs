//! What of a configuration travels to a page: what the gate needs, under the keys of the configuration
//! itself, and what the banner needs, in one language. What is empty or the default is left out.

use serde::Serialize;
use serde_json::{Value, json};

use super::addresses::{BackendUrl, CookieDomain, OwnPath, PolicyUrl};
use super::patterns::{HostPattern, ScriptPattern};
use super::values::{
    CookieKind, Days, LANGUAGES, Layout, LegalBasis, Names, Position, Revision, Scope, ServiceId, SiteKey,
    Theme, Unknown,
};
use super::{Change, Config, Service, Text, Tracker};
use crate::model::category::Category;

/// What the gate needs, under the configuration's keys.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GateConfig<'a> {
    site: Option<&'a SiteKey>,
    revision: Option<&'a Revision>,
    backend: Option<GateBackend<'a>>,
    languages: Option<Vec<&'static str>>,
    validity: Option<u16>,
    categories: Option<Vec<&'static str>>,
    services: Vec<GateService<'a>>,
    gate: GateRules<'a>,
    cookie: GateCookie<'a>,
    observe: Option<bool>,
    banner: GateBanner,
    signals: GateSignals,
    changes: Vec<GateChange<'a>>,
}

#[derive(Serialize)]
struct GateBackend<'a> {
    url: &'a BackendUrl,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GateService<'a> {
    id: &'a ServiceId,
    category: &'static str,
    hosts: &'a [HostPattern],
    scripts: &'a [ScriptPattern],
    cookies: Vec<&'a str>,
    storage: Vec<&'a str>,
    separate: Option<bool>,
    first_party: Option<bool>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GateRules<'a> {
    unknown: Option<Unknown>,
    names: Option<Names>,
    first_party: &'a [HostPattern],
    exempt: &'a [HostPattern],
    report_only: Option<bool>,
}

#[derive(Serialize)]
struct GateCookie<'a> {
    mirror: Option<bool>,
    domain: Option<&'a CookieDomain>,
}

#[derive(Serialize)]
struct GateBanner {
    layout: Option<Layout>,
    position: Option<Position>,
    theme: Option<Theme>,
    /// That there is one: the reason is for the owner's records.
    wall: Option<bool>,
}

#[derive(Serialize)]
struct GateSignals {
    gpc: Option<bool>,
}

#[derive(Serialize)]
struct GateChange<'a> {
    revision: &'a Revision,
    previous: &'a Revision,
    asks: &'a [Scope],
}

/// What the banner needs, in one language. Texts are on one line, as a browser shows them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BannerConfig<'a> {
    controller: BannerController,
    policy_url: Option<&'a PolicyUrl>,
    categories: Vec<BannerCategory>,
    services: Vec<BannerService<'a>>,
    changes: Vec<BannerChange<'a>>,
}

#[derive(Serialize)]
struct BannerChange<'a> {
    revision: &'a Revision,
    previous: &'a Revision,
    summary: String,
}

#[derive(Serialize)]
struct BannerPlaceholder<'a> {
    poster: Option<&'a OwnPath>,
    text: Option<String>,
}

#[derive(Serialize)]
struct BannerController {
    name: Option<String>,
    address: Option<String>,
    contact: Option<String>,
    dpo: Option<String>,
    authority: Option<String>,
}

#[derive(Serialize)]
struct BannerCategory {
    id: &'static str,
    description: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BannerService<'a> {
    id: &'a ServiceId,
    name: String,
    category: &'static str,
    legal_basis: Option<LegalBasis>,
    purpose: Option<String>,
    recipients: Vec<String>,
    retention: Option<String>,
    transfers: Option<String>,
    hosts: &'a [HostPattern],
    scripts: &'a [ScriptPattern],
    cookies: Vec<BannerTracker>,
    storage: Vec<BannerTracker>,
    separate: Option<bool>,
    first_party: Option<bool>,
    placeholder: BannerPlaceholder<'a>,
}

#[derive(Serialize)]
struct BannerTracker {
    name: String,
    purpose: Option<String>,
    duration: Option<String>,
    kind: Option<CookieKind>,
}

impl Config {
    /// What the gate needs: the keys, and what it reads under each, are the configuration's own, so that it reads a
    /// baked, an inline and a fetched configuration alike. `{}` gives `{}`.
    pub fn gate_json(&self) -> Value {
        let languages: Vec<_> = self.languages.iter().map(|language| language.as_str()).collect();
        let categories: Vec<_> = self.categories.iter().map(|(category, _)| category.name()).collect();
        written(&GateConfig {
            site: self.site.as_ref(),
            revision: (self.revision != Revision::first()).then_some(&self.revision),
            backend: self.backend.as_ref().map(|backend| GateBackend { url: &backend.url }),
            languages: (languages != LANGUAGES).then_some(languages),
            validity: (self.validity != Days::DEFAULT).then_some(self.validity.count()),
            categories: (categories.len() < Category::ALL.len()).then_some(categories),
            services: self.services.iter().map(gate_service).collect(),
            gate: GateRules {
                unknown: unless_default(self.gate.unknown),
                names: unless_default(self.gate.names),
                first_party: &self.gate.first_party,
                exempt: &self.gate.exempt,
                report_only: unless_default(self.gate.report_only),
            },
            cookie: GateCookie {
                mirror: unless_default(self.mirror.is_some()),
                domain: self.mirror.as_ref().and_then(|mirror| mirror.domain.as_ref()),
            },
            observe: unless_default(self.observe),
            banner: GateBanner {
                layout: unless_default(self.banner.layout),
                position: self.banner.position,
                theme: unless_default(self.banner.theme),
                wall: unless_default(self.banner.wall.is_some()),
            },
            signals: GateSignals { gpc: (!self.signals.gpc).then_some(false) },
            changes: self.changes.iter().map(gate_change).collect(),
        })
    }

    /// What the banner needs, its texts in this language or in the nearest that there is: the first
    /// configured one, else any. `categories` is always there.
    pub fn site_json(&self, language: &str) -> Value {
        let texts = Texts { config: self, language };
        let controller = &self.controller;
        written(&BannerConfig {
            controller: BannerController {
                name: texts.optional(&controller.name),
                address: texts.optional(&controller.address),
                contact: texts.optional(&controller.contact),
                dpo: texts.optional(&controller.dpo),
                authority: texts.optional(&controller.authority),
            },
            policy_url: self.policy_url.as_ref(),
            categories: self
                .categories
                .iter()
                .map(|(category, description)| BannerCategory {
                    id: category.name(),
                    description: texts.optional(description),
                })
                .collect(),
            services: self.services.iter().map(|service| texts.service(service)).collect(),
            changes: self
                .changes
                .iter()
                .map(|change| BannerChange {
                    revision: &change.revision,
                    previous: &change.previous,
                    summary: texts.in_language(&change.summary),
                })
                .collect(),
        })
    }
}

fn gate_change(Change { revision, previous, asks, .. }: &Change) -> GateChange<'_> {
    GateChange { revision, previous, asks }
}

fn gate_service(service: &Service) -> GateService<'_> {
    GateService {
        id: &service.id,
        category: service.category.name(),
        hosts: &service.hosts,
        scripts: &service.scripts,
        cookies: service.cookies.iter().map(|cookie| cookie.name.as_str()).collect(),
        storage: service.storage.iter().map(|key| key.name.as_str()).collect(),
        separate: unless_default(service.separate),
        first_party: unless_default(service.first_party),
    }
}

/// The texts of a configuration in one language.
struct Texts<'a> {
    config: &'a Config,
    language: &'a str,
}

impl Texts<'_> {
    fn in_language(&self, text: &Text) -> String {
        on_one_line(text.in_language(self.language, &self.config.languages))
    }

    fn optional(&self, text: &Option<Text>) -> Option<String> {
        text.as_ref().map(|text| self.in_language(text))
    }

    fn service<'a>(&self, service: &'a Service) -> BannerService<'a> {
        let cookies = service.cookies.iter();
        let storage = service.storage.iter();
        BannerService {
            id: &service.id,
            name: self.in_language(&service.name),
            category: service.category.name(),
            legal_basis: service.legal_basis,
            purpose: self.optional(&service.purpose),
            recipients: service.recipients.iter().map(|text| self.in_language(text)).collect(),
            retention: self.optional(&service.retention),
            transfers: self.optional(&service.transfers),
            hosts: &service.hosts,
            scripts: &service.scripts,
            cookies: cookies.map(|cookie| self.tracker(cookie.name.as_str(), cookie)).collect(),
            storage: storage.map(|key| self.tracker(key.name.as_str(), key)).collect(),
            separate: unless_default(service.separate),
            first_party: unless_default(service.first_party),
            placeholder: BannerPlaceholder {
                poster: service.placeholder.poster.as_ref(),
                text: self.optional(&service.placeholder.text),
            },
        }
    }

    fn tracker<P>(&self, name: &str, tracker: &Tracker<P>) -> BannerTracker {
        BannerTracker {
            name: on_one_line(name),
            purpose: self.optional(&tracker.purpose),
            duration: self.optional(&tracker.duration),
            kind: tracker.kind,
        }
    }
}

/// A text as a browser shows it: on one line. So no line end of a site can look like the next item of a
/// notice.
fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn unless_default<T: Default + PartialEq>(value: T) -> Option<T> {
    (value != T::default()).then_some(value)
}

/// The value as JSON, without what is null or empty in it. Nothing in these types can fail to be written.
fn written(value: &impl Serialize) -> Value {
    let mut written = serde_json::to_value(value).unwrap_or_else(|_| json!({}));
    remove_empty(&mut written);
    written
}

fn remove_empty(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(remove_empty),
        Value::Object(entries) => {
            entries.values_mut().for_each(remove_empty);
            entries.retain(|_, value| match value {
                Value::Null => false,
                Value::Array(items) => !items.is_empty(),
                Value::Object(entries) => !entries.is_empty(),
                Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
            });
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
