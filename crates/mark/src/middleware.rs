//! The tower middleware: marks pages on their way out and tells browsers the policy. Reads of a request
//! its path, its cookie and what it is for, keeps nothing of it, and reads no file: the configuration comes
//! parsed.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use consentry::classify::rules::{Base, Rules};
use consentry::model::config::{Config, HostPattern};
use consentry_policy::grants::Grants;
use http::header::{self, HeaderMap, HeaderValue};
use http::{Request, Response, StatusCode};
use tower_layer::Layer;
use tower_service::Service;

use crate::consent::Consent;
use crate::csp::RuleHosts;
use crate::marker::Marker;
use crate::page_headers::{self, RequestFor, ResponseKind};
use crate::page_rules::PageRules;
use crate::response_body::MarkBody;

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
/// policy; so do part of a page (206), and XHTML. What is sent to be saved
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
    no_grants: Arc<Grants>,
    /// From which the policy is written; nothing where the policy is left off.
    policy_hosts: Option<Arc<RuleHosts>>,
}

impl MarkLayer {
    /// For a site with this configuration, served under these hosts beside those that `backend.origins`
    /// names. A host of the site that is not named is held until the gate sees that it is the page's own.
    pub fn new(config: Config, hosts: &[HostPattern]) -> MarkLayer {
        let rules = Arc::new(Rules::new(&config, hosts));
        let no_grants = Arc::new(Consent::default().grants(&rules));
        let policy_hosts = Some(Arc::new(RuleHosts::new(&rules)));
        MarkLayer(Arc::new(Site { config, rules, no_grants, policy_hosts }))
    }

    /// Without the policy: tags are marked, and the rest is the gate's alone.
    #[must_use]
    pub fn without_policy(self) -> MarkLayer {
        MarkLayer(Arc::new(Site { policy_hosts: None, ..(*self.0).clone() }))
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
        page_headers::remove_conditions(request.headers_mut());
        // HTTP/2 may split the header. One that is no text cannot be read, so there is no consent.
        let cookies = request.headers().get_all(header::COOKIE).iter();
        let cookies: Result<Vec<_>, _> = cookies.map(HeaderValue::to_str).collect();
        let consent = Consent::from_cookie_header(&cookies.unwrap_or_default().join(";"), &self.site.config);
        let grants = Arc::new(consent.grants(&self.site.rules));
        let rules = PageRules::new(Arc::clone(&self.site.rules), grants, Base::page(request.uri().path()));
        let request_for = RequestFor::of(request.headers());
        let site = Arc::clone(&self.site);
        MarkFuture { inner: Box::pin(self.inner.call(request)), site, rules, request_for }
    }
}

/// The response to come.
pub struct MarkFuture<F> {
    inner: Pin<Box<F>>,
    site: Arc<Site>,
    rules: PageRules,
    request_for: RequestFor,
}

impl<F, B, E> Future for MarkFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = Result<Response<MarkBody<B>>, E>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let response = ready!(self.inner.as_mut().poll(cx));
        Poll::Ready(response.map(|response| self.site.mark(response, &self.rules, self.request_for)))
    }
}

impl Site {
    fn mark<B>(
        &self,
        response: Response<B>,
        rules: &PageRules,
        request_for: RequestFor,
    ) -> Response<MarkBody<B>> {
        let (mut parts, body) = response.into_parts();
        let headers = &mut parts.headers;
        let kind = ResponseKind::of(headers);
        if let ResponseKind::NoPage = kind {
            if request_for == RequestFor::Worker && self.policy_hosts.is_some() {
                page_headers::add_vary(headers, "Cookie");
                page_headers::add_vary(headers, "Sec-Fetch-Dest");
                self.add_policy(headers, rules);
            }
            return Response::from_parts(parts, MarkBody::passing(body));
        }
        page_headers::add_vary(headers, "Cookie");
        page_headers::filter_hints(headers, rules);
        self.add_policy(headers, rules);
        match kind {
            ResponseKind::Page(encoding)
                if parts.status != StatusCode::PARTIAL_CONTENT && !page_headers::is_encoded(headers) =>
            {
                page_headers::remove_body_headers(headers);
                let marker = Marker::with_rules(rules.clone(), encoding);
                Response::from_parts(parts, MarkBody::marking(body, marker))
            }
            _ => Response::from_parts(parts, MarkBody::passing(body)),
        }
    }

    /// Adds the policy, and keeps what a grant changed for this visitor out of shared caches.
    fn add_policy(&self, headers: &mut HeaderMap, rules: &PageRules) {
        if *rules.grants != *self.no_grants {
            page_headers::keep_private(headers);
        }
        if let Some(hosts) = &self.policy_hosts
            && let Ok(value) = HeaderValue::from_str(&hosts.policy(&rules.rules, &rules.grants))
        {
            headers.append(header::CONTENT_SECURITY_POLICY, value);
        }
    }
}
