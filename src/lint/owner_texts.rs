//! Every text that the owner wrote for visitors, with its path. Knows no rule.

use super::subject::Subject;
use crate::model::config::Text;

/// The texts in the order of the configuration's keys, but for the own wording of the banner.
pub(super) fn owner_texts<'a>(subject: &Subject<'a>) -> Vec<(String, &'a Text)> {
    let config = subject.config;
    let mut texts = Vec::new();
    let mut add = |path: String, text: &'a Option<Text>| texts.extend(text.as_ref().map(|text| (path, text)));
    let controller = &config.controller;
    for (key, text) in [
        ("name", &controller.name),
        ("address", &controller.address),
        ("contact", &controller.contact),
        ("dpo", &controller.dpo),
        ("authority", &controller.authority),
    ] {
        add(format!("controller.{key}"), text);
    }
    for (category, description) in &config.categories {
        add(format!("categories[{category}].description"), description);
    }
    for (path, service) in subject.services() {
        for (key, text) in [
            ("purpose", &service.purpose),
            ("retention", &service.retention),
            ("transfers", &service.transfers),
            ("placeholder.text", &service.placeholder.text),
        ] {
            add(format!("{path}.{key}"), text);
        }
        for (at, cookie) in service.cookies.iter().enumerate() {
            add(format!("{path}.cookies[{at}].purpose"), &cookie.purpose);
            add(format!("{path}.cookies[{at}].duration"), &cookie.duration);
        }
        for (at, key) in service.storage.iter().enumerate() {
            add(format!("{path}.storage[{at}].purpose"), &key.purpose);
            add(format!("{path}.storage[{at}].duration"), &key.duration);
        }
    }
    add("banner.wall.reason".into(), &config.banner.wall);
    for (path, service) in subject.services() {
        texts.push((format!("{path}.name"), &service.name));
        let recipients = service.recipients.iter().enumerate();
        texts.extend(recipients.map(|(at, text)| (format!("{path}.recipients[{at}]"), text)));
    }
    let changes = config.changes.iter().enumerate();
    texts.extend(changes.map(|(at, change)| (format!("changes[{at}].summary"), &change.summary)));
    texts
}

/// What a text says, with the tags of the languages in which it may be meant: its own, or all of the site's.
pub(super) fn sayings<'a>(subject: &Subject<'a>, text: &'a Text) -> Vec<(Vec<&'static str>, &'a str)> {
    match text {
        Text::Same(text) => {
            let every = subject.config.languages.iter().map(|language| language.as_str());
            vec![(every.collect(), text)]
        }
        Text::By(texts) => {
            texts.iter().map(|(language, text)| (vec![language.as_str()], text.as_str())).collect()
        }
    }
}
