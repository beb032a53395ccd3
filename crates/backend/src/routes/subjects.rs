//! `GET /v1/subjects/{subject}/receipts`: a visitor's own receipts (GDPR article 15), for whoever holds
//! the secret that the subject is the hash of. Everyone else is answered alike, whether or not there are any.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use consentry::model::receipt::Subject;
use serde_json::json;

use super::{AppState, cors, response};
use crate::short_digest::short_digest;

pub async fn preflight(State(state): State<Arc<AppState>>, headers: HeaderMap) -> Response {
    cors::preflight(&state.sites, &headers, "GET", "authorization")
}

pub async fn get(
    State(state): State<Arc<AppState>>,
    Path(subject): Path<String>,
    headers: HeaderMap,
) -> Response {
    let origin = cors::allowed_origin(&state.sites, &headers);
    let response = match Subject::new(&subject).filter(|subject| has_secret(&headers, subject)) {
        None => response::not_found(),
        Some(subject) => match state.store.receipts_of(subject).await {
            Ok(stored) => response::json(StatusCode::OK, &json!({ "receipts": response::receipts(&stored) })),
            Err(error) => response::store_error(&error),
        },
    };
    cors::readable_by(origin.as_deref(), response)
}

/// Whether the bearer's secret hashes to the subject. Nothing secret is compared: whoever knows the
/// subject still does not know what hashes to it.
fn has_secret(headers: &HeaderMap, subject: &Subject) -> bool {
    let secret = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .and_then(|(_, secret)| secret_bytes(secret.trim()));
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
