//! Which origins may read a response, and which pages have the server's own origin. A response names one
//! origin, the asking one, and never allows credentials. That writing needs an allowed origin too is the
//! routes' own rule.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::response::{Refusal, error, refuse};
use crate::sites::{ServedSite, ServedSites, Sites};

/// The asking origin, if the header is there once and is one of a known site's, byte for byte. A page
/// without an origin of its own sends `null`, which no site has.
pub fn allowed_origin(sites: &Sites, headers: &HeaderMap) -> Option<String> {
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let origin = origins.next()?.to_str().ok()?;
    (origins.next().is_none() && sites.have_origin(origin)).then(|| origin.to_owned())
}

/// The site with this key, if this origin is one of its own.
///
/// # Errors
/// No such site is configured, or it has other origins.
pub fn site_of_origin<'a>(
    sites: &'a ServedSites,
    key: &str,
    origin: &str,
) -> Result<&'a ServedSite, Refusal> {
    let served = sites.get(key).ok_or_else(|| {
        let message = format!("found \"{key}\", expected a site that is configured here");
        refuse(StatusCode::NOT_FOUND, "unknown-site", &message)
    })?;
    if served.site.has_origin(origin) { Ok(served) } else { Err(Box::new(foreign_origin())) }
}

/// Whether the page of this origin and this server are one to the browser: the request was sent to the
/// origin's very host, and no `Sec-Fetch-Site` says otherwise.
pub fn same_origin(origin: &str, request: &Request) -> bool {
    let headers = request.headers();
    let authority = origin.split_once("://").map(|(_, authority)| authority.as_bytes());
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = hosts.next().filter(|_| hosts.next().is_none() && request.uri().authority().is_none());
    let mut sites = headers.get_all("sec-fetch-site").iter();
    host.is_some_and(|host| Some(host.as_bytes()) == authority) && sites.all(|site| site == "same-origin")
}

/// Whether the browser says that the page which posts is this server's: by its origin, else by `Sec-Fetch-Site`.
pub fn from_own_page(request: &Request) -> bool {
    let headers = request.headers();
    let mut origins = headers.get_all(header::ORIGIN).iter();
    match origins.next().map(|origin| origin.to_str()) {
        Some(Ok(origin)) => origins.next().is_none() && same_origin(origin, request),
        Some(Err(_)) => false,
        None => headers.get_all("sec-fetch-site").iter().eq(["same-origin"]),
    }
}

/// Lets pages of this origin, if there is one, read the response.
pub fn readable_by(origin: Option<&str>, mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static("Origin"));
    if let Some(Ok(origin)) = origin.map(HeaderValue::from_str) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        if headers.contains_key(header::RETRY_AFTER) {
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("Retry-After"));
        }
    }
    response
}

/// The response to an origin that is none of the site's, or none of any site's.
pub fn foreign_origin() -> Response {
    let message = "found an origin that is none of the site's, expected one of its `backend.origins`";
    readable_by(None, error(StatusCode::FORBIDDEN, "foreign-origin", message))
}

/// The response to a browser that asks before it sends (Fetch standard, CORS-preflight).
pub fn preflight(sites: &Sites, headers: &HeaderMap, method: &'static str, header: &'static str) -> Response {
    let Some(origin) = allowed_origin(sites, headers) else { return foreign_origin() };
    let allow = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, method),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, header),
        (header::ACCESS_CONTROL_MAX_AGE, "7200"),
    ];
    readable_by(Some(&origin), (StatusCode::NO_CONTENT, allow).into_response())
}
