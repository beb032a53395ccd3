//! Origins, addresses and cookie domains of a configuration, none of which can be bad. ASCII only: what a
//! browser compares is the encoded form. Patterns are not here.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::model::checked_types::{checked, text_in_json};

checked! {
    /// A serialized origin: `scheme://host[:port]`, lower-case, no default port, no path, as a browser
    /// sends it in `Origin` (RFC 6454 section 6.2), so that comparing is comparing bytes.
    Origin: |text: &str| Address::of(text).is_some_and(|address| address.rest.is_empty());
    /// Where a visitor reads the owner's policy: an http(s) URL, or a path on the site.
    PolicyUrl: policy_url;
    /// A path on the site.
    OwnPath: |text: &str| text.starts_with('/') && policy_url(text);
    /// A host that cookies are set for, and all below it: with a dot in it, for no browser sets one for a
    /// whole top-level domain, and no address, which has nothing below it.
    CookieDomain: |text: &str| text.contains('.') && host_name(text) && text.parse::<Ipv4Addr>().is_err();
}

impl Origin {
    /// The host without the port, an IPv6 address in its brackets.
    pub fn host(&self) -> &str {
        host_of(&self.0)
    }
}

/// The host of an http(s) address without the port.
pub(super) fn host_of(address: &str) -> &str {
    let after = address.split_once("://").map_or("", |(_, after)| after);
    let authority = after.split('/').next().unwrap_or_default();
    match authority.rfind(':').filter(|at| !authority[*at..].contains(']')) {
        Some(at) => &authority[..at],
        None => authority,
    }
}

/// Where the backend listens, without the slash at its end: `https://consent.example.com/base`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackendUrl(String);

impl BackendUrl {
    /// The address, if it is an http(s) URL without credentials, query and fragment.
    pub fn new(text: &str) -> Option<BackendUrl> {
        let address = Address::of(text)?;
        let path = (address.rest.is_empty() || address.rest.starts_with('/')) && plain_path(address.rest);
        path.then(|| BackendUrl(text.trim_end_matches('/').to_owned()))
    }

    /// The host without the port, an IPv6 address in its brackets.
    pub fn host(&self) -> &str {
        host_of(&self.0)
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_in_json! { BackendUrl::new }

/// An http(s) address, split after the port: what comes behind it.
pub(super) struct Address<'a> {
    pub(super) rest: &'a str,
}

impl<'a> Address<'a> {
    /// Splits `scheme://host[:port]rest`; nothing if scheme, host or port are not as browsers write
    /// them. Credentials never pass: `@` is in no host.
    pub(super) fn of(text: &'a str) -> Option<Address<'a>> {
        let (default_port, after) = match text.strip_prefix("https://") {
            Some(after) => ("443", after),
            None => ("80", text.strip_prefix("http://")?),
        };
        let end = after.find(['/', '?', '#', '\\']).unwrap_or(after.len());
        let (authority, rest) = after.split_at(end);
        let colon = authority.rfind(':').filter(|at| !authority[*at..].contains(']'));
        let (host, port) = match colon {
            Some(at) => (&authority[..at], Some(&authority[at + 1..])),
            None => (authority, None),
        };
        let port_holds = port.is_none_or(|port| {
            port != default_port && port.parse::<u16>().is_ok_and(|n| n > 0 && n.to_string() == port)
        });
        let v6 = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        let host_holds = match v6 {
            Some(v6) => v6.parse::<Ipv6Addr>().is_ok_and(|ip| ip.to_string() == v6),
            None => host_name(host),
        };
        (port_holds && host_holds).then_some(Address { rest })
    }
}

/// A host as browsers write it: lower-case ASCII labels, or an IPv4 address.
pub(super) fn host_name(host: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_'))
    };
    // A last label of digits makes it an IPv4 address (URL standard, "ends in a number").
    let numeric = host.rsplit('.').next().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()));
    host.len() <= 253 && host.split('.').all(label) && (!numeric || host.parse::<Ipv4Addr>().is_ok())
}

/// Printable ASCII without spaces, query, fragment and backslash.
pub(super) fn plain_path(path: &str) -> bool {
    path.len() <= 2048 && path.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'?' | b'#' | b'\\'))
}

/// A backslash is a slash to a browser, so `/\host` would leave the site.
fn policy_url(text: &str) -> bool {
    let printable = text.chars().all(|c| !c.is_control() && !c.is_whitespace() && c != '\\');
    let path = text.starts_with('/') && !text.starts_with("//");
    text.len() <= 2048 && printable && (path || Address::of(text).is_some())
}
