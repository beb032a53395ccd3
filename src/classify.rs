//! What something is for, and why: the owner's declaration first, then the tables and the model of
//! `consentry-classify`. The gate, `/admin` and the command line all ask here, or ask the same tables.

pub mod rules;

use std::borrow::Cow;
use std::collections::BTreeMap;

use consentry_classify::gate::{self, packed};
use consentry_classify::{Answer, AnswerRule, Subject, SubjectKind, lines};
use url::Url;

use crate::model::category::Category;
use crate::model::config::{Config, HostPattern, Service, matches};

/// The answer on a subject, for a site with this configuration if there is one. Of a URL its host counts, read as a
/// browser reads it (URL standard); a host may stand alone.
pub fn answer(config: Option<&Config>, subject: &Subject<'_>) -> Answer {
    let host = match subject.kind {
        SubjectKind::Url => host(subject.name),
        SubjectKind::Cookie | SubjectKind::Storage => Some(String::new()),
    };
    let Some(host) = host else { return Answer::unclassified(String::new(), "") };
    let subject = match subject.kind {
        SubjectKind::Url => Subject { name: &host, ..subject.clone() },
        SubjectKind::Cookie | SubjectKind::Storage => subject.clone(),
    };
    let declared = config.and_then(|config| declared(config, &subject));
    declared.unwrap_or_else(|| consentry_classify::classify(&subject))
}

/// How many lines a site's script takes of what was observed: every visitor downloads them.
const MOST_VERDICTS: usize = 200;

/// The lines on hosts that a site was seen to contact, the most met first, as its gate reads them (JSON, see
/// `consentry_classify::gate`). What no table knows is left out, and what the gate knows itself. What a registry calls
/// necessary waits for the least that can be granted, since only the gate's table gives a reason to load unasked.
pub fn verdicts(hosts: &[String]) -> String {
    let in_gate = |host: &str| {
        let below =
            |of: &str| host.strip_suffix(of).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
        gate::rules().any(|rule| rule.kind == lines::PatternKind::Host && below(rule.pattern))
    };
    let mut known = BTreeMap::new();
    for host in hosts.iter().filter(|host| !in_gate(host)) {
        let found = answer(None, &Subject::new(SubjectKind::Url, host));
        if let Some(category) = found.category.filter(|_| known.len() < MOST_VERDICTS) {
            known.insert(found.pattern, category.max(Category::Functional));
        }
    }
    packed(known.iter().map(|(pattern, category)| (*category, lines::PatternKind::Host, pattern.as_ref())))
}

/// The host that a URL contacts, or that stands alone; nothing where nobody is contacted, or only the page's own host.
fn host(text: &str) -> Option<String> {
    let text = text.trim();
    let web = |url: &Url| matches!(url.scheme(), "http" | "https" | "ws" | "wss");
    let written = text.strip_prefix("//").map(|rest| format!("https://{rest}"));
    let url =
        Url::parse(written.as_deref().unwrap_or(text)).ok().filter(|url| web(url) || !url.cannot_be_a_base());
    let url = match url {
        Some(url) if web(&url) => url,
        Some(_) => return None,
        // `example.com:443` reads as a scheme, `example.com` as nothing; `mailto:a@example.com` is no host.
        None if text.contains("://") || text.starts_with(['/', '\\']) => return None,
        None => Url::parse(&format!("https://{text}")).ok().filter(|url| {
            url.username().is_empty() && url.host_str().is_some_and(|host| host.contains('.'))
        })?,
    };
    let host = url.host_str()?;
    Some(host.strip_suffix('.').unwrap_or(host).to_owned())
}

