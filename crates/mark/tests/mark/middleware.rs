//! The middleware around a small service: headers, bodies, and the cookie that decides. Which tags are held
//! is tested elsewhere.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::response::Response;
use axum::{Router, routing::get};
use consentry::model::config::{Config, HostPattern};
use consentry::model::receipt::Scope;
use consentry_mark::MarkLayer;
use consentry_mark::consent::Consent;
use http::{HeaderMap, Request};
use http_body::Frame;
use http_body_util::BodyExt;
use tower::{Layer, Service, ServiceExt, service_fn};

use crate::marked_site::CONFIG;

const HELD: &str = "<script src=https://stats.example.net/a></script>";
const MARKED: &str = "<script data-consent=\"auto\" type=\"text/plain\" \
                      data-consent-src=https://stats.example.net/a></script>";
const GRANTED: &str = "consentry=v=1&revision=1&granted=functional%2Canalytics&denied=advertising";

fn layer() -> MarkLayer {
    MarkLayer::new(Config::parse(CONFIG).unwrap(), &[HostPattern::new("www.shop.example").unwrap()])
}

/// The response to a visitor with this cookie, around a service that gives these headers and this body.
async fn response_to(layer: MarkLayer, cookie: &str, headers: &[(&str, &str)], body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    for (name, value) in headers {
        let name = http::HeaderName::from_bytes(name.as_bytes()).unwrap();
        response.headers_mut().append(name, value.parse().unwrap());
    }
    let response = std::sync::Mutex::new(Some(response));
    let inner =
        service_fn(async |_: Request<Body>| Ok::<_, Infallible>(response.lock().unwrap().take().unwrap()));
    let request =
        Request::builder().uri("/own/page.html").header("cookie", cookie).body(Body::empty()).unwrap();
    layer.layer(inner).oneshot(request).await.unwrap().map(Body::new)
}

async fn body_of(response: Response<Body>) -> String {
    String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
}

