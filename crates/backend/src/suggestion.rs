//! What to suggest to an owner who sees something undeclared: one function, asked by every page and answer that shows
//! an observation. Suggests, and decides nothing.

use consentry::classify::table::{self, Kind};
use consentry::model::category::Category;
use consentry::model::observation::{Observation, ObservationKind};

/// A category for an observation, whose it is, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    pub category: Category,
    /// The company or its product, if it is known.
    pub vendor: Option<String>,
    /// One sentence without a full stop, for the owner to read.
    pub reason: String,
}

/// What is known of an observation; nothing where nothing is.
pub fn suggestion(observation: &Observation) -> Option<Suggestion> {
    let kind = match observation.kind() {
        ObservationKind::Host => Kind::Host,
        ObservationKind::Cookie | ObservationKind::Storage => Kind::Name,
        ObservationKind::Left => return None,
    };
    let rules = table::rules().flatten().filter(|rule| rule.kind == kind && observation.is_in(rule.pattern));
    // The longest pattern says most.
    let rule = rules.max_by_key(|rule| rule.pattern.len())?;
    // In the place of a vendor the table says of what is necessary why it may load.
    let (vendor, reason) = match rule.category {
        Category::Necessary => (None, format!("the built-in table has {}: {}", rule.pattern, rule.vendor)),
        _ => (Some(rule.vendor.to_owned()), format!("the built-in table has {}", rule.pattern)),
    };
    Some(Suggestion { category: rule.category, vendor, reason })
}
