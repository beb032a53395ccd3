//! What is said to be necessary is not known for measuring or advertising.

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;
use crate::lint::tables::{known_of, tracker_below};
use crate::model::category::Category;

pub(super) const RULE: Rule = Rule {
    id: "necessary-tracker",
    level: Level::Warning,
    assertion: "S4",
    source: "ePrivacy directive article 5(3); EDPB Cookie Banner Taskforce, practice I",
    finds: "a necessary service with a host, script, cookie or key that the tables know for analytics or advertising, or \
            with a host that takes in such a one",
    check,
    good: Example::config(
        r#"{ "services": [{ "id": "pay", "category": "necessary", "hosts": ["js.stripe.com"] },
            { "id": "ga", "category": "analytics", "cookies": ["_ga"] }] }"#,
    ),
    bad: Example::config(
        r#"{ "services": [{ "id": "gtm", "category": "necessary", "hosts": ["google.com"],
            "scripts": ["https://www.googletagmanager.com/gtm.js"] }] }"#,
    ),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let expected = "only what the visitor asked for";
    let mut findings = Vec::new();
    for (path, service) in subject.necessary_services() {
        let is_named = |category| category >= Category::Analytics;
        let known = known_of(service).into_iter().filter(|known| is_named(known.category));
        // What is certain to advertise is an error of another rule.
        let known = known.filter(|known| !known.is_certain_enough_for(service.category));
        findings.extend(known.map(|it| Finding::at(format!("{path}.{}", it.path), it.found(), expected)));
        let hosts = service.hosts.iter().enumerate();
        findings.extend(hosts.filter_map(|(at, host)| {
            Some(Finding::at(format!("{path}.hosts[{at}]"), tracker_below(host.as_str())?, expected))
        }));
    }
    findings
}
