//! Whoever a page contacts is described to its visitors.

use std::collections::BTreeSet;

use consentry_policy::verdict::{Verdict, class, source};

use crate::classify::rules::{Base, Rules};
use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: "undeclared-host",
    level: Level::Error,
    assertion: "S6",
    source: "GDPR article 13(1)(e); CJEU C-673/17 (Planet49)",
    finds: "a host that a page contacts and no service declares",
    check,
    good: Example::page(
        r#"{ "services": [{ "id": "stats", "category": "analytics", "hosts": ["stats.example.net"] }] }"#,
        r#"<script type="text/plain" data-consent="auto" src="https://stats.example.net/s.js"></script>
           <script src="https://js.stripe.com/v3/"></script><img src="/own.png">"#,
    ),
    bad: Example::page(
        "{}",
        r#"<script type="text/plain" data-consent="analytics" src="https://stats.example.net/s.js"></script>"#,
    ),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut named = BTreeSet::new();
    for page in subject.pages() {
        for tag in &page.tags {
            for contact in &tag.contacts {
                let Some(host) = contact.host.as_ref().filter(|_| is_undescribed(contact.verdict)) else {
                    continue;
                };
                // Each host once in each page.
                if named.insert((page.path.as_str(), host)) {
                    findings.push(Finding::in_page(
                        &page.path,
                        tag.line,
                        found(host, contact.verdict),
                        EXPECTED,
                    ));
                }
            }
        }
    }
    if let Some(visit) = subject.visit {
        let rules = Rules::new(subject.config, &[]);
        for host in &visit.requested_hosts {
            let verdict = rules.verdict(&format!("https://{host}/"), &Base::page("/"));
            if let Some(verdict) = verdict.filter(|verdict| is_undescribed(*verdict)) {
                findings.push(Finding::seen(&visit.address, found(host, verdict), EXPECTED));
            }
        }
    }
    findings
}

const EXPECTED: &str = "a service that declares it, or gate.firstParty if it is yours";

/// Whether neither the owner nor the gate's own table of what is necessary speaks of it.
fn is_undescribed(verdict: Verdict) -> bool {
    verdict.source() < source::OWNER && verdict.class() != class::NECESSARY
}

fn found(host: &str, verdict: Verdict) -> String {
    if verdict.source() == source::TABLE {
        let names = consentry_policy::numbers::CATEGORY_NAMES;
        let name = usize::try_from(verdict.class()).ok().and_then(|at| names.get(at)).copied();
        return format!("{host}, which the tables know for {}", name.unwrap_or("nothing"));
    }
    host.to_owned()
}
