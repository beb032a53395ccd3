//! What the full tables say of the hosts that a site was seen to contact: written into the site's own
//! `consentry.js`, so that its gate knows them without fetching anything.

use std::collections::BTreeMap;

use consentry_classify::gate_table::{self, packed};
use consentry_classify::{Subject, SubjectKind, lines};

use super::answer;
use crate::model::category::Category;

/// How many lines a site's script takes of what was observed: every visitor downloads them.
const MOST_VERDICTS: usize = 200;

/// The lines on hosts that a site was seen to contact, the most met first, as its gate reads them (JSON, see
/// `consentry_classify::gate_table`). What no table knows is left out, and what the gate knows itself. What a
/// registry calls necessary waits for the least that can be granted, since only the gate's table gives a
/// reason to load unasked.
pub fn verdicts(hosts: &[String]) -> String {
    let in_gate = |host: &str| {
        let below =
            |of: &str| host.strip_suffix(of).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
        gate_table::rules().any(|rule| rule.kind == lines::PatternKind::Host && below(rule.pattern))
    };
    let mut known = BTreeMap::new();
    for host in hosts.iter().filter(|host| !in_gate(host)) {
        let found = answer(None, &Subject::new(SubjectKind::Url, host));
        if let Some(category) = found.category.filter(|_| known.len() < MOST_VERDICTS) {
            known.insert(found.pattern, category.max(Category::Functional));
        }
    }
    packed(known.iter().map(|(pattern, category)| (*category, lines::PatternKind::Host, pattern.as_ref())))
}
