//! `GET /v1/subjects/{subject}/receipts`: a visitor's own receipts on one site (GDPR article 15), for whoever holds
//! the secret that the subject is the hash of, or a token that may read. Everyone else is answered alike, whether or not there
//! are any. The site is the asking page's, or `?site=`. They come in pages: `next` is what `?after=` continues from, or null.

pub mod erase;
pub mod export;
pub mod proven;

use std::sync::Arc;

use axum::extract::{Extension, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use consentry::model::config::SiteKey;
use consentry::model::receipt::Subject;
use serde::Deserialize;
use serde_json::json;

use super::openapi::{PreflightAnswers, ReceiptPage, VisitorRefusals};
use super::parameters::{Path, Query};
use super::response::{self, Refusal, refuse};
use super::{AppState, Client, authority, cors, limits, openapi};
use crate::access::scopes::TokenScope;
use crate::short_digest::short_digest;
use consentry_ledger::SubjectPage;

/// How many receipts one page has, unless `?limit=` says less.
const MAX_RECEIPTS: u32 = 200;

#[derive(Deserialize)]
pub struct SubjectQuery {
    site: Option<String>,
    after: Option<u64>,
    limit: Option<u32>,
}

/// `OPTIONS`: what a browser asks before it sends.
#[utoipa::path(
    options,
    path = "/v1/subjects/{subject}/receipts",
    tag = openapi::VISITORS,
    params(("subject" = String, Path, description = "Whose receipts"), ("Origin" = Option<String>, Header, description = "The page's origin, one of the site's")),
    responses(PreflightAnswers)
)]
pub async fn preflight(State(state): State<Arc<AppState>>, headers: HeaderMap) -> Response {
    cors::preflight(&state.sites, &headers, "GET", "authorization")
}

/// `GET /v1/subjects/{subject}/receipts`: a visitor's receipts on one site, the oldest first.
#[utoipa::path(
    get,
    path = "/v1/subjects/{subject}/receipts",
    tag = openapi::VISITORS,
    security(("visitor" = []), ("token" = [])),
    params(("subject" = String, Path, description = "Whose receipts: 32 hexadecimal digits"), ("site" = Option<String>, Query, description = "The key of the site, where no page asks"), ("after" = Option<u64>, Query, description = "The position to continue after, as `next` said"), ("limit" = Option<u32>, Query, description = "How many at most, up to 200"), ("Origin" = Option<String>, Header, description = "The page's origin, one of the site's")),
    responses(
        (status = 200, description = "Some receipts", body = ReceiptPage),
        VisitorRefusals,
    )
)]
pub async fn get(
    State(state): State<Arc<AppState>>,
    Path(subject): Path<String>,
    Query(query): Query<SubjectQuery>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
) -> Response {
    let origin = cors::allowed_origin(&state.sites, &headers);
    // Whether or not there is such a subject.
    if let Err(refusal) = limits::check(&state.by_address, client, 1) {
        return cors::readable_by(origin.as_deref(), *refusal);
    }
    let response = match allowed_subject(&state, &headers, &subject, TokenScope::Read).await {
        Err(refusal) => *refusal,
        Ok(AllowedSubject { subject, .. }) => {
            let page = page(&state, &headers, origin.as_deref(), subject, &query).await;
            page.unwrap_or_else(|refusal| *refusal)
        }
    };
    cors::readable_by(origin.as_deref(), response)
}

/// A subject that is asked about, and by whom.
struct AllowedSubject {
    subject: Subject,
    /// Whether whoever asks holds its secret.
    is_own: bool,
}

/// The subject, if whoever asks holds its secret or a token of this scope. No store is asked about the subject before that is known,
/// so that neither the answer nor its time tells whether it is there.
async fn allowed_subject(
    state: &AppState,
    headers: &HeaderMap,
    subject: &str,
    scope: TokenScope,
) -> Result<AllowedSubject, Refusal> {
    let subject = Subject::new(subject);
    if let Some(own) = subject.as_ref().filter(|subject| has_secret(headers, subject)) {
        return Ok(AllowedSubject { subject: own.clone(), is_own: true });
    }
    let unauthorized = || Box::new(authority::unauthorized());
    let authority = authority::of_bearer(state, headers).await?.ok_or_else(unauthorized)?;
    authority::check_scope(&authority, scope)?;
    let subject = subject.ok_or_else(|| Box::new(response::not_found()))?;
    Ok(AllowedSubject { subject, is_own: false })
}

async fn page(
    state: &AppState,
    headers: &HeaderMap,
    origin: Option<&str>,
    subject: Subject,
    query: &SubjectQuery,
) -> Result<Response, Refusal> {
    let site = site_for(state, headers, origin, query.site.as_deref())?;
    let limit = query.limit.unwrap_or(MAX_RECEIPTS).clamp(1, MAX_RECEIPTS);
    // One more than is told says whether there is more.
    let page = SubjectPage { after: query.after.unwrap_or_default(), limit: limit + 1 };
    let stored = state.ledger.receipts_of(site, subject, page).await;
    let mut stored = stored.map_err(|error| Box::new(response::ledger_error(&error)))?;
    let is_last = stored.len() <= limit as usize;
    stored.truncate(limit as usize);
    let next = stored.last().filter(|_| !is_last).map(|last| last.position);
    let receipts = response::receipts(state.ledger.as_ref(), &stored).await;
    let receipts = receipts.map_err(|error| Box::new(response::ledger_error(&error)))?;
    Ok(response::json(StatusCode::OK, &json!({ "receipts": receipts, "next": next })))
}

/// The site whose receipts are asked for, where no page of a foreign origin asks.
fn site_for(
    state: &AppState,
    headers: &HeaderMap,
    origin: Option<&str>,
    named: Option<&str>,
) -> Result<SiteKey, Refusal> {
    if origin.is_none() && headers.contains_key(header::ORIGIN) {
        return Err(Box::new(cors::foreign_origin()));
    }
    site(state, origin, named)
}

/// The site whose receipts are asked for: of those that have the asking page's origin, or of all where no page asks.
fn site(state: &AppState, origin: Option<&str>, named: Option<&str>) -> Result<SiteKey, Refusal> {
    let sites = state.sites.current();
    if let (Some(origin), Some(key)) = (origin, named) {
        return Ok(cors::site_of_origin(&sites, key, origin)?.site.key.clone());
    }
    let mut fitting = sites.values().map(|served| &served.site).filter(|site| match (origin, named) {
        (Some(origin), _) => site.has_origin(origin),
        (None, named) => named == Some(site.key.as_str()),
    });
    match (fitting.next(), fitting.next()) {
        (Some(site), None) => Ok(site.key.clone()),
        _ => {
            let message = "expected ?site=, the key of a site that is configured here";
            Err(refuse(StatusCode::BAD_REQUEST, "missing-site", message))
        }
    }
}

/// Whether the bearer's secret hashes to the subject. Nothing secret is compared: whoever knows the
/// subject still does not know what hashes to it.
fn has_secret(headers: &HeaderMap, subject: &Subject) -> bool {
    let secret = authority::bearer(headers).and_then(secret_bytes);
    secret.is_some_and(|secret| short_digest(secret) == subject.as_str())
}

/// 16 bytes from 32 lower-case hexadecimal digits.
fn secret_bytes(digits: &str) -> Option<[u8; 16]> {
    let is_lower_hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    if digits.len() != 32 || !digits.bytes().all(is_lower_hex) {
        return None;
    }
    u128::from_str_radix(digits, 16).ok().map(u128::to_be_bytes)
}
