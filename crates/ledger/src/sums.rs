//! What receipts add up to, a day at a time: how many there are of each action, category, language, revision and layer, and how many
//! of them agreed. Holds nothing of a visitor. Whoever shows sums hides small ones: that is not done here.

use std::collections::BTreeMap;

use consentry::model::receipt::{Action, Receipt, Scope};
use serde::{Deserialize, Serialize};

use crate::day::Day;

/// How many values of one grouping a day counts apart: pages send languages and revisions as they like. What comes beyond them
/// is counted under [`OTHERS`].
pub const MOST_VALUES: usize = 100;
/// The value under which the others are counted.
pub const OTHERS: &str = "";

/// How many decided, and how many of them granted something. Written as a list of the two.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(u64, u64)", into = "(u64, u64)")]
pub struct Tally {
    pub decided: u64,
    pub accepted: u64,
}

impl From<(u64, u64)> for Tally {
    fn from((decided, accepted): (u64, u64)) -> Tally {
        Tally { decided, accepted }
    }
}

impl From<Tally> for (u64, u64) {
    fn from(tally: Tally) -> (u64, u64) {
        (tally.decided, tally.accepted)
    }
}

impl Tally {
    /// Adds another tally.
    pub fn add(&mut self, other: Tally) {
        self.decided += other.decided;
        self.accepted += other.accepted;
    }
}

/// By what receipts are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grouping {
    /// Every receipt counts, as decided.
    Action,
    /// A decision counts for each category that it names: as accepted where it grants that one.
    Category,
    Language,
    Revision,
    Layer,
}

impl Grouping {
    pub const ALL: [Grouping; 5] =
        [Grouping::Action, Grouping::Category, Grouping::Language, Grouping::Revision, Grouping::Layer];

    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Grouping::Action => "action",
            Grouping::Category => "category",
            Grouping::Language => "language",
            Grouping::Revision => "revision",
            Grouping::Layer => "layer",
        }
    }

    /// The grouping of this word.
    pub fn named(word: &str) -> Option<Grouping> {
        Grouping::ALL.into_iter().find(|grouping| grouping.name() == word)
    }
}

/// The tallies of a grouping by their values.
pub type Groups = BTreeMap<String, Tally>;

/// What receipts add up to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sums {
    /// The form in which this is written.
    v: Form,
    /// The decisions that visitors made by their own act: `accept-all`, `reject-all` and `save`.
    all: Tally,
    action: Groups,
    category: Groups,
    language: Groups,
    revision: Groups,
    layer: Groups,
}

/// The one form that there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
struct Form;

impl TryFrom<u8> for Form {
    type Error = String;

    fn try_from(number: u8) -> Result<Form, String> {
        if number == 1 { Ok(Form) } else { Err(format!("found form {number}, expected 1")) }
    }
}

impl From<Form> for u8 {
    fn from(_: Form) -> u8 {
        1
    }
}

impl Sums {
    /// Adds so many receipts that say the same.
    pub fn add(&mut self, receipt: &Receipt, times: u64) {
        let accepted = if receipt.granted.is_empty() { 0 } else { times };
        let tally = Tally { decided: times, accepted };
        count(&mut self.action, receipt.action.name(), tally);
        if !matches!(receipt.action, Action::AcceptAll | Action::RejectAll | Action::Save) {
            return;
        }
        self.all.add(tally);
        for (scopes, accepted) in [(&receipt.granted, times), (&receipt.denied, 0)] {
            for scope in scopes {
                if let Scope::Category(category) = scope {
                    count(&mut self.category, category.name(), Tally { decided: times, accepted });
                }
            }
        }
        count(&mut self.language, receipt.language.as_str(), tally);
        count(&mut self.revision, receipt.revision.as_str(), tally);
        let layer = [b'0' + receipt.layer as u8];
        count(&mut self.layer, str::from_utf8(&layer).unwrap_or(OTHERS), tally);
    }

    /// The decisions that visitors made by their own act.
    pub fn all(&self) -> Tally {
        self.all
    }

    /// How many receipts there are.
    pub fn receipts(&self) -> u64 {
        self.action.values().map(|tally| tally.decided).sum()
    }

    /// The tallies of a grouping.
    pub fn groups(&self, grouping: Grouping) -> &Groups {
        match grouping {
            Grouping::Action => &self.action,
            Grouping::Category => &self.category,
            Grouping::Language => &self.language,
            Grouping::Revision => &self.revision,
            Grouping::Layer => &self.layer,
        }
    }

    /// Adds other sums.
    pub fn merge(&mut self, other: &Sums) {
        self.all.add(other.all);
        for (into, from) in [
            (&mut self.action, &other.action),
            (&mut self.category, &other.category),
            (&mut self.language, &other.language),
            (&mut self.revision, &other.revision),
            (&mut self.layer, &other.layer),
        ] {
            for (value, tally) in from {
                count(into, value, *tally);
            }
        }
    }

    /// As a store keeps it.
    pub(crate) fn to_text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads what a store kept.
    pub(crate) fn parse(text: &str) -> Result<Sums, String> {
        serde_json::from_str(text).map_err(|error| format!("found no sums: {error}"))
    }
}

/// Counts a value apart, or with the others where there are enough.
fn count(groups: &mut Groups, value: &str, tally: Tally) {
    if let Some(known) = groups.get_mut(value) {
        return known.add(tally);
    }
    let apart = groups.len() - usize::from(groups.contains_key(OTHERS));
    if apart < MOST_VALUES && value != OTHERS {
        groups.insert(value.to_owned(), tally);
    } else {
        groups.entry(OTHERS.to_owned()).or_default().add(tally);
    }
}

/// The sums of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DaySums {
    /// By the server's clock.
    pub day: Day,
    pub sums: Sums,
}
