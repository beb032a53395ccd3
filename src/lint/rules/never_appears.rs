//! A service that no page has is described in vain: perhaps it is gone, perhaps a script brings it.

use std::collections::BTreeSet;

use crate::lint::finding::Finding;
use crate::lint::page::Contact;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: "never-appears",
    level: Level::Info,
    assertion: "C4",
    source: "GDPR article 5(1)(d), accuracy",
    finds: "a declared service with hosts or scripts of which no page that was read has any, where no tag manager is",
    check,
    good: Example::page(
        r#"{ "services": [{ "id": "stats", "category": "analytics", "hosts": ["stats.example.net"] }] }"#,
        r#"<script type="text/plain" data-consent="service:stats" src="/s.js"></script>"#,
    ),
    bad: Example::page(
        r#"{ "services": [{ "id": "stats", "category": "analytics", "hosts": ["stats.example.net"] }] }"#,
        "<p>Nothing</p>",
    ),
};

/// A tag of these may bring any service.
const TAG_MANAGERS: [&str; 3] = ["googletagmanager.com", "tiqcdn.com", "adobedtm.com"];

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let is_tag_manager = |contact: &Contact| {
        let host = contact.host.as_deref().unwrap_or_default();
        TAG_MANAGERS.iter().any(|manager| host == *manager || host.ends_with(&format!(".{manager}")))
    };
    if subject.pages.is_none() || subject.contacts().any(is_tag_manager) {
        return Vec::new();
    }
    let mut seen: BTreeSet<_> = subject.contacts().map(Contact::service_number).collect();
    let tags = subject.pages().iter().flat_map(|page| &page.tags);
    let marks = tags.filter_map(|tag| subject.of_mark(tag.mark_by_hand()?));
    seen.extend(marks.map(|(_, service)| service));
    let services = (1..).zip(subject.services());
    let unseen = services.filter(|(number, (_, service))| {
        let has_a_place = !service.hosts.is_empty() || !service.scripts.is_empty();
        has_a_place && !seen.contains(number)
    });
    let expected = "a tag of it in a page, unless a script brings it";
    unseen
        .map(|(_, (path, service))| Finding::at(path, format!("\"{}\" nowhere", service.id), expected))
        .collect()
}
