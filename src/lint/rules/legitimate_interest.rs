//! Storing and reading on a device needs consent, or is strictly necessary: a legitimate interest is no basis for
//! it. Of what is not necessary the configuration's own check says so; here it is the necessary that stores.

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;
use crate::model::config::LegalBasis;

pub(super) const RULE: Rule = Rule {
    id: "legitimate-interest",
    level: Level::Error,
    assertion: "S5",
    source: "ePrivacy directive article 5(3); EDPB Cookie Banner Taskforce, practice H",
    finds: "a service that stores on the device and rests on a legitimate interest",
    check,
    good: Example::config(
        r#"{ "services": [
            { "id": "login", "category": "necessary", "legalBasis": "contract", "cookies": ["session"] },
            { "id": "shield", "category": "necessary", "legalBasis": "legitimate-interest",
              "hosts": ["shield.example.net"] }] }"#,
    ),
    bad: Example::config(
        r#"{ "services": [{ "id": "login", "category": "necessary", "legalBasis": "legitimate-interest",
            "cookies": ["session"] }] }"#,
    ),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let resting = subject.services().filter(|(_, service)| {
        let stores = service.trackers().next().is_some();
        service.legal_basis == Some(LegalBasis::LegitimateInterest) && stores
    });
    let expected = "another basis, such as contract, for what it stores on the device";
    let at = |(path, _)| Finding::at(format!("{path}.legalBasis"), "\"legitimate-interest\"", expected);
    resting.map(at).collect()
}
