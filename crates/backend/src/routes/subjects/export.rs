//! `GET /v1/subjects/{subject}/export`: a visitor's own receipts on one site as a file to take away (GDPR article 20), for
//! whoever may read them ([`super`]). Nothing of anybody else is in it.

use std::sync::Arc;

use axum::extract::{Extension, Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use consentry_export::Covers;
use consentry_ledger::walk::Walk;
use serde::Deserialize;

use super::super::response::Refusal;
use super::super::{AppState, Client, cors, export, limits};
use super::{AllowedSubject, allowed_subject, site_for};
use crate::access::scopes::TokenScope;

#[derive(Deserialize)]
pub struct ExportQuery {
    site: Option<String>,
    format: Option<String>,
}

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
    let AllowedSubject { subject, .. } = allowed_subject(&state, headers, subject, TokenScope::Read).await?;
    let format = export::format(query.format.as_deref())?;
    let site = site_for(&state, headers, origin, query.site.as_deref())?;
    let walk = Walk::of_subject(site.clone(), subject.clone());
    export::file(state, walk, site, Covers::Subject(subject), format).await
}
