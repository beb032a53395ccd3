//! The tower middleware: marks pages on their way out and tells browsers the policy. Reads of a request
//! its path and its cookie, keeps nothing of it.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use consentry::classify::rules::{Base, Rules};
use consentry::model::config::{Config, HostPattern};
use consentry_policy::grants::Grants;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Request, Response, StatusCode};
use tower_layer::Layer;
use tower_service::Service;

use crate::consent::Consent;
use crate::judge::Judge;
use crate::policy::Policy;
use crate::{Encoding, MarkBody, Marker, link};

/// Puts [`MarkService`] around a service.
///
/// A response of type `text/html` without a content encoding is a page: its body is marked as it streams.
/// To compress pages, put that layer outside of this one. All that is not `text/html` passes byte for byte
/// and header for header; a worker's own file gets the policy, for it obeys no page's.
///
/// On a page it changes these headers: `Vary` gets `Cookie`, for two visitors may get two pages; entries
/// of `Link` and `Speculation-Rules` that would contact a held host go; the policy is added as a further
/// `Content-Security-Policy`. What describes the body as it was goes: `Content-Length`, `ETag` and
/// `Last-Modified` (a page would be found unchanged though the consent has changed), `Accept-Ranges`,
/// digests. A page for a visitor who granted something is `private`: a shared cache that passes over
/// `Vary` must not give it to others. An encoded page keeps its body and those headers, and still gets the
/// policy; so do part of a page (206), one in UTF-16, and XHTML. What is sent to be saved
/// (`Content-Disposition: attachment`) is no page.
///
/// A request for a page loses its conditions (`If-None-Match` and such): a browser may have one from before
/// this layer was there, and 304 would bring it back unmarked.
#[derive(Clone)]
pub struct MarkLayer(Arc<Site>);

#[derive(Clone)]
struct Site {
    config: Config,
    rules: Arc<Rules>,
    /// What a visitor without a choice grants.
    nothing: Arc<Grants>,
    allowed: Arc<Policy>,
    policy: bool,
}

impl MarkLayer {
    /// For a site with this configuration, served under these hosts beside those that `backend.origins`
    /// names. A host of the site that is not named is held until the gate sees that it is the page's own.
    pub fn new(config: Config, hosts: &[HostPattern]) -> MarkLayer {
        let rules = Arc::new(Rules::new(&config, hosts));
        let nothing = Arc::new(Consent::default().grants(&rules));
        let allowed = Arc::new(Policy::new(&rules));
        MarkLayer(Arc::new(Site { config, rules, nothing, allowed, policy: true }))
    }

    /// Without the policy: tags are marked, and the rest is the gate's alone.
    #[must_use]
    pub fn without_policy(self) -> MarkLayer {
        MarkLayer(Arc::new(Site { policy: false, ..(*self.0).clone() }))
    }
}

impl<S> Layer<S> for MarkLayer {
    type Service = MarkService<S>;

    fn layer(&self, inner: S) -> MarkService<S> {
        MarkService { inner, site: Arc::clone(&self.0) }
    }
}

/// A service whose pages leave with their static tags held.
#[derive(Clone)]
pub struct MarkService<S> {
    inner: S,
    site: Arc<Site>,
}

impl<S, Q, B> Service<Request<Q>> for MarkService<S>
where
    S: Service<Request<Q>, Response = Response<B>>,
{
    type Response = Response<MarkBody<B>>;
    type Error = S::Error;
    type Future = MarkFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Q>) -> Self::Future {
        unconditional(request.headers_mut());
        // HTTP/2 may split the header. One that is no text cannot be read, so there is no consent.
        let cookies = request.headers().get_all(header::COOKIE).iter();
        let cookies: Result<Vec<_>, _> = cookies.map(HeaderValue::to_str).collect();
        let consent = Consent::from_cookie_header(&cookies.unwrap_or_default().join(";"), &self.site.config);
        let judge = Judge {
            rules: Arc::clone(&self.site.rules),
            grants: Arc::new(consent.grants(&self.site.rules)),
            base: Base::page(request.uri().path()),
            others: Vec::new(),
            depth: 0,
        };
        let site = Arc::clone(&self.site);
        let worker = is_worker(request.headers());
        MarkFuture { inner: Box::pin(self.inner.call(request)), site, judge, worker }
    }
}

/// The response to come.
pub struct MarkFuture<F> {
    inner: Pin<Box<F>>,
    site: Arc<Site>,
    judge: Judge,
    worker: bool,
}

impl<F, B, E> Future for MarkFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = Result<Response<MarkBody<B>>, E>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let response = ready!(self.inner.as_mut().poll(cx));
        Poll::Ready(response.map(|response| self.site.mark(response, &self.judge, self.worker)))
    }
}

