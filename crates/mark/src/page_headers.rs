//! The headers of requests and responses as far as marking reads or changes them. Knows no body and no
//! cookie, and does not write the policy.

use encoding_rs::Encoding;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};

use crate::hint_headers;
use crate::page_rules::PageRules;

const SPECULATION_RULES: HeaderName = HeaderName::from_static("speculation-rules");

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RequestFor {
    /// A worker's own file: a worker obeys the policy of that, not of its page.
    Worker,
    Anything,
}

impl RequestFor {
    pub fn of(headers: &HeaderMap) -> RequestFor {
        match headers.get("sec-fetch-dest").map(HeaderValue::as_bytes) {
            Some(b"worker" | b"sharedworker" | b"serviceworker") => RequestFor::Worker,
            _ => RequestFor::Anything,
        }
    }
}

/// What a response brings.
pub(crate) enum ResponseKind {
    NoPage,
    /// A page in which no tag can be found, for it is XML; the policy alone holds there.
    UnreadablePage,
    /// A page, and the encoding that the response names.
    Page(Option<&'static Encoding>),
}

impl ResponseKind {
    pub fn of(headers: &HeaderMap) -> ResponseKind {
        ResponseKind::from_type(headers).unwrap_or(ResponseKind::NoPage)
    }

    fn from_type(headers: &HeaderMap) -> Option<ResponseKind> {
        let disposition = headers.get(header::CONTENT_DISPOSITION);
        let disposition = disposition.and_then(|value| value.as_bytes().get(..10));
        if disposition.is_some_and(|kind| kind.eq_ignore_ascii_case(b"attachment")) {
            return None;
        }
        let mut parts = headers.get(header::CONTENT_TYPE)?.to_str().ok()?.split(';');
        let essence = parts.next()?.trim();
        if essence.eq_ignore_ascii_case("application/xhtml+xml") {
            return Some(ResponseKind::UnreadablePage);
        }
        if !essence.eq_ignore_ascii_case("text/html") {
            return None;
        }
        let charset = parts
            .filter_map(|part| part.split_once('='))
            .find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
        let label = charset.map(|(_, label)| label.trim().trim_matches('"'));
        let encoding = label.and_then(|label| Encoding::for_label_no_replacement(label.as_bytes()));
        Some(ResponseKind::Page(encoding))
    }
}

/// Whether the body is compressed or otherwise encoded.
pub(crate) fn is_encoded(headers: &HeaderMap) -> bool {
    entries(headers, &header::CONTENT_ENCODING).any(|coding| !coding.eq_ignore_ascii_case("identity"))
}

/// Takes the conditions off a request for a page. What a page asks for keeps them.
pub(crate) fn remove_conditions(headers: &mut HeaderMap) {
    if entries(headers, &header::ACCEPT).any(|kind| kind.to_ascii_lowercase().starts_with("text/html")) {
        for name in [header::IF_NONE_MATCH, header::IF_MODIFIED_SINCE, header::IF_RANGE, header::RANGE] {
            headers.remove(name);
        }
    }
}

/// Takes off what describes the body as it was.
pub(crate) fn remove_body_headers(headers: &mut HeaderMap) {
    const DIGESTS: [&str; 4] = ["content-md5", "digest", "content-digest", "repr-digest"];
    for name in [header::CONTENT_LENGTH, header::ETAG, header::LAST_MODIFIED, header::ACCEPT_RANGES] {
        headers.remove(name);
    }
    for name in DIGESTS {
        headers.remove(name);
    }
}

/// Says that the response depends on this header of the request.
pub(crate) fn add_vary(headers: &mut HeaderMap, name: &'static str) {
    if !entries(headers, &header::VARY).any(|entry| entry == "*" || entry.eq_ignore_ascii_case(name)) {
        headers.append(header::VARY, HeaderValue::from_static(name));
    }
}

/// Takes out the hints that would make the browser contact a held host.
pub(crate) fn filter_hints(headers: &mut HeaderMap, rules: &PageRules) {
    filter_values(headers, &header::LINK, |value| hint_headers::filter_links(value, rules));
    filter_values(headers, &SPECULATION_RULES, |value| hint_headers::filter_rule_sets(value, rules));
}

/// Lets no shared cache keep the response. What it says about the visitor's own cache stays.
pub(crate) fn keep_private(headers: &mut HeaderMap) {
    const FOR_SHARED_CACHES: [&str; 3] = ["public", "s-maxage", "proxy-revalidate"];
    let directives: Vec<_> = entries(headers, &header::CACHE_CONTROL).map(str::to_owned).collect();
    for name in ["cdn-cache-control", "surrogate-control"] {
        headers.remove(name);
    }
    let is_private = |directive: &String| {
        directive.eq_ignore_ascii_case("private") || directive.eq_ignore_ascii_case("no-store")
    };
    if directives.iter().any(is_private) {
        return;
    }
    let is_kept = |directive: &String| {
        let name = directive.split('=').next().unwrap_or_default().trim().to_ascii_lowercase();
        !FOR_SHARED_CACHES.contains(&name.as_str())
    };
    let kept = directives.into_iter().filter(is_kept);
    let value: Vec<_> = std::iter::once("private".to_owned()).chain(kept).collect();
    if let Ok(value) = HeaderValue::from_str(&value.join(", ")) {
        headers.insert(header::CACHE_CONTROL, value);
    }
}

/// The entries of a header that is a list, as far as they can be read.
fn entries<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(str::trim).filter(|entry| !entry.is_empty())
}

/// Keeps what `keep` leaves of the values of a header. One that cannot be read cannot be let through.
fn filter_values(headers: &mut HeaderMap, name: &HeaderName, keep: impl Fn(&str) -> Option<String>) {
    let values: Vec<_> = headers.get_all(name).iter().cloned().collect();
    let left = |value: &HeaderValue| {
        let left = keep(value.to_str().ok()?)?;
        Some(HeaderValue::from_str(&left).unwrap_or_else(|_| value.clone()))
    };
    let left: Vec<_> = values.iter().filter_map(left).collect();
    if left != values {
        headers.remove(name);
        for value in left {
            headers.append(name, value);
        }
    }
}
