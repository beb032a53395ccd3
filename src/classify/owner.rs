//! What a site's owner says of a cookie, a storage key or a host. It comes before every table, and knows
//! none.

use std::borrow::Cow;

use consentry_classify::{Answer, AnswerRule, Subject, SubjectKind};

use crate::model::category::Category;
use crate::model::config::{Config, matches};

/// A pattern that the owner declared for a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared<'a> {
    pub kind: SubjectKind,
    /// A name in which one `*` stands for anything; or a host, which covers all below it.
    pub pattern: Cow<'a, str>,
    pub category: Category,
    /// The service's name, in the language of whoever asks.
    pub vendor: Cow<'a, str>,
    /// The service's id.
    pub service: Cow<'a, str>,
}

/// All that an owner says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnersWord<'a> {
    /// In the configuration's order.
    pub declared: Vec<Declared<'a>>,
    /// The site's own hosts and those that the owner lets load, the first that fits counts.
    pub own_hosts: Vec<Cow<'a, str>>,
}

impl<'a> OwnersWord<'a> {
    /// What a configuration says, with the services' names in English if they have one.
    pub fn of(config: &'a Config) -> OwnersWord<'a> {
        let mut word = OwnersWord::default();
        for service in &config.services {
            let hosts = service.hosts.iter().map(|it| (SubjectKind::Url, it.as_str()));
            let cookies = service.cookies.iter().map(|it| (SubjectKind::Cookie, it.name.as_str()));
            let storage = service.storage.iter().map(|it| (SubjectKind::Storage, it.name.as_str()));
            let patterns = hosts.chain(cookies).chain(storage);
            word.declared.extend(patterns.map(|(kind, pattern)| Declared {
                kind,
                pattern: pattern.into(),
                category: service.category,
                vendor: service.name.in_language("en", &config.languages).into(),
                service: service.id.as_str().into(),
            }));
        }
        let let_load = config.gate.first_party.iter().chain(&config.gate.exempt);
        word.own_hosts.extend(let_load.map(|host| host.as_str().into()));
        if let Some(backend) = &config.backend {
            let hosts = backend.origins.iter().map(|origin| origin.host()).chain([backend.url.host()]);
            word.own_hosts.extend(hosts.map(|host| host.strip_prefix("www.").unwrap_or(host).into()));
        }
        word
    }

    /// What the owner says of a subject: of the patterns that fit the one with the longest beginning, of
    /// equal ones the last, as in the gate; else whether it is one of the site's own hosts. Of a URL the
    /// subject's name is the host.
    pub fn answer(&self, subject: &Subject<'_>) -> Option<Answer> {
        let declared = self.declared.iter().filter(|it| it.kind == subject.kind);
        let fits = declared.filter(|it| match subject.kind {
            SubjectKind::Url => covers(&it.pattern, subject.name),
            SubjectKind::Cookie | SubjectKind::Storage => matches(&it.pattern, subject.name),
        });
        let beginning = |it: &&Declared<'_>| match subject.kind {
            SubjectKind::Url => bare(&it.pattern).len(),
            SubjectKind::Cookie | SubjectKind::Storage => {
                it.pattern.split('*').next().unwrap_or_default().len()
            }
        };
        let Some(found) = fits.max_by_key(beginning) else { return self.own_host(subject) };
        Some(Answer {
            category: Some(found.category),
            confidence: 100,
            rule: AnswerRule::Declared,
            pattern: Cow::Owned(found.pattern.clone().into_owned()),
            vendor: found.vendor.clone().into_owned(),
            source: Cow::Owned(format!("service:{}", found.service)),
        })
    }

    fn own_host(&self, subject: &Subject<'_>) -> Option<Answer> {
        let mut own_hosts = self.own_hosts.iter().filter(|_| subject.kind == SubjectKind::Url);
        let pattern = own_hosts.find(|pattern| covers(pattern, subject.name))?.clone().into_owned();
        Some(Answer {
            category: Some(Category::Necessary),
            confidence: 100,
            rule: AnswerRule::Declared,
            vendor: pattern.clone(),
            pattern: Cow::Owned(pattern),
            source: Cow::Borrowed("first-party"),
        })
    }
}

/// The host in a pattern: `example.com` and `*.example.com` mean the same.
fn bare(pattern: &str) -> &str {
    let host = pattern.strip_prefix('*').unwrap_or(pattern);
    let host = host.strip_prefix('.').unwrap_or(host);
    host.strip_suffix('.').unwrap_or(host)
}

fn covers(pattern: &str, host: &str) -> bool {
    let pattern = bare(pattern);
    let below = |rest: &str| rest.is_empty() || rest.ends_with('.');
    !pattern.is_empty() && host.strip_suffix(pattern).is_some_and(below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_lies_within_a_pattern_that_is_it_or_above_it() {
        for (pattern, host, expected) in [
            ("example.com", "example.com", true),
            ("*.example.com", "example.com", true),
            (".example.com.", "a.b.example.com", true),
            ("example.com", "badexample.com", false),
            ("a.example.com", "example.com", false),
            ("[::1]", "[::1]", true),
            ("", "example.com", false),
            ("*", "example.com", false),
        ] {
            assert_eq!(covers(pattern, host), expected, "{pattern:?} {host:?}");
        }
    }

    #[test]
    fn the_longest_beginning_counts_and_of_equal_ones_the_last() {
        let says = |kind, pattern: &'static str, service: &'static str| Declared {
            kind,
            pattern: pattern.into(),
            category: Category::Analytics,
            vendor: service.into(),
            service: service.into(),
        };
        let word = OwnersWord {
            declared: vec![
                says(SubjectKind::Cookie, "ab*", "long"),
                says(SubjectKind::Cookie, "a*", "short"),
                says(SubjectKind::Cookie, "ab*", "last"),
                says(SubjectKind::Url, "a.example.com", "below"),
                says(SubjectKind::Url, "*.example.com", "above"),
            ],
            own_hosts: vec!["example.org".into()],
        };
        for (kind, name, expected) in [
            (SubjectKind::Cookie, "abc", Some("service:last")),
            (SubjectKind::Cookie, "ac", Some("service:short")),
            (SubjectKind::Storage, "abc", None),
            (SubjectKind::Url, "b.a.example.com", Some("service:below")),
            (SubjectKind::Url, "b.example.com", Some("service:above")),
            (SubjectKind::Url, "www.example.org", Some("first-party")),
            (SubjectKind::Cookie, "example.org", None),
        ] {
            let answer = word.answer(&Subject::new(kind, name));
            assert_eq!(answer.as_ref().map(|it| it.source.as_ref()), expected, "{name}");
        }
    }
}
