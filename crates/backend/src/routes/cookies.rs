//! Cookies as text: which names a request brings, and the header lines with which a browser deletes one.
//! Values are never looked at. Knows no route and no rule.

use std::net::Ipv4Addr;

use axum::http::{HeaderMap, HeaderValue, header};

/// The names in a request, each once, in its order. What has no name or one that is not UTF-8 is passed
/// over: no rule speaks of it.
pub fn names(headers: &HeaderMap) -> Vec<&str> {
    let mut names = Vec::new();
    let pairs =
        headers.get_all(header::COOKIE).iter().flat_map(|cookies| cookies.as_bytes().split(|b| *b == b';'));
    for pair in pairs {
        let Some(end) = pair.iter().position(|b| *b == b'=') else { continue };
        let name = pair.get(..end).and_then(|name| std::str::from_utf8(name).ok()).unwrap_or_default();
        let name = name.trim_matches([' ', '\t']);
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Where the cookies of a page's origin can be: their domains, and what else keeps two of one name apart.
pub struct CookieScopes {
    /// `Domain` attributes; the empty one is the host's alone.
    domains: Vec<String>,
    /// The attributes under which a browser may keep two cookies of one name and domain apart.
    flags: &'static [&'static str],
}

impl CookieScopes {
    /// The scopes of an origin (`https://www.example.com`). A browser keeps a cookie of one name for the
    /// host, for each parent domain, and on https once more for the partition; and only a secure header line
    /// changes a secure cookie. Each parent domain is named, and no list of public suffixes is asked: the
    /// browser refuses those of its own list, and a cookie that its older or newer list allows would stay if
    /// ours left the domain out.
    pub fn of_origin(origin: &str) -> CookieScopes {
        let (scheme, authority) = origin.split_once("://").unwrap_or_default();
        let host = match authority.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => host,
            _ => authority,
        };
        let mut domains = vec![String::new()];
        let has_name = !host.starts_with('[') && host.parse::<Ipv4Addr>().is_err();
        let mut rest = Some(host).filter(|_| has_name);
        while let Some(domain) = rest.filter(|domain| domain.contains('.')) {
            domains.push(format!("; Domain={domain}"));
            rest = domain.split_once('.').map(|(_, parent)| parent);
        }
        let flags: &[_] = if scheme == "https" { &["; Secure", "; Secure; Partitioned"] } else { &[""] };
        CookieScopes { domains, flags }
    }

    /// The `Set-Cookie` lines that delete every cookie of this name with the path `/`.
    pub fn deletion_headers(&self, name: &str) -> Vec<HeaderValue> {
        // RFC 6265bis 4.1.3.2: such a cookie never has a domain.
        let domains = if name.starts_with("__Host-") {
            self.domains.get(..1).unwrap_or_default()
        } else {
            &self.domains
        };
        let lines = domains.iter().flat_map(|domain| {
            self.flags.iter().map(move |flags| format!("{name}=; Max-Age=0; Path=/{domain}{flags}"))
        });
        lines.filter_map(|line| HeaderValue::from_bytes(line.as_bytes()).ok()).collect()
    }
}
