//! A service that no page has is described in vain: perhaps it is gone, perhaps a script brings it.

use std::collections::BTreeSet;

use consentry_policy::verdict::source;

use crate::classify::rules::{Base, Rules};
use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: "never-appears",
    level: Level::Info,
    assertion: "C4",
    source: "GDPR article 5(1)(d), accuracy",
    finds: "a declared service with hosts or scripts of which no page that was read has any",
    check,
    good: Example::page(
        r#"{ "services": [{ "id": "stats", "category": "analytics", "hosts": ["stats.example.net"] }] }"#,
        r#"<script type="text/plain" data-consent="service:stats" src="https://stats.example.net/s.js"></script>"#,
    ),
    bad: Example::page(
        r#"{ "services": [{ "id": "stats", "category": "analytics", "hosts": ["stats.example.net"] }] }"#,
        "<p>Nothing</p>",
    ),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    if subject.pages.is_none() {
        return Vec::new();
    }
    let mut seen = BTreeSet::new();
    let contacts = subject.pages().iter().flat_map(|page| &page.tags).flat_map(|tag| &tag.contacts);
    let mut verdicts: Vec<_> = contacts.map(|contact| contact.verdict).collect();
    if let Some(visit) = subject.visit {
        let rules = Rules::new(subject.config, &[]);
        let hosts = visit.requested_hosts.iter();
        verdicts
            .extend(hosts.filter_map(|host| rules.verdict(&format!("https://{host}/"), &Base::page("/"))));
    }
    seen.extend(verdicts.iter().filter(|it| it.source() == source::OWNER).map(|verdict| verdict.service()));
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