fn values(headers: &HeaderMap, name: &str) -> Vec<String> {
    headers.get_all(name).iter().map(|value| value.to_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_page_is_marked_and_its_headers_say_so() {
    let headers = [
        ("content-type", "Text/HTML; charset=utf-8"),
        ("content-length", "49"),
        ("etag", "\"a\""),
        ("last-modified", "Sat, 21 Nov 2026 20:00:00 GMT"),
        ("accept-ranges", "bytes"),
        ("vary", "Accept"),
        ("content-security-policy", "script-src 'self'"),
        ("x-other", "stays"),
    ];
    let response = response_to(layer(), "", &headers, HELD.into()).await;
    let found = response.headers().clone();
    for gone in ["content-length", "etag", "last-modified", "accept-ranges"] {
        assert!(!found.contains_key(gone), "{gone}");
    }
    assert_eq!(values(&found, "vary"), ["Accept", "Cookie"]);
    assert_eq!(values(&found, "x-other"), ["stays"]);
    let policies = values(&found, "content-security-policy");
    assert_eq!(policies[0], "script-src 'self'");
    assert!(policies[1].contains("'wasm-unsafe-eval'") && !policies[1].contains("stats"), "{}", policies[1]);
    assert_eq!(body_of(response).await, MARKED);
}

#[tokio::test]
async fn what_the_cookie_grants_passes() {
    let page = [("content-type", "text/html")];
    let response = response_to(layer(), GRANTED, &page, HELD.into()).await;
    assert!(values(response.headers(), "content-security-policy")[0].contains(" stats.example.net:*"));
    assert_eq!(body_of(response).await, HELD);
    for cookie in [
        "consentry=v=1&revision=2&granted=analytics&denied=",
        "consentry=v=2&revision=1&granted=analytics&denied=",
        "consentry=v=1&revision=1&granted=analytics",
        "consentry=v=1&revision=1&granted=analytics,%ff&denied=",
        "consentry=v=1&revision=1&granted=analytics&granted=analytics&denied=",
        "consentry=v=1&revision=1&granted=analytics,necessary&denied=",
        "consentry=v=1&revision=1&granted=analytics&denied=; \
         consentry=v=1&revision=1&granted=&denied=analytics",
        "consentry=",
        "consentry",
        "xconsentry=v=1&revision=1&granted=analytics&denied=",
        "\u{e9}=1; consentry=v=1&revision=1&granted=analytics&denied=",
    ] {
        assert_eq!(body_of(response_to(layer(), cookie, &page, HELD.into()).await).await, MARKED, "{cookie}");
    }
    for cookie in [
        "a=b; consentry=v=1&revision=1&granted=service%3Astats&denied=analytics;c",
        "consentry=v=1&revision=1&granted=analytics&denied=; \
         consentry=v=1&revision=1&granted=analytics&denied=",
        "consentry=\"v=1&revision=1&granted=analytics&denied=\"",
        "consentry=v%3D1%26revision%3D1%26granted%3Danalytics%26denied%3D",
    ] {
        assert_eq!(body_of(response_to(layer(), cookie, &page, HELD.into()).await).await, HELD, "{cookie}");
    }
}

#[tokio::test]
async fn what_is_no_page_passes_untouched() {
    for kind in ["application/json", "text/plain", "text/html-x", "application/javascript", "image/svg+xml"] {
        let headers = [("content-type", kind), ("etag", "\"a\""), ("link", "<//t.example/>;rel=preload")];
        let response = response_to(layer(), "", &headers, HELD.into()).await;
        let expected = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let found = response
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
        assert_eq!(found.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
        assert_eq!(http_body::Body::size_hint(response.body()).exact(), Some(HELD.len() as u64));
        assert_eq!(body_of(response).await, HELD);
    }
    // An encoded page cannot be read; the policy holds.
    let headers = [("content-type", "text/html"), ("content-encoding", "br"), ("etag", "\"a\"")];
    let response = response_to(layer(), "", &headers, HELD.into()).await;
    assert!(
        response.headers().contains_key("content-security-policy") && response.headers().contains_key("etag")
    );
    assert_eq!(body_of(response).await, HELD);
}

#[tokio::test]
async fn the_policy_can_be_left_off() {
    let response =
        response_to(layer().without_policy(), "", &[("content-type", "text/html")], HELD.into()).await;
    assert!(!response.headers().contains_key("content-security-policy"));
    assert_eq!(body_of(response).await, MARKED);
}

#[tokio::test]
async fn hints_in_headers_are_held_too() {
    let links = [
        ("content-type", "text/html"),
        (
            "link",
            "</a.css>; rel=preload; as=style , \
             <https://stats.example.net/,;a>; rel=\"preload\"; title=\"a,b\", \
             <//t.example>;rel=preconnect",
        ),
        ("link", "<https://stats.example.net/>; rel=canonical"),
        ("link", "<//t.example/>; REL=\"dns-prefetch\""),
        ("link", "</own>; rel=preload; as=image; imagesrcset=\"/a 1x, //t.example 2x\""),
        ("link", ""),
    ];
    let response = response_to(layer(), "", &links, "".into()).await;
    let expected = ["</a.css>; rel=preload; as=style", "<https://stats.example.net/>; rel=canonical", ""];
    assert_eq!(values(response.headers(), "link"), expected);
}

/// A body that gives its frames one at a time.
struct FrameList(Vec<Frame<Bytes>>);

impl http_body::Body for FrameList {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready((!self.0.is_empty()).then(|| Ok(self.0.remove(0))))
    }
}

#[tokio::test]
async fn a_page_streams_and_its_trailers_come_last() {
    let mut trailers = HeaderMap::new();
    trailers.insert("x-sum", "1".parse().unwrap());
    let mut frames: Vec<_> =
        HELD.as_bytes().chunks(3).map(|piece| Frame::data(Bytes::copy_from_slice(piece))).collect();
    frames.insert(0, Frame::data("<p>first<".into()));
    frames.push(Frame::data("<p".into()));
    frames.push(Frame::trailers(trailers));
    let page = [("content-type", "text/html; charset=utf-8")];
    let mut body = response_to(layer(), "", &page, Body::new(FrameList(frames))).await.into_body();
    assert_eq!(body.frame().await.unwrap().unwrap().into_data().unwrap(), "<p>first");
    let rest = body.collect().await.unwrap();
    assert_eq!(rest.trailers().unwrap()["x-sum"], "1");
    assert_eq!(rest.to_bytes(), format!("<{MARKED}<p"));
}

#[tokio::test]
async fn a_page_is_read_in_the_encoding_that_the_response_names() {
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    let hidden = "<p>\x1b$B<!--\x1b(B";
    for (kind, page, expected) in [
        ("text/html;charset=\"UTF-16\"", utf16(HELD), utf16(MARKED)),
        ("text/html;charset=utf-8", utf16(&format!("\u{feff}{HELD}")), utf16(&format!("\u{feff}{MARKED}"))),
        (
            "text/html; charset=ISO-2022-JP",
            format!("{hidden}{HELD}").into_bytes(),
            format!("{hidden}{MARKED}").into_bytes(),
        ),
        // What no browser knows as an encoding says nothing.
        (
            "text/html; charset=unknown",
            format!("{hidden}{HELD}").into_bytes(),
            format!("{hidden}{MARKED}").into_bytes(),
        ),
        (
            "text/html; charset=utf-8",
            format!("{hidden}{HELD}").into_bytes(),
            format!("{hidden}{HELD}").into_bytes(),
        ),
    ] {
        let response = response_to(layer(), "", &[("content-type", kind)], page.into()).await;
        assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), expected, "{kind}");
    }
}

/// A body that breaks off at once.
struct BrokenBody;

