//! What the groups of a grouping are called on the owner's pages.

use consentry_ledger::sums::{Grouping, OTHERS};

/// What the group with this value is called.
pub fn group_name(grouping: Grouping, value: &str) -> &str {
    match (grouping, value) {
        (_, OTHERS) => "others",
        (Grouping::Layer, "0") => "nothing was shown",
        (Grouping::Layer, "1") => "banner",
        (Grouping::Layer, "2") => "preferences",
        _ => value,
    }
}
