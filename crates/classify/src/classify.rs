//! The order of evidence: our own lines, the exact name and host, a pattern, the vendor, the model's guess,
//! nothing.

use std::borrow::Cow;
use std::sync::OnceLock;

use consentry_policy::category::Category;

use crate::answer::{Answer, AnswerRule};
use crate::features::{Evidence, features};
use crate::host::{above, domain, trimmed};
use crate::lines::Says;
use crate::model::{Model, best};
use crate::subject::{Subject, SubjectKind};
use crate::tables::{Found, Tables};

/// Hundredths below which the model does not say `necessary`.
pub const CONFIDENT: u8 = 60;

/// Names that anybody could have chosen, beside those of four letters and fewer.
const GENERIC: &str = "
    cart client_id client-id consent cookie country currency debug device device_id dnt fingerprint
    guest guid language locale localstorage location logged_in login login_redirect new_user page_index
    pageview parent_id random referer referrer remember_me session session_id session_user sessionid
    store storage_test theme timezone token user_id userid version visitor visitor_id
";

/// The lines of the tables that speak of one name and are trusted: those on exactly this name, then patterns.
struct LinesOnName {
    trusted: Vec<Found>,
}

impl LinesOnName {
    fn trusted(&self) -> impl Iterator<Item = &Found> {
        self.trusted.iter()
    }

    /// The first of some lines that gives a category.
    fn decisive(&self, of: impl Fn(&Found) -> bool) -> Option<&Found> {
        self.trusted().find(|found| of(found) && matches!(found.says, Says::Category(_)))
    }
}

/// The tables with a model.
pub struct Classifier {
    tables: Tables,
    model: Option<Model>,
}

/// What the built-in tables and model answer.
pub fn classify(subject: &Subject<'_>) -> Answer {
    built_in().answer(subject)
}

/// The category of a host in lower case, without the reason: what a gate asks.
pub fn category_of_host(host: &str) -> Option<Category> {
    match built_in().best_of_host(host)?.says {
        Says::Category(category) => Some(category),
        Says::Technical | Says::Mixed => None,
    }
}

/// A host below this one that the tables know for measuring or advertising, with its category: one of our own lines if
/// there is one.
pub fn tracker_below(host: &str) -> Option<(&'static str, Category)> {
    let trackers = built_in().tables.below(host).filter(is_tracker);
    let found = trackers.min_by_key(|found| (!found.is_ours(), found.pattern))?;
    match found.says {
        Says::Category(category) => Some((found.pattern, category)),
        Says::Technical | Says::Mixed => None,
    }
}

fn built_in() -> &'static Classifier {
    static BUILT_IN: OnceLock<Classifier> = OnceLock::new();
    BUILT_IN.get_or_init(|| Classifier::new(Model::from_bytes(MODEL).ok()))
}

/// The trained model; where it comes from is said beside it.
pub const MODEL: &[u8] = include_bytes!("../model/model.bin");

impl Classifier {
    /// The built-in tables with this model, or without any.
    pub fn new(model: Option<Model>) -> Classifier {
        Classifier { tables: Tables::new(), model }
    }

    /// The same tables with another model.
    pub fn with(self, model: Option<Model>) -> Classifier {
        Classifier { model, ..self }
    }

    /// What a subject is for, and why.
    pub fn answer(&self, subject: &Subject<'_>) -> Answer {
        match subject.kind {
            SubjectKind::Url => self.host(subject.name),
            SubjectKind::Cookie | SubjectKind::Storage => self.name(subject),
        }
    }

    fn host(&self, host: &str) -> Answer {
        let host = trimmed(host);
        match self.best_of_host(&host) {
            Some(found) => {
                let exact = found.pattern == host;
                let rule = match (found.is_ours(), exact) {
                    (true, _) => AnswerRule::Override,
                    (false, true) => AnswerRule::Exact,
                    (false, false) => AnswerRule::Pattern,
                };
                answer(&found, rule, None)
            }
            None => Answer::unclassified(self.vendor(&host), ""),
        }
    }

    /// Our own line on a host or on one above it, or else the nearest of the registries' that says something.
    fn best_of_host(&self, host: &str) -> Option<Found> {
        let mut nearest = None;
        for found in self.tables.host(host) {
            match (found.is_ours(), found.says) {
                // Of a company of many trades, a host of its own may have one.
                (true, Says::Mixed) => return nearest,
                (true, _) => return Some(found),
                (false, Says::Mixed) => {}
                (false, _) => nearest = nearest.or(Some(found)),
            }
        }
        nearest
    }

    /// Whose a host is: as a table says, else its domain.
    fn vendor(&self, host: &str) -> String {
        self.tables.host(host).next().map_or_else(|| domain(host).to_owned(), |found| found.vendor())
    }

