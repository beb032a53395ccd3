//! `GET /v1/subjects/{subject}/export`: a visitor's own receipts on one site as a file to take away (GDPR article 20), for
//! whoever may read them ([`super`]). Nothing of anybody else is in it. As JSON each receipt has what proves it (`consentry verify`).

use std::sync::Arc;

use axum::extract::{Extension, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use consentry_export::Covers;
use consentry_ledger::walk::Walk;
use serde::Deserialize;

use super::super::export::FormatWord;
use super::super::openapi::{PreflightAnswers, VisitorRefusals};
use super::super::parameters::{Path, Query};
use super::super::response::Refusal;
use super::super::{AppState, Client, cors, export, limits, openapi};
use super::{allowed_subject, site_for};
use crate::access::scopes::TokenScope;

#[derive(Deserialize)]
pub struct ExportQuery {
    site: Option<String>,
    format: Option<String>,
}

/// `OPTIONS`: what a browser asks before it sends.
#[utoipa::path(
    options,
    path = "/v1/subjects/{subject}/export",
    tag = openapi::VISITORS,
    params(
        ("subject" = String, Path, description = "Whose receipts"),
        ("Origin" = Option<String>, Header, description = "The page's origin, one of the site's"),
    ),
    responses(PreflightAnswers)
)]
pub async fn preflight(State(state): State<Arc<AppState>>, headers: HeaderMap) -> Response {
    cors::preflight(&state.sites, &headers, "GET", "authorization")
}

/// `GET /v1/subjects/{subject}/export`: a visitor's receipts on one site as a file to take away.
#[utoipa::path(
    get,
    path = "/v1/subjects/{subject}/export",
    tag = openapi::VISITORS,
    security(("visitor" = []), ("token" = [])),
    params(
        ("subject" = String, Path, description = "Whose receipts: 32 hexadecimal digits"),
        ("format" = inline(Option<FormatWord>), Query, description = "JSON without it"),
        ("site" = Option<String>, Query, description = "The key of the site, where no page asks"),
        ("Origin" = Option<String>, Header, description = "The page's origin, one of the site's"),
    ),
    responses(
        (status = 200, description = "The file; as JSON, with what proves each receipt", content(
            (Value = "application/json"),
            (String = "text/csv"),
            (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            (Value = "application/ld+json"),
        )),
        VisitorRefusals,
    )
)]
pub async fn get(
    State(state): State<Arc<AppState>>,
    Path(subject): Path<String>,
    Query(query): Query<ExportQuery>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
) -> Response {
    let origin = cors::allowed_origin(&state.sites, &headers);
    let file = file(state, &subject, &query, client, &headers, origin.as_deref()).await;
    let mut response = cors::readable_by(origin.as_deref(), file.unwrap_or_else(|refusal| *refusal));
    if origin.is_some() && response.headers().contains_key(header::CONTENT_DISPOSITION) {
        let named = HeaderValue::from_static("Content-Disposition");
        response.headers_mut().insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, named);
    }
    response
}

async fn file(
    state: Arc<AppState>,
    subject: &str,
    query: &ExportQuery,
    client: Client,
    headers: &HeaderMap,
    origin: Option<&str>,
) -> Result<Response, Refusal> {
    limits::check(&state.by_address, client, 1)?;
    let subject = allowed_subject(&state, headers, subject, TokenScope::Read).await?.subject;
    let format = export::format(query.format.as_deref())?;
    let site = site_for(&state, headers, origin, query.site.as_deref())?;
    let walk = Walk::of_subject(site.clone(), subject.clone());
    export::file(state, walk, site, Covers::Subject(subject), format).await
}
