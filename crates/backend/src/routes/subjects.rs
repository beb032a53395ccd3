//! `GET /v1/subjects/{subject}/receipts`: a visitor's own receipts (GDPR article 15), for whoever holds
//! the secret that the subject is the hash of. Everyone else learns nothing, not even that there are none.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use consentry::model::receipt::Subject;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{App, answer, cors};
use crate::sites::hex;

pub async fn preflight(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    cors::preflight(&app.sites, &headers, "GET", "authorization")
}

pub async fn get(State(app): State<Arc<App>>, Path(subject): Path<String>, headers: HeaderMap) -> Response {
    let origin = cors::allowed_origin(&app.sites, &headers);
    let answer = match Subject::new(&subject).filter(|subject| holds(&headers, subject)) {
        None => answer::not_found(),
        Some(subject) => match app.store.by_subject(subject).await {
            Ok(stored) => answer::json(StatusCode::OK, &json!({ "receipts": answer::receipts(&stored) })),
            Err(error) => answer::store_error(&error),
        },
    };
    cors::open_to(origin.as_deref(), answer)
}

/// Whether the bearer's secret hashes to the subject. Nothing secret is compared: whoever knows the
/// subject still does not know what hashes to it.
fn holds(headers: &HeaderMap, subject: &Subject) -> bool {
    let secret = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .and_then(|(_, secret)| bytes(secret.trim()));
    secret.is_some_and(|secret| hex(&Sha256::digest(secret)[..16]) == subject.as_str())
}

/// 16 bytes from 32 lower-case hexadecimal digits.
fn bytes(digits: &str) -> Option<[u8; 16]> {
    let lower = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    if digits.len() != 32 || !digits.bytes().all(lower) {
        return None;
    }
    u128::from_str_radix(digits, 16).ok().map(u128::to_be_bytes)
}