/// What the owner says: the longest pattern of a service that fits.
fn declared(config: &Config, subject: &Subject<'_>) -> Option<Answer> {
    let patterns = |service: &Service| -> Vec<String> {
        match subject.kind {
            SubjectKind::Cookie => service.cookies.iter().map(|it| it.name.to_string()).collect(),
            SubjectKind::Storage => service.storage.iter().map(|it| it.name.to_string()).collect(),
            SubjectKind::Url => service.hosts.iter().map(ToString::to_string).collect(),
        }
    };
    let fits = |pattern: &String| match subject.kind {
        SubjectKind::Url => {
            let covers = |(pattern, host): (HostPattern, HostPattern)| pattern.covers(&host);
            HostPattern::new(pattern).zip(HostPattern::new(subject.name)).is_some_and(covers)
        }
        SubjectKind::Cookie | SubjectKind::Storage => matches(pattern, subject.name),
    };
    let found =
        config.services.iter().flat_map(|service| patterns(service).into_iter().map(move |it| (service, it)));
    let beginning = |pattern: &str| match subject.kind {
        SubjectKind::Url => pattern.len(),
        SubjectKind::Cookie | SubjectKind::Storage => pattern.split('*').next().unwrap_or_default().len(),
    };
    let found = found.filter(|(_, pattern)| fits(pattern));
    let Some((service, pattern)) = found.max_by_key(|(_, pattern)| beginning(pattern)) else {
        return own(config, subject);
    };
    Some(Answer {
        category: Some(service.category),
        confidence: 100,
        rule: AnswerRule::Declared,
        pattern: Cow::Owned(pattern),
        vendor: service.name.in_language("en", &config.languages).to_owned(),
        source: Cow::Owned(format!("service:{}", service.id)),
    })
}

/// What the owner lets load: its own hosts, and those that it exempts.
fn own(config: &Config, subject: &Subject<'_>) -> Option<Answer> {
    let host = HostPattern::new(subject.name).filter(|_| subject.kind == SubjectKind::Url)?;
    let gate = &config.gate;
    let pattern = gate.first_party.iter().chain(&gate.exempt).find(|pattern| pattern.covers(&host));
    let origins = config.backend.iter().flat_map(|backend| {
        let hosts = backend.origins.iter().map(|origin| origin.host()).chain([backend.url.host()]);
        hosts.map(|host| host.strip_prefix("www.").unwrap_or(host))
    });
    let origin = origins.filter_map(HostPattern::new).find(|pattern| pattern.covers(&host));
    let pattern = pattern.cloned().or(origin)?.to_string();
    Some(Answer {
        category: Some(Category::Necessary),
        confidence: 100,
        rule: AnswerRule::Declared,
        vendor: pattern.clone(),
        pattern: Cow::Owned(pattern),
        source: Cow::Borrowed("first-party"),
    })
}

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn a_host_is_read_as_a_browser_reads_it() {
        for (text, expected) in [
            ("https://user:pass@Stats.Example.COM:8443/a?b#c", Some("stats.example.com")),
            ("//stats.example.com/a", Some("stats.example.com")),
            ("stats.example.com", Some("stats.example.com")),
            ("stats.example.com.", Some("stats.example.com")),
            ("https://stats.example.com.:8443/", Some("stats.example.com")),
            ("stats.example.com:443/a", Some("stats.example.com")),
            ("wss:\\\\stats.example.com", Some("stats.example.com")),
            ("https://bücher.example/", Some("xn--bcher-kva.example")),
            ("https://1.2.3.4/", Some("1.2.3.4")),
            ("https://[::1]:80/", Some("[::1]")),
            ("  https://exa\nmple.com ", Some("example.com")),
            ("data:text/html,x", None),
            ("javascript:alert(1)", None),
            ("about:blank", None),
            ("blob:https://example.com/1", None),
            ("ftp://example.com/", None),
            ("https://", None),
            ("https://exa mple.com/", None),
            ("mailto:somebody@example.com", None),
            ("mailto:somebody:x@example.com", None),
            ("/cdn.example.com/a.js", None),
            ("/index.php", None),
            ("a/cdn.example.com", None),
            ("", None),
            ("word", None),
        ] {
            assert_eq!(host(text).as_deref(), expected, "{text:?}");
        }
    }
}
