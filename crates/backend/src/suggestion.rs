//! What to suggest to an owner who sees something undeclared: one function, asked by every page and response
//! that shows an observation. Suggests, and decides nothing.

use consentry::classify::answer;
use consentry::model::category::Category;
use consentry::model::observation::{Observation, ObservationKind};
use consentry_classify as classify;

/// A category for an observation, the vendor, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    pub category: Category,
    /// The company or its product, if it is known.
    pub vendor: Option<String>,
    /// One sentence without a full stop, for the owner to read.
    pub reason: String,
}

/// Hundredths below which the model's guess is not shown.
const LEAST_CONFIDENCE: u8 = 60;

/// What the tables or the model say of an observation; nothing where they say nothing.
pub fn suggest(observation: &Observation) -> Option<Suggestion> {
    let kind = match observation.kind() {
        ObservationKind::Host => classify::SubjectKind::Url,
        ObservationKind::Cookie => classify::SubjectKind::Cookie,
        ObservationKind::Storage => classify::SubjectKind::Storage,
        ObservationKind::Left => return None,
    };
    // A star stands for digits.
    let name = observation.name().replace('*', "0");
    // A cookie or key was written by the page itself: nothing is known of its host but that it is no
    // vendor's.
    let (domain, third_party) = match kind {
        classify::SubjectKind::Url => (None, None),
        classify::SubjectKind::Cookie | classify::SubjectKind::Storage => (Some("localhost"), Some(false)),
    };
    let subject = classify::Subject { domain, third_party, ..classify::Subject::new(kind, &name) };
    let answer = answer(None, &subject);
    if answer.rule == classify::AnswerRule::Learned && answer.confidence < LEAST_CONFIDENCE {
        return None;
    }
    let reason = match answer.pattern.as_ref() {
        "" => format!("guessed from how the name looks, {} in 100 sure", answer.confidence),
        pattern if answer.rule == classify::AnswerRule::Override => {
            format!("the built-in table has {pattern}")
        }
        pattern => format!("{} has {pattern}", answer.source),
    };
    let vendor = Some(answer.vendor).filter(|vendor| !vendor.is_empty());
    Some(Suggestion { category: answer.category?, vendor, reason })
}
