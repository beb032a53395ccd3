//! The parts of a configuration that travel to the page: what the gate needs, under the keys of the
//! configuration itself, and what the banner needs, in one language. Empties and defaults stay at home.

use serde_json::{Map, Value, json};

use super::names::{Days, LANGUAGES, Names, Theme, Unknown};
use super::{Config, Service, Text, Tracker};
use crate::model::category::Category;

impl Config {
    /// What the gate needs: the keys, and the shape under each, are the configuration's own, so that the
    /// gate reads a baked, an inline and a fetched configuration alike. `{}` gives `{}`.
    pub fn gate_json(&self) -> Value {
        let mut part = Part::default();
        part.text("site", self.site.as_ref().map(|site| site.as_str()));
        part.text("revision", Some(self.revision.as_str()).filter(|revision| *revision != "1"));
        part.value("backend", self.backend.as_ref().map(|backend| json!({ "url": backend.url.as_str() })));
        let languages: Vec<_> = self.languages.iter().map(|language| language.as_str()).collect();
        part.value("languages", (languages != LANGUAGES).then(|| json!(languages)));
        part.value("validity", (self.validity != Days::DEFAULT).then(|| json!(self.validity.count())));
        let categories: Vec<_> = self.categories.iter().map(|(category, _)| category.name()).collect();
        part.value("categories", (categories.len() < Category::ALL.len()).then(|| json!(categories)));
        part.list("services", self.services.iter().map(gate_service));
        let mut gate = Part::default();
        let names = (self.gate.unknown, self.gate.names);
        gate.text("unknown", (names.0 != Unknown::Hold).then_some(names.0.name()));
        gate.text("names", (names.1 != Names::Tables).then_some(names.1.name()));
        gate.list("firstParty", self.gate.first_party.iter().map(|host| host.as_str().into()));
        gate.list("exempt", self.gate.exempt.iter().map(|host| host.as_str().into()));
        gate.value("reportOnly", self.gate.report_only.then_some(Value::Bool(true)));
        part.object("gate", gate);
        let mut cookie = Part::default();
        cookie.value("mirror", self.mirror.is_some().then_some(Value::Bool(true)));
        let domain = self.mirror.as_ref().and_then(|mirror| mirror.domain.as_ref());
        cookie.text("domain", domain.map(|domain| domain.as_str()));
        part.object("cookie", cookie);
        part.value("observe", self.observe.then_some(Value::Bool(true)));
        let mut banner = Part::default();
        banner.text("theme", (self.theme != Theme::Auto).then_some(self.theme.name()));
        part.object("banner", banner);
        Value::Object(part.0)
    }

    /// What the banner needs, its texts in this language or in the nearest that there is: the first
    /// configured one, else any. `categories` is always there.
    pub fn site_json(&self, language: &str) -> Value {
        let texts = Texts { config: self, language };
        let mut part = Part::default();
        let mut controller = Part::default();
        for (key, text) in [
            ("name", &self.controller.name),
            ("address", &self.controller.address),
            ("contact", &self.controller.contact),
            ("dpo", &self.controller.dpo),
            ("authority", &self.controller.authority),
        ] {
            controller.text(key, texts.resolve(text));
        }
        part.object("controller", controller);
        part.text("policyUrl", self.policy_url.as_ref().map(|url| url.as_str()));
        part.list(
            "categories",
            self.categories.iter().map(|(category, description)| {
                let mut part = Part::default();
                part.text("id", Some(category.name()));
                part.text("description", texts.resolve(description));
                Value::Object(part.0)
            }),
        );
        part.list("services", self.services.iter().map(|service| texts.service(service)));
        Value::Object(part.0)
    }
}

fn gate_service(service: &Service) -> Value {
    let mut part = Part::default();
    part.text("id", Some(service.id.as_str()));
    part.text("category", Some(service.category.name()));
    part.list("hosts", service.hosts.iter().map(|host| host.as_str().into()));
    part.list("scripts", service.scripts.iter().map(|script| script.as_str().into()));
    part.list("cookies", service.cookies.iter().map(|cookie| cookie.name.as_str().into()));
    part.list("storage", service.storage.iter().map(|key| key.name.as_str().into()));
    Value::Object(part.0)
}

/// The texts of a configuration in one language.
struct Texts<'a> {
    config: &'a Config,
    language: &'a str,
}

impl<'a> Texts<'a> {
    fn resolve(&self, text: &'a Option<Text>) -> Option<&'a str> {
        text.as_ref().map(|text| text.in_language(self.language, &self.config.languages))
    }

    fn service(&self, service: &'a Service) -> Value {
        let mut part = Part::default();
        part.text("id", Some(service.id.as_str()));
        part.text("name", Some(service.name.in_language(self.language, &self.config.languages)));
        part.text("category", Some(service.category.name()));
        part.text("legalBasis", service.legal_basis.map(|basis| basis.name()));
        part.text("purpose", self.resolve(&service.purpose));
        let recipients = service.recipients.iter();
        part.list(
            "recipients",
            recipients.map(|text| line(text.in_language(self.language, &self.config.languages))),
        );
        part.text("retention", self.resolve(&service.retention));
        part.text("transfers", self.resolve(&service.transfers));
        part.list("hosts", service.hosts.iter().map(|host| host.as_str().into()));
        part.list("cookies", service.cookies.iter().map(|cookie| self.tracker(cookie.name.as_str(), cookie)));
        part.list("storage", service.storage.iter().map(|key| self.tracker(key.name.as_str(), key)));
        Value::Object(part.0)
    }

    fn tracker<P>(&self, name: &str, tracker: &'a Tracker<P>) -> Value {
        let mut part = Part::default();
        part.text("name", Some(name));
        part.text("purpose", self.resolve(&tracker.purpose));
        part.text("duration", self.resolve(&tracker.duration));
        Value::Object(part.0)
    }
}

/// A text as a browser shows it: on one line. So no line end of a site can look like the next item of a
/// notice.
fn line(text: &str) -> Value {
    text.split_whitespace().collect::<Vec<_>>().join(" ").into()
}

/// An object that leaves out what is empty.
#[derive(Default)]
struct Part(Map<String, Value>);

impl Part {
    fn value(&mut self, key: &str, value: Option<Value>) {
        if let Some(value) = value {
            self.0.insert(key.into(), value);
        }
    }
    fn text(&mut self, key: &str, text: Option<&str>) {
        self.value(key, text.map(line));
    }
    fn list(&mut self, key: &str, items: impl Iterator<Item = Value>) {
        let items: Vec<_> = items.collect();
        self.value(key, (!items.is_empty()).then_some(Value::Array(items)));
    }
    fn object(&mut self, key: &str, part: Part) {
        self.value(key, (!part.0.is_empty()).then_some(Value::Object(part.0)));
    }
}
