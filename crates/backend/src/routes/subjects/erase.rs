//! `DELETE /v1/subjects/{subject}`: erases a visitor's receipts on one site (GDPR article 17), for whoever holds the secret that
//! the subject is the hash of, or a token that may erase. Everyone else is answered as where they are read.

use std::sync::Arc;

use axum::extract::{Extension, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use consentry_ledger::erasure::{ErasedBy, erase_subject};
use serde_json::json;
use utoipa::ToSchema;

use super::super::openapi::{ErasureRefusals, PreflightAnswers};
use super::super::parameters::{Path, Query};
use super::super::response::{self, Refusal};
use super::super::{AppState, Client, cors, limits, now, openapi};
use super::{AllowedSubject, SubjectQuery, allowed_subject, site_for};
use crate::access::scopes::TokenScope;

/// `OPTIONS`: what a browser asks before it sends.
#[utoipa::path(
    options,
    path = "/v1/subjects/{subject}",
    tag = openapi::VISITORS,
    params(
        ("subject" = String, Path, description = "Whose receipts"),
        ("Origin" = Option<String>, Header, description = "The page's origin, one of the site's"),
    ),
    responses(PreflightAnswers)
)]
pub async fn preflight(State(state): State<Arc<AppState>>, headers: HeaderMap) -> Response {
    cors::preflight(&state.sites, &headers, "DELETE", "authorization")
}

/// `DELETE /v1/subjects/{subject}`: erases a visitor's receipts on one site.
///
/// Answers how many receipts there were, once nothing of them is in any file.
#[utoipa::path(
    delete,
    path = "/v1/subjects/{subject}",
    tag = openapi::VISITORS,
    security(("visitor" = []), ("token" = [])),
    params(
        ("subject" = String, Path, description = "Whose receipts: 32 hexadecimal digits"),
        ("site" = Option<String>, Query, description = "The key of the site, where no page asks"),
        ("Origin" = Option<String>, Header, description = "The page's origin, one of the site's"),
    ),
    responses(
        (status = 200, description = "They are erased", body = Erased),
        ErasureRefusals,
    )
)]
pub async fn delete(
    State(state): State<Arc<AppState>>,
    Path(subject): Path<String>,
    Query(query): Query<SubjectQuery>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
) -> Response {
    let origin = cors::allowed_origin(&state.sites, &headers);
    let erased = async {
        limits::check(&state.by_address, client, 1)?;
        let allowed = allowed_subject(&state, &headers, &subject, TokenScope::Erase).await?;
        erase(&state, &headers, origin.as_deref(), allowed, &query).await
    };
    let response = erased.await.unwrap_or_else(|refusal| *refusal);
    cors::readable_by(origin.as_deref(), response)
}

async fn erase(
    state: &Arc<AppState>,
    headers: &HeaderMap,
    origin: Option<&str>,
    AllowedSubject { subject, is_own }: AllowedSubject,
    query: &SubjectQuery,
) -> Result<Response, Refusal> {
    let site = site_for(state, headers, origin, query.site.as_deref())?;
    let by = if is_own { ErasedBy::Visitor } else { ErasedBy::Owner };
    let server = Arc::clone(state);
    // Not ended where whoever asked goes away.
    let erasing = tokio::spawn(async move {
        let erased = erase_subject(server.ledger.as_ref(), site, subject, by, now()).await;
        server.seals.are_due();
        erased
    });
    match erasing.await {
        Ok(Ok(erased)) => Ok(response::json(StatusCode::OK, &json!({ "erased": erased }))),
        Ok(Err(error)) => Err(Box::new(response::ledger_error(&error))),
        Err(_) => {
            Err(response::refuse(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "send the same again later"))
        }
    }
}

/// What was erased.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes what is made as JSON")]
struct Erased {
    /// How many receipts.
    erased: u64,
}
