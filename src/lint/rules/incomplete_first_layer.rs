//! The first layer says who asks, that the choice can be withdrawn, how many others there are, and where to read
//! more.

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;
use crate::model::category::Category;
use crate::model::shape::quoted;

pub(super) const RULE: Rule = Rule {
    id: "incomplete-first-layer",
    level: Level::Error,
    assertion: "L7",
    source: "GDPR article 13; CJEU C-673/17 (Planet49)",
    finds: "a shown first layer without the controller's name, the number of third parties or the link to the policy",
    check,
    good: Example::visit(
        r#"{ "controller": { "name": "Shop Ltd" }, "policyUrl": "/privacy" }"#,
        r#"{ "banner": { "text": "Shop Ltd asks for 1 service", "links": ["http://localhost/privacy"] } }"#,
    ),
    bad: Example::visit(
        r#"{ "controller": { "name": "Shop Ltd" }, "policyUrl": "/privacy" }"#,
        r#"{ "banner": { "text": "We and our partners ask", "links": [] } }"#,
    ),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let Some((visit, banner)) = subject.visit.and_then(|visit| Some((visit, visit.banner.as_ref()?))) else {
        return Vec::new();
    };
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
    let asks_others = |category| category != Category::Necessary;
    let others =
        config.services.iter().filter(|service| asks_others(service.category) && !service.hosts.is_empty());
    // Only European digits are told here; some languages write the number in words where it is small.
    let count = others.count();
    if count > 3 && text.is_ascii() && !text.contains(&count.to_string()) {
        missing("number of third parties", count.to_string());
    }
    if let Some(url) = &config.policy_url
        && !banner.links.iter().any(|link| link.ends_with(url.as_str()))
    {
        missing("link to the policy", url.to_string());
    }
    findings
}
