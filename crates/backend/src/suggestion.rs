//! What to suggest to an owner who sees something undeclared: one function, asked by every page and answer that shows
//! an observation. Suggests, and decides nothing.

use consentry::classify::answer;
use consentry::model::category::Category;
use consentry::model::observation::{Observation, ObservationKind};
use consentry_classify::{Kind, Rule, Subject};

/// A category for an observation, whose it is, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    pub category: Category,
    /// The company or its product, if it is known.
    pub vendor: Option<String>,
    /// One sentence without a full stop, for the owner to read.
    pub reason: String,
}

/// Hundredths below which a guess is not worth a word.
const SURE: u8 = 60;

/// What is known of an observation; nothing where nothing is.
pub fn suggestion(observation: &Observation) -> Option<Suggestion> {
    let kind = match observation.kind() {
        ObservationKind::Host => Kind::Url,
        ObservationKind::Cookie => Kind::Cookie,
        ObservationKind::Storage => Kind::Storage,
        ObservationKind::Left => return None,
    };
    // A star stands for digits. A name was written by the page itself: of its host only that it is no vendor's is known.
    let name = observation.name().replace('*', "0");
    let (domain, third_party) = match kind {
        Kind::Url => (None, None),
        Kind::Cookie | Kind::Storage => (Some("localhost"), Some(false)),
    };
    let answer = answer(None, &Subject { domain, third_party, ..Subject::new(kind, &name) });
    if answer.rule == Rule::Learned && answer.confidence < SURE {
        return None;
    }
    let reason = match answer.pattern.as_ref() {
        "" => format!("guessed from how the name looks, {} in 100 sure", answer.confidence),
        pattern if answer.rule == Rule::Override => format!("the built-in table has {pattern}"),
        pattern => format!("{} has {pattern}", answer.source),
    };
    let vendor = Some(answer.vendor).filter(|vendor| !vendor.is_empty());
    Some(Suggestion { category: answer.category?, vendor, reason })
}
