//! What measures the audience forgets a visitor after 13 months.

use crate::lint::durations::days;
use crate::lint::finding::Finding;
use crate::lint::owner_texts::sayings;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;
use crate::model::category::Category;
use crate::model::shape::quoted;

pub(super) const RULE: Rule = Rule {
    id: "audience-cookie-too-long",
    level: Level::Warning,
    assertion: "C3",
    source: "CNIL 2020-091",
    finds: "a cookie or storage key of analytics that lives longer than 13 months",
    check,
    good: Example::config(
        r#"{ "services": [{ "id": "a", "category": "analytics", "cookies": [{ "name": "_a", "duration": "13 months" }] },
            { "id": "b", "category": "functional", "cookies": [{ "name": "_b", "duration": "2 years" }] }] }"#,
    ),
    bad: Example::config(
        r#"{ "services": [{ "id": "a", "category": "analytics",
            "cookies": [{ "name": "_a", "duration": { "en": "2 years", "sv": "2 år" } }] }] }"#,
    ),
};

/// Thirteen months, the longest of them, in days.
const MOST_DAYS: f64 = 396.0;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, service) in subject.services().filter(|(_, service)| service.category == Category::Analytics) {
        for tracker in service.trackers() {
            let said = tracker.duration.into_iter().flat_map(|text| sayings(subject, text));
            let mut too_long = said.filter(|(_, said)| days(said).is_some_and(|days| days > MOST_DAYS));
            if let Some((_, said)) = too_long.next() {
                let path = format!("{path}.{}.duration", tracker.path());
                findings.push(Finding::at(path, quoted(said), "at most 13 months"));
            }
        }
    }
    findings
}
