//! The tower middleware: marks pages on their way out and tells browsers the policy. Reads of a request
//! its path and its cookie, keeps nothing of it.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use consentry::classify::rules::{Base, Rules};
use consentry::model::config::{Config, HostPattern};
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Request, Response, StatusCode};
use tower_layer::Layer;
use tower_service::Service;

use crate::consent::Consent;
use crate::judge::Judge;
use crate::{Encoding, MarkBody, Marker, link, policy};

/// Puts [`MarkService`] around a service.
///
/// A response of type `text/html` without a content encoding is a page: its body is marked as it streams.
/// To compress pages, put that layer outside of this one. All that is not `text/html` passes byte for byte
/// and header for header.
///
/// On a page it changes these headers: `Vary` gets `Cookie`, for two visitors may get two pages; entries
/// of `Link` that would contact a held host go; the policy is added as a further
/// `Content-Security-Policy`. What describes the body as it was goes: `Content-Length`, `ETag` and
/// `Last-Modified` (a page would be found unchanged though the consent has changed), `Accept-Ranges`, digests. An encoded page
/// keeps its body and those headers, and still gets the policy; so does part of a page (206).
#[derive(Clone)]
pub struct MarkLayer(Arc<Site>);

struct Site {
    config: Config,
    rules: Arc<Rules>,
    policy: bool,
}

impl MarkLayer {
    /// For a site with this configuration, served under these hosts beside those that `backend.origins`
    /// names. A host of the site that is not named is held until the gate sees that it is the page's own.
    pub fn new(config: Config, hosts: &[HostPattern]) -> MarkLayer {
        let rules = Arc::new(Rules::new(&config, hosts));
        MarkLayer(Arc::new(Site { config, rules, policy: true }))
    }

    /// Without the policy: tags are marked, and the rest is the gate's alone.
    #[must_use]
    pub fn without_policy(self) -> MarkLayer {
        let Site { config, rules, .. } = &*self.0;
        MarkLayer(Arc::new(Site { config: config.clone(), rules: Arc::clone(rules), policy: false }))
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

    fn call(&mut self, request: Request<Q>) -> Self::Future {
        // HTTP/2 may split the header. One that is no text cannot be read, so there is no consent.
        let cookies = request.headers().get_all(header::COOKIE).iter();
        let cookies: Result<Vec<_>, _> = cookies.map(HeaderValue::to_str).collect();
        let consent = Consent::from_cookie_header(&cookies.unwrap_or_default().join(";"), &self.site.config);
        let judge = Judge {
            rules: Arc::clone(&self.site.rules),
            grants: Arc::new(consent.grants(&self.site.rules)),
            base: Base::page(request.uri().path()),
            depth: 0,
        };
        let site = Arc::clone(&self.site);
        MarkFuture { inner: Box::pin(self.inner.call(request)), site, judge }
    }
}

/// The response to come.
pub struct MarkFuture<F> {
    inner: Pin<Box<F>>,
    site: Arc<Site>,
    judge: Judge,
}

impl<F, B, E> Future for MarkFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = Result<Response<MarkBody<B>>, E>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let response = ready!(self.inner.as_mut().poll(cx));
        Poll::Ready(response.map(|response| self.site.mark(response, &self.judge)))
    }
}

impl Site {
    fn mark<B>(&self, response: Response<B>, judge: &Judge) -> Response<MarkBody<B>> {
        let (mut parts, body) = response.into_parts();
        let Some(encoding) = page_encoding(&parts.headers) else {
            return Response::from_parts(parts, MarkBody::passing(body));
        };
        let headers = &mut parts.headers;
        headers.append(header::VARY, HeaderValue::from_static("Cookie"));
        filter_links(headers, judge);
        if self.policy
            && let Ok(value) = HeaderValue::from_str(&policy::policy(&judge.rules, &judge.grants))
        {
            headers.append(header::CONTENT_SECURITY_POLICY, value);
        }
        let whole = parts.status != StatusCode::PARTIAL_CONTENT;
        let Some(encoding) = encoding.filter(|_| whole && !headers.contains_key(header::CONTENT_ENCODING))
        else {
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
}

/// Outer `None`: no page. Inner: a page in an encoding in which ASCII is not ASCII (UTF-16), where no tag
/// can be found; the policy alone holds there.
fn page_encoding(headers: &HeaderMap) -> Option<Option<Encoding>> {
    let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let mut parts = kind.split(';');
    if !parts.next()?.trim().eq_ignore_ascii_case("text/html") {
        return None;
    }
    let charset = parts
        .filter_map(|part| part.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
    let label = charset.map_or("utf-8", |(_, label)| label.trim().trim_matches('"'));
    let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap_or(encoding_rs::UTF_8);
    Some(Encoding::new(encoding))
}

fn filter_links(headers: &mut HeaderMap, judge: &Judge) {
    let links: Vec<_> = headers.get_all(header::LINK).iter().cloned().collect();
    let kept = |value: &HeaderValue| match value.to_str() {
        Ok(text) => {
            link::filter(text, judge).map(|kept| HeaderValue::from_str(&kept).unwrap_or(value.clone()))
        }
        Err(_) => None, // cannot be read: cannot be let through
    };
    let kept: Vec<_> = links.iter().filter_map(kept).collect();
    if kept != links {
        headers.remove(header::LINK);
        for value in kept {
            headers.append(header::LINK, value);
        }
    }
}
