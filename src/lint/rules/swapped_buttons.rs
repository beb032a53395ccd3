//! The buttons keep their places: a habit must not answer for the visitor.

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: "swapped-buttons",
    level: Level::Warning,
    assertion: "L6",
    source: "EDPB Guidelines 03/2022, \"inconsistent interface\"; our threshold",
    finds: "buttons in another order on another screen, or a refusal that the focus reaches late",
    check,
    good: Example::visit(
        "{}",
        r#"{ "banner": { "screens": [
            { "size": "320x568", "buttons": [{ "does": "reject-all" }, { "does": "accept-all" }] },
            { "size": "1280x800", "buttons": [{ "does": "reject-all" }, { "does": "accept-all" }] }] } }"#,
    ),
    bad: Example::visit(
        "{}",
        r#"{ "banner": { "screens": [
            { "size": "320x568", "buttons": [{ "does": "accept-all" }, { "does": "reject-all", "y": 60 }] },
            { "size": "1280x800", "buttons": [{ "does": "accept-all", "x": 200 }, { "does": "reject-all" }] }] } }"#,
    ),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let Some((visit, banner)) = subject.seen_banner() else { return Vec::new() };
    let mut findings = Vec::new();
    let mut before: Option<(bool, &str)> = None;
    for screen in &banner.screens {
        let Some((accept, reject)) = screen.pair() else { continue };
        // The order in which they are read: by rows, then along the row.
        let is_reject_first = (reject.y, reject.x) <= (accept.y, accept.x);
        if let Some((earlier, size)) = before.filter(|(earlier, _)| *earlier != is_reject_first) {
            let first = |reject: bool| if reject { "the refusal" } else { "the acceptance" };
            let (one, other) = (first(earlier), first(is_reject_first));
            let found = format!("{one} first at {size} and {other} first at {}", screen.size);
            findings.push(Finding::seen(&visit.address, found, "one order on every screen"));
        }
        before = Some((is_reject_first, &screen.size));
        let place = |does: &str| screen.buttons.iter().position(|button| button.does == does);
        if let (Some(accept), Some(reject)) = (place("accept-all"), place("reject-all"))
            && reject > accept + 1
        {
            let found = format!("{} stops of the focus from accepting to refusing", reject - accept);
            findings.push(Finding::seen(&visit.address, found, "at most one"));
        }
    }
    findings
}
