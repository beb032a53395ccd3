//! `/verify`: a page on which anybody checks a downloaded receipt in the browser. It asks nobody, and may not.

mod page;

use std::sync::Arc;

use axum::Router;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::AppState;

/// Its own scripts and style, and nothing else: no request, no form, no frame around it, no HTML made by script.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     connect-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'; trusted-types 'none'";

const SCRIPT: &str = "text/javascript; charset=utf-8";
/// The files below the page, with their types.
const FILES: [(&str, &str, &str); 4] = [
    ("/verify/read-receipt.js", SCRIPT, include_str!("verify/read-receipt.js")),
    ("/verify/check-receipt.js", SCRIPT, include_str!("verify/check-receipt.js")),
    ("/verify/verify.js", SCRIPT, include_str!("verify/verify.js")),
    ("/verify/verify.css", "text/css; charset=utf-8", include_str!("verify/verify.css")),
];

/// The page and its files, each by its whole name: a site may be called `verify` too.
pub fn routes() -> Router<Arc<AppState>> {
    let with_page = Router::new().route("/verify", get(page));
    FILES.into_iter().fold(with_page, |router, (address, content_type, content)| {
        let headers = [(header::CONTENT_TYPE, content_type), (header::CACHE_CONTROL, "no-cache")];
        router.route(address, get(async move || (headers, content)))
    })
}

/// `GET /verify`.
async fn page() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, page::html().into_string()).into_response()
}