impl Site {
    fn mark<B>(&self, response: Response<B>, judge: &Judge, worker: bool) -> Response<MarkBody<B>> {
        let (mut parts, body) = response.into_parts();
        let Some(encoding) = page_encoding(&parts.headers) else {
            if worker && self.policy {
                vary(&mut parts.headers, "Cookie");
                vary(&mut parts.headers, "Sec-Fetch-Dest");
                self.tell(&mut parts.headers, judge);
            }
            return Response::from_parts(parts, MarkBody::passing(body));
        };
        let headers = &mut parts.headers;
        vary(headers, "Cookie");
        filter(headers, &header::LINK, |value| link::filter(value, judge));
        filter(headers, &SPECULATION_RULES, |value| link::filter_rules(value, judge));
        self.tell(headers, judge);
        let whole = parts.status != StatusCode::PARTIAL_CONTENT;
        let encoded = list(headers, &header::CONTENT_ENCODING).any(|it| !it.eq_ignore_ascii_case("identity"));
        let Some(encoding) = encoding.filter(|_| whole && !encoded) else {
            return Response::from_parts(parts, MarkBody::passing(body));
        };
        const DIGESTS: [&str; 4] = ["content-md5", "digest", "content-digest", "repr-digest"];
        for name in [header::CONTENT_LENGTH, header::ETAG, header::LAST_MODIFIED, header::ACCEPT_RANGES] {
            headers.remove(name);
        }
        for name in DIGESTS.map(HeaderName::from_static) {
            headers.remove(name);
        }
        let marker = Marker::judged_by(judge.clone()).in_encoding(encoding);
        Response::from_parts(parts, MarkBody::marking(body, marker))
    }

    /// Adds the policy, and keeps one that a grant made to this visitor.
    fn tell(&self, headers: &mut HeaderMap, judge: &Judge) {
        if *judge.grants != *self.nothing {
            keep_private(headers);
        }
        if self.policy
            && let Ok(value) = HeaderValue::from_str(&self.allowed.value(&judge.rules, &judge.grants))
        {
            headers.append(header::CONTENT_SECURITY_POLICY, value);
        }
    }
}

/// Outer `None`: no page. Inner: a page in which no tag can be found, for it is XML, or in an encoding in
/// which ASCII is not ASCII (UTF-16); the policy alone holds there.
fn page_encoding(headers: &HeaderMap) -> Option<Option<Encoding>> {
    let saved = headers.get(header::CONTENT_DISPOSITION).and_then(|it| it.as_bytes().get(..10));
    if saved.is_some_and(|it| it.eq_ignore_ascii_case(b"attachment")) {
        return None;
    }
    let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let mut parts = kind.split(';');
    let essence = parts.next()?.trim();
    if essence.eq_ignore_ascii_case("application/xhtml+xml") {
        return Some(None);
    }
    if !essence.eq_ignore_ascii_case("text/html") {
        return None;
    }
    let charset = parts
        .filter_map(|part| part.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
    let label = charset.map_or("utf-8", |(_, label)| label.trim().trim_matches('"'));
    let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap_or(encoding_rs::UTF_8);
    Some(Encoding::new(encoding))
}

const SPECULATION_RULES: HeaderName = HeaderName::from_static("speculation-rules");

/// Whether the request is for a worker's own file. A worker obeys the policy of that, not of its page.
fn is_worker(headers: &HeaderMap) -> bool {
    let kind = headers.get("sec-fetch-dest").map(HeaderValue::as_bytes);
    matches!(kind, Some(b"worker" | b"sharedworker" | b"serviceworker"))
}

fn vary(headers: &mut HeaderMap, name: &'static str) {
    if !list(headers, &header::VARY).any(|it| it == "*" || it.eq_ignore_ascii_case(name)) {
        headers.append(header::VARY, HeaderValue::from_static(name));
    }
}

/// Takes the conditions off a request for a page. What a page asks for keeps them.
fn unconditional(headers: &mut HeaderMap) {
    if list(headers, &header::ACCEPT).any(|it| it.to_ascii_lowercase().starts_with("text/html")) {
        for name in [header::IF_NONE_MATCH, header::IF_MODIFIED_SINCE, header::IF_RANGE, header::RANGE] {
            headers.remove(name);
        }
    }
}

/// The entries of a header that is a list, as far as they can be read.
fn list<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(str::trim).filter(|entry| !entry.is_empty())
}

/// Lets no shared cache keep the response. What it says about the visitor's own cache stays.
fn keep_private(headers: &mut HeaderMap) {
    const SHARED: [&str; 3] = ["public", "s-maxage", "proxy-revalidate"];
    let directive = |entry: &str| entry.split('=').next().unwrap_or_default().trim().to_ascii_lowercase();
    let entries: Vec<_> = list(headers, &header::CACHE_CONTROL).map(str::to_owned).collect();
    for name in ["cdn-cache-control", "surrogate-control"] {
        headers.remove(name);
    }
    if entries.iter().any(|entry| matches!(entry.to_ascii_lowercase().as_str(), "private" | "no-store")) {
        return;
    }
    let kept = entries.into_iter().filter(|entry| !SHARED.contains(&directive(entry).as_str()));
    let value: Vec<_> = std::iter::once("private".to_owned()).chain(kept).collect();
    if let Ok(value) = HeaderValue::from_str(&value.join(", ")) {
        headers.insert(header::CACHE_CONTROL, value);
    }
}

/// Keeps what `keep` leaves of the values of a header.
fn filter(headers: &mut HeaderMap, name: &HeaderName, keep: impl Fn(&str) -> Option<String>) {
    let values: Vec<_> = headers.get_all(name).iter().cloned().collect();
    let kept = |value: &HeaderValue| match value.to_str() {
        Ok(text) => keep(text).map(|kept| HeaderValue::from_str(&kept).unwrap_or(value.clone())),
        Err(_) => None, // cannot be read: cannot be let through
    };
    let kept: Vec<_> = values.iter().filter_map(kept).collect();
    if kept != values {
        headers.remove(name);
        for value in kept {
            headers.append(name, value);
        }
    }
}
