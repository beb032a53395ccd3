//! Patterns of hosts, scripts, cookies and storage keys in a configuration, none of which can be bad, and
//! what a pattern takes in. ASCII only for hosts and scripts: what a browser compares is the encoded form.

use std::fmt;

use super::addresses::{Address, host_name, host_of, plain_path};
use crate::model::checked_types::{checked, text_in_json};

checked! {
    /// A script: an http(s) URL, or a path on the site; a `/*` at its end takes in all that lies below.
    ScriptPattern: script_pattern;
    /// A storage key, where one `*` stands for anything.
    StoragePattern: name_pattern;
    /// A cookie's name, where one `*` stands for anything.
    CookiePattern: |text: &str| {
        name_pattern(text) && !text.contains([';', '=']) && !text.contains(char::is_whitespace)
    };
}

impl ScriptPattern {
    /// The host without the port; nothing where the script is a path on the site.
    pub fn host(&self) -> Option<&str> {
        self.as_str().contains("://").then(|| host_of(self.as_str()))
    }
}

/// A host and everything below it. `example.com` and `*.example.com` mean the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HostPattern(String);

impl HostPattern {
    /// The pattern, if it names a host. A name without a dot would take in a whole top-level domain,
    /// so only `localhost` may be one.
    pub fn new(text: &str) -> Option<HostPattern> {
        let host = text.strip_prefix("*.").unwrap_or(text);
        (host_name(host) && (host.contains('.') || host == "localhost")).then(|| HostPattern(host.to_owned()))
    }

    /// The host without `*.`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the other lies within this one.
    pub fn covers(&self, other: &HostPattern) -> bool {
        lies_within(&other.0, &self.0)
    }
}

/// Whether a host is this other one, or lies below it.
pub(super) fn lies_within(host: &str, other: &str) -> bool {
    host.strip_suffix(other).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

text_in_json! { HostPattern::new }

fn script_pattern(text: &str) -> bool {
    let exact = text.strip_suffix("/*").unwrap_or(text);
    let path = match Address::of(text) {
        Some(address) => address.rest.starts_with('/'),
        None => text.starts_with('/') && !text.starts_with("//") && text.len() > 1,
    };
    path && plain_path(exact) && !exact.contains('*') && text != "/*"
}

/// Whether a pattern, in which each `*` stands for anything, takes in a text. The text may be a pattern: its
/// `*` is taken in by another's.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let Some((start, mut rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(start) else { return false };
    while let Some((middle, more)) = rest.split_once('*') {
        let Some(at) = text.find(middle) else { return false };
        text = text.get(at + middle.len()..).unwrap_or_default();
        rest = more;
    }
    text.ends_with(rest)
}

fn name_pattern(text: &str) -> bool {
    (1..=256).contains(&text.len())
        && text != "*"
        && text.matches('*').count() <= 1
        && !text.contains(char::is_control)
}
