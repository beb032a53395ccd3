//! The first layer says who asks, that the choice can be withdrawn, how many others there are, and where to read
//! more.

use url::Url;

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;
use crate::model::category::Category;
use crate::model::config::Service;
use crate::model::shape::quoted;
use crate::model::view::numbers_and_lists;

pub(super) const RULE: Rule = Rule {
    id: "incomplete-first-layer",
    level: Level::Error,
    assertion: "L7",
    source: "GDPR article 13; CJEU C-673/17 (Planet49)",
    finds: "a shown first layer without the controller's name, the number of services or the link to the policy",
    check,
    good: Example::visit(
        r#"{ "controller": { "name": "Shop Ltd" }, "policyUrl": "/privacy", "services": [
            { "id": "a", "category": "analytics" }, { "id": "b", "category": "analytics" },
            { "id": "c", "category": "functional" }, { "id": "d", "category": "necessary" },
            { "id": "e", "category": "functional", "firstParty": true }] }"#,
        r#"{ "address": "http://localhost/shop/", "banner": { "language": "en",
            "text": "Shop Ltd asks for 3 services", "links": ["http://localhost/privacy"] } }"#,
    ),
    bad: Example::visit(
        r#"{ "policyUrl": "/privacy" }"#,
        r#"{ "address": "http://localhost/shop/", "banner": { "language": "en",
            "text": "We and our partners ask", "links": ["http://localhost/old/privacy"] } }"#,
    ),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let Some((visit, banner)) = subject.seen_banner() else { return Vec::new() };
    let config = subject.config;
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = plain(&banner.text);
    let mut findings = Vec::new();
    let mut missing = |what: &str, expected: String| {
        findings.push(Finding::seen(&visit.address, format!("no {what} in the first layer"), expected));
    };
    if let Some(name) = &config.controller.name {
        let name = plain(name.in_language(&banner.language, &config.languages));
        if !text.contains(&name) {
            missing("controller's name", quoted(&name));
        }
    }
    // Counted as the banner counts: every service of others that needs consent. Some languages write one or two in words.
    let counted = |service: &&Service| service.category != Category::Necessary && !service.first_party;
    let others = config.services.iter().filter(counted).count();
    let number = numbers_and_lists::number(&banner.language, others);
    if others > 2 && !text.contains(&number) {
        missing("number of services", number);
    }
    let page = Url::parse(&visit.address).ok();
    let policy =
        config.policy_url.as_ref().map(|url| (url, page.and_then(|page| page.join(url.as_str()).ok())));
    if let Some((url, resolved)) = policy
        && !banner.links.iter().any(|link| Url::parse(link).ok() == resolved)
    {
        missing("link to the policy", url.to_string());
    }
    findings
}
