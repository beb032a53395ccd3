//! `GET /v1/subjects/{subject}/receipts/{id}`: one receipt with the proof that it is in the log, as a file that its visitor
//! keeps and anybody can check (`consentry verify`).

use std::sync::Arc;

use axum::extract::{Extension, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use consentry::model::receipt::{ReceiptId, Subject};
use consentry_ledger::StoredReceipt;
use consentry_ledger::log::Checkpoint;
use consentry_ledger::proof::{InclusionProof, ProvenReceipt};

use super::super::openapi::{KeptReceipt, PreflightAnswers, VisitorRefusals};
use super::super::parameters::{Path, Query};
use super::super::response::{self, Refusal};
use super::super::{AppState, Client, cors, limits, openapi};
use super::{SubjectQuery, allowed_subject, site_for};
use crate::access::scopes::TokenScope;

/// `OPTIONS`: what a browser asks before it sends.
#[utoipa::path(
    options,
    path = "/v1/subjects/{subject}/receipts/{id}",
    tag = openapi::VISITORS,
    params(("subject" = String, Path, description = "Whose receipt"), ("id" = String, Path, description = "The id of the receipt"), ("Origin" = Option<String>, Header, description = "The page's origin, one of the site's")),
    responses(PreflightAnswers)
)]
pub async fn preflight(State(state): State<Arc<AppState>>, headers: HeaderMap) -> Response {
    cors::preflight(&state.sites, &headers, "GET", "authorization")
}

/// `GET /v1/subjects/{subject}/receipts/{id}`: one receipt with its proof, as a file to keep.
#[utoipa::path(
    get,
    path = "/v1/subjects/{subject}/receipts/{id}",
    tag = openapi::VISITORS,
    security(("visitor" = []), ("token" = [])),
    params(("subject" = String, Path, description = "Whose receipt: 32 hexadecimal digits"), ("id" = String, Path, description = "The id of the receipt"), ("site" = Option<String>, Query, description = "The key of the site, where no page asks"), ("Origin" = Option<String>, Header, description = "The page's origin, one of the site's")),
    responses(
        (status = 200, description = "The receipt and what proves it", body = KeptReceipt),
        VisitorRefusals,
    )
)]
pub async fn get(
    State(state): State<Arc<AppState>>,
    Path((subject, id)): Path<(String, String)>,
    Query(query): Query<SubjectQuery>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
) -> Response {
    let origin = cors::allowed_origin(&state.sites, &headers);
    let file = async {
        limits::check(&state.by_address, client, 1)?;
        let subject = allowed_subject(&state, &headers, &subject, TokenScope::Read).await?.subject;
        let id = ReceiptId::new(&id).ok_or_else(|| Box::new(response::not_found()))?;
        own_file(&state, &headers, origin.as_deref(), &subject, id, &query).await
    };
    let response = file.await.unwrap_or_else(|refusal| *refusal);
    cors::readable_by(origin.as_deref(), response)
}

async fn own_file(
    state: &AppState,
    headers: &HeaderMap,
    origin: Option<&str>,
    subject: &Subject,
    id: ReceiptId,
    query: &SubjectQuery,
) -> Result<Response, Refusal> {
    let site = site_for(state, headers, origin, query.site.as_deref())?;
    let failed = |error| Box::new(response::ledger_error(&error));
    let found = state.ledger.receipts_with_id(id).await.map_err(failed)?;
    let is_own = |stored: &StoredReceipt| stored.receipt.site == site && stored.receipt.subject == *subject;
    let Some(stored) = found.into_iter().find(is_own) else { return Err(Box::new(response::not_found())) };
    file(state, stored).await
}

/// A stored receipt with its proof, to be kept as a file.
pub async fn file(state: &AppState, stored: StoredReceipt) -> Result<Response, Refusal> {
    let failed = |error| Box::new(response::ledger_error(&error));
    let proof =
        InclusionProof::of(state.ledger.as_ref(), &stored.receipt.site, &stored).await.map_err(failed)?;
    let Some(proof) = proof else {
        let message = "the log was not signed since the receipt came: ask again in a second or two";
        let mut response = response::error(StatusCode::SERVICE_UNAVAILABLE, "not-signed-yet", message);
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
        return Err(Box::new(response));
    };
    let origin = Checkpoint::read(&proof.checkpoint).map(|checkpoint| checkpoint.origin).unwrap_or_default();
    let keys = state.seals.verifying_keys(&origin);
    let StoredReceipt { receipt, received, salt, .. } = stored;
    let name = format!("attachment; filename=\"receipt-{}.json\"", receipt.id);
    let file = ProvenReceipt { receipt, received, salt, proof, keys };
    let mut response = response::json(StatusCode::OK, &file.to_json());
    if let Ok(name) = HeaderValue::try_from(name) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}
