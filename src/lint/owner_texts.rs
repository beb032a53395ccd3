//! Every text that the owner wrote for visitors, with its path. Knows no rule.

use super::subject::Subject;
use crate::model::config::{Language, Text};
use crate::model::shape::below;

/// What the owner says, in the order of the configuration's keys; of the banner only the reason of a wall.
pub(super) fn owner_texts<'a>(subject: &Subject<'a>) -> Vec<(String, &'a Text)> {
    let config = subject.config;
    let mut texts = Vec::new();
    let mut add = |path: String, text: Option<&'a Text>| texts.extend(text.map(|text| (path, text)));
    for (at, (_, description)) in config.categories.iter().enumerate() {
        add(format!("categories[{at}].description"), description.as_ref());
    }
    for (path, service) in subject.services() {
        for (key, text) in [
            ("purpose", &service.purpose),
            ("retention", &service.retention),
            ("transfers", &service.transfers),
            ("placeholder.text", &service.placeholder.text),
        ] {
            add(format!("{path}.{key}"), text.as_ref());
        }
        for tracker in service.trackers() {
            add(format!("{path}.{}.purpose", tracker.path()), tracker.purpose);
            add(format!("{path}.{}.duration", tracker.path()), tracker.duration);
        }
    }
    add("banner.wall.reason".into(), config.banner.wall.as_ref());
    let changes = config.changes.iter().enumerate();
    texts.extend(changes.map(|(at, change)| (format!("changes[{at}].summary"), &change.summary)));
    texts
}

/// The names and addresses of the controller, of services and of recipients, which nobody words.
pub(super) fn owner_names<'a>(subject: &Subject<'a>) -> Vec<(String, &'a Text)> {
    let controller = &subject.config.controller;
    let mut names = Vec::new();
    for (key, text) in [
        ("name", &controller.name),
        ("address", &controller.address),
        ("contact", &controller.contact),
        ("dpo", &controller.dpo),
        ("authority", &controller.authority),
    ] {
        names.extend(text.as_ref().map(|text| (format!("controller.{key}"), text)));
    }
    for (path, service) in subject.services() {
        names.push((format!("{path}.name"), &service.name));
        let recipients = service.recipients.iter().enumerate();
        names.extend(recipients.map(|(at, text)| (format!("{path}.recipients[{at}]"), text)));
    }
    names
}

/// What a text says, each with the tag of its language; of one text for all languages the site's first.
pub(super) fn sayings<'a>(subject: &Subject<'a>, text: &'a Text) -> Vec<(&'static str, &'a str)> {
    match text {
        Text::Same(text) => {
            let first = subject.config.languages.first();
            first.map(|language| (language.as_str(), text.as_str())).into_iter().collect()
        }
        Text::By(texts) => texts.iter().map(|(language, text)| (language.as_str(), text.as_str())).collect(),
    }
}

/// The path of the owner's wording of one of the component's texts.
pub(super) fn own_text_path(language: Language, name: &str) -> String {
    below(&format!("banner.texts.{}", language.as_str()), name)
}
