//! Whoever a page contacts is described to its visitors.

use std::collections::BTreeSet;

use consentry_policy::verdict::class;

use crate::lint::finding::Finding;
use crate::lint::page::Contact;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: "undeclared-host",
    level: Level::Error,
    assertion: "S6",
    source: "GDPR article 13(1)(e); CJEU C-673/17 (Planet49)",
    finds: "a host that a page contacts, or that the tables know and a script names, and no service declares",
    check,
    good: Example::page(
        r#"{ "services": [{ "id": "stats", "category": "analytics", "hosts": ["stats.example.net"] }] }"#,
        r#"<script type="text/plain" data-consent="auto" src="https://stats.example.net/s.js"></script>
           <script src="https://js.stripe.com/v3/"></script><img src="/own.png">
           <script>const help = "https://docs.example.org/"</script>"#,
    ),
    bad: Example::page(
        "{}",
        r#"<script type="text/plain" data-consent="analytics">
           (function (d) { var s = d.createElement("script"); s.async = true;
             s.src = "https://www.googletagmanager.com/gtm.js?id=GTM-1"; d.head.append(s); })(document);</script>"#,
    ),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut named = BTreeSet::new();
    for page in subject.pages() {
        for tag in &page.tags {
            for (host, found) in tag.contacts.iter().filter_map(undescribed) {
                // Each host once in each page.
                if named.insert((page.path.as_str(), host)) {
                    findings.push(Finding::in_page(&page.path, tag.line, found, EXPECTED));
                }
            }
        }
    }
    if let Some(visit) = subject.visit {
        for (host, found) in visit.contacts.iter().filter_map(undescribed) {
            if named.insert((visit.address.as_str(), host)) {
                findings.push(Finding::seen(&visit.address, found, EXPECTED));
            }
        }
    }
    findings
}

const EXPECTED: &str = "a service that declares it, or gate.firstParty if it is yours";

/// The host of a contact of which neither the owner nor the gate's own table of what is necessary speaks, and what is
/// found of it.
fn undescribed(contact: &Contact) -> Option<(&str, String)> {
    let is_described = contact.verdict.is_site() || contact.verdict.class() == class::NECESSARY;
    let host = contact.host.as_deref().filter(|_| !is_described)?;
    let place = if contact.is_in_code { " in a script" } else { "" };
    let known = contact.category().map(|category| format!(", which the tables know for {category}"));
    Some((host, format!("{host}{place}{}", known.unwrap_or_default())))
}