impl http_body::Body for BrokenBody {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Poll::Ready(Some(Err(std::io::ErrorKind::BrokenPipe.into())))
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_is_not_ended() {
    let body =
        response_to(layer(), "", &[("content-type", "text/html")], Body::new(BrokenBody)).await.into_body();
    assert!(body.collect().await.is_err());
}

#[tokio::test]
async fn the_middleware_fits_around_a_router() {
    let page = || async { axum::response::Html("<script src=stats.js></script>") };
    let mut app = Router::new().route("/own/{page}", get(page)).layer(layer());
    let request = Request::builder().uri("/own/a.html").body(Body::empty()).unwrap();
    let response = app.as_service().ready().await.unwrap().call(request).await.unwrap();
    assert!(body_of(response).await.contains("data-consent-src=stats.js"), "the path of the page counts");
}

/// The very form that the component writes, as a browser sends it (`tests/e2e/mirror-cookie.test.mjs`).
#[test]
fn the_cookie_that_the_component_writes_is_read_whole() {
    let cookie = include_str!("../../../../tests/cases/cookie/v1-save.txt").trim();
    let config = Config::parse(r#"{ "revision": "a+b&c=;%\"" }"#).unwrap();
    let scopes = |names: &[&str]| names.iter().map(|name| Scope::parse(name).unwrap()).collect();
    let expected = Consent {
        granted: scopes(&["functional", "analytics"]),
        denied: scopes(&["advertising", "service:stats"]),
    };
    assert_eq!(Consent::from_cookie_header(&format!("a=b; {cookie}"), &config), expected);
}

#[tokio::test]
async fn a_granted_page_stays_out_of_shared_caches() {
    for (cookie, cache, expected) in [
        ("", "public, max-age=60, s-maxage=600", "public, max-age=60, s-maxage=600"),
        (GRANTED, "public, max-age=60, s-maxage=600", "private, max-age=60"),
        (GRANTED, "no-store", "no-store"),
        (GRANTED, "max-age=9, Private", "max-age=9, Private"),
    ] {
        let headers = [("content-type", "text/html"), ("cache-control", cache), ("vary", "cookie")];
        let response = response_to(layer(), cookie, &headers, HELD.into()).await;
        assert_eq!(values(response.headers(), "cache-control"), [expected]);
        assert_eq!(values(response.headers(), "vary"), ["cookie"], "named once");
    }
    let response = response_to(layer(), GRANTED, &[("content-type", "text/html")], HELD.into()).await;
    assert_eq!(values(response.headers(), "cache-control"), ["private"]);
}

#[tokio::test]
async fn pages_of_other_kinds_get_what_they_can() {
    let page = |more: (&'static str, &'static str)| {
        response_to(layer(), "", Box::leak(Box::new([("content-type", "text/html"), more])), HELD.into())
    };
    assert_eq!(body_of(page(("content-encoding", "identity")).await).await, MARKED);
    let saved = page(("content-disposition", "Attachment; filename=a.html")).await;
    assert!(!saved.headers().contains_key("content-security-policy"));
    assert_eq!(body_of(saved).await, HELD);
    let xml = response_to(
        layer(),
        "",
        &[("content-type", "application/xhtml+xml"), ("etag", "\"a\"")],
        HELD.into(),
    )
    .await;
    assert!(xml.headers().contains_key("content-security-policy") && xml.headers().contains_key("etag"));
    assert_eq!(body_of(xml).await, HELD);
    let rules = page(("speculation-rules", "\"/own.json\", \"https://stats.example.net/rules.json\"")).await;
    assert_eq!(values(rules.headers(), "speculation-rules"), ["\"/own.json\""]);
}

/// What a service behind the layer is asked, and what it answers.
async fn request(headers: &[(&str, &str)], kind: &str) -> (HeaderMap, Response<Body>) {
    let seen = std::sync::Mutex::new(HeaderMap::new());
    let inner = service_fn(async |request: Request<Body>| {
        *seen.lock().unwrap() = request.headers().clone();
        let response = Response::builder().header("content-type", kind).header("etag", "\"a\"");
        Ok::<_, Infallible>(response.body(Body::from(HELD)).unwrap())
    });
    let asked =
        headers.iter().fold(Request::builder(), |request, (name, value)| request.header(*name, *value));
    let response =
        layer().layer(inner).oneshot(asked.body(Body::empty()).unwrap()).await.unwrap().map(Body::new);
    (seen.into_inner().unwrap(), response)
}

#[tokio::test]
async fn a_page_is_asked_for_without_conditions_and_what_it_loads_with_them() {
    let conditions = [("if-none-match", "\"a\""), ("if-modified-since", "x"), ("range", "bytes=0-1")];
    for (accept, stays) in
        [("text/html,application/xhtml+xml,*/*;q=0.8", 0), ("*/*", 3), ("image/avif,image/webp,*/*", 3)]
    {
        let headers = [&[("accept", accept)], &conditions[..]].concat();
        let (seen, _) = request(&headers, "text/html").await;
        assert_eq!(conditions.iter().filter(|(name, _)| seen.contains_key(*name)).count(), stays, "{accept}");
    }
}

#[tokio::test]
async fn a_workers_own_file_comes_with_the_policy() {
    for (destination, has_policy) in
        [("worker", true), ("sharedworker", true), ("serviceworker", true), ("script", false)]
    {
        let (_, response) = request(&[("sec-fetch-dest", destination)], "text/javascript").await;
        assert_eq!(response.headers().contains_key("content-security-policy"), has_policy, "{destination}");
        assert!(response.headers().contains_key("etag"));
        assert_eq!(body_of(response).await, HELD);
    }
}
