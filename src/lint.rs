//! What is wrong with a site although every value in its configuration is a good one: what visitors are not told,
//! what a button says, which tags of its pages nobody holds. A rule is one file in `rules`, with a good and a bad
//! case. Reads no file and starts no browser: whoever has pages or a visit to judge brings them along.
//!
//! ```text
//! rules/* ─> rule ─> subject (config, pages, visit) ─> page, visit
//!         └> owner_texts, labels, wording, tables, durations (what several rules ask)
//! output ─> rule (how findings are told)
//! ```

mod allowed;
mod durations;
mod finding;
mod labels;
pub mod output;
mod owner_texts;
mod page;
mod rule;
mod rules;
mod subject;
mod tables;
mod visit;
mod wording;

pub use self::allowed::Allowed;
pub use self::finding::{Finding, Place};
pub use self::page::{Contact, Page, Tag};
pub use self::rule::{Example, Level, Rule};
pub use self::rules::{RULES, rule};
pub use self::subject::Subject;
pub use self::visit::Visit;
use crate::model::config::Config;

/// What one rule found at one place.
#[derive(Clone, Debug)]
pub struct Report {
    pub rule: &'static Rule,
    /// The rule's, but never an error for a service that was declared in `/admin`.
    pub level: Level,
    pub finding: Finding,
}

impl Report {
    /// `error missing-purpose services[0].purpose: found nothing, expected …`.
    pub fn line(&self) -> String {
        format!("{} {} {}", self.level.name(), self.rule.id, self.finding)
    }
}

/// Everything that the rules find, rule by rule.
pub fn lint(subject: &Subject<'_>) -> Vec<Report> {
    let reports_of = |rule: &'static Rule| {
        (rule.check)(subject).into_iter().map(move |finding| {
            let is_declared_later = subject.is_declared_later(&finding);
            let level = if is_declared_later { rule.level.at_most_a_warning() } else { rule.level };
            Report { rule, level, finding }
        })
    };
    RULES.iter().copied().flat_map(reports_of).collect()
}

/// Whether a configuration may be put to use: the reasons that it needs for that, which are none where the lint finds no
/// error in it.
///
/// # Errors
/// What it finds at the level of an error and the owner has not allowed.
pub fn reasons_needed(config: &Config, allowed: &Allowed) -> Result<Allowed, Vec<Report>> {
    let mut errors = lint(&Subject::of(config));
    errors.retain(|report| report.level == Level::Error);
    let needed = allowed.only(errors.iter().map(|report| report.rule.id));
    errors.retain(|report| allowed.reason(report.rule.id).is_none());
    if errors.is_empty() { Ok(needed) } else { Err(errors) }
}