    fn name(&self, subject: &Subject<'_>) -> Answer {
        let third_party_host = subject.third_party_host();
        let lines = self.lines_on(subject, third_party_host.as_deref());
        if let Some(found) = lines.decisive(Found::is_ours) {
            return answer(found, AnswerRule::Override, None);
        }
        if let Some(found) = lines.decisive(|found| !found.is_pattern()) {
            return answer(found, AnswerRule::Exact, None);
        }
        if let Some(found) = lines.decisive(|_| true) {
            return answer(found, AnswerRule::Pattern, None);
        }
        let shares = self.shares(subject, &self.evidence(subject));
        let technical = lines.trusted().find(|found| found.says == Says::Technical);
        if let (Some(found), Some(shares)) = (technical, shares) {
            let (category, _) = best(shares, 0, &[Category::Necessary, Category::Functional]);
            let rule = if found.is_pattern() { AnswerRule::Pattern } else { AnswerRule::Exact };
            return answer(found, rule, Some(category));
        }
        if let Some(found) = third_party_host.as_deref().and_then(|host| self.best_of_host(host)) {
            let mut answer = answer(&found, AnswerRule::Vendor, None);
            answer.confidence = 70;
            return answer;
        }
        let vendor_of_name = lines.trusted().find(|found| !found.is_pattern()).map(Found::vendor);
        let vendor_of_host = || third_party_host.as_deref().map(|host| self.vendor(host));
        let vendor = vendor_of_name.or_else(vendor_of_host).unwrap_or_default();
        match shares.map(|shares| best(shares, CONFIDENT, &Category::ALL)) {
            Some((category, share)) if !subject.name.is_empty() => Answer {
                category: Some(category),
                confidence: share,
                rule: AnswerRule::Learned,
                pattern: Cow::Borrowed(""),
                vendor,
                source: Cow::Borrowed("model"),
            },
            _ => Answer::unclassified(vendor, ""),
        }
    }

    /// The lines that may speak of a name, and which of them are trusted.
    fn lines_on(&self, subject: &Subject<'_>, third_party_host: Option<&str>) -> LinesOnName {
        let cookie_host = subject.domain.map(trimmed);
        let set_by = third_party_host.or(cookie_host.as_deref());
        let names_the_setter = |found: &Found| {
            let named = found.host;
            named.is_some() && set_by.is_some_and(|host| above(host).any(|host| Some(host) == named))
        };
        // A line that names the host which sets it speaks of no other host's; where nobody knows the host,
        // only of exactly this name, and only to warn. A visitor's refusal is no tracker's, whatever it
        // begins with.
        let refusal = is_refusal(subject.name);
        let applies = |found: &Found| match (found.host, set_by) {
            _ if refusal && is_tracker(found) => found.is_the_gates(),
            (None, _) => true,
            (Some(_), Some(_)) => names_the_setter(found),
            (Some(_), None) => is_tracker(found) && !found.is_pattern(),
        };
        // What is written by hand is meant, however short it is; not for another host's.
        let generic = is_generic(subject.name);
        let is_trusted = |found: &Found| {
            let is_meant = found.is_ours() && found.host.is_none();
            is_meant || names_the_setter(found) || !generic && !is_generic_start(found.pattern)
        };
        // The name together with its host comes before the name alone.
        let exact = || self.tables.name(subject.name);
        let of_the_setter = exact().filter(names_the_setter);
        let of_any_host = exact().filter(|found| !names_the_setter(found));
        let lines = of_the_setter.chain(of_any_host).chain(self.tables.patterns(subject.name));
        LinesOnName { trusted: lines.filter(applies).filter(is_trusted).collect() }
    }

    /// What the tables make of a subject, as the model is given it.
    pub fn evidence(&self, subject: &Subject<'_>) -> Evidence {
        let says = |found: Found| found.says;
        Evidence {
            exact: self.tables.name(subject.name).next().map(says),
            pattern: self.tables.patterns(subject.name).next().map(says),
            host: subject.third_party_host().and_then(|host| self.tables.host(&host).next()).map(says),
        }
    }

    fn shares(&self, subject: &Subject<'_>, evidence: &Evidence) -> Option<[u8; 4]> {
        let model = self.model.as_ref()?;
        Some(model.shares(model.scores(|mut each| features(subject, evidence, &mut each))))
    }
}

fn is_tracker(found: &Found) -> bool {
    matches!(found.says, Says::Category(Category::Analytics | Category::Advertising))
}

/// Whether a name looks like the visitor's own no, or the answer to a consent question.
fn is_refusal(name: &str) -> bool {
    let cut = name.get(..64).unwrap_or(name).to_ascii_lowercase().replace(['_', '-'], "");
    cut.contains("optout") || cut.contains("consent") || cut.contains("donottrack")
}

/// Whether a pattern's beginning says nothing of who chose it.
fn is_generic_start(pattern: &str) -> bool {
    pattern
        .split_once('*')
        .is_some_and(|(start, _)| start.bytes().filter(u8::is_ascii_alphanumeric).count() < 4)
}

/// Whether a name alone says nothing of who chose it.
fn is_generic(name: &str) -> bool {
    let letters = name.bytes().filter(|byte| byte.is_ascii_alphanumeric()).count();
    letters <= 4 || GENERIC.split_whitespace().any(|word| word.eq_ignore_ascii_case(name))
}

/// The answer that a line gives, by the rule that found it.
fn answer(found: &Found, rule: AnswerRule, category: Option<Category>) -> Answer {
    let said = match found.says {
        Says::Category(category) => Some(category),
        Says::Technical | Says::Mixed => None,
    };
    let confidence = match rule {
        AnswerRule::Override => 97,
        _ if category.is_some() => 75,
        AnswerRule::Exact => 90,
        _ => 85,
    };
    Answer {
        category: category.or(said),
        confidence,
        rule,
        pattern: Cow::Borrowed(found.pattern),
        vendor: found.vendor(),
        source: Cow::Borrowed(found.source()),
    }
}
