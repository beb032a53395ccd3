//! What the built-in tables say of a name or a host, where they are sure enough to say it to an owner's face. Asks
//! neither the owner's word nor the model.

use consentry_classify::{AnswerRule, Subject, SubjectKind, classify};

use crate::model::category::Category;
use crate::model::config::Service;

/// The category of a name or a host by a line on exactly it, or of a host by one on a host above it.
pub(super) fn category(kind: SubjectKind, name: &str) -> Option<Category> {
    let name = name.replace('*', "1");
    let answer = classify(&Subject::new(kind, &name));
    let is_sure = match answer.rule {
        AnswerRule::Override | AnswerRule::Exact => true,
        AnswerRule::Pattern => kind == SubjectKind::Url || answer.confidence >= 85,
        _ => false,
    };
    answer.category.filter(|_| is_sure)
}

/// What the tables say of each pattern of a service that they know, with the pattern's path in the service.
pub(super) fn categories_of(service: &Service) -> Vec<(String, String, Category)> {
    let of = |key: &str, kind, names: Vec<&str>| {
        let known = names
            .into_iter()
            .enumerate()
            .filter_map(|(at, name)| Some((format!("{key}[{at}]"), name.to_owned(), category(kind, name)?)));
        known.collect::<Vec<_>>()
    };
    let hosts = service.hosts.iter().map(|host| host.as_str()).collect();
    let cookies = service.cookies.iter().map(|cookie| cookie.name.as_str()).collect();
    let storage = service.storage.iter().map(|key| key.name.as_str()).collect();
    let mut known = of("hosts", SubjectKind::Url, hosts);
    known.extend(of("cookies", SubjectKind::Cookie, cookies));
    known.extend(of("storage", SubjectKind::Storage, storage));
    known
}
