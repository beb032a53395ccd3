//! The numbers and words that the gate's Rust and its JavaScript share, as plain data: the build writes them
//! out as a JavaScript module, so that none is typed twice. Only constants, which cost the compiled gate
//! nothing. Numbers are chosen where their meaning is described, never here.

use crate::category::Category;
pub use crate::constants_macro::Number;
use crate::decision::{Effect, Event};
use crate::{grants, table, verdict};

/// All numbers of one idea.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    /// What its constants are named for, in capitals: with `SOURCE` and `TABLE` a constant is `SOURCE_TABLE`.
    pub name: &'static str,
    /// Its numbers, in rising order.
    pub numbers: &'static [Number],
}

/// What happens to a choice: what `handle` is given.
pub const EVENTS: [Number; Event::ALL.len()] = {
    let mut numbers = [Number { constant: "", word: "", number: 0 }; Event::ALL.len()];
    let mut at = 0;
    while at < numbers.len() {
        let event = Event::ALL[at];
        numbers[at] = Number { constant: event.constant(), word: event.name(), number: event.number() };
        at += 1;
    }
    numbers
};

/// What is to be done, in the order in which it is done: each number is one bit of what `handle` returns.
pub const EFFECTS: [Number; Effect::ALL.len()] = {
    let mut numbers = [Number { constant: "", word: "", number: 0 }; Effect::ALL.len()];
    let mut at = 0;
    while at < numbers.len() {
        let effect = Effect::ALL[at];
        numbers[at] = Number { constant: effect.constant(), word: effect.name(), number: effect.bit() };
        at += 1;
    }
    numbers
};

/// The categories' names by their number, and after the last "unclassified".
pub const CATEGORY_NAMES: [&str; verdict::class::ALL.len()] = {
    let mut names = [""; verdict::class::ALL.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = verdict::class::ALL[at].word;
        at += 1;
    }
    names
};

/// What a visitor can grant, by name: every category but the necessary, which is the first.
pub const GRANTABLE_NAMES: [&str; Category::ALL.len() - 1] = {
    let mut names = [""; Category::ALL.len() - 1];
    let mut at = 0;
    while at < names.len() {
        names[at] = Category::ALL[at + 1].name();
        at += 1;
    }
    names
};

/// Where the parts of a verdict lie: shift right, then keep the bits of the mask.
pub const VERDICT: [Number; 4] = [
    Number { constant: "CLASS_MASK", word: "class-mask", number: verdict::CLASS_MASK },
    Number { constant: "SOURCE_SHIFT", word: "source-shift", number: verdict::SOURCE_SHIFT },
    Number { constant: "SOURCE_MASK", word: "source-mask", number: verdict::SOURCE_MASK },
    Number { constant: "SERVICE_SHIFT", word: "service-shift", number: verdict::SERVICE_SHIFT },
];

/// How much of something there can be.
pub const LIMITS: [Number; 2] = [
    Number { constant: "SERVICES", word: "services", number: verdict::MAX_SERVICES },
    Number { constant: "RULES", word: "rules", number: table::CAPACITY as u32 },
];

/// Every group: all that there is to write out, besides [`CATEGORY_NAMES`] and [`GRANTABLE_NAMES`].
pub const GROUPS: [Group; 9] = [
    Group { name: "EVENT", numbers: &EVENTS },
    Group { name: "EFFECT", numbers: &EFFECTS },
    Group { name: "PATTERN", numbers: &table::pattern::ALL },
    Group { name: "CLASS", numbers: &verdict::class::ALL },
    Group { name: "SOURCE", numbers: &verdict::source::ALL },
    Group { name: "UNKNOWN", numbers: &grants::unknown::ALL },
    Group { name: "DECISION", numbers: &grants::decision::ALL },
    Group { name: "VERDICT", numbers: &VERDICT },
    Group { name: "LIMIT", numbers: &LIMITS },
];
