//! What the built-in tables say of a name or a host, where they are sure enough to say it to an owner's face. Asks
//! neither the owner's word nor the model.

use consentry_classify::{Answer, AnswerRule, Subject, SubjectKind, classify};

use crate::model::category::Category;
use crate::model::config::Service;

/// A pattern of a service that the tables know.
pub(super) struct Known<'a> {
    /// Its path in the service: `cookies[0]`.
    pub path: String,
    pub pattern: &'a str,
    pub category: Category,
    /// Whether a line of our own says so, which has its reason, and not a public registry.
    pub is_certain: bool,
}

impl Known<'_> {
    /// Whether it stands under this category against a line of our own. Measuring as necessary is not certain to be
    /// wrong: some authorities exempt it.
    pub fn is_certain_enough_for(&self, category: Category) -> bool {
        let may_be_exempt = category == Category::Necessary && self.category <= Category::Analytics;
        self.is_certain && !may_be_exempt
    }

    /// Completes "found …".
    pub fn found(&self) -> String {
        format!("\"{}\", which the tables know for {}", self.pattern, self.category)
    }
}

/// The category of a name or a host by a line on exactly it, or of a host by one on a host above it.
pub(super) fn category(kind: SubjectKind, name: &str) -> Option<Category> {
    sure_answer(kind, name)?.category
}

fn sure_answer(kind: SubjectKind, name: &str) -> Option<Answer> {
    let answer = classify(&Subject::new(kind, &name.replace('*', "1")));
    let is_sure = match answer.rule {
        AnswerRule::Override | AnswerRule::Exact => true,
        AnswerRule::Pattern => kind == SubjectKind::Url || answer.confidence >= 85,
        _ => false,
    };
    Some(answer).filter(|_| is_sure)
}

/// What the tables know of a service's hosts, scripts, cookies and keys.
pub(super) fn known_of(service: &Service) -> Vec<Known<'_>> {
    let hosts = service.hosts.iter().map(|host| Some(host.as_str()));
    let hosts = hosts.enumerate().map(|(at, host)| ("hosts", at, SubjectKind::Url, host, host));
    let scripts = service.scripts.iter().enumerate();
    let scripts = scripts.map(|(at, it)| ("scripts", at, SubjectKind::Url, it.host(), Some(it.as_str())));
    let stored = service.trackers().map(|tracker| {
        let kind = if tracker.list == "cookies" { SubjectKind::Cookie } else { SubjectKind::Storage };
        (tracker.list, tracker.at, kind, Some(tracker.name), Some(tracker.name))
    });
    let known = hosts.chain(scripts).chain(stored).filter_map(|(list, at, kind, name, pattern)| {
        let answer = sure_answer(kind, name?)?;
        let (category, pattern) = (answer.category?, pattern?);
        let is_certain = answer.rule == AnswerRule::Override;
        Some(Known { path: format!("{list}[{at}]"), pattern, category, is_certain })
    });
    known.collect()
}

/// What the tables know of a service for categories that ask for more than its own, where nothing of it is known for its
/// own.
pub(super) fn understated(service: &Service) -> Vec<Known<'_>> {
    let mut known = known_of(service);
    let is_what_it_says = known.iter().any(|known| known.category == service.category);
    known.retain(|known| known.category > service.category);
    if is_what_it_says && service.category != Category::Necessary { Vec::new() } else { known }
}

/// What a host takes in of trackers, as "found …" says it: itself, or one below it.
pub(super) fn tracker_within(host: &str) -> Option<String> {
    let known = category(SubjectKind::Url, host).filter(|category| *category >= Category::Analytics);
    let itself = known.map(|category| format!("\"{host}\", which the tables know for {category}"));
    itself.or_else(|| tracker_below(host))
}

/// The same of one below it, where the tables say nothing of the host itself.
pub(super) fn tracker_below(host: &str) -> Option<String> {
    if category(SubjectKind::Url, host).is_some() {
        return None;
    }
    let (below, category) = consentry_classify::tracker_below(host)?;
    Some(format!("\"{host}\", which takes in {below}, known to the tables for {category}"))
}
