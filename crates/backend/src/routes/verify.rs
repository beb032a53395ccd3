//! `/verify`: a page on which anybody checks downloaded receipts in the browser. It asks nobody, and may not.

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

/// The scripts below the page, in the order in which they run.
const SCRIPTS: [(&str, &str); 7] = [
    ("read-receipt.js", include_str!("verify/read-receipt.js")),
    ("read-export.js", include_str!("verify/read-export.js")),
    ("read-checkpoint.js", include_str!("verify/read-checkpoint.js")),
    ("check-receipt.js", include_str!("verify/check-receipt.js")),
    ("tell-receipt.js", include_str!("verify/tell-receipt.js")),
    ("tell-file.js", include_str!("verify/tell-file.js")),
    ("verify.js", include_str!("verify/verify.js")),
];
const STYLE: (&str, &str) = ("verify.css", include_str!("verify/verify.css"));

/// The page and its files, each by its whole name: a site may be called `verify` too.
pub fn routes() -> OpenApiRouter<Arc<AppState>> {
    let with_page = OpenApiRouter::new().routes(routes!(page));
    let scripts = SCRIPTS.map(|file| (file, "text/javascript; charset=utf-8"));
    let files = scripts.into_iter().chain([(STYLE, "text/css; charset=utf-8")]);
    files.fold(with_page, |router, ((name, content), content_type)| {
        let headers = [(header::CONTENT_TYPE, content_type), (header::CACHE_CONTROL, "no-cache")];
        let of_type = content_type.split(';').next().unwrap_or_default();
        let response = ResponseBuilder::new()
            .description("A file of the page")
            .content(of_type, ContentBuilder::new().build());
        let mut described = Paths::new();
        let operation = OperationBuilder::new().tag(openapi::FILES).response("200", response);
        described.add_path_operation(format!("/verify/{name}"), vec![HttpMethod::Get], operation);
        router.routes((Vec::new(), described, get(async move || (headers, content))))
    })
}

/// `GET /verify`: checks downloaded receipts in the browser.
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
