//! A first visit is asked.

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;
use crate::model::category::Category;

pub(super) const RULE: Rule = Rule {
    id: "banner-not-shown",
    level: Level::Error,
    assertion: "L1",
    source: "GDPR article 7; ePrivacy directive article 5(3)",
    finds: "a page on whose first visit no banner of ours is shown",
    check,
    good: Example::visit(r#"{ "categories": ["necessary"] }"#, r#"{ "banner": null }"#),
    bad: Example::visit("{}", r#"{ "banner": null }"#),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    // Where everything is necessary there is nothing to ask.
    let asks = subject.config.categories.iter().any(|(category, _)| *category != Category::Necessary);
    let without = subject.visit.filter(|visit| asks && visit.banner.is_none());
    let found = |address: &str| Finding::seen(address, "no banner on a first visit", "<consentry-banner>");
    without.map(|visit| found(&visit.address)).into_iter().collect()
}
