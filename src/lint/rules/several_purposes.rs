//! One switch is for one purpose: what stands under statistics does not advertise as well.

use crate::lint::finding::Finding;
use crate::lint::owner_texts::sayings;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;
use crate::lint::tables::categories_of;
use crate::lint::wording::{Kind, phrase_in};
use crate::model::category::Category;
use crate::model::shape::quoted;

pub(super) const RULE: Rule = Rule {
    id: "several-purposes",
    level: Level::Error,
    assertion: "S2",
    source: "GDPR article 4(11), \"specific\"; EDPB Guidelines 05/2020, paragraph 42",
    finds: "a service or a category under which something of a further reaching purpose stands",
    check,
    good: Example::config(
        r#"{ "categories": [{ "id": "analytics", "description": "Statistics of how the site is used" }],
            "services": [{ "id": "ga", "category": "analytics", "hosts": ["www.google-analytics.com"], "cookies": ["_ga"] }] }"#,
    ),
    bad: Example::config(
        r#"{ "categories": [{ "id": "analytics", "description": "Statistics, and showing you fitting ads" }],
            "services": [{ "id": "ga", "category": "analytics", "hosts": ["www.google-analytics.com", "doubleclick.net"] }] }"#,
    ),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (category, description) in &subject.config.categories {
        let hidden = match category {
            Category::Necessary | Category::Functional => &[Kind::Advertising, Kind::Analytics][..],
            Category::Analytics => &[Kind::Advertising],
            Category::Advertising => &[],
        };
        let said = description.iter().flat_map(|text| sayings(subject, text));
        let mut phrases = said.flat_map(|(languages, said)| {
            let pairs =
                languages.into_iter().flat_map(|language| hidden.iter().map(move |kind| (language, *kind)));
            pairs.filter_map(move |(language, kind)| phrase_in(kind, language, said))
        });
        if let Some(phrase) = phrases.next() {
            let path = format!("categories[{category}].description");
            findings.push(Finding::at(path, format!("\"{phrase}\""), "one purpose for each category"));
        }
    }
    // Of what is said to be necessary another rule speaks.
    for (path, service) in subject.services().filter(|(_, service)| service.category != Category::Necessary) {
        let known = categories_of(service);
        let is_what_it_says = known.iter().any(|(_, _, category)| *category == service.category);
        let further = known.iter().filter(|(_, _, category)| *category > service.category);
        findings.extend(further.filter(|_| is_what_it_says).map(|(key, pattern, category)| {
            let found = format!("{}, which the tables know for {category}", quoted(pattern));
            Finding::at(format!("{path}.{key}"), found, format!("a service of its own under {category}"))
        }));
    }
    findings
}
