//! A category's own words speak of its purpose alone.

use crate::lint::finding::Finding;
use crate::lint::owner_texts::sayings;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;
use crate::lint::wording::{Kind, phrase_in};
use crate::model::category::Category;

pub(super) const RULE: Rule = Rule {
    id: "mixed-description",
    level: Level::Warning,
    assertion: "S2",
    source: "GDPR article 4(11), \"specific\"; EDPB Guidelines 05/2020, paragraph 42",
    finds: "a category whose description speaks of a further reaching purpose",
    check,
    good: Example::config(
        r#"{ "categories": [{ "id": "analytics", "description": "Statistics of how the site is used" }] }"#,
    ),
    bad: Example::config(
        r#"{ "categories": [{ "id": "analytics", "description": "Statistics, and showing you fitting ads" }] }"#,
    ),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, (category, description)) in subject.config.categories.iter().enumerate() {
        let further = match category {
            Category::Necessary | Category::Functional => &[Kind::Advertising, Kind::Analytics][..],
            Category::Analytics => &[Kind::Advertising],
            Category::Advertising => &[],
        };
        let said = description.iter().flat_map(|text| sayings(subject, text));
        let phrase = said
            .flat_map(|(language, said)| further.iter().map(move |kind| phrase_in(*kind, language, said)))
            .flatten()
            .next();
        let path = format!("categories[{at}].description");
        findings.extend(phrase.map(|phrase| Finding::at(path, phrase, "one purpose for each category")));
    }
    findings
}
