//! `/verify`: a page on which anybody checks a downloaded receipt in the browser. It asks nobody, and may not.

mod page;

use std::sync::Arc;

use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use utoipa::openapi::path::{HttpMethod, OperationBuilder};
use utoipa::openapi::{ContentBuilder, Paths, ResponseBuilder};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{AppState, openapi};

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
pub fn routes() -> OpenApiRouter<Arc<AppState>> {
    let with_page = OpenApiRouter::new().routes(routes!(page));
    FILES.into_iter().fold(with_page, |router, (address, content_type, content)| {
        let headers = [(header::CONTENT_TYPE, content_type), (header::CACHE_CONTROL, "no-cache")];
        let of_type = content_type.split(';').next().unwrap_or_default();
        let response = ResponseBuilder::new()
            .description("A file of the page")
            .content(of_type, ContentBuilder::new().build());
        let mut described = Paths::new();
        let operation = OperationBuilder::new().tag(openapi::FILES).response("200", response);
        described.add_path_operation(address, vec![HttpMethod::Get], operation);
        router.routes((Vec::new(), described, get(async move || (headers, content))))
    })
}

/// `GET /verify`: checks a downloaded receipt in the browser.
#[utoipa::path(
    get,
    path = "/verify",
    tag = openapi::FILES,
    responses(
        (status = 200, description = "The page", body = String, content_type = "text/html"),
    )
)]
async fn page() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, page::html().into_string()).into_response()
}
