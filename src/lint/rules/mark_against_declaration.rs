//! A mark by hand outranks the rules, so it must not release what it marks sooner than they do, or by another service's
//! grant.

use crate::lint::finding::Finding;
use crate::lint::page::Contact;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: "mark-against-declaration",
    level: Level::Error,
    assertion: "P2",
    source: "ePrivacy directive article 5(3); GDPR article 4(11), \"specific\"",
    finds: "a tag whose data-consent asks for less than its host needs, or names another service than its host's",
    check,
    good: Example::page(
        r#"{ "services": [{ "id": "ads", "category": "advertising", "hosts": ["ads.example.net"] }] }"#,
        r#"<script type="text/plain" data-consent="service:ads" src="https://ads.example.net/a.js"></script>
           <script type="text/plain" data-consent="advertising" src="https://ads.example.net/b.js"></script>
           <script type="text/plain" data-consent="analytics" src="/own.js"></script>"#,
    ),
    bad: Example::page(
        r#"{ "services": [{ "id": "ads", "category": "advertising", "hosts": ["ads.example.net"] }] }"#,
        r#"<script data-consent="necessary" src="https://ads.example.net/a.js"></script>
           <script type="text/plain" data-consent="analytics" src="https://doubleclick.net/b.js"></script>"#,
    ),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for page in subject.pages() {
        for tag in &page.tags {
            let Some(mark) = tag.mark_by_hand() else { continue };
            // What a script's text names it need not ask for.
            let asked = tag.contacts.iter().filter(|contact| !contact.is_in_code);
            let wrong = asked.filter_map(|contact| judge(subject, mark, contact)).next();
            findings.extend(wrong.map(|(found, expected)| {
                Finding::in_page(
                    &page.path,
                    tag.line,
                    format!("data-consent=\"{mark}\" on {found}"),
                    expected,
                )
            }));
        }
    }
    findings
}

/// What is found and expected where a contact stands against the mark of its tag.
fn judge(subject: &Subject<'_>, mark: &str, contact: &Contact) -> Option<(String, String)> {
    let (marked, marked_service) = subject.of_mark(mark)?;
    let needed = contact.category()?;
    let place = contact.host.as_deref().unwrap_or(&contact.address);
    let Some(service) = subject.service(contact.service_number()) else {
        let found = format!("{place}, which the tables know for {needed}");
        return (marked < needed).then(|| (found, format!("data-consent=\"{needed}\"")));
    };
    // A service that is asked for by itself is not granted with its category.
    let names_another = marked_service != contact.service_number();
    let is_wrong = marked < needed || (names_another && (marked_service != 0 || service.separate));
    let found = format!("{place}, which the service \"{}\" declares for {needed}", service.id);
    is_wrong.then(|| (found, format!("data-consent=\"service:{}\"", service.id)))
}
